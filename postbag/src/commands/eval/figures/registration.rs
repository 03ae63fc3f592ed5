use samples::Expected;
use schemas::reading::WarningCode;
use serde::Serialize;

use super::numbers::{Spread, share};
use super::{came_in_silence, name};
use crate::commands::eval::compare::Compared;

/// A page whose registration is farther off than this anywhere must not be accepted.
pub(crate) const MAX_OFF_MM: f64 = 1.2;

/// Whether pages lie where they are thought to.
#[derive(Debug, Serialize)]
pub(crate) struct Registrations {
    /// Pages that were read.
    pub(crate) accepted: usize,
    /// Root mean square distance from the true place over a 5 × 5 grid of the page, in millimetres.
    pub(crate) residual_mm: Spread,
    /// The largest distance on that grid.
    pub(crate) largest_mm: Spread,
    /// The largest distance over the corners and the middles of the regions.
    pub(crate) regions_mm: Spread,
    /// Accepted pages that are off by more than 1.2 mm somewhere on the grid.
    pub(crate) accepted_but_off: Vec<String>,
    /// Pages that can be read and were set aside.
    pub(crate) refused: usize,
    pub(crate) refused_share: f64,
    /// Pages that must be warned of.
    pub(crate) must_be_warned: usize,
    /// Those of them that came without refusal or warning.
    pub(crate) not_warned: Vec<String>,
    /// Those of them that were read with a warning that says what is wrong with the sheet.
    pub(crate) warned_of_the_sheet: usize,
}

impl Registrations {
    pub(super) fn of(pages: &[Compared]) -> Self {
        let readable = || pages.iter().filter(|page| page.expected == Expected::Read);
        let must = || {
            pages
                .iter()
                .filter(|page| page.expected == Expected::Warned)
        };
        // What no map can describe is no case for the distances.
        let off = || readable().filter_map(|page| page.off);
        let refused = readable().filter(|page| !page.read).count();
        Self {
            accepted: pages.iter().filter(|page| page.read).count(),
            residual_mm: Spread::of(off().map(|off| off.rms_mm)),
            largest_mm: Spread::of(off().map(|off| off.max_mm)),
            regions_mm: Spread::of(off().map(|off| off.regions_mm)),
            accepted_but_off: pages
                .iter()
                .filter(|page| is_off(page))
                .map(describe)
                .collect(),
            refused,
            refused_share: share(refused, readable().count()),
            must_be_warned: must().count(),
            not_warned: must()
                .filter(|page| came_in_silence(page))
                .map(|page| page.name.clone())
                .collect(),
            warned_of_the_sheet: must()
                .filter(|page| page.read && of_the_sheet(page))
                .count(),
        }
    }
}

/// Whether a page was accepted although it lies elsewhere.
pub(super) fn is_off(page: &Compared) -> bool {
    page.off.is_some_and(|off| off.max_mm > MAX_OFF_MM)
}

fn of_the_sheet(page: &Compared) -> bool {
    let of_the_sheet = |code: &WarningCode| {
        matches!(
            code,
            WarningCode::Stretched | WarningCode::SeveralSheets | WarningCode::CutOff
        )
    };
    page.warnings.iter().any(of_the_sheet)
}

fn describe(page: &Compared) -> String {
    let max_mm = page.off.map_or(0.0, |off| off.max_mm);
    let warnings: Vec<String> = page.warnings.iter().map(name).collect();
    format!(
        "{} {max_mm:.2} mm; done to it: {:?}; warnings: {}",
        page.name,
        page.damages,
        warnings.join(", ")
    )
}
