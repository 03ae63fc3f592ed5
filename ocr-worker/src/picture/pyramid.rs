//! A page and its smaller copies, each made when it is first asked for.

use std::sync::OnceLock;

use image::GrayImage;
use rayon::prelude::*;

/// Halved this often, a page of 600 dpi has 19: fewer pixels tell nothing any more.
const MAX_HALVINGS: usize = 5;

/// A grey picture with its copies reduced by 2, 4, 8, …
#[derive(Debug)]
pub struct Pyramid<'a> {
    full: &'a GrayImage,
    halved: [OnceLock<GrayImage>; MAX_HALVINGS],
}

impl<'a> Pyramid<'a> {
    /// The pyramid over a page.
    pub fn new(full: &'a GrayImage) -> Self {
        Self {
            full,
            halved: Default::default(),
        }
    }

    /// The picture at its own size.
    pub const fn full(&self) -> &'a GrayImage {
        self.full
    }

    /// The picture halved `n` times, at most five times, and by which factor that is.
    pub fn halved(&self, n: usize) -> (&GrayImage, u32) {
        let n = n.min(MAX_HALVINGS);
        if n == 0 {
            return (self.full, 1);
        }
        let picture = self.halved[n - 1].get_or_init(|| half(self.halved(n - 1).0));
        (picture, 1 << n)
    }

    /// The smallest copy that still has `wanted` pixels where the page has `own`: both in the same unit, for example
    /// dots per inch. Two in a hundred too few do not matter.
    pub fn with_at_least(&self, wanted: f64, own: f64) -> (&GrayImage, u32) {
        let spare = (own / wanted * 1.02).max(1.0);
        self.halved(spare.log2().floor() as usize)
    }
}

/// Each pixel is the mean of four. Written out for this one factor, which every page goes through.
fn half(picture: &GrayImage) -> GrayImage {
    let (width, height) = (picture.width() / 2, picture.height() / 2);
    let row_len = picture.width() as usize;
    let mut out = vec![0; width as usize * height as usize];
    out.par_chunks_mut((width as usize).max(1))
        .zip(picture.as_raw().par_chunks_exact(2 * row_len.max(1)))
        .for_each(|(out, rows)| {
            let (upper, lower) = rows.split_at(row_len);
            let (upper, lower) = (upper.as_chunks::<2>().0, lower.as_chunks::<2>().0);
            for ((value, upper), lower) in out.iter_mut().zip(upper).zip(lower) {
                *value = ((both(*upper) + both(*lower) + 2) >> 2) as u8;
            }
        });
    GrayImage::from_raw(width, height, out).expect("one byte for each pixel")
}

/// The sum of two neighbours, by way of one number of 16 bits: so the compiler makes one instruction of many pairs.
#[inline]
const fn both(pair: [u8; 2]) -> u16 {
    let pair = u16::from_le_bytes(pair);
    (pair & 0xff) + (pair >> 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_copy_has_half_of_the_pixels_of_the_one_before() {
        let page = GrayImage::from_pixel(64, 48, image::Luma([200]));
        let pyramid = Pyramid::new(&page);
        assert_eq!(pyramid.halved(2).0.dimensions(), (16, 12));
        assert_eq!(pyramid.halved(2).0.get_pixel(3, 3).0[0], 200);
        assert_eq!(pyramid.halved(0).1, 1);
    }

    #[test]
    fn the_copy_that_is_chosen_has_enough_pixels() {
        let page = GrayImage::new(64, 64);
        let pyramid = Pyramid::new(&page);
        let factors = [150.0, 149.0, 76.0, 600.0].map(|dpi| pyramid.with_at_least(dpi, 300.0).1);
        assert_eq!(factors, [2, 2, 4, 1]);
    }
}
