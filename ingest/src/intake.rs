//! One file is taken in: the one function that every way in ends in.
//!
//! The order makes a crash harmless. First the file itself is kept, then its page pictures (both by the hash of their
//! content, so that keeping them again changes nothing), and last of all one transaction records the file, its pages
//! and the jobs that read them. A file that was recorded before is known by where it lay ([`origin_of`]) and by its
//! content; taking it again writes nothing.
//!
//! A file on the disk is never held in memory here: the process that opens it has the only copy.

mod content;
mod opening;

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use schemas::reading::{Warning, WarningCode};
use schemas::separation::Separation;
use schemas::{BatchId, BlobHash, Clock, IdSource};
use store::{
    BlobError, Blobs, Intake as Recorded, Moment, NewFile, NewPage, PageOutcome, PagePicture,
    Store, StoreError,
};

use self::opening::Opening;
use crate::apart::{Apart, OpenerError};
use crate::limits::Limits;

pub(crate) use self::content::changed;
pub use self::content::{Content, OnDisk};
pub(crate) use self::opening::Arrived;

/// After how long without a file the next one begins a new batch, where files come by themselves.
///
/// 120,000 ms: refilling the feeder takes less, opening the next pile of envelopes takes more.
pub const BATCH_IDLE_MS: i64 = 120_000;

/// What taking in a file needs.
#[derive(Clone)]
pub struct Intake {
    /// Where files and pages are recorded.
    pub store: Store,
    /// Where their bytes are kept.
    pub blobs: Blobs,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes ids.
    pub ids: Arc<dyn IdSource>,
    /// What a file may cost.
    pub limits: Limits,
    /// Opens files in processes of their own; without it they are opened in this one.
    pub apart: Option<Apart>,
    /// Where another pile begins in what comes by itself.
    pub separation: Separation,
}

impl std::fmt::Debug for Intake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Intake")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl Intake {
    /// The present moment, as the store wants it.
    pub fn moment(&self) -> Moment<'_> {
        Moment {
            now: self.clock.now(),
            ids: &*self.ids,
        }
    }
}

/// A file on its way in.
#[derive(Clone, Debug)]
pub struct IncomingFile {
    /// The batch that it belongs to.
    pub batch_id: BatchId,
    /// Its name, for people.
    pub name: String,
    /// Where it lay; see [`origin_of`].
    pub origin: String,
    /// Its bytes.
    pub content: Content,
}

/// The origin of a file in a folder: its path and when it was last changed.
///
/// Scanners use names again; the same name at another time is another file.
pub fn origin_of(path: &Path, modified: SystemTime) -> String {
    let since_epoch = modified
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    format!("{}@{}", path.display(), since_epoch.as_millis())
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// How the store knows it now.
    pub recorded: Recorded,
    /// The pages that are no pictures, by their place in the file.
    pub warnings: Vec<(u32, Warning)>,
}

/// What became of a file that may still be growing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TakenIfWhole {
    /// It is whole and was taken.
    Taken(Taken),
    /// It is not whole, and nothing was recorded.
    NotWhole(Warning),
}

/// Why a file could not be taken in. Nothing was recorded; taking it again is harmless.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IntakeError {
    /// The file could not be read, or somebody is writing it.
    #[error("could not read the file")]
    File(#[source] io::Error),
    /// The bytes could not be kept.
    #[error("could not keep the bytes of the file")]
    Blob(#[source] BlobError),
    /// The rows could not be written.
    #[error("could not record the file")]
    Store(#[from] StoreError),
    /// No file can be opened now.
    #[error("could not open the file")]
    Opener(#[from] OpenerError),
    /// More pages than can be counted.
    #[error("the file has more pages than can be numbered")]
    PageNumber,
    /// The program is being shut down.
    #[error("the program is stopping")]
    Stopping,
}

impl From<BlobError> for IntakeError {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::Source(error) => Self::File(error),
            error => Self::Blob(error),
        }
    }
}

/// Takes in a file as it is. What is wrong with it becomes quarantined pages.
///
/// # Errors
/// When it could not be read, opened, kept or recorded; then nothing is recorded.
#[tracing::instrument(skip_all, name = "ingest.take", fields(batch.id = %file.batch_id), err)]
pub async fn take_file(ctx: &Intake, mut file: IncomingFile) -> Result<Taken, IntakeError> {
    let original = keep_original(ctx, &file.content).await?;
    if let Some(hash) = &original {
        file.content = let_go(ctx, file.content, hash).await?;
    }
    let mut opening = Opening::start(ctx, &file).await?;
    let pages = keep_pages(ctx, &mut opening, Faults::Quarantine).await?;
    record(ctx, file, original, pages.unwrap_or_default()).await
}

/// Takes in a file if it is whole; one that breaks off somewhere is left alone.
///
/// # Errors
/// As [`take_file`].
#[tracing::instrument(skip_all, name = "ingest.take_if_whole", fields(batch.id = %file.batch_id), err)]
pub async fn take_if_whole(ctx: &Intake, file: IncomingFile) -> Result<TakenIfWhole, IntakeError> {
    let mut opening = Opening::start(ctx, &file).await?;
    let pages = match keep_pages(ctx, &mut opening, Faults::StopIfUnfinished).await? {
        Ok(pages) => pages,
        Err(warning) => return Ok(TakenIfWhole::NotWhole(warning)),
    };
    let original = keep_original(ctx, &file.content).await?;
    if opening.hash().is_some() && opening.hash() != original.as_ref() {
        return Err(IntakeError::File(changed()));
    }
    Ok(TakenIfWhole::Taken(
        record(ctx, file, original, pages).await?,
    ))
}

/// An empty file is kept as well: its hash and its origin tell a repeated intake from a second empty file.
async fn keep_original(ctx: &Intake, content: &Content) -> Result<Option<BlobHash>, IntakeError> {
    match content {
        Content::Bytes(bytes) | Content::NoScan { bytes, .. } => {
            Ok(Some(ctx.blobs.put(bytes.clone()).await?))
        }
        Content::File(on_disk) => {
            let hash = ctx.blobs.put_file(on_disk.file(), on_disk.size_bytes());
            let hash = hash.await?;
            on_disk.check_unchanged().map_err(IntakeError::File)?;
            Ok(Some(hash))
        }
        Content::TooLarge { .. } | Content::NotRead { .. } => Ok(None),
    }
}

/// What is kept is opened from where it is kept: nobody changes it there, and it is not held in memory twice.
async fn let_go(ctx: &Intake, content: Content, kept: &BlobHash) -> Result<Content, IntakeError> {
    match content {
        Content::Bytes(_) | Content::File(_) if ctx.apart.is_some() => {
            let file = ctx.blobs.file(kept).await?;
            Ok(Content::File(OnDisk::new(file).map_err(IntakeError::File)?))
        }
        other => Ok(other),
    }
}

/// What to do about a page that is no picture.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Faults {
    /// It becomes a quarantined page.
    Quarantine,
    /// If more bytes might cure it, nothing more is done.
    StopIfUnfinished,
}

