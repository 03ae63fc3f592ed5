//! Glyph: what one handwritten capital or digit may be.
//!
//! A small network of convolutions looks at the character, brought to one size; `rten` runs it. It is trained by
//! `training/postbag_lines/glyphs.py`; where its numbers come from is said in `models/README.md`.

use std::sync::{Arc, LazyLock};

use image::GrayImage;
use rten::{LoadError, Model, RunError, RunOptions, ThreadPool};
use rten_tensor::NdTensor;
use rten_tensor::prelude::*;
use schemas::postcode::CharGuess;

/// The characters that are told apart, in the order of the network's answers.
pub const CHARACTERS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// The edge of the square that every character is brought to.
const SIZE: usize = 32;
/// White around the character in that square.
const BORDER: usize = 4;
/// Less likely than this is not worth a guess.
const MIN_PROBABILITY: f32 = 0.0005;
/// The network as it was trained.
static MODEL: &[u8] = include_bytes!("../../models/glyphs.onnx");

static NETWORK: LazyLock<Result<Network, Arc<LoadError>>> = LazyLock::new(Network::load);

/// Why characters were not told apart.
#[derive(Debug, thiserror::Error)]
pub enum GlyphError {
    /// The network is not what `rten` can run.
    #[error("the network of characters cannot be made ready")]
    Load(#[source] Arc<LoadError>),
    /// It did not run, or gave something else than scores.
    #[error("the network of characters did not run")]
    Run(#[from] RunError),
    /// It gave something else than scores.
    #[error("the network of characters gave no scores")]
    NoScores,
}

/// What each of some characters may be, most likely first; each is dark ink on white, cut to its box.
///
/// # Errors
/// [`GlyphError`] when the network does not run.
pub fn guesses(characters: &[GrayImage]) -> Result<Vec<Vec<CharGuess>>, GlyphError> {
    if characters.is_empty() {
        return Ok(Vec::new());
    }
    let network = NETWORK
        .as_ref()
        .map_err(|e| GlyphError::Load(Arc::clone(e)))?;
    let scores = network.scores(characters)?;
    Ok(scores.chunks_exact(CHARACTERS.len()).map(weighed).collect())
}

fn weighed(scores: &[f32]) -> Vec<CharGuess> {
    let mut guesses: Vec<CharGuess> = CHARACTERS
        .iter()
        .zip(scores)
        .filter(|(_, score)| **score >= MIN_PROBABILITY.ln())
        .map(|(character, score)| CharGuess {
            character: char::from(*character),
            cost: -f64::from(*score),
        })
        .collect();
    guesses.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    guesses
}

/// The network with a thread of its own: a page has few characters.
struct Network {
    model: Model,
    pool: Arc<ThreadPool>,
}

impl Network {
    fn load() -> Result<Self, Arc<LoadError>> {
        Ok(Self {
            model: Model::load_static_slice(MODEL)?,
            pool: Arc::new(ThreadPool::with_num_threads(1)),
        })
    }

    /// The log-probabilities of [`CHARACTERS`], character after character.
    fn scores(&self, characters: &[GrayImage]) -> Result<Vec<f32>, GlyphError> {
        let squares: Vec<f32> = characters.iter().flat_map(squared).collect();
        let input = NdTensor::from_data([characters.len(), 1, SIZE, SIZE], squares);
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&self.pool)));
        let output = self.model.run_one(input.view().into(), Some(options))?;
        let output: NdTensor<f32, 2> = output.try_into().map_err(|_| GlyphError::NoScores)?;
        Ok(output.to_vec())
    }
}

/// The character's darkness, 0 to 1, with its longer side brought to the same length, in the middle of a square.
fn squared(glyph: &GrayImage) -> Vec<f32> {
    let (width, height) = (glyph.width() as f32, glyph.height() as f32);
    let scale = width.max(height).max(1.0) / (SIZE - 2 * BORDER) as f32;
    let middle = SIZE as f32 / 2.0;
    let mut out = vec![0.0; SIZE * SIZE];
    for y in 0..SIZE {
        for x in 0..SIZE {
            // Nine places in each pixel, so that nothing is lost of a large character.
            let mut sum = 0.0;
            for part in 0..9 {
                let (px, py) = (
                    (part % 3) as f32 / 3.0 + 1.0 / 6.0,
                    (part / 3) as f32 / 3.0 + 1.0 / 6.0,
                );
                let from_x = (x as f32 + px - middle) * scale + width / 2.0;
                let from_y = (y as f32 + py - middle) * scale + height / 2.0;
                sum += darkness(glyph, from_x, from_y);
            }
            out[y * SIZE + x] = sum / 9.0;
        }
    }
    blurred(&out)
}

fn darkness(glyph: &GrayImage, x: f32, y: f32) -> f32 {
    let inside = x >= 0.0 && y >= 0.0 && x < glyph.width() as f32 && y < glyph.height() as f32;
    if !inside {
        return 0.0;
    }
    1.0 - f32::from(glyph.get_pixel(x as u32, y as u32).0[0]) / 255.0
}

/// A soft 3 × 3 mean, against the stairs of enlarged pixels.
fn blurred(square: &[f32]) -> Vec<f32> {
    let mut out = square.to_vec();
    for y in 1..SIZE - 1 {
        for x in 1..SIZE - 1 {
            let at = |dx: usize, dy: usize| square[(y + dy - 1) * SIZE + x + dx - 1];
            let corners = at(0, 0) + at(2, 0) + at(0, 2) + at(2, 2);
            let sides = at(1, 0) + at(0, 1) + at(2, 1) + at(1, 2);
            out[y * SIZE + x] = (corners + 2.0 * sides + 4.0 * at(1, 1)) / 16.0;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A character of 40 × 60 pixels drawn with bars, each `[x, y, width, height]`.
    fn drawn(bars: &[[u32; 4]]) -> GrayImage {
        GrayImage::from_fn(40, 60, |x, y| {
            let inside =
                |b: &[u32; 4]| x >= b[0] && y >= b[1] && x < b[0] + b[2] && y < b[1] + b[3];
            image::Luma([if bars.iter().any(inside) { 0 } else { 255 }])
        })
    }

    fn first_of(bars: &[[u32; 4]]) -> char {
        guesses(&[drawn(bars)]).unwrap()[0][0].character
    }

    #[test]
    fn characters_of_straight_strokes_are_told_apart() {
        assert_eq!(first_of(&[[0, 0, 40, 6], [17, 0, 6, 60]]), 'T');
        assert_eq!(first_of(&[[0, 0, 6, 60], [0, 54, 36, 6]]), 'L');
        assert_eq!(
            first_of(&[[0, 0, 6, 60], [34, 0, 6, 60], [0, 27, 40, 6]]),
            'H'
        );
        let e = [[0, 0, 6, 60], [0, 0, 36, 6], [0, 27, 30, 6], [0, 54, 36, 6]];
        assert_eq!(first_of(&e), 'E');
    }

    #[test]
    fn any_picture_has_guesses_the_best_first_and_none_is_surer_than_sure() {
        let pictures = [drawn(&[]), drawn(&[[0, 0, 40, 60]]), GrayImage::new(0, 0)];
        for guesses in guesses(&pictures).unwrap() {
            assert!(!guesses.is_empty() && guesses.iter().all(|guess| guess.cost > -1e-4));
            assert!(guesses.windows(2).all(|pair| pair[0].cost <= pair[1].cost));
        }
        assert!(guesses(&[]).unwrap().is_empty());
    }
}
