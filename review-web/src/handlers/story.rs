//! The story page: one form for everything, so that whatever button is pressed, nothing typed is lost.

mod checks;
mod choices;
mod desk;
mod differences;
mod draft;
mod form;
mod give_back;
mod history;
mod lease;
mod notices;
mod page;
mod paper;
mod pictures;
mod post;
mod rules;
mod services;
mod show;
mod undo;

pub(crate) use checks::post as checks;
pub(crate) use differences::post as differences;
pub(crate) use draft::post as keep_draft;
pub(crate) use give_back::post as give_back;
pub(crate) use history::get as history;
pub(crate) use lease::post as keep;
pub(crate) use pictures::{drawing, straightened};
pub(crate) use post::post;
pub(crate) use show::get;
pub(crate) use undo::post as undo;

use schemas::StoryId;
use store::StoryRecord;

use crate::app::Shared;
use crate::error::WebError;

/// The story with the id of an address.
async fn load(bench: &Shared, id: &str) -> Result<StoryRecord, WebError> {
    let id = StoryId::parse(id).map_err(|_| WebError::NotFound)?;
    bench.store().story(&id).await?.ok_or(WebError::NotFound)
}
