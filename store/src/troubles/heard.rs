use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use schemas::TimeMs;

use super::{CONFIRM_MS, Trouble, TroubleWords};

/// What the parts of this process have said about themselves.
#[derive(Debug, Default)]
pub(crate) struct Heard(Mutex<BTreeMap<String, Part>>);

/// One part.
#[derive(Debug, Default)]
struct Part {
    /// What is wrong with it.
    trouble: Option<Trouble>,
    /// Whether the table says so as well. At first it may still hold what a process of before has said.
    is_told: bool,
    /// When telling was last tried.
    tried_at: Option<TimeMs>,
}

impl Part {
    /// Whether telling was tried a moment ago.
    fn was_just_tried(&self, now: TimeMs) -> bool {
        self.tried_at
            .is_some_and(|tried_at| now < tried_at.plus_ms(CONFIRM_MS))
    }

    fn try_now(&mut self, now: TimeMs) {
        self.is_told = false;
        self.tried_at = Some(now);
    }
}

impl Heard {
    /// Notes a trouble; gives it back when the others must be told.
    pub(super) fn note(&self, part: &str, words: TroubleWords, now: TimeMs) -> Option<Trouble> {
        let mut parts = self.parts();
        let known = parts.entry(part.to_owned()).or_default();
        let is_news = known
            .trouble
            .as_ref()
            .is_none_or(|known| known.words != words);
        let trouble = Trouble {
            part: part.to_owned(),
            words,
            since: known.trouble.as_ref().map_or(now, |known| known.since),
        };
        known.trouble = Some(trouble.clone());
        if !is_news && known.was_just_tried(now) {
            return None;
        }
        known.try_now(now);
        Some(trouble)
    }

    /// Notes that a part works; whether the others must be told.
    pub(super) fn clear(&self, part: &str, now: TimeMs) -> bool {
        let mut parts = self.parts();
        let known = parts.entry(part.to_owned()).or_default();
        let is_news = known.trouble.take().is_some();
        if !is_news && (known.is_told || known.was_just_tried(now)) {
            return false;
        }
        known.try_now(now);
        true
    }

    /// Notes whether the others were told this. Something else may have been noted meanwhile.
    pub(super) fn told(&self, part: &str, said: Option<&Trouble>, is_told: bool) {
        if let Some(known) = self.parts().get_mut(part)
            && known.trouble.as_ref() == said
        {
            known.is_told = is_told;
        }
    }

    /// What is wrong.
    pub(super) fn troubles(&self) -> Vec<Trouble> {
        let parts = self.parts();
        parts
            .values()
            .filter_map(|part| part.trouble.clone())
            .collect()
    }

    /// Whether what the table says about a part is out of date: it is in trouble here, or it is not and the table
    /// could not be told. The queue of another process may be in trouble while ours works.
    pub(super) fn knows_better(&self, part: &str) -> bool {
        let parts = self.parts();
        parts
            .get(part)
            .is_some_and(|known| known.trouble.is_some() || !known.is_told)
    }

    fn parts(&self) -> MutexGuard<'_, BTreeMap<String, Part>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
