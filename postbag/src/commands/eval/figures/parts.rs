use std::collections::BTreeMap;

use samples::Expected;
use serde::Serialize;

use super::numbers::Spread;
use super::registration::is_off;
use crate::commands::eval::compare::Compared;

/// The most important figures of some of the pages.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Part {
    pub(crate) pages: usize,
    pub(crate) named_right: usize,
    /// Pages that can be read and were set aside.
    pub(crate) refused: usize,
    pub(crate) residual_mm: Spread,
    pub(crate) largest_mm: f64,
    /// Accepted and off by more than 1.2 mm.
    pub(crate) off: usize,
    pub(crate) boxes: usize,
    pub(crate) marks_wrong: usize,
    pub(crate) marks_unsure: usize,
    /// Regions in which a drawing may be.
    pub(crate) regions: usize,
    pub(crate) drawings_wrong: usize,
    pub(crate) called_blank: usize,
    pub(crate) margin_missed: usize,
    pub(crate) margin_false: usize,
}

/// The figures of each part; a page may belong to several.
pub(super) fn parts(
    pages: &[Compared],
    names: impl Fn(&Compared) -> Vec<String>,
) -> BTreeMap<String, Part> {
    let mut members: BTreeMap<String, Vec<&Compared>> = BTreeMap::new();
    for page in pages {
        for name in names(page) {
            members.entry(name).or_default().push(page);
        }
    }
    let part = |(name, pages): (String, Vec<&Compared>)| (name, Part::of(&pages));
    members.into_iter().map(part).collect()
}

impl Part {
    fn of(pages: &[&Compared]) -> Self {
        let readable = || pages.iter().filter(|page| page.expected == Expected::Read);
        let off = || readable().filter_map(|page| page.off);
        let marks = || pages.iter().flat_map(|page| &page.marks);
        let regions = || pages.iter().flat_map(|page| &page.regions);
        let margin = |truth_and_found| {
            let same = |page: &&&Compared| page.margin == Some(truth_and_found);
            pages.iter().filter(same).count()
        };
        Self {
            pages: pages.len(),
            named_right: pages.iter().filter(|page| page.names.all()).count(),
            refused: readable().filter(|page| !page.read).count(),
            residual_mm: Spread::of(off().map(|off| off.rms_mm)),
            largest_mm: off().map(|off| off.max_mm).fold(0.0, f64::max),
            off: pages.iter().filter(|page| is_off(page)).count(),
            boxes: marks().count(),
            marks_wrong: marks().filter(|mark| mark.wrong()).count(),
            marks_unsure: marks().filter(|mark| !mark.decided()).count(),
            regions: regions().count(),
            drawings_wrong: regions().filter(|region| !region.right()).count(),
            called_blank: regions().filter(|region| region.called_blank()).count(),
            margin_missed: margin((true, false)),
            margin_false: margin((false, true)),
        }
    }
}
