use schemas::{StoryId, TimeMs, UserId};

use crate::{Moment, Store, StoreError};

/// Who holds a story, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The person.
    pub user_id: UserId,
    /// The person's name, as shown.
    pub user_name: String,
    /// When it runs out.
    pub until: TimeMs,
}

/// What became of the wish to hold a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It is held now; an own lease is renewed.
    Granted(Lease),
    /// Somebody else holds it.
    HeldBy(Lease),
    /// There is no such story.
    NotThere,
}

impl Store {
    /// Takes the lease of a story, or renews it.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.story.claim", fields(story.id = %story_id, user.id = %user_id), err)]
    pub async fn claim_story(
        &self,
        ctx: &Moment<'_>,
        story_id: &StoryId,
        user_id: &UserId,
        lease_ms: i64,
    ) -> Result<Claim, StoreError> {
        todo!()
    }

    /// Takes the lease of the oldest story that waits for review and that nobody else holds.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.story.claim_next", fields(user.id = %user_id), err)]
    pub async fn claim_next(
        &self,
        ctx: &Moment<'_>,
        user_id: &UserId,
        lease_ms: i64,
    ) -> Result<Option<StoryId>, StoreError> {
        todo!()
    }

    /// Gives a lease back. Says whether this person held it.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.story.release", fields(story.id = %story_id, user.id = %user_id), err)]
    pub async fn release_story(
        &self,
        story_id: &StoryId,
        user_id: &UserId,
    ) -> Result<bool, StoreError> {
        todo!()
    }
}
