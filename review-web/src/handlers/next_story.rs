use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use crate::app::Shared;
use crate::error::WebError;
use crate::flash::{Flash, Happened};
use crate::handlers::sign_out::Nothing;
use crate::session::{Duty, Posted};
use crate::urls;

/// `POST /queue/next`: takes the story that has waited longest and opens it.
pub(crate) async fn post(
    State(bench): State<Shared>,
    posted: Posted<Nothing>,
) -> Result<Response, WebError> {
    posted.who.must(Duty::WorkStories)?;
    let lease_ms = bench.settings().lease_ms;
    let next = bench
        .store()
        .claim_next(
            &bench.moment(),
            &posted.who.user.id,
            lease_ms,
            posted.who.offer(),
        )
        .await?;
    Ok(match next {
        Some(story_id) => Redirect::to(&urls::story(&story_id)).into_response(),
        None => Flash::new(Happened::NothingWaiting).then(urls::QUEUE, bench.settings()),
    })
}
