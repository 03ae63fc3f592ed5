//! The job that brings an approved story onto the public page.

use schemas::StoryId;
use store::{JobError, Moment};

use crate::app::App;

/// Publishes an approved story. Safe to run twice: a story has one publication for ever.
///
/// # Errors
/// [`JobError::Retry`] when the records cannot be reached; [`JobError::GiveUp`] when the story is not
/// approved, which trying again would not change.
#[tracing::instrument(skip_all, name = "job.publish", fields(story.id = %story_id))]
pub async fn publish_story(app: &App, story_id: &StoryId) -> Result<(), JobError> {
    let moment = Moment {
        now: app.clock.now(),
        ids: app.ids.as_ref(),
    };
    match app.store.publish_story(&moment, story_id).await {
        Ok(Some(publication_id)) => {
            tracing::info!(publication.id = %publication_id, "published a story");
            Ok(())
        }
        Ok(None) => Err(JobError::GiveUp("the story is not approved".to_owned())),
        Err(error) => Err(JobError::Retry(error.to_string())),
    }
}
