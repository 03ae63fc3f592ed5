//! Where everything on the page comes to lie in the picture.

use schemas::geometry::{Homography, Point, px_per_mm};
use schemas::layout::PageSize;

use super::Scan;

/// How much of the glass becomes the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Canvas {
    /// A picture as large as the paper, turned by whole quarters; corners that lie askew are lost.
    Paper,
    /// A picture that holds the whole paper as it lies, and so much around it.
    Around {
        /// Beyond the outermost corners.
        margin_mm: f64,
    },
}

/// How a print lies on its paper after copying: larger or smaller, and elsewhere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Enlarged {
    /// By how much, along the width and along the height of the page.
    pub(crate) by: [f64; 2],
    /// How far the middle moved, to the right and down.
    pub(crate) shift_mm: [f64; 2],
}

/// What a slipping feeder does: from somewhere on, the paper comes slower or faster than the scanner believes.
/// No homography describes that.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stretch {
    /// Where it begins, as a share of the picture's height.
    pub(crate) from: f64,
    /// How much longer everything beyond becomes; below 1, shorter.
    pub(crate) by: f64,
}

/// From the page to the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Geometry {
    /// From millimetres on the print to pixels; what a stretched feed does comes after it.
    pub(crate) map: Homography,
    /// Width of the picture.
    pub(crate) width_px: u32,
    /// Height of the picture.
    pub(crate) height_px: u32,
    /// Height of the picture had the feed been even.
    pub(crate) even_height_px: u32,
}

impl Enlarged {
    /// The print as it was designed.
    pub(crate) const NOT: Self = Self {
        by: [1.0, 1.0],
        shift_mm: [0.0, 0.0],
    };

    /// From the print as designed to the paper it lies on.
    fn map(&self, page: PageSize) -> Homography {
        let (x, y) = (page.width_mm / 2.0, page.height_mm / 2.0);
        let [by_x, by_y] = self.by;
        Homography([
            by_x,
            0.0,
            x * (1.0 - by_x) + self.shift_mm[0],
            0.0,
            by_y,
            y * (1.0 - by_y) + self.shift_mm[1],
            0.0,
            0.0,
            1.0,
        ])
    }

    /// The paper's edges (left, top, right, bottom) in pixels of the print, to the middle of the last ones.
    pub(crate) fn paper_px(&self, width: u32, height: u32, dpi: f64) -> [f32; 4] {
        let edges = |length: u32, axis: usize| {
            let (length, by) = (f64::from(length), self.by[axis]);
            let shift = self.shift_mm[axis] * px_per_mm(dpi);
            let middle = length / 2.0;
            let from = (0.0 - middle - shift) / by + middle;
            let to = (length - middle - shift) / by + middle;
            [from, to - 1.0].map(|edge| edge as f32)
        };
        let ([left, right], [top, bottom]) = (edges(width, 0), edges(height, 1));
        [left, top, right, bottom]
    }
}

impl Stretch {
    /// Where a row of the picture would be had the feed been even.
    pub(crate) fn source_px(&self, y: f64, even_height: f64) -> f64 {
        let from = self.from * even_height;
        if y <= from {
            y
        } else {
            from + (y - from) / self.by
        }
    }

    fn delivered_px(&self, even_height: f64) -> f64 {
        even_height * (self.from + (1.0 - self.from) * self.by)
    }
}

impl Scan {
    /// From millimetres on the page to pixels of the scan, and the size of the scan.
    pub(crate) fn geometry(&self, page: PageSize) -> Geometry {
        let scale = px_per_mm(self.dpi);
        let centre = Point::new(page.width_mm / 2.0, page.height_mm / 2.0);
        let seen = self.seen(page, centre);
        let ([left, top], [width, height]) = self.frame(page, &seen, scale);
        let moved = Homography::translation(-left / scale, -top / scale);
        let exact = seen.then(&moved).then(&Homography::scaling(scale));
        let cut = self.cut_mm.map(|mm| (mm * scale).round());
        let inside = exact.then(&Homography::translation(-cut[0], -cut[1]));
        let even = (height - cut[1] - cut[3]).max(1.0);
        let delivered = self.stretch.map_or(even, |s| s.delivered_px(even));
        Geometry {
            map: rounded(&inside),
            width_px: (width - cut[0] - cut[2]).max(1.0) as u32,
            height_px: delivered.round() as u32,
            even_height_px: even as u32,
        }
    }

    /// From the print to where the paper lies on the glass or before the camera, in millimetres.
    fn seen(&self, page: PageSize, centre: Point) -> Homography {
        let turned = Homography::rotation(self.turn_deg(), centre);
        let shifted = Homography::translation(self.shift_mm[0], self.shift_mm[1]);
        let lying = match self.enlarged {
            Enlarged::NOT => turned.then(&shifted),
            enlarged => enlarged.map(page).then(&turned).then(&shifted),
        };
        match &self.camera {
            None => lying,
            Some(camera) => lying.then(&camera.view(centre)),
        }
    }

