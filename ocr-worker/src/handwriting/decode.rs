//! From what the network saw to what was written.

use std::ops::Range;

use schemas::postcode::{Postcode, begins_postcode};

use super::align::spans;
use super::beam::{Beam, Guess, Weights, Width};
use super::capitals::evened;
use super::confidence::{Features, predicted_cer};
use super::language::Language;
use super::network::{CHARACTERS, STRUCK, Scores};
use crate::engine::{Alphabet, TextGuess};

/// How widely to look for postcodes: what is unlikely by itself may be the only one that there is.
const POSTCODE_WIDTH: Width = Width {
    n: 64,
    floor: -11.0,
    behind: 25.0,
};
/// A line with so few words may be a name, and names are not in any list.
const FEW_WORDS: usize = 2;

/// How lines are read. The numbers are rounded from what searches on validation lines found for two networks
/// (`examples/tune_decoder.rs`, `models/README.md`).
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
                capitals: 0.25,
                length: 1.1,
                unknown: -1.6,
                struck: -1.5,
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
        let mut words = words.unwrap_or_default();
        if alphabet == Alphabet::Prose {
            for word in &mut words {
                word.text = evened(&word.text);
            }
        }
        let kept: Vec<&str> = words
            .iter()
            .filter(|w| !w.struck)
            .map(|w| w.text.as_str())
            .collect();
        Reading {
            text: kept.join(" "),
            predicted_cer: predicted_cer(&Features::of(scores, &guesses)),
            words,
        }
    }

    /// The likeliest texts, the best first; at least one, which may be empty.
    pub fn guesses(&self, scores: &Scores, alphabet: Alphabet) -> Vec<Guess> {
        let allowed = allowed(alphabet);
        let language = (alphabet == Alphabet::Prose).then(Language::of_program);
        let search = |weights| {
            Beam {
                language,
                weights,
                width: self.width,
                grammar: None,
            }
            .search(scores, &allowed)
        };
        let guesses = search(self.sentence);
        if guesses.first().is_some_and(may_be_name) {
            return search(self.name);
        }
        guesses
    }

    /// The likeliest whole postcodes (no space), the best first, each with what it costs, in nats, to take what was seen for it
    /// instead of for the likeliest capitals and digits of all.
    pub fn postcodes(&self, scores: &Scores) -> Vec<TextGuess> {
        let free = self.guesses(scores, Alphabet::Postcode);
        let best = free.first().map_or(0.0, Guess::score);
        let search = Beam {
            language: None,
            weights: self.sentence,
            width: POSTCODE_WIDTH,
            grammar: Some(begins_postcode),
        };
        let characters: Vec<char> = CHARACTERS.chars().collect();
        let found = search.search(scores, &allowed(Alphabet::Postcode));
        let whole = found.into_iter().filter_map(|guess| {
            let text: String = guess.classes.iter().map(|c| characters[c - 1]).collect();
            let cost = f64::from(best - guess.score()).max(0.0);
            Postcode::parse(&text)
                .ok()
                .map(|_| TextGuess { text, cost })
        });
        whole.collect()
    }
}

/// For each class, the blank first, whether it may be looked at.
fn allowed(alphabet: Alphabet) -> Vec<bool> {
    let may_stand = |c: char| may_stand(c, alphabet);
    std::iter::once(true)
        .chain(CHARACTERS.chars().map(may_stand))
        .collect()
}

fn may_be_name(guess: &Guess) -> bool {
    let space = CHARACTERS.find(' ').map_or(0, |place| place + 1);
    guess.n_unknown > 0
        && guess
            .classes
            .split(|c| *c == space)
            .filter(|word| !word.is_empty())
            .count()
            <= FEW_WORDS
}

