use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use store::{KeepDraft, KeptDraft};

use super::form::StoryForm;
use super::lease::held;
use super::load;
use crate::app::Shared;
use crate::error::WebError;
use crate::session::{Duty, Posted};

/// `POST /stories/{id}/draft`: keeps what is typed before anybody saves it; the script sends it every other second.
pub(crate) async fn post(
    State(bench): State<Shared>,
    Path(id): Path<String>,
    posted: Posted<StoryForm>,
) -> Result<Response, WebError> {
    posted.who.must(Duty::WorkStories)?;
    let story = load(&bench, &id).await?;
    let draft = KeepDraft {
        fields: posted.form.fields(&story.fields),
        story_id: story.id,
        user_id: posted.who.user.id.clone(),
        expected_revision: posted.form.expected_revision,
    };
    let kept = bench.store().keep_draft(&bench.moment(), &draft).await?;
    Ok(match kept {
        KeptDraft::Kept => StatusCode::NO_CONTENT.into_response(),
        KeptDraft::LeaseLost(lease) => {
            (StatusCode::CONFLICT, Json(held(false, lease))).into_response()
        }
        KeptDraft::Outdated => StatusCode::CONFLICT.into_response(),
    })
}
