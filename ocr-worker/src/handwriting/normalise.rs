//! Normalise: one written line, at any size and slope, becomes a level picture 40 pixels high.
//!
//! The idea is that of `OCRopus`' centre normaliser (T. Breuel): the smoothed centre of the ink is followed along the line, the mean
//! distance of the ink from it gives the scale, and a band around it is cut out. The network was trained on exactly these
//! pictures: `training/postbag_lines/normalise.py` computes the same numbers, and a golden test holds both together.

use image::GrayImage;

/// The height of a line, in pixels.
pub const HEIGHT_PX: usize = 40;
/// Anything paler is paper.
const FLOOR: f64 = 0.08;
/// Half a window of smoothing, in mean distances of the ink from the centre.
const SMOOTHED: f64 = 10.0;
/// Ink farther away belongs to another line.
const COUNTED: f64 = 3.4;
/// Half of the band that is shown.
const SHOWN: f64 = 3.7;
/// How dark the ink is made, on average.
const DARKNESS: f64 = 0.75;
/// The most samples along one edge of a pixel.
const MAX_SAMPLES: usize = 6;
/// The widths that a line may have.
const WIDTH_PX: (usize, usize) = (8, 4000);
/// With less ink than one black pixel there is no line.
const MIN_INK: f64 = 1.0;

/// How dark each pixel is, from 0 (paper) to 1 (black), row by row.
struct Ink {
    width: usize,
    height: usize,
    values: Vec<f64>,
}

/// The middle of the line for each column, and how far from it the ink is on average, in pixels.
struct Centre {
    rows: Vec<f64>,
    spread: f64,
}

/// Makes a line level and [`HEIGHT_PX`] high: black is 255. `line` is black ink on white paper; a blank one has no ink and 8 columns.
///
/// # Panics
/// Never: the buffer has the size of the picture.
pub fn normalise(line: &GrayImage) -> GrayImage {
    let ink = Ink::of(line);
    let shown = Centre::of(&ink).map_or_else(
        || vec![0.0; HEIGHT_PX * WIDTH_PX.0],
        |centre| darkened(sampled(&ink, &centre)),
    );
    let bytes: Vec<u8> = shown
        .iter()
        .map(|value| (255.0 * value.min(1.0)).round_ties_even() as u8)
        .collect();
    let width = (bytes.len() / HEIGHT_PX) as u32;
    GrayImage::from_raw(width, HEIGHT_PX as u32, bytes).expect("one byte for each pixel")
}

impl Ink {
    fn of(line: &GrayImage) -> Self {
        let value = |grey: &u8| {
            let dark = f64::from(255 - grey) / 255.0;
            (dark - FLOOR).max(0.0) / (1.0 - FLOOR)
        };
        Self {
            width: line.width() as usize,
            height: line.height() as usize,
            values: line.as_raw().iter().map(value).collect(),
        }
    }

    fn rows(&self) -> impl Iterator<Item = (f64, &[f64])> {
        let rows = self.values.chunks_exact(self.width.max(1));
        rows.enumerate().map(|(y, row)| (y as f64, row))
    }

    /// Without the ink that is farther from the centre than a line reaches.
    fn near(&self, centre: &Centre) -> Self {
        let reach = COUNTED * centre.spread.max(1.0);
        let near = self.rows().flat_map(|(y, row)| {
            row.iter().zip(&centre.rows).map(move |(value, middle)| {
                if (y - middle).abs() <= reach {
                    *value
                } else {
                    0.0
                }
            })
        });
        Self {
            values: near.collect(),
            ..*self
        }
    }

    /// The value between four pixels; `(0, 0)` is the middle of the first one, and paper lies all around.
    fn between(&self, x: f64, y: f64) -> f32 {
        let x = (x + 1.0).clamp(0.0, self.width as f64 + 2.0 - 1.001);
        let y = (y + 1.0).clamp(0.0, self.height as f64 + 2.0 - 1.001);
        let (left, top) = (x as usize, y as usize);
        let (right, down) = ((x - left as f64) as f32, (y - top as f64) as f32);
        let across = |row: usize| {
            self.padded(left, row) * (1.0 - right) + self.padded(left + 1, row) * right
        };
        across(top) * (1.0 - down) + across(top + 1) * down
    }

    /// A pixel, counted with one of paper around the picture.
    fn padded(&self, x: usize, y: usize) -> f32 {
        let inside = (1..=self.width).contains(&x) && (1..=self.height).contains(&y);
        if inside {
            self.values[(y - 1) * self.width + x - 1] as f32
        } else {
            0.0
        }
    }
}

impl Centre {
    /// Nothing when there is next to no ink. The second look leaves out what is too far from the first centre.
    fn of(ink: &Ink) -> Option<Self> {
        let total: f64 = ink.values.iter().sum();
        if total < MIN_INK {
            return None;
        }
        let by_row = |weight: &dyn Fn(f64) -> f64| -> f64 {
            let sums = ink
                .rows()
                .map(|(y, row)| weight(y) * row.iter().sum::<f64>());
            sums.sum::<f64>() / total
        };
        let mean = by_row(&|y| y);
        let spread = by_row(&|y| (y - mean).abs());
        let first = Self::smoothed(ink, window(spread));
        Some(Self::smoothed(&ink.near(&first), window(first.spread)))
    }

