//! A PNG file is its own page picture when it decodes to its end.

use std::io::Cursor;

use png::{Decoder, PixelDimensions, Transformations, Unit};

use super::OpenedPage;
use super::dpi::Stated;
use crate::bytes::FileBytes;
use crate::fault::Fault;
use crate::format::Format;
use crate::limits::Limits;

const DAMAGED: Fault = Fault::Damaged {
    format: Format::Png,
};

/// Decodes every row, keeping none: the memory needed is that of a few rows, however large the picture claims to be.
pub(super) fn check(file: &FileBytes, limits: &Limits) -> Result<OpenedPage, Fault> {
    let mut decoder = Decoder::new(Cursor::new(&file[..]));
    let header = decoder.read_header_info().map_err(|_| DAMAGED)?;
    let (width_px, height_px) = (header.width, header.height);
    let bytes_per_px = header.bytes_per_pixel() as u64;
    if !limits.allow_page(width_px, height_px, bytes_per_px) {
        return Err(Fault::PageTooLarge {
            width_px,
            height_px,
        });
    }
    // As the worker decodes it: without that a picture of palette colours whose palette is missing would pass.
    decoder.set_transformations(Transformations::EXPAND);
    let mut reader = decoder.read_info().map_err(|_| DAMAGED)?;
    while reader.next_row().map_err(|_| DAMAGED)?.is_some() {}
    reader.finish().map_err(|_| DAMAGED)?;
    let stated = reader.info().pixel_dims.and_then(stated);
    Ok(OpenedPage {
        picture: file.clone(),
        media_type: Format::Png.media_type(),
        width_px,
        height_px,
        dpi: stated.and_then(|stated| stated.believed(width_px, height_px)),
    })
}

fn stated(dims: PixelDimensions) -> Option<Stated> {
    let per_metre = Stated::per_metre(f64::from(dims.xppu), f64::from(dims.yppu));
    matches!(dims.unit, Unit::Meter).then_some(per_metre)
}
