use schemas::reading::{Reading, Warning};
use schemas::record::{PageRole, PageState};
use schemas::{BatchId, FileId, PageId, StoryId, TimeMs};

use crate::database::{Fields, statements, values};
use crate::{Moment, PagePicture, ReadingPicture, Store, StoreError, to_json};

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
    /// What it is when it is no part of a leaflet.
    pub role: Option<PageRole>,
    /// Which side of its leaflet it is, once it was read.
    pub side: Option<u32>,
    /// The story that it belongs to.
    pub story_id: Option<StoryId>,
    /// When it came in.
    pub created_at: TimeMs,
}

/// What was read on a page.
#[derive(Clone, Debug, PartialEq)]
pub struct PageReading {
    /// What was read.
    pub reading: Reading,
    /// The pictures that go with it.
    pub pictures: Vec<ReadingPicture>,
}

impl PageRecord {
    /// Whether it is a side with nothing on it that waits for the other side of its leaflet.
    pub fn waits_for_other_side(&self) -> bool {
        self.state == PageState::Read && self.story_id.is_none()
    }

    /// Whether a person may say what it is: it could not be read, or waits for its other side.
    pub fn is_open(&self) -> bool {
        self.state == PageState::Quarantined || self.waits_for_other_side()
    }
}

macro_rules! page_columns {
    () => {
        $crate::pages::page_columns!(@ "")
    };
    (story_reading) => {
        $crate::pages::page_columns!(@ ", r.id AS reading_id, r.body, p.apart")
    };
    (@ $more:literal) => {
        concat!("p.id, p.file_id, f.name AS file_name, p.page_idx, p.batch_id, b.source AS batch_source, p.position,
        p.blob, p.width_px, p.height_px, p.dpi, p.state, p.warning, p.role, p.side, s.id AS story_id, p.created_at", $more, "
        FROM pages p JOIN files f ON f.id = p.file_id JOIN batches b ON b.id = p.batch_id
        LEFT JOIN stories s ON s.leaflet_id = p.leaflet_id")
    };
}
pub(crate) use page_columns;

statements! {
    LOOKUP = concat!("SELECT ", page_columns!(), " WHERE p.id = $1");
    /// The newest pile first, each from its top to its bottom, as a person goes through it.
    LIST_QUARANTINED = concat!("SELECT ", page_columns!(), " WHERE p.state = 'quarantined'
        ORDER BY p.batch_id DESC, p.position LIMIT $1");
    /// Only pages that were read have a leaflet.
    LIST_WAITING = concat!("SELECT ", page_columns!(), " WHERE p.leaflet_id IN (SELECT id FROM leaflets WHERE has_story = 0)
        ORDER BY p.batch_id DESC, p.position LIMIT $1");
    NEXT_QUARANTINED = "SELECT p.id FROM pages p WHERE p.state = 'quarantined'
        AND (p.batch_id < $1 OR (p.batch_id = $1 AND p.position > $2))
        ORDER BY p.batch_id DESC, p.position LIMIT 1";
    FIRST_QUARANTINED = "SELECT p.id FROM pages p WHERE p.state = 'quarantined'
        ORDER BY p.batch_id DESC, p.position LIMIT 1";
    BETWEEN = concat!("SELECT ", page_columns!(), " WHERE p.batch_id = $1 AND p.position BETWEEN $2 AND $3
        ORDER BY p.position");
    OF_BATCH = concat!("SELECT ", page_columns!(), " WHERE p.batch_id = $1 ORDER BY p.position");
    LATEST = concat!("SELECT ", page_columns!(), " ORDER BY p.id DESC LIMIT $1");
    COUNTS = "SELECT page_state, CAST(SUM(n) AS BIGINT) AS n_pages FROM sheet_tallies GROUP BY page_state
        HAVING SUM(n) > 0";
    LATEST_READING = "SELECT id, body FROM readings WHERE page_id = $1 ORDER BY id DESC LIMIT 1";
    QUARANTINE = "UPDATE pages SET state = 'quarantined', warning = $2 WHERE id = $1 AND state = 'received'
        RETURNING id, batch_id";
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
        ctx: &Moment<'_>,
        page_id: &PageId,
        warning: &Warning,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let page = values![page_id, &to_json(warning)?];
        let row = tx.fetch_first(QUARANTINE, page).await?;
        let batch_id: Option<BatchId> = row
            .map(|row| row.of("pages").parsed("batch_id"))
            .transpose()?;
        tx.commit().await?;
        if let Some(batch_id) = &batch_id {
            self.sort_batch(ctx, batch_id).await?;
        }
        Ok(batch_id.is_some())
    }

    /// Lists the quarantined pages, the newest batch first and each in its order.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.page.quarantined")]
    pub async fn quarantined_pages(&self, limit: u32) -> Result<Vec<PageRecord>, StoreError> {
        let rows = self.fetch_all(LIST_QUARANTINED, values![limit]).await?;
        rows.iter().map(|row| page(row.of("pages"))).collect()
    }

    /// Lists the sides with nothing on them whose other side has not been read, in the same order.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.page.waiting")]
    pub async fn waiting_sides(&self, limit: u32) -> Result<Vec<PageRecord>, StoreError> {
        let rows = self.fetch_all(LIST_WAITING, values![limit]).await?;
        rows.iter().map(|row| page(row.of("pages"))).collect()
    }

    /// The quarantined page that comes after this one in that order, or the first one of all.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.page.next_quarantined", fields(page.id = %after.id))]
    pub async fn next_quarantined(&self, after: &PageRecord) -> Result<Option<PageId>, StoreError> {
        let place = values![&after.batch_id, after.position];
        let next = match self.fetch_first(NEXT_QUARANTINED, place).await? {
            Some(row) => Some(row),
            None => self.fetch_first(FIRST_QUARANTINED, values![]).await?,
        };
        next.map(|row| row.of("pages").parsed("id")).transpose()
    }

    /// The pages of the batch up to `reach` places before and after this one, and itself, in order.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.page.around", fields(page.id = %of.id))]
    pub async fn pages_around(
        &self,
        of: &PageRecord,
        reach: u32,
    ) -> Result<Vec<PageRecord>, StoreError> {
        let (first, last) = (
            of.position.saturating_sub(reach),
            of.position.saturating_add(reach),
        );
        let rows = self
            .fetch_all(BETWEEN, values![&of.batch_id, first, last])
            .await?;
        rows.iter().map(|row| page(row.of("pages"))).collect()
    }

    /// Every page of a batch, in order.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.page.of_batch", fields(batch.id = %batch_id))]
    pub async fn batch_pages(&self, batch_id: &BatchId) -> Result<Vec<PageRecord>, StoreError> {
        let rows = self.fetch_all(OF_BATCH, values![batch_id]).await?;
        rows.iter().map(|row| page(row.of("pages"))).collect()
    }

    /// The pages that came in last, the last one first.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.page.latest")]
    pub async fn latest_pages(&self, limit: u32) -> Result<Vec<PageRecord>, StoreError> {
        let rows = self.fetch_all(LATEST, values![limit]).await?;
        rows.iter().map(|row| page(row.of("pages"))).collect()
    }

    /// How many pages there are in each state that any page is in.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.page.counts")]
    pub async fn page_counts(&self) -> Result<Vec<(PageState, u64)>, StoreError> {
        let count = |row: &crate::database::Row| {
            let row = row.of("sheet_tallies");
            let state = row.one_of("page_state", PageState::parse)?;
            Ok((state, row.number("n_pages")?))
        };
        let rows = self.fetch_all(COUNTS, values![]).await?;
        rows.iter().map(count).collect()
    }

    /// What was read last on a page, also when it could not be trusted.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.page.latest_reading", fields(page.id = %page_id))]
    pub async fn latest_reading(
        &self,
        page_id: &PageId,
    ) -> Result<Option<PageReading>, StoreError> {
        let Some(row) = self.fetch_first(LATEST_READING, values![page_id]).await? else {
            return Ok(None);
        };
        let row = row.of("readings");
        let reading_id = row.parsed("id")?;
        Ok(Some(PageReading {
            reading: row.json("body")?,
            pictures: self.reading_pictures(&reading_id).await?,
        }))
    }
}

pub(crate) fn page(row: Fields<'_>) -> Result<PageRecord, StoreError> {
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
        role: row.one_of_or_null("role", PageRole::parse)?,
        side: row
            .int_or_null("side")?
            .map(u32::try_from)
            .transpose()
            .map_err(|_| row.bad("side"))?,
        story_id: row.parsed_or_null("story_id")?,
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
