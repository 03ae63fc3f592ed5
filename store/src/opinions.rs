//! Second opinions: somebody else looks at a story before it is published.

use schemas::{StoryId, UserId};

use crate::database::{Tx, statements, values};
use crate::{Store, StoreError};

/// Whether person `$1` asked for the second opinion about story `s`, or wrote any of it before.
macro_rules! own_text {
    () => {
        "EXISTS (SELECT 1 FROM decisions d WHERE d.story_id = s.id AND d.kind = 'second-opinion' AND (d.user_id = $1
            OR EXISTS (SELECT 1 FROM revisions r WHERE r.story_id = s.id AND r.user_id = $1
                AND r.revision_no <= d.revision_no)))"
    };
}
pub(crate) use own_text;

statements! {
    OWN_TEXT = concat!("SELECT s.id FROM stories s WHERE s.id = $2 AND ", own_text!());
}

/// How critical a story may be at most that one person alone may publish, 0 to 5.
pub const ALONE_UP_TO: u8 = 2;

impl Store {
    /// Whether a second opinion of this person would be one about their own text.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.story.is_own_text", fields(story.id = %story_id, user.id = %user_id))]
    pub async fn is_own_text(
        &self,
        story_id: &StoryId,
        user_id: &UserId,
    ) -> Result<bool, StoreError> {
        let own = self
            .fetch_first(OWN_TEXT, values![user_id, story_id])
            .await?;
        Ok(own.is_some())
    }
}

/// Whether this person may not give the second opinion about a story: it would be about their own text.
pub(crate) async fn is_own_text(
    tx: &mut Tx,
    story_id: &StoryId,
    user_id: &UserId,
) -> Result<bool, StoreError> {
    let own = tx.fetch_first(OWN_TEXT, values![user_id, story_id]).await?;
    Ok(own.is_some())
}
