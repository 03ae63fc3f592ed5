use schemas::{BlobHash, PublicationId, StoryId, TimeMs};

use crate::{Moment, Store, StoreError};

/// A story as the public sees it: a copy made when it was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// The publication.
    pub id: PublicationId,
    /// The story.
    pub story_id: StoryId,
    /// The public number: 1, 2, 3, …
    pub number: i64,
    /// The headline.
    pub title: String,
    /// The text.
    pub body: String,
    /// The service.
    pub service: String,
    /// Who the author is to the patient.
    pub relationship: String,
    /// When the sheet came in.
    pub submitted_at: TimeMs,
    /// When it was published.
    pub published_at: TimeMs,
    /// The drawing, when a person decided to show it.
    pub drawing: Option<BlobHash>,
    /// What the drawing shows, in words.
    pub drawing_alt: String,
    /// Whether it was taken down; only a stub may be shown then.
    pub withdrawn: bool,
}

impl Store {
    /// Publishes an approved story. One publication per story, however often it is asked for;
    /// `None` when the story is neither approved nor published.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.story.publish", fields(story.id = %story_id), err)]
    pub async fn publish_story(
        &self,
        ctx: &Moment<'_>,
        story_id: &StoryId,
    ) -> Result<Option<PublicationId>, StoreError> {
        todo!()
    }

    /// Lists what is public, newest first; those taken down are left out.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.publication.list", err)]
    pub async fn publications(
        &self,
        limit: u32,
        before: Option<TimeMs>,
    ) -> Result<Vec<Publication>, StoreError> {
        todo!()
    }

    /// Looks up a publication by its public number, also one that was taken down.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.publication.lookup", fields(publication.number = number), err)]
    pub async fn publication(&self, number: i64) -> Result<Option<Publication>, StoreError> {
        todo!()
    }
}
