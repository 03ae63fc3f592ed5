//! What people write: how likely a sign is after the ones before it, how likely a capital, and which words there are.
//!
//! Made by `training/postbag_lines/language.py`, which says how. Capitals and digits are folded: one sign for both cases
//! of a letter, one for all digits, so that a line in capitals is as likely as any other and a number is no word.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::network::{CHARACTERS, STRUCK};

/// The file as it was made.
static FILE: &[u8] = include_bytes!("../../models/language.bin");
static LANGUAGE: LazyLock<Language> = LazyLock::new(|| Language::read(FILE));
/// Signs that are looked back at.
const CONTEXT: usize = 6;
/// Bits of a sign in a history.
const BITS: usize = 6;
/// Steps of a kept log-probability a nat.
const STEPS: f32 = 16.0;
/// What a sign gets that was never seen at all.
const NEVER: f32 = -12.0;
const LETTERS: usize = 26;
const CASE_STATES: usize = 7;

/// A folded character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sign(u8);

/// The signs before a place, newest in the lowest bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct History(u64);

/// The places in the tree that suit a history, from none of its signs to the most that are known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Contexts {
    nodes: [u32; CONTEXT + 1],
    n: usize,
}

/// The model, ready to be asked.
#[derive(Debug)]
pub struct Language {
    /// For each class of the network (without the blank) its sign.
    signs: Vec<Sign>,
    space: Sign,
    cases: Vec<f32>,
    node_sign: Vec<u8>,
    unseen: Vec<f32>,
    first_child: Vec<u32>,
    first_next: Vec<u32>,
    next: Vec<u8>,
    score: Vec<f32>,
    words: Vec<u32>,
}

impl Language {
    /// The one that is part of the program.
    pub fn of_program() -> &'static Self {
        &LANGUAGE
    }

    /// Reads the file of `language.py`, which is part of the program and as it should be.
    fn read(file: &[u8]) -> Self {
        let mut rest = file;
        let mut take = |n: usize| {
            let (some, others) = rest.split_at(n.min(rest.len()));
            rest = others;
            some
        };
        let numbers = |bytes: &[u8]| -> Vec<u32> {
            let parts = bytes.as_chunks::<4>().0.iter();
            parts.map(|b| u32::from_le_bytes(*b)).collect()
        };
        let scores = |bytes: &[u8]| bytes.iter().map(|b| f32::from(*b) / -STEPS).collect();
        let sizes = numbers(take(12));
        let size = |i: usize| sizes.get(i).copied().unwrap_or_default() as usize;
        let (signs, space) = folded();
        Self {
            signs,
            space,
            cases: scores(take(CASE_STATES * LETTERS * 2)),
            node_sign: take(size(0)).to_vec(),
            unseen: scores(take(size(0))),
            first_child: starts(1, take(size(0))),
            first_next: starts(0, take(size(0))),
            next: take(size(1)).to_vec(),
            score: scores(take(size(1))),
            words: numbers(take(4 * size(2))),
        }
    }

    /// The sign of a class of the network (1 is its first character).
    pub fn sign(&self, class: usize) -> Sign {
        self.signs[class - 1]
    }

    /// The history at the start of a line: like after a space.
    pub fn start(&self) -> History {
        History(u64::from(self.space.0))
    }

    /// What is known for a history.
    pub fn contexts(&self, history: History) -> Contexts {
        let mut found = Contexts {
            n: 1,
            ..Contexts::default()
        };
        for back in 0..CONTEXT {
            let sign = (history.0 >> (back * BITS)) as u8 & 63;
            let node = found.nodes[found.n - 1] as usize;
            let (from, to) = (self.first_child[node], self.first_child[node + 1]);
            let children = &self.node_sign[from as usize..to as usize];
            let Ok(place) = children.binary_search(&sign) else {
                break;
            };
            found.nodes[found.n] = from + place as u32;
            found.n += 1;
        }
        found
    }

    /// The log-probability of a sign, whatever its case.
    pub fn score(&self, contexts: &Contexts, sign: Sign) -> f32 {
        let mut unseen = 0.0;
        for node in contexts.nodes[..contexts.n].iter().rev() {
            let node = *node as usize;
            let (from, to) = (self.first_next[node], self.first_next[node + 1]);
            let next = &self.next[from as usize..to as usize];
            if let Ok(place) = next.binary_search(&sign.0) {
                return unseen + self.score[from as usize + place];
            }
            unseen += self.unseen[node];
        }
        unseen + NEVER
    }

    /// The log-probability that a letter has the case it has, by what stands before it.
    pub fn case_score(&self, state: CaseState, letter: u8) -> f32 {
        let place = usize::from(letter.to_ascii_lowercase() - b'a');
        let capital = usize::from(letter.is_ascii_uppercase());
        self.cases[(state as usize * LETTERS + place) * 2 + capital]
    }

    /// Whether a word is known.
    pub fn knows(&self, word: WordHash) -> bool {
        self.words.binary_search(&word.0).is_ok()
    }
}

