//! TIFF files, page by page.
//!
//! The `tiff` crate opens a file at its first page and gives up there when that page is broken. Here the chain of
//! pages is followed first, and the crate is then shown the file once per page, with the header pointing at that page
//! alone ([`View`]). So each page stands or falls by itself. Some forms of data the crate does not know; they are unpacked
//! here ([`unpacked`]).

mod colour;
mod jpeg_pieces;
mod unpacked;
mod view;

use tiff::decoder::{BufferLayoutPreference, Decoder, Limits as TiffLimits};
use tiff::tags::{SampleFormat, Tag};
use tiff::{ColorType, TiffError};

use self::colour::Decoded;
use self::view::View;
use super::ifd::{Chain, Directories, NEW_SUBFILE_TYPE, ORIENTATION, PHOTOMETRIC};
use super::raster::Raster;
use super::{OpenedPage, Out, guard};
use crate::bytes::FileBytes;
use crate::fault::Fault;
use crate::format::Format;
use crate::limits::Limits;

const FORMAT: Format = Format::Tiff;
const DAMAGED: Fault = Fault::Damaged { format: FORMAT };
/// The photometric interpretation whose samples are indices into a colour map.
const PALETTE: u64 = 3;
/// Bits of `NewSubfileType`: a small preview, a mask. Neither is a sheet.
const PREVIEW_OR_MASK: u64 = 0b101;

/// Reads every page.
pub(super) fn read(file: &FileBytes, limits: &Limits, out: &mut Out<'_>) {
    let Some(directories) = Directories::new(file) else {
        return out.fault(DAMAGED);
    };
    let limit = usize::try_from(limits.file_pages).unwrap_or(usize::MAX);
    let chain = directories.chain(limit);
    if chain.offsets.is_empty() {
        return out.fault(DAMAGED);
    }
    let sheets = sheets(&directories, &chain);
    if !out.opened() {
        return;
    }
    for &at in sheets.iter().take(limit) {
        let page = guard(FORMAT, || read_page(file, at, limits));
        if !out.page(page) {
            return;
        }
    }
    if chain.offsets.len() > limit {
        out.fault(Fault::TooManyPages {
            limit: limits.file_pages,
        });
    } else if chain.breaks_off {
        out.fault(Fault::BreaksOff {
            format: FORMAT,
            n_pages: sheets.len(),
        });
    }
}

/// The directories that are pages: all but previews and masks, unless there is nothing else.
fn sheets(directories: &Directories<'_>, chain: &Chain) -> Vec<u64> {
    let is_sheet =
        |at: &&u64| directories.number(**at, NEW_SUBFILE_TYPE).unwrap_or(0) & PREVIEW_OR_MASK == 0;
    let sheets: Vec<u64> = chain.offsets.iter().filter(is_sheet).copied().collect();
    if sheets.is_empty() {
        chain.offsets.clone()
    } else {
        sheets
    }
}

fn read_page(file: &FileBytes, at: u64, limits: &Limits) -> Result<OpenedPage, Fault> {
    let directories = Directories::new(file).ok_or(DAMAGED)?;
    let is_palette = directories.number(at, PHOTOMETRIC) == Some(PALETTE);
    jpeg_pieces::check(file, &directories, at, limits)?;
    let unpacked = unpacked::unpack(file, &directories, at, limits)?;
    let view = View::of_page(file, &directories, at, is_palette, unpacked).ok_or(DAMAGED)?;
    let raster = decode(view, is_palette, limits)?;
    let dpi = directories
        .resolution(at)
        .and_then(|stated| stated.believed(raster.width_px, raster.height_px));
    let orientation = directories.number(at, ORIENTATION).unwrap_or(1);
    let raster = raster.upright(u8::try_from(orientation).unwrap_or(1));
    raster.ok_or(DAMAGED)?.into_page(dpi).map_err(|_| DAMAGED)
}

fn decode(view: View<'_>, is_palette: bool, limits: &Limits) -> Result<Raster, Fault> {
    let mut decoder = Decoder::new(view)
        .map_err(fault)?
        .with_limits(tiff_limits(limits));
    let (width_px, height_px) = decoder.dimensions().map_err(fault)?;
    let layout = decoder.image_buffer_layout().map_err(fault)?;
    if !limits.allow_page(width_px, height_px, 1)
        || layout.complete_len as u64 > limits.page_decoded_bytes
    {
        return Err(Fault::PageTooLarge {
            width_px,
            height_px,
        });
    }
    let color = decoder.colortype().map_err(fault)?;
    check_samples(&layout, color)?;
    let map = is_palette
        .then(|| decoder.get_tag_u16_vec(Tag::ColorMap).map_err(fault))
        .transpose()?;
    let mut data = vec![0; layout.complete_len];
    decoder.read_image_bytes(&mut data).map_err(fault)?;
    let page = Decoded {
        width_px,
        height_px,
        color,
        n_planes: layout.planes,
        map,
        data,
    };
    page.into_raster().ok_or_else(|| unsupported_color(color))
}

fn tiff_limits(limits: &Limits) -> TiffLimits {
    let decoded_bytes = usize::try_from(limits.page_decoded_bytes).unwrap_or(usize::MAX);
    let mut tiff_limits = TiffLimits::default();
    tiff_limits.decoding_buffer_size = decoded_bytes;
    tiff_limits.intermediate_buffer_size = decoded_bytes;
    tiff_limits
}

fn check_samples(layout: &BufferLayoutPreference, color: ColorType) -> Result<(), Fault> {
    let whole = layout.sample_format == SampleFormat::Uint;
    if whole && color.bit_depth() <= 16 {
        Ok(())
    } else {
        Err(unsupported_color(color))
    }
}

fn unsupported_color(color: ColorType) -> Fault {
    unsupported(&format!("colours of the kind {color:?}"))
}

fn unsupported(what: &str) -> Fault {
    Fault::Unsupported {
        format: FORMAT,
        what: what.to_owned(),
    }
}

fn fault(error: TiffError) -> Fault {
    match error {
        TiffError::UnsupportedError(what) => unsupported(&what.to_string()),
        _ => DAMAGED,
    }
}
