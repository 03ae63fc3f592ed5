//! What moderators let stand: the truth that a reader is measured by.

use schemas::{DecisionId, StoryId, TimeMs};

use crate::database::{Fields, statements, values};
use crate::{Store, StoreError};

/// The decision that a story is approved or published by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// The decision.
    pub id: DecisionId,
    /// The story.
    pub story_id: StoryId,
}

/// Which approvals to list.
#[derive(Clone, Debug, Default)]
pub struct ApprovalFilter {
    /// Only those of this moment or later.
    pub since: Option<TimeMs>,
    /// Only those that were given before this one, for the next page of the list.
    pub before: Option<DecisionId>,
    /// At most so many.
    pub limit: u32,
}

statements! {
    /// A story that was opened again and approved once more counts by its last approval. One that was withdrawn does not
    /// count: whoever took it back did not leave it to be used otherwise.
    LIST = "SELECT d.id, d.story_id FROM decisions d JOIN stories s ON s.id = d.story_id
        WHERE d.kind = 'approve' AND s.state IN ('approved', 'published') AND d.created_at >= $1
        AND d.id < $2
        AND NOT EXISTS (SELECT 1 FROM decisions later
            WHERE later.story_id = d.story_id AND later.kind = 'approve' AND later.id > d.id)
        ORDER BY d.id DESC LIMIT $3";
}

impl Store {
    /// Lists the approvals of stories that are approved or published now, newest first.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.approval.list")]
    pub async fn approvals(&self, filter: &ApprovalFilter) -> Result<Vec<Approval>, StoreError> {
        let before = filter
            .before
            .as_ref()
            .map_or(crate::BEHIND_ALL, DecisionId::as_str);
        let values = values![filter.since.unwrap_or(TimeMs(0)), before, filter.limit];
        let rows = self.fetch_all(LIST, values).await?;
        rows.iter()
            .map(|row| approval(row.of("decisions")))
            .collect()
    }
}

fn approval(row: Fields<'_>) -> Result<Approval, StoreError> {
    Ok(Approval {
        id: row.parsed("id")?,
        story_id: row.parsed("story_id")?,
    })
}
