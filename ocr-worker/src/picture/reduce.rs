//! Smaller pictures: each pixel is the mean of a square of the larger one.

use rayon::prelude::*;

/// Reduces a picture with `N` bytes a pixel by a whole `factor`; rows and columns left over are dropped.
///
/// Returns the pixels, the width and the height.
pub fn reduce<const N: usize>(
    pixels: &[u8],
    (width, height): (u32, u32),
    factor: u32,
) -> (Vec<u8>, u32, u32) {
    let factor = factor.clamp(1, width.min(height).max(1));
    let (out_width, out_height) = (width / factor, height / factor);
    let mut out = vec![0; out_width as usize * out_height as usize * N];
    let (factor, row_len) = (factor as usize, width as usize * N);
    let band_len = (out_width as usize * N).max(1);
    out.par_chunks_mut(band_len)
        .enumerate()
        .for_each(|(y, row)| {
            let rows = &pixels[y * factor * row_len..(y + 1) * factor * row_len];
            reduce_row::<N>(rows, row_len, factor, row);
        });
    (out, out_width, out_height)
}

fn reduce_row<const N: usize>(rows: &[u8], row_len: usize, factor: usize, out: &mut [u8]) {
    let mut sums = vec![0u32; out.len()];
    for row in rows.chunks_exact(row_len) {
        for (sum, square) in sums.chunks_exact_mut(N).zip(row.chunks_exact(factor * N)) {
            for pixel in square.chunks_exact(N) {
                for (channel, value) in sum.iter_mut().zip(pixel) {
                    *channel += u32::from(*value);
                }
            }
        }
    }
    let n_pixels = (factor * factor) as u32;
    // One division for each pixel would cost more than the sums: multiply by the reciprocal instead.
    let reciprocal = (1u32 << 16).div_ceil(n_pixels);
    for (value, sum) in out.iter_mut().zip(&sums) {
        *value = ((u64::from(*sum) * u64::from(reciprocal)) >> 16).min(255) as u8;
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
}
