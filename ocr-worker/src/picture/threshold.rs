//! A mask that follows the light: dark is what is darker than its surroundings.

use image::GrayImage;

use super::Mask;

/// The edge of the squares in which the light is measured.
const BLOCK_PX: usize = 8;
/// The light around a square is that of five by five squares.
const REACH_BLOCKS: usize = 2;

/// Yes where a pixel is darker than `share` of the mean of its surroundings, about 40 pixels wide.
///
/// Source: the hybrid binariser of `ZXing`, without its treatment of flat squares: `share` does that.
pub fn darker_than_around(picture: &GrayImage, share: f32) -> Mask {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let (columns, rows) = (width.div_ceil(BLOCK_PX), height.div_ceil(BLOCK_PX));
    let means = around(&block_means(picture, columns, rows), columns, rows);
    let limits: Vec<u8> = means.iter().map(|mean| (mean * share) as u8).collect();
    let mut bits = Vec::with_capacity(width * height);
    let mut of_row = vec![0; width];
    for (y, row) in picture.as_raw().chunks_exact(width.max(1)).enumerate() {
        if y % BLOCK_PX == 0 {
            let limits = &limits[y / BLOCK_PX * columns..][..columns];
            for (block, limit) in of_row.chunks_mut(BLOCK_PX).zip(limits) {
                block.fill(*limit);
            }
        }
        bits.extend(row.iter().zip(&of_row).map(|(value, limit)| value < limit));
    }
    Mask {
        width,
        height,
        bits,
    }
}

fn block_means(picture: &GrayImage, columns: usize, rows: usize) -> Vec<f32> {
    let width = (picture.width() as usize).max(1);
    let mut means = Vec::with_capacity(columns * rows);
    // Each column of a band first: eight values fit into 16 bits with room to spare.
    let mut sums = vec![0u16; width];
    for band in picture.as_raw().chunks(width * BLOCK_PX) {
        sums.fill(0);
        for row in band.chunks_exact(width) {
            for (sum, value) in sums.iter_mut().zip(row) {
                *sum = sum.wrapping_add(u16::from(*value));
            }
        }
        let n_rows = band.len() / width;
        let mean = |block: &[u16]| {
            let sum = block
                .iter()
                .fold(0, |sum: u16, value| sum.wrapping_add(*value));
            f32::from(sum) / (block.len() * n_rows) as f32
        };
        means.extend(sums.chunks(BLOCK_PX).map(mean));
    }
    means
}

/// The mean over the squares around each one: first across, then down.
fn around(means: &[f32], columns: usize, rows: usize) -> Vec<f32> {
    let mut across = Vec::with_capacity(means.len());
    for row in means.chunks_exact(columns.max(1)) {
        across.extend((0..columns).map(|column| {
            let (left, right) = window(column, columns);
            row[left..right].iter().sum::<f32>()
        }));
    }
    let n_across = columns.min(2 * REACH_BLOCKS + 1);
    let mut out = Vec::with_capacity(means.len());
    let mut sums = vec![0.0; columns];
    for row in 0..rows {
        let (top, bottom) = window(row, rows);
        sums.fill(0.0);
        for row in across[top * columns..bottom * columns].chunks_exact(columns.max(1)) {
            for (sum, value) in sums.iter_mut().zip(row) {
                *sum += value;
            }
        }
        let n = ((bottom - top) * n_across) as f32;
        out.extend(sums.iter().map(|sum| sum / n));
    }
    out
}

/// Five squares around one, moved inwards at the edge as long as there are as many.
fn window(at: usize, n: usize) -> (usize, usize) {
    let first = at
        .saturating_sub(REACH_BLOCKS)
        .min(n.saturating_sub(2 * REACH_BLOCKS + 1));
    (first, (first + 2 * REACH_BLOCKS + 1).min(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn print_is_dark_in_the_shadow_and_in_the_light_and_paper_is_not() {
        let picture = GrayImage::from_fn(203, 101, |x, y| {
            let light = 90 + x / 2;
            let print = (40..60).contains(&y) && x % 20 < 6;
            image::Luma([if print { light / 3 } else { light } as u8])
        });
        let mask = darker_than_around(&picture, 0.8);
        assert!(mask.at(22, 50) && mask.at(182, 50));
        assert!(!mask.at(30, 50) && !mask.at(190, 50) && !mask.at(100, 20));
    }

    #[test]
    fn a_picture_without_pixels_has_no_mask() {
        assert_eq!(darker_than_around(&GrayImage::new(0, 0), 0.8).count(), 0);
    }
}
