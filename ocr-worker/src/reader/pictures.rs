//! The pictures that go with a reading.

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, imageops};
use rayon::prelude::*;
use schemas::geometry::BoxMm;
use schemas::record::PictureRole;

use super::page::Laid;
use super::regions::Examined;
use super::{INK_DPI, Picture, STRAIGHTENED_DPI};
use crate::stages::decode::Page;
use crate::stages::straighten::{crop, reduced_colour, reduced_grey, whole};

/// Strokes stay clean and a page stays below a megabyte.
const JPEG_QUALITY: u8 = 80;
/// The long edge of the picture of a page that was set aside.
const SMALL_PX: u32 = 1400;
/// Paper around a region, so that letters over its edge are seen.
const AROUND_REGION_MM: f64 = 2.0;
/// Paper around a drawing.
const AROUND_DRAWING_MM: f64 = 2.0;

/// One picture to make.
enum Task<'a> {
    Page,
    Region(&'a Examined),
    Drawing(&'a Examined, BoxMm),
}

/// Makes all pictures of a page that lies on its layout, the whole page first.
pub(super) fn make(laid: &Laid<'_>, examined: &[Examined]) -> Vec<Picture> {
    let mut tasks = vec![Task::Page];
    tasks.extend(examined.iter().map(Task::Region));
    let drawings = examined
        .iter()
        .filter_map(|e| Some(Task::Drawing(e, e.drawing?)));
    tasks.extend(drawings);
    tasks
        .par_iter()
        .filter_map(|task| picture(laid, task))
        .collect()
}

fn picture(laid: &Laid<'_>, task: &Task<'_>) -> Option<Picture> {
    let cut = |area: BoxMm, around_mm: f64| {
        let area = on_page(area.shrunk(-around_mm), laid);
        crop(laid.page, &laid.registered, area, INK_DPI)
    };
    let (role, region, pixels) = match task {
        Task::Page => {
            let page = whole(
                laid.page,
                &laid.registered,
                laid.layout.page,
                STRAIGHTENED_DPI,
            );
            (PictureRole::Straightened, None, page)
        }
        Task::Region(examined) => {
            let pixels = cut(examined.region.area, AROUND_REGION_MM);
            (PictureRole::Crop, Some(examined), pixels)
        }
        Task::Drawing(examined, area) => (
            PictureRole::Drawing,
            Some(examined),
            cut(*area, AROUND_DRAWING_MM),
        ),
    };
    Some(Picture {
        role,
        region_id: region.map(|examined| examined.region.id.clone()),
        media_type: "image/jpeg",
        bytes: jpeg(&pixels)?,
    })
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

/// Nothing when the picture has no pixels.
pub(super) fn jpeg(pixels: &DynamicImage) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let pixels = within_jpeg(pixels);
    pixels
        .write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY))
        .ok()?;
    Some(bytes)
}

/// A JPEG has at most 65,535 pixels an edge.
fn within_jpeg(pixels: &DynamicImage) -> DynamicImage {
    let limit = u32::from(u16::MAX);
    if pixels.width().max(pixels.height()) <= limit {
        return pixels.clone();
    }
    pixels.resize(limit, limit, imageops::FilterType::Triangle)
}
