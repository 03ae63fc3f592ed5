use schemas::reading::Warning;
use schemas::record::PageState;
use schemas::{BatchId, FileId, PageId, TimeMs};

use crate::{Moment, PagePicture, Store, StoreError};

/// A page, and the sheet that it is.
#[derive(Clone, Debug, PartialEq)]
pub struct PageRecord {
    /// The page.
    pub id: PageId,
    /// The file that it came in.
    pub file_id: FileId,
    /// The file's name.
    pub file_name: String,
    /// Which page of the file, from 0.
    pub page_idx: u32,
    /// The batch that it came in.
    pub batch_id: BatchId,
    /// Where the batch comes from, in words.
    pub batch_source: String,
    /// The sheet's place in its batch, from 1.
    pub position: u32,
    /// Its picture; `None` when the file could not be opened.
    pub picture: Option<PagePicture>,
    /// What became of it.
    pub state: PageState,
    /// Why it is quarantined.
    pub warning: Option<Warning>,
    /// When it came in.
    pub created_at: TimeMs,
}

impl Store {
    /// Looks up a page.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.page.lookup", fields(page.id = %page_id), err)]
    pub async fn page(&self, page_id: &PageId) -> Result<Option<PageRecord>, StoreError> {
        todo!()
    }

    /// Sets a page that is still to be read aside for a person. A page in any other state stays as it is.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.page.quarantine", fields(page.id = %page_id), err)]
    pub async fn quarantine_page(
        &self,
        ctx: &Moment<'_>,
        page_id: &PageId,
        warning: &Warning,
    ) -> Result<(), StoreError> {
        todo!()
    }

    /// Lists the quarantined pages, newest first.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.page.quarantined", err)]
    pub async fn quarantined_pages(&self, limit: u32) -> Result<Vec<PageRecord>, StoreError> {
        todo!()
    }
}
