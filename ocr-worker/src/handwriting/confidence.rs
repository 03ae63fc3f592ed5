//! How much of a line is wrong, told from how it was read.
//!
//! A logistic regression over [`Features`], then a curve that never falls (isotonic regression), so that the answer is the share
//! of wrong characters to be expected. Both were fitted by `training/postbag_lines/calibration.py` (`models/README.md` names the lines).

use super::beam::Guess;
use super::language::{Language, WordHash};
use super::network::{CHARACTERS, Scores};

/// How many numbers describe a reading.
pub const N_FEATURES: usize = 8;

/// Fitted: what each number counts.
const SLOPES: [f64; N_FEATURES] = [
    1.1749, 1.6975, 0.5692, 0.3438, 0.4208, -0.2647, -0.3341, 1.7423,
];
/// Fitted: the share where all of them are zero, as a logit.
const INTERCEPT: f64 = -3.7996;
/// Fitted: what the regression says, and what was the case.
const CURVE: [(f64, f64); 14] = [
    (0.0000, 0.0000),
    (0.0059, 0.0006),
    (0.0110, 0.0045),
    (0.0175, 0.0142),
    (0.0257, 0.0160),
    (0.0364, 0.0349),
    (0.0511, 0.0556),
    (0.0652, 0.0625),
    (0.0911, 0.0849),
    (0.1238, 0.1563),
    (0.1838, 0.2012),
    (0.2685, 0.2871),
    (0.5539, 0.5147),
    (1.0000, 0.9608),
];

/// How a line was read, in numbers; see [`Features::of`] for their order.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Features {
    /// The numbers.
    pub values: [f64; N_FEATURES],
    /// Nothing was read.
    pub empty: bool,
}

impl Features {
    /// Looks at the guesses of a line, the best first.
    ///
    /// In this order: doubt of the network in the text, a character; doubt in its own best signs, a character; the difference
    /// (how far the text is from what was seen); words that are not known, as a share; doubt of the language, a sign; frames a
    /// character; how far behind the second guess is; characters that the other guesses read otherwise.
    pub fn of(scores: &Scores, guesses: &[Guess]) -> Self {
        let Some(best) = guesses.first().filter(|best| !best.classes.is_empty()) else {
            return Self {
                empty: true,
                ..Self::default()
            };
        };
        let n = best.classes.len() as f64;
        let highest =
            |frame: &[f32]| f64::from(frame.iter().copied().fold(f32::NEG_INFINITY, f32::max));
        let seen = scores.frames().map(highest).sum::<f64>();
        let network = f64::from(best.network);
        let (language, unknown) = language(&best.classes);
        let ahead = guesses
            .get(1)
            .map_or(BEHIND, |second| best.score() - second.score());
        let values = [
            -network / n,
            -seen / n,
            (seen - network) / n,
            unknown,
            -language,
            (scores.frames().count() as f64 / n).ln(),
            f64::from(ahead.min(BEHIND)),
            otherwise(guesses) / n,
        ];
        Self {
            values,
            empty: false,
        }
    }
}

/// Guesses farther behind than this are as good as none.
const BEHIND: f32 = 8.0;

/// The expected share of wrong characters, 0 to 1; where nothing was read, nothing is right.
pub fn predicted_cer(features: &Features) -> f64 {
    if features.empty {
        return 1.0;
    }
    let sum = features
        .values
        .iter()
        .zip(SLOPES)
        .map(|(value, slope)| value * slope)
        .sum::<f64>();
    let raw = 1.0 / (1.0 + (-(sum + INTERCEPT)).exp());
    curve(raw)
}

/// Between the knots of the curve straight lines, beyond them the last value.
fn curve(raw: f64) -> f64 {
    let after = CURVE.partition_point(|(x, _)| *x < raw);
    let (Some(left), Some(right)) = (CURVE.get(after.wrapping_sub(1)), CURVE.get(after)) else {
        return CURVE[after.min(CURVE.len() - 1)].1;
    };
    left.1 + (right.1 - left.1) * (raw - left.0) / (right.0 - left.0)
}

/// The mean log-probability of the signs, and the share of words that are not known.
fn language(classes: &[usize]) -> (f64, f64) {
    let model = Language::of_program();
    let characters = CHARACTERS.as_bytes();
    let (mut history, mut sum) = (model.start(), 0.0);
    let (mut n_words, mut n_unknown, mut word, mut length) = (0.0, 0.0, WordHash::default(), 0);
    let space = characters
        .iter()
        .position(|c| *c == b' ')
        .map_or(0, |place| place + 1);
    for class in classes.iter().chain([&space]) {
        let sign = model.sign(*class);
        sum += f64::from(model.score(&model.contexts(history), sign));
        history = history.then(sign);
        let letter = characters.get(class - 1);
        if let Some(letter) = letter.filter(|c| c.is_ascii_alphabetic()) {
            (word, length) = (word.then(*letter), length + 1);
            continue;
        }
        n_words += f64::from(u8::from(length > 1));
        n_unknown += f64::from(u8::from(length > 1 && !model.knows(word)));
        (word, length) = (WordHash::default(), 0);
    }
    (
        sum / (classes.len() + 1) as f64,
        n_unknown / f64::max(n_words, 1.0),
    )
}

/// How many characters the guesses read otherwise than the best one, each as likely as its score says.
fn otherwise(guesses: &[Guess]) -> f64 {
    let best = &guesses[0];
    let weight = |guess: &Guess| f64::from(guess.score() - best.score()).exp();
    let near = guesses
        .iter()
        .filter(|guess| best.score() - guess.score() < BEHIND);
    let (mut sum, mut total) = (0.0, 0.0);
    for guess in near {
        sum += weight(guess) * edits(&best.classes, &guess.classes) as f64;
        total += weight(guess);
    }
    sum / total
}

/// Levenshtein's distance.
fn edits(a: &[usize], b: &[usize]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let other = before + usize::from(x != y);
            before = row[j + 1];
            row[j + 1] = other.min(row[j] + 1).min(before + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guess(classes: &[usize], network: f32) -> Guess {
        Guess {
            classes: classes.to_vec(),
            network,
            language: 0.0,
            n_unknown: 0,
        }
    }

    #[test]
    fn doubt_makes_errors_likelier_and_nothing_read_is_all_wrong() {
        let sure = Scores::new(2, vec![-0.01, -5.0, -5.0, -0.01]);
        let doubtful = Scores::new(2, vec![-0.9, -0.5, -0.6, -0.8]);
        let predicted = |scores, guesses: &[Guess]| predicted_cer(&Features::of(scores, guesses));
        let low = predicted(&sure, &[guess(&[1], -0.02)]);
        let high = predicted(&doubtful, &[guess(&[1], -1.3), guess(&[2], -1.4)]);
        assert!(low < high && high < 1.0, "{low} {high}");
        assert!(predicted(&sure, &[guess(&[], 0.0)]) > 0.999);
    }

    #[test]
    fn the_curve_never_falls() {
        let steps = (0..=100).map(|i| curve(f64::from(i) / 100.0));
        let values: Vec<f64> = steps.collect();
        assert!(values.is_sorted() && values[0] < 1e-9 && values[100] < 1.0);
    }
}
