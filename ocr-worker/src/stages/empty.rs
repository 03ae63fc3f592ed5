//! Empty: whether nothing at all is on a sheet, neither written nor printed.
//!
//! Whoever writes with a hard pencil must never be taken for nobody. So a page is empty only when the light of the paper,
//! taken out, leaves nothing that is as long as the shortest stroke; dust is shorter, and what lies along the very edge is the
//! scanner's.

use image::GrayImage;

use super::coarse::Coarse;
use crate::picture::{Component, Pyramid};

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

/// Whether nothing is on the page. `dpi` is what the file says, when it does.
pub fn is_empty(page: &Pyramid<'_>, dpi: Option<f64>) -> bool {
    let sheet = Coarse::of(page, dpi);
    let grey = sheet.grey;
    let least_px = LEAST_MM * sheet.px_per_mm;
    if f64::from(grey.width().min(grey.height())) < least_px || brightness(grey) < LIGHT {
        return false;
    }
    let mut dust_px = 0;
    for piece in sheet.pieces(&sheet.evened(), FAINT) {
        if length_px(&piece) >= STROKE_MM * sheet.px_per_mm {
            return false;
        }
        dust_px += piece.area_px;
    }
    dust_px as f64 <= DUST_MM2 * sheet.px_per_mm * sheet.px_per_mm
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
