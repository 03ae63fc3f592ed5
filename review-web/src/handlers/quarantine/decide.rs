use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use store::{DecidePage, PageChange, PageRecord};

use super::view::Typed;
use super::{go_on, load, show};
use crate::app::Shared;
use crate::error::WebError;
use crate::flash::{Flash, Happened};
use crate::handlers::sign_out::Nothing;
use crate::session::{Duty, Posted, SignedIn};
use crate::urls;

/// Why sheets are thrown away; whatever else is typed in words.
pub(super) const REASONS: [&str; 4] = [
    "A blank back",
    "A separator sheet",
    "The same sheet was scanned twice",
    "Not for us",
];

/// What the discard form sends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct DiscardForm {
    /// One of [`REASONS`], or `other`.
    pub(super) reason: String,
    /// The reason in words; may also say more about one of the list.
    pub(super) words: String,
}

/// `POST /quarantine/{id}/discard`
pub(crate) async fn discard(
    State(bench): State<Shared>,
    headers: HeaderMap,
    Path(id): Path<String>,
    posted: Posted<DiscardForm>,
) -> Result<Response, WebError> {
    let Posted { who, form } = posted;
    who.must(Duty::PlaceSheets)?;
    let page = load(&bench, &id).await?;
    let decision = decision(&page, &who, form.reason());
    let change = bench
        .store()
        .discard_page(&bench.moment(), &decision)
        .await?;
    let happened = match change {
        PageChange::NoReason => {
            let typed = Typed::Discard(form);
            return show::again(&bench, &who, &headers, &page, typed).await;
        }
        change => told(change, Happened::Discarded)?,
    };
    go_on(&bench, &page, &Flash::about_page(happened, page.id.clone())).await
}

/// `POST /quarantine/{id}/restore`: takes a sheet back, and shows it.
pub(crate) async fn restore(
    State(bench): State<Shared>,
    Path(id): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, WebError> {
    posted.who.must(Duty::PlaceSheets)?;
    let page = load(&bench, &id).await?;
    let decision = decision(&page, &posted.who, String::new());
    let change = bench
        .store()
        .restore_page(&bench.moment(), &decision)
        .await?;
    let flash = Flash::about_page(told(change, Happened::Restored)?, page.id.clone());
    Ok(flash.then(&urls::quarantined(&page.id), bench.settings()))
}

/// `POST /quarantine/{id}/story`: makes a story of a side that waits for its other side.
pub(crate) async fn story(
    State(bench): State<Shared>,
    Path(id): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, WebError> {
    posted.who.must(Duty::PlaceSheets)?;
    let page = load(&bench, &id).await?;
    let decision = decision(&page, &posted.who, String::new());
    let made = bench
        .store()
        .make_story_of_side(&bench.moment(), &decision)
        .await?;
    let flash = match made {
        Ok(story_id) => Flash::about(Happened::MadeStory, story_id),
        Err(change) => Flash::about_page(told(change, Happened::TooLate)?, page.id.clone()),
    };
    go_on(&bench, &page, &flash).await
}

impl DiscardForm {
    /// The reason, with what was said about it.
    fn reason(&self) -> String {
        let words = self.words.trim();
        match REASONS.iter().find(|known| **known == self.reason) {
            Some(known) if words.is_empty() => (*known).to_owned(),
            Some(known) => format!("{known}: {words}"),
            None => words.to_owned(),
        }
    }
}

fn decision(page: &PageRecord, who: &SignedIn, reason: String) -> DecidePage {
    DecidePage {
        page_id: page.id.clone(),
        user_id: who.user.id.clone(),
        reason,
    }
}

fn told(change: PageChange, done: Happened) -> Result<Happened, WebError> {
    match change {
        PageChange::Done => Ok(done),
        PageChange::NotThere => Err(WebError::NotFound),
        _ => Ok(Happened::TooLate),
    }
}
