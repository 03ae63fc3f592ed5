//! Dates with a day and a month, in figures and in words. What may stay is the month.

mod parts;

use std::sync::LazyLock;

use regex::{Captures, Regex};

use self::parts::{Month, month_of, year_of};
use super::patterns::{after, before, pattern};
use crate::finding::{Finding, Kind};

/// Months as people write them; `month_of` reads what this finds.
const MONTH: &str = r"(?: jan(?:uary|urary|uray)? | feb(?:ruary|uary|urary|ruay)? | mar(?:ch)? | apr(?:il|ill)? | may | june? | july?
        | aug(?:ust|gust|st)? | sept(?:ember|ermber|mber)? | sep | oct(?:ober|obre)? | nov(?:ember|ermber)? | dec(?:ember|ermber)? )";

const WEEKDAY: &str = r"(?: (?: mon(?:day|days)? | tue(?:s|sday|day)? | weds? | wed(?:nesday|esday|ensday) | thu(?:r|rs|rsday)?
        | fri(?:day)? | sat(?:urday|erday)? | sun(?:day)? ) \b [.,]? \s* )";

/// A day in figures, with what is written behind it.
const DAY: &str = r"(?: 0?[1-9] | [12]\d | 3[01] )";
const ORDINAL: &str = r"(?: \s? (?:st|nd|rd|th) \b )";

/// A day in words.
const DAY_WORD: &str = r"(?: (?:twenty|thirty) [\s\-] (?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)
        | first | second | third | fourth | fifth | sixth | seventh | eighth | ninth | tenth | eleventh | twelfth | thirteenth
        | fourteenth | fifteenth | sixteenth | seventeenth | eighteenth | nineteenth | twentieth | thirtieth )";

const YEAR: &str =
    r"(?: [\s,.\-/]* (?P<year> (?:19|20)\d\d | ['’]\d\d ) \b | [\s\-/] (?P<short> [0-3]\d ) \b )";

/// 12 March, the 14th of June 2025, Tues 5th Aug '25, 12th and 13th of May.
static DAY_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b {WEEKDAY}? (?: the \s+ )?
        (?: {DAY} {ORDINAL}? \s* (?: - | – | / | & | to | and | till | or ) \s* (?: the \s+ )? {WEEKDAY}? )?
        (?: (?P<day>{DAY}) (?P<ordinal>{ORDINAL})? | (?P<word>\b{DAY_WORD}) )
        (?P<of> \s* (?: day \s+ )? of \s* )? [\s.,\-/]* (?P<month>{MONTH}) (?: \b \.? {YEAR}? | (?P<glued> (?:20)?\d\d ) \b )"
    ))
});

/// March 12, May the 4th, June 3rd 2024.
static MONTH_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b {WEEKDAY}? (?P<month>{MONTH}) \b \.? \s* (?P<the> the \s+ )?
        (?: (?P<day>{DAY}) (?: (?P<ordinal>{ORDINAL}) | \b ) | (?P<word>{DAY_WORD}) \b ) {YEAR}?"
    ))
});

/// 3/4/25, 01.08.2025, 2-10-24.
static FIGURES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b {WEEKDAY}? (?P<day>\d{{1,2}}) \s?(?P<mark>[/.\-–])\s? (?P<month>\d{{1,2}}) \s?[/.\-–]\s? (?P<year> (?:19|20)\d\d | \d\d ) \b"
    ))
});

/// 2025-04-03.
static ISO: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b (?P<year>(?:19|20)\d\d) [\-/.] (?P<month>0?[1-9]|1[0-2]) [\-/.] (?P<day>0[1-9]|[12]\d|3[01]) \b",
    )
});

/// On 3/4: two figures are a date only where the words say so.
static SHORT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b (?: on | dated? | from | since | until | till | born | dob | d\.o\.b\.? | {WEEKDAY} ) [\s:]+ (?: the \s+ )?
        (?P<all> (?P<day> 0?[1-9] | [12]\d | 3[01] ) / (?P<month> 0?[1-9] | 1[0-2] ) ) \b"
            .replace("{WEEKDAY}", WEEKDAY.trim())
            .as_str(),
    )
});

/// Before a month and a figure that are a date.
static LED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b (?: on | since | until | till | from | by | dated? | born | dob | of ) [\s:]* $")
});

/// Behind a month and a figure: they count something.
static COUNTS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^ (?: [:.]\d | \s?% | \s* (?: st | a\.?m | p\.?m | mg | ml | mcg | kg | hours? | hrs? | days? | weeks? | months? | years? | times? | patients?
        | people | nurses? | doctors? | appointments? | letters? | of \s (?:us|them) | staff | others? | visits? | beds? | calls?
        | attempts? | different | more ) \b )",
    )
});

/// Adds the dates of a text.
pub(super) fn find(text: &str, findings: &mut Vec<Finding>) {
    for captures in DAY_FIRST.captures_iter(text) {
        if day_first_is_date(text, &captures) {
            add(&captures, findings);
        }
    }
    for captures in MONTH_FIRST.captures_iter(text) {
        if month_first_is_date(text, &captures) {
            add(&captures, findings);
        }
    }
    for captures in FIGURES.captures_iter(text).chain(ISO.captures_iter(text)) {
        if figures_are_date(text, &captures) {
            add(&captures, findings);
        }
    }
    for captures in SHORT.captures_iter(text) {
        if let Some(all) = captures
            .name("all")
            .filter(|all| !text[all.end()..].starts_with(['/', '.']))
        {
            let replacement = parts::kept(&captures);
            push(findings, (all.start(), all.end()), &replacement);
        }
    }
}

