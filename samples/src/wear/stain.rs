//! Where a cup stood.

use schemas::geometry::{BoxMm, Point};

use super::{Paper, Waver, dim};
use crate::dice::Dice;

/// The brown of coffee: what it leaves of red, green and blue where it is strongest.
const COFFEE: [f64; 3] = [0.55, 0.38, 0.22];

/// A ring of coffee with a pale disc inside, and a few drops beside it. Print shines through.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Stain {
    /// The middle of the ring.
    pub(crate) centre: Point,
    /// Of the ring's middle line.
    pub(crate) radius_mm: f64,
    /// Of the ring's line.
    pub(crate) width_mm: f64,
    /// How strong the ring is, 0 to 1.
    pub(crate) ring: f64,
    /// How strong the disc inside is, 0 to 1.
    pub(crate) inside: f64,
    /// Where the ring is interrupted, as an angle in radians.
    pub(crate) open_towards: f64,
    /// Drops: centre and radius.
    pub(crate) drops: Vec<(Point, f64)>,
    /// A ring that is not quite round.
    pub(crate) waver: Waver,
}

impl Stain {
    /// A mug or a cup, put down once.
    pub(crate) fn by_chance(centre: Point, dice: &mut Dice) -> Self {
        let radius_mm = dice.between(22.0, 42.0);
        let drop = |dice: &mut Dice| {
            let (sin, cos) = (dice.unit() * 6.3).sin_cos();
            let far = radius_mm * dice.between(0.2, 1.9);
            let at = Point::new(centre.x + far * cos, centre.y + far * sin);
            (at, dice.between(0.5, 3.5))
        };
        Self {
            centre,
            radius_mm,
            width_mm: dice.between(1.2, 4.0),
            ring: dice.between(0.25, 0.85),
            inside: dice.between(0.0, 0.22),
            open_towards: dice.unit() * 6.3,
            drops: (0..dice.index(6)).map(|_| drop(dice)).collect(),
            waver: Waver::by_chance(0.9, 50.0, dice),
        }
    }

    pub(super) fn befall(&self, paper: &mut Paper) {
        let reach = self.radius_mm + 2.0 * self.width_mm + 2.0;
        paper.change(&around(self.centre, reach), |at, pixel| {
            stained(pixel, self.strength(at));
        });
        for (centre, radius) in &self.drops {
            paper.change(&around(*centre, *radius), |at, pixel| {
                let inside = radius - centre.distance(at);
                if inside > 0.0 {
                    let rim = if inside < 0.5 { 1.0 } else { 0.55 };
                    stained(pixel, self.ring * 0.7 * rim);
                }
            });
        }
    }

    fn strength(&self, at: Point) -> f64 {
        let (dx, dy) = (at.x - self.centre.x, at.y - self.centre.y);
        let far = dx.hypot(dy);
        if far > self.radius_mm + 2.0 * self.width_mm + 1.0 {
            return 0.0;
        }
        let turn = dy.atan2(dx);
        let off = far - self.radius_mm - self.waver.at(turn.abs() * self.radius_mm);
        let open = 0.5 + 0.5 * (turn - self.open_towards).cos();
        let line =
            (1.0 - off.abs() / self.width_mm).max(0.0) * self.ring * (1.0 - 0.8 * open * open);
        let disc = if off < 0.0 { self.inside } else { 0.0 };
        line.max(disc)
    }
}

fn around(centre: Point, reach: f64) -> BoxMm {
    BoxMm::from([centre.x - reach, centre.y - reach, 2.0 * reach, 2.0 * reach])
}

fn stained(pixel: &mut [u8; 4], strength: f64) {
    if strength > 0.0 {
        dim(pixel, COFFEE.map(|keep| 1.0 - (1.0 - keep) * strength));
    }
}
