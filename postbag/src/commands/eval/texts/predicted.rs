//! Whether the engine knows how much it reads wrong.

use serde::Serialize;

use super::{GOOD_CER, Text};
use crate::commands::eval::figures::{count, share};
use crate::output::line;

/// What the engine expects to be wrong, beside what is.
#[derive(Debug, Serialize)]
pub(super) struct Predicted {
    /// Spearman's rank correlation of the expected and the real share of wrong characters.
    spearman: f64,
    mean_expected: f64,
    mean_real: f64,
    /// Pictures of which at most 6 % are expected to be wrong, and how many of them are at or under 10 %.
    good: usize,
    good_indeed: usize,
}

impl Predicted {
    /// Nothing where the engine does not tell.
    pub(super) fn of(texts: &[Text]) -> Option<Self> {
        let told = texts
            .iter()
            .filter_map(|text| Some((text.predicted_cer?, text.cer)));
        let told: Vec<(f64, f64)> = told.collect();
        if told.len() < 3 {
            return None;
        }
        let (predicted, real): (Vec<f64>, Vec<f64>) = told.iter().copied().unzip();
        let good = || {
            told.iter()
                .filter(|(predicted, _)| *predicted <= GOOD_CER[0])
        };
        Some(Self {
            spearman: correlation(&ranks(&predicted), &ranks(&real)),
            mean_expected: mean(&predicted),
            mean_real: mean(&real),
            good: good().count(),
            good_indeed: good().filter(|(_, real)| *real <= GOOD_CER[1]).count(),
        })
    }

    pub(super) fn print(&self) -> anyhow::Result<()> {
        line(&format!(
            "expected to be wrong: {:.1} %, really {:.1} %, rank correlation {:.2}",
            100.0 * self.mean_expected,
            100.0 * self.mean_real,
            self.spearman,
        ))?;
        line(&format!(
            "at most 6 % expected: {} pictures, {:.0} % of them really at or under 10 %",
            self.good,
            100.0 * share(self.good_indeed, self.good),
        ))
    }
}

/// The place of each value among all, from 0; equal ones share the mean of theirs.
fn ranks(values: &[f64]) -> Vec<f64> {
    let rank = |value: &f64| {
        let below = values.iter().filter(|other| *other < value).count();
        let not_above = values.iter().filter(|other| *other <= value).count();
        count(below + not_above - 1) / 2.0
    };
    values.iter().map(rank).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / count(values.len()).max(1.0)
}

/// Pearson's correlation; 0 where one of both does not vary.
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let (mean_a, mean_b) = (mean(a), mean(b));
    let pairs = || a.iter().zip(b).map(|(a, b)| (a - mean_a, b - mean_b));
    let together: f64 = pairs().map(|(a, b)| a * b).sum();
    let squares = pairs().fold((0.0, 0.0), |(aa, bb), (a, b)| (aa + a * a, bb + b * b));
    let spread = (squares.0 * squares.1).sqrt();
    if spread > 0.0 { together / spread } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rises_together_correlates_by_rank_however_unevenly() {
        let rising = correlation(&ranks(&[1.0, 2.0, 3.0]), &ranks(&[1.0, 10.0, 11.0]));
        assert!((rising - 1.0).abs() < 1e-9);
        let falling = correlation(&ranks(&[1.0, 2.0, 3.0]), &ranks(&[3.0, 2.0, 1.0]));
        assert!((falling + 1.0).abs() < 1e-9);
        assert!(ranks(&[5.0, 1.0, 5.0]).iter().sum::<f64>() - 3.0 < 1e-9);
    }
}
