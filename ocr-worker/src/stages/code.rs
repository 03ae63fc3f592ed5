//! Find code: the leaflet's QR code tells the layout, the serial and how the page lies.
//!
//! The page is looked at several times, the cheapest way first, until a code of ours is found.

use std::panic::{AssertUnwindSafe, catch_unwind};

use image::{GrayImage, imageops};
use schemas::geometry::Point;
use schemas::payload::{CodePayload, PayloadError};

use super::straighten::reduced_grey;

/// The long edge of an A4 page at 150 dpi: a module of our smallest code has five pixels there.
const REDUCED_LONG_EDGE_PX: f64 = 1754.0;
/// Larger pictures are not searched at full size: it would take seconds, and the reduced one has enough pixels.
const MAX_SEARCH_PX: u32 = 20_000_000;

/// A code as a decoder found it.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundCode {
    /// What it says.
    pub text: String,
    /// How many modules an edge has.
    pub n_modules: u32,
    /// The corners of the modules' square, clockwise from the code's own top-left, in pixels.
    pub corners_px: [Point; 4],
}

/// Finds codes in a picture. The seam for a second, independent decoder.
pub trait CodeDecoder: Send + Sync {
    /// What it is called.
    fn name(&self) -> &'static str;
    /// Every code in the picture that can be read.
    fn decode(&self, picture: &GrayImage) -> Vec<FoundCode>;
}

/// The decoder of the `rqrr` library.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rqrr;

/// What the search for codes brought.
#[derive(Clone, Debug, Default)]
pub struct CodeSearch {
    /// Our code, its place in pixels of the scan.
    pub ours: Option<(CodePayload, FoundCode)>,
    /// What begins like our code and goes wrong.
    pub malformed: Vec<String>,
    /// How many codes of somebody else are on the page.
    pub n_foreign: usize,
}

/// The ways to look at a page, cheapest first.
const LOOKS: [Look; 5] = [
    Look::Reduced,
    Look::Full,
    Look::ReducedSmoothed,
    Look::FullSmoothed,
    Look::Enlarged,
];

#[derive(Clone, Copy, Debug)]
enum Look {
    Reduced,
    Full,
    ReducedSmoothed,
    FullSmoothed,
    Enlarged,
}

/// Searches a page for a code whose text begins with `prefix`.
pub fn find(page: &GrayImage, decoders: &[Box<dyn CodeDecoder>], prefix: &str) -> CodeSearch {
    let factor = reduction(page);
    let mut search = CodeSearch::default();
    for look in LOOKS {
        let Some((picture, scale)) = look.at(page, factor) else {
            continue;
        };
        for decoder in decoders {
            let found = decoder.decode(&picture);
            search.take(found, scale, prefix);
            if search.ours.is_some() {
                return search;
            }
        }
    }
    search
}

/// By how much a page is reduced for the first look.
fn reduction(page: &GrayImage) -> u32 {
    let long_edge = f64::from(page.width().max(page.height()));
    (long_edge / REDUCED_LONG_EDGE_PX).round().max(1.0) as u32
}

impl Look {
    /// The picture to search and how many pixels of the scan one of its pixels has; `None` when this look would
    /// show nothing new or cost too much.
    fn at(self, page: &GrayImage, factor: u32) -> Option<(GrayImage, f64)> {
        let searchable = page.width() * page.height() <= MAX_SEARCH_PX;
        let scale = f64::from(factor);
        match self {
            Self::Reduced => Some((reduced(page, factor), scale)),
            Self::Full => (factor > 1 && searchable).then(|| (page.clone(), 1.0)),
            Self::ReducedSmoothed => {
                Some((imageops::fast_blur(&reduced(page, factor), 0.8), scale))
            }
            Self::FullSmoothed => {
                (factor > 1 && searchable).then(|| (imageops::fast_blur(page, 1.5), 1.0))
            }
            Self::Enlarged => {
                let small = page.width() * page.height() <= MAX_SEARCH_PX / 4;
                small.then(|| (enlarged(page), 0.5))
            }
        }
    }
}

fn reduced(page: &GrayImage, factor: u32) -> GrayImage {
    if factor == 1 {
        return page.clone();
    }
    reduced_grey(page, factor)
}

fn enlarged(page: &GrayImage) -> GrayImage {
    let (width, height) = (page.width() * 2, page.height() * 2);
    imageops::resize(page, width, height, imageops::FilterType::Triangle)
}

