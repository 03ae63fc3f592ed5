//! The figures over all pages, as they are printed and written as JSON.

use std::collections::BTreeMap;

use samples::{CodeTruth, Expected};
use schemas::reading::{InkState, MarkDecision, RecognisedBy};
use serde::Serialize;

use super::compare::Compared;

/// A page whose registration is farther off than this anywhere must not be accepted.
const MAX_OFF_MM: f64 = 1.2;
/// A page that is turned by more is thought to lie another way up.
const WRONG_WAY_DEG: f64 = 45.0;

/// Everything that is measured.
#[derive(Debug, Serialize)]
pub(super) struct Figures {
    /// How many pages have a truth.
    pub(super) pages: usize,
    /// Pages whose code came through.
    pub(super) code_whole: Naming,
    /// Pages whose code was destroyed.
    pub(super) code_destroyed: Naming,
    /// Pages that were read another way up than they lie.
    pub(super) orientation_wrong: usize,
    pub(super) registration: Registrations,
    pub(super) marks: Marks,
    pub(super) drawings: Drawings,
    pub(super) margin: Margin,
    /// Characters of the stories that were read wrong, as a share; only when text was read.
    pub(super) story_cer: Option<Spread>,
    /// How often each warning was given.
    pub(super) warnings: BTreeMap<String, usize>,
    pub(super) by_layout: BTreeMap<String, Part>,
    pub(super) by_damage: BTreeMap<String, Part>,
    pub(super) by_dpi: BTreeMap<String, Part>,
}

/// Whether pages are called what they are.
#[derive(Debug, Default, Serialize)]
pub(super) struct Naming {
    pub(super) pages: usize,
    pub(super) layout_right: usize,
    pub(super) version_right: usize,
    pub(super) side_right: usize,
    pub(super) serial_right: usize,
    pub(super) all_right: usize,
    pub(super) all_right_share: f64,
    /// Pages that were recognised by their print.
    pub(super) by_print: usize,
}

/// Whether pages lie where they are thought to.
#[derive(Debug, Serialize)]
pub(super) struct Registrations {
    /// Pages that were read.
    pub(super) accepted: usize,
    /// Root mean square distance from the true place over a 5 × 5 grid of the page, in millimetres.
    pub(super) residual_mm: Spread,
    /// The largest distance on that grid.
    pub(super) largest_mm: Spread,
    /// Accepted pages that are off by more than 1.2 mm somewhere on the grid.
    pub(super) accepted_but_off: Vec<String>,
    /// Pages that can be read and were set aside.
    pub(super) refused: usize,
    pub(super) refused_share: f64,
    /// Pages that must be warned of, and those that came without refusal or warning.
    pub(super) must_be_warned: usize,
    pub(super) not_warned: Vec<String>,
}

/// A distribution.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct Spread {
    pub(super) mean: f64,
    pub(super) median: f64,
    pub(super) p99: f64,
    pub(super) max: f64,
}

/// Whether boxes are read as they were ticked.
#[derive(Debug, Default, Serialize)]
pub(super) struct Marks {
    pub(super) boxes: usize,
    pub(super) decided: usize,
    pub(super) wrong: usize,
    /// Of the wrong ones, those between ticked and taken back, which a person sees beside each other.
    pub(super) wrong_about_cancelling: usize,
    pub(super) unsure: usize,
    pub(super) unsure_share: f64,
    pub(super) wrong_list: Vec<String>,
}

/// Whether the kind of ink in regions is right.
#[derive(Debug, Default, Serialize)]
pub(super) struct Drawings {
    /// Spaces for drawings.
    pub(super) spaces: usize,
    pub(super) spaces_right: usize,
    pub(super) spaces_right_share: f64,
    /// Blocks and lines for writing: right when it is right whether something is drawn there.
    pub(super) written: usize,
    pub(super) written_right: usize,
    /// All of them.
    pub(super) right_share: f64,
    pub(super) called_blank: Vec<String>,
    /// `truth → found`, for spaces for drawings.
    pub(super) confusion: BTreeMap<String, usize>,
    pub(super) wrong_list: Vec<String>,
}

/// Whether writing outside of every region is seen.
#[derive(Debug, Default, Serialize)]
pub(super) struct Margin {
    pub(super) written: usize,
    pub(super) seen: usize,
    pub(super) clean: usize,
    pub(super) false_alarms: usize,
}

/// The most important figures of some of the pages.
#[derive(Debug, Default, Serialize)]
pub(super) struct Part {
    pub(super) pages: usize,
    pub(super) named_right: usize,
    pub(super) refused: usize,
    pub(super) largest_mm: f64,
    pub(super) marks_wrong: usize,
    pub(super) marks_unsure: usize,
    pub(super) drawings_wrong: usize,
}

