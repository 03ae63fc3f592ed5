use schemas::reading::Warning;
use schemas::record::PageState;
use schemas::{BatchId, PageId, StoryId, TimeMs};

use crate::{Store, StoreError};

/// Where the sheets are. `sheets` is counted by itself and always equals the sum of the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Every sheet that came in.
    pub sheets: u64,
    /// Published, also when taken down later.
    pub published: u64,
    /// Rejected by a person.
    pub rejected: u64,
    /// Belonging nowhere until a person looks.
    pub quarantined: u64,
    /// On the way: to be read, to be reviewed, held, approved.
    pub waiting: u64,
    /// Thrown away by a person, or erased.
    pub discarded: u64,
}

/// A batch in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchSummary {
    /// The batch.
    pub id: BatchId,
    /// Where it comes from, in words.
    pub source: String,
    /// When it was opened.
    pub created_at: TimeMs,
    /// Where its sheets are.
    pub ledger: Ledger,
}

/// A batch with its sheets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchDetail {
    /// The batch.
    pub summary: BatchSummary,
    /// Its sheets, in the order in which they came in.
    pub sheets: Vec<Sheet>,
}

/// One sheet of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// The page.
    pub page_id: PageId,
    /// The file that it came in.
    pub file_name: String,
    /// Which page of the file, from 0.
    pub page_idx: u32,
    /// Its place in the batch, from 1.
    pub position: u32,
    /// What became of the page.
    pub state: PageState,
    /// Why it is quarantined.
    pub warning: Option<Warning>,
    /// The story that was made of it.
    pub story_id: Option<StoryId>,
}

impl Store {
    /// Lists the latest batches, newest first.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.batch.list", err)]
    pub async fn batches(&self, limit: u32) -> Result<Vec<BatchSummary>, StoreError> {
        todo!()
    }

    /// Looks up one batch with its sheets.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.batch.lookup", fields(batch.id = %batch_id), err)]
    pub async fn batch(&self, batch_id: &BatchId) -> Result<Option<BatchDetail>, StoreError> {
        todo!()
    }

    /// Counts the sheets of one batch, or of all.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.ledger", err)]
    pub async fn ledger(&self, batch_id: Option<&BatchId>) -> Result<Ledger, StoreError> {
        todo!()
    }
}