impl CodeSearch {
    fn take(&mut self, found: Vec<FoundCode>, scale: f64, prefix: &str) {
        let mut n_foreign = 0;
        for mut code in found {
            match CodePayload::parse(&code.text, prefix) {
                Ok(payload) if self.ours.is_none() => {
                    let to_scan = |p: Point| Point::new(p.x * scale, p.y * scale);
                    code.corners_px = code.corners_px.map(to_scan);
                    self.ours = Some((payload, code));
                }
                Err(PayloadError::Malformed { rest }) if !self.malformed.contains(&rest) => {
                    self.malformed.push(rest);
                }
                Ok(_) | Err(PayloadError::Malformed { .. }) => {}
                Err(PayloadError::Foreign { .. }) => n_foreign += 1,
            }
        }
        self.n_foreign = self.n_foreign.max(n_foreign);
    }
}

impl CodeDecoder for Rqrr {
    fn name(&self) -> &'static str {
        "rqrr"
    }

    fn decode(&self, picture: &GrayImage) -> Vec<FoundCode> {
        // The library indexes by what it finds in the picture; a page must not end the worker.
        catch_unwind(AssertUnwindSafe(|| decode_with_rqrr(picture))).unwrap_or_default()
    }
}

fn decode_with_rqrr(picture: &GrayImage) -> Vec<FoundCode> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    if width < 21 || height < 21 {
        return Vec::new();
    }
    let pixels = picture.as_raw();
    let mut prepared =
        rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
    let mut found = Vec::new();
    for grid in prepared.detect_grids() {
        if let Ok((meta, text)) = grid.decode() {
            found.push(FoundCode {
                text,
                n_modules: meta.version.to_size() as u32,
                corners_px: corners(&grid.bounds, meta.version.to_size()),
            });
        }
    }
    found
}

/// The library measures one module too far to the right and down.
fn corners(bounds: &[rqrr::Point; 4], n_modules: usize) -> [Point; 4] {
    let [first, ..] = bounds.map(|p| Point::new(f64::from(p.x), f64::from(p.y)));
    let share = n_modules as f64 / (n_modules + 1) as f64;
    bounds.map(|p| {
        let (dx, dy) = (f64::from(p.x) - first.x, f64::from(p.y) - first.y);
        Point::new(first.x + dx * share, first.y + dy * share)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::layout::builtin;

    const PREFIX: &str = "HTTPS://POSTBAG.ORG.UK/L/";

    fn decoders() -> Vec<Box<dyn CodeDecoder>> {
        vec![Box::new(Rqrr)]
    }

    #[test]
    fn the_code_of_a_printed_leaflet_is_found_where_the_layout_has_it() {
        let layout = &builtin()[0];
        let side = &layout.sides[0];
        let page = artwork::raster(layout, side, 300.0, &artwork::Print::default()).unwrap();
        let page = image::DynamicImage::ImageRgba8(page).into_luma8();
        let search = find(&page, &decoders(), PREFIX);
        let (payload, code) = search.ours.unwrap();
        assert_eq!(payload.layout, layout.id);
        let scale = schemas::geometry::px_per_mm(300.0);
        for (found, printed) in code
            .corners_px
            .iter()
            .zip(side.code.unwrap().area.corners())
        {
            let printed = Point::new(printed.x * scale, printed.y * scale);
            assert!(
                found.distance(printed) < 5.0,
                "{found:?} is not {printed:?}"
            );
        }
    }

    #[test]
    fn somebody_elses_code_is_counted_and_not_taken() {
        let layout = &builtin()[0];
        let print = artwork::Print {
            prefix: "HTTPS://TRUST.NHS.UK/".to_owned(),
            serial: None,
        };
        let page = artwork::raster(layout, &layout.sides[0], 150.0, &print).unwrap();
        let search = find(
            &image::DynamicImage::ImageRgba8(page).into_luma8(),
            &decoders(),
            PREFIX,
        );
        assert!(search.ours.is_none());
        assert_eq!(search.n_foreign, 1);
    }

    #[test]
    fn a_page_of_one_pixel_or_none_holds_no_code() {
        for size in [0, 1, 30] {
            let search = find(&GrayImage::new(size, size), &decoders(), PREFIX);
            assert!(search.ours.is_none());
        }
    }
}
