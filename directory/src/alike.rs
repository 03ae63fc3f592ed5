//! How far two texts are apart when a person wrote one and a machine read it.

use std::sync::LazyLock;

/// What it costs, in nats, to take a letter for one that looks like it in handwriting.
const ALIKE_COST: f64 = 1.1;
/// What it costs to take it for any other one.
const OTHER_COST: f64 = 2.4;
/// What a letter costs that was missed or made up.
const GAP_COST: f64 = 2.2;
/// A letter that could not be read stands for any.
const UNREAD_COST: f64 = 0.4;

/// Groups of letters that look alike in handwriting.
const ALIKE: &[&str] = &[
    "aou", "ec", "ceo", "nru", "nhr", "uvy", "vw", "mnw", "il1jt", "lt", "tf", "gqy9", "hbk",
    "dao", "sz5", "o0", "s8", "b8", "b6", "z2", "g6", "rv", "xk", "pf", "ij", "e6", "es", "7t1",
    "q9",
];

/// What the differences between two texts cost together; 0 for equal texts. Stops counting beyond `limit`.
pub(crate) fn distance(read: &[u8], true_text: &[u8], limit: f64) -> f64 {
    if read == true_text {
        return 0.0;
    }
    let mut row: Vec<f64> = costs(GAP_COST).take(true_text.len() + 1).collect();
    for &from in read {
        let mut diagonal = row[0];
        row[0] += GAP_COST;
        let mut least = row[0];
        for (j, &to) in true_text.iter().enumerate() {
            let kept = diagonal + substitution(from, to);
            diagonal = row[j + 1];
            row[j + 1] = kept.min(row[j] + GAP_COST).min(diagonal + GAP_COST);
            least = least.min(row[j + 1]);
        }
        if least > limit {
            return f64::INFINITY;
        }
    }
    row[true_text.len()]
}

fn costs(each: f64) -> impl Iterator<Item = f64> {
    std::iter::successors(Some(0.0), move |cost| Some(cost + each))
}

/// What it costs to read `to` as `from`.
pub(crate) fn substitution(from: u8, to: u8) -> f64 {
    let (from, to) = (from.to_ascii_lowercase(), to.to_ascii_lowercase());
    if from == to {
        0.0
    } else if from == b'?' {
        UNREAD_COST
    } else if alike(from, to) {
        ALIKE_COST
    } else {
        OTHER_COST
    }
}

/// Whether two letters look alike in handwriting.
pub fn alike(one: u8, other: u8) -> bool {
    TABLE
        .get(usize::from(one))
        .and_then(|row| row.get(usize::from(other)))
        .is_some_and(|alike| *alike)
}

/// [`ALIKE`], looked up by two letters: it is asked a million times for each service that is looked for.
static TABLE: LazyLock<Vec<[bool; 128]>> = LazyLock::new(|| {
    let mut table = vec![[false; 128]; 128];
    for group in ALIKE {
        for one in group.bytes() {
            for other in group.bytes() {
                table[usize::from(one)][usize::from(other)] = true;
            }
        }
    }
    table
});

/// How many letters differ, as a person would count them.
pub(crate) fn n_differing(one: &str, other: &str) -> usize {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for &from in one {
        let mut diagonal = row[0];
        row[0] += 1;
        for (j, &to) in other.iter().enumerate() {
            let kept = diagonal + usize::from(from != to);
            diagonal = row[j + 1];
            row[j + 1] = kept.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apart(one: &str, other: &str) -> f64 {
        distance(one.as_bytes(), other.as_bytes(), 100.0)
    }

    #[test]
    fn letters_that_look_alike_cost_less() {
        assert!(apart("leeds", "leeds") < 1e-9);
        assert!(apart("lecds", "leeds") < apart("lepds", "leeds"));
        assert!((apart("leds", "leeds") - GAP_COST).abs() < 1e-9);
        assert!(apart("l?eds", "leeds") < apart("lceds", "leeds"));
        assert_eq!(n_differing("genral", "general"), 1);
    }

    #[test]
    fn texts_beyond_the_limit_are_not_looked_at_further() {
        assert!(distance(b"abcdefgh", b"zzzzzzzz", 3.0).is_infinite());
    }
}
