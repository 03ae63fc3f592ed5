//! From costs to a confidence that means what it says.

use crate::postal::Nearness;

/// From here on a candidate is sure; below it is only offered. The lowest of 0.97, 0.98, 0.985, 0.99 above which, on seed
/// 2 of the example `trial`, well under two readings in a thousand were wrong, with three services in a hundred left out
/// of the directory.
pub const SURE: f64 = 0.985;

/// What is known about the best candidate.
#[derive(Clone, Copy, Debug)]
pub struct Features {
    /// Its share against all other candidates and against none, as the logarithm of the odds.
    pub odds: f64,
    /// What its name costs.
    pub name_cost: f64,
    /// How much less that is than for a name that is in no directory.
    pub name_gain: f64,
    /// How near its postcode is.
    pub nearness: Nearness,
}

/// How many numbers a confidence is computed from.
pub const N_FEATURES: usize = 7;

/// The weights of a logistic regression: constant, odds, cost and gain of the name, own postcode, nearby, far.
/// Fitted by the example `trial` with `--fit` on seed 2.
pub const WEIGHTS: [f64; N_FEATURES] = [1.067, 0.872, -0.105, 0.006, 0.383, -0.699, -1.881];

impl Features {
    /// The numbers that the weights belong to.
    pub fn numbers(&self) -> [f64; N_FEATURES] {
        let near = matches!(self.nearness, Nearness::Sector | Nearness::District);
        let far = matches!(self.nearness, Nearness::Area | Nearness::Elsewhere);
        [
            1.0,
            self.odds.clamp(-8.0, 8.0),
            self.name_cost.min(20.0),
            self.name_gain.min(15.0),
            f64::from(self.nearness == Nearness::Own),
            f64::from(near),
            f64::from(far),
        ]
    }

    /// How probably the candidate is right.
    pub fn confidence(&self) -> f64 {
        let terms = self.numbers().into_iter().zip(WEIGHTS);
        let sum: f64 = terms.map(|(number, weight)| number * weight).sum();
        1.0 / (1.0 + (-sum).exp())
    }
}
