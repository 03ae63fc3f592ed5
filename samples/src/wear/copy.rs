//! Bad prints: low toner and photocopies. What a copy does to the size of the print is in the scan's geometry.

use super::Paper;
use crate::dice::Dice;
use crate::scan::grey;

/// Printed with hardly any toner: pale, with paler bands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct LowToner {
    /// How much of the blackness is left, 0 to 1.
    pub(crate) left: f64,
    /// How much paler the palest band is, 0 to 1.
    pub(crate) bands: f64,
    /// From one band to the next.
    pub(crate) band_mm: f64,
}

/// Copied on a photocopier: grey, harder, softer at the edges, with specks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Copied {
    /// How many copies of copies.
    pub(crate) generations: u32,
    /// How much steeper each copy makes the step from dark to light; 1 is true.
    pub(crate) contrast: f64,
    /// The grey value that stays as it is.
    pub(crate) middle: f64,
    /// Specks of toner on a hundred square centimetres, each copy.
    pub(crate) specks: f64,
}

impl LowToner {
    /// Pale to the point where an office would change the cartridge.
    pub(crate) fn by_chance(dice: &mut Dice) -> Self {
        Self {
            left: dice.between(0.5, 0.8),
            bands: dice.between(0.0, 0.25),
            band_mm: dice.between(8.0, 40.0),
        }
    }

    pub(super) fn befall(&self, paper: &mut Paper, dice: &mut Dice) {
        let (width, _) = paper.picture.dimensions();
        let phase = dice.unit() * 6.3;
        let period_px = self.band_mm * paper.px_per_mm;
        for (y, row) in paper
            .picture
            .chunks_exact_mut(width as usize * 4)
            .enumerate()
        {
            let wave = (y as f64 / period_px * std::f64::consts::TAU + phase).sin();
            let left = self.left * (1.0 - self.bands * (0.5 + 0.5 * wave));
            let table = level_table(|value| 255.0 - (255.0 - value) * left);
            apply(row, &table);
        }
    }
}

impl Copied {
    /// One copy, or a copy of a copy.
    pub(crate) fn by_chance(generations: u32, dice: &mut Dice) -> Self {
        Self {
            generations,
            contrast: dice.between(1.2, 2.2),
            middle: dice.between(135.0, 175.0),
            specks: dice.between(0.0, 14.0),
        }
    }

    pub(super) fn befall(&self, paper: &mut Paper, dice: &mut Dice) {
        let (width, height) = paper.picture.dimensions();
        let pixels = paper.picture.pixels();
        let mut plane: Vec<u8> = pixels.map(|p| grey([p.0[0], p.0[1], p.0[2]])).collect();
        let table = level_table(|value| self.middle + (value - self.middle) * self.contrast);
        // A copier resolves about a tenth of a millimetre.
        let n_blurs = ((paper.px_per_mm / 8.0).round() as u32).max(1);
        for _ in 0..self.generations {
            for _ in 0..n_blurs {
                blur(&mut plane, width as usize);
            }
            apply(&mut plane, &table);
            self.speckle(&mut plane, [width, height], paper.px_per_mm, dice);
        }
        for (pixel, value) in paper.picture.pixels_mut().zip(plane) {
            pixel.0 = [value, value, value, pixel.0[3]];
        }
    }

    fn speckle(&self, plane: &mut [u8], size: [u32; 2], px_per_mm: f64, dice: &mut Dice) {
        let [width, height] = size.map(f64::from);
        let hundreds_cm2 = width * height / (px_per_mm * px_per_mm) / 1e4;
        for _ in 0..(self.specks * hundreds_cm2) as u32 {
            let (x, y) = (dice.unit() * width, dice.unit() * height);
            let radius = dice.between(0.04, 0.22) * px_per_mm;
            let darkness = dice.between(20.0, 120.0);
            disc(plane, size, [x, y], radius, darkness as u8);
        }
    }
}

/// A dark disc on a plane.
pub(super) fn disc(
    plane: &mut [u8],
    [width, height]: [u32; 2],
    [x, y]: [f64; 2],
    radius: f64,
    value: u8,
) {
    let span = |at: f64, most: u32| {
        let from = (at - radius).max(0.0) as u32;
        from..((at + radius) as u32 + 1).min(most)
    };
    for row in span(y, height) {
        for column in span(x, width) {
            let (dx, dy) = (f64::from(column) - x, f64::from(row) - y);
            if dx * dx + dy * dy <= radius * radius {
                let pixel = &mut plane[(row * width + column) as usize];
                *pixel = value.min(*pixel);
            }
        }
    }
}

fn level_table(level: impl Fn(f64) -> f64) -> [u8; 256] {
    std::array::from_fn(|value| level(value as f64).clamp(0.0, 255.0) as u8)
}

fn apply(bytes: &mut [u8], table: &[u8; 256]) {
    for byte in bytes {
        *byte = table[usize::from(*byte)];
    }
}

/// A quarter of each neighbour, along the rows and then along the columns.
fn blur(plane: &mut [u8], width: usize) {
    let mixed = |before: u8, here: u8, after: u8| {
        ((u16::from(before) + 2 * u16::from(here) + u16::from(after) + 2) / 4) as u8
    };
    for row in plane.chunks_exact_mut(width) {
        let mut before = row[0];
        for i in 1..row.len() {
            let here = row[i - 1];
            row[i - 1] = mixed(before, here, row[i]);
            before = here;
        }
    }
    let mut before = plane[..width].to_vec();
    for row in 1..plane.len() / width {
        let (done, rest) = plane.split_at_mut(row * width);
        let here = &mut done[(row - 1) * width..];
        for ((here, before), after) in here.iter_mut().zip(&mut before).zip(&*rest) {
            let was = *here;
            *here = mixed(*before, was, *after);
            *before = was;
        }
    }
}
