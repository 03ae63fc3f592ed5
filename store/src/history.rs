use schemas::record::DecisionKind;
use schemas::{StoryId, TimeMs};

use crate::{Store, StoreError};

/// One thing that happened to a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEntry {
    /// When.
    pub at: TimeMs,
    /// Who, as shown; `None` for the machine.
    pub user_name: Option<String>,
    /// What.
    pub what: HistoryKind,
    /// Why; may be empty.
    pub reason: String,
}

/// What happened to a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HistoryKind {
    /// An engine read the page.
    Read {
        /// The engine, with versions.
        engine: String,
    },
    /// A person changed fields.
    Revised {
        /// The fields that differ, in the order of [`crate::StoryFields`].
        changes: Vec<FieldChange>,
    },
    /// A person decided.
    Decided {
        /// What.
        kind: DecisionKind,
    },
    /// It went onto the public page.
    Published {
        /// The publication's public number.
        number: i64,
    },
}

/// A field that was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// The field's name in [`crate::StoryFields`].
    pub field: String,
    /// What it was.
    pub before: String,
    /// What it became.
    pub after: String,
}

impl Store {
    /// Tells what happened to a story, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.story.history", fields(story.id = %story_id), err)]
    pub async fn history(&self, story_id: &StoryId) -> Result<Vec<HistoryEntry>, StoreError> {
        todo!()
    }
}
