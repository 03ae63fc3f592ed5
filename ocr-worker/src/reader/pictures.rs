//! The pictures that go with a reading.

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, GrayImage, imageops};
use rayon::prelude::*;
use schemas::geometry::BoxMm;
use schemas::reading::InkState;
use schemas::record::PictureRole;

use super::page::Laid;
use super::regions::{Examined, Looked};
use super::{INK_DPI, Picture, STRAIGHTENED_DPI};
use crate::picture::jpeg::{jpeg_of_grey, jpeg_of_tinted};
use crate::picture::reduce::three_quarters;
use crate::stages::decode::Page;
use crate::stages::ink::Ink;
use crate::stages::lines::{self, Line};
use crate::stages::straighten::{crop, reduced_colour, reduced_grey, size_px, whole, whole_area};

/// The long edge of the picture of a page that was set aside.
const SMALL_PX: u32 = 1400;
/// Paper around a region, so that letters over its edge are seen.
const AROUND_REGION_MM: f64 = 2.0;
/// Paper around a drawing.
const AROUND_DRAWING_MM: f64 = 2.0;

/// One picture to make.
enum Task<'a> {
    Page,
    Ink(&'a Examined),
    Drawing(&'a Examined, BoxMm),
}

/// Makes all pictures of a page that lies on its layout, the whole page first.
pub(super) fn make(laid: &Laid<'_>, looked: &Looked) -> Vec<Picture> {
    let regions = &looked.regions;
    let mut tasks = vec![Task::Page];
    let inked = regions.iter().filter(|e| e.state != InkState::Blank);
    tasks.extend(inked.map(Task::Ink));
    let drawings = |e| -> Vec<Task<'_>> { drawings_of(e).collect() };
    tasks.extend(regions.iter().flat_map(drawings));
    tasks
        .par_iter()
        .filter_map(|task| picture(laid, looked, task))
        .collect()
}

fn drawings_of(examined: &Examined) -> impl Iterator<Item = Task<'_>> {
    let areas = examined.drawings.iter();
    areas.map(move |area| Task::Drawing(examined, *area))
}

fn picture(laid: &Laid<'_>, looked: &Looked, task: &Task<'_>) -> Option<Picture> {
    let (role, region, bytes) = match task {
        Task::Page => (PictureRole::Straightened, None, page(laid, looked)),
        Task::Ink(examined) => (
            PictureRole::Ink,
            Some(examined),
            png(&ink_only(&looked.ink, examined)?),
        ),
        Task::Drawing(examined, area) => {
            let bytes = cut(laid, looked, area.shrunk(-AROUND_DRAWING_MM));
            (PictureRole::Drawing, Some(examined), bytes)
        }
    };
    Some(Picture {
        role,
        region_id: region.map(|examined| examined.region.id.clone()),
        media_type: if role == PictureRole::Ink {
            "image/png"
        } else {
            "image/jpeg"
        },
        bytes: bytes?,
    })
}

/// The whole page: the grey view made smaller, and the colours of a page that has some.
fn page(laid: &Laid<'_>, looked: &Looked) -> Option<Vec<u8>> {
    let size = laid.layout.page;
    let size_px = size_px(&whole_area(size), STRAIGHTENED_DPI);
    let grey = three_quarters(&looked.view.grey, size_px);
    if laid.page.colour.is_none() {
        return jpeg_of_grey(&grey);
    }
    let colour = whole(laid.page, &laid.registered, size, STRAIGHTENED_DPI / 2.0);
    jpeg_of_tinted(&grey, &colour.into_rgb8())
}

/// A part of the page, cut to it: the grey view, and the colours of a page that has some.
fn cut(laid: &Laid<'_>, looked: &Looked, area: BoxMm) -> Option<Vec<u8>> {
    let area = on_page(area, laid);
    let part = looked.ink.area_px(&area);
    let (x, y) = (part.x0 as u32, part.y0 as u32);
    let (width, height) = (part.width() as u32, part.height() as u32);
    let grey = imageops::crop_imm(&looked.view.grey, x, y, width, height).to_image();
    if laid.page.colour.is_none() {
        return jpeg_of_grey(&grey);
    }
    let colour = crop(laid.page, &laid.registered, area, INK_DPI / 2.0);
    jpeg_of_tinted(&grey, &colour.into_rgb8())
}

/// The ink of a region on white paper, with nothing of the print.
fn ink_only(ink: &Ink, examined: &Examined) -> Option<GrayImage> {
    let area = ink.area_px(&examined.region.area.shrunk(-AROUND_REGION_MM));
    let cut = examined
        .pieces
        .iter()
        .filter_map(|piece| piece.clipped(area));
    let line = Line {
        bounds: area,
        pieces: cut.collect(),
        curve: None,
    };
    (area.width() > 0 && area.height() > 0).then(|| lines::on_white(&ink.even, &line))
}

/// The part of a box that lies on the page.
fn on_page(area: BoxMm, laid: &Laid<'_>) -> BoxMm {
    let (x, y) = (area.x.max(0.0), area.y.max(0.0));
    BoxMm {
        x,
        y,
        width: (area.right().min(laid.layout.page.width_mm) - x).max(1.0),
        height: (area.bottom().min(laid.layout.page.height_mm) - y).max(1.0),
    }
}

/// The page as it was scanned, made small.
pub(super) fn small(page: &Page) -> DynamicImage {
    let (width, height) = page.grey.dimensions();
    let factor = width.max(height).div_ceil(SMALL_PX).max(1);
    match &page.colour {
        Some(colour) => DynamicImage::ImageRgb8(reduced_colour(colour, factor)),
        None => DynamicImage::ImageLuma8(reduced_grey(&page.grey, factor)),
    }
}

/// Strokes on white paper become small without much search, as most rows are as the one above.
fn png(pixels: &GrayImage) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Up);
    pixels.write_with_encoder(encoder).ok()?;
    Some(bytes)
}
