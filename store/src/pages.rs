use schemas::reading::Warning;
use schemas::record::PageState;
use schemas::{BatchId, FileId, PageId, TimeMs};

use crate::database::{Fields, statements, values};
use crate::{PagePicture, Store, StoreError, to_json};

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

macro_rules! page_columns {
    () => {
        "p.id, p.file_id, f.name AS file_name, p.page_idx, p.batch_id, b.source AS batch_source, p.position,
        p.blob, p.width_px, p.height_px, p.dpi, p.state, p.warning, p.created_at
        FROM pages p JOIN files f ON f.id = p.file_id JOIN batches b ON b.id = p.batch_id"
    };
}

statements! {
    LOOKUP = concat!("SELECT ", page_columns!(), " WHERE p.id = $1");
    LIST_QUARANTINED = concat!("SELECT ", page_columns!(), " WHERE p.state = 'quarantined'
        ORDER BY p.id DESC LIMIT $1");
    QUARANTINE = "UPDATE pages SET state = 'quarantined', warning = $2 WHERE id = $1 AND state = 'received'";
}

impl Store {
    /// Looks up a page.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.page.lookup", fields(page.id = %page_id))]
    pub async fn page(&self, page_id: &PageId) -> Result<Option<PageRecord>, StoreError> {
        let row = self.fetch_first(LOOKUP, values![page_id]).await?;
        row.map(|row| page(row.of("pages"))).transpose()
    }

    /// Sets a page that is still to be read aside for a person, and says so. A page in any other state stays as it
    /// is.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.page.quarantine", fields(page.id = %page_id))]
    pub async fn quarantine_page(
        &self,
        page_id: &PageId,
        warning: &Warning,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let n_pages = tx
            .execute(QUARANTINE, values![page_id, &to_json(warning)?])
            .await?;
        tx.commit().await?;
        Ok(n_pages == 1)
    }

    /// Lists the quarantined pages, newest first.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.page.quarantined")]
    pub async fn quarantined_pages(&self, limit: u32) -> Result<Vec<PageRecord>, StoreError> {
        let rows = self.fetch_all(LIST_QUARANTINED, values![limit]).await?;
        rows.iter().map(|row| page(row.of("pages"))).collect()
    }
}

fn page(row: Fields<'_>) -> Result<PageRecord, StoreError> {
    Ok(PageRecord {
        id: row.parsed("id")?,
        file_id: row.parsed("file_id")?,
        file_name: row.text("file_name")?,
        page_idx: row.number("page_idx")?,
        batch_id: row.parsed("batch_id")?,
        batch_source: row.text("batch_source")?,
        position: row.number("position")?,
        picture: picture(row)?,
        state: row.one_of("state", PageState::parse)?,
        warning: row.json_or_null("warning")?,
        created_at: row.time("created_at")?,
    })
}

fn picture(row: Fields<'_>) -> Result<Option<PagePicture>, StoreError> {
    let Some(blob) = row.parsed_or_null("blob")? else {
        return Ok(None);
    };
    Ok(Some(PagePicture {
        blob,
        width_px: row.number("width_px")?,
        height_px: row.number("height_px")?,
        dpi: row.real_or_null("dpi")?,
    }))
}
