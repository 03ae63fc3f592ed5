use schemas::reading::RecognisedBy;
use serde::Serialize;

use super::numbers::share;
use crate::commands::eval::compare::Compared;

/// Whether pages are called what they are.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Naming {
    pub(crate) pages: usize,
    pub(crate) layout_right: usize,
    pub(crate) version_right: usize,
    pub(crate) side_right: usize,
    pub(crate) serial_right: usize,
    /// All four together.
    pub(crate) all_right: usize,
    pub(crate) all_right_share: f64,
    /// Pages that were recognised by their print.
    pub(crate) by_print: usize,
}

impl Naming {
    pub(super) fn of<'a>(pages: impl Iterator<Item = &'a Compared>) -> Self {
        let mut sum = Self::default();
        for page in pages {
            sum.pages += 1;
            sum.layout_right += usize::from(page.names.layout);
            sum.version_right += usize::from(page.names.version);
            sum.side_right += usize::from(page.names.side);
            sum.serial_right += usize::from(page.names.serial);
            sum.all_right += usize::from(page.names.all());
            sum.by_print += usize::from(page.by == Some(RecognisedBy::Print));
        }
        sum.all_right_share = share(sum.all_right, sum.pages);
        sum
    }
}
