//! The parts of a date, and what of it may stay.

use regex::Captures;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A month, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Month(pub(super) usize);

/// Reads a month by its first three letters, or by its number.
pub(super) fn month_of(text: &str) -> Option<Month> {
    if let Ok(number) = text.parse() {
        return (1..=12).contains(&number).then_some(Month(number));
    }
    let start = text.get(..3)?.to_lowercase();
    let idx = MONTHS
        .iter()
        .position(|month| month.to_lowercase().starts_with(&start))?;
    Some(Month(idx + 1))
}

/// The year of a date. Two figures above 50 are of the last century.
pub(super) fn year_of(captures: &Captures<'_>) -> Option<u32> {
    let year = ["year", "short", "glued"]
        .iter()
        .find_map(|name| captures.name(name))?;
    let number: u32 = year
        .as_str()
        .trim_start_matches(['\'', '\u{2019}'])
        .parse()
        .ok()?;
    Some(match number {
        0..=50 => 2000 + number,
        51..=99 => 1900 + number,
        _ => number,
    })
}

/// The month and the year. A year of the last century is most often that of a birth, of which nothing stays.
pub(super) fn kept(captures: &Captures<'_>) -> String {
    let named = |name| captures.name(name).and_then(|m| month_of(m.as_str()));
    let month = named("month").or_else(|| named("day"));
    // Optional groups may be absent from a pattern.
    let year = year_of(captures);
    match (month, year) {
        (Some(Month(month)), None) => MONTHS[month - 1].to_owned(),
        (Some(Month(month)), Some(year)) if year >= 2000 => format!("{} {year}", MONTHS[month - 1]),
        _ => "[date removed]".to_owned(),
    }
}
