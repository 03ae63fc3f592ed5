//! What lies in the inbox.

use std::fs::{File, FileType, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{WatchError, moving};
use crate::intake::{Content, OnDisk, changed};
use crate::limits::Limits;

/// What a file looks like from outside. When it changes, somebody is still writing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Signature {
    pub(super) size_bytes: u64,
    pub(super) modified: SystemTime,
}

/// A file in the inbox.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) signature: Signature,
}

/// Everything that lies in the inbox and is not left alone.
pub(super) struct Look {
    /// Files, oldest first.
    pub(super) files: Vec<Entry>,
    /// Names of what is no file, and what it is.
    pub(super) others: Vec<(String, &'static str)>,
}

/// Lists the inbox, and makes its subfolders again when somebody has taken them away. What vanishes while it is listed
/// is left out.
pub(super) fn look(inbox: &Path) -> Result<Look, WatchError> {
    let listed = std::fs::read_dir(inbox).map_err(|source| WatchError::Folder {
        action: "list",
        path: inbox.to_owned(),
        source,
    })?;
    let mut look = Look {
        files: Vec::new(),
        others: Vec::new(),
    };
    for entry in listed.flatten() {
        // A name that is no UTF-8 is shown with replacement characters; the path keeps it as it is.
        let name = entry.file_name().to_string_lossy().into_owned();
        let Ok(metadata) = entry.path().symlink_metadata() else {
            continue;
        };
        if is_left_alone(&name) || (metadata.is_dir() && moving::FOLDERS.contains(&name.as_str())) {
            continue;
        }
        match signature(&metadata) {
            Some(signature) => look.files.push(Entry {
                name,
                path: entry.path(),
                signature,
            }),
            None => look.others.push((name, what_else(metadata.file_type()))),
        }
    }
    moving::make_again(inbox)?;
    look.files
        .sort_by(|a, b| (a.signature.modified, &a.name).cmp(&(b.signature.modified, &b.name)));
    look.others.sort();
    Ok(look)
}

/// Names that programs use while they write, and what desktops leave lying about.
fn is_left_alone(name: &str) -> bool {
    const UNFINISHED: &[&str] = &[
        ".part",
        ".partial",
        ".tmp",
        ".temp",
        ".crdownload",
        ".filepart",
        ".lock",
        "~",
    ];
    const LITTER: &[&str] = &["thumbs.db", "desktop.ini"];
    let name = name.to_lowercase();
    name.starts_with(['.', '~'])
        || UNFINISHED.iter().any(|end| name.ends_with(end))
        || LITTER.contains(&name.as_str())
}

/// `None` for what is no file.
fn signature(metadata: &Metadata) -> Option<Signature> {
    metadata.is_file().then(|| Signature {
        size_bytes: metadata.len(),
        modified: metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH),
    })
}

fn what_else(file_type: FileType) -> &'static str {
    if file_type.is_symlink() {
        "a link"
    } else if file_type.is_dir() {
        "a folder"
    } else {
        "a pipe, a socket or a device"
    }
}

/// Opens a file that still looks as it did. Never follows a link, never waits for a pipe.
pub(super) fn load(entry: &Entry, limits: &Limits) -> io::Result<Content> {
    let file = open(&entry.path)?;
    check_unchanged(&file.metadata()?, entry)?;
    Ok(Content::File(OnDisk::new(file)?).within(limits))
}

/// Fails when the file is no longer the one that was looked at.
pub(super) fn check_unchanged(metadata: &Metadata, entry: &Entry) -> io::Result<()> {
    let same = signature(metadata).is_some_and(|signature| signature == entry.signature);
    if same { Ok(()) } else { Err(changed()) }
}

#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK)
        .open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_that_are_being_written_are_left_alone() {
        for name in [
            ".scan.png",
            "scan.png.part",
            "Scan.TMP",
            "~$scan.pdf",
            "scan.pdf~",
            "Thumbs.db",
        ] {
            assert!(is_left_alone(name), "{name}");
        }
        assert!(!is_left_alone("Scan 1.partial view.png"));
    }
}
