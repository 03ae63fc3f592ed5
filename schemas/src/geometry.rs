//! Boxes, points and homographies. The origin is the top-left corner, x grows to the right, y grows down.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Millimetres in an inch.
pub const MM_PER_INCH: f64 = 25.4;

/// Pixels per millimetre at `dpi`.
pub fn px_per_mm(dpi: f64) -> f64 {
    dpi / MM_PER_INCH
}

/// A point; the unit is the caller's (millimetres on paper, pixels in a picture).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "[f64; 2]", into = "[f64; 2]")]
#[schemars(with = "[f64; 2]")]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

impl Point {
    /// The point `(x, y)`.
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// The straight distance to `other`.
    pub fn distance(self, other: Self) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }
}

impl From<[f64; 2]> for Point {
    fn from([x, y]: [f64; 2]) -> Self {
        Self { x, y }
    }
}

impl From<Point> for [f64; 2] {
    fn from(point: Point) -> Self {
        [point.x, point.y]
    }
}

/// A box on paper, in millimetres from the page's top-left corner; written `[x, y, width, height]`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "[f64; 4]", into = "[f64; 4]")]
#[schemars(with = "[f64; 4]")]
pub struct BoxMm {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl BoxMm {
    /// The right edge.
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    /// The bottom edge.
    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }

    /// The middle.
    pub fn centre(&self) -> Point {
        Point::new(self.x + self.width / 2.0, self.y + self.height / 2.0)
    }

    /// The corners, clockwise from top-left.
    pub fn corners(&self) -> [Point; 4] {
        [
            Point::new(self.x, self.y),
            Point::new(self.right(), self.y),
            Point::new(self.right(), self.bottom()),
            Point::new(self.x, self.bottom()),
        ]
    }

    /// The box with every edge moved inwards by `by_mm` (outwards when negative).
    #[must_use]
    pub fn shrunk(&self, by_mm: f64) -> Self {
        Self {
            x: self.x + by_mm,
            y: self.y + by_mm,
            width: (self.width - 2.0 * by_mm).max(0.0),
            height: (self.height - 2.0 * by_mm).max(0.0),
        }
    }

    /// Whether the two boxes share any area.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right()
            && other.x < self.right()
            && self.y < other.bottom()
            && other.y < self.bottom()
    }

    /// Whether `other` lies wholly inside this box.
    pub fn contains(&self, other: &Self) -> bool {
        self.x <= other.x
            && self.y <= other.y
            && other.right() <= self.right()
            && other.bottom() <= self.bottom()
    }
}

impl From<[f64; 4]> for BoxMm {
    fn from([x, y, width, height]: [f64; 4]) -> Self {
        Self {
            x,
            y,
            width,
            height,
        }
    }
}

impl From<BoxMm> for [f64; 4] {
    fn from(b: BoxMm) -> Self {
        [b.x, b.y, b.width, b.height]
    }
}

/// A box in a picture, in whole pixels from its top-left corner; written `[x, y, width, height]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "[u32; 4]", into = "[u32; 4]")]
#[schemars(with = "[u32; 4]")]
pub struct BoxPx {
    /// Left edge.
    pub x: u32,
    /// Top edge.
    pub y: u32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

impl From<[u32; 4]> for BoxPx {
    fn from([x, y, width, height]: [u32; 4]) -> Self {
        Self {
            x,
            y,
            width,
            height,
        }
    }
}

impl From<BoxPx> for [u32; 4] {
    fn from(b: BoxPx) -> Self {
        [b.x, b.y, b.width, b.height]
    }
}

/// A projective map of the plane: nine numbers, row by row, the last one usually 1.
///
/// Source: R. Hartley and A. Zisserman, *Multiple View Geometry*, chapter 2.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Homography(pub [f64; 9]);

impl Homography {
    /// The map that moves nothing.
    pub const IDENTITY: Self = Self([1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]);

