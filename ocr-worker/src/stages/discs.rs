//! Discs: what looks like a registration mark anywhere on a page, when nothing is known of the page yet.

use schemas::geometry::Point;

use crate::picture::components::Component;
use crate::picture::threshold::darker_than_around;
use crate::picture::{Pyramid, components};

/// Marks are looked for in a copy of the page with at least these pixels along its long edge. In a larger copy a mark
/// would be as large as the surroundings that it must be darker than, and one of faint toner would be lost.
const WORKING_LONG_EDGE_PX: f64 = 800.0;
/// A mark of 5 mm has 14 pixels there; a page may fill only half of a photo, and marks may be larger.
const DIAMETER_PX: (f64, f64) = (6.0, 40.0);
/// The share of its box that a disc covers is 0.79; print that runs and perspective change that a little.
const FILL: (f64, f64) = (0.66, 0.9);
/// No page has more dark discs; what comes after the largest ones is the dots of letters.
const MAX_DISCS: usize = 26;

/// Something dark and round.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Disc {
    /// Its middle, in pixels of the page.
    pub centre: Point,
    /// Its diameter, in pixels of the page.
    pub diameter_px: f64,
}

/// Everything on a page that is dark, round and of the size of a mark; the largest first.
pub fn find_discs(page: &Pyramid<'_>) -> Vec<Disc> {
    let long_edge = f64::from(page.full().width().max(page.full().height()));
    let (picture, factor) = page.with_at_least(WORKING_LONG_EDGE_PX, long_edge);
    let mask = darker_than_around(picture, 0.75);
    let mut discs: Vec<Disc> = components(&mask)
        .iter()
        .filter_map(|component| disc(component, f64::from(factor)))
        .collect();
    discs.sort_by(|a, b| b.diameter_px.total_cmp(&a.diameter_px));
    discs.truncate(MAX_DISCS);
    discs
}

fn disc(component: &Component, factor: f64) -> Option<Disc> {
    let (width, height) = (
        component.bounds.width() as f64,
        component.bounds.height() as f64,
    );
    let fill = component.area_px as f64 / (width * height);
    let size = DIAMETER_PX.0..DIAMETER_PX.1;
    // Of a disc at an angle the box grows less than that of a square.
    let round = (0.62..1.6).contains(&(width / height)) && (FILL.0..FILL.1).contains(&fill);
    let middle = Point::new(
        (component.middle_x() + 0.5) * factor,
        (component.middle_y() + 0.5) * factor,
    );
    (round && size.contains(&width) && size.contains(&height)).then(|| Disc {
        centre: middle,
        diameter_px: f64::midpoint(width, height) * factor,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::DynamicImage;
    use schemas::geometry::px_per_mm;
    use schemas::layout::builtin;

    #[test]
    fn the_marks_of_a_printed_page_are_among_its_discs() {
        let layout = builtin().remove(0);
        let side = &layout.sides[0];
        let page = artwork::raster(&layout, side, 200.0, &artwork::Print::default()).unwrap();
        let page = DynamicImage::ImageRgba8(page).into_luma8();
        let discs = find_discs(&Pyramid::new(&page));
        let scale = px_per_mm(200.0);
        for mark in &side.marks {
            let centre = Point::new(mark.centre.x * scale, mark.centre.y * scale);
            let near = discs.iter().any(|disc| disc.centre.distance(centre) < 3.0);
            assert!(near, "{} is not among {discs:?}", mark.id);
        }
    }
}
