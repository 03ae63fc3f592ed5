use schemas::record::StoryState;
use schemas::{StoryId, UserId};

use crate::{Lease, Moment, Store, StoreError, StoryFields};

/// A change to a story.
#[derive(Clone, Debug)]
pub struct Revise {
    /// The story.
    pub story_id: StoryId,
    /// Who changes it.
    pub user_id: UserId,
    /// The revision that the person saw.
    pub expected_revision: u32,
    /// What it shall be.
    pub fields: StoryFields,
    /// Why; may be empty.
    pub reason: String,
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revised {
    /// It is saved. When nothing differed, the number stays and no revision is written.
    Saved {
        /// The revision's number.
        revision_no: u32,
    },
    /// Somebody changed the story in between. Nothing was written.
    Conflict {
        /// The revision that is current.
        current: u32,
    },
    /// Somebody else holds the story. Nothing was written.
    LeaseLost(Lease),
    /// A story in this state is not changed.
    NotOpen(StoryState),
    /// There is no such story.
    NotThere,
}

impl Store {
    /// Changes a story and writes the change, before and after, into its history.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.story.revise", fields(story.id = %change.story_id, user.id = %change.user_id), err)]
    pub async fn revise_story(
        &self,
        ctx: &Moment<'_>,
        change: Revise,
    ) -> Result<Revised, StoreError> {
        todo!()
    }
}
