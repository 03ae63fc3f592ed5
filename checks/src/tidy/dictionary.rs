//! The words of British English, of care and of names, made once when first asked for.

use std::collections::HashSet;
use std::sync::OnceLock;

use fst::Set;

use super::affix::unfold;
use crate::lists::{care_words, sorts};

/// The sets of words.
pub(super) struct Dictionary {
    /// As they are written: small letters, or with the capitals they need.
    pub(super) words: Set<Vec<u8>>,
    /// Known, but never suggested.
    not_suggested: HashSet<String>,
}

static DICTIONARY: OnceLock<Dictionary> = OnceLock::new();

/// Makes the dictionary, unless it is there already; otherwise the first text that is looked at waits for it.
pub fn load() {
    dictionary();
}

pub(super) fn dictionary() -> &'static Dictionary {
    DICTIONARY.get_or_init(Dictionary::new)
}

impl Dictionary {
    fn new() -> Self {
        let unfolded = unfold(
            include_str!("../../data/dictionary/en_GB.aff"),
            include_str!("../../data/dictionary/en_GB.dic"),
        );
        let not_suggested = unfolded
            .iter()
            .filter(|u| !u.is_suggested)
            .map(|u| u.word.clone())
            .collect();
        let mut words: Vec<String> = unfolded.into_iter().map(|u| u.word).collect();
        words.extend(care_words().map(str::to_owned));
        words.sort_unstable();
        words.dedup();
        let words = Set::from_iter(words).expect("sorted words without doubles make a set");
        Self {
            words,
            not_suggested,
        }
    }

    /// Whether a word in small letters is right, with or without a capital.
    pub(super) fn knows(&self, word: &str) -> bool {
        let mut letters = word.chars();
        let capital: String = letters
            .next()
            .into_iter()
            .flat_map(char::to_uppercase)
            .chain(letters)
            .collect();
        self.words.contains(word)
            || self.words.contains(capital)
            || self.words.contains(word.to_uppercase())
    }

    pub(super) fn is_suggested(&self, word: &str) -> bool {
        !self.not_suggested.contains(word)
    }
}

/// Whether a word in small letters is given as a first name.
pub(super) fn is_first_name(word: &str) -> bool {
    sorts(word).is_first()
}

/// Whether a word in small letters is in any list of names.
pub(super) fn is_name(word: &str) -> bool {
    sorts(word).is_name()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn british_words_and_words_of_care_are_known() {
        for word in [
            "colour",
            "organised",
            "untidiest",
            "diarrhoea",
            "paracetamol",
            "physios",
            "a&e",
            "mri",
            "didn't",
            "monday",
            "yoghurts",
        ] {
            assert!(dictionary().knows(word), "{word}");
        }
        for word in ["recieve", "definately", "color"] {
            assert!(!dictionary().knows(word), "{word}");
        }
    }
}
