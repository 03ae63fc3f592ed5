//! One file is taken in: the one function that every way in ends in.
//!
//! The order makes a crash harmless. First the file itself is kept, then its page pictures (both by the hash of their
//! content, so that keeping them again changes nothing), and last of all one transaction records the file, its pages
//! and the jobs that read them. A file that was recorded before is known by where it lay ([`origin_of`]) and by its
//! content; taking it again writes nothing.

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
use tokio::sync::mpsc;

use crate::bytes::FileBytes;
use crate::fault::Fault;
use crate::limits::Limits;
use crate::open::{self, OpenedPage};

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

/// The bytes of a file on its way in.
#[derive(Clone, Debug)]
pub enum Content {
    /// Read.
    Bytes(FileBytes),
    /// Not even read: it has more bytes than [`Limits::file_size_bytes`].
    TooLarge {
        /// How many.
        size_bytes: u64,
    },
    /// Not even read, for a reason of its own.
    NotRead {
        /// How many bytes it has.
        size_bytes: u64,
        /// Why a person must look, and what to do.
        warning: Warning,
    },
    /// Read, and known not to be a scan: it is kept, and not opened.
    NoScan {
        /// What it is.
        bytes: FileBytes,
        /// Why a person must look, and what to do.
        warning: Warning,
    },
}

