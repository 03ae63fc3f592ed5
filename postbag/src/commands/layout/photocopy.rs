//! A photocopier as bad as an office would still use, followed by a coarse scan. Always the same copy of a print.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "pixels are small whole numbers"
)]

use image::imageops::{self, FilterType};
use image::{GrayImage, Luma};

/// The resolution that a print is given in.
pub(super) const PRINT_DPI: f64 = 300.0;
/// The resolution of the scan; offices are asked for twice as much.
pub(super) const SCAN_DPI: f64 = 150.0;

/// Copiers shrink a page so that its edges are not lost.
const COPY_SCALE: f64 = 0.97;
/// The optics of a copier, in pixels of the print: a tenth of a millimetre.
const BLUR_PX: f32 = 1.2;
/// The threshold between toner and paper, and how far it wanders across the drum.
const THRESHOLD: f32 = 140.0;
/// See [`THRESHOLD`].
const WANDER: f32 = 30.0;
/// How far single pixels stray from the threshold.
const GRAIN: f32 = 40.0;
/// One pixel in so many is dirt.
const DIRT_ONE_IN: u32 = 700;
/// Noise of the scanner, in grey values.
const SCANNER_NOISE: f32 = 14.0;

/// The scan of a photocopy of `print`, which is at [`PRINT_DPI`]; at [`SCAN_DPI`].
pub(super) fn photocopied(print: &GrayImage) -> GrayImage {
    let smaller = resized(print, COPY_SCALE);
    let mut copy = imageops::fast_blur(&smaller, BLUR_PX);
    for (x, y, pixel) in copy.enumerate_pixels_mut() {
        let drum = (x as f32 / 90.0).sin() * (y as f32 / 130.0).cos();
        let threshold = THRESHOLD + WANDER * drum + GRAIN * noise(x, y, 1);
        let toner = f32::from(pixel[0]) < threshold;
        let dirt = hash(x, y, 2).is_multiple_of(DIRT_ONE_IN);
        *pixel = Luma([if toner == dirt { 250 } else { 25 }]);
    }
    let mut scan = resized(&copy, SCAN_DPI / PRINT_DPI);
    for (x, y, pixel) in scan.enumerate_pixels_mut() {
        let grey = f32::from(pixel[0]) + SCANNER_NOISE * noise(x, y, 3);
        *pixel = Luma([grey.clamp(0.0, 255.0) as u8]);
    }
    scan
}

fn resized(picture: &GrayImage, scale: f64) -> GrayImage {
    let size = |px: u32| ((f64::from(px) * scale).round() as u32).max(1);
    let (width, height) = (size(picture.width()), size(picture.height()));
    imageops::resize(picture, width, height, FilterType::Triangle)
}

/// -1 to 1.
fn noise(x: u32, y: u32, kind: u32) -> f32 {
    (hash(x, y, kind) % 2001) as f32 / 1000.0 - 1.0
}

/// A number that looks random and depends on the place only (the finaliser of `MurmurHash3`).
fn hash(x: u32, y: u32, kind: u32) -> u32 {
    let mut h = x
        .wrapping_mul(0x9e37_79b1)
        .wrapping_add(y.wrapping_mul(0x85eb_ca77))
        .wrapping_add(kind.wrapping_mul(0xc2b2_ae3d));
    h = (h ^ (h >> 16)).wrapping_mul(0x85eb_ca6b);
    h = (h ^ (h >> 13)).wrapping_mul(0xc2b2_ae35);
    h ^ (h >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_smaller_grainy_and_always_the_same() {
        let print = GrayImage::from_fn(400, 400, |x, _| Luma([if x < 200 { 0 } else { 255 }]));
        let copy = photocopied(&print);
        assert_eq!(copy.dimensions(), (194, 194));
        assert_eq!(copy, photocopied(&print));
        let dark = copy.pixels().filter(|pixel| pixel[0] < 128).count();
        assert!((17_000..20_000).contains(&dark), "{dark}");
        let greys: std::collections::BTreeSet<u8> = copy.pixels().map(|p| p[0]).collect();
        assert!(greys.len() > 30, "{}", greys.len());
    }
}
