//! How a file that is sent to the bench comes in: taking files in belongs to another crate.

use std::error::Error;
use std::pin::Pin;

use schemas::BatchId;
use schemas::reading::Warning;

/// Takes files in, as every other way in does.
pub trait MailSlot: Send + Sync {
    /// The size of the largest file that is kept.
    fn max_file_bytes(&self) -> u64;

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
    pub pile: Pile,
    /// Its name, for people.
    pub name: String,
    /// Where it comes from: with its content it tells a file that is sent again from a new one.
    pub origin: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The pile that a file belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pile {
    /// This one.
    Opened(BatchId),
    /// The one that goes on: files from here that come soon after each other are one pile, and the next begins another.
    /// A file that is in already begins none.
    From(String),
}

/// A page that is no picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageToLookAt {
    /// Which page of the file, from 1.
    pub number: u32,
    /// What is wrong with it, and what to do.
    pub warning: Warning,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TakenFile {
    /// It is in.
    In {
        /// How many pages it has.
        n_pages: usize,
        /// Those that are no pictures, so that a person must look.
        to_look_at: Vec<PageToLookAt>,
    },
    /// It had been sent before; nothing was done.
    WasIn,
    /// The same bytes had come in from elsewhere; it is noted in the pile, without pages.
    SameAsAnother,
}
