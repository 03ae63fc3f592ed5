//! Files for the printer.

use krilla::Document;
use krilla::geom::Size;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla_svg::{SurfaceExt as _, SvgSettings};
use resvg::usvg;
use schemas::geometry::MM_PER_INCH;
use schemas::layout::{Layout, Side};
use schemas::payload::Serial;

use crate::{ArtworkError, Print, raster, svg};

/// Leaflets as one PDF: all sides of the layout for each serial, one after the other; a single leaflet
/// without a number when `serials` is empty.
///
/// Everything is vector; text is text, in embedded subsets of the fonts. The same arguments give the same
/// bytes.
///
/// # Errors
/// [`ArtworkError::CodeTooLong`] when a code does not fit, [`ArtworkError::Pdf`] when the file cannot be
/// written.
pub fn pdf(layout: &Layout, prefix: &str, serials: &[Serial]) -> Result<Vec<u8>, ArtworkError> {
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
            add_page(&mut document, layout, side, &print)?;
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
) -> Result<(), ArtworkError> {
    let tree = raster::tree(layout, side, &svg(layout, side, print)?)?;
    let [width, height] = [layout.page.width_mm, layout.page.height_mm].map(points);
    let empty = || ArtworkError::Pdf("the page has no area".to_owned());
    let settings = PageSettings::from_wh(width, height).ok_or_else(empty)?;
    let paper = Size::from_wh(width, height).ok_or_else(empty)?;
    let mut page = document.start_page_with(settings);
    let mut surface = page.surface();
    let drawn = surface.draw_svg(&tree, paper, SvgSettings::default());
    surface.finish();
    page.finish();
    drawn.ok_or_else(|| ArtworkError::Pdf("the drawing was refused".to_owned()))
}

#[expect(clippy::cast_possible_truncation, reason = "a page needs no f64")]
fn points(mm: f64) -> f32 {
    (mm / MM_PER_INCH * 72.0) as f32
}
