//! Numbers that stand for a patient: NHS, CHI and H&C by their check digit or their name, hospital records by their
//! name, National Insurance by its shape.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::patterns::{after, before, digits, n_true_digits, pattern};
use crate::finding::{Finding, Kind};

/// What stands instead.
const REMOVED: &str = "[number removed]";

/// Ten digits, in any groups. Some may have been read as letters.
static TEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b (?: [\dOIl] (?:[\ \u{a0}\-.]{0,2} [\dOIl]){9} | \d{3} / \d{3} / \d{4} ) \b")
});

/// What calls ten digits a patient's, in the words before them.
static CALLED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?: nhs | chi | h\s*&\s*c | h\s*and\s*c | hcn | health\s*(?:and|&)\s*(?:social\s*)?care
        | hosp(?:ital)?\.?\s*(?:no|num) | patient\s*(?:no|num|id) | (?:unit|record)\s*(?:no|num) | mrn )",
    )
});

/// The same, in the words behind them.
static CALLED_BEHIND: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[\s,)\-]*(?:(?:is|was|which|that)\s+)?(?:(?:my|the|his|her|our)\s+)?(?:correct\s+)?(?:nhs|chi|h\s*&\s*c|hospital|patient)\s*(?:no|num)",
    )
});

/// The same of any number, as long as it is nobody's telephone.
static CALLED_NUMBER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?: number | num | no\.? ) \b [^\d]{0,20} $"));

/// A telephone's.
static CALLED_PHONE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b(?: phone | tel(?:ephone)? | mob(?:ile)? | call | ring | rang | text | fax )\w*\b")
});

/// A record number by its shape alone: few capitals, and more digits than a ward, a road or a medicine has.
static SHAPED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b (?-i:[A-Z]{1,4}) [\ \-/]? \d{6,8} \b"));

/// What ten digits may be instead.
static OTHER_THING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?: order | asset | serial | invoice | model | batch | lot | barcode | ticket | tracking | parcel | booking
        | policy | charity | company | licen[cs]e | account | receipt | product | part | item | delivery | machine
        | sticker | tag | isbn | meter | bank )\b [^\d,;]{0,20} $",
    )
});

/// A record number with its name before it.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?: mrn (?:\s*(?:no|num(?:ber)?)\b)? | h/n | casenotes? | (?:our|your|my|complaint|datix|case|letter)\s*ref(?:erence)? (?:\s*(?:no|num(?:ber)?)\b)?
        | (?:hosp(?:ital)?\.? | unit | record | patient | case(?:\s?notes?)? | casenotes? | reg(?:istration)?
            | pas | k | x | district | clinic | identity | identification | medical | maternity | ward)
          \s* (?:record\s*|unit\s*)? (?:no|nu[mn]b\w*|num|nr|id|ref(?:erence)?)
        | pid | hosp\s*\# | patient\s*\# )\b
        [.,:;\-\#=]* \s* (?:[a-z]+\s+){0,4}? [.,:;\-\#=\ (]*
        ( (?: (?-i:[A-Z]{1,4}\s) | [a-z]{1,4}[\-/]? )? \d [\da-z]* (?: [-/\ ] \d+ )* )\b",
    )
});

/// A record number that begins with its name.
static GLUED: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b mrn [-/.]? \d{4,12} [a-z]?\b"));

/// National Insurance.
static INSURANCE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b [a-ceghj-prtw-z][a-ceghj-npr-tw-z] \s? \d{2} \s? \d{2} \s? \d{2} \s? [a-d]\b")
});

/// Adds the numbers of a text.
pub(super) fn find(text: &str, findings: &mut Vec<Finding>) {
    find_tens(text, findings);
    for captures in NAMED.captures_iter(text) {
        let Some(value) = captures.get(1) else {
            continue;
        };
        if n_true_digits(value.as_str()) >= 4 {
            let why = "It is called a record number: whoever works at the hospital can look it up.";
            add(findings, value.range(), why);
        }
    }
    for found in SHAPED.find_iter(text) {
        if !OTHER_THING.is_match(before(text, found.start(), 90)) {
            let why =
                "It has the shape of a hospital record number: whoever works there can look it up.";
            add(findings, found.range(), why);
        }
    }
    for found in GLUED.find_iter(text) {
        let why = "It is a hospital record number: whoever works there can look it up.";
        add(findings, found.range(), why);
    }
    for found in INSURANCE.find_iter(text) {
        add(
            findings,
            found.range(),
            "It looks like a National Insurance number.",
        );
    }
}

fn add(findings: &mut Vec<Finding>, place: Range<usize>, why: &str) {
    let place = (place.start, place.end);
    findings.push(Finding::new(Kind::Number, place, why, REMOVED));
}

