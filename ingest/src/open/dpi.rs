//! Dots per inch, as far as a tag can be believed.

use schemas::geometry::MM_PER_INCH;

/// Scanners go from 75 to 1200; fax and photographs of large originals lie around them.
const BELIEVABLE_DPI: std::ops::RangeInclusive<f64> = 50.0..=2400.0;
/// A3 is 420 mm long. Software that knows no resolution writes 72 or 96, which makes a scan a poster.
const LONGEST_PAPER_MM: f64 = 600.0;
/// A stamp; below this the tag is in another unit.
const SHORTEST_PAPER_MM: f64 = 20.0;
/// Fax is 204 × 196; beyond this the pixels are not square and one number would be wrong.
const LARGEST_ASPECT: f64 = 1.1;
const METRES_PER_INCH: f64 = 0.0254;
const CM_PER_INCH: f64 = 2.54;

/// A resolution as a file states it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stated {
    x: f64,
    y: f64,
}

impl Stated {
    pub(super) const fn per_inch(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    pub(super) fn per_cm(x: f64, y: f64) -> Self {
        Self::per_inch(x * CM_PER_INCH, y * CM_PER_INCH)
    }

    pub(super) fn per_metre(x: f64, y: f64) -> Self {
        Self::per_inch(x * METRES_PER_INCH, y * METRES_PER_INCH)
    }

    /// The resolution of a picture of this size, when it can be true.
    pub(super) fn believed(self, width_px: u32, height_px: u32) -> Option<f64> {
        let Self { x, y } = self;
        let in_range = BELIEVABLE_DPI.contains(&x) && BELIEVABLE_DPI.contains(&y);
        if !in_range || x / y > LARGEST_ASPECT || y / x > LARGEST_ASPECT {
            return None;
        }
        let mm = |px: u32, dpi: f64| f64::from(px) / dpi * MM_PER_INCH;
        let sides = [mm(width_px, x), mm(height_px, y)];
        let is_paper = sides
            .iter()
            .all(|side| (SHORTEST_PAPER_MM..=LONGEST_PAPER_MM).contains(side));
        is_paper.then(|| ((x + y) * 5.0).round() / 10.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_resolution_of_a_scanned_a4_is_believed() {
        let dpi = Stated::per_metre(11_811.0, 11_811.0).believed(2480, 3508);
        assert_eq!(dpi, Some(300.0));
    }

    #[test]
    fn a_default_of_72_on_a_large_scan_is_not_believed() {
        assert_eq!(Stated::per_inch(72.0, 72.0).believed(2480, 3508), None);
        assert_eq!(Stated::per_inch(f64::NAN, 300.0).believed(2480, 3508), None);
        assert_eq!(Stated::per_inch(300.0, 0.0).believed(2480, 3508), None);
    }

    #[test]
    fn pixels_that_are_far_from_square_have_no_single_resolution() {
        assert_eq!(Stated::per_inch(204.0, 98.0).believed(1728, 1145), None);
    }
}
