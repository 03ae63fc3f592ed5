//! How a file that is sent to the bench comes in: taking files in belongs to another crate.

use std::error::Error;
use std::pin::Pin;

use schemas::BatchId;

/// Takes files in, as every other way in does.
pub trait MailSlot: Send + Sync {
    /// Keeps the file and records its pages; taking the same file of the same origin again changes nothing.
    fn take(&self, file: SentFile) -> Taking<'_>;
}

/// A file being taken in.
pub type Taking<'a> = Pin<Box<dyn Future<Output = Result<TakenFile, SlotError>> + Send + 'a>>;

/// Why a file could not be kept. Nothing was recorded; it can be sent again.
pub type SlotError = Box<dyn Error + Send + Sync>;

/// A file that somebody sent.
#[derive(Debug)]
pub struct SentFile {
    /// The pile that it belongs to.
    pub batch_id: BatchId,
    /// Its name, for people.
    pub name: String,
    /// Where it comes from: with its content it tells a file that is sent again from a new one.
    pub origin: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakenFile {
    /// It is in.
    In {
        /// How many pages it has.
        n_pages: usize,
        /// How many of them are no pictures, so that a person must look.
        n_to_look_at: usize,
    },
    /// It had been sent before; nothing was done.
    WasIn,
    /// The same bytes had come in from elsewhere; it is noted in the pile, without pages.
    SameAsAnother,
}
