use serde::Serialize;

/// A distribution.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Spread {
    pub(crate) n: usize,
    pub(crate) mean: f64,
    pub(crate) median: f64,
    pub(crate) p99: f64,
    pub(crate) max: f64,
}

impl Spread {
    /// All zero when there are no values.
    pub(super) fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        let n = values.len();
        let Some(max) = values.last().copied() else {
            return Self::default();
        };
        Self {
            n,
            mean: values.iter().sum::<f64>() / count(n),
            median: f64::midpoint(values[(n - 1) / 2], values[n / 2]),
            // The least value that 99 in 100 do not exceed.
            p99: values[(n * 99).div_ceil(100) - 1],
            max,
        }
    }
}

/// A part of a whole, 0 to 1; 0 of nothing.
pub(in crate::commands::eval) fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        0.0
    } else {
        count(part) / count(whole)
    }
}

/// The least number of characters to change, add or take away to make one text of the other.
///
/// Source: V. Levenshtein, *Binary codes capable of correcting deletions, insertions and reversals*, 1966.
pub(in crate::commands) fn edits(written: &str, read: &str) -> usize {
    let read: Vec<char> = read.chars().collect();
    let mut row: Vec<usize> = (0..=read.len()).collect();
    for (i, a) in written.chars().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, b) in read.iter().enumerate() {
            let change = before + usize::from(a != *b);
            before = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[read.len()]
}

/// The character error rate: edits for each character written.
pub(in crate::commands) fn cer(written: &str, read: &str) -> f64 {
    count(edits(written, read)) / count(written.chars().count().max(1))
}

#[expect(clippy::cast_precision_loss, reason = "counts of pages and characters")]
pub(in crate::commands::eval) fn count(n: usize) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn character_errors_are_counted_against_what_was_written() {
        assert!((cer("kitten", "sitting") - 0.5).abs() < 1e-9);
        assert!((cer("same", "same")).abs() < 1e-9);
        assert!((cer("ab", "") - 1.0).abs() < 1e-9);
        assert!((cer("£5", "£5 more") - 2.5).abs() < 1e-9);
    }

    #[test]
    fn the_99th_percentile_of_a_hundred_values_is_the_last_but_one() {
        let spread = Spread::of((1..=100).map(f64::from));
        assert!((spread.p99 - 99.0).abs() < 1e-9 && (spread.max - 100.0).abs() < 1e-9);
        assert!((spread.median - 50.5).abs() < 1e-9);
    }

    #[test]
    fn one_value_is_its_own_median_and_nothing_is_zero() {
        let one = Spread::of(std::iter::once(3.0));
        assert!((one.median - 3.0).abs() < 1e-9 && (one.p99 - 3.0).abs() < 1e-9);
        assert_eq!(Spread::of(std::iter::empty()).n, 0);
    }
}
