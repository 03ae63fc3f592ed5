//! Formats that scanners rarely write, through the `image` crate.

use std::io::Cursor;

use image::codecs::bmp::BmpDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, Rgba};

use super::OpenedPage;
use super::dpi::Stated;
use super::raster::{Raster, Samples};
use crate::bytes::FileBytes;
use crate::fault::Fault;
use crate::format::Format;
use crate::limits::Limits;

/// Reads a BMP or WebP picture.
pub(super) fn read(file: &FileBytes, format: Format, limits: &Limits) -> Result<OpenedPage, Fault> {
    let damaged = |_| Fault::Damaged { format };
    let cursor = Cursor::new(&file[..]);
    let image = if format == Format::Bmp {
        decode(BmpDecoder::new(cursor).map_err(damaged)?, format, limits)?
    } else {
        decode(WebPDecoder::new(cursor).map_err(damaged)?, format, limits)?
    };
    let raster = into_raster(image).without_needless_colour();
    let stated = if format == Format::Bmp {
        bmp_resolution(file)
    } else {
        None
    };
    let dpi = stated.and_then(|stated| stated.believed(raster.width_px, raster.height_px));
    raster.into_page(dpi).map_err(|_| Fault::Damaged { format })
}

fn decode(
    mut decoder: impl ImageDecoder,
    format: Format,
    limits: &Limits,
) -> Result<DynamicImage, Fault> {
    let (width_px, height_px) = decoder.dimensions();
    let bytes_per_px = u64::from(decoder.color_type().bytes_per_pixel());
    if !limits.allow_page(width_px, height_px, bytes_per_px) {
        return Err(Fault::PageTooLarge {
            width_px,
            height_px,
        });
    }
    // What says how the picture lies may be damaged without harm to the picture.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(|_| Fault::Damaged { format })?;
    image.apply_orientation(orientation);
    Ok(image)
}

pub(super) fn into_raster(image: DynamicImage) -> Raster {
    let (width_px, height_px) = (image.width(), image.height());
    let (samples, data) = match image {
        DynamicImage::ImageLuma8(grey) => (Samples::Grey, grey.into_raw()),
        image if image.color().has_alpha() => {
            let on_paper =
                |&Rgba([r, g, b, alpha]): &Rgba<u8>| [r, g, b].map(|c| over_white(c, alpha));
            (
                Samples::Rgb,
                image.into_rgba8().pixels().flat_map(on_paper).collect(),
            )
        }
        image if !image.color().has_color() => (Samples::Grey, image.into_luma8().into_raw()),
        image => (Samples::Rgb, image.into_rgb8().into_raw()),
    };
    Raster {
        width_px,
        height_px,
        samples,
        data,
    }
}

/// What a see-through sample looks like on white paper.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a weighted mean of bytes is a byte"
)]
pub(super) fn over_white(sample: u8, alpha: u8) -> u8 {
    let (sample, alpha) = (u16::from(sample), u16::from(alpha));
    ((sample * alpha + 255 * (255 - alpha) + 127) / 255) as u8
}

/// Pixels per metre lie at byte 38 of every header but the oldest.
fn bmp_resolution(file: &[u8]) -> Option<Stated> {
    let number = |at: usize| -> Option<f64> {
        let bytes = file.get(at..at + 4)?.try_into().ok()?;
        Some(f64::from(u32::from_le_bytes(bytes)))
    };
    (*file.get(14)? >= 40).then_some(Stated::per_metre(number(38)?, number(42)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_see_through_is_paper() {
        assert_eq!(over_white(0, 0), 255);
        assert_eq!(over_white(40, 255), 40);
        assert_eq!(over_white(0, 128), 127);
    }
}
