//! Sheets that could not be read, and what a person says about them.

mod choices;
mod corners;
mod decide;
mod letter;
mod list;
mod place;
mod place_form;
mod show;
mod view;

pub(crate) use decide::{discard, restore, story};
pub(crate) use letter::post as letter;
pub(crate) use list::{between, get as list};
pub(crate) use place::post as place;
pub(crate) use show::get as show;

use axum::response::Response;
use schemas::PageId;
use schemas::reading::Warning;
use store::PageRecord;

use crate::app::Shared;
use crate::error::WebError;
use crate::flash::Flash;
use crate::urls;

/// The page with the id of an address.
async fn load(bench: &Shared, id: &str) -> Result<PageRecord, WebError> {
    let id = PageId::parse(id).map_err(|_| WebError::NotFound)?;
    bench.store().page(&id).await?.ok_or(WebError::NotFound)
}

/// After a decision the next sheet opens, and what just happened is told there.
async fn go_on(bench: &Shared, from: &PageRecord, flash: &Flash) -> Result<Response, WebError> {
    let next = bench.store().next_quarantined(from).await?;
    let url = next.map_or_else(|| urls::QUARANTINE.to_owned(), |id| urls::quarantined(&id));
    Ok(flash.then(&url, bench.settings()))
}

/// Why a sheet is here, and what to do with it.
pub(crate) fn reason(page: &PageRecord) -> (String, String) {
    if page.waits_for_other_side() {
        return (
            "Nothing is written on this side, and the other side of its leaflet has not been read.".to_owned(),
            "Usually there is nothing to do: it joins its other side. If none will come, discard it or make a story of it."
                .to_owned(),
        );
    }
    match &page.warning {
        Some(Warning {
            cause, next_action, ..
        }) => (cause.clone(), next_action.clone()),
        None => (
            "No reason was written down.".to_owned(),
            "Look at the sheet, and say what it is.".to_owned(),
        ),
    }
}
