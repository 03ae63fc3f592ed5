//! Times of the clock. Not durations, doses, prices, scores or blood pressures.

use std::sync::LazyLock;

use regex::Regex;

use super::patterns::{after, before, pattern};
use crate::finding::{Finding, Kind};

const HOUR_WORD: &str =
    "(?: one | two | three | four | five | six | seven | eight | nine | ten | eleven | twelve )";
const PART_OF_DAY: &str = r"(?: \s+ (?: (?:in|of) \s the \s (?:early \s)? (?:morning|afternoon|evening) | at \s night | in \s the \s night ) \b )";
const HALF_DAY: &str = r"(?: \s? (?: [ap]\.?\s?m\b\.? ) )";
const HOURS: &str = r"(?: \s? (?: hrs? | hours ) \b )";

/// 14:05, 9.30am, 0630 hrs, 6pm, 2-3pm, three o'clock.
static CLOCK: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b (?:
          (?: [01]?\d | 2[0-4] ) : [0-5]\d (?: :[0-5]\d )? (?: {HALF_DAY} | {HOURS} )? {PART_OF_DAY}?
        | (?: (?:0?[1-9]|1[0-2]) (?: [.:][0-5]\d )? \s? (?: - | – | to | / ) \s? )?
          (?: 0?[1-9] | 1[0-2] ) (?: \s? [.:;,]? \s? [0-5]\d )? {HALF_DAY} {PART_OF_DAY}?
        | (?: [01]\d | 2[0-3] ) \.? [0-5]\d {HOURS}
        | (?: {HOUR_WORD} | 0?[1-9] | 1[0-2] ) (?: [\s\-]? (?:thirty|fifteen|forty[\s\-]five) )? \s? o\s?['’`]?\s?clock \b {PART_OF_DAY}?
        | {HOUR_WORD} (?: \s (?: thirty | fifteen | forty[\s\-]five ) )? {HALF_DAY}
        )"
    ))
});

/// 9.30 with a word before it that leads to a time, or with a nought first.
static POINT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b (?P<hour> [01]?\d | 2[0-3] ) \. [0-5]\d \b (?: \s? (?:-|–|to|till|until) \s? (?:[01]?\d|2[0-3])\.[0-5]\d \b )? {PART_OF_DAY}?"
    ))
});

/// Half past four, quarter to two in the morning, ten to twelve, 20 past 3, half 8.
static SPOKEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b (?: (?:a \s)? (?: half | quarter | 1/2 | 1/4 | ½ | ¼ | twenty (?: [\s\-] five)? | ten | five | 20 | 25 | 10 | 15 | 5 )
          (?: \s (?:minutes|mins?) )? \s? (?P<link> past | to | before ) \s? (?P<hour> {HOUR_WORD} | 1[0-2] | 0?[1-9] | midnight | noon | midday )
        | half [\s\-] (?P<half> {HOUR_WORD} | 1[0-2] | [1-9] ) ) \b {HALF_DAY}? {PART_OF_DAY}?"
    ))
});

/// At six in the morning, at two thirty, about 11ish.
static LED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b (?: at | by | until | till | about | around | gone | nearly | past | since | after | before | from | came | arrived | woke | woken | up | it['’]?s | was | home ) \s
        (?P<all> (?: {HOUR_WORD} | 0?[1-9] | 1[0-2] ) {PART_OF_DAY}
        | {HOUR_WORD} [\s\-] (?: thirty | fifteen | forty[\s\-]five | twenty | ten | fifty ) \b {PART_OF_DAY}?
        | (?: {HOUR_WORD} | [1-9] | 1[0-2] ) [\s\-]? ish \b {PART_OF_DAY}? )"
    ))
});

/// Before hours and minutes: they are how long it took.
static LASTED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b (?: took | for | lasted | waited | waiting | another | over | of | wait | about \s a ) \s $",
    )
});

/// Words that lead to a time.
static LEADS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b (?: at | by | until | till | til | from | around | about | before | after | since | on | past | to | between
        | and | time | arrived | left | came | discharged | seen | it \s was | approx\.? | roughly | nearly | only | bloods ) \s (?:the \s)? (?:just \s)? (?:only \s)? $",
    )
});

/// Words before a number that is an amount.
static AMOUNTS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?: [£$€] \s? | \b(?: cost | paid | pay | costs | temp(?:erature)? | was \s up \s to | level | ph | sugars? | hba1c | potassium | score | bmi ) \s (?: of \s | was \s | is \s | at \s | up \s to \s )? | [\d/.:] ) $",
    )
});