/// A number may begin at each digit that begins a group: one that leads nowhere does not hide the next.
fn find_tens(text: &str, findings: &mut Vec<Finding>) {
    let mut at = 0;
    while let Some(found) = TEN.find_at(text, at) {
        match why_ten(text, (found.start(), found.end())) {
            Some(why) => {
                add(findings, found.range(), why);
                at = found.end();
            }
            None => at = found.start() + 1,
        }
    }
}

fn why_ten(text: &str, (start, end): (usize, usize)) -> Option<&'static str> {
    let number = &text[start..end];
    let lead = before(text, start, 90);
    if n_true_digits(number) < 8 || OTHER_THING.is_match(lead) || is_part_of_more(text, start, end)
    {
        return None;
    }
    if is_valid(&digits(number)) {
        return Some(
            "Ten digits whose check digit is that of an NHS, CHI or H&C number: it stands for one patient.",
        );
    }
    let is_called = CALLED.is_match(lead)
        || CALLED_BEHIND.is_match(after(text, end, 40))
        || CALLED_NUMBER.is_match(lead) && !CALLED_PHONE.is_match(lead);
    is_called.then_some(
        "It is called an NHS, CHI, H&C or hospital number, though its check digit is not right.",
    )
}

/// Whether the ten digits are cut out of a longer number, as of a telephone.
fn is_part_of_more(text: &str, start: usize, end: usize) -> bool {
    let lead = before(text, start, 3);
    let tail = after(text, end, 2);
    let goes_on = tail
        .trim_start_matches(['-', '.', '/'])
        .starts_with(|c: char| c.is_ascii_digit());
    let came_on = lead
        .trim_end_matches(['-', '.', '/'])
        .ends_with(|c: char| c.is_ascii_digit());
    goes_on && !tail.starts_with(". ") || came_on || lead.ends_with(['+', '£', '@', '/', '_'])
}

/// Modulus 11 with the weights 10 to 2: that of NHS, CHI and H&C numbers
/// (NHS Data Model and Dictionary, "NHS NUMBER").
fn is_valid(number: &str) -> bool {
    let digits: Vec<u32> = number.chars().filter_map(|c| c.to_digit(10)).collect();
    let [first @ .., check] = digits.as_slice() else {
        return false;
    };
    let is_one_digit = number.bytes().all(|b| b == number.as_bytes()[0]);
    let sum: u32 = first
        .iter()
        .zip((2..=10).rev())
        .map(|(digit, weight)| digit * weight)
        .sum();
    digits.len() == 10 && !is_one_digit && (11 - sum % 11) % 11 == *check
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::found_words;

    fn found(text: &str) -> Vec<&str> {
        let mut findings = Vec::new();
        find(text, &mut findings);
        found_words(text, findings)
    }

    #[test]
    fn the_check_digit_tells_a_number() {
        for number in [
            "9434765919",
            "943 476 5919",
            "943-476-5919",
            "94347 65919",
            "943  476  5919",
        ] {
            assert_eq!(found(&format!("mine is {number} they said")), [number]);
        }
        assert!(is_valid("9434765919"));
        assert!(!is_valid("9876544321"));
        assert!(found("987 654 4321 was printed on it").is_empty());
    }

    #[test]
    fn a_name_before_or_behind_tells_a_number_whose_check_digit_is_wrong() {
        assert_eq!(found("NHS number is 987 654 4321"), ["987 654 4321"]);
        assert_eq!(found("987 654 4321 is my NHS number"), ["987 654 4321"]);
        assert_eq!(found("h and c no 3333333331"), ["3333333331"]);
        assert_eq!(found("NHS No 943 476 59I9"), ["943 476 59I9"]);
    }

    #[test]
    fn record_numbers_are_known_by_their_names() {
        for (text, number) in [
            ("hosp no. J/662018, then", "J/662018"),
            ("Hospital number: RX 4410 229", "RX 4410 229"),
            ("my record number is 0073 1846 if", "0073 1846"),
            ("unit number on the band was A123456", "A123456"),
            ("MRN5530127 on her wrist", "MRN5530127"),
            ("MRN: 00417763", "00417763"),
            ("NI number QQ 12 34 56 C", ""),
            ("it is JG 10 37 59 A", "JG 10 37 59 A"),
            ("they wrote RKB 204418 on my hand", "RKB 204418"),
            ("her number was 987 654 4321 on it", "987 654 4321"),
            ("the serial number is AB204418", ""),
            ("the number to ring is 987 654 4321", ""),
        ] {
            assert_eq!(
                found(text).first().copied().unwrap_or_default(),
                number,
                "{text}"
            );
        }
    }

    #[test]
    fn other_numbers_are_let_be() {
        for text in [
            "order no 9434765919",
            "asset 943 476 5919",
            "patient number 4 in the queue",
            "unit 12 was shut",
            "we waited 10 hours and 45 minutes",
            "call 07700 900 466",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }
}
