use axum::extract::{Path, State};
use axum::response::Response;
use schemas::StoryId;
use serde::Deserialize;
use store::{DecidePage, PageChange, TakeLetter, TakenLetter};

use super::{go_on, load};
use crate::app::Shared;
use crate::error::WebError;
use crate::flash::{Flash, Happened};
use crate::session::{Duty, Posted};

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct LetterForm {
    /// The story that the page goes on from; nothing when it is a letter of its own.
    goes_on_from: String,
}

/// `POST /quarantine/{id}/letter`: the sheet becomes a story of what could be read on it, or a further page of one.
pub(crate) async fn post(
    State(bench): State<Shared>,
    Path(id): Path<String>,
    posted: Posted<LetterForm>,
) -> Result<Response, WebError> {
    let Posted { who, form } = posted;
    who.must(Duty::PlaceSheets)?;
    let page = load(&bench, &id).await?;
    let letter = TakeLetter {
        decision: DecidePage {
            page_id: page.id.clone(),
            user_id: who.user.id.clone(),
            reason: String::new(),
        },
        goes_on_from: StoryId::parse(&form.goes_on_from).ok(),
    };
    let taken = bench.store().take_letter(&bench.moment(), &letter).await?;
    let flash = match taken {
        TakenLetter::Done(story_id) => Flash::about(Happened::TakenAsLetter, story_id),
        TakenLetter::Refused(PageChange::NotThere) => return Err(WebError::NotFound),
        TakenLetter::Refused(_) | TakenLetter::NoLetter => {
            Flash::about_page(Happened::TooLate, page.id.clone())
        }
    };
    go_on(&bench, &page, &flash).await
}
