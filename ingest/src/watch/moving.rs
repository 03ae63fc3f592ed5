//! Where files go after they were taken in.

use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};

use super::WatchError;
use super::entries::{Entry, check_unchanged};

/// Files whose pages were all taken.
pub(super) const DONE: &str = "done";
/// Files that a person must look at.
pub(super) const PROBLEM: &str = "problem";
/// Both.
pub(super) const FOLDERS: [&str; 2] = [DONE, PROBLEM];

/// Scanners count to four digits; the same name this often means something else is wrong.
const MOST_NAMESAKES: u32 = 100_000;

pub(super) fn make_folders(inbox: &Path) -> Result<(), WatchError> {
    for folder in FOLDERS {
        let path = inbox.join(folder);
        std::fs::create_dir_all(&path).map_err(|source| WatchError::Folder {
            action: "make",
            path,
            source,
        })?;
    }
    Ok(())
}

/// Makes the subfolders that are missing, but not the inbox itself: a network folder that is not connected is not
/// replaced by a folder of our own.
pub(super) fn make_again(inbox: &Path) -> Result<(), WatchError> {
    for folder in FOLDERS {
        let path = inbox.join(folder);
        match std::fs::create_dir(&path) {
            Err(source) if source.kind() != io::ErrorKind::AlreadyExists => {
                return Err(WatchError::Folder {
                    action: "make",
                    path,
                    source,
                });
            }
            _ => {}
        }
    }
    Ok(())
}

/// Moves a file that still looks as it did into `folder`, under a name that is free there.
///
/// A second name is given first and the old one taken away then: a program that is killed in between leaves the whole
/// file under both, and the next move sees that they are one file. Where files cannot have two names, an empty file
/// holds the new one.
pub(super) fn move_into(entry: &Entry, folder: &Path) -> io::Result<PathBuf> {
    check_unchanged(&entry.path.symlink_metadata()?, entry)?;
    for n in 1..=MOST_NAMESAKES {
        let target = folder.join(numbered(&entry.name, n));
        match std::fs::hard_link(&entry.path, &target) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                if !is_same_file(&entry.path, &target) {
                    continue;
                }
            }
            Err(_) => return rename_into(entry, folder),
        }
        std::fs::remove_file(&entry.path)?;
        return Ok(target);
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

#[cfg(unix)]
fn is_same_file(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let id = |path: &Path| {
        let metadata = path.symlink_metadata().ok()?;
        Some((metadata.dev(), metadata.ino()))
    };
    id(a).is_some() && id(a) == id(b)
}

#[cfg(not(unix))]
fn is_same_file(_: &Path, _: &Path) -> bool {
    false
}

fn rename_into(entry: &Entry, folder: &Path) -> io::Result<PathBuf> {
    let target = reserve(folder, &entry.name)?;
    // Renaming replaces nothing but the empty file that was just made to hold the name.
    match std::fs::rename(&entry.path, &target) {
        Ok(()) => Ok(target),
        Err(error) => {
            std::fs::remove_file(&target)?;
            Err(error)
        }
    }
}

/// Makes an empty file under a name that was free.
fn reserve(folder: &Path, name: &str) -> io::Result<PathBuf> {
    for n in 1..=MOST_NAMESAKES {
        let target = folder.join(numbered(name, n));
        match OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&target)
        {
            Ok(_) => return Ok(target),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// `scan.png`, `scan (2).png`, …
fn numbered(name: &str, n: u32) -> String {
    match (n, name.rsplit_once('.')) {
        (1, _) => name.to_owned(),
        (_, Some((stem, extension))) if !stem.is_empty() => format!("{stem} ({n}).{extension}"),
        _ => format!("{name} ({n})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_file_of_the_same_name_gets_a_number_before_its_ending() {
        assert_eq!(numbered("scan.png", 1), "scan.png");
        assert_eq!(numbered("scan.png", 2), "scan (2).png");
        assert_eq!(numbered("scan", 3), "scan (3)");
    }
}
