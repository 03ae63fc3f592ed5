//! Drift: how the boxes of a grid that was drawn by hand are off together.

use schemas::geometry::BoxMm;

use super::{Fit, MIN_CONTRAST};

/// A box this far from where the others say counts half.
const STRAY_MM: f64 = 0.25;
/// How often those that stray are trusted less.
const ROUNDS: usize = 6;
/// What keeps a single row or column from being bent across itself, in boxes of how many; the shift of all costs nothing.
const RIDGE: f64 = 0.01;
/// `1, x, y, x y, x², y²`: a page that was photographed is not flat.
const N_TERMS: usize = 6;

/// A shift that changes smoothly across and down the page, with x and y from -1 to 1 where the boxes are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Drift {
    middle: [f64; 2],
    half: [f64; 2],
    across: [f64; N_TERMS],
    down: [f64; N_TERMS],
}

impl Drift {
    /// The shift from boxes to what was found for them, that most of them agree on.
    pub(super) fn of(boxes: &[BoxMm], fits: &[Fit]) -> Self {
        let range = |of: fn(&BoxMm) -> f64| {
            let ends = boxes
                .iter()
                .map(of)
                .fold((f64::MAX, f64::MIN), |(low, high), at| {
                    (low.min(at), high.max(at))
                });
            (
                f64::midpoint(ends.0, ends.1),
                ((ends.1 - ends.0) / 2.0).max(1.0),
            )
        };
        let (across, down) = (range(|area| area.x), range(|area| area.y));
        let mut drift = Self {
            middle: [across.0, down.0],
            half: [across.1, down.1],
            across: [0.0; N_TERMS],
            down: [0.0; N_TERMS],
        };
        let seen = |fit: &Fit| (fit.contrast / MIN_CONTRAST).clamp(0.0, 1.0);
        let mut weights: Vec<f64> = fits.iter().map(seen).collect();
        for _ in 0..ROUNDS {
            drift.across = drift.fitted(boxes, &weights, |i| {
                middle_of(&fits[i].area).0 - middle_of(&boxes[i]).0
            });
            drift.down = drift.fitted(boxes, &weights, |i| {
                middle_of(&fits[i].area).1 - middle_of(&boxes[i]).1
            });
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
        let sum = |of: &[f64; N_TERMS]| terms.iter().zip(of).map(|(term, by)| term * by).sum();
        (sum(&self.across), sum(&self.down))
    }

    fn terms(&self, area: &BoxMm) -> [f64; N_TERMS] {
        let x = (area.x - self.middle[0]) / self.half[0];
        let y = (area.y - self.middle[1]) / self.half[1];
        [1.0, x, y, x * y, x * x, y * y]
    }

    /// Weighted least squares.
    fn fitted(
        &self,
        boxes: &[BoxMm],
        weights: &[f64],
        shift: impl Fn(usize) -> f64,
    ) -> [f64; N_TERMS] {
        let mut rows = [[0.0; N_TERMS + 1]; N_TERMS];
        for (i, area) in boxes.iter().enumerate() {
            let terms = self.terms(area);
            for (row, term) in rows.iter_mut().zip(terms) {
                for (cell, other) in row.iter_mut().zip(terms) {
                    *cell += weights[i] * term * other;
                }
                row[N_TERMS] += weights[i] * term * shift(i);
            }
        }
        for (i, row) in rows.iter_mut().enumerate() {
            row[i] += if i == 0 {
                f64::EPSILON
            } else {
                RIDGE * boxes.len() as f64
            };
        }
        solved(rows)
    }
}

fn middle_of(area: &BoxMm) -> (f64, f64) {
    (area.x + area.width / 2.0, area.y + area.height / 2.0)
}

/// Gauss–Jordan; the ridge keeps the diagonal away from nothing.
fn solved(mut rows: [[f64; N_TERMS + 1]; N_TERMS]) -> [f64; N_TERMS] {
    for i in 0..N_TERMS {
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
    std::array::from_fn(|i| rows[i][N_TERMS] / rows[i][i])
}
