use serde::Serialize;

use super::Marks;
use super::numbers::Spread;
use crate::commands::eval::compare::Compared;

/// What comes of pages that were set aside when a person drags their corners.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Placed {
    /// Pages that were set aside and whose corners are known.
    pub(crate) pages: usize,
    /// Those that were read then.
    pub(crate) read: usize,
    /// The largest distance on the 5 × 5 grid; only of samples that were made.
    pub(crate) largest_mm: Spread,
    pub(crate) marks: Marks,
}

impl Placed {
    pub(super) fn of(pages: &[Compared]) -> Self {
        let placed = || pages.iter().filter_map(|page| page.placed.as_deref());
        Self {
            pages: placed().count(),
            read: placed().filter(|page| page.read).count(),
            largest_mm: Spread::of(placed().filter_map(|page| Some(page.off?.max_mm))),
            marks: Marks::of(placed()),
        }
    }
}
