use axum::extract::{Path, State};
use axum::response::Response;
use schemas::record::DecisionKind;
use store::{Decide, Decided};

use super::load;
use crate::app::Shared;
use crate::error::WebError;
use crate::flash::{Flash, Happened};
use crate::handlers::sign_out::Nothing;
use crate::session::{Duty, Posted};
use crate::urls;

/// `POST /stories/{id}/undo`: takes back what this person decided a moment ago, and opens the story.
pub(crate) async fn post(
    State(bench): State<Shared>,
    Path(id): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, WebError> {
    posted.who.must(Duty::WorkStories)?;
    let story = load(&bench, &id).await?;
    let undo = Decide {
        story_id: story.id.clone(),
        user_id: posted.who.user.id.clone(),
        kind: DecisionKind::Undo,
        reason: String::new(),
        hold: None,
        expected_revision: story.revision_no,
        may_give_opinion: posted.who.may(Duty::GiveOpinions),
        undo_ms: bench.settings().undo_ms,
        publish_from: None,
    };
    let happened = match bench.store().decide(&bench.moment(), undo).await? {
        Decided::Done(_) => Happened::Undone,
        Decided::NotThere => return Err(WebError::NotFound),
        Decided::Refused(_) | Decided::Conflict { .. } | Decided::LeaseLost(_) => {
            Happened::TooLateToUndo
        }
    };
    let flash = Flash::about(happened, story.id.clone());
    Ok(flash.then(&urls::story(&story.id), bench.settings()))
}
