//! What people are told while a way in is held up by what every way in needs: the disk, the database, and what opens files.

use std::error::Error;
use std::io::ErrorKind;
use std::path::Path;

use store::{BlobError, Outage, StoreError, TroubleWords};

use crate::apart::OpenerError;
use crate::intake::IntakeError;

/// What waits meanwhile, and where.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    /// "Nothing is lost: the scans wait in the inbox."
    pub(crate) waiting: &'static str,
}

impl Held {
    /// Why a file could not be taken in.
    pub(crate) fn of_intake(self, error: &IntakeError, blobs: &Path) -> TroubleWords {
        match error {
            IntakeError::Blob(error) => self.of_blobs(error, blobs),
            IntakeError::Store(error) => self.of_store(error),
            IntakeError::Opener(error) => self.of_opener(error),
            IntakeError::File(_) | IntakeError::PageNumber | IntakeError::Stopping => {
                self.unexpected(error)
            }
        }
    }

    fn of_opener(self, error: &OpenerError) -> TroubleWords {
        let (cause, next_action) = match error {
            OpenerError::Start(source) => (
                format!("No file can be opened: the system starts no process for it ({source})."),
                "See whether memory or processes of this machine have run out; intake goes on by itself.",
            ),
            OpenerError::NotReady { why } => (
                format!("No file can be opened: the process for it does not work ({why})."),
                "See whether the memory of this machine has run out. Otherwise start Postbag again, and tell an \
                 administrator if that does not help.",
            ),
            OpenerError::Ended { signal } => (
                format!("The process that opens a file was ended from outside (signal {signal})."),
                "If nobody did that, the memory of this machine has run out: make room. The file is tried again by itself.",
            ),
        };
        TroubleWords {
            cause,
            next_action: format!("{} {next_action}", self.waiting),
        }
    }

    fn of_blobs(self, error: &BlobError, blobs: &Path) -> TroubleWords {
        if error.is_disk_full() {
            return self.disk_full(blobs);
        }
        let BlobError::Io { source, .. } = error else {
            return self.unexpected(error);
        };
        let blobs = blobs.display();
        TroubleWords {
            cause: format!("Pictures cannot be kept in {blobs}: {source}."),
            next_action: format!(
                "{} See that {blobs} is connected and that Postbag may write in it; intake goes on by itself.",
                self.waiting
            ),
        }
    }

    /// Why the database did not do what was asked.
    pub(crate) fn of_store(self, error: &StoreError) -> TroubleWords {
        let (cause, next_action) = match error.outage() {
            Some(Outage::Away) => (
                "The database does not answer.",
                "Start the database; intake goes on by itself.",
            ),
            Some(Outage::DiskFull) => (
                "The disk of the database is full.",
                "Make room on it; intake goes on by itself.",
            ),
            None => return self.unexpected(error),
        };
        TroubleWords {
            cause: cause.to_owned(),
            next_action: format!("{} {next_action}", self.waiting),
        }
    }

    /// No room where `folder` is.
    pub(crate) fn disk_full(self, folder: &Path) -> TroubleWords {
        TroubleWords {
            cause: "The disk is full.".to_owned(),
            next_action: format!(
                "{} Make room on {}; intake goes on by itself.",
                self.waiting,
                folder.display()
            ),
        }
    }

    /// What nobody has thought of.
    pub(crate) fn unexpected(self, error: &(dyn Error + 'static)) -> TroubleWords {
        let chain = std::iter::successors(Some(error), |error: &&(dyn Error + 'static)| {
            (*error).source()
        });
        let texts: Vec<String> = chain.map(ToString::to_string).collect();
        TroubleWords {
            cause: format!("Scans cannot be taken in: {}.", texts.join(": ")),
            next_action: format!(
                "{} Please tell an administrator; it is tried again and again.",
                self.waiting
            ),
        }
    }
}

/// Whether there is no room left.
pub(crate) fn is_disk_full(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
}