impl History {
    /// One sign later.
    #[must_use]
    pub const fn then(self, sign: Sign) -> Self {
        Self(self.0 << BITS | sign.0 as u64)
    }
}

/// The letters of a word, folded and hashed (FNV-1a).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WordHash(u32);

impl Default for WordHash {
    fn default() -> Self {
        Self(0x811c_9dc5)
    }
}

impl WordHash {
    /// One letter more.
    #[must_use]
    pub const fn then(self, letter: u8) -> Self {
        Self((self.0 ^ letter.to_ascii_lowercase() as u32).wrapping_mul(0x0100_0193))
    }
}

/// What stands before a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseState {
    /// Nothing, or the end of a sentence.
    Sentence,
    /// A word in capitals and a space.
    AfterCapitals,
    /// Another word and a space.
    Word,
    /// A small letter.
    Small,
    /// A capital at the start of a word.
    Capital,
    /// Several capitals.
    Capitals,
    /// A sign or a digit.
    Other,
}

/// The signs of all characters, and that of the space. A struck-out word has none of its own; it is as good as nothing.
fn folded() -> (Vec<Sign>, Sign) {
    let fold = |c: char| {
        if c.is_ascii_digit() {
            '0'
        } else {
            c.to_ascii_lowercase()
        }
    };
    let all: BTreeSet<char> = CHARACTERS
        .chars()
        .filter(|c| *c != STRUCK)
        .map(fold)
        .collect();
    let sign = |c: char| Sign(all.iter().position(|known| *known == fold(c)).unwrap_or(0) as u8);
    (CHARACTERS.chars().map(sign).collect(), sign(' '))
}

/// Where the parts of each node begin, from their numbers.
fn starts(first: u32, numbers: &[u8]) -> Vec<u32> {
    let mut at = first;
    let mut found = vec![at];
    for n in numbers {
        at += u32::from(*n);
        found.push(at);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(text: &str) -> History {
        let language = Language::of_program();
        let class = |c: char| CHARACTERS.chars().position(|known| known == c).unwrap() + 1;
        text.chars()
            .fold(language.start(), |h, c| h.then(language.sign(class(c))))
    }

    fn score(before: &str, c: char) -> f32 {
        let language = Language::of_program();
        let class = CHARACTERS.chars().position(|known| known == c).unwrap() + 1;
        language.score(&language.contexts(history(before)), language.sign(class))
    }

    fn known(word: &str) -> bool {
        let hash = word.bytes().fold(WordHash::default(), WordHash::then);
        Language::of_program().knows(hash)
    }

    #[test]
    fn what_may_follow_adds_up_to_one() {
        let alone = |c: &char| !c.is_ascii_uppercase() && *c != STRUCK && !('1'..='9').contains(c);
        for before in ["", "the nur", "qzx", "ward ", "NHS ", "I was ver"] {
            let sum: f32 = CHARACTERS
                .chars()
                .filter(alone)
                .map(|c| score(before, c).exp())
                .sum();
            assert!((sum - 1.0).abs() < 0.06, "{before:?}: {sum}");
        }
    }

    #[test]
    fn likely_letters_are_likelier_and_case_and_digits_make_no_difference() {
        assert!(score("the nurs", 'e') > score("the nurs", 'c') + 3.0);
        let same = |a: f32, b: f32| (a - b).abs() < 1e-6;
        assert!(same(score("THE NURS", 'E'), score("the nurs", 'e')));
        assert!(same(score("ward 3", '7'), score("ward 8", '1')));
    }

    #[test]
    fn words_of_care_and_of_the_language_are_known_and_others_are_not() {
        for word in [
            "nurse",
            "Colour",
            "AMOXICILLIN",
            "Leeds",
            "nhs",
            "physiotherapist",
        ] {
            assert!(known(word), "{word}");
        }
        for word in ["nursc", "wcre", "tbe", "qqq"] {
            assert!(!known(word), "{word}");
        }
    }

    #[test]
    fn capitals_go_on_as_they_began() {
        let language = Language::of_program();
        let likelier = |state, capital: bool| {
            (language.case_score(state, b'E') > language.case_score(state, b'e')) == capital
        };
        assert!(likelier(CaseState::Capitals, true) && likelier(CaseState::Small, false));
    }
}
