//! A way in that is looked at again and again: pauses grow while it fails, and pages say what is wrong with it.

use std::error::Error;
use std::time::Duration;

use store::TroubleWords;

use crate::intake::Intake;

/// How the rounds of one way in went.
#[derive(Debug)]
pub(crate) struct Rounds {
    intake: Intake,
    /// What logs call it.
    way_in: &'static str,
    /// What pages call it.
    part: String,
    longest_pause: Duration,
    n_failures: u32,
}

impl Rounds {
    /// Before the first round. `longest_pause` is that after rounds that failed.
    pub(crate) fn new(
        intake: &Intake,
        way_in: &'static str,
        part: String,
        longest_pause: Duration,
    ) -> Self {
        Self {
            intake: intake.clone(),
            way_in,
            part,
            longest_pause,
            n_failures: 0,
        }
    }

    /// How many rounds have failed since the last that did not.
    pub(crate) fn n_failures(&self) -> u32 {
        self.n_failures
    }

    /// Notes why a round failed. Logged once, not at every round.
    pub(crate) async fn failed(
        &mut self,
        error: &(impl Error + Sync + 'static),
        words: TroubleWords,
    ) {
        if self.n_failures == 0 {
            let (way_in, error) = (self.way_in, error as &(dyn Error + 'static));
            tracing::error!(error, way_in, "a way in cannot be worked off; trying again");
        }
        self.n_failures += 1;
        self.note(Some(words)).await;
    }

    /// Notes that a round did not fail, and what holds up a part of what is to be taken in.
    pub(crate) async fn went_well(&mut self, hindrance: Option<TroubleWords>) {
        if self.n_failures > 0 {
            let (n_failures, way_in) = (self.n_failures, self.way_in);
            tracing::info!(n_failures, way_in, "a way in is worked off again");
        }
        self.n_failures = 0;
        self.note(hindrance).await;
    }

    async fn note(&self, words: Option<TroubleWords>) {
        let (store, now) = (&self.intake.store, self.intake.clock.now());
        // Boxed: what is rarely done must not make every round larger.
        match words {
            Some(words) => Box::pin(store.note_trouble(&self.part, words, now)).await,
            None => Box::pin(store.clear_trouble(&self.part, now)).await,
        }
    }

    /// The pause until the next round, when it is `usual` while all is well.
    pub(crate) fn pause(&self, usual: Duration) -> Duration {
        match self.n_failures {
            0 => usual,
            n => back_off(usual, n, self.longest_pause),
        }
    }
}

fn back_off(usual: Duration, n_failures: u32, longest: Duration) -> Duration {
    let doubled = usual.saturating_mul(1 << n_failures.min(16));
    doubled.min(longest.max(usual))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_the_longest_and_are_never_shorter_than_usual() {
        let (second, minute) = (Duration::from_secs(1), Duration::from_mins(1));
        let longest = Duration::from_secs(5);
        assert_eq!(back_off(second, 1, longest), Duration::from_secs(2));
        assert_eq!(back_off(second, 2, longest), Duration::from_secs(4));
        assert_eq!(back_off(second, 3, longest), longest);
        assert_eq!(back_off(second, u32::MAX, longest), longest);
        assert_eq!(back_off(minute, 1, longest), minute);
    }
}