/// The words of a text with their places.
fn words(scores: &Scores, classes: &[usize]) -> Vec<Word> {
    let characters: Vec<char> = CHARACTERS.chars().collect();
    let places = spans(scores, classes);
    let mut found = Vec::new();
    let written: Vec<(char, Range<usize>)> = classes
        .iter()
        .map(|c| characters[c - 1])
        .zip(places)
        .collect();
    for word in written.split(|(c, _)| *c == ' ') {
        let (Some((_, first)), Some((_, last))) = (word.first(), word.last()) else {
            continue;
        };
        let text: String = word
            .iter()
            .map(|(c, _)| c)
            .filter(|c| **c != STRUCK)
            .collect();
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
        let best = (0..frame.len())
            .max_by(|a, b| frame[*a].total_cmp(&frame[*b]))
            .unwrap_or(0);
        if best != 0 && best != before {
            text.push(characters[best - 1]);
        }
        before = best;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const N_CLASSES: usize = 98;

    /// Frames from the probabilities of some characters; what is left over is shared by all others. A dash is a blank.
    fn seen(frames: &[&[(char, f32)]]) -> Scores {
        let mut values = Vec::new();
        for frame in frames {
            let left = 1.0 - frame.iter().map(|(_, p)| p).sum::<f32>();
            let mut all = vec![(left / N_CLASSES as f32).max(1e-7).ln(); N_CLASSES];
            for (character, p) in *frame {
                let place = CHARACTERS.chars().position(|c| c == *character);
                all[place
                    .filter(|_| *character != '-')
                    .map_or(0, |place| place + 1)] = p.ln();
            }
            values.extend(all);
        }
        Scores::new(N_CLASSES, values)
    }

    /// A text that was seen clearly, but for its last character.
    fn clear(text: &str, last: &[(char, f32)]) -> Scores {
        let sure: Vec<[(char, f32); 1]> = text
            .chars()
            .flat_map(|c| [[(c, 0.99)], [('-', 0.99)]])
            .collect();
        let mut frames: Vec<&[(char, f32)]> = sure.iter().map(<[_; 1]>::as_slice).collect();
        frames.push(last);
        seen(&frames)
    }

    fn read(scores: &Scores, alphabet: Alphabet) -> Reading {
        Decoder::default().read(scores, alphabet)
    }

    #[test]
    fn a_line_without_frames_is_empty() {
        let reading = read(&seen(&[]), Alphabet::Prose);
        assert_eq!((reading.text.as_str(), reading.words.len()), ("", 0));
        assert!(reading.predicted_cer > 0.99);
    }

    #[test]
    fn all_ways_to_write_a_text_count_together() {
        let scores = seen(&[&[('-', 0.6), ('A', 0.4)], &[('-', 0.6), ('A', 0.4)]]);
        assert_eq!(best_path(&scores), "");
        assert_eq!(read(&scores, Alphabet::Postcode).text, "A");
    }

    #[test]
    fn a_word_that_exists_is_likelier() {
        let scores = clear("the nurs", &[('c', 0.55), ('e', 0.44)]);
        assert_eq!(best_path(&scores), "the nursc");
        assert_eq!(read(&scores, Alphabet::Prose).text, "the nurse");
        let scores = clear("THE NURS", &[('C', 0.55), ('E', 0.44)]);
        assert_eq!(read(&scores, Alphabet::Prose).text, "THE NURSE");
    }

    #[test]
    fn what_was_seen_clearly_stays() {
        for text in [
            "LS9 7TF",
            "about £20 on 3/11/2026",
            "Ward 7, St James's",
            "Mrs Xqvwhyt",
            "tel 0113 496 0999",
        ] {
            assert_eq!(
                read(&clear(text, &[('-', 0.99)]), Alphabet::Prose).text,
                text
            );
        }
    }

    #[test]
    fn postcodes_hold_capitals_and_digits_and_nothing_is_made_of_them() {
        let scores = clear("LS9", &[('o', 0.6), ('0', 0.25), ('O', 0.15)]);
        assert_eq!(read(&scores, Alphabet::Postcode).text, "LS90");
    }

    #[test]
    fn whole_postcodes_are_found_under_their_grammar() {
        let scores = clear("L59 7T", &[('F', 0.6), ('E', 0.3)]);
        let found = Decoder::default().postcodes(&scores);
        assert_eq!(
            (found[0].text.as_str(), found[1].text.as_str()),
            ("L597TF", "L597TE")
        );
        assert!(found[0].cost < 0.1 && found[1].cost < 1.0);
        assert!(found.windows(2).all(|pair| pair[0].cost <= pair[1].cost));
        assert!(
            Decoder::default()
                .postcodes(&clear("no", &[('-', 0.99)]))
                .is_empty()
        );
    }

    #[test]
    fn words_that_were_struck_out_are_told_from_the_text() {
        let reading = read(
            &clear(&format!("very {STRUCK} kind"), &[('-', 0.99)]),
            Alphabet::Prose,
        );
        assert_eq!(reading.text, "very kind");
        let struck: Vec<bool> = reading.words.iter().map(|word| word.struck).collect();
        assert_eq!(struck, [false, true, false]);
        assert_eq!(reading.words[0].frames, 0..7);
        assert_eq!(reading.words[2].frames, 14..21);
    }

    proptest! {
        #[test]
        fn whatever_was_seen_the_answer_is_one_and_in_order(values in proptest::collection::vec(-9.0f32..0.0, 0..1200)) {
            let n_frames = values.len() / N_CLASSES;
            let scores = Scores::new(N_CLASSES, values[..n_frames * N_CLASSES].to_vec());
            for alphabet in [Alphabet::Prose, Alphabet::Postcode] {
                let reading = read(&scores, alphabet);
                prop_assert_eq!(&reading, &read(&scores, alphabet));
                prop_assert!((0.0..=1.0).contains(&reading.predicted_cer));
                prop_assert!(reading.text.chars().all(|c| c == ' ' || may_stand(c, alphabet)));
                prop_assert!(reading.words.windows(2).all(|w| w[0].frames.end <= w[1].frames.start));
                let guesses = Decoder::default().guesses(&scores, alphabet);
                prop_assert!(guesses.windows(2).all(|g| g[0].score() >= g[1].score()));
            }
        }
    }
}
