//! A JPEG file is its own page picture when it decodes to its end.
//!
//! Decoders fill what is missing with grey; a leaflet whose lower half never arrived would look like one that was left
//! empty. So decoding is strict here, and the end marker must be there. (Not noticed: data that stops early but is
//! followed by an end marker. No writer is known that leaves such files behind.)

use std::io::Cursor;

use image::metadata::Orientation;
use image::{ColorType, ImageDecoder as _};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::OpenedPage;
use super::dpi::Stated;
use super::ifd::Directories;
use crate::bytes::FileBytes;
use crate::fault::Fault;
use crate::format::Format;
use crate::limits::Limits;

const DAMAGED: Fault = Fault::Damaged {
    format: Format::Jpeg,
};
/// The format itself cannot say more.
const LONGEST_SIDE_PX: usize = 65_535;

/// Proves that the picture is whole.
pub(super) fn check(file: &FileBytes, limits: &Limits) -> Result<OpenedPage, Fault> {
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(LONGEST_SIDE_PX)
        .set_max_height(LONGEST_SIDE_PX);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(&file[..]), options);
    if let Some(what) = rare_process(file) {
        return Err(Fault::Unsupported {
            format: Format::Jpeg,
            what: what.to_owned(),
        });
    }
    decoder.decode_headers().map_err(|_| DAMAGED)?;
    let (width, height) = decoder.dimensions().ok_or(DAMAGED)?;
    let width_px = u32::try_from(width).map_err(|_| DAMAGED)?;
    let height_px = u32::try_from(height).map_err(|_| DAMAGED)?;
    if !limits.allow_page(width_px, height_px, 3) {
        return Err(Fault::PageTooLarge {
            width_px,
            height_px,
        });
    }
    if !ends_after_its_data(file) {
        return Err(DAMAGED);
    }
    if decoder.input_colorspace() == Some(ColorSpace::Luma) {
        // Nobody looks at the pixels: grey need not become colour for that.
        decoder.set_options(options.jpeg_set_out_colorspace(ColorSpace::Luma));
    }
    decoder.decode().map_err(|_| DAMAGED)?;
    readable_by_the_worker(file)?;
    Ok(OpenedPage {
        picture: file.clone(),
        media_type: Format::Jpeg.media_type(),
        width_px,
        height_px,
        dpi: stated(file).and_then(|stated| stated.believed(width_px, height_px)),
    })
}

/// Whether an end marker follows the last start of scan data. (The thumbnail in front has an end marker as well.)
fn ends_after_its_data(file: &[u8]) -> bool {
    let last = |marker: u8| file.windows(2).rposition(|pair| pair == [0xFF, marker]);
    matches!((last(0xDA), last(0xD9)), (Some(data), Some(end)) if end > data)
}

/// What kind of JPEG it is, when it is one that hardly any program reads (ITU-T T.81, table B.1).
fn rare_process(file: &[u8]) -> Option<&'static str> {
    let mut segments = Segments {
        rest: file.get(2..)?,
    };
    segments.find_map(|(marker, _)| match marker {
        0xC3 | 0xC7 => Some("it is packed without loss"),
        0xC5 | 0xC6 => Some("it holds its picture in several sizes"),
        0xC9..=0xCB | 0xCD..=0xCF => Some("it is packed with arithmetic coding"),
        _ => None,
    })
}

/// The worker decodes with `image`, which refuses some colour spaces in its header check.
fn readable_by_the_worker(file: &[u8]) -> Result<(), Fault> {
    image::codecs::jpeg::JpegDecoder::new(Cursor::new(file))
        .map(drop)
        .map_err(|_| Fault::Unsupported {
            format: Format::Jpeg,
            what: "its colours are stored in an unusual way".to_owned(),
        })
}

/// Whether a JPEG looks the same with its notes for cameras and printers as without: it is in grey or in the usual
/// colours, and lies upright.
pub(super) fn shows_as_stored(file: &[u8]) -> bool {
    let Ok(mut decoder) = image::codecs::jpeg::JpegDecoder::new(Cursor::new(file)) else {
        return false;
    };
    let mut segments = Segments {
        rest: file.get(2..).unwrap_or_default(),
    };
    matches!(decoder.color_type(), ColorType::L8 | ColorType::Rgb8)
        && matches!(decoder.orientation(), Ok(Orientation::NoTransforms))
        // Adobe's note says how the colours are stored; PDF has other rules about it.
        && segments.all(|(marker, _)| marker != 0xEE)
}

/// The width and height of every frame that begins in `bytes` (ITU-T T.81, B.2.2): a JPEG has one, a hostile one perhaps
/// several. In the data of a picture no marker occurs.
pub(super) fn frames(bytes: &[u8]) -> impl Iterator<Item = (u32, u32)> {
    let number = |high: u8, low: u8| u32::from(u16::from_be_bytes([high, low]));
    let markers = memchr::memchr_iter(0xFF, bytes).map(|at| &bytes[at..]);
    markers.filter_map(move |from| match *from {
        [0xFF, 0xC0..=0xC2, _, _, _, h1, h2, w1, w2, ..] => Some((number(w1, w2), number(h1, h2))),
        _ => None,
    })
}

/// The resolution in the JFIF or the EXIF block, whichever comes first and says something.
fn stated(file: &[u8]) -> Option<Stated> {
    Segments {
        rest: file.get(2..)?,
    }
    .find_map(|(marker, body)| match marker {
        0xE0 => jfif_density(body),
        0xE1 => exif_resolution(body),
        _ => None,
    })
}

fn jfif_density(body: &[u8]) -> Option<Stated> {
    let body = body.strip_prefix(b"JFIF\0")?;
    let number = |at: usize| {
        Some(f64::from(u16::from_be_bytes([
            *body.get(at)?,
            *body.get(at + 1)?,
        ])))
    };
    let (x, y) = (number(3)?, number(5)?);
    match body.get(2)? {
        1 => Some(Stated::per_inch(x, y)),
        2 => Some(Stated::per_cm(x, y)),
        _ => None,
    }
}

fn exif_resolution(body: &[u8]) -> Option<Stated> {
    let directories = Directories::new(body.strip_prefix(b"Exif\0\0")?)?;
    let first = *directories.chain(1).offsets.first()?;
    directories.resolution(first)
}

/// The marker segments in front of the picture's data.
struct Segments<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Segments<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let [0xFF, marker, high, low, ..] = *self.rest else {
            return None;
        };
        let length = usize::from(u16::from_be_bytes([high, low]));
        let body = self.rest.get(4..2 + length)?;
        self.rest = &self.rest[2 + length..];
        (marker != 0xDA).then_some((marker, body))
    }
}