impl Content {
    /// Reads a file that is not too large.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn load(path: &Path, limits: &Limits) -> std::io::Result<Self> {
        let size_bytes = tokio::fs::metadata(path).await?.len();
        if size_bytes > limits.file_size_bytes {
            return Ok(Self::TooLarge { size_bytes });
        }
        Ok(Self::Bytes(tokio::fs::read(path).await?.into()))
    }

    /// The same; bytes that came without anybody asking how many they are count as not read when they are too many.
    #[must_use]
    pub fn within(self, limits: &Limits) -> Self {
        match self {
            Self::Bytes(bytes) if bytes.len() as u64 > limits.file_size_bytes => Self::TooLarge {
                size_bytes: bytes.len() as u64,
            },
            other => other,
        }
    }

    fn size_bytes(&self) -> u64 {
        match self {
            Self::Bytes(bytes) | Self::NoScan { bytes, .. } => bytes.len() as u64,
            Self::TooLarge { size_bytes } | Self::NotRead { size_bytes, .. } => *size_bytes,
        }
    }

    fn bytes(&self) -> Option<&FileBytes> {
        match self {
            Self::Bytes(bytes) | Self::NoScan { bytes, .. } => Some(bytes),
            Self::TooLarge { .. } | Self::NotRead { .. } => None,
        }
    }
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
    /// The bytes could not be kept.
    #[error("could not keep the bytes of the file")]
    Blob(#[from] BlobError),
    /// The rows could not be written.
    #[error("could not record the file")]
    Store(#[from] StoreError),
    /// More pages than can be counted.
    #[error("the file has more pages than can be numbered")]
    PageNumber,
}

/// Takes in a file as it is. What is wrong with it becomes quarantined pages.
///
/// # Errors
/// When it could not be kept or recorded; then nothing is recorded.
#[tracing::instrument(skip_all, name = "ingest.take", fields(batch.id = %file.batch_id), err)]
pub async fn take_file(ctx: &Intake, file: IncomingFile) -> Result<Taken, IntakeError> {
    let original = keep_original(ctx, &file.content).await?;
    let pages = open_pages(ctx, &file, original.as_ref(), Faults::Quarantine).await?;
    record(ctx, file, original, pages.unwrap_or_default()).await
}

/// Takes in a file if it is whole; one that breaks off somewhere is left alone.
///
/// # Errors
/// As [`take_file`].
#[tracing::instrument(skip_all, name = "ingest.take_if_whole", fields(batch.id = %file.batch_id), err)]
pub async fn take_if_whole(ctx: &Intake, file: IncomingFile) -> Result<TakenIfWhole, IntakeError> {
    let hash = file.content.bytes().map(|bytes| Blobs::hash(bytes));
    let pages = match open_pages(ctx, &file, hash.as_ref(), Faults::StopIfUnfinished).await? {
        Ok(pages) => pages,
        Err(warning) => return Ok(TakenIfWhole::NotWhole(warning)),
    };
    let original = keep_original(ctx, &file.content).await?;
    Ok(TakenIfWhole::Taken(
        record(ctx, file, original, pages).await?,
    ))
}

/// An empty file is kept as well: its hash and its origin tell a repeated intake from a second empty file.
async fn keep_original(ctx: &Intake, content: &Content) -> Result<Option<BlobHash>, IntakeError> {
    match content.bytes() {
        Some(bytes) => Ok(Some(ctx.blobs.put(bytes.clone()).await?)),
        None => Ok(None),
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

/// Opens every page and keeps its picture. The inner error is the warning that stopped it.
async fn open_pages(
    ctx: &Intake,
    file: &IncomingFile,
    original: Option<&BlobHash>,
    faults: Faults,
) -> Result<Result<Vec<NewPage>, Warning>, IntakeError> {
    let mut arriving = start_opening(ctx, file);
    let mut pages = Vec::new();
    while let Some(page) = arriving.recv().await {
        let outcome = match page {
            Err(warning) if faults == Faults::StopIfUnfinished && may_be_unfinished(&warning) => {
                return Ok(Err(warning));
            }
            Err(warning) => PageOutcome::Quarantined(warning),
            Ok(page) => PageOutcome::Picture(keep_picture(ctx, file, original, page).await?),
        };
        let page_idx = u32::try_from(pages.len()).map_err(|_| IntakeError::PageNumber)?;
        pages.push(NewPage { page_idx, outcome });
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

type Arriving = mpsc::Receiver<Result<OpenedPage, Warning>>;

/// Decodes beside the async threads; at most one page waits.
fn start_opening(ctx: &Intake, file: &IncomingFile) -> Arriving {
    let (sender, arriving) = mpsc::channel(1);
    let (limits, name, content) = (ctx.limits.clone(), file.name.clone(), file.content.clone());
    tokio::task::spawn_blocking(move || {
        let opened = match content {
            Content::Bytes(bytes) => open::pages_named(&name, bytes, &limits),
            Content::NoScan { warning, .. } | Content::NotRead { warning, .. } => Err(warning),
            Content::TooLarge { size_bytes } => {
                let limit_bytes = limits.file_size_bytes;
                Err(Fault::FileTooLarge {
                    size_bytes,
                    limit_bytes,
                }
                .warning(Some(&name)))
            }
        };
        match opened {
            Err(warning) => drop(sender.blocking_send(Err(warning))),
            Ok(mut pages) => {
                while pages
                    .next()
                    .is_some_and(|page| sender.blocking_send(page).is_ok())
                {}
            }
        }
    });
    arriving
}

async fn keep_picture(
    ctx: &Intake,
    file: &IncomingFile,
    original: Option<&BlobHash>,
    page: OpenedPage,
) -> Result<PagePicture, IntakeError> {
    let is_file = matches!(&file.content, Content::Bytes(bytes) if bytes.is_same(&page.picture));
    let OpenedPage {
        picture,
        width_px,
        height_px,
        dpi,
        ..
    } = page;
    let blob = match original {
        // The file is its own picture; its blob is kept with the file.
        Some(hash) if is_file => hash.clone(),
        _ => ctx.blobs.put(picture).await?,
    };
    Ok(PagePicture {
        blob,
        width_px,
        height_px,
        dpi,
    })
}

async fn record(
    ctx: &Intake,
    file: IncomingFile,
    blob: Option<BlobHash>,
    pages: Vec<NewPage>,
) -> Result<Taken, IntakeError> {
    let warnings = pages.iter().filter_map(warning_of).collect();
    let media_type = match &file.content {
        Content::Bytes(bytes) => open::media_type(bytes),
        _ => "application/octet-stream",
    };
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

fn warning_of(page: &NewPage) -> Option<(u32, Warning)> {
    match &page.outcome {
        PageOutcome::Quarantined(warning) => Some((page.page_idx, warning.clone())),
        PageOutcome::Picture(_) => None,
    }
}
