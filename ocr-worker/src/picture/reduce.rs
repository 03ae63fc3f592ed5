//! Smaller pictures: each pixel is the mean of a square of the larger one.

use image::GrayImage;
use rayon::prelude::*;

/// The largest factor: the sum of so many values fits into 16 bits.
const MAX_FACTOR: u32 = 256;
/// Pixels of a row that are made three quarters together, and how many those are.
const PART: usize = 64;
const TO_PART: usize = PART / 4 * 3;

/// Reduces a picture with `N` bytes a pixel by a whole `factor`, 256 at most; rows and columns left over are dropped.
///
/// Returns the pixels, the width and the height.
pub fn reduce<const N: usize>(
    pixels: &[u8],
    (width, height): (u32, u32),
    factor: u32,
) -> (Vec<u8>, u32, u32) {
    let factor = factor.clamp(1, width.min(height).clamp(1, MAX_FACTOR));
    let (out_width, out_height) = (width / factor, height / factor);
    let mut out = vec![0; out_width as usize * out_height as usize * N];
    let (factor, row_len) = (factor as usize, width as usize * N);
    out.par_chunks_mut((out_width as usize * N).max(1))
        .zip(pixels.par_chunks_exact((row_len * factor).max(1)))
        .for_each_init(
            || vec![0u16; row_len],
            |sums, (out, rows)| {
                sum_columns(rows, sums);
                mean_of_squares::<N>(sums, factor, out);
            },
        );
    (out, out_width, out_height)
}

/// The sum of each column of some rows.
fn sum_columns(rows: &[u8], sums: &mut [u16]) {
    sums.fill(0);
    for row in rows.chunks_exact(sums.len().max(1)) {
        for (sum, value) in sums.iter_mut().zip(row) {
            *sum = sum.wrapping_add(u16::from(*value));
        }
    }
}

fn mean_of_squares<const N: usize>(sums: &[u16], factor: usize, out: &mut [u8]) {
    let n_pixels = (factor * factor) as u32;
    // One division for each pixel would cost more than the sums: multiply by the reciprocal instead.
    let reciprocal = u64::from((1u32 << 16).div_ceil(n_pixels));
    let (out, _) = out.as_chunks_mut::<N>();
    for (to, square) in out.iter_mut().zip(sums.chunks_exact(factor * N)) {
        let mut total = [0u32; N];
        for pixel in square.as_chunks::<N>().0 {
            for (total, sum) in total.iter_mut().zip(pixel) {
                *total = total.wrapping_add(u32::from(*sum));
            }
        }
        *to = total.map(|total| ((u64::from(total) * reciprocal) >> 16).min(255) as u8);
    }
}

/// A grey picture of three quarters of the size: each pixel is the mean of what it covers. It is cut to `size`,
/// or its last row and column are repeated.
///
/// # Panics
/// Never: the buffer has the size of the picture.
pub fn three_quarters(grey: &GrayImage, (width, height): (u32, u32)) -> GrayImage {
    let (from_width, from_height) = (grey.width() as usize, grey.height() as usize);
    let mut out = Vec::with_capacity(width as usize * height as usize);
    let last = from_height.saturating_sub(1);
    let row = |y: usize| &grey.as_raw()[y.min(last) * from_width..][..from_width];
    for y in 0..height as usize {
        let (from, near, far) = share(y);
        let end = (y + 1) * width as usize;
        mix_across((row(from), near), (row(from + 1), far), (&mut out, end));
    }
    GrayImage::from_raw(width, height, out).expect("one byte for each pixel")
}

/// Which pixel and its next make up the pixel `at` of three quarters, and how many quarters each has.
const fn share(at: usize) -> (usize, u16, u16) {
    let first = at / 3 * 4 + at % 3;
    (first, 3 - (at % 3) as u16, 1 + (at % 3) as u16)
}

/// Adds a row to `out`, up to `end`: two rows, each with its share in quarters, mixed and made shorter, part by part. Most parts are
/// paper.
fn mix_across(
    (upper, near): (&[u8], u16),
    (lower, far): (&[u8], u16),
    (out, end): (&mut Vec<u8>, usize),
) {
    for (upper, lower) in upper.chunks(PART).zip(lower.chunks(PART)) {
        let n_wanted = TO_PART.min(end - out.len());
        let value = upper[0];
        let differs = |row: &[u8]| row.iter().fold(0, |seen, other| seen | (value ^ other));
        if differs(upper) | differs(lower) == 0 {
            out.resize(out.len() + n_wanted, value);
            continue;
        }
        let mut mixed = [0; PART];
        for ((mixed, a), b) in mixed.iter_mut().zip(upper).zip(lower) {
            let (a, b) = (u16::from(*a), u16::from(*b));
            *mixed = (a.wrapping_mul(near)).wrapping_add(b.wrapping_mul(far));
        }
        let mut part = [0; TO_PART];
        across(&mixed[..upper.len()], &mut part[..n_wanted]);
        out.extend_from_slice(&part[..n_wanted]);
    }
    out.resize(end, out.last().copied().unwrap_or(255));
}

fn across(mixed: &[u16], to: &mut [u8]) {
    let sixteenth = |sum: u16| (sum.wrapping_add(8) >> 4) as u8;
    let threefold = |value: u16| value.wrapping_mul(3);
    let (threes, fours) = (to.as_chunks_mut::<3>().0, mixed.as_chunks::<4>().0);
    for (to, [a, b, c, d]) in threes.iter_mut().zip(fours) {
        to[0] = sixteenth(threefold(*a).wrapping_add(*b));
        to[1] = sixteenth(b.wrapping_add(*c) << 1);
        to[2] = sixteenth(threefold(*d).wrapping_add(*c));
    }
    let n_done = (to.len() / 3).min(mixed.len() / 4) * 3;
    for (x, value) in to.iter_mut().enumerate().skip(n_done) {
        let (from, near, far) = share(x);
        let at = |x: usize| mixed.get(x).or(mixed.last()).copied().unwrap_or(4 * 255);
        *value = ((at(from) * near + at(from + 1) * far + 8) >> 4) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pixel_is_the_mean_of_its_square() {
        let pixels = [0, 100, 7, 200, 100, 7, 9, 9, 9];
        assert_eq!(reduce::<1>(&pixels, (3, 3), 2), (vec![100], 1, 1));
    }

    #[test]
    fn white_stays_white_at_every_factor() {
        for factor in 1..12 {
            let (out, ..) = reduce::<3>(&[255; 24 * 24 * 3], (24, 24), factor);
            assert!(out.iter().all(|v| *v == 255), "factor {factor}");
        }
    }

    #[test]
    fn three_quarters_of_a_picture_show_the_same_at_three_quarters_of_the_place() {
        let ramp = GrayImage::from_fn(100, 80, |x, y| image::Luma([(x + y) as u8]));
        let small = three_quarters(&ramp, (76, 60));
        for (x, y, pixel) in small.enumerate_pixels().filter(|(x, ..)| *x < 75) {
            let expected = (f64::from(x) + 0.5 + f64::from(y) + 0.5) / 0.75 - 1.0;
            assert!((f64::from(pixel.0[0]) - expected).abs() <= 1.0, "{x} {y}");
        }
        assert_eq!(small.get_pixel(75, 0).0[0], 99);
    }
}