    /// Scales both axes by `factor`.
    pub const fn scaling(factor: f64) -> Self {
        Self([factor, 0.0, 0.0, 0.0, factor, 0.0, 0.0, 0.0, 1.0])
    }

    /// Moves by `(dx, dy)`.
    pub const fn translation(dx: f64, dy: f64) -> Self {
        Self([1.0, 0.0, dx, 0.0, 1.0, dy, 0.0, 0.0, 1.0])
    }

    /// Turns clockwise (as seen, y down) by `deg` degrees around `centre`.
    pub fn rotation(deg: f64, centre: Point) -> Self {
        let (sin, cos) = deg.to_radians().sin_cos();
        Self::translation(-centre.x, -centre.y)
            .then(&Self([cos, -sin, 0.0, sin, cos, 0.0, 0.0, 0.0, 1.0]))
            .then(&Self::translation(centre.x, centre.y))
    }

    /// Where `point` goes. A point on the horizon goes to infinity.
    pub fn apply(&self, point: Point) -> Point {
        let m = &self.0;
        let w = m[6] * point.x + m[7] * point.y + m[8];
        Point::new(
            (m[0] * point.x + m[1] * point.y + m[2]) / w,
            (m[3] * point.x + m[4] * point.y + m[5]) / w,
        )
    }

    /// This map first, `next` after it.
    #[must_use]
    pub fn then(&self, next: &Self) -> Self {
        let (a, b) = (&next.0, &self.0);
        let cell = |row: usize, column: usize| -> f64 {
            (0..3)
                .map(|k| a[row * 3 + k] * b[k * 3 + column])
                .sum::<f64>()
        };
        Self(std::array::from_fn(|i| cell(i / 3, i % 3)))
    }

    /// The map back, or `None` when this one cannot be undone.
    pub fn inverse(&self) -> Option<Self> {
        let m = &self.0;
        let cofactor = [
            m[4] * m[8] - m[5] * m[7],
            m[2] * m[7] - m[1] * m[8],
            m[1] * m[5] - m[2] * m[4],
            m[5] * m[6] - m[3] * m[8],
            m[0] * m[8] - m[2] * m[6],
            m[2] * m[3] - m[0] * m[5],
            m[3] * m[7] - m[4] * m[6],
            m[1] * m[6] - m[0] * m[7],
            m[0] * m[4] - m[1] * m[3],
        ];
        let determinant = m[0] * cofactor[0] + m[1] * cofactor[3] + m[2] * cofactor[6];
        let usable = determinant.is_finite() && determinant.abs() > 1e-12;
        usable.then(|| Self(cofactor.map(|c| c / determinant)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_homography_and_its_inverse_bring_every_point_back() {
        let map = Homography([1.1, 0.2, 30.0, -0.15, 0.9, 12.0, 1e-4, -2e-4, 1.0]);
        let back = map.inverse().unwrap();
        for point in BoxMm::from([10.0, 20.0, 150.0, 250.0]).corners() {
            assert!(back.apply(map.apply(point)).distance(point) < 1e-9);
        }
    }

    #[test]
    fn a_quarter_turn_takes_right_to_down() {
        let turned = Homography::rotation(90.0, Point::new(0.0, 0.0)).apply(Point::new(1.0, 0.0));
        assert!(turned.distance(Point::new(0.0, 1.0)) < 1e-12);
    }

    #[test]
    fn a_flat_map_has_no_inverse() {
        assert_eq!(Homography([0.0; 9]).inverse(), None);
    }

    #[test]
    fn boxes_that_only_touch_do_not_overlap() {
        let left = BoxMm::from([0.0, 0.0, 10.0, 10.0]);
        assert!(!left.overlaps(&BoxMm::from([10.0, 0.0, 5.0, 5.0])));
        assert!(left.overlaps(&BoxMm::from([9.9, 0.0, 5.0, 5.0])));
    }
}
