//! Folds: a dark or a light line, and a shading on one side of it.

use schemas::geometry::BoxMm;
use schemas::layout::FoldDirection;

use super::{Paper, Waver, dim};
use crate::dice::Dice;

/// A fold from edge to edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Fold {
    /// Which way it runs.
    pub(crate) runs: FoldDirection,
    /// How far it is from the top edge (across) or from the left edge (down), in the middle of the page.
    pub(crate) at_mm: f64,
    /// How far it is askew, as a tangent.
    pub(crate) askew: f64,
    /// How wide the line is.
    pub(crate) width_mm: f64,
    /// How much light the line keeps: below 1 dark, above 1 light (toner has flaked off).
    pub(crate) line: f64,
    /// How much light the shaded side keeps beside the line.
    pub(crate) shaded: f64,
    /// How far the shading reaches; negative: to the other side.
    pub(crate) reach_mm: f64,
    /// Nobody folds quite straight.
    pub(crate) waver: Waver,
    /// The page's middle along the fold, from where the askewness is counted, and the page's width.
    page_mm: [f64; 2],
}

impl Fold {
    /// Where and which way it is folded is said; how sharply is chance.
    pub(crate) fn by_chance(
        runs: FoldDirection,
        at_mm: f64,
        page_mm: [f64; 2],
        dice: &mut Dice,
    ) -> Self {
        let light = dice.chance(0.4);
        Self {
            runs,
            at_mm,
            askew: dice.spread(0.012),
            width_mm: dice.between(0.2, 0.7),
            line: if light {
                dice.between(1.3, 2.5)
            } else {
                dice.between(0.5, 0.85)
            },
            shaded: dice.between(0.82, 0.98),
            reach_mm: dice.between(8.0, 30.0) * if dice.chance(0.5) { 1.0 } else { -1.0 },
            waver: Waver::by_chance(0.25, 60.0, dice),
            page_mm,
        }
    }

    pub(super) fn mirrored(&self) -> Self {
        match self.runs {
            FoldDirection::Across => Self {
                askew: -self.askew,
                ..*self
            },
            FoldDirection::Down => Self {
                at_mm: self.page_mm[0] - self.at_mm,
                askew: -self.askew,
                reach_mm: -self.reach_mm,
                ..*self
            },
        }
    }

    pub(super) fn befall(&self, paper: &mut Paper) {
        let [width, height] = paper.size_mm();
        let reach = self.reach_mm.abs() + 4.0;
        let area = match self.runs {
            FoldDirection::Across => [0.0, self.at_mm - reach, width, 2.0 * reach],
            FoldDirection::Down => [self.at_mm - reach, 0.0, 2.0 * reach, height],
        };
        let middle = match self.runs {
            FoldDirection::Across => width / 2.0,
            FoldDirection::Down => height / 2.0,
        };
        // The line wavers slowly: once for each millimetre is enough.
        let line: Vec<f64> = (0..=1 + width.max(height) as u32)
            .map(|along| {
                let along = f64::from(along);
                self.at_mm + self.askew * (along - middle) + self.waver.at(along)
            })
            .collect();
        paper.change(&BoxMm::from(area), |at, pixel| {
            let (along, across) = match self.runs {
                FoldDirection::Across => (at.x, at.y),
                FoldDirection::Down => (at.y, at.x),
            };
            let keep = self.light(across - line[along as usize]);
            if (keep - 1.0).abs() > 0.004 {
                change(pixel, keep);
            }
        });
    }

    /// How much light is kept at a distance from the line.
    fn light(&self, off_mm: f64) -> f64 {
        let beside = off_mm / self.reach_mm;
        let shade = if (0.0..1.0).contains(&beside) {
            1.0 - (1.0 - self.shaded) * (1.0 - beside)
        } else {
            1.0
        };
        let near = 1.0 - (off_mm.abs() / self.width_mm).min(1.0);
        shade * (1.0 + (self.line - 1.0) * near)
    }
}

fn change(pixel: &mut [u8; 4], keep: f64) {
    if keep > 1.0 {
        // Flaked toner shows the paper.
        super::cover(pixel, [250, 248, 244], ((keep - 1.0) / 1.5).min(1.0));
    } else {
        dim(pixel, [keep; 3]);
    }
}
