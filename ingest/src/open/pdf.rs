//! PDF files, page by page, drawn by `hayro` (pure Rust; no program is started). A page that is nothing but a JPEG is not
//! drawn: the JPEG is its picture.
#![expect(
    clippy::cast_possible_truncation,
    reason = "the drawing library scales with single precision"
)]

mod bounds;
mod jbig2;
mod packed;
mod single_picture;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hayro::hayro_interpret::{InterpreterSettings, InterpreterWarning};
use hayro::hayro_syntax::object::{Name, Stream};
use hayro::hayro_syntax::page::{Page, Resources};
use hayro::hayro_syntax::{LoadPdfError, Pdf};
use hayro::vello_cpu::Pixmap;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};

use super::raster::{Raster, Samples};
use super::{OpenedPage, Out, guard};
use crate::bytes::FileBytes;
use crate::fault::Fault;
use crate::format::Format;
use crate::limits::Limits;

const FORMAT: Format = Format::Pdf;
const DAMAGED: Fault = Fault::Damaged { format: FORMAT };
/// A PDF measures in points.
const POINTS_PER_INCH: f64 = 72.0;
/// The drawing surface has sides of 16 bits.
const LONGEST_SIDE_PX: f64 = 65_535.0;
/// The end mark stands in the last kilobyte, as Acrobat wants it (ISO 32000-1, annex H.3, note 18).
const END_WITHIN_BYTES: usize = 1024;

/// Reads every page.
pub(super) fn read(file: &FileBytes, limits: &Limits, out: &mut Out<'_>) {
    if let Err(fault) = packed::check(file, limits, || out.working()) {
        return out.fault(fault);
    }
    let pdf = match Pdf::new(Arc::clone(&file.0)) {
        Ok(pdf) if !pdf.pages().is_empty() => pdf,
        Ok(_) | Err(LoadPdfError::Invalid) => return out.fault(DAMAGED),
        Err(LoadPdfError::Decryption(_)) => return out.fault(Fault::Encrypted),
    };
    if let Err(fault) = bounds::check(&pdf, limits) {
        return out.fault(fault);
    }
    if !out.opened() {
        return;
    }
    let n_pages = pdf.pages().len();
    let limit = usize::try_from(limits.file_pages).unwrap_or(usize::MAX);
    for page_idx in 0..n_pages.min(limit) {
        let page = guard(FORMAT, || read_page(&pdf.pages()[page_idx], limits));
        if !out.page(page) {
            return;
        }
    }
    if n_pages > limit {
        out.fault(Fault::TooManyPages {
            limit: limits.file_pages,
        });
    } else if !has_end_mark(file) {
        out.fault(Fault::BreaksOff {
            format: FORMAT,
            n_pages,
        });
    }
}

/// A PDF that was cut off is repaired silently by its reader; pages at the end may then be missing.
fn has_end_mark(file: &[u8]) -> bool {
    let padding = file.iter().rev().take_while(|&&byte| byte == 0).count();
    let end = file.len() - padding;
    let tail = &file[end.saturating_sub(END_WITHIN_BYTES)..end];
    tail.windows(5).any(|window| window == b"%%EOF")
}

fn read_page(page: &Page<'_>, limits: &Limits) -> Result<OpenedPage, Fault> {
    if let Some(picture) = single_picture::jpeg_as_it_is(page, limits) {
        return Ok(picture);
    }
    let (width_pt, height_pt) = page.render_dimensions();
    let wanted = single_picture::dpi(page).unwrap_or(limits.pdf_dpi);
    let most_px = limits.pdf_page_px / n_surfaces(page);
    let dpi = affordable_dpi(wanted, f64::from(width_pt), f64::from(height_pt), most_px);
    let (pixmap, all_drawn) = draw(page, dpi / POINTS_PER_INCH);
    if !all_drawn {
        return Err(DAMAGED);
    }
    let raster = into_raster(&pixmap).without_needless_colour();
    let dpi = super::dpi::Stated::per_inch(dpi, dpi).believed(raster.width_px, raster.height_px);
    raster.into_page(dpi).map_err(|_| DAMAGED)
}

/// What a shading needs beside the page, in surfaces as large as the page.
///
/// 6: measured; a letter-sized mesh took 440 MB, where the page alone takes 85.
const SHADING_SURFACES: usize = 6;

/// How many surfaces as large as the page are needed to draw it: each of its patterns may need one of its own, a shading
/// several. (A scan has none; a hostile page of 60 patterns took two gigabytes.)
fn n_surfaces(page: &Page<'_>) -> u64 {
    let Resources {
        patterns, shadings, ..
    } = page.resources();
    // A pattern that is no stream of instructions is a shading.
    let is_shading = |name: &Name<'_>| patterns.get::<Stream<'_>>(name).is_none();
    let n_shadings = shadings.len() + patterns.keys().filter(is_shading).count();
    (1 + patterns.len() + SHADING_SURFACES * n_shadings) as u64
}

/// `wanted`, or less where the page would have more than `most_px` pixels.
fn affordable_dpi(wanted: f64, width_pt: f64, height_pt: f64, most_px: u64) -> f64 {
    let (width_in, height_in) = (width_pt / POINTS_PER_INCH, height_pt / POINTS_PER_INCH);
    #[expect(clippy::cast_precision_loss, reason = "a limit, not a count")]
    let by_area = (most_px as f64 / (width_in * height_in)).sqrt();
    let by_side = LONGEST_SIDE_PX / width_in.max(height_in);
    wanted.min(by_area).min(by_side)
}

/// The page, and whether every picture on it could be drawn. (A missing one would leave white paper.)
fn draw(page: &Page<'_>, scale: f64) -> (Pixmap, bool) {
    let is_broken = Arc::new(AtomicBool::new(false));
    let sink = Arc::clone(&is_broken);
    let interpreter = InterpreterSettings {
        warning_sink: Arc::new(move |warning| {
            if matches!(warning, InterpreterWarning::ImageDecodeFailure) {
                sink.store(true, Ordering::Relaxed);
            }
        }),
        ..InterpreterSettings::default()
    };
    let settings = PixmapSettings {
        // A whole number of points times a resolution may fall a hair short of a whole number of pixels.
        x_scale: scale as f32 + 1e-5,
        y_scale: scale as f32 + 1e-5,
        bg_color: WHITE,
    };
    let pixmap = hayro::render(
        page,
        &RenderCache::new(),
        &interpreter,
        &RenderSettings::default(),
        &settings,
    );
    (pixmap, !is_broken.load(Ordering::Relaxed))
}

fn into_raster(pixmap: &Pixmap) -> Raster {
    let rgb = |px: &[u8]| [px[0], px[1], px[2]];
    Raster {
        width_px: u32::from(pixmap.width()),
        height_px: u32::from(pixmap.height()),
        samples: Samples::Rgb,
        data: pixmap
            .data_as_u8_slice()
            .chunks_exact(4)
            .flat_map(rgb)
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_poster_is_drawn_with_fewer_dots_and_a_leaflet_is_not() {
        let most_px = Limits::default().pdf_page_px;
        assert!((affordable_dpi(300.0, 595.0, 842.0, most_px) - 300.0).abs() < 1e-9);
        let poster = affordable_dpi(300.0, 14_400.0, 14_400.0, most_px);
        assert!((29.0..31.0).contains(&poster), "{poster}");
    }
}
