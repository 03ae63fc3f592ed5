//! The phrases of `data/words/safeguarding.txt`, and when a word is read as one of theirs.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::lists::is_word;
use crate::text::Word;

/// Shorter words must be read right: with one letter changed they are other words.
const N_LETTERS_FORGIVEN: usize = 6;

/// Words in a row, and why they raise a flag.
pub(super) struct Phrase {
    pub(super) words: Vec<&'static str>,
    pub(super) why: &'static str,
}

/// The list, by the first letter of the first word; and the harmless phrases.
struct Phrases {
    by_letter: HashMap<char, Vec<Phrase>>,
    harmless: HashMap<&'static str, Vec<Vec<&'static str>>>,
}

static PHRASES: LazyLock<Phrases> = LazyLock::new(|| {
    let mut phrases = Phrases {
        by_letter: HashMap::new(),
        harmless: HashMap::new(),
    };
    let mut why = "";
    for line in include_str!("../../data/words/safeguarding.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
    {
        match line.strip_prefix("== ") {
            Some(heading) => why = heading,
            None => add(&mut phrases, line, why),
        }
    }
    phrases
});

fn add(phrases: &mut Phrases, line: &'static str, why: &'static str) {
    let words: Vec<&'static str> = line.split(' ').collect();
    let Some(first) = words.first().copied().filter(|word| !word.is_empty()) else {
        return;
    };
    if why == "harmless" {
        phrases.harmless.entry(first).or_default().push(words);
    } else if let Some(letter) = first.chars().next() {
        phrases
            .by_letter
            .entry(letter)
            .or_default()
            .push(Phrase { words, why });
    }
}

/// The phrases that a word may begin. The first letter must be right.
pub(super) fn candidates(word: &str) -> impl Iterator<Item = &'static Phrase> + use<'_> {
    let letter = word.chars().next().unwrap_or(' ');
    let phrases = PHRASES.by_letter.get(&letter).into_iter().flatten();
    phrases.filter(move |phrase| alike(word, phrase.words[0]))
}

/// How many words from the first on are a harmless phrase; 0 for none.
pub(super) fn is_harmless(words: &[Word<'_>]) -> usize {
    let phrases = words
        .first()
        .and_then(|word| PHRASES.harmless.get(word.folded.as_str()));
    let fits = |phrase: &&Vec<&str>| {
        words.len() >= phrase.len()
            && words
                .iter()
                .zip(phrase.iter())
                .all(|(word, expected)| word.folded == *expected)
    };
    phrases
        .into_iter()
        .flatten()
        .filter(fits)
        .map(Vec::len)
        .max()
        .unwrap_or(0)
}

/// Whether a word was meant; long ones with one letter wrong, missing, too many, or two changed about, when they are no
/// words themselves ("treat" is no "threat").
pub(super) fn alike(word: &str, expected: &str) -> bool {
    word == expected
        || word.trim_matches('-').replace('-', "") == expected.replace('-', "")
        || (expected.len() >= N_LETTERS_FORGIVEN
            && is_one_off(word.as_bytes(), expected.as_bytes())
            && !is_word(word))
}

fn is_one_off(word: &[u8], expected: &[u8]) -> bool {
    let n_same = word
        .iter()
        .zip(expected)
        .take_while(|(a, b)| a == b)
        .count();
    let (rest, expected) = (&word[n_same..], &expected[n_same..]);
    let is_changed_about = rest.len() > 1
        && expected.len() > 1
        && rest[0] == expected[1]
        && rest[1] == expected[0]
        && rest[2..] == expected[2..];
    let behind = |bytes: &[u8]| bytes.get(1..).unwrap_or_default().to_vec();
    let is_wrong = behind(rest) == behind(expected) && rest.len() == expected.len();
    let is_missing = !expected.is_empty() && rest == &expected[1..];
    let is_too_many = !rest.is_empty() && &rest[1..] == expected;
    is_changed_about || is_wrong || is_missing || is_too_many
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_are_alike_with_one_letter_wrong() {
        for word in [
            "suicide", "suicjde", "sucide", "suiciide", "suicdie", "SUICIDE",
        ] {
            assert!(alike(&word.to_lowercase(), "suicide"), "{word}");
        }
        assert!(
            !alike("suicxdy", "suicide")
                && !alike("bet", "beat")
                && !alike("treat", "threat")
                && alike("selfharm", "self-harm")
        );
    }
}
