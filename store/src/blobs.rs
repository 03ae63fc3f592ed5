//! Blobs as files in a folder. Not through `object_store`: its local file system writes a file and renames it, but
//! syncs neither the file nor its folder, so that after a power cut a blob that the database names may be empty.

mod hashing;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use schemas::BlobHash;

pub use hashing::Hashing;

/// Pictures and files, by the hash of their content: `ROOT/ab/cd/abcd…`. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Blobs {
    root: Arc<Path>,
}

/// Why a blob could not be kept or found.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BlobError {
    /// The address is of a kind that is not built yet.
    #[error("blobs at {url:?} are not supported yet: give a folder")]
    Unsupported {
        /// The address.
        url: String,
    },
    /// A file or folder could not be read or written.
    #[error("could not {action} {}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// What is to be kept could not be read.
    #[error("could not read what is to be kept")]
    Source(#[source] std::io::Error),
    /// The bytes on the disk are no longer those that were stored.
    #[error("blob {hash} is damaged on the disk")]
    Damaged {
        /// The blob.
        hash: BlobHash,
    },
    /// The program is being shut down.
    #[error("the program is stopping")]
    Stopping,
}

impl BlobError {
    /// Whether there is no room left for the bytes.
    pub fn is_disk_full(&self) -> bool {
        use std::io::ErrorKind::{QuotaExceeded, StorageFull};
        matches!(self, Self::Io { source, .. } if matches!(source.kind(), StorageFull | QuotaExceeded))
    }
}

impl Blobs {
    /// Opens a folder (a path, or `file://…`), and makes it when missing.
    ///
    /// # Errors
    /// When the folder cannot be made, or the address is of another kind.
    pub async fn open(url: &str) -> Result<Self, BlobError> {
        let root = match url.split_once("://") {
            None => PathBuf::from(url),
            Some(("file", path)) => PathBuf::from(path),
            Some(_) => {
                return Err(BlobError::Unsupported {
                    url: url.to_owned(),
                });
            }
        };
        let blobs = Self { root: root.into() };
        blobs.run(|blobs| make_folder(&blobs.incoming())).await?;
        Ok(blobs)
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The name that these bytes have here.
    pub fn hash(bytes: &[u8]) -> BlobHash {
        let mut hashing = Hashing::default();
        hashing.update(bytes);
        hashing.finish()
    }

    /// Keeps bytes. When this returns they are on the disk, whole, for good. Keeping the same bytes again is harmless,
    /// and mends a copy that was damaged.
    ///
    /// # Errors
    /// When the folder cannot be written.
    #[tracing::instrument(skip_all, name = "blob.put")]
    pub async fn put(
        &self,
        bytes: impl AsRef<[u8]> + Send + 'static,
    ) -> Result<BlobHash, BlobError> {
        self.run(move |blobs| blobs.put_now(bytes.as_ref())).await
    }

    /// Keeps a file, or its first `size_bytes` when it is longer, as [`Blobs::put`] keeps bytes; no more than a little of it is
    /// ever in memory.
    ///
    /// # Errors
    /// When the folder cannot be written, or the file cannot be read.
    #[tracing::instrument(skip_all, name = "blob.put_file")]
    pub async fn put_file(&self, file: Arc<File>, size_bytes: u64) -> Result<BlobHash, BlobError> {
        self.run(move |blobs| blobs.put_file_now(&file, size_bytes))
            .await
    }

    /// Opens a blob as it lies on the disk; nothing is proved.
    ///
    /// # Errors
    /// When it cannot be opened, or is not there.
    #[tracing::instrument(skip_all, name = "blob.file", fields(blob.hash = %hash))]
    pub async fn file(&self, hash: &BlobHash) -> Result<File, BlobError> {
        let path = self.path(hash);
        self.run(move |_| File::open(&path).map_err(failed("open", &path)))
            .await
    }

    /// Fetches the bytes and proves that they are the ones that were stored.
    ///
    /// # Errors
    /// When the folder cannot be read, or the bytes are damaged.
    #[tracing::instrument(skip_all, name = "blob.get", fields(blob.hash = %hash))]
    pub async fn get(&self, hash: &BlobHash) -> Result<Option<Vec<u8>>, BlobError> {
        let hash = hash.clone();
        self.run(move |blobs| blobs.get_now(&hash)).await
    }

    /// Proves that blobs can be written, read and removed here.
    ///
    /// # Errors
    /// When they cannot.
    #[tracing::instrument(skip_all, name = "blob.check")]
    pub async fn check(&self) -> Result<(), BlobError> {
        self.run(|blobs| {
            let (path, mut file) = blobs.create_incoming("check")?;
            file.write_all(b"check").map_err(failed("write", &path))?;
            file.sync_all().map_err(failed("sync", &path))?;
            fs::read(&path).map_err(failed("read", &path))?;
            fs::remove_file(&path).map_err(failed("remove", &path))
        })
        .await
    }

    /// Hashing and the disk take longer than async code may: they run on a thread for such things.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, BlobError> + Send + 'static,
    ) -> Result<T, BlobError> {
        let blobs = self.clone();
        let span = tracing::Span::current();
        let done = tokio::task::spawn_blocking(move || span.in_scope(|| work(&blobs))).await;
        done.map_err(|_| BlobError::Stopping)?
    }

