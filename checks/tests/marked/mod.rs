//! Reads texts in which people marked what is to be found: one JSON object a line.

use checks::measure::{KINDS, Mark, Marked};
use serde::Deserialize;

#[derive(Deserialize)]
struct Line {
    text: String,
    is_positive: bool,
    marks: Vec<LineMark>,
}

#[derive(Deserialize)]
struct LineMark {
    what: String,
    start: usize,
    end: usize,
}

/// The texts of a file.
pub(crate) fn parse(lines: &str) -> Result<Vec<Marked>, serde_json::Error> {
    lines
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| Ok(marked(serde_json::from_str(line)?)))
        .collect()
}

fn marked(line: Line) -> Marked {
    let marks = line.marks.iter().filter_map(|mark| {
        let kind = KINDS.iter().find(|(name, _)| *name == mark.what)?.1;
        Some(Mark {
            kind,
            start: mark.start,
            end: mark.end,
        })
    });
    Marked {
        marks: marks.collect(),
        text: line.text,
        is_positive: line.is_positive,
    }
}
