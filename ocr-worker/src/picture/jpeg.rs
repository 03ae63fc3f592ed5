//! JPEG files of pictures that people look at.
//!
//! Baseline, with the tables of the standard (ITU-T T.81, annex K) and colours at half the resolution. Written for pages:
//! a block of plain paper costs next to nothing. Why not a library: `docs/adr/0012-*`.

mod block;
mod entropy;
mod file;

use image::{DynamicImage, GrayImage, RgbImage, imageops};

use super::reduce::reduce;
use block::Plane;

/// A JPEG has no more pixels along an edge.
const MAX_EDGE_PX: u32 = u16::MAX as u32;
/// How bright red, green and blue are, in 65,536ths; ITU-T T.871.
const BRIGHTNESS: [i32; 3] = [19_595, 38_470, 7_471];
/// How blue they are.
const BLUE: [i32; 3] = [-11_059, -21_709, 32_768];
/// How red they are.
const RED: [i32; 3] = [32_768, -27_439, -5_329];

/// A JPEG; nothing when the picture has no pixels. A picture longer than a JPEG can be is made smaller.
pub fn jpeg(pixels: &DynamicImage) -> Option<Vec<u8>> {
    if pixels.width().max(pixels.height()) > MAX_EDGE_PX {
        let smaller = pixels.resize(MAX_EDGE_PX, MAX_EDGE_PX, imageops::FilterType::Triangle);
        return jpeg(&smaller);
    }
    match pixels {
        DynamicImage::ImageLuma8(grey) => jpeg_of_grey(grey),
        _ => jpeg_of_colour(&pixels.to_rgb8()),
    }
}

/// A JPEG of a grey picture; nothing when it has no pixels or more than 65,535 along an edge.
pub fn jpeg_of_grey(grey: &GrayImage) -> Option<Vec<u8>> {
    file::written(&[plane(grey)])
}

/// A JPEG whose brightness is that of `grey` and whose colours are those of `colour`, which has one pixel for each
/// two by two of `grey`: the way in which a JPEG keeps them.
pub fn jpeg_of_tinted(grey: &GrayImage, colour: &RgbImage) -> Option<Vec<u8>> {
    let size = (colour.width() as usize, colour.height() as usize);
    let plane_of = |tint: [i32; 3]| -> Vec<u8> {
        let pixels = colour.as_raw().as_chunks::<3>().0;
        pixels.iter().map(|p| weighed(*p, tint, 128)).collect()
    };
    let (blue, red) = (plane_of(BLUE), plane_of(RED));
    file::written(&[plane(grey), Plane::new(&blue, size), Plane::new(&red, size)])
}

fn jpeg_of_colour(colour: &RgbImage) -> Option<Vec<u8>> {
    let pixels = colour.as_raw().as_chunks::<3>().0;
    let grey = pixels.iter().map(|p| weighed(*p, BRIGHTNESS, 0)).collect();
    let grey = GrayImage::from_raw(colour.width(), colour.height(), grey)?;
    // An edge of one pixel cannot be halved, and is kept.
    let (halved, width, height) = reduce::<3>(colour.as_raw(), colour.dimensions(), 2);
    let halved = RgbImage::from_raw(width, height, halved)?;
    jpeg_of_tinted(&grey, &halved)
}

fn plane(grey: &GrayImage) -> Plane<'_> {
    Plane::new(grey, (grey.width() as usize, grey.height() as usize))
}

/// What red, green and blue add, in 65,536ths, to a value that is `zero` without them.
fn weighed(colour: [u8; 3], shares: [i32; 3], zero: i32) -> u8 {
    let [r, g, b] = colour.map(i32::from);
    let part = |value: i32, share: i32| value.wrapping_mul(share);
    let sum = part(r, shares[0])
        .wrapping_add(part(g, shares[1]))
        .wrapping_add(part(b, shares[2]))
        .wrapping_add((zero << 16) + (1 << 15));
    (sum >> 16).clamp(0, 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> DynamicImage {
        image::load_from_memory_with_format(bytes, image::ImageFormat::Jpeg).unwrap()
    }

    fn furthest<'a>(a: &'a [u8], b: &'a [u8]) -> u8 {
        assert_eq!(a.len(), b.len());
        a.iter().zip(b).map(|(a, b)| a.abs_diff(*b)).max().unwrap()
    }

    #[test]
    fn a_grey_picture_comes_back_nearly_as_it_was() {
        for size in [(71, 45), (64, 32), (1, 1), (9, 200)] {
            let grey = GrayImage::from_fn(size.0, size.1, |x, y| image::Luma([(x + y) as u8]));
            let back = decoded(&jpeg_of_grey(&grey).unwrap()).into_luma8();
            assert_eq!(back.dimensions(), grey.dimensions());
            assert!(furthest(&back, &grey) < 6, "{size:?}");
        }
    }

    #[test]
    fn strokes_and_noise_are_kept_as_well_as_the_library_keeps_them() {
        let mut seed = 7u32;
        let noisy = GrayImage::from_fn(160, 120, |x, y| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let stroke = (x + y) % 40 < 4 || x / 20 == y / 15;
            image::Luma([(if stroke { 20 } else { 220 }) + (seed >> 28) as u8 * 2])
        });
        let mut theirs = Vec::new();
        let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut theirs, 80);
        noisy.write_with_encoder(encoder).unwrap();
        let ours = jpeg_of_grey(&noisy).unwrap();
        assert!(ours.len().abs_diff(theirs.len()) * 50 < theirs.len());
        let lost = |file: &[u8]| -> u64 {
            let back = decoded(file).into_luma8();
            let pixels = back.iter().zip(noisy.iter());
            pixels.map(|(a, b)| u64::from(a.abs_diff(*b)).pow(2)).sum()
        };
        let (ours, theirs) = (lost(&ours), lost(&theirs));
        assert!(ours * 100 < theirs * 102, "{ours} {theirs}");
    }

    #[test]
    fn a_tinted_picture_has_the_brightness_of_the_one_and_the_colours_of_the_other() {
        let red = image::Rgb([200, 60, 60]);
        let grey = GrayImage::from_pixel(33, 17, image::Luma([weighed(red.0, BRIGHTNESS, 0)]));
        let tinted = jpeg_of_tinted(&grey, &RgbImage::from_pixel(17, 9, red)).unwrap();
        let whole = RgbImage::from_pixel(33, 17, red);
        let colour = jpeg(&DynamicImage::ImageRgb8(whole.clone())).unwrap();
        assert!(furthest(&decoded(&tinted).into_rgb8(), &whole) < 5);
        assert!(furthest(&decoded(&colour).into_rgb8(), &whole) < 5);
    }

    #[test]
    fn a_picture_without_pixels_has_no_file_and_a_long_one_is_made_smaller() {
        assert!(jpeg(&DynamicImage::new_luma8(0, 9)).is_none());
        assert!(jpeg(&DynamicImage::new_rgb8(7, 0)).is_none());
        assert!(jpeg(&DynamicImage::new_rgb8(1, 5)).is_some());
        let long = jpeg(&DynamicImage::new_luma8(70_000, 2)).unwrap();
        assert_eq!(decoded(&long).width(), MAX_EDGE_PX);
    }
}
