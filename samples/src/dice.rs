//! Chance, from a seed. The rolls are computed here from the raw words of the generator, so that a new
//! version of `rand` cannot change a committed sample.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

/// A source of chance that is fixed by its seed and stream.
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    /// The dice of one leaflet: every `stream` of a seed rolls differently.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(stream);
        Self(generator)
    }

    /// 32 random bits.
    pub(crate) fn bits(&mut self) -> u32 {
        self.0.next_u32()
    }

    /// From 0 up to, not including, 1.
    pub(crate) fn unit(&mut self) -> f64 {
        f64::from(self.bits()) / 4_294_967_296.0
    }

    /// From `low` to `high`.
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// From `-by` to `by`, the middle most often.
    pub(crate) fn spread(&mut self, by: f64) -> f64 {
        by * (self.unit() + self.unit() - 1.0)
    }

    /// Whether something that happens with this probability happens.
    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// One of `n`, from 0.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "small counts; the product is below n"
    )]
    pub(crate) fn index(&mut self, n: usize) -> usize {
        (self.unit() * n as f64) as usize
    }

    /// One of `choices`, which must not be empty.
    pub(crate) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.index(choices.len())]
    }
}
