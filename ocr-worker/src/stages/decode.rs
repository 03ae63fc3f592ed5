//! Decode: the bytes of a page picture become grey pixels, and colour ones when there is colour.

use std::io::Cursor;

use image::{
    ColorType, DynamicImage, GrayImage, ImageDecoder, ImageError, ImageFormat, ImageReader,
    RgbImage,
};
use rayon::prelude::*;

/// What is not decoded, before a byte of it is unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeLimits {
    /// The largest width or height.
    pub edge_px: u32,
    /// The largest number of pixels; A3 at 600 dpi has 70 million.
    pub area_px: u64,
}

impl Default for DecodeLimits {
    fn default() -> Self {
        Self {
            edge_px: 40_000,
            area_px: 120_000_000,
        }
    }
}

/// The pixels of a page as it was scanned.
#[derive(Clone, Debug)]
pub struct Page {
    /// The page in grey, 0 is black.
    pub grey: GrayImage,
    /// The page in colour, when the scan has colour.
    pub colour: Option<RgbImage>,
}

impl Page {
    /// The page as it looks: in colour when the scan has colour.
    pub fn into_picture(self) -> DynamicImage {
        match self.colour {
            Some(colour) => DynamicImage::ImageRgb8(colour),
            None => DynamicImage::ImageLuma8(self.grey),
        }
    }
}

/// Why a picture could not be decoded.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// No bytes at all.
    #[error("the picture is empty")]
    Empty,
    /// Neither PNG nor JPEG.
    #[error("the picture is neither PNG nor JPEG")]
    Format,
    /// More pixels than allowed.
    #[error("the picture has {width_px} × {height_px} pixels, more than is allowed")]
    TooLarge {
        /// Its width.
        width_px: u32,
        /// Its height.
        height_px: u32,
    },
    /// The bytes contradict themselves or end too early.
    #[error("the picture is damaged")]
    Damaged(#[source] ImageError),
}

/// Decodes a PNG or JPEG. The orientation that a camera notes in the file is applied.
///
/// # Errors
/// [`DecodeError`]; the size is checked before anything is unpacked.
pub fn decode(bytes: &[u8], limits: DecodeLimits) -> Result<Page, DecodeError> {
    if bytes.is_empty() {
        return Err(DecodeError::Empty);
    }
    let reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|error| DecodeError::Damaged(error.into()))?;
    if !matches!(reader.format(), Some(ImageFormat::Png | ImageFormat::Jpeg)) {
        return Err(DecodeError::Format);
    }
    let mut decoder = reader.into_decoder().map_err(DecodeError::Damaged)?;
    let (width_px, height_px) = decoder.dimensions();
    let area_px = u64::from(width_px) * u64::from(height_px);
    if width_px.max(height_px) > limits.edge_px || area_px > limits.area_px {
        return Err(DecodeError::TooLarge {
            width_px,
            height_px,
        });
    }
    let orientation = decoder.orientation().map_err(DecodeError::Damaged)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(DecodeError::Damaged)?;
    picture.apply_orientation(orientation);
    Ok(page(picture))
}

fn page(picture: DynamicImage) -> Page {
    match picture.color() {
        ColorType::L8 | ColorType::L16 => Page {
            grey: picture.into_luma8(),
            colour: None,
        },
        ColorType::Rgb8 | ColorType::Rgb16 => coloured(picture.into_rgb8()),
        _ => coloured(on_white(&picture)),
    }
}

fn coloured(colour: RgbImage) -> Page {
    let grey = grey(&colour);
    let plain = colour
        .as_raw()
        .par_chunks(3 * 4096)
        .all(|part| part.chunks_exact(3).all(|p| p[0] == p[1] && p[1] == p[2]));
    Page {
        grey,
        colour: (!plain).then_some(colour),
    }
}

/// Luminance after ITU-R BT.601, in whole numbers.
fn grey(colour: &RgbImage) -> GrayImage {
    let (width, height) = colour.dimensions();
    let mut out = vec![0; width as usize * height as usize];
    out.par_chunks_mut(4096)
        .zip(colour.as_raw().par_chunks(3 * 4096))
        .for_each(|(grey, colour)| {
            for (value, p) in grey.iter_mut().zip(colour.chunks_exact(3)) {
                let sum = 77 * u32::from(p[0]) + 150 * u32::from(p[1]) + 29 * u32::from(p[2]);
                *value = (sum >> 8) as u8;
            }
        });
    GrayImage::from_raw(width, height, out).expect("one byte for each pixel")
}

/// Paper shines through what is transparent.
fn on_white(picture: &DynamicImage) -> RgbImage {
    let rgba = picture.to_rgba8();
    let mut out = RgbImage::new(rgba.width(), rgba.height());
    for (to, from) in out.pixels_mut().zip(rgba.pixels()) {
        let alpha = u32::from(from.0[3]);
        for channel in 0..3 {
            let sum = u32::from(from.0[channel]) * alpha + 255 * (255 - alpha);
            to.0[channel] = (sum / 255) as u8;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(picture: &DynamicImage) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn colour_is_kept_beside_grey_and_grey_scans_have_none() {
        let red = DynamicImage::ImageRgb8(RgbImage::from_pixel(4, 3, image::Rgb([255, 0, 0])));
        let page = decode(&png(&red), DecodeLimits::default()).unwrap();
        assert_eq!(page.grey.get_pixel(0, 0).0[0], 76);
        assert!(page.colour.is_some());
        let plain = DynamicImage::ImageRgb8(RgbImage::from_pixel(4, 3, image::Rgb([9, 9, 9])));
        assert!(
            decode(&png(&plain), DecodeLimits::default())
                .unwrap()
                .colour
                .is_none()
        );
    }

    #[test]
    fn transparent_paper_is_white() {
        let clear = DynamicImage::ImageRgba8(image::RgbaImage::new(4, 3));
        let page = decode(&png(&clear), DecodeLimits::default()).unwrap();
        assert_eq!(page.grey.get_pixel(1, 1).0[0], 255);
    }

    #[test]
    fn a_picture_that_ends_too_early_is_damaged_and_other_files_are_no_pictures() {
        let bytes = png(&DynamicImage::new_luma8(200, 200));
        let cut = decode(&bytes[..bytes.len() / 2], DecodeLimits::default());
        assert!(matches!(cut, Err(DecodeError::Damaged(_))));
        let text = decode(b"not a picture", DecodeLimits::default());
        assert!(matches!(text, Err(DecodeError::Format)));
        assert!(matches!(
            decode(&[], DecodeLimits::default()),
            Err(DecodeError::Empty)
        ));
    }

    #[test]
    fn a_picture_that_is_too_large_is_refused_by_its_size() {
        let bytes = png(&DynamicImage::new_luma8(50, 50));
        let limits = DecodeLimits {
            edge_px: 40,
            area_px: 1 << 40,
        };
        assert!(matches!(
            decode(&bytes, limits),
            Err(DecodeError::TooLarge {
                width_px: 50,
                height_px: 50
            })
        ));
    }
}
