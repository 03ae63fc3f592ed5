//! Empty: whether nothing at all is on a sheet, neither written nor printed.
//!
//! Whoever writes with a hard pencil must never be taken for nobody. So a page is empty only when the light of the paper,
//! taken out, leaves nothing that is as long as the shortest stroke; dust is shorter, and what lies along the very edge is the
//! scanner's.

use image::GrayImage;
use schemas::geometry::MM_PER_INCH;

use super::paper::evened;
use crate::picture::mask::Area;
use crate::picture::{Component, Mask, Pyramid, components};

/// Fine enough for a hard pencil, and so coarse that the grain of paper and scanner is averaged out.
const DPI: f64 = 100.0;
/// A page without a believable resolution is taken for so high: A4.
const PAGE_MM: f64 = 297.0;
/// The squares in which the light is measured.
const TILE_MM: f64 = 8.0;
/// Paper is 255, and its grain stays above this; the faintest pencil does not.
const FAINT: u8 = 226;
/// A full stop is shorter, the shortest stroke of a letter is longer.
const STROKE_MM: f64 = 1.2;
/// More specks than these, in square millimetres together, are no dust: somebody dotted the page.
const DUST_MM2: f64 = 12.0;
/// Darker paper than this is a page that was scanned in the dark: nobody can tell what is on it.
const LIGHT: u64 = 100;
/// A piece of paper is no smaller than this.
const LEAST_MM: f64 = 40.0;
/// What lies wholly within this distance from an edge is its shadow.
const EDGE_MM: f64 = 4.0;

/// Whether nothing is on the page. `dpi` is what the file says, when it does.
pub fn is_empty(page: &Pyramid<'_>, dpi: Option<f64>) -> bool {
    let full = page.full();
    let longer = f64::from(full.width().max(full.height()));
    let own_dpi = dpi.unwrap_or(longer * MM_PER_INCH / PAGE_MM);
    let (grey, factor) = page.with_at_least(DPI, own_dpi);
    let px_per_mm = own_dpi / MM_PER_INCH / f64::from(factor);
    let least_px = LEAST_MM * px_per_mm;
    if f64::from(grey.width().min(grey.height())) < least_px || brightness(grey) < LIGHT {
        return false;
    }
    let even = evened(grey, (TILE_MM * px_per_mm) as usize);
    let whole = Area {
        x0: 0,
        y0: 0,
        x1: even.width() as usize,
        y1: even.height() as usize,
    };
    let mut dust_px = 0;
    for piece in components(&Mask::darker_than(&even, FAINT)) {
        if is_shadow(&piece, whole, EDGE_MM * px_per_mm) {
            continue;
        }
        if length_px(&piece) >= STROKE_MM * px_per_mm {
            return false;
        }
        dust_px += piece.area_px;
    }
    dust_px as f64 <= DUST_MM2 * px_per_mm * px_per_mm
}

/// The mean of the picture; 0 is black.
fn brightness(grey: &GrayImage) -> u64 {
    let sum: u64 = grey.as_raw().iter().map(|value| u64::from(*value)).sum();
    sum / (grey.as_raw().len() as u64).max(1)
}

/// From one end of its box to the other.
fn length_px(piece: &Component) -> f64 {
    (piece.bounds.width() as f64).hypot(piece.bounds.height() as f64)
}

fn is_shadow(piece: &Component, whole: Area, edge_px: f64) -> bool {
    let (bounds, edge) = (piece.bounds, edge_px as usize);
    bounds.x1 <= whole.x0 + edge
        || bounds.y1 <= whole.y0 + edge
        || bounds.x0 + edge >= whole.x1
        || bounds.y0 + edge >= whole.y1
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    /// A4 at 150 dpi with the grain of paper, in light that falls off, with a shadow along one edge and dust.
    fn sheet() -> GrayImage {
        let mut grain = 12_345_u32;
        let mut sheet = GrayImage::from_fn(1240, 1754, |x, y| {
            grain = grain.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let light = 235.0 - f64::from(x) / 40.0 - f64::from(y) / 100.0;
            let noise = f64::from(grain >> 24) / 16.0 - 8.0;
            let shadow = if x < 12 { 0.4 } else { 1.0 };
            Luma([(light * shadow + noise) as u8])
        });
        for i in 0..40 {
            sheet.put_pixel(97 * i % 1200 + 20, 211 * i % 1700 + 20, Luma([90]));
        }
        sheet
    }

    fn empty(sheet: &GrayImage) -> bool {
        is_empty(&Pyramid::new(sheet), Some(150.0))
    }

    /// A stroke of a pencil, a third of a millimetre thick.
    fn stroke(sheet: &mut GrayImage, length_px: u32, share: f64) {
        for (x, y) in (0..length_px).flat_map(|x| [(600 + x, 800 + x / 3), (600 + x, 801 + x / 3)])
        {
            let paper = sheet.get_pixel(x, y).0[0];
            sheet.put_pixel(x, y, Luma([(f64::from(paper) * share) as u8]));
        }
    }

    #[test]
    fn paper_with_grain_dust_and_a_shadow_is_empty() {
        assert!(empty(&sheet()));
        assert!(is_empty(&Pyramid::new(&sheet()), None));
    }

    #[test]
    fn one_stroke_of_a_pencil_is_something() {
        let mut pencil = sheet();
        stroke(&mut pencil, 24, 0.75);
        assert!(!empty(&pencil));
    }

    #[test]
    fn a_page_in_the_dark_or_a_scrap_is_not_called_empty() {
        assert!(!empty(&GrayImage::from_pixel(600, 800, Luma([20]))));
        assert!(!empty(&GrayImage::from_pixel(1240, 8, Luma([250]))));
        assert!(!empty(&GrayImage::from_fn(600, 800, |x, _| Luma([
            if x < 300 { 250 } else { 40 }
        ]))));
        assert!(!is_empty(&Pyramid::new(&GrayImage::new(0, 0)), None));
    }
}