/// Keeps the picture of every page. The inner error is the warning that stopped it.
async fn keep_pages(
    ctx: &Intake,
    opening: &mut Opening,
    faults: Faults,
) -> Result<Result<Vec<KeptPage>, Warning>, IntakeError> {
    let mut pages = Vec::new();
    while let Some(page) = opening.next().await? {
        pages.push(match page {
            Err(warning) if faults == Faults::StopIfUnfinished && may_be_unfinished(&warning) => {
                return Ok(Err(warning));
            }
            Err(warning) => KeptPage::Fault(warning),
            Ok(page) => keep_picture(ctx, page).await?,
        });
    }
    Ok(Ok(pages))
}

/// Whether more bytes might make the file good.
fn may_be_unfinished(warning: &Warning) -> bool {
    matches!(
        warning.code,
        WarningCode::EmptyFile | WarningCode::DamagedFile
    )
}

/// A page whose picture is kept, or will be with the file.
enum KeptPage {
    Fault(Warning),
    Picture(PagePicture),
    /// The file is its own picture.
    File(Arrived),
}

async fn keep_picture(ctx: &Intake, mut page: Arrived) -> Result<KeptPage, IntakeError> {
    let Some(picture) = page.picture.take() else {
        return Ok(KeptPage::File(page));
    };
    let blob = ctx.blobs.put(picture).await?;
    Ok(KeptPage::Picture(picture_of(&page, blob)))
}

fn picture_of(page: &Arrived, blob: BlobHash) -> PagePicture {
    PagePicture {
        blob,
        width_px: page.width_px,
        height_px: page.height_px,
        dpi: page.dpi,
    }
}

async fn record(
    ctx: &Intake,
    file: IncomingFile,
    blob: Option<BlobHash>,
    pages: Vec<KeptPage>,
) -> Result<Taken, IntakeError> {
    let pages = pages.into_iter().enumerate().map(|(idx, page)| {
        let page_idx = u32::try_from(idx).map_err(|_| IntakeError::PageNumber)?;
        let outcome = outcome(page, blob.as_ref());
        Ok(NewPage { page_idx, outcome })
    });
    let pages: Vec<NewPage> = pages.collect::<Result<_, IntakeError>>()?;
    let warnings = pages.iter().filter_map(warning_of).collect();
    let media_type = file.content.media_type().map_err(IntakeError::File)?;
    let new_file = NewFile {
        batch_id: file.batch_id,
        name: file.name,
        origin: file.origin,
        media_type: media_type.to_owned(),
        size_bytes: file.content.size_bytes(),
        blob,
        pages,
    };
    let recorded = ctx.store.record_file(&ctx.moment(), new_file).await?;
    Ok(Taken { recorded, warnings })
}

fn outcome(page: KeptPage, file: Option<&BlobHash>) -> PageOutcome {
    match page {
        KeptPage::Fault(warning) => PageOutcome::Quarantined(warning),
        KeptPage::Picture(picture) => PageOutcome::Picture(picture),
        KeptPage::File(page) => {
            let file = file.expect("a file that was opened is kept");
            PageOutcome::Picture(picture_of(&page, file.clone()))
        }
    }
}

fn warning_of(page: &NewPage) -> Option<(u32, Warning)> {
    match &page.outcome {
        PageOutcome::Quarantined(warning) => Some((page.page_idx, warning.clone())),
        PageOutcome::Picture(_) => None,
    }
}
