//! Telephone numbers: of the United Kingdom, of elsewhere with a plus, short ones that are called so, and spelled out.

use std::sync::LazyLock;

use regex::Regex;

use super::patterns::{digits, n_true_digits, pattern};
use crate::finding::{Finding, Kind};
use crate::text::Word;

/// From 0 or +44: nine or ten digits more.
static BRITISH: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?: (?: \(?\+ | \b00 ) \s? 44 \)? [\s.\-]{0,2} (?: \(\s?0\s?\) [\s.\-]{0,2} | 0[\s.\-]? )? [\dOIl]
            | \(? \b[0O] [\s.\-]? [1-9OIl] )
        (?: [\ .\-()]{0,3} [\dOIl] ){8,9} \b",
    )
});

/// Of other countries.
static FOREIGN: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\+ \d{1,3} (?: [\s.\-()]{0,2} \d ){7,12} \b"));

/// Fewer digits, called a telephone number.
static CALLED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b (?: tel(?:ephone)? | phone(?:d|s)? | mob(?:ile)? | fax | ring | rang | dial(?:led)? | text | landline | ext(?:ension)? )\b \.?
        (?: \s* (?:no|number|num|nr|me|us|on|is|at|them|her|him|back|was|my) \b \.? ){0,3} \s* [:\-]? \s*
        ( \(?\d (?: [\ \-()]{0,2} \d ){4,9} )\b",
    )
});

/// Numbers of the public, no person's.
const PUBLIC: &[&str] = &[
    "116123", "116000", "116006", "118118", "118500", "08001111", "18001", "18002",
];

/// How many spelled digits make a number.
const N_SPELLED_LEAST: usize = 7;

/// Adds the telephone numbers of a text.
pub(super) fn find(text: &str, words: &[Word<'_>], findings: &mut Vec<Finding>) {
    for found in BRITISH.find_iter(text).chain(FOREIGN.find_iter(text)) {
        if n_true_digits(found.as_str()) >= 8 {
            add(findings, (found.start(), found.end()));
        }
    }
    for captures in CALLED.captures_iter(text) {
        if let Some(number) = captures.get(1)
            && !PUBLIC.contains(&digits(number.as_str()).as_str())
        {
            add(findings, (number.start(), number.end()));
        }
    }
    find_spelled(words, findings);
}

fn add(findings: &mut Vec<Finding>, place: (usize, usize)) {
    let why = "It is a telephone number.";
    findings.push(Finding::new(
        Kind::Phone,
        place,
        why,
        "[phone number removed]",
    ));
}

fn find_spelled(words: &[Word<'_>], findings: &mut Vec<Finding>) {
    let mut idx = 0;
    while idx < words.len() {
        let (n_words, n_digits) = spelled(&words[idx..]);
        if n_digits >= N_SPELLED_LEAST {
            add(findings, (words[idx].start, words[idx + n_words - 1].end));
        }
        idx += n_words.max(1);
    }
}

/// How many words from the first on spell digits, and how many digits.
fn spelled(words: &[Word<'_>]) -> (usize, usize) {
    let (mut n_words, mut n_digits) = (0, 0);
    while let Some(word) = words
        .get(n_words)
        .filter(|word| n_words == 0 || !word.is_apart)
    {
        let next = words
            .get(n_words + 1)
            .map_or(0, |next| n_spelled(&next.folded));
        let (taken, digits) = match (word.folded.as_str(), n_spelled(&word.folded), next) {
            ("double", _, 1..) => (2, 2),
            ("treble" | "triple", _, 1..) => (2, 3),
            (_, 0, _) => break,
            (_, digits, _) => (1, digits),
        };
        n_words += taken;
        n_digits += digits;
    }
    (n_words, n_digits)
}

fn n_spelled(word: &str) -> usize {
    const DIGITS: &[&str] = &[
        "oh", "o", "zero", "nought", "naught", "one", "two", "three", "four", "five", "six",
        "seven", "eight", "nine",
    ];
    let parts = || word.split('-');
    if parts().all(|part| DIGITS.contains(&part)) {
        parts().count()
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{found_words, settle};
    use crate::text::words;

    fn found(text: &str) -> Vec<&str> {
        let mut findings = Vec::new();
        find(text, &words(text), &mut findings);
        found_words(text, settle(findings))
    }

    #[test]
    fn numbers_are_found_however_they_are_grouped() {
        for number in [
            "0114 496 0555",
            "01314960066",
            "0151-496-0129",
            "(020) 7946 0581",
            "029 2018 0923",
            "+44 7700 900 466",
            "+44 (0)117 496 0308",
            "0044 7700 900466",
            "07700-900467",
            "0800 122 31 35",
            "O7700 9OO 466",
            "+353 1 234 5678",
            "oh double seven double oh, nine double oh, five one eight",
            "zero one one four four nine six zero five five five",
        ] {
            assert_eq!(found(&format!("it is {number} if you")), [number]);
        }
        assert_eq!(found("ring me on 496 0555"), ["496 0555"]);
    }

    #[test]
    fn public_numbers_and_other_digits_are_let_be() {
        for text in [
            "I rang 111 then 999",
            "ring 116 123",
            "one two three and up",
            "943 476 5919",
            "it cost 1000000 pounds",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }
}
