//! Torn corners and torn edges.

use schemas::geometry::{BoxMm, Point};

use super::{Paper, Waver, cover};
use crate::dice::Dice;

/// Something was torn off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Tear {
    /// What is gone.
    pub(crate) from: TornFrom,
    /// The line along which it went.
    pub(crate) waver: Waver,
    /// How broad the white edge of torn paper is.
    pub(crate) fibre_mm: f64,
    /// The page.
    pub(crate) page_mm: [f64; 2],
}

/// What was torn off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum TornFrom {
    /// A corner.
    Corner {
        /// Whether it is at the right, and whether it is at the bottom.
        right_bottom: [bool; 2],
        /// How much of the level and of the upright edge is gone.
        legs_mm: [f64; 2],
    },
    /// A strip along a whole edge: the gum was stronger than the paper.
    Edge {
        /// Which: 0 left, 1 top, 2 right, 3 bottom.
        edge: usize,
        /// How broad it is in the middle.
        depth_mm: f64,
    },
}

impl Tear {
    /// Torn with a steady hand or not.
    pub(crate) fn by_chance(from: TornFrom, page_mm: [f64; 2], dice: &mut Dice) -> Self {
        Self {
            from,
            waver: Waver::by_chance(dice.between(0.8, 2.4), 40.0, dice),
            fibre_mm: dice.between(0.3, 1.2),
            page_mm,
        }
    }

    pub(super) fn mirrored(&self) -> Self {
        let from = match self.from {
            TornFrom::Corner {
                right_bottom: [right, bottom],
                legs_mm,
            } => TornFrom::Corner {
                right_bottom: [!right, bottom],
                legs_mm,
            },
            TornFrom::Edge { edge, depth_mm } => TornFrom::Edge {
                edge: [2, 1, 0, 3][edge % 4],
                depth_mm,
            },
        };
        Self { from, ..*self }
    }

    pub(super) fn hides(&self, at: Point) -> bool {
        self.inside_mm(at) < self.fibre_mm
    }

    pub(super) fn befall(&self, paper: &mut Paper) {
        let behind = paper.behind;
        paper.change(&self.area(), |at, pixel| {
            let inside = self.inside_mm(at);
            if inside < 0.0 {
                cover(pixel, behind, 1.0);
            } else if inside < self.fibre_mm {
                cover(pixel, [238, 236, 232], 1.0);
            }
        });
    }

    /// How far inside of what is left a place is; negative where the paper is gone.
    fn inside_mm(&self, at: Point) -> f64 {
        let [width, height] = self.page_mm;
        match self.from {
            TornFrom::Corner {
                right_bottom: [right, bottom],
                legs_mm: [a, b],
            } => {
                let u = if right { width - at.x } else { at.x };
                let v = if bottom { height - at.y } else { at.y };
                let length = a.hypot(b);
                (u * b + v * a - a * b) / length + self.waver.at((u * a - v * b) / length)
            }
            TornFrom::Edge { edge, depth_mm } => {
                let (into, along) = match edge % 4 {
                    0 => (at.x, at.y),
                    1 => (at.y, at.x),
                    2 => (width - at.x, at.y),
                    _ => (height - at.y, at.x),
                };
                into - depth_mm + self.waver.at(along)
            }
        }
    }

    fn area(&self) -> BoxMm {
        const MORE_MM: f64 = 6.0;
        let [width, height] = self.page_mm;
        let [w, h] = match self.from {
            TornFrom::Corner { legs_mm, .. } => legs_mm.map(|leg| leg + MORE_MM),
            TornFrom::Edge { edge, depth_mm } if edge % 2 == 0 => [depth_mm + MORE_MM, height],
            TornFrom::Edge { depth_mm, .. } => [width, depth_mm + MORE_MM],
        };
        let [right, bottom] = match self.from {
            TornFrom::Corner { right_bottom, .. } => right_bottom,
            TornFrom::Edge { edge, .. } => [edge == 2, edge == 3],
        };
        let x = if right { width - w } else { 0.0 };
        let y = if bottom { height - h } else { 0.0 };
        BoxMm::from([x, y, w, h])
    }
}
