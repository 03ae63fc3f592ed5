//! What people are told while the inbox cannot be worked off.

use std::io::{self, ErrorKind};
use std::path::Path;

use store::TroubleWords;

use super::WatchError;
use crate::held_up::{Held, is_disk_full};

const HELD: Held = Held {
    waiting: "Nothing is lost: the scans wait in the inbox.",
};

/// Why a whole look failed.
pub(super) fn of_look(error: &WatchError, inbox: &Path, blobs: &Path) -> TroubleWords {
    match error {
        WatchError::Folder { source, .. } => of_folder(source, inbox),
        WatchError::Intake(error) => HELD.of_intake(error, blobs),
        WatchError::Store(error) => HELD.of_store(error),
        WatchError::Stopping => HELD.unexpected(error),
    }
}

/// Why one file cannot be read or moved; nothing when it is only being written, or was taken away.
pub(super) fn of_file(name: &str, error: &io::Error, inbox: &Path) -> Option<TroubleWords> {
    // What the operating system did not say, we did: that the file has changed.
    error.raw_os_error()?;
    match error.kind() {
        ErrorKind::NotFound => None,
        kind if is_disk_full(kind) => Some(HELD.disk_full(inbox)),
        _ => Some(TroubleWords {
            cause: format!("The file “{name}” cannot be read or moved: {error}."),
            next_action: format!(
                "{} See that Postbag may read and write in {}; intake goes on by itself.",
                HELD.waiting,
                inbox.display()
            ),
        }),
    }
}

fn of_folder(error: &io::Error, inbox: &Path) -> TroubleWords {
    if is_disk_full(error.kind()) {
        return HELD.disk_full(inbox);
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
