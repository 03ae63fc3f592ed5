//! Light, dirt, softness, noise and levels: from sampled values to bytes.

use schemas::geometry::px_per_mm;

use super::{Colours, Scan};
use crate::dice::Dice;

/// Scanner's black is not 0 before the levels are stretched.
const BLACK: f64 = 12.0;

/// A line from the top to the bottom of the picture: a speck on the glass of a feeder.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Streak {
    /// Where, as a share of the picture's width.
    pub(crate) at: f64,
    /// How wide.
    pub(crate) width_mm: f64,
    /// The grey value that it tends to.
    pub(crate) grey: u8,
    /// How much of the page it hides, 0 to 1.
    pub(crate) cover: f64,
    /// From and to which share of the picture's height.
    pub(crate) reach: [f64; 2],
}

/// Draws the streaks into sampled values.
pub(super) fn streaks(streaks: &[Streak], values: &mut [f32], size: [u32; 2], dpi: f64) {
    let (width, height) = (size[0] as usize, size[1] as usize);
    for streak in streaks {
        let from = ((streak.at * f64::from(size[0])) as usize).min(width - 1);
        let n_columns = ((streak.width_mm * px_per_mm(dpi)).round() as usize).max(1);
        let to = (from + n_columns).min(width);
        let rows = streak
            .reach
            .map(|share| (share * f64::from(size[1])) as usize);
        let cover = streak.cover as f32;
        for row in rows[0]..rows[1].min(height) {
            for value in &mut values[row * width + from..row * width + to] {
                *value += (f32::from(streak.grey) - *value) * cover;
            }
        }
    }
}

/// Spreads every pixel a little to its four neighbours.
pub(super) fn soften(values: &mut [f32], width: usize, share: f32) {
    let mixed =
        |here: f32, before: f32, after: f32| here * (1.0 - 2.0 * share) + (before + after) * share;
    for row in values.chunks_mut(width) {
        let mut before = row[0];
        for i in 1..row.len() {
            let here = row[i - 1];
            row[i - 1] = mixed(here, before, row[i]);
            before = here;
        }
    }
    let mut before = values[..width].to_vec();
    for row in 1..values.len() / width {
        let (done, rest) = values.split_at_mut(row * width);
        let here = &mut done[(row - 1) * width..];
        for ((here, before), after) in here.iter_mut().zip(&mut before).zip(&*rest) {
            let was = *here;
            *here = mixed(was, *before, *after);
            *before = was;
        }
    }
}

impl Scan {
    /// Light, noise and levels.
    pub(super) fn exposed(
        &self,
        values: &[f32],
        [width, height]: [u32; 2],
        dice: &mut Dice,
    ) -> Vec<u8> {
        let noise = noise_table(dice);
        let (sin, cos) = (dice.unit() * 6.3).sin_cos();
        let mut bytes = Vec::with_capacity(values.len());
        for (y, row) in values.chunks(width as usize).enumerate() {
            let v = y as f64 / f64::from(height) - 0.5;
            for (x, value) in row.iter().enumerate() {
                let u = x as f64 / f64::from(width) - 0.5;
                let light = 1.0 - self.shade * (0.5 + 0.7 * (u * cos + v * sin));
                let grain = self.noise * noise[(dice.bits() & 0xfff) as usize];
                bytes.push(self.level(f64::from(*value) * light + grain));
            }
        }
        bytes
    }

    fn level(&self, value: f64) -> u8 {
        let stretched = (value - BLACK) * 255.0 / (self.white - BLACK);
        match self.colours {
            Colours::Bitonal if stretched < self.threshold => 0,
            Colours::Bitonal => 255,
            Colours::Colour | Colours::Grey => (stretched.clamp(0.0, 255.0) + 0.5) as u8,
        }
    }
}

/// Values of mean 0 and deviation 1: sums of twelve rolls, after the central limit theorem.
fn noise_table(dice: &mut Dice) -> Vec<f64> {
    let roll = |dice: &mut Dice| (0..12).map(|_| dice.unit()).sum::<f64>() - 6.0;
    (0..4096).map(|_| roll(dice)).collect()
}
