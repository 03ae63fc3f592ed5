//! Glyph: what one handwritten capital or digit may be.
//!
//! Directions of the strokes' edges in a grid over the character go through a small network with one hidden layer.
//! Source of the features: C.-L. Liu et al., *Handwritten digit recognition: benchmarking of state-of-the-art
//! techniques*, Pattern Recognition 36 (2003). The network's numbers are in `models/glyphs.bin`; where they come
//! from and how to make them again is said in `models/README.md`.

use std::sync::LazyLock;

use image::GrayImage;
use schemas::postcode::CharGuess;

use super::lines::{Line, ink_only};
use super::weights::{cut_below_zero, full_layer, likelihoods, row_from_bytes, row_to_bytes};

/// The characters that are told apart, in the order of the network's answers.
pub const CHARACTERS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// The edge of the square that every character is brought to.
const SIZE: usize = 32;
/// White around the character in that square.
const BORDER: usize = 4;
/// Directions that edges are sorted into.
const N_DIRECTIONS: usize = 8;
/// Cells of the grid along an edge of the square.
const GRID: usize = 6;
/// How many numbers describe a character: directions in the grid, darkness in the grid, and its shape.
pub const N_FEATURES: usize = GRID * GRID * (N_DIRECTIONS + 1) + 1;
/// Units of the hidden layer.
pub const N_HIDDEN: usize = 96;
/// Less likely than this is not worth a guess.
const MIN_PROBABILITY: f32 = 0.002;

static NETWORK: LazyLock<Network> = LazyLock::new(|| {
    Network::from_bytes(include_bytes!("../../models/glyphs.bin"))
        .expect("the network that is compiled in has the right size")
});

/// What a character may be, most likely first.
pub fn guesses(even: &GrayImage, cell: &Line) -> Vec<CharGuess> {
    let probabilities = NETWORK.probabilities(&features(&ink_only(even, cell)));
    let mut guesses: Vec<CharGuess> = CHARACTERS
        .iter()
        .zip(&probabilities)
        .filter(|(_, p)| **p >= MIN_PROBABILITY)
        .map(|(character, p)| CharGuess {
            character: char::from(*character),
            cost: -f64::from(*p).ln(),
        })
        .collect();
    guesses.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    guesses
}

/// Describes a character: dark ink on white, cut to its box.
pub fn features(glyph: &GrayImage) -> Vec<f32> {
    let square = squared(glyph);
    let mut out = vec![0.0; N_FEATURES];
    for y in 1..SIZE - 1 {
        for x in 1..SIZE - 1 {
            let (dx, dy) = gradient(&square, x, y);
            let darkness = square[y * SIZE + x];
            add_to_grid(&mut out, (x, y), (dx, dy, darkness));
        }
    }
    let shape = N_FEATURES - 1;
    out[..shape]
        .iter_mut()
        .for_each(|value| *value = value.max(0.0).sqrt());
    let length = out[..shape]
        .iter()
        .map(|v| v * v)
        .sum::<f32>()
        .sqrt()
        .max(1e-6);
    // Around four on the whole: about a quarter for each number that matters.
    out[..shape]
        .iter_mut()
        .for_each(|value| *value *= 4.0 / length);
    let aspect = glyph.width() as f32 / glyph.height().max(1) as f32;
    out[shape] = aspect.clamp(0.05, 3.0).ln();
    out
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

fn gradient(square: &[f32], x: usize, y: usize) -> (f32, f32) {
    let at = |x: usize, y: usize| square[y * SIZE + x];
    let across = |y: usize| at(x + 1, y) - at(x - 1, y);
    let down = |x: usize| at(x, y + 1) - at(x, y - 1);
    (
        across(y - 1) + 2.0 * across(y) + across(y + 1),
        down(x - 1) + 2.0 * down(x) + down(x + 1),
    )
}

/// Adds a pixel's edge and darkness to the four nearest cells of the grid and the two nearest directions.
fn add_to_grid(out: &mut [f32], (x, y): (usize, usize), (dx, dy, darkness): (f32, f32, f32)) {
    let strength = dx.hypot(dy);
    if strength < 1e-4 && darkness < 1e-4 {
        return;
    }
    let turn = (dy.atan2(dx) / std::f32::consts::TAU).rem_euclid(1.0) * N_DIRECTIONS as f32;
    let first = turn as usize % N_DIRECTIONS;
    let second = (first + 1) % N_DIRECTIONS;
    let share = turn.fract();
    for (cell, weight) in cells_around(x, y) {
        let cell = &mut out[cell * (N_DIRECTIONS + 1)..][..=N_DIRECTIONS];
        cell[first] += weight * strength * (1.0 - share);
        cell[second] += weight * strength * share;
        cell[N_DIRECTIONS] += weight * darkness;
    }
}

fn cells_around(x: usize, y: usize) -> [(usize, f32); 4] {
    let place = |at: usize| {
        ((at as f32 + 0.5) * GRID as f32 / SIZE as f32 - 0.5).clamp(0.0, (GRID - 1) as f32)
    };
    let (px, py) = (place(x), place(y));
    let (left, top) = ((px as usize).min(GRID - 2), (py as usize).min(GRID - 2));
    let (fx, fy) = (px - left as f32, py - top as f32);
    [
        (top * GRID + left, (1.0 - fx) * (1.0 - fy)),
        (top * GRID + left + 1, fx * (1.0 - fy)),
        ((top + 1) * GRID + left, (1.0 - fx) * fy),
        ((top + 1) * GRID + left + 1, fx * fy),
    ]
}

/// The network: features to hidden units (negative ones become 0) to characters.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// For each hidden unit its weights and, last, its bias.
    pub hidden: Vec<f32>,
    /// For each character its weights and, last, its bias.
    pub output: Vec<f32>,
}

