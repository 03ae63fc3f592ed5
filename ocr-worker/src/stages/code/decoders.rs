//! The decoders: two independent ones, because they fail differently.

use std::collections::HashSet;

use image::GrayImage;
use rxing::common::{GlobalHistogramBinarizer, HybridBinarizer};
use rxing::multi::MultipleBarcodeReader as _;
use rxing::qrcode::cpp_port::QrReader;
use rxing::{BarcodeFormat, Binarizer, BinaryBitmap, DecodeHints, Luma8LuminanceSource};
use schemas::geometry::Point;

use super::FoundCode;
use crate::guard::guarded;

/// Finds codes in a picture. The seam between the search and the decoders.
pub trait CodeDecoder: Send + Sync {
    /// What it is called.
    fn name(&self) -> &'static str;
    /// Every code in the picture that can be read.
    fn decode(&self, picture: &GrayImage) -> Vec<FoundCode>;
}

/// Both decoders, the quicker one first: on a crop around a code `rxing` takes a fortieth of the time of `rqrr`.
pub fn decoders() -> Vec<Box<dyn CodeDecoder>> {
    vec![Box::new(Rxing), Box::new(Rqrr)]
}

/// The decoder of the `rqrr` library, a port of `quirc`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rqrr;

/// The decoder of the `rxing` library, a port of `ZXing` for C++.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rxing;

/// Smaller pictures hold no code: the smallest has 21 modules.
const MIN_EDGE_PX: u32 = 21;

fn holds_a_code(picture: &GrayImage) -> bool {
    picture.width() >= MIN_EDGE_PX && picture.height() >= MIN_EDGE_PX
}

impl CodeDecoder for Rqrr {
    fn name(&self) -> &'static str {
        "rqrr"
    }

    fn decode(&self, picture: &GrayImage) -> Vec<FoundCode> {
        if !holds_a_code(picture) {
            return Vec::new();
        }
        // The library indexes by what it finds in the picture.
        guarded(|| decode_with_rqrr(picture)).unwrap_or_default()
    }
}

fn decode_with_rqrr(picture: &GrayImage) -> Vec<FoundCode> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let pixels = picture.as_raw();
    let mut prepared =
        rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
    let mut found = Vec::new();
    for grid in prepared.detect_grids() {
        if let Ok((meta, text)) = grid.decode() {
            found.push(FoundCode {
                text,
                n_modules: Some(meta.version.to_size() as u32),
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

impl CodeDecoder for Rxing {
    fn name(&self) -> &'static str {
        "rxing"
    }

    fn decode(&self, picture: &GrayImage) -> Vec<FoundCode> {
        if !holds_a_code(picture) {
            return Vec::new();
        }
        let source = || {
            let (width, height) = picture.dimensions();
            Luma8LuminanceSource::new(picture.as_raw().clone(), width, height).ok()
        };
        // See `Rqrr`.
        let local = || source().map(|s| decode_with_rxing(HybridBinarizer::new(s)));
        let found = guarded(local).flatten().unwrap_or_default();
        if !found.is_empty() {
            return found;
        }
        let global = || source().map(|s| decode_with_rxing(GlobalHistogramBinarizer::new(s)));
        guarded(global).flatten().unwrap_or_default()
    }
}

fn decode_with_rxing<B: Binarizer>(binarizer: B) -> Vec<FoundCode> {
    let hints = DecodeHints {
        TryHarder: Some(true),
        PossibleFormats: Some(HashSet::from([BarcodeFormat::QR_CODE])),
        ..DecodeHints::default()
    };
    let mut bitmap = BinaryBitmap::new(binarizer);
    let results = QrReader
        .decode_multiple_with_hints(&mut bitmap, &hints)
        .unwrap_or_default();
    results
        .into_iter()
        .filter_map(|result| {
            let points = result.getPoints();
            let at = |i: usize| {
                points
                    .get(i)
                    .map(|p| Point::new(f64::from(p.x), f64::from(p.y)))
            };
            Some(FoundCode {
                text: result.getText().to_owned(),
                n_modules: None,
                // The library gives them row by row.
                corners_px: [at(0)?, at(1)?, at(3)?, at(2)?],
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::geometry::px_per_mm;
    use schemas::layout::builtin;

    #[test]
    fn each_decoder_finds_a_printed_code_where_the_layout_has_it() {
        let layout = &builtin()[0];
        let side = &layout.sides[0];
        let page = artwork::raster(layout, side, 150.0, &artwork::Print::default()).unwrap();
        let page = image::DynamicImage::ImageRgba8(page).into_luma8();
        let scale = px_per_mm(150.0);
        for decoder in decoders() {
            let found = decoder.decode(&page);
            assert_eq!(found.len(), 1, "{}", decoder.name());
            let printed = side.code.unwrap().area.corners();
            for (found, printed) in found[0].corners_px.iter().zip(printed) {
                let printed = Point::new(printed.x * scale, printed.y * scale);
                let apart = found.distance(printed);
                assert!(apart < 3.0, "{}: {apart} px", decoder.name());
            }
        }
    }

    #[test]
    fn pictures_too_small_for_a_code_hold_none() {
        for size in [0, 1, 20, 30] {
            for decoder in decoders() {
                assert!(decoder.decode(&GrayImage::new(size, size)).is_empty());
            }
        }
    }
}
