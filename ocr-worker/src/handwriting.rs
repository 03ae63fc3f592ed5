//! Handwriting: our own recogniser of written lines.

pub mod network;
pub mod normalise;

use image::GrayImage;
use rayon::prelude::*;

use crate::engine::{Alphabet, EngineError, LineText, TextEngine};
use network::{CHARACTERS, Network, NetworkError, STRUCK, Scores};
use normalise::normalise;

/// The recogniser.
#[derive(Clone, Debug)]
pub struct Handwriting(Network);

impl Handwriting {
    /// Makes it ready; never from a thread of a pool.
    ///
    /// # Errors
    /// [`NetworkError`] when the network cannot be run.
    pub fn load() -> Result<Self, NetworkError> {
        Network::load().map(Self)
    }
}

impl TextEngine for Handwriting {
    fn version(&self) -> String {
        "postbag-lines 1".to_owned()
    }

    fn read(&self, lines: &[GrayImage], alphabet: Alphabet) -> Result<Vec<LineText>, EngineError> {
        let read = |line: &GrayImage| {
            let scores = self
                .0
                .scores(&normalise(line))
                .map_err(|error| EngineError::Failed {
                    status: error.to_string(),
                })?;
            Ok(best_path(&scores, alphabet))
        };
        self.0.with_threads(|| lines.par_iter().map(read).collect())
    }
}

/// The likeliest class of each frame, repeats joined and blanks left out; words that were struck out are left out as well. The
/// confidence is the geometric mean of the probabilities of the characters.
pub fn best_path(scores: &Scores, alphabet: Alphabet) -> LineText {
    let classes: Vec<char> = CHARACTERS.chars().collect();
    let (mut text, mut sum, mut n, mut before) = (String::new(), 0.0, 0.0, 0);
    for frame in scores.frames() {
        let allowed = |class: &usize| *class == 0 || may_stand(classes[class - 1], alphabet);
        let likeliest = (0..frame.len().min(classes.len() + 1))
            .filter(allowed)
            .max_by(|a, b| frame[*a].total_cmp(&frame[*b]))
            .unwrap_or(0);
        if likeliest != 0 && likeliest != before {
            text.push(classes[likeliest - 1]);
            sum += f64::from(frame[likeliest]);
            n += 1.0;
        }
        before = likeliest;
    }
    let words: Vec<&str> = text
        .split(' ')
        .map(|word| word.trim_matches(STRUCK))
        .filter(|word| !word.is_empty())
        .collect();
    LineText {
        text: words.join(" "),
        confidence: if n > 0.0 { (sum / n).exp() } else { 0.0 },
    }
}

const fn may_stand(character: char, alphabet: Alphabet) -> bool {
    match alphabet {
        Alphabet::Prose => true,
        Alphabet::Postcode => character.is_ascii_uppercase() || character.is_ascii_digit(),
    }
}
