//! The figures over all pages, as they are printed and written as JSON.

mod bars;
mod marks;
mod naming;
mod numbers;
mod parts;
mod placed;
mod registration;
mod states;
mod texts;

use std::collections::BTreeMap;

use samples::{CodeTruth, Expected};
use schemas::reading::{Engine, MarkDecision};
use serde::Serialize;

use super::compare::Compared;
pub(super) use bars::Bar;
pub(super) use marks::Marks;
pub(super) use naming::Naming;
pub(super) use numbers::{Spread, count, share};
pub(in crate::commands) use numbers::{cer, edits};
pub(super) use parts::Part;
pub(super) use placed::Placed;
pub(super) use registration::{MAX_OFF_MM, Registrations};
pub(super) use states::{Margin, States};
pub(super) use texts::Texts;

/// A page that is turned by more is thought to lie another way up.
pub(super) const WRONG_WAY_DEG: f64 = 45.0;

/// Everything that is measured.
#[derive(Debug, Serialize)]
pub(super) struct Figures {
    /// What read the pages.
    pub(super) engine: Engine,
    /// How many pages have a truth.
    pub(super) pages: usize,
    /// What is asked for, and whether it is reached.
    pub(super) bars: Vec<Bar>,
    /// Pages whose code came through.
    pub(super) code_whole: Naming,
    /// Pages whose code was destroyed.
    pub(super) code_destroyed: Naming,
    /// Pages on which no code is printed.
    pub(super) no_code: Naming,
    /// Pages that were read another way up than they lie.
    pub(super) orientation_wrong: Vec<String>,
    pub(super) registration: Registrations,
    pub(super) marks: Marks,
    /// Pages that were set aside and read again as a person places them; none of them counts anywhere else.
    pub(super) placed: Placed,
    pub(super) drawings: States,
    pub(super) margin: Margin,
    pub(super) texts: Texts,
    /// How often each warning was given.
    pub(super) warnings: BTreeMap<String, usize>,
    /// The same on pages that nothing was done to.
    pub(super) warnings_without_damage: BTreeMap<String, usize>,
    pub(super) by_layout: BTreeMap<String, Part>,
    pub(super) by_damage: BTreeMap<String, Part>,
    pub(super) by_dpi: BTreeMap<String, Part>,
}

impl Figures {
    pub(super) fn of(pages: &[Compared], engine: Engine) -> Self {
        let with_code = |code| Naming::of(pages.iter().filter(move |page| page.code == code));
        let undamaged = |page: &&Compared| page.damages.is_empty();
        let mut figures = Self {
            engine,
            pages: pages.len(),
            bars: Vec::new(),
            code_whole: with_code(Some(CodeTruth::Whole)),
            code_destroyed: with_code(Some(CodeTruth::Destroyed)),
            no_code: with_code(None),
            orientation_wrong: pages
                .iter()
                .filter(|page| lies_wrong(page))
                .map(|page| page.name.clone())
                .collect(),
            registration: Registrations::of(pages),
            marks: Marks::of(pages),
            placed: Placed::of(pages),
            drawings: States::of(pages),
            margin: Margin::of(pages),
            texts: Texts::of(pages),
            warnings: warnings(pages.iter()),
            warnings_without_damage: warnings(pages.iter().filter(undamaged)),
            by_layout: parts::parts(pages, |page| vec![page.layout.clone()]),
            by_damage: parts::parts(pages, damages),
            by_dpi: parts::parts(pages, |page| vec![dpi_class(page.dpi).to_owned()]),
        };
        figures.bars = bars::bars(&figures);
        figures
    }
}

/// Whether a page was read another way up than it lies.
pub(super) fn lies_wrong(page: &Compared) -> bool {
    page.turned_deg.is_some_and(|deg| deg > WRONG_WAY_DEG)
}

/// Whether a page that must be warned of came through in silence.
pub(super) fn came_in_silence(page: &Compared) -> bool {
    page.expected == Expected::Warned && page.read && page.warnings.is_empty()
}

fn damages(page: &Compared) -> Vec<String> {
    let mut damages = page.damages.clone();
    if damages.is_empty() {
        damages.push("none".to_owned());
    }
    // The same may have been done twice.
    damages.sort();
    damages.dedup();
    damages
}

fn dpi_class(dpi: Option<f64>) -> &'static str {
    match dpi {
        None => "unknown",
        Some(dpi) if dpi < 170.0 => "below 170",
        Some(dpi) if dpi < 250.0 => "170 to 250",
        Some(dpi) if dpi < 350.0 => "250 to 350",
        Some(dpi) if dpi < 500.0 => "350 to 500",
        Some(_) => "from 500",
    }
}

fn warnings<'a>(pages: impl Iterator<Item = &'a Compared>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for code in pages.flat_map(|page| &page.warnings) {
        *counts.entry(name(code)).or_default() += 1;
    }
    counts
}

/// A value as it is called in JSON.
pub(in crate::commands) fn name(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

/// What was made of something, for a table of confusions.
fn change(truth: &impl Serialize, found: Option<impl Serialize>) -> String {
    let found = found.map_or_else(|| "missing".to_owned(), |found| name(&found));
    format!("{} → {found}", name(truth))
}

/// A box in words.
pub(super) fn describe_mark(mark: &super::compare::MarkCompared) -> String {
    let found = mark.found.map_or_else(
        || "missing".to_owned(),
        |(decision, score)| format!("{} ({score:.3})", name(&decision)),
    );
    format!(
        "{}={} is {}, read as {found}",
        mark.region,
        mark.value,
        name(&mark.truth)
    )
}

/// A region in words.
pub(super) fn describe_state(region: &super::compare::RegionCompared) -> String {
    format!("{}: {}", region.region, change(&region.truth, region.found))
}

/// Whether one of these decisions means that a tick counts, and the other that it does not.
const fn differs_in_effect(a: MarkDecision, b: MarkDecision) -> bool {
    matches!(a, MarkDecision::Ticked) != matches!(b, MarkDecision::Ticked)
}