fn add(captures: &Captures<'_>, findings: &mut Vec<Finding>) {
    if let Some(all) = captures.get(0) {
        let kept = all.as_str().trim_end_matches([' ', '.', ',', '-']);
        push(
            findings,
            (all.start(), all.start() + kept.len()),
            &parts::kept(captures),
        );
    }
}

fn push(findings: &mut Vec<Finding>, place: (usize, usize), replacement: &str) {
    let why = "A day with its month can tell whose story it is; the month is enough.";
    findings.push(Finding::new(Kind::Date, place, why, replacement));
}

/// "10 may need it", "3 sat": small words that are also months need more than a figure before them.
fn day_first_is_date(text: &str, captures: &Captures<'_>) -> bool {
    let (Some(all), Some(month)) = (captures.get(0), captures.name("month")) else {
        return false;
    };
    let is_sure = ["ordinal", "of", "year", "short", "glued"]
        .iter()
        .any(|name| captures.name(name).is_some());
    let lead = before(text, all.start(), 6);
    let is_cut = lead.ends_with(['.', ':', '/', '£']);
    let is_word = matches!(month.as_str(), "may" | "march" | "mar" | "dec" | "sep");
    let is_led =
        lead.trim_end().ends_with("on") || all.as_str().starts_with(|c: char| c.is_alphabetic());
    let has_day_word = captures.name("word").is_some();
    !is_cut && (is_sure || (!has_day_word && (!is_word || is_led)))
}

fn month_first_is_date(text: &str, captures: &Captures<'_>) -> bool {
    let (Some(all), Some(month)) = (captures.get(0), captures.name("month")) else {
        return false;
    };
    if captures.name("ordinal").is_some() {
        return true;
    }
    if captures.name("word").is_some() {
        return captures.name("the").is_some();
    }
    let is_word = matches!(
        month.as_str().to_lowercase().as_str(),
        "may" | "march" | "mar" | "dec" | "sep" | "sept"
    );
    let is_march = month_of(month.as_str()) == Some(Month(3))
        && month.as_str().starts_with(char::is_uppercase);
    let is_led = LED.is_match(before(text, all.start(), 12));
    let has_year = captures.name("year").is_some();
    let tail = after(text, all.end(), 16);
    let is_day = !tail.starts_with(['/', '-', ':', '\'']) && !COUNTS.is_match(tail);
    has_year || (is_day && (!is_word || is_led || is_march))
}

fn figures_are_date(text: &str, captures: &Captures<'_>) -> bool {
    let number = |name| {
        captures
            .name(name)
            .and_then(|m| m.as_str().parse::<u32>().ok())
            .unwrap_or(0)
    };
    let (day, month) = (number("day"), number("month"));
    let in_order = (1..=31).contains(&day) && (1..=12).contains(&month);
    let american = (1..=12).contains(&day) && (13..=31).contains(&month);
    let Some(all) = captures.get(0) else {
        return false;
    };
    let goes_on = after(text, all.end(), 2).starts_with(['/', '-', '.'])
        && after(text, all.end() + 1, 1).starts_with(|c: char| c.is_ascii_digit());
    let came_on = before(text, all.start(), 2).ends_with(['.', '/', '-', '£', ':']);
    (in_order || american) && !goes_on && !came_on && year_of(captures).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{apply, settle};

    fn findings(text: &str) -> Vec<Finding> {
        let mut findings = Vec::new();
        find(text, &mut findings);
        settle(findings)
    }

    #[test]
    fn a_day_with_its_month_is_found_whole() {
        for date in [
            "12 March",
            "3/4/25",
            "the 14th of June",
            "Tuesday 5th August 2025",
            "SUNDAY 13TH APRIL",
            "Wed 3rd Dec",
            "22nd of November 2024",
            "01.08.25",
            "2-10-24",
            "February 27th",
            "2025-04-03",
            "May the 4th",
            "Sept. 9th",
            "4 Jan '25",
            "the twenty-first of May",
            "12th and 13th of March",
            "Mon. 3rd Feb",
            "30 / 11 / 2024",
            "1st march",
            "March 12, 2024",
            "9th Jan",
            "12-Mar-24",
            "12Mar2024",
            "april 12",
        ] {
            let text = format!("it was ({date}) we said");
            let found: Vec<_> = findings(&text)
                .into_iter()
                .map(|f| text[f.start..f.end].to_owned())
                .collect();
            assert_eq!(found, [date]);
        }
    }

    #[test]
    fn figures_that_are_no_date_are_let_be() {
        for text in [
            "pain 4/5",
            "bp 140/90",
            "9/10",
            "March 2025",
            "in May 3 patients fell",
            "3 may have it",
            "bed 5 sat empty",
            "since the 1990s",
            "call 020 7946 0581",
            "99/13/25",
            "the second may be worse",
            "ratio 1:2:3",
            "June 2 hours late",
            "£1.10.20",
            "version 1.2.34.5",
        ] {
            assert!(findings(text).is_empty(), "{text}: {:?}", findings(text));
        }
    }

    #[test]
    fn the_month_stays() {
        for (text, expected) in [
            ("seen 12 March 2025 at last", "seen March 2025 at last"),
            ("on 3/4/25.", "on April 2025."),
            ("on Tuesday 5th August then", "on August then"),
            ("dob 11/09/62", "dob [date removed]"),
            ("in on 14/2 for it", "in on February for it"),
        ] {
            assert_eq!(apply(text, &findings(text)), expected);
        }
    }
}
