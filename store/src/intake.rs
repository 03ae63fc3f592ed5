use schemas::reading::Warning;
use schemas::{BatchId, BlobHash, FileId, PageId};

use crate::{Moment, Store, StoreError};

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

impl Store {
    /// Opens a batch. `source` says where it comes from, in words.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.batch.open", err)]
    pub async fn open_batch(&self, ctx: &Moment<'_>, source: &str) -> Result<BatchId, StoreError> {
        todo!()
    }

    /// Records a file, its pages and the jobs that read them, all or nothing.
    ///
    /// # Errors
    /// When the database fails or there is no such batch.
    #[tracing::instrument(skip_all, name = "db.file.record", fields(batch.id = %file.batch_id), err)]
    pub async fn record_file(&self, ctx: &Moment<'_>, file: NewFile) -> Result<Intake, StoreError> {
        todo!()
    }
}
