//! From what the network saw to what was written.

use std::ops::Range;

use super::align::spans;
use super::beam::{Beam, Guess, Weights, Width};
use super::confidence::{Features, predicted_cer};
use super::language::Language;
use super::network::{CHARACTERS, STRUCK, Scores};
use crate::engine::Alphabet;

/// A line with so few words may be a name, and names are not in any list.
const FEW_WORDS: usize = 2;

/// How lines are read. `examples/tune_decoder.rs` chose the numbers, on validation lines (`models/README.md`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decoder {
    /// What counts in a sentence.
    pub sentence: Weights,
    /// What counts in a line of few words with one that is not known: almost only what was seen.
    pub name: Weights,
    /// How widely to look.
    pub width: Width,
}

impl Default for Decoder {
    fn default() -> Self {
        Self {
            sentence: Weights {
                language: 0.3,
                capitals: 0.2,
                length: 1.1,
                unknown: -2.0,
                struck: -1.0,
            },
            name: Weights {
                language: 0.1,
                capitals: 0.1,
                length: 0.25,
                unknown: 0.0,
                struck: 0.0,
            },
            width: Width {
                n: 16,
                floor: -7.0,
                behind: 12.0,
            },
        }
    }
}

/// What was written in a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The words, without those that were struck out.
    pub text: String,
    /// All words from left to right.
    pub words: Vec<Word>,
    /// The share of characters that are wrong, as far as can be told: 0 to 1.
    pub predicted_cer: f64,
}

/// A word of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// What it says; empty when nothing can be said.
    pub text: String,
    /// It was struck out, so it is no part of the text.
    pub struck: bool,
    /// Where it stands, in frames of four columns of the normalised line.
    pub frames: Range<usize>,
}

impl Decoder {
    /// Reads a line.
    pub fn read(&self, scores: &Scores, alphabet: Alphabet) -> Reading {
        let guesses = self.guesses(scores, alphabet);
        let words = guesses.first().map(|best| words(scores, &best.classes));
        let words = words.unwrap_or_default();
        let kept: Vec<&str> = words.iter().filter(|w| !w.struck).map(|w| w.text.as_str()).collect();
        Reading {
            text: kept.join(" "),
            predicted_cer: predicted_cer(&Features::of(scores, &guesses)),
            words,
        }
    }

    /// The likeliest texts, the best first; at least one, which may be empty.
    pub fn guesses(&self, scores: &Scores, alphabet: Alphabet) -> Vec<Guess> {
        let may_stand = |c: char| may_stand(c, alphabet);
        let allowed: Vec<bool> = std::iter::once(true).chain(CHARACTERS.chars().map(may_stand)).collect();
        let language = (alphabet == Alphabet::Prose).then(Language::of_program);
        let search = |weights| Beam { language, weights, width: self.width }.search(scores, &allowed);
        let guesses = search(self.sentence);
        if guesses.first().is_some_and(may_be_name) {
            return search(self.name);
        }
        guesses
    }
}

fn may_be_name(guess: &Guess) -> bool {
    let space = CHARACTERS.find(' ').map_or(0, |place| place + 1);
    guess.n_unknown > 0 && guess.classes.split(|c| *c == space).filter(|word| !word.is_empty()).count() <= FEW_WORDS
}

/// The words of a text with their places.
fn words(scores: &Scores, classes: &[usize]) -> Vec<Word> {
    let characters: Vec<char> = CHARACTERS.chars().collect();
    let places = spans(scores, classes);
    let mut found = Vec::new();
    let written: Vec<(char, Range<usize>)> = classes.iter().map(|c| characters[c - 1]).zip(places).collect();
    for word in written.split(|(c, _)| *c == ' ') {
        let (Some((_, first)), Some((_, last))) = (word.first(), word.last()) else {
            continue;
        };
        let text: String = word.iter().map(|(c, _)| c).filter(|c| **c != STRUCK).collect();
        found.push(Word {
            struck: text.is_empty(),
            text,
            frames: first.start..last.end,
        });
    }
    found
}

const fn may_stand(character: char, alphabet: Alphabet) -> bool {
    match alphabet {
        Alphabet::Prose => true,
        Alphabet::Postcode => character.is_ascii_uppercase() || character.is_ascii_digit(),
    }
}

/// The likeliest character of each frame, repeats joined and blanks left out: what the network alone reads, without regard to
/// the language. The training measures itself by it.
pub fn best_path(scores: &Scores) -> String {
    let characters: Vec<char> = CHARACTERS.chars().collect();
    let (mut text, mut before) = (String::new(), 0);
    for frame in scores.frames() {
        let best = (0..frame.len()).max_by(|a, b| frame[*a].total_cmp(&frame[*b])).unwrap_or(0);
        if best != 0 && best != before {
            text.push(characters[best - 1]);
        }
        before = best;
    }
    text
}
