//! What people are told while the inbox cannot be worked off.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::path::Path;

use store::{BlobError, Outage, StoreError, TroubleWords};

use super::WatchError;
use crate::intake::IntakeError;

const WAITING: &str = "Nothing is lost: the scans wait in the inbox.";

/// Why a whole look failed.
pub(super) fn of_look(error: &WatchError, inbox: &Path, blobs: &Path) -> TroubleWords {
    match error {
        WatchError::Folder { source, .. } => of_folder(source, inbox),
        WatchError::Intake(IntakeError::Blob(error)) => of_blobs(error, blobs),
        WatchError::Intake(IntakeError::Store(error)) | WatchError::Store(error) => of_store(error),
        _ => unexpected(error),
    }
}

/// Why one file cannot be read or moved; nothing when it is only being written, or was taken away.
pub(super) fn of_file(name: &str, error: &io::Error, inbox: &Path) -> Option<TroubleWords> {
    // What the operating system did not say, we did: that the file has changed.
    error.raw_os_error()?;
    match error.kind() {
        ErrorKind::NotFound => None,
        kind if is_disk_full(kind) => Some(disk_full(inbox)),
        _ => Some(TroubleWords {
            cause: format!("The file “{name}” cannot be read or moved: {error}."),
            next_action: format!(
                "{WAITING} See that Postbag may read and write in {}; intake goes on by itself.",
                inbox.display()
            ),
        }),
    }
}

fn of_folder(error: &io::Error, inbox: &Path) -> TroubleWords {
    if is_disk_full(error.kind()) {
        return disk_full(inbox);
    }
    let inbox = inbox.display();
    let cause = match error.kind() {
        ErrorKind::NotFound => format!("The folder {inbox} is not there."),
        _ => format!("The folder {inbox} cannot be used: {error}."),
    };
    TroubleWords {
        cause,
        next_action: format!(
            "Nothing that was taken in is lost. See that {inbox} is connected and that Postbag may read and write in \
             it; intake goes on by itself."
        ),
    }
}

fn of_blobs(error: &BlobError, blobs: &Path) -> TroubleWords {
    if error.is_disk_full() {
        return disk_full(blobs);
    }
    let BlobError::Io { source, .. } = error else {
        return unexpected(error);
    };
    let blobs = blobs.display();
    TroubleWords {
        cause: format!("Pictures cannot be kept in {blobs}: {source}."),
        next_action: format!(
            "{WAITING} See that {blobs} is connected and that Postbag may write in it; intake goes on by itself."
        ),
    }
}

fn of_store(error: &StoreError) -> TroubleWords {
    let (cause, next_action) = match error.outage() {
        Some(Outage::Away) => (
            "The database does not answer.",
            "Start the database; intake goes on by itself.",
        ),
        Some(Outage::DiskFull) => (
            "The disk of the database is full.",
            "Make room on it; intake goes on by itself.",
        ),
        None => return unexpected(error),
    };
    TroubleWords {
        cause: cause.to_owned(),
        next_action: format!("{WAITING} {next_action}"),
    }
}

fn disk_full(folder: &Path) -> TroubleWords {
    TroubleWords {
        cause: "The disk is full.".to_owned(),
        next_action: format!(
            "{WAITING} Make room on {}; intake goes on by itself.",
            folder.display()
        ),
    }
}

fn is_disk_full(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
}

fn unexpected(error: &(dyn Error + 'static)) -> TroubleWords {
    let chain = std::iter::successors(Some(error), |error: &&(dyn Error + 'static)| {
        (*error).source()
    });
    let texts: Vec<String> = chain.map(ToString::to_string).collect();
    TroubleWords {
        cause: format!("Scans cannot be taken in: {}.", texts.join(": ")),
        next_action: format!(
            "{WAITING} Please tell an administrator; it is tried again and again."
        ),
    }
}