    fn smoothed(ink: &Ink, half: usize) -> Self {
        let mut mass = vec![0.0; ink.width];
        let mut moment = vec![0.0; ink.width];
        for (y, row) in ink.rows() {
            for ((mass, moment), value) in mass.iter_mut().zip(&mut moment).zip(row) {
                *mass += value;
                *moment += value * y;
            }
        }
        let total: f64 = mass.iter().sum();
        let mean = moment.iter().sum::<f64>() / total;
        let twice = |values: &[f64]| box_sums(&box_sums(values, half), half);
        let (mass, moment) = (twice(&mass), twice(&moment));
        let little = 0.1 * mass.iter().sum::<f64>() / ink.width as f64;
        let rows: Vec<f64> = moment
            .iter()
            .zip(&mass)
            .map(|(moment, mass)| (moment + little * mean) / (mass + little))
            .collect();
        let away = ink.rows().map(|(y, row)| -> f64 {
            let away = row.iter().zip(&rows);
            away.map(|(value, middle)| value * (y - middle).abs()).sum()
        });
        let spread = away.sum::<f64>() / total;
        Self { rows, spread }
    }
}

/// Half a window of smoothing.
fn window(spread: f64) -> usize {
    ((SMOOTHED * spread.max(1.0)).round_ties_even() as usize).max(2)
}

/// For each place the sum of the values at most `half` away; nothing lies beyond the ends.
fn box_sums(values: &[f64], half: usize) -> Vec<f64> {
    let mut totals = vec![0.0];
    let mut total = 0.0;
    for value in values {
        total += value;
        totals.push(total);
    }
    let sum =
        |at: usize| totals[(at + half + 1).min(values.len())] - totals[at.saturating_sub(half)];
    (0..values.len()).map(sum).collect()
}

/// The band around the centre; each pixel is the mean of some samples of the line.
fn sampled(ink: &Ink, centre: &Centre) -> Vec<f64> {
    let scale = 2.0 * SHOWN * centre.spread.max(1.0) / HEIGHT_PX as f64;
    let width = (ink.width as f64 / scale).round_ties_even() as usize;
    let width = width.clamp(WIDTH_PX.0, WIDTH_PX.1);
    let n = (scale.ceil() as usize).clamp(1, MAX_SAMPLES);
    let place = |at: usize| (at as f64 + 0.5) / n as f64;
    let mut shown = vec![0.0; HEIGHT_PX * width];
    for sample_x in 0..width * n {
        let x = place(sample_x) * scale - 0.5;
        let column = ((x + 0.5).floor().max(0.0) as usize).min(ink.width - 1);
        for sample_y in 0..HEIGHT_PX * n {
            let y = (place(sample_y) - HEIGHT_PX as f64 / 2.0) * scale + centre.rows[column];
            shown[sample_y / n * width + sample_x / n] += f64::from(ink.between(x, y));
        }
    }
    let n_samples = (n * n) as f64;
    for value in &mut shown {
        *value /= n_samples;
    }
    shown
}

/// Pale ink made as dark as that of a good pen.
fn darkened(mut shown: Vec<f64>) -> Vec<f64> {
    let sum: f64 = shown.iter().sum();
    let squares: f64 = shown.iter().map(|value| value * value).sum();
    let dark = squares / sum.max(1e-9);
    let by = DARKNESS / dark.max(1e-9);
    for value in &mut shown {
        *value *= by;
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Zigzags as high as letters, around a row.
    fn written(row: f64, slope: f64) -> GrayImage {
        GrayImage::from_fn(400, 120, |x, y| {
            let middle = row + slope * (f64::from(x) - 200.0);
            let wave = 10.0 * (f64::from(x) / 6.0).sin();
            let on = (20..380).contains(&x) && (f64::from(y) - middle - wave).abs() < 3.0;
            image::Luma([if on { 20 } else { 255 }])
        })
    }

    fn mean_row(line: &GrayImage) -> f64 {
        let mass = |pixel: &image::Luma<u8>| f64::from(pixel.0[0]);
        let total: f64 = line.pixels().map(mass).sum();
        let rows = line.enumerate_pixels();
        rows.map(|(_, y, pixel)| f64::from(y) * mass(pixel))
            .sum::<f64>()
            / total
    }

    #[test]
    fn a_line_comes_to_the_middle_wherever_it_lies_and_however_it_slopes() {
        for (row, slope) in [(40.0, 0.0), (80.0, 0.0), (60.0, 0.03), (60.0, -0.03)] {
            let line = normalise(&written(row, slope));
            assert_eq!(line.height(), 40);
            assert!((mean_row(&line) - 19.5).abs() < 1.0, "{}", mean_row(&line));
        }
    }

    #[test]
    fn paper_alone_is_an_empty_line() {
        let line = normalise(&GrayImage::from_pixel(300, 60, image::Luma([250])));
        assert_eq!(line.dimensions(), (8, 40));
        assert!(line.as_raw().iter().all(|value| *value == 0));
    }

    proptest! {
        #[test]
        fn every_picture_becomes_a_line(width in 1u32..200, height in 1u32..80, seed in any::<u32>()) {
            let noise = GrayImage::from_fn(width, height, |x, y| {
                image::Luma([(x.wrapping_mul(73) ^ y.wrapping_mul(151) ^ seed) as u8])
            });
            prop_assert_eq!(normalise(&noise).height(), 40);
        }
    }
}
