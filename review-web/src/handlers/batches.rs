//! Piles: files are sent into them, sheets are counted, and each sheet has its place.

mod count;
mod cover;
mod numbers;
mod pair;
mod pull_list;
mod send;
mod show;

pub(crate) use count::{explain, post as count};
pub(crate) use cover::{get as cover_form, post as print_cover};
pub(crate) use pair::{join, part, passes};
pub(crate) use pull_list::get as pull_list;
pub(crate) use send::{add, post as send};
pub(crate) use show::get as show;

use schemas::BatchId;
use store::BatchSummary;

use crate::app::Shared;
use crate::error::WebError;

/// What a pile is called, as it was typed; empty when nothing was.
fn pile_name(typed: &str) -> String {
    /// The form takes no more, and no more fits on a cover sheet.
    const MAX_CHARS: usize = 80;
    typed.trim().chars().take(MAX_CHARS).collect()
}

/// The pile of an address.
async fn load(bench: &Shared, id: &str) -> Result<BatchSummary, WebError> {
    let id = BatchId::parse(id).map_err(|_| WebError::NotFound)?;
    let batch = bench.store().batch_summary(&id).await?;
    batch.ok_or(WebError::NotFound)
}
