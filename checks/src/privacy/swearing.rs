//! Obscene and discriminatory words, masked ones included.

mod innocent;
mod masked;

use std::sync::LazyLock;

use regex::Regex;

use super::patterns::pattern;
use crate::finding::{Finding, Kind};
use crate::text::{Case, Manner, Word};

/// Words as a whole; those that end in a star stand for all that begin so.
struct List {
    whole: Vec<&'static str>,
    beginnings: Vec<&'static str>,
}

static LIST: LazyLock<List> = LazyLock::new(|| {
    let lines = include_str!("../../data/words/swearing.txt").lines();
    let words = lines.filter(|line| !line.starts_with('#'));
    let (beginnings, mut whole): (Vec<&str>, Vec<&str>) =
        words.partition(|word| word.ends_with('*'));
    whole.sort_unstable();
    let beginnings = beginnings
        .into_iter()
        .map(|word| word.trim_end_matches('*'))
        .collect();
    List { whole, beginnings }
});

/// Words that are none alone.
static PHRASES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b (?: half[\s\-]castes? | cock(?:ed)?[\s\-]ups? | nut[\s\-]?house | funny \s farm | bog \s off | sweet \s f\.?a\b
        | (?: silly | old | fat | stupid | miserable | moody | lazy | cheeky | daft | nasty | rude | grumpy ) \s (?: cow | mare | bag | hag | trout )s? ) \b",
    )
});

/// Words that are also names, and are meant so with a capital.
const NAMES: &[&str] = &["dick", "jap", "prat", "tit"];

/// Adds the swearing of a text.
pub(super) fn find(text: &str, words: &[Word<'_>], findings: &mut Vec<Finding>) {
    for word in words {
        let is_name = NAMES.contains(&word.bare())
            && word.case == Case::Capital
            && word.manner == Manner::Usual;
        let is_meant = is_swearing(word.bare()) && !is_name && !innocent::is_innocent(text, word);
        if is_meant {
            add(findings, (word.start, word.end_of_bare()), word.text);
        }
    }
    for found in PHRASES.find_iter(text) {
        add(findings, (found.start(), found.end()), found.as_str());
    }
    for (start, end) in masked::find(text) {
        add(findings, (start, end), &text[start..end]);
    }
}

fn is_swearing(folded: &str) -> bool {
    let list = &*LIST;
    list.whole.binary_search(&folded).is_ok()
        || list
            .beginnings
            .iter()
            .any(|start| folded.starts_with(start))
}

fn add(findings: &mut Vec<Finding>, place: (usize, usize), word: &str) {
    let why = "An obscene or discriminatory word is not published.";
    findings.push(Finding::new(Kind::Swearing, place, why, &starred(word)));
}

/// The first letter, and stars for the others; what has none becomes a remark.
fn starred(word: &str) -> String {
    let mut letters = word.chars();
    match letters.next() {
        Some(first) if first.is_alphabetic() => {
            format!("{first}{}", "*".repeat(letters.count().max(1)))
        }
        _ => "[word removed]".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::found_words;
    use crate::text::words;

    fn found(text: &str) -> Vec<&str> {
        let mut findings = Vec::new();
        find(text, &words(text), &mut findings);
        found_words(text, findings)
    }

    #[test]
    fn obscene_and_discriminatory_words_are_found() {
        for word in [
            "bollocks", "shitty", "arse", "bloody", "BUGGER", "nutter", "sh*te", "f**k", "f***ing",
            "w@nker", "b*****d", "cr*p",
        ] {
            assert_eq!(found(&format!("what a {word} machine")), [word]);
        }
        assert_eq!(found("that coloured nurse"), ["coloured"]);
    }

    #[test]
    fn places_names_and_clinical_words_are_none() {
        for text in [
            "Scunthorpe and Penistone",
            "bloody stools",
            "a bloody discharge",
            "a finger prick test",
            "spastic quadriplegia",
            "Dick sat up",
            "a coloured scarf",
            "cockroach, cocktail, class, assist, assess",
            "grade A* care",
            "5***** stars",
            "passed the titration",
            "Essex",
            "dickens",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }

    #[test]
    fn stars_stand_instead() {
        assert_eq!(starred("arse"), "a***");
        assert_eq!(starred("*"), "[word removed]");
    }
}