impl Figures {
    pub(super) fn of(pages: &[Compared]) -> Self {
        let with_code = |code: CodeTruth| pages.iter().filter(move |page| page.code == code);
        Self {
            pages: pages.len(),
            code_whole: Naming::of(with_code(CodeTruth::Whole)),
            code_destroyed: Naming::of(with_code(CodeTruth::Destroyed)),
            orientation_wrong: pages
                .iter()
                .filter(|page| page.turned_deg.is_some_and(|deg| deg > WRONG_WAY_DEG))
                .count(),
            registration: Registrations::of(pages),
            marks: Marks::of(pages),
            drawings: Drawings::of(pages),
            margin: Margin::of(pages),
            story_cer: story_cer(pages),
            warnings: warnings(pages),
            by_layout: parts(pages, |page| vec![page.layout.clone()]),
            by_damage: parts(pages, |page| {
                if page.damages.is_empty() {
                    vec!["none".to_owned()]
                } else {
                    page.damages.clone()
                }
            }),
            by_dpi: parts(pages, |page| vec![format!("{:04.0}", page.dpi)]),
        }
    }
}

impl Naming {
    fn of<'a>(pages: impl Iterator<Item = &'a Compared>) -> Self {
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

impl Registrations {
    fn of(pages: &[Compared]) -> Self {
        let off = || {
            pages
                .iter()
                .filter_map(|page| page.off.map(|off| (page, off)))
        };
        let readable = pages.iter().filter(|page| page.expected == Expected::Read);
        let refused = readable.clone().filter(|page| !page.read).count();
        let must = || {
            pages
                .iter()
                .filter(|page| page.expected == Expected::Warned)
        };
        // What can be described by no map is no case for the distances.
        let measured = || off().filter(|(page, _)| page.expected == Expected::Read);
        Self {
            accepted: pages.iter().filter(|page| page.read).count(),
            residual_mm: Spread::of(measured().map(|(_, off)| off.rms_mm)),
            largest_mm: Spread::of(measured().map(|(_, off)| off.max_mm)),
            accepted_but_off: off()
                .filter(|(_, off)| off.max_mm > MAX_OFF_MM)
                .map(|(page, off)| format!("{} {:.2} mm", page.file, off.max_mm))
                .collect(),
            refused,
            refused_share: share(refused, readable.count()),
            must_be_warned: must().count(),
            not_warned: must()
                .filter(|page| page.read && page.warnings.is_empty())
                .map(|page| page.file.clone())
                .collect(),
        }
    }
}

impl Marks {
    fn of(pages: &[Compared]) -> Self {
        let mut sum = Self::default();
        for (page, mark) in pages
            .iter()
            .flat_map(|page| page.marks.iter().map(move |m| (page, m)))
        {
            sum.boxes += 1;
            if mark.decision == MarkDecision::Unsure {
                sum.unsure += 1;
                continue;
            }
            sum.decided += 1;
            if mark.decision != mark.truth {
                sum.wrong += 1;
                let taken_back = [mark.decision, mark.truth].contains(&MarkDecision::Cancelled);
                sum.wrong_about_cancelling += usize::from(taken_back);
                sum.wrong_list.push(format!(
                    "{} {}={} is {:?}, read as {:?} ({:.3}) {:?}",
                    page.file,
                    mark.region,
                    mark.value,
                    mark.truth,
                    mark.decision,
                    mark.score,
                    page.damages
                ));
            }
        }
        sum.unsure_share = share(sum.unsure, sum.boxes);
        sum
    }
}

impl Drawings {
    fn of(pages: &[Compared]) -> Self {
        let mut sum = Self::default();
        let regions = pages
            .iter()
            .flat_map(|page| page.regions.iter().map(move |r| (page, r)));
        for (page, region) in regions {
            let space = region.kind == "drawing";
            let right = right(region.truth, region.found, space);
            if space {
                sum.spaces += 1;
                sum.spaces_right += usize::from(right);
                let change = format!("{:?} → {:?}", region.truth, region.found);
                *sum.confusion.entry(change.to_lowercase()).or_default() += 1;
            } else {
                sum.written += 1;
                sum.written_right += usize::from(right);
            }
            let what = format!(
                "{} {}: {:?}, read as {:?} {:?}",
                page.file, region.region, region.truth, region.found, page.damages
            );
            if region.truth.has_drawing() && region.found == InkState::Blank {
                sum.called_blank.push(what.clone());
            }
            if !right {
                sum.wrong_list.push(what);
            }
        }
        sum.spaces_right_share = share(sum.spaces_right, sum.spaces);
        sum.right_share = share(
            sum.spaces_right + sum.written_right,
            sum.spaces + sum.written,
        );
        sum
    }
}

/// In a space for drawings the kind of ink must be right; elsewhere, whether something is drawn.
pub(super) fn right(truth: InkState, found: InkState, space: bool) -> bool {
    if space {
        truth == found
    } else {
        truth.has_drawing() == found.has_drawing()
    }
}

impl Margin {
    fn of(pages: &[Compared]) -> Self {
        let mut sum = Self::default();
        for (written, seen) in pages.iter().filter_map(|page| page.margin) {
            if written {
                sum.written += 1;
                sum.seen += usize::from(seen);
            } else {
                sum.clean += 1;
                sum.false_alarms += usize::from(seen);
            }
        }
        sum
    }
}

impl Spread {
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        let Some(max) = values.last().copied() else {
            return Self::default();
        };
        Self {
            mean: values.iter().sum::<f64>() / count(values.len()),
            median: values[values.len() / 2],
            p99: values[(values.len() * 99).div_ceil(100).saturating_sub(1)],
            max,
        }
    }
}

