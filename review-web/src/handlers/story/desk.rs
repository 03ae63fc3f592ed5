//! Opening a story: who holds it, and what may be done.

use schemas::record::StoryState;
use store::{Claim, Lease, StoryRecord};

use super::rules::is_open;
use crate::app::Shared;
use crate::error::WebError;
use crate::session::{Duty, SignedIn};

/// How a story lies on somebody's desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Desk {
    /// This person holds it and may change it.
    Mine(Lease),
    /// Somebody else holds it.
    Theirs(Lease),
    /// It is decided: it can be opened again or taken down.
    Decided,
    /// This person may read only.
    ReadOnly,
}

impl Desk {
    /// Takes the story when it is open and the person may work on it.
    pub(super) async fn open(
        bench: &Shared,
        who: &SignedIn,
        story: &StoryRecord,
    ) -> Result<Self, WebError> {
        if !who.may(Duty::WorkStories) {
            return Ok(Self::ReadOnly);
        }
        if !is_open(story.state) {
            let gone = story.state == StoryState::Erased;
            return Ok(if gone { Self::ReadOnly } else { Self::Decided });
        }
        let lease_ms = bench.settings().lease_ms;
        let claim = bench
            .store()
            .claim_story(&bench.moment(), &story.id, &who.user.id, lease_ms)
            .await?;
        match claim {
            Claim::Granted(lease) => Ok(Self::Mine(lease)),
            Claim::HeldBy(lease) => Ok(Self::Theirs(lease)),
            Claim::NotThere => Err(WebError::NotFound),
        }
    }

    pub(super) const fn may_change(&self) -> bool {
        matches!(self, Self::Mine(_))
    }
}
