use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use schemas::record::AuditKind;

use super::form::StoryForm;
use super::page::{Given, answer};
use super::{desk::Desk, load};
use crate::app::Shared;
use crate::error::WebError;
use crate::session::{Duty, SignedIn};

/// `GET /stories/{id}`: takes the story, or says who has it.
pub(crate) async fn get(
    State(bench): State<Shared>,
    who: SignedIn,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    who.must(Duty::SeeStories)?;
    let mut story = load(&bench, &id).await?;
    who.sees(&bench, AuditKind::Story, story.id.as_str())
        .await?;
    let desk = Desk::open(&bench, &who, &story).await?;
    if desk.may_change() {
        let moment = bench.moment();
        if bench.store().take_up_draft(&moment, &story.id).await? {
            story = load(&bench, &id).await?;
        }
    }
    let form = StoryForm::of(&story.fields, story.revision_no);
    let given = Given::new(&bench, &story, &desk, form).await?;
    answer(&bench, &who, &headers, StatusCode::OK, &given)
}
