//! Files for the printer.

use krilla::Document;
use krilla::geom::{Rect, Size, Transform};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::surface::Surface;
use krilla_svg::{SurfaceExt as _, SvgSettings};
use resvg::usvg;
use schemas::geometry::{MM_PER_INCH, Point};
use schemas::layout::{Layout, Side};
use schemas::payload::Serial;

use crate::svg::Svg;
use crate::{ArtworkError, Print, raster, svg};

/// How a PDF is finished.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Finish {
    /// A page is a leaflet: for an office printer.
    #[default]
    Trimmed,
    /// A page is larger than a leaflet and shows where to cut, with 3 mm of bleed: for a print shop.
    CropMarks,
}

/// How far colour would have to reach beyond the cut.
const BLEED_MM: f64 = 3.0;
/// From the cut to the edge of a page with crop marks.
const SLUG_MM: f64 = 10.0;
/// Where a crop mark begins and ends, measured from the cut.
const CROP_MARK_MM: [f64; 2] = [4.0, 9.0];

/// Leaflets as one PDF: all sides of the layout for each serial, one after the other; a single leaflet
/// without a number when `serials` is empty.
///
/// Everything is vector; text is text, in embedded subsets of the fonts. The same arguments give the same
/// bytes.
///
/// # Errors
/// [`ArtworkError::CodeTooLong`] when a code does not fit, [`ArtworkError::Pdf`] when the file cannot be
/// written.
pub fn pdf(
    layout: &Layout,
    prefix: &str,
    serials: &[Serial],
    finish: Finish,
) -> Result<Vec<u8>, ArtworkError> {
    let mut document = Document::new();
    let about = Metadata::new()
        .title(layout.title.clone())
        .language("en-GB".to_owned());
    document.set_metadata(about);
    for serial in numbers(serials) {
        let print = Print {
            prefix: prefix.to_owned(),
            serial,
        };
        for side in &layout.sides {
            add_page(&mut document, layout, side, &print, finish)?;
        }
    }
    document
        .finish()
        .map_err(|error| ArtworkError::Pdf(format!("{error:?}")))
}

/// The drawing of one side as an SVG whose letters are outlines, so that it looks the same in every program.
///
/// # Errors
/// [`ArtworkError::CodeTooLong`] when the code does not fit.
pub fn outlined_svg(layout: &Layout, side: &Side, print: &Print) -> Result<String, ArtworkError> {
    let tree = raster::tree(layout, side, &svg(layout, side, print)?)?;
    Ok(tree.to_string(&usvg::WriteOptions::default()))
}

fn numbers(serials: &[Serial]) -> Vec<Option<Serial>> {
    if serials.is_empty() {
        vec![None]
    } else {
        serials.iter().cloned().map(Some).collect()
    }
}

fn add_page(
    document: &mut Document,
    layout: &Layout,
    side: &Side,
    print: &Print,
    finish: Finish,
) -> Result<(), ArtworkError> {
    let tree = raster::tree(layout, side, &svg(layout, side, print)?)?;
    let slug_mm = match finish {
        Finish::Trimmed => 0.0,
        Finish::CropMarks => SLUG_MM,
    };
    let mut page = document.start_page_with(settings(layout, slug_mm)?);
    let mut surface = page.surface();
    if slug_mm > 0.0 {
        let marks = raster::tree(layout, side, &crop_marks(layout))?;
        draw(&mut surface, &marks, layout, slug_mm, 0.0)?;
    }
    let drawn = draw(&mut surface, &tree, layout, 0.0, slug_mm);
    surface.finish();
    page.finish();
    drawn
}

/// The size of a page with `slug_mm` round the leaflet, and its boxes.
fn settings(layout: &Layout, slug_mm: f64) -> Result<PageSettings, ArtworkError> {
    let [width, height] = sizes(layout, slug_mm);
    let settings = PageSettings::from_wh(width, height).ok_or_else(no_area)?;
    if slug_mm == 0.0 {
        return Ok(settings);
    }
    let inside = |beyond_mm: f64| {
        let from = points(slug_mm - beyond_mm);
        let [width, height] = sizes(layout, beyond_mm);
        Rect::from_xywh(from, from, width, height)
    };
    Ok(settings
        .with_trim_box(inside(0.0))
        .with_bleed_box(inside(BLEED_MM)))
}

/// Draws a drawing that is larger than the leaflet by `beyond_mm` on each edge, so far from the page's corner.
fn draw(
    surface: &mut Surface<'_>,
    tree: &usvg::Tree,
    layout: &Layout,
    beyond_mm: f64,
    from_corner_mm: f64,
) -> Result<(), ArtworkError> {
    let [width, height] = sizes(layout, beyond_mm);
    let paper = Size::from_wh(width, height).ok_or_else(no_area)?;
    let away = points(from_corner_mm);
    surface.push_transform(&Transform::from_translate(away, away));
    let drawn = surface.draw_svg(tree, paper, SvgSettings::default());
    surface.pop();
    drawn.ok_or_else(|| ArtworkError::Pdf("the drawing was refused".to_owned()))
}

/// Two lines at every corner that would meet in it.
fn crop_marks(layout: &Layout) -> String {
    let (width, height) = (layout.page.width_mm, layout.page.height_mm);
    let mut svg = Svg::new(width + 2.0 * SLUG_MM, height + 2.0 * SLUG_MM);
    let pen = [("stroke", "#000"), ("stroke-width", "0.1")];
    let [near, far] = CROP_MARK_MM;
    for (x, right) in [(SLUG_MM, -1.0), (SLUG_MM + width, 1.0)] {
        for (y, down) in [(SLUG_MM, -1.0), (SLUG_MM + height, 1.0)] {
            let along = |mm: f64| Point::new(x + right * mm, y);
            let up = |mm: f64| Point::new(x, y + down * mm);
            svg.line(along(near), along(far), &pen);
            svg.line(up(near), up(far), &pen);
        }
    }
    svg.finish()
}

/// The width and the height of a leaflet and `beyond_mm` on each edge, in points.
fn sizes(layout: &Layout, beyond_mm: f64) -> [f32; 2] {
    let page = layout.page;
    [page.width_mm, page.height_mm].map(|mm| points(mm + 2.0 * beyond_mm))
}

fn no_area() -> ArtworkError {
    ArtworkError::Pdf("the page has no area".to_owned())
}

#[expect(clippy::cast_possible_truncation, reason = "a page needs no f64")]
fn points(mm: f64) -> f32 {
    (mm / MM_PER_INCH * 72.0) as f32
}