/// Characters that were read wrong, of all that were written: the edit distance of each story.
fn story_cer(pages: &[Compared]) -> Option<Spread> {
    let stories = pages.iter().filter_map(|page| page.story.as_ref());
    let read: Vec<f64> = stories
        .filter(|(_, read)| !read.is_empty())
        .map(|(written, read)| cer(written, read))
        .collect();
    (!read.is_empty()).then(|| Spread::of(read.into_iter()))
}

/// The character error rate: the least number of characters to change, add or take away, for each one written.
pub(super) fn cer(written: &str, read: &str) -> f64 {
    let (written, read): (Vec<char>, Vec<char>) =
        (written.chars().collect(), read.chars().collect());
    let mut row: Vec<usize> = (0..=read.len()).collect();
    for (i, a) in written.iter().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, b) in read.iter().enumerate() {
            let change = before + usize::from(a != b);
            before = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    count(row[read.len()]) / count(written.len().max(1))
}

fn warnings(pages: &[Compared]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for code in pages.iter().flat_map(|page| &page.warnings) {
        let name = serde_json::to_value(code).unwrap_or_default();
        let name = name.as_str().unwrap_or_default().to_owned();
        *counts.entry(name).or_default() += 1;
    }
    counts
}

fn parts(pages: &[Compared], names: impl Fn(&Compared) -> Vec<String>) -> BTreeMap<String, Part> {
    let mut parts: BTreeMap<String, Part> = BTreeMap::new();
    for page in pages {
        for name in names(page) {
            let part = parts.entry(name).or_default();
            part.pages += 1;
            part.named_right += usize::from(page.names.all());
            part.refused += usize::from(!page.read);
            part.largest_mm = part.largest_mm.max(page.off.map_or(0.0, |off| off.max_mm));
            let marks = || page.marks.iter();
            part.marks_unsure += marks()
                .filter(|m| m.decision == MarkDecision::Unsure)
                .count();
            part.marks_wrong += marks()
                .filter(|m| m.decision != MarkDecision::Unsure && m.decision != m.truth)
                .count();
            part.drawings_wrong += page
                .regions
                .iter()
                .filter(|r| !right(r.truth, r.found, r.kind == "drawing"))
                .count();
        }
    }
    parts
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        0.0
    } else {
        count(part) / count(whole)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of pages and characters")]
fn count(n: usize) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn character_errors_are_counted_against_what_was_written() {
        assert!((cer("kitten", "sitting") - 0.5).abs() < 1e-9);
        assert!((cer("same", "same")).abs() < 1e-9);
        assert!((cer("ab", "") - 1.0).abs() < 1e-9);
    }

    #[test]
    fn the_99th_percentile_of_a_hundred_values_is_the_last_but_one() {
        let spread = Spread::of((1..=100).map(f64::from));
        assert!((spread.p99 - 99.0).abs() < 1e-9 && (spread.max - 100.0).abs() < 1e-9);
        assert!((spread.median - 51.0).abs() < 1e-9);
    }

    #[test]
    fn where_people_write_only_a_drawing_counts() {
        assert!(right(InkState::Writing, InkState::Blank, false));
        assert!(!right(InkState::Writing, InkState::Both, false));
        assert!(!right(InkState::Writing, InkState::Blank, true));
    }
}
