use axum::extract::{Path, State};
use axum::response::Response;
use schemas::StoryId;

use crate::app::Shared;
use crate::error::WebError;
use crate::flash::{Flash, Happened};
use crate::handlers::sign_out::Nothing;
use crate::session::{Duty, Posted};
use crate::urls;

/// `POST /stories/{id}/give-back`: lets somebody else take the story at once.
pub(crate) async fn post(
    State(bench): State<Shared>,
    Path(id): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, WebError> {
    posted.who.must(Duty::WorkStories)?;
    let id = StoryId::parse(&id).map_err(|_| WebError::NotFound)?;
    bench
        .store()
        .release_story(&id, &posted.who.user.id)
        .await?;
    Ok(Flash::about(Happened::GivenBack, id).then(urls::QUEUE, bench.settings()))
}
