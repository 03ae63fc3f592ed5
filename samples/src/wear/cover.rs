//! What lies on the print and hides it: stickers and blots.

use schemas::geometry::{BoxMm, Point};

use super::{Paper, cover};
use crate::dice::Dice;

/// A label: a rectangle of paper with a few printed lines.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Sticker {
    /// Its middle.
    pub(crate) centre: Point,
    /// Width and height.
    pub(crate) size_mm: [f64; 2],
    /// Turned clockwise.
    pub(crate) turned_deg: f64,
    /// Red, green and blue of its paper.
    pub(crate) colour: [u8; 3],
    /// From one printed line to the next.
    pub(crate) pitch_mm: f64,
}

/// Spilled ink: discs that run into each other.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Blot {
    /// Centre and radius of each.
    pub(crate) discs: Vec<(Point, f64)>,
    /// Red, green and blue.
    pub(crate) colour: [u8; 3],
}

impl Sticker {
    /// An address label, a date label or a coloured dot's worth of paper.
    pub(crate) fn by_chance(centre: Point, size_mm: [f64; 2], dice: &mut Dice) -> Self {
        Self {
            centre,
            size_mm,
            turned_deg: dice.spread(25.0),
            colour: *dice.pick(&[[250, 250, 250], [252, 240, 120], [190, 225, 245]]),
            pitch_mm: dice.between(3.0, 6.0),
        }
    }

    pub(super) fn hides(&self, at: Point) -> bool {
        let [x, y] = self.own(at);
        x.abs() < self.size_mm[0] / 2.0 && y.abs() < self.size_mm[1] / 2.0
    }

    pub(super) fn befall(&self, paper: &mut Paper) {
        let reach = self.size_mm[0].hypot(self.size_mm[1]) / 2.0 + 1.0;
        let [half_w, half_h] = self.size_mm.map(|size| size / 2.0);
        paper.change(&around(self.centre, reach), |at, pixel| {
            let [x, y] = self.own(at);
            let inside = (half_w - x.abs()).min(half_h - y.abs());
            if inside < -0.35 {
                return;
            }
            let colour = if inside < 0.0 {
                self.colour.map(|c| c / 2)
            } else if inside > 2.5 && self.is_printed(x, y) {
                [70, 70, 76]
            } else {
                self.colour
            };
            cover(pixel, colour, 1.0);
        });
    }

    /// Words too small to be read: dashes along lines.
    fn is_printed(&self, x: f64, y: f64) -> bool {
        let along = (x * 0.9 + (y / self.pitch_mm).floor() * 3.7).rem_euclid(5.0);
        (y / self.pitch_mm).rem_euclid(1.0) < 0.32 && along < 3.6
    }

    fn own(&self, at: Point) -> [f64; 2] {
        let (sin, cos) = self.turned_deg.to_radians().sin_cos();
        let (dx, dy) = (at.x - self.centre.x, at.y - self.centre.y);
        [dx * cos + dy * sin, dy * cos - dx * sin]
    }
}

impl Blot {
    /// A large drop and smaller ones beside it.
    pub(crate) fn by_chance(centre: Point, radius_mm: f64, dice: &mut Dice) -> Self {
        let mut discs = vec![(centre, radius_mm)];
        for _ in 0..3 + dice.index(6) {
            let (sin, cos) = (dice.unit() * 6.3).sin_cos();
            let far = radius_mm * dice.between(0.6, 1.05);
            let at = Point::new(centre.x + far * cos, centre.y + far * sin);
            discs.push((at, radius_mm * dice.between(0.08, 0.4)));
        }
        Self {
            discs,
            colour: *dice.pick(&[[22, 24, 60], [18, 18, 20], [74, 44, 24]]),
        }
    }

    pub(super) fn hides(&self, at: Point) -> bool {
        let in_disc = |(centre, radius): &(Point, f64)| centre.distance(at) < *radius;
        self.discs.iter().any(in_disc)
    }

    pub(super) fn befall(&self, paper: &mut Paper) {
        for (centre, radius) in &self.discs {
            paper.change(&around(*centre, *radius), |at, pixel| {
                let inside = radius - centre.distance(at);
                if inside > 0.0 {
                    cover(pixel, self.colour, (inside / 0.2).min(1.0));
                }
            });
        }
    }
}

fn around(centre: Point, reach: f64) -> BoxMm {
    BoxMm::from([centre.x - reach, centre.y - reach, 2.0 * reach, 2.0 * reach])
}
