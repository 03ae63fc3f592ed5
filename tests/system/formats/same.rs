//! Whether two readings are of the same sheet.

use schemas::layout::LayoutId;
use schemas::reading::{MarkDecision, Reading, Status};

/// How much of the text may differ in a lossy form, for each 100 characters of the original.
const FEW_PERCENT: usize = 2;

/// What a form of the picture may change.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Allowed {
    /// Not a character.
    Nothing,
    /// Two characters of a hundred.
    AFewCharacters,
    /// The text as a whole; not what the sheet is, nor what is ticked on it.
    OtherText,
}

/// What must be the same in every form.
#[derive(Debug, PartialEq)]
struct Core<'a> {
    status: Status,
    leaflet: (
        Option<&'a LayoutId>,
        Option<u32>,
        Option<u32>,
        Option<&'a str>,
    ),
    marks: Vec<(&'a str, &'a str, MarkDecision)>,
}

fn core(reading: &Reading) -> Core<'_> {
    let Reading {
        status,
        layout,
        version,
        side,
        serial,
        regions,
        ..
    } = reading;
    let marks = regions.iter().flat_map(|region| {
        let marks = region.marks.iter();
        marks.map(|mark| (region.id.as_str(), mark.value.as_str(), mark.decision))
    });
    Core {
        status: *status,
        leaflet: (layout.as_ref(), *version, *side, serial.as_deref()),
        marks: marks.collect(),
    }
}

fn text(reading: &Reading) -> Vec<char> {
    let lines = reading.regions.iter().flat_map(|region| &region.lines);
    let lines: Vec<&str> = lines.map(|line| line.text.as_str()).collect();
    lines.join("\n").chars().collect()
}

/// How `reading` differs from that of the original more than is allowed.
pub(super) fn differences(reading: &Reading, original: &Reading, allowed: Allowed) -> Vec<String> {
    let mut differences = Vec::new();
    if core(reading) != core(original) {
        differences.push(format!(
            "{:?} {:?}, not {:?}",
            core(reading),
            reading.warnings,
            core(original)
        ));
    }
    let (read, expected) = (text(reading), text(original));
    let n_allowed = match allowed {
        Allowed::Nothing => 0,
        Allowed::AFewCharacters => expected.len() * FEW_PERCENT / 100,
        Allowed::OtherText => usize::MAX,
    };
    let n_other = changes(&read, &expected);
    if n_other > n_allowed {
        differences.push(format!("{n_other} of {} characters differ", expected.len()));
    }
    differences
}

/// The least number of characters to change, add or leave out.
fn changes(from: &[char], to: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.iter().enumerate() {
            let changed = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

#[test]
fn changes_are_counted_as_few_as_can_be() {
    let changes = |from: &str, to: &str| {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        super::same::changes(&chars(from), &chars(to))
    };
    assert_eq!(changes("kitten", "sitting"), 3);
    assert_eq!(changes("", "abc"), 3);
}
