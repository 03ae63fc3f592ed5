//! Words that are spelled wrong, where the right one is plain.

use super::dictionary::{dictionary, is_first_name, is_name};
use super::near::nearest;
use crate::finding::{Finding, Kind};
use crate::lists::{is_place, is_very_common};
use crate::text::{Case, Manner, Word};

/// Written as one word though they are two, and the like.
const KNOWN: &[(&str, &str)] = &[
    ("abit", "a bit"),
    ("alot", "a lot"),
    ("aswell", "as well"),
    ("atall", "at all"),
    ("atleast", "at least"),
    ("eachother", "each other"),
    ("inbetween", "in between"),
    ("incase", "in case"),
    ("infact", "in fact"),
    ("infront", "in front"),
    ("noone", "no one"),
    ("thankyou", "thank you"),
    ("everytime", "every time"),
    ("highlyrecommend", "highly recommend"),
    ("ive", "I've"),
    ("im", "I'm"),
    ("iam", "I am"),
    ("thier", "their"),
    ("loosing", "losing"),
];

/// "Should of" is "should have".
const BEFORE_OF: &[&str] = &[
    "should",
    "could",
    "would",
    "must",
    "might",
    "shouldn't",
    "couldn't",
    "wouldn't",
];

/// Adds the misspellings of a text.
pub(super) fn find(text: &str, words: &[Word<'_>], findings: &mut Vec<Finding>) {
    for (idx, word) in words.iter().enumerate() {
        let before = idx
            .checked_sub(1)
            .map_or("", |idx| words[idx].folded.as_str());
        let behind = words.get(idx + 1).map_or("", |word| word.folded.as_str());
        if word.folded == "of" && BEFORE_OF.contains(&before) && behind != "course" {
            add(word, word.end, "have", findings);
        } else if let Some(right) = right(text, word) {
            add(word, word.end_of_bare(), &right, findings);
        }
    }
}

fn add(word: &Word<'_>, end: usize, right: &str, findings: &mut Vec<Finding>) {
    let right = in_case_of(word, right);
    let why = format!("It may be misspelled: {right}?");
    findings.push(Finding::new(
        Kind::Spelling,
        (word.start, end),
        &why,
        &right,
    ));
}

/// The right word, where this one is wrong and no name.
fn right(text: &str, word: &Word<'_>) -> Option<String> {
    let bare = word.bare();
    if !can_be_wrong(text, word) {
        return None;
    }
    if let Some((_, right)) = KNOWN.iter().find(|(wrong, _)| *wrong == bare) {
        return Some((*right).to_owned());
    }
    let is_right = |part: &str| part.len() < 2 || dictionary().knows(part) || is_first_name(part);
    let is_known = is_right(bare)
        || dictionary().knows(&word.folded)
        || bare.contains('-') && bare.split('-').all(is_right);
    // With z it is right as well, in Oxford at least.
    let has_z = bare.contains('z') && dictionary().knows(&bare.replace('z', "s"));
    if is_known || is_place(bare) || has_z || bare.contains('-') {
        return None;
    }
    let right = nearest(dictionary(), bare)?;
    (!is_name(bare) || is_very_common(&right)).then_some(right)
}

/// Words with a capital inside a sentence may be names, those in capitals acronyms.
fn can_be_wrong(text: &str, word: &Word<'_>) -> bool {
    let is_plain = word
        .text
        .chars()
        .all(|c| c.is_alphabetic() || matches!(c, '\'' | '\u{2019}' | '-'));
    let is_long = word.folded.len() > 1 && word.folded.is_ascii();
    let is_part = text[..word.start].ends_with(['@', '/', '\\', '_', '&', '#', '*'])
        || text[word.end..].starts_with(['@', '/', '\\', '_', '&', '*']);
    let says_nothing = match word.case {
        Case::Small => true,
        Case::Capital => {
            word.manner != Manner::Usual || word.starts_sentence && !is_name(word.bare())
        }
        Case::Capitals => word.manner == Manner::Shouting && word.text.len() > 3,
    };
    is_plain && is_long && !is_part && says_nothing
}

/// As the wrong word was written: in capitals, with a capital, or small.
fn in_case_of(word: &Word<'_>, right: &str) -> String {
    let starts = word.case == Case::Capital || (word.starts_sentence && word.case == Case::Small);
    if word.case == Case::Capitals && word.text.len() > 1 {
        right.to_uppercase()
    } else if starts {
        let mut letters = right.chars();
        letters
            .next()
            .into_iter()
            .flat_map(char::to_uppercase)
            .chain(letters)
            .collect()
    } else {
        right.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::words;

    fn found(text: &str) -> Vec<(String, String)> {
        let mut findings = Vec::new();
        find(text, &words(text), &mut findings);
        findings
            .into_iter()
            .map(|f| {
                (
                    text[f.start..f.end].to_owned(),
                    f.replacement.unwrap_or_default(),
                )
            })
            .collect()
    }

    #[test]
    fn the_right_word_is_suggested_in_the_same_case() {
        for (text, wrong, right) in [
            ("Teh ward", "Teh", "The"),
            ("THE DOCTER WAS HORRIBLE TODAY", "DOCTER", "DOCTOR"),
            ("it took alot of time", "alot", "a lot"),
            ("I should of gone", "of", "have"),
            ("the nurse was freindly", "freindly", "friendly"),
        ] {
            assert_eq!(
                found(text),
                [(wrong.to_owned(), right.to_owned())],
                "{text}"
            );
        }
    }

    #[test]
    fn names_acronyms_and_dialect_are_never_corrected() {
        for text in [
            "Then Saoirse and Agnieszka came",
            "thanks to kayleigh",
            "the ECG and PICC line",
            "nowt was done, ye ken",
            "at Ystradgynlais",
            "Mrs Gabbitas",
            "could of course wait",
            "a follow-up x-ray",
            "wheelchair-bound",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
