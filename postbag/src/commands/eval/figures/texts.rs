use serde::Serialize;

use super::numbers::{Spread, cer};
use crate::commands::eval::compare::Compared;

/// Whether writing is read right; of the pages that were read.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Texts {
    /// Characters of each story that were read wrong, for each one written; without stories when no text was read.
    pub(crate) story_cer: Spread,
    /// Services that were written, and those read to the letter.
    pub(crate) services: usize,
    pub(crate) services_exact: usize,
    /// Postcodes that were written; those that are the best candidate, and those that are one at all.
    pub(crate) postcodes: usize,
    pub(crate) postcodes_first: usize,
    pub(crate) postcodes_among: usize,
    /// Services for which the directory offered some; the right one first, among the first three, and a wrong one that is sure.
    pub(crate) offered: usize,
    pub(crate) offered_first: usize,
    pub(crate) offered_among_three: usize,
    pub(crate) offered_sure: usize,
    pub(crate) offered_sure_and_wrong: usize,
}

impl Texts {
    pub(super) fn of(pages: &[Compared]) -> Self {
        let stories = pages.iter().filter_map(|page| page.story.as_ref());
        let services = || pages.iter().filter_map(|page| page.service.as_ref());
        let postcodes = || pages.iter().filter_map(|page| page.postcode);
        let offered = || pages.iter().filter_map(|page| page.offered);
        Self {
            story_cer: Spread::of(stories.map(|story| cer(&story.written, &story.read))),
            services: services().count(),
            services_exact: services().filter(|text| text.written == text.read).count(),
            postcodes: postcodes().count(),
            postcodes_first: postcodes().filter(|postcode| postcode.first).count(),
            postcodes_among: postcodes().filter(|postcode| postcode.among).count(),
            offered: offered().count(),
            offered_first: offered().filter(|o| o.place == Some(0)).count(),
            offered_among_three: offered().filter(|o| o.place.is_some_and(|p| p < 3)).count(),
            offered_sure: offered().filter(|o| o.sure).count(),
            offered_sure_and_wrong: offered().filter(|o| o.sure && o.place != Some(0)).count(),
        }
    }
}
