use schemas::record::{DecisionKind, StoryState};
use schemas::{StoryId, UserId};

use crate::{Lease, Moment, Store, StoreError};

/// A decision about a story.
#[derive(Clone, Debug)]
pub struct Decide {
    /// The story.
    pub story_id: StoryId,
    /// Who decides.
    pub user_id: UserId,
    /// What.
    pub kind: DecisionKind,
    /// Why; needed to reject, hold and withdraw.
    pub reason: String,
    /// The revision that the person saw.
    pub expected_revision: u32,
}

/// What became of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decided {
    /// It is written; the story is in this state now and nobody holds it.
    Done(StoryState),
    /// It is not allowed; the words say why, to a person.
    Refused(String),
    /// Somebody changed the story in between. Nothing was written.
    Conflict {
        /// The revision that is current.
        current: u32,
    },
    /// Somebody else holds the story. Nothing was written.
    LeaseLost(Lease),
    /// There is no such story.
    NotThere,
}

impl Store {
    /// Writes a decision, moves the story, and for an approval also the job that publishes it, all or nothing.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.story.decide", fields(story.id = %decision.story_id, user.id = %decision.user_id), err)]
    pub async fn decide(&self, ctx: &Moment<'_>, decision: Decide) -> Result<Decided, StoreError> {
        todo!()
    }
}
