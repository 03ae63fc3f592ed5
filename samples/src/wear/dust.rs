//! Specks and hairs on the glass.

use schemas::geometry::{BoxMm, Point};

use super::{Paper, cover};
use crate::dice::Dice;

/// Specks and hairs, strewn by chance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Dust {
    /// How many specks.
    pub(crate) n_specks: u32,
    /// How many hairs.
    pub(crate) n_hairs: u32,
    /// How large the largest speck is.
    pub(crate) largest_mm: f64,
}

impl Dust {
    /// A glass that was not wiped for a week, or for a month.
    pub(crate) fn by_chance(dice: &mut Dice) -> Self {
        Self {
            n_specks: 20 + dice.bits() % 300,
            n_hairs: dice.bits() % 5,
            largest_mm: dice.between(0.15, 0.45),
        }
    }

    pub(super) fn befall(&self, paper: &mut Paper, dice: &mut Dice) {
        let size = paper.size_mm();
        for _ in 0..self.n_specks {
            let at = somewhere(size, dice);
            let radius = self.largest_mm * dice.between(0.15, 1.0) / 2.0;
            let grey = 40 + (dice.bits() % 120) as u8;
            speck(paper, at, radius, grey);
        }
        for _ in 0..self.n_hairs {
            hair(paper, somewhere(size, dice), dice);
        }
    }
}

fn somewhere([width, height]: [f64; 2], dice: &mut Dice) -> Point {
    Point::new(width * dice.unit(), height * dice.unit())
}

fn speck(paper: &mut Paper, at: Point, radius_mm: f64, grey: u8) {
    let soft = 1.0 / paper.px_per_mm;
    let reach = radius_mm + soft;
    let area = BoxMm::from([at.x - reach, at.y - reach, 2.0 * reach, 2.0 * reach]);
    paper.change(&area, |place, pixel| {
        let share = ((radius_mm - at.distance(place)) / soft + 0.5).clamp(0.0, 1.0);
        if share > 0.0 && pixel[1] > grey {
            cover(pixel, [grey; 3], share);
        }
    });
}

/// A bent line of specks, five to twenty millimetres long.
fn hair(paper: &mut Paper, mut at: Point, dice: &mut Dice) {
    let mut turn = dice.unit() * 6.3;
    let bend = dice.spread(0.12);
    for _ in 0..(dice.between(5.0, 20.0) / 0.08) as u32 {
        speck(paper, at, 0.05, 110);
        turn += bend * dice.unit() * 0.5;
        at = Point::new(at.x + 0.08 * turn.cos(), at.y + 0.08 * turn.sin());
    }
}
