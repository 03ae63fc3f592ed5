//! Capitals that are missing: at the start of a sentence, of "I", of days and months, of what is read letter by letter.

use crate::finding::{Finding, Kind};
use crate::lists::PROPER;
use crate::text::{Case, Word};

const ACRONYMS: &[&str] = &[
    "nhs", "gp", "gps", "mri", "icu", "itu", "ecg", "copd", "hca", "hiv", "mrsa", "tv", "uk",
];

/// Adds the missing capitals of a text.
pub(super) fn find(words: &[Word<'_>], findings: &mut Vec<Finding>) {
    for (idx, word) in words
        .iter()
        .enumerate()
        .filter(|(_, word)| word.case == Case::Small && !word.is_number())
    {
        if let Some(why) = why(idx, word) {
            let right = if ACRONYMS.contains(&word.bare()) {
                acronym(word)
            } else {
                capital(word.text)
            };
            findings.push(Finding::new(
                Kind::SentenceCase,
                (word.start, word.end),
                why,
                &right,
            ));
        }
    }
}

fn why(idx: usize, word: &Word<'_>) -> Option<&'static str> {
    let is_after_stop = word.mark.contains(['.', '!', '?'])
        && !word.mark.contains("..")
        && !word.mark.contains('\u{2026}');
    if word.folded == "i" || word.folded.starts_with("i'") {
        Some("\"I\" is written with a capital.")
    } else if ACRONYMS.contains(&word.bare()) {
        Some("It is written in capitals.")
    } else if PROPER.contains(&word.bare()) {
        Some("It is written with a capital.")
    } else if word.starts_sentence && (idx == 0 || is_after_stop) {
        Some("A sentence begins with a capital.")
    } else {
        None
    }
}

fn acronym(word: &Word<'_>) -> String {
    let bare = &word.text[..word.end_of_bare() - word.start];
    let ending = &word.text[bare.len()..];
    match bare {
        "gps" => format!("GPs{ending}"),
        _ => format!("{}{ending}", bare.to_uppercase()),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(letters)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::apply;
    use crate::text::words;

    fn tidied(text: &str) -> String {
        let mut findings = Vec::new();
        find(&words(text), &mut findings);
        apply(text, &findings)
    }

    #[test]
    fn capitals_are_put_where_they_belong() {
        assert_eq!(
            tidied("on monday i came. nobody did. i'm cross with the nhs's gps"),
            "On Monday I came. Nobody did. I'm cross with the NHS's GPs"
        );
        assert_eq!(
            tidied("Well... maybe in may, dr. smith"),
            "Well... maybe in may, dr. smith"
        );
    }
}