    /// The top-left corner and the size of the picture, in pixels.
    fn frame(&self, page: PageSize, seen: &Homography, scale: f64) -> ([f64; 2], [f64; 2]) {
        match self.canvas {
            Canvas::Paper => {
                let [width, height] =
                    [page.width_mm, page.height_mm].map(|mm| (mm * scale).round());
                let size = if self.quarter_turns.is_multiple_of(2) {
                    [width, height]
                } else {
                    [height, width]
                };
                let middle = [page.width_mm, page.height_mm].map(|mm| mm * scale / 2.0);
                let corner = [middle[0] - size[0] / 2.0, middle[1] - size[1] / 2.0];
                (corner, size)
            }
            Canvas::Around { margin_mm } => {
                let paper = self.enlarged.map(page).inverse();
                let corner = |[x, y]: [f64; 2]| {
                    let at = Point::new(x * page.width_mm, y * page.height_mm);
                    seen.apply(paper.map_or(at, |map| map.apply(at)))
                };
                let corners = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]].map(corner);
                let span = |of: fn(&Point) -> f64| {
                    let low = corners.iter().map(of).fold(f64::INFINITY, f64::min);
                    let high = corners.iter().map(of).fold(f64::NEG_INFINITY, f64::max);
                    (
                        (low - margin_mm) * scale,
                        (high - low + 2.0 * margin_mm) * scale,
                    )
                };
                let ((left, width), (top, height)) = (span(|p| p.x), span(|p| p.y));
                ([left, top].map(f64::round), [width, height].map(f64::round))
            }
        }
    }

    /// The whole turn, clockwise.
    pub(crate) fn turn_deg(&self) -> f64 {
        f64::from(self.quarter_turns) * 90.0 + self.skew_deg
    }
}

/// Rounded so that the numbers are the same on every machine: a thousandth of a pixel over a whole page. The
/// third row is multiplied by millimetres and by pixels, and needs more.
fn rounded(map: &Homography) -> Homography {
    let mut cells = map.0.map(|cell| (cell * 1e6).round() / 1e6);
    for (cell, exact) in cells.iter_mut().zip(map.0).skip(6) {
        *cell = (exact * 1e12).round() / 1e12;
    }
    Homography(cells)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;

    const A4: PageSize = PageSize {
        width_mm: 210.0,
        height_mm: 297.0,
    };

    fn turned(quarter_turns: u32, skew_deg: f64) -> Scan {
        Scan {
            quarter_turns,
            skew_deg,
            shift_mm: [0.0, 0.0],
            ..Scan::by_chance(&mut Dice::new(1, 1))
        }
    }

    #[test]
    fn orientations_are_between_minus_180_and_180() {
        let cases = [(0, -0.5), (1, 1.0), (2, 0.5), (2, -0.5), (3, 0.25)];
        let words = |(turns, skew)| turned(turns, skew).orientation_deg().to_string();
        assert_eq!(
            cases.map(words),
            ["-0.5", "91", "-179.5", "179.5", "-89.75"]
        );
    }

    #[test]
    fn a_page_turned_clockwise_has_its_top_on_the_right() {
        let geometry = turned(1, 0.0).geometry(A4);
        assert!(geometry.width_px > geometry.height_px);
        let top_left = geometry.map.apply(Point::new(0.0, 0.0));
        assert!(top_left.distance(Point::new(f64::from(geometry.width_px), 0.0)) < 1.0);
    }

    #[test]
    fn a_canvas_around_the_paper_holds_all_of_it() {
        let scan = Scan {
            canvas: Canvas::Around { margin_mm: 2.0 },
            ..turned(1, 33.0)
        };
        let geometry = scan.geometry(A4);
        let inside = |p: Point| {
            p.x > 1.0
                && p.y > 1.0
                && p.x < f64::from(geometry.width_px) - 1.0
                && p.y < f64::from(geometry.height_px) - 1.0
        };
        for corner in [[0.0, 0.0], [210.0, 0.0], [210.0, 297.0], [0.0, 297.0]] {
            assert!(inside(geometry.map.apply(Point::from(corner))));
        }
    }

    #[test]
    fn a_stretched_feed_keeps_what_came_before_the_slip() {
        let stretch = Stretch {
            from: 0.25,
            by: 1.1,
        };
        assert!((stretch.source_px(20.0, 100.0) - 20.0).abs() < 1e-9);
        assert!((stretch.source_px(25.0 + 11.0, 100.0) - 35.0).abs() < 1e-9);
    }
}
