//! Drift: how the boxes of a grid that was drawn by hand are off together.

use schemas::geometry::BoxMm;

use super::{Fit, MIN_CONTRAST};

/// A box this far from where the others say counts half.
const STRAY_MM: f64 = 0.25;
/// How often those that stray are trusted less.
const ROUNDS: usize = 6;
/// What keeps a single row or column from being stretched across itself; small beside one box that is a centimetre away.
const RIDGE: f64 = 1e-3;

/// A shift that grows evenly across and down the page: `a + b x + c y`, with x and y from the middle of the boxes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Drift {
    middle: [f64; 2],
    across: [f64; 3],
    down: [f64; 3],
}

impl Drift {
    /// The shift from boxes to what was found for them, that most of them agree on.
    pub(super) fn of(boxes: &[BoxMm], fits: &[Fit]) -> Self {
        let n_boxes = boxes.len().max(1) as f64;
        let mean = |of: fn(&BoxMm) -> f64| boxes.iter().map(of).sum::<f64>() / n_boxes;
        let mut drift = Self {
            middle: [mean(|a| a.x), mean(|a| a.y)],
            across: [0.0; 3],
            down: [0.0; 3],
        };
        let seen = |fit: &Fit| (fit.contrast / MIN_CONTRAST).clamp(0.0, 1.0);
        let mut weights: Vec<f64> = fits.iter().map(seen).collect();
        for _ in 0..ROUNDS {
            drift.across = drift.fitted(boxes, &weights, |i| middle_of(&fits[i].area).0 - middle_of(&boxes[i]).0);
            drift.down = drift.fitted(boxes, &weights, |i| middle_of(&fits[i].area).1 - middle_of(&boxes[i]).1);
            for (i, weight) in weights.iter_mut().enumerate() {
                let (dx, dy) = drift.at(&boxes[i]);
                let (from, to) = (middle_of(&boxes[i]), middle_of(&fits[i].area));
                let stray_mm = (to.0 - from.0 - dx).hypot(to.1 - from.1 - dy);
                *weight = seen(&fits[i]) / (1.0 + (stray_mm / STRAY_MM).powi(2));
            }
        }
        drift
    }

    /// The boxes where they belong.
    pub(super) fn apply(&self, boxes: &[BoxMm]) -> Vec<BoxMm> {
        let shifted = |area: &BoxMm| {
            let (dx, dy) = self.at(area);
            super::moved(*area, dx, dy)
        };
        boxes.iter().map(shifted).collect()
    }

    fn at(&self, area: &BoxMm) -> (f64, f64) {
        let terms = self.terms(area);
        let sum = |of: &[f64; 3]| terms.iter().zip(of).map(|(term, by)| term * by).sum();
        (sum(&self.across), sum(&self.down))
    }

    fn terms(&self, area: &BoxMm) -> [f64; 3] {
        [1.0, area.x - self.middle[0], area.y - self.middle[1]]
    }

    /// Weighted least squares.
    fn fitted(&self, boxes: &[BoxMm], weights: &[f64], shift: impl Fn(usize) -> f64) -> [f64; 3] {
        let mut rows = [[0.0; 4]; 3];
        for (i, area) in boxes.iter().enumerate() {
            let terms = self.terms(area);
            for (row, term) in rows.iter_mut().zip(terms) {
                for (cell, other) in row.iter_mut().zip(terms) {
                    *cell += weights[i] * term * other;
                }
                row[3] += weights[i] * term * shift(i);
            }
        }
        for (i, row) in rows.iter_mut().enumerate() {
            row[i] += RIDGE;
        }
        solved(rows)
    }
}

fn middle_of(area: &BoxMm) -> (f64, f64) {
    (area.x + area.width / 2.0, area.y + area.height / 2.0)
}

/// Gauss–Jordan; the ridge keeps the diagonal away from nothing.
fn solved(mut rows: [[f64; 4]; 3]) -> [f64; 3] {
    for i in 0..3 {
        let pivot = rows[i];
        for (j, row) in rows.iter_mut().enumerate() {
            if i != j {
                let factor = row[i] / pivot[i];
                for (cell, of_pivot) in row.iter_mut().zip(pivot) {
                    *cell -= factor * of_pivot;
                }
            }
        }
    }
    [0, 1, 2].map(|i| rows[i][3] / rows[i][i])
}
