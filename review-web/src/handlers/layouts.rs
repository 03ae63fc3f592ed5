//! Layouts: those of the installation to look at, those of other people's forms to draw.
//!
//! A person uploads an empty form, sets its corners, draws a box around each part that people fill in, says what it
//! means, and puts it in use; then the workers know it and quarantined sheets of that kind are read again.

mod blanks;
mod boxes;
mod check;
mod corners;
mod decide;
mod draw;
mod form;
mod grid;
mod lay;
mod list;
mod new;
mod pictures;
mod print;
mod problems;
mod size;
mod view;

pub(crate) use check::post as check;
pub(crate) use corners::{get as corners, post as set_corners};
pub(crate) use decide::{copy, retire};
pub(crate) use draw::{first as show, get as side, post as draw};
pub(crate) use lay::{grid as lay_grid, on_print as lay_on_print};
pub(crate) use list::get as list;
pub(crate) use new::{get as new, post as upload};
pub(crate) use pictures::{blank, source};

use schemas::layout::{Layout, LayoutId, Side};
use store::LayoutRecord;

use crate::app::Shared;
use crate::error::WebError;

/// A layout, and where it comes from.
#[derive(Clone)]
enum Known {
    /// Comes with the installation and is only looked at.
    Installed(Layout),
    /// Drawn in the bench.
    Drawn(LayoutRecord),
}

impl Known {
    const fn layout(&self) -> &Layout {
        match self {
            Self::Installed(layout) => layout,
            Self::Drawn(record) => &record.layout,
        }
    }
}

/// The layout of an address.
async fn load(bench: &Shared, id: &str, version: u32) -> Result<Known, WebError> {
    let id = LayoutId::parse(id).map_err(|_| WebError::NotFound)?;
    let same = |layout: &&Layout| layout.id == id && layout.version == version;
    if let Some(layout) = bench.app.layouts.iter().find(same) {
        return Ok(Known::Installed(layout.clone()));
    }
    let record = bench.store().layout(&id, version).await?;
    record.map(Known::Drawn).ok_or(WebError::NotFound)
}

/// The drawn layout of an address.
async fn load_drawn(bench: &Shared, id: &str, version: u32) -> Result<LayoutRecord, WebError> {
    match load(bench, id, version).await? {
        Known::Drawn(record) => Ok(record),
        Known::Installed(_) => Err(WebError::NotFound),
    }
}

/// The same, of an address that also names one of its sides.
async fn load_drawn_side(
    bench: &Shared,
    (id, version, side): (&str, u32, u32),
) -> Result<LayoutRecord, WebError> {
    let record = load_drawn(bench, id, version).await?;
    side_of(&record.layout, side)?;
    Ok(record)
}

fn side_of(layout: &Layout, number: u32) -> Result<&Side, WebError> {
    layout.side(number).ok_or(WebError::NotFound)
}

/// A number as people type it; `what` names it when it is none.
fn number(typed: &str, what: &str) -> Result<f64, String> {
    let parsed: Option<f64> = typed.trim().replace(',', ".").parse().ok();
    parsed
        .filter(|number| number.is_finite() && number.abs() < 100_000.0)
        .ok_or_else(|| boxes::not_a_number(what, typed))
}
