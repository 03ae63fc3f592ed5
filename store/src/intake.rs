use schemas::job::Job;
use schemas::reading::Warning;
use schemas::record::{FileState, PageState};
use schemas::separation::Separation;
use schemas::{BatchId, BlobHash, FileId, PageId};

use crate::database::{Tx, statements, values};
use crate::{Moment, Store, StoreError, outbox, to_json};

/// A file as it came in.
#[derive(Clone, Debug)]
pub struct NewFile {
    /// The batch that it belongs to.
    pub batch_id: BatchId,
    /// The file's name, for people.
    pub name: String,
    /// Where it lay, for example its absolute path. With the content it tells a repeated intake from a new file.
    pub origin: String,
    /// What it is, by content.
    pub media_type: String,
    /// How large it is.
    pub size_bytes: u64,
    /// Its bytes; `None` only when there were none or they could not be read.
    pub blob: Option<BlobHash>,
    /// Its pages, in order. A file that cannot be opened has one quarantined page that stands for it.
    pub pages: Vec<NewPage>,
}

/// One page of a new file.
#[derive(Clone, Debug)]
pub struct NewPage {
    /// Which page of the file, from 0.
    pub page_idx: u32,
    /// What came out.
    pub outcome: PageOutcome,
}

/// What came out of taking in a page.
#[derive(Clone, Debug)]
pub enum PageOutcome {
    /// A picture that the worker can read.
    Picture(PagePicture),
    /// No picture: a person must look.
    Quarantined(Warning),
}

/// The picture of a page: a PNG or JPEG blob.
#[derive(Clone, Debug, PartialEq)]
pub struct PagePicture {
    /// Its bytes.
    pub blob: BlobHash,
    /// Its width.
    pub width_px: u32,
    /// Its height.
    pub height_px: u32,
    /// Its dots per inch, when the file said so.
    pub dpi: Option<f64>,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intake {
    /// It was recorded.
    Recorded {
        /// The file.
        file_id: FileId,
        /// Its pages, in order.
        page_ids: Vec<PageId>,
    },
    /// The same bytes from the same place were recorded before: an intake was repeated. Nothing was written.
    AlreadyRecorded {
        /// The file.
        file_id: FileId,
    },
    /// The same bytes came in from another place before. The file is noted, without pages.
    Duplicate {
        /// This file.
        file_id: FileId,
        /// The file that came first.
        of: FileId,
    },
}

statements! {
    INSERT_BATCH = "INSERT INTO batches (id, source, way_in, separation, n_sheets, created_at)
        VALUES ($1, $2, $2, $3, 0, $4)";
    KNOWN_FILE = "SELECT id FROM files WHERE origin = $1 AND content_key = $2";
    FIRST_OF_CONTENT = "SELECT id FROM files WHERE content_key = $1 AND state = 'stored'";
    INSERT_FILE = "INSERT INTO files (id, batch_id, name, origin, content_key, media_type, size_bytes, blob, state,
            duplicate_of, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING";
    /// Locks the batch, so that two files that come in at once get different places.
    TAKE_POSITIONS = "UPDATE batches SET n_sheets = n_sheets + $2 WHERE id = $1 AND goes_on_in IS NULL
        RETURNING id, n_sheets";
    GOES_ON_IN = "SELECT id, goes_on_in FROM batches WHERE id = $1";
    INSERT_PAGE = "INSERT INTO pages (id, file_id, batch_id, page_idx, position, state, warning, blob, width_px,
            height_px, dpi, enqueued_at, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)";
}

impl Store {
    /// Opens a batch. `source` says where it comes from, in words; `separation`, where another pile begins in it.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.batch.open")]
    pub async fn open_batch(
        &self,
        ctx: &Moment<'_>,
        source: &str,
        separation: Separation,
    ) -> Result<BatchId, StoreError> {
        let mut tx = self.begin().await?;
        let id = insert_batch(&mut tx, ctx, source, separation).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Records a file, its pages and the jobs that read them, all or nothing.
    ///
    /// # Errors
    /// When the database fails, there is no such batch, or the file has no pages.
    #[tracing::instrument(skip_all, name = "db.file.record", fields(batch.id = %file.batch_id))]
    pub async fn record_file(&self, ctx: &Moment<'_>, file: NewFile) -> Result<Intake, StoreError> {
        if file.pages.is_empty() {
            return Err(StoreError::NoPages);
        }
        loop {
            let mut tx = self.begin().await?;
            if let Some(file_id) = known_file(&mut tx, &file).await? {
                return Ok(Intake::AlreadyRecorded { file_id });
            }
            let of = first_of_content(&mut tx, &file).await?;
            let file_id = FileId::fresh(ctx.ids, ctx.now);
            if !insert_file(&mut tx, ctx, &file_id, &file, of.as_ref()).await? {
                // Another process recorded the same content a moment ago: look again.
                continue;
            }
            if let Some(of) = of {
                tx.commit().await?;
                return Ok(Intake::Duplicate { file_id, of });
            }
            let (batch_id, page_ids) = insert_pages(&mut tx, ctx, &file_id, &file).await?;
            tx.commit().await?;
            self.sort_batch(ctx, &batch_id).await?;
            return Ok(Intake::Recorded { file_id, page_ids });
        }
    }
}

/// Opens a batch, as part of something larger.
pub(crate) async fn insert_batch(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    source: &str,
    separation: Separation,
) -> Result<BatchId, StoreError> {
    let id = BatchId::fresh(ctx.ids, ctx.now);
    let batch = values![&id, source, &separation.to_string(), ctx.now];
    tx.execute(INSERT_BATCH, batch).await?;
    Ok(id)
}

impl NewFile {
    /// What tells this content from others.
    fn content_key(&self) -> String {
        match &self.blob {
            Some(hash) => hash.to_string(),
            None => format!("none in batch {}", self.batch_id),
        }
    }