    fn put_now(&self, bytes: &[u8]) -> Result<BlobHash, BlobError> {
        let hash = Self::hash(bytes);
        let path = self.path(&hash);
        let folder = path.parent().unwrap_or(&self.root);
        if !is_whole(&path, &hash) {
            make_folder(folder)?;
            self.write(hash.as_str(), bytes, &path)?;
        }
        // Also when the file was there: whoever is writing it may not have come to this yet.
        sync_folder(folder)?;
        Ok(hash)
    }

    fn write(&self, name: &str, bytes: &[u8], path: &Path) -> Result<(), BlobError> {
        let (incoming, mut file) = self.create_incoming(name)?;
        let written = file
            .write_all(bytes)
            .and_then(|()| file.sync_all())
            .and_then(|()| fs::rename(&incoming, path));
        if written.is_err() {
            // What is left over does no harm; a full disk is glad of the space.
            let _ = fs::remove_file(&incoming);
        }
        written.map_err(failed("write", path))
    }

    fn put_file_now(&self, source: &File, size_bytes: u64) -> Result<BlobHash, BlobError> {
        let (incoming, mut file) = self.create_incoming("file")?;
        let kept = copy(source, size_bytes, |part| {
            file.write_all(part).map_err(failed("write", &incoming))
        })
        .and_then(|hash| self.put_in_place(&incoming, &file, hash));
        if kept.is_err() {
            // As for bytes. After it was put in place there is nothing here to remove.
            let _ = fs::remove_file(&incoming);
        }
        kept
    }

    /// Whatever lies in this place already is the same, or damaged.
    fn put_in_place(
        &self,
        incoming: &Path,
        file: &File,
        hash: BlobHash,
    ) -> Result<BlobHash, BlobError> {
        let path = self.path(&hash);
        let folder = path.parent().unwrap_or(&self.root);
        make_folder(folder)?;
        file.sync_all()
            .and_then(|()| fs::rename(incoming, &path))
            .map_err(failed("write", &path))?;
        sync_folder(folder)?;
        Ok(hash)
    }

    fn get_now(&self, hash: &BlobHash) -> Result<Option<Vec<u8>>, BlobError> {
        let path = self.path(hash);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed("read", &path)(error)),
        };
        if Self::hash(&bytes) != *hash {
            return Err(BlobError::Damaged { hash: hash.clone() });
        }
        Ok(Some(bytes))
    }

    fn path(&self, hash: &BlobHash) -> PathBuf {
        let hash = hash.as_str();
        self.root.join(&hash[..2]).join(&hash[2..4]).join(hash)
    }

    fn incoming(&self) -> PathBuf {
        self.root.join("incoming")
    }

    /// A new file that nobody else writes, also on a folder that several machines share.
    fn create_incoming(&self, name: &str) -> Result<(PathBuf, File), BlobError> {
        static TRY: AtomicU64 = AtomicU64::new(0);
        loop {
            let n = TRY.fetch_add(1, Ordering::Relaxed);
            let file_name = format!("{name}.{}.{n}", std::process::id());
            let path = self.incoming().join(file_name);
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => return Ok((path, file)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(failed("create", &path)(error)),
            }
        }
    }
}

/// Whether a file is there and has this hash. It is not held in memory for that.
fn is_whole(path: &Path, hash: &BlobHash) -> bool {
    let Ok(file) = File::open(path) else {
        return false;
    };
    copy(&file, u64::MAX, |_| Ok(())).is_ok_and(|found| found == *hash)
}

/// Reads a file from its beginning, part by part; the hash of it all.
fn copy(
    mut source: &File,
    size_bytes: u64,
    mut to: impl FnMut(&[u8]) -> Result<(), BlobError>,
) -> Result<BlobHash, BlobError> {
    source.seek(SeekFrom::Start(0)).map_err(BlobError::Source)?;
    let mut source = source.take(size_bytes);
    let mut part = vec![0; 1 << 16];
    let mut hashing = Hashing::default();
    loop {
        match source.read(&mut part).map_err(BlobError::Source)? {
            0 => break,
            n_bytes => {
                hashing.update(&part[..n_bytes]);
                to(&part[..n_bytes])?;
            }
        }
    }
    Ok(hashing.finish())
}

/// Makes a folder and those above it, and sees to it that they are still there after a power cut.
fn make_folder(folder: &Path) -> Result<(), BlobError> {
    if folder.is_dir() {
        return Ok(());
    }
    let above = folder
        .parent()
        .filter(|above| !above.as_os_str().is_empty());
    if let Some(above) = above {
        make_folder(above)?;
    }
    match fs::create_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            return Err(failed("make", folder)(error));
        }
        _ => {}
    }
    above.map_or(Ok(()), sync_folder)
}

fn sync_folder(folder: &Path) -> Result<(), BlobError> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(failed("sync", folder))
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> BlobError {
    let path = path.to_owned();
    move |source| BlobError::Io {
        action,
        path,
        source,
    }
}
