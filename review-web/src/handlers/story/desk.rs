//! Opening a story: who holds it, and what may be done.

use schemas::StoryId;
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
    /// It waits for the second opinion of somebody else.
    WaitsForOpinion,
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
        if let Some(desk) = Self::without_lease(bench, who, story).await? {
            return Ok(desk);
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

    /// A story that nobody takes by looking at it.
    async fn without_lease(
        bench: &Shared,
        who: &SignedIn,
        story: &StoryRecord,
    ) -> Result<Option<Self>, WebError> {
        if !who.may(Duty::WorkStories) || story.state == StoryState::Erased {
            return Ok(Some(Self::ReadOnly));
        }
        if !is_open(story.state) {
            return Ok(Some(Self::Decided));
        }
        let waits = story.state == StoryState::SecondReview
            && !may_give_opinion(bench, who, &story.id).await?;
        Ok(waits.then_some(Self::WaitsForOpinion))
    }

    pub(super) const fn may_change(&self) -> bool {
        matches!(self, Self::Mine(_))
    }
}

/// Whether this person may say whether a story that waits for a second opinion is published.
pub(super) async fn may_give_opinion(
    bench: &Shared,
    who: &SignedIn,
    story_id: &StoryId,
) -> Result<bool, WebError> {
    let is_own = bench.store().is_own_text(story_id, &who.user.id).await?;
    Ok(who.may(Duty::GiveOpinions) && !is_own)
}
