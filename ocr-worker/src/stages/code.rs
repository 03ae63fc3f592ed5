//! Find code: the leaflet's QR code tells the layout, the serial and how the page lies.
//!
//! The page is looked at in several ways (`looks`), by two decoders (`decoders`), until a code of ours is found.

mod decoders;
mod looks;

use schemas::geometry::Point;
use schemas::payload::{CodePayload, PayloadError};

use crate::picture::Pyramid;

pub use decoders::{CodeDecoder, Rqrr, Rxing, decoders};

/// A code as a decoder found it.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundCode {
    /// What it says.
    pub text: String,
    /// How many modules an edge has, when the decoder says so.
    pub n_modules: Option<u32>,
    /// The corners of the modules' square, clockwise from the code's own top-left, in pixels.
    pub corners_px: [Point; 4],
}

/// What the search for codes brought.
#[derive(Clone, Debug, Default)]
pub struct CodeSearch {
    /// Our code, its place in pixels of the scan.
    pub ours: Option<(CodePayload, FoundCode)>,
    /// Other codes of ours that say something else: several leaflets lie in the picture.
    pub others: Vec<CodePayload>,
    /// What begins like our code and goes wrong.
    pub malformed: Vec<String>,
    /// What the codes of somebody else say.
    pub foreign: Vec<String>,
}

/// Searches a page for a code whose text begins with `prefix`.
pub fn find(page: &Pyramid<'_>, decoders: &[Box<dyn CodeDecoder>], prefix: &str) -> CodeSearch {
    let mut search = CodeSearch::default();
    looks::search(page, decoders, &mut |code| {
        search.take(code, prefix);
        search.ours.is_some()
    });
    search
}

/// The first code of a picture, whoever's it is.
pub fn find_any(page: &Pyramid<'_>, decoders: &[Box<dyn CodeDecoder>]) -> Option<FoundCode> {
    let mut found = None;
    looks::search(page, decoders, &mut |code| {
        found.get_or_insert(code);
        true
    });
    found
}

impl CodeSearch {
    /// Whether no code at all was seen, whoever's it may be.
    pub const fn is_nothing(&self) -> bool {
        self.ours.is_none() && self.malformed.is_empty() && self.foreign.is_empty()
    }

    fn take(&mut self, code: FoundCode, prefix: &str) {
        match CodePayload::parse(&code.text, prefix) {
            Ok(payload) => match &self.ours {
                None => self.ours = Some((payload, code)),
                Some((ours, _)) if *ours != payload && !self.others.contains(&payload) => {
                    self.others.push(payload);
                }
                Some(_) => {}
            },
            Err(PayloadError::Malformed { rest }) => add(&mut self.malformed, rest),
            Err(PayloadError::Foreign { .. }) => add(&mut self.foreign, code.text),
        }
    }
}

/// The same code is seen many times.
fn add(known: &mut Vec<String>, text: String) {
    if !known.contains(&text) {
        known.push(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::layout::builtin;

    const PREFIX: &str = "HTTPS://POSTBAG.ORG.UK/L/";

    #[test]
    fn the_code_of_a_printed_leaflet_is_found_where_the_layout_has_it() {
        let layout = &builtin()[0];
        let side = &layout.sides[0];
        let page = artwork::raster(layout, side, 300.0, &artwork::Print::default()).unwrap();
        let page = image::DynamicImage::ImageRgba8(page).into_luma8();
        let search = find(&Pyramid::new(&page), &decoders(), PREFIX);
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
        let page = image::DynamicImage::ImageRgba8(page).into_luma8();
        let search = find(&Pyramid::new(&page), &decoders(), PREFIX);
        assert!(search.ours.is_none());
        assert_eq!(search.foreign.len(), 1);
    }

    #[test]
    fn a_page_of_one_pixel_or_none_holds_no_code() {
        for size in [0, 1, 30] {
            let search = find(
                &Pyramid::new(&image::GrayImage::new(size, size)),
                &decoders(),
                PREFIX,
            );
            assert!(search.ours.is_none());
        }
    }
}
