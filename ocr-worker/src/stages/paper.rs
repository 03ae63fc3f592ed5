//! Paper: its own brightness, measured and taken out.

use image::GrayImage;

use crate::picture::mask::Area;

/// A square that is darker than this share of the usual paper is all ink: it says nothing about the paper.
const DARKEST_PAPER: f32 = 0.75;
/// Bits behind the point of the numbers that brightness is multiplied by.
const FACTOR_BITS: u32 = 12;
/// One, in these numbers.
const ONE: i32 = 1 << FACTOR_BITS;
/// Pixels that are multiplied together.
const LANES: usize = 8;
/// One pixel in so many is brighter than what is called the brightness of paper.
const BRIGHTER: u32 = 6;

/// Divides by the paper's brightness, measured in squares of `tile_px` and interpolated between their middles:
/// 255 is paper, 0 is black.
pub fn evened(grey: &GrayImage, tile_px: usize) -> GrayImage {
    let width = grey.width() as usize;
    let paper = Paper::measure(grey, tile_px.max(8));
    if paper.factors.iter().all(|factor| *factor == ONE) {
        return grey.clone();
    }
    let mut even = grey.clone();
    for (y, row) in even.chunks_exact_mut(width.max(1)).enumerate() {
        paper.divide_row(y, row);
    }
    even
}

/// What brightness in each square of `tile_px` must be multiplied by.
struct Paper {
    tile_px: usize,
    columns: usize,
    rows: usize,
    factors: Vec<i32>,
}

impl Paper {
    fn measure(grey: &GrayImage, tile_px: usize) -> Self {
        let (width, height) = (grey.width() as usize, grey.height() as usize);
        let (columns, rows) = (width.div_ceil(tile_px), height.div_ceil(tile_px));
        let mut levels = Vec::with_capacity(columns * rows);
        let mut seen = Vec::new();
        for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |c| (row, c))) {
            let area = Area {
                x0: column * tile_px,
                y0: row * tile_px,
                x1: (column + 1) * tile_px,
                y1: (row + 1) * tile_px,
            };
            sample(grey, area.clipped(width, height), &mut seen);
            levels.push(light_level(&seen));
        }
        let mut sorted = levels.clone();
        sorted.sort_by(f32::total_cmp);
        let usual = sorted.get(sorted.len() / 2).copied().unwrap_or(255.0);
        let least = usual.max(30.0) * DARKEST_PAPER;
        let factor = |level: &f32| (255.0 * ONE as f32 / level.max(least)).round() as i32;
        Self {
            tile_px,
            columns,
            rows,
            factors: levels.iter().map(factor).collect(),
        }
    }

    fn divide_row(&self, y: usize, row: &mut [u8]) {
        let (top, bottom, down) = between(y as f32 + 0.5, self.tile_px, self.rows);
        let of_row = |row: usize| &self.factors[row * self.columns..(row + 1) * self.columns];
        let mix = |(a, b): (&i32, &i32)| a + ((b - a) as f32 * down) as i32;
        let factors: Vec<i32> = of_row(top).iter().zip(of_row(bottom)).map(mix).collect();
        let half = self.tile_px / 2;
        let n_ahead = half.min(row.len());
        multiply(&mut row[..n_ahead], factors[0], factors[0]);
        let last = self.columns - 1;
        for (column, factor) in factors.iter().enumerate() {
            let x0 = (column * self.tile_px + half).min(row.len());
            let x1 = (x0 + self.tile_px).min(row.len());
            let next = factors[(column + 1).min(last)];
            multiply(&mut row[x0..x1], *factor, next);
        }
    }
}

/// Multiplies by a factor that goes evenly from `first` to `last`.
fn multiply(values: &mut [u8], first: i32, last: i32) {
    if first == ONE && last == ONE {
        return;
    }
    let step = ((last - first) / values.len().max(1) as i32) as u16;
    // The darkest paper has a factor below 12, and 16 would fit.
    let mut factor = first as u16;
    let ahead: [u16; LANES] = std::array::from_fn(|i| step.wrapping_mul(i as u16));
    let (together, left) = values.as_chunks_mut::<LANES>();
    for values in together {
        for i in 0..LANES {
            values[i] = product(values[i], factor.wrapping_add(ahead[i]));
        }
        factor = factor.wrapping_add(step.wrapping_mul(LANES as u16));
    }
    for value in left {
        *value = product(*value, factor);
        factor = factor.wrapping_add(step);
    }
}

/// In halves of 32 bits, which a processor multiplies many of at once.
#[inline]
fn product(value: u8, factor: u16) -> u8 {
    let value = u32::from(value) << (16 - FACTOR_BITS);
    let product = (value.wrapping_mul(u32::from(factor)) >> 16) as u16;
    product.min(255) as u8
}

/// The two squares whose middles a place lies between, and how far it is from the first.
fn between(at: f32, tile_px: usize, n: usize) -> (usize, usize, f32) {
    let place = (at / tile_px as f32 - 0.5).clamp(0.0, (n - 1) as f32);
    let first = place as usize;
    (first, (first + 1).min(n - 1), place - first as f32)
}

/// Every other pixel of every other row of a part: enough to know how bright its paper is.
fn sample(grey: &GrayImage, area: Area, seen: &mut Vec<u8>) {
    seen.clear();
    for y in (area.y0..area.y1).step_by(2) {
        let row = &grey.as_raw()[y * grey.width() as usize..][area.x0..area.x1];
        let (pairs, left) = row.as_chunks::<2>();
        seen.extend(pairs.iter().map(|[first, _]| first));
        seen.extend(left);
    }
}

/// The brightness that one value in six exceeds.
fn light_level(seen: &[u8]) -> f32 {
    let mut left = seen.len() as u32 / BRIGHTER;
    let brightest = seen.iter().fold(0, |most, value| most.max(*value));
    let n_brightest = seen.iter().map(|value| u32::from(*value == brightest));
    // Where the scanner made paper white there is nothing more to count.
    if n_brightest.fold(0u32, u32::wrapping_add) > left {
        return brightest.into();
    }
    let mut histogram = [0u32; 256];
    for value in seen {
        histogram[usize::from(*value)] += 1;
    }
    for (value, n) in histogram.iter().enumerate().rev() {
        if *n > left {
            return value as f32;
        }
        left -= n;
    }
    0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shaded_paper_becomes_white_and_ink_keeps_its_share_of_the_paper() {
        let shade = |x: u32| 250 - (x / 4) as u8;
        let scan = GrayImage::from_fn(400, 100, |x, y| {
            let ink = x % 100 == 50 && y > 20;
            image::Luma([if ink { shade(x) / 2 } else { shade(x) }])
        });
        let even = evened(&scan, 24);
        for (x, _, pixel) in even.enumerate_pixels().filter(|(_, y, _)| *y > 20) {
            let value = i32::from(pixel.0[0]);
            let expected = if x % 100 == 50 { 127 } else { 255 };
            assert!((value - expected).abs() < 8, "{value} at {x}");
        }
    }

    #[test]
    fn white_paper_stays_as_it_is() {
        let scan = GrayImage::from_fn(70, 50, |x, y| image::Luma([if x == y { 9 } else { 255 }]));
        assert_eq!(evened(&scan, 24), scan);
    }

    #[test]
    fn a_square_that_is_all_ink_is_not_taken_for_paper() {
        let scan = GrayImage::from_fn(240, 240, |x, y| {
            let blot = (96..144).contains(&x) && (96..144).contains(&y);
            image::Luma([if blot { 60 } else { 240 }])
        });
        assert!(evened(&scan, 24).get_pixel(120, 120).0[0] < 90);
    }
}
