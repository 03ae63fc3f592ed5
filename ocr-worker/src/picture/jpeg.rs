//! JPEG files of pictures that people look at.

use image::{DynamicImage, GrayImage, RgbImage, imageops};
use jpeg_encoder::{
    ColorType, Encoder, ImageBuffer, JpegColorType, SamplingFactor, rgb_to_ycbcr,
};

/// Strokes stay clean and a page stays below a megabyte.
const QUALITY: u8 = 80;

/// A JPEG; nothing when the picture has no pixels. A picture longer than a JPEG can be is made smaller.
pub fn jpeg(pixels: &DynamicImage) -> Option<Vec<u8>> {
    let limit = u32::from(u16::MAX);
    if pixels.width().max(pixels.height()) > limit {
        let smaller = pixels.resize(limit, limit, imageops::FilterType::Triangle);
        return jpeg(&smaller);
    }
    match pixels {
        DynamicImage::ImageLuma8(grey) => jpeg_of_grey(grey),
        _ => {
            let colour = pixels.to_rgb8();
            encoded(|encoder| {
                let (width, height) = size(colour.dimensions())?;
                let encoded = encoder.encode(&colour, width, height, ColorType::Rgb);
                encoded.ok()
            })
        }
    }
}

/// A JPEG of a grey picture; nothing when it has no pixels or more than 65,535 along an edge.
pub fn jpeg_of_grey(grey: &GrayImage) -> Option<Vec<u8>> {
    let rows = Rows::new(grey)?;
    encoded(|encoder| encoder.encode_image(rows).ok())
}

/// A JPEG whose brightness is that of `grey` and whose colours are those of `colour`, which has one pixel for each
/// two by two of `grey`: the way in which a JPEG keeps them.
pub fn jpeg_of_tinted(grey: &GrayImage, colour: &RgbImage) -> Option<Vec<u8>> {
    let rows = Tinted {
        grey: Rows::new(grey)?,
        colour: (colour.width() > 0 && colour.height() > 0).then_some(colour)?,
    };
    encoded(|encoder| {
        let mut encoder = encoder;
        encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
        encoder.encode_image(rows).ok()
    })
}

fn encoded(write: impl FnOnce(Encoder<&mut Vec<u8>>) -> Option<()>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    write(Encoder::new(&mut bytes, QUALITY))?;
    Some(bytes)
}

fn size((width, height): (u32, u32)) -> Option<(u16, u16)> {
    let edge = |px: u32| u16::try_from(px).ok().filter(|px| *px > 0);
    Some((edge(width)?, edge(height)?))
}

/// A grey picture, row by row.
struct Rows<'a> {
    grey: &'a GrayImage,
    size: (u16, u16),
}

impl<'a> Rows<'a> {
    fn new(grey: &'a GrayImage) -> Option<Self> {
        let size = size(grey.dimensions())?;
        Some(Self { grey, size })
    }
}

impl ImageBuffer for Rows<'_> {
    fn get_jpeg_color_type(&self) -> JpegColorType {
        JpegColorType::Luma
    }

    fn width(&self) -> u16 {
        self.size.0
    }

    fn height(&self) -> u16 {
        self.size.1
    }

    fn fill_buffers(&self, y: u16, buffers: &mut [Vec<u8>; 4]) {
        let width = usize::from(self.size.0);
        let row = &self.grey.as_raw()[usize::from(y) * width..][..width];
        buffers[0].extend_from_slice(row);
    }
}

/// A grey picture with the colours of a smaller one.
struct Tinted<'a> {
    grey: Rows<'a>,
    colour: &'a RgbImage,
}

impl ImageBuffer for Tinted<'_> {
    fn get_jpeg_color_type(&self) -> JpegColorType {
        JpegColorType::Ycbcr
    }

    fn width(&self) -> u16 {
        self.grey.width()
    }

    fn height(&self) -> u16 {
        self.grey.height()
    }

    fn fill_buffers(&self, y: u16, buffers: &mut [Vec<u8>; 4]) {
        self.grey.fill_buffers(y, buffers);
        let [_, blue, red, _] = buffers;
        let row_len = self.colour.width() as usize * 3;
        let row_idx = usize::from(y / 2).min(self.colour.height() as usize - 1);
        let row = &self.colour.as_raw()[row_idx * row_len..][..row_len];
        let n_before = blue.len();
        let wanted = n_before + usize::from(self.width());
        for [r, g, b] in row.as_chunks::<3>().0 {
            let (_, cb, cr) = rgb_to_ycbcr(*r, *g, *b);
            blue.extend_from_slice(&[cb, cb]);
            red.extend_from_slice(&[cr, cr]);
        }
        for values in [blue, red] {
            let last = values.last().copied().unwrap_or(128);
            values.resize(wanted, last);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> DynamicImage {
        image::load_from_memory_with_format(bytes, image::ImageFormat::Jpeg).unwrap()
    }

    #[test]
    fn a_grey_picture_comes_back_nearly_as_it_was() {
        let grey = GrayImage::from_fn(71, 45, |x, y| image::Luma([(x + 2 * y) as u8]));
        let back = decoded(&jpeg_of_grey(&grey).unwrap()).into_luma8();
        assert_eq!(back.dimensions(), grey.dimensions());
        assert!(
            back.pixels()
                .zip(grey.pixels())
                .all(|(a, b)| a.0[0].abs_diff(b.0[0]) < 12)
        );
    }

    #[test]
    fn a_tinted_picture_has_the_brightness_of_the_one_and_the_colours_of_the_other() {
        let red = image::Rgb([200, 60, 60]);
        let grey = GrayImage::from_pixel(33, 17, image::Luma([101]));
        let tinted = jpeg_of_tinted(&grey, &RgbImage::from_pixel(17, 9, red)).unwrap();
        let whole = RgbImage::from_pixel(33, 17, red);
        let whole = jpeg(&DynamicImage::ImageRgb8(whole)).unwrap();
        let (tinted, whole) = (decoded(&tinted).into_rgb8(), decoded(&whole).into_rgb8());
        for (a, b) in tinted.pixels().zip(whole.pixels()) {
            assert!((0..3).all(|i| a.0[i].abs_diff(b.0[i]) < 6), "{a:?} {b:?}");
        }
    }

    #[test]
    fn a_picture_without_pixels_has_no_file_and_a_long_one_is_made_smaller() {
        assert!(jpeg(&DynamicImage::new_luma8(0, 9)).is_none());
        assert!(jpeg(&DynamicImage::new_rgb8(7, 0)).is_none());
        let long = jpeg(&DynamicImage::new_luma8(70_000, 2)).unwrap();
        assert_eq!(decoded(&long).width(), 65_535);
    }
}
