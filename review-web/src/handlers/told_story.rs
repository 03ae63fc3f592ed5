use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use schemas::record::Route;
use serde::Deserialize;
use store::OpenTold;

use crate::app::Shared;
use crate::error::WebError;
use crate::session::{Duty, Posted};
use crate::urls;

/// What the button sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ToldForm {
    /// How it is told: a word of [`Route`] other than a leaflet.
    route: String,
}

/// `POST /stories/told`: opens an empty story for what somebody tells on the telephone, or for a form to type.
pub(crate) async fn post(
    State(bench): State<Shared>,
    posted: Posted<ToldForm>,
) -> Result<Response, WebError> {
    posted.who.must(Duty::WorkStories)?;
    let route = Route::parse(&posted.form.route).filter(|route| *route != Route::Leaflet);
    let told = OpenTold {
        route: route.ok_or(WebError::BadForm(None))?,
        user_id: posted.who.user.id.clone(),
        lease_ms: bench.settings().lease_ms,
    };
    let story_id = bench
        .store()
        .open_told_story(&bench.moment(), &told)
        .await?;
    Ok(Redirect::to(&urls::story(&story_id)).into_response())
}