/// Behind a number: it is an amount.
static UNITS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^ (?: \d | [./:]\d | \s? (?: % | ° | p\b | mg | mcg | ml | kg | g\b | cm | mm | mmol | lbs? | stone | pounds? | quid | miles? | km | degrees? | units?
        | hours? | hrs? | minutes? | mins? | days? | weeks? | months? | years? | each | a\s(?:go|day|week|time|pop) | litres? | l\b | million | out\b | per\b | an\b ) )",
    )
});

/// Behind words: they count something.
static COUNTED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^ \s (?: of | hours? | hrs? | minutes? | mins? | days? | weeks? | months? | years? | people | patients? | of \s us | mg | ml | tablets? | times? | other
        | stone | more | per | percent | inch(?:es)? | feet | beds? | nurses? | a \s (?:day|week) | doses? | visits? | pills? | stars? | the \s size | staff | grand | dozen | hundred ) \b",
    )
});

/// Adds the times of a text.
pub(super) fn find(text: &str, findings: &mut Vec<Finding>) {
    for found in CLOCK.find_iter(text) {
        let lead = before(text, found.start(), 12);
        let is_verb =
            found.as_str().ends_with(" am") && after(text, found.end(), 3).starts_with(" I");
        let is_duration = found.as_str().ends_with("hours") && LASTED.is_match(lead);
        if !lead.ends_with(['£', '$', '€', '/', ':']) && !is_verb && !is_duration {
            add(findings, found.start(), found.as_str());
        }
    }
    for captures in POINT.captures_iter(text) {
        if let (Some(all), Some(hour)) = (captures.get(0), captures.name("hour")) {
            let lead = before(text, all.start(), 30);
            let is_led = LEADS.is_match(lead) || hour.as_str().starts_with('0');
            let is_amount = AMOUNTS.is_match(lead) || UNITS.is_match(after(text, all.end(), 12));
            if is_led && !is_amount {
                add(findings, all.start(), all.as_str());
            }
        }
    }
    find_spoken(text, findings);
}

fn find_spoken(text: &str, findings: &mut Vec<Finding>) {
    for captures in SPOKEN.captures_iter(text) {
        let Some(all) = captures.get(0) else {
            continue;
        };
        let is_range = captures
            .name("link")
            .is_some_and(|link| link.as_str().eq_ignore_ascii_case("to"))
            && all.as_str().starts_with(|c: char| c.is_ascii_digit());
        let is_led = LEADS.is_match(before(text, all.start(), 20));
        let is_cut = before(text, all.start(), 2).ends_with(['.', '/', '-', '£']);
        if !COUNTED.is_match(after(text, all.end(), 14)) && (!is_range || is_led) && !is_cut {
            add(findings, all.start(), all.as_str());
        }
    }
    for captures in LED.captures_iter(text) {
        if let Some(all) = captures.name("all") {
            add(findings, all.start(), all.as_str());
        }
    }
}

fn add(findings: &mut Vec<Finding>, start: usize, found: &str) {
    let is_short = found.ends_with("p.m.") || found.ends_with("a.m.");
    let kept = if is_short {
        found
    } else {
        found.trim_end_matches('.')
    };
    let why = "A time of the clock can tell who was on duty, or whose story it is.";
    findings.push(Finding::new(
        Kind::Time,
        (start, start + kept.len()),
        why,
        "[time removed]",
    ));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{found_words, settle};

    fn found(text: &str) -> Vec<&str> {
        let mut findings = Vec::new();
        find(text, &mut findings);
        found_words(text, settle(findings))
    }

    #[test]
    fn times_are_found_however_they_are_said() {
        for time in [
            "10.30am",
            "14:05",
            "half past four",
            "quarter to two in the morning",
            "6pm",
            "6 am",
            "9:15",
            "ten to twelve",
            "Three o'clock in the morning",
            "05.50",
            "half 8",
            "4.45pm",
            "0630 hrs",
            "twenty past 3",
            "11 p.m.",
            "2-3pm",
            "5 o clock",
            "three in the morning",
            "1.15",
            "nine pm",
            "two thirty",
        ] {
            let text = format!("they came at {time}");
            assert_eq!(found(&text), [time]);
        }
    }

    #[test]
    fn durations_scores_and_prices_are_none() {
        for text in [
            "waited 4 hours",
            "it was 4/5",
            "bp 140/90",
            "£36.50 for parking",
            "cost 3.50",
            "temp was 38.45",
            "5 to 6 people",
            "ten to twelve weeks",
            "50mg at 2.50 each",
            "half a day",
            "half of us",
            "half two tablets",
            "I am 84",
            "1 to 10 for pain",
            "a quarter of an hour",
            "all the time",
            "bed 6 am I",
            "24/7",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }
}