impl Network {
    /// How likely each of [`CHARACTERS`] is; together 1.
    pub fn probabilities(&self, features: &[f32]) -> Vec<f32> {
        let mut hidden = full_layer(&self.hidden, features);
        cut_below_zero(&mut hidden);
        likelihoods(&full_layer(&self.output, &hidden))
    }

    /// One byte a number: each row of weights has a scale (4 bytes, little-endian float) in front.
    pub fn to_bytes(&self) -> Vec<u8> {
        let rows = self
            .hidden
            .chunks(N_FEATURES + 1)
            .chain(self.output.chunks(N_HIDDEN + 1));
        rows.flat_map(row_to_bytes).collect()
    }

    /// Reads what [`Self::to_bytes`] wrote; nothing when the size is wrong.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (hidden_len, output_len) = (
            N_HIDDEN * (N_FEATURES + 5),
            CHARACTERS.len() * (N_HIDDEN + 5),
        );
        (bytes.len() == hidden_len + output_len).then(|| {
            let (hidden, output) = bytes.split_at(hidden_len);
            Self {
                hidden: hidden
                    .chunks(N_FEATURES + 5)
                    .flat_map(row_from_bytes)
                    .collect(),
                output: output
                    .chunks(N_HIDDEN + 5)
                    .flat_map(row_from_bytes)
                    .collect(),
            }
        })
    }
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
        let probabilities = NETWORK.probabilities(&features(&drawn(bars)));
        let best = (0..36).max_by(|a, b| probabilities[*a].total_cmp(&probabilities[*b]));
        char::from(CHARACTERS[best.unwrap()])
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
    fn the_probabilities_of_any_picture_add_up_to_one() {
        for picture in [drawn(&[]), drawn(&[[0, 0, 40, 60]]), GrayImage::new(0, 0)] {
            let total: f32 = NETWORK.probabilities(&features(&picture)).iter().sum();
            assert!((total - 1.0).abs() < 1e-4, "{total}");
        }
    }

    #[test]
    fn a_network_is_read_back_from_its_bytes_and_other_sizes_are_refused() {
        let bytes = NETWORK.to_bytes();
        assert_eq!(Network::from_bytes(&bytes).as_ref(), Some(&*NETWORK));
        assert_eq!(Network::from_bytes(&bytes[1..]), None);
    }
}