    fn state(&self) -> FileState {
        let opened = |page: &NewPage| matches!(page.outcome, PageOutcome::Picture(_));
        if self.pages.iter().any(opened) {
            FileState::Stored
        } else {
            FileState::Broken
        }
    }
}

async fn known_file(tx: &mut Tx, file: &NewFile) -> Result<Option<FileId>, StoreError> {
    let key = values![&file.origin, &file.content_key()];
    let row = tx.fetch_first(KNOWN_FILE, key).await?;
    row.map(|row| row.of("files").parsed("id")).transpose()
}

/// The file that came in first with this content. Broken files are not compared: two empty files are two sheets.
async fn first_of_content(tx: &mut Tx, file: &NewFile) -> Result<Option<FileId>, StoreError> {
    if file.state() == FileState::Broken {
        return Ok(None);
    }
    let key = values![&file.content_key()];
    let row = tx.fetch_first(FIRST_OF_CONTENT, key).await?;
    row.map(|row| row.of("files").parsed("id")).transpose()
}

async fn insert_file(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    id: &FileId,
    file: &NewFile,
    duplicate_of: Option<&FileId>,
) -> Result<bool, StoreError> {
    let state = if duplicate_of.is_some() {
        FileState::Duplicate
    } else {
        file.state()
    };
    let row = values![
        id,
        &file.batch_id,
        &file.name,
        &file.origin,
        &file.content_key(),
        &file.media_type,
        i64::try_from(file.size_bytes).unwrap_or(i64::MAX),
        file.blob.as_ref(),
        state.as_str(),
        duplicate_of.map(FileId::as_str),
        ctx.now,
    ];
    Ok(tx.execute(INSERT_FILE, row).await? == 1)
}

/// The batch that the pages belong to by now, and the pages.
async fn insert_pages(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    file_id: &FileId,
    file: &NewFile,
) -> Result<(BatchId, Vec<PageId>), StoreError> {
    let n_pages = i64::try_from(file.pages.len()).unwrap_or(i64::MAX);
    let (batch_id, mut position) = take_positions(tx, &file.batch_id, n_pages).await?;
    let mut page_ids = Vec::with_capacity(file.pages.len());
    for page in &file.pages {
        let page_id = PageId::fresh(ctx.ids, ctx.now);
        insert_page(
            tx,
            ctx,
            &PagePlace {
                page_id: &page_id,
                file_id,
                batch_id: &batch_id,
                position,
            },
            page,
        )
        .await?;
        if matches!(page.outcome, PageOutcome::Picture(_)) {
            let page_id = page_id.clone();
            outbox::enqueue(tx, ctx, &Job::ReadPage { page_id }).await?;
        }
        page_ids.push(page_id);
        position += 1;
    }
    Ok((batch_id, page_ids))
}

/// Takes so many places of a batch; the first of them. Where the batch was cut into piles, they belong to the last of
/// these.
pub(crate) async fn take_positions(
    tx: &mut Tx,
    batch_id: &BatchId,
    n_pages: i64,
) -> Result<(BatchId, i64), StoreError> {
    let mut batch_id = batch_id.clone();
    loop {
        let taken = values![&batch_id, n_pages];
        if let Some(row) = tx.fetch_first(TAKE_POSITIONS, taken).await? {
            let n_sheets = row.of("batches").int("n_sheets")?;
            return Ok((batch_id, n_sheets - n_pages + 1));
        }
        let row = tx.fetch_first(GOES_ON_IN, values![&batch_id]).await?;
        let row = row.ok_or_else(|| StoreError::missing("batch", batch_id.as_str()))?;
        batch_id = row.of("batches").parsed("goes_on_in")?;
    }
}

struct PagePlace<'a> {
    page_id: &'a PageId,
    file_id: &'a FileId,
    batch_id: &'a BatchId,
    position: i64,
}

async fn insert_page(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    place: &PagePlace<'_>,
    page: &NewPage,
) -> Result<(), StoreError> {
    let (state, picture, warning) = match &page.outcome {
        PageOutcome::Picture(picture) => (PageState::Received, Some(picture), None),
        PageOutcome::Quarantined(warning) => {
            (PageState::Quarantined, None, Some(to_json(warning)?))
        }
    };
    let row = values![
        place.page_id,
        place.file_id,
        place.batch_id,
        page.page_idx,
        place.position,
        state.as_str(),
        warning.as_deref(),
        picture.map(|p| &p.blob),
        picture.map(|p| i64::from(p.width_px)),
        picture.map(|p| i64::from(p.height_px)),
        picture.and_then(|p| p.dpi),
        ctx.now,
    ];
    tx.execute(INSERT_PAGE, row).await?;
    Ok(())
}
