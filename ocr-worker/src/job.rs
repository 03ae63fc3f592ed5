//! The job: one page of the store is read and its reading recorded.

use std::sync::Arc;

use schemas::placement::Placement;
use schemas::reading::Reading;
use schemas::record::PageState;
use schemas::{BlobHash, Clock, IdSource, PageId};
use store::{
    BlobError, Blobs, JobError, Moment, NewReading, PageRecord, ReadingPicture, Store, StoreError,
};
use tracing::Span;

use crate::reader::{PageRead, PageSource, Picture, Reader};

/// What reading a page needs. How many pages are read at once is up to whoever calls.
pub struct ReadContext {
    /// The records.
    pub store: Store,
    /// The pictures.
    pub blobs: Blobs,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes ids.
    pub ids: Arc<dyn IdSource>,
    /// Reads.
    pub reader: Arc<Reader>,
}

impl std::fmt::Debug for ReadContext {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReadContext")
            .field("reader", &self.reader)
            .finish_non_exhaustive()
    }
}

/// Reads a page and records what was found. Safe to run twice: the store keeps one reading of an engine.
///
/// # Errors
/// [`JobError::Retry`] when the store or the blobs fail, [`JobError::GiveUp`] when the page or its picture cannot
/// ever be had.
#[tracing::instrument(skip_all, name = "job.read_page", fields(page.id = %page_id))]
pub async fn read_page(ctx: &ReadContext, page_id: &PageId) -> Result<(), JobError> {
    let page = ctx
        .store
        .page(page_id)
        .await
        .map_err(|error| store_trouble(&error))?;
    let page = page.ok_or_else(|| JobError::GiveUp(format!("there is no page {page_id}")))?;
    if page.state == PageState::Discarded {
        tracing::info!("the page was discarded meanwhile");
        return Ok(());
    }
    let placed = ctx
        .store
        .latest_placement(page_id)
        .await
        .map_err(|error| store_trouble(&error))?;
    let picture = fetch_picture(ctx, &page).await?;
    let placement = placed.as_ref().map(|placed| placed.placement.clone());
    let read = read_on_a_thread(ctx, picture, source(&page, placement)).await?;
    tell(&read.reading);
    let placement_no = placed.map_or(0, |placed| placed.number);
    record(ctx, page_id, placement_no, read).await
}

async fn fetch_picture(ctx: &ReadContext, page: &PageRecord) -> Result<Vec<u8>, JobError> {
    let Some(picture) = &page.picture else {
        return Err(JobError::GiveUp(format!("page {} has no picture", page.id)));
    };
    let bytes = ctx
        .blobs
        .get(&picture.blob)
        .await
        .map_err(|error| blob_trouble(&error))?;
    bytes.ok_or_else(|| JobError::Retry(format!("the picture {} is missing", picture.blob)))
}

/// Where a page of the store comes from, for the reader; `placement` is what a person said about it last.
pub fn source(page: &PageRecord, placement: Option<Placement>) -> PageSource {
    PageSource {
        file: page.file_name.clone(),
        page_idx: page.page_idx,
        dpi: page.picture.as_ref().and_then(|picture| picture.dpi),
        placement,
    }
}

/// Reading computes for a second or more: that has no place among the tasks of the runtime.
async fn read_on_a_thread(
    ctx: &ReadContext,
    picture: Vec<u8>,
    source: PageSource,
) -> Result<PageRead, JobError> {
    let (reader, span) = (Arc::clone(&ctx.reader), Span::current());
    tokio::task::spawn_blocking(move || span.in_scope(|| reader.read(&picture, &source)))
        .await
        .map_err(|error| JobError::GiveUp(format!("reading the page broke off: {error}")))
}

/// One line for each page; never what was written on it.
fn tell(reading: &Reading) {
    let residual_mm = reading.registration.as_ref().map(|r| r.residual_mm);
    let warnings: Vec<String> = reading
        .warnings
        .iter()
        .map(|w| format!("{:?}", w.code))
        .collect();
    tracing::info!(
        page.status = ?reading.status,
        page.serial = reading.serial.as_deref(),
        registration.residual_mm = residual_mm,
        page.warnings = warnings.join(","),
        "read a page"
    );
}

async fn record(
    ctx: &ReadContext,
    page_id: &PageId,
    placement_no: u32,
    read: PageRead,
) -> Result<(), JobError> {
    let mut pictures = Vec::with_capacity(read.pictures.len());
    for picture in read.pictures {
        pictures.push(keep(&ctx.blobs, picture).await?);
    }
    let moment = Moment {
        now: ctx.clock.now(),
        ids: ctx.ids.as_ref(),
    };
    let reading = NewReading {
        page_id: page_id.clone(),
        placement_no,
        has_other_side: ctx.reader.has_other_side(&read.reading),
        reading: read.reading,
        pictures,
        looks: read.looks,
    };
    ctx.store
        .record_reading(&moment, reading)
        .await
        .map_err(|error| store_trouble(&error))?;
    Ok(())
}

async fn keep(blobs: &Blobs, picture: Picture) -> Result<ReadingPicture, JobError> {
    let blob: BlobHash = blobs
        .put(picture.bytes)
        .await
        .map_err(|error| blob_trouble(&error))?;
    Ok(ReadingPicture {
        role: picture.role,
        region_id: picture.region_id,
        blob,
    })
}

fn store_trouble(error: &StoreError) -> JobError {
    match error {
        StoreError::Missing { .. } | StoreError::BadRow { .. } => JobError::GiveUp(in_full(error)),
        _ => JobError::Retry(in_full(error)),
    }
}

fn blob_trouble(error: &BlobError) -> JobError {
    match error {
        BlobError::Damaged { .. } => JobError::GiveUp(in_full(error)),
        _ => JobError::Retry(in_full(error)),
    }
}

/// The error and its causes: the queue keeps text only.
fn in_full(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        text = format!("{text}: {source}");
        cause = source.source();
    }
    text
}
