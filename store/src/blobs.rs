use std::path::PathBuf;

use schemas::BlobHash;

/// Pictures and files, by the hash of their content.
#[derive(Clone, Debug)]
pub struct Blobs {
    root: PathBuf,
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

impl Blobs {
    /// Opens a folder (a path, or `file://…`), and makes it when missing.
    ///
    /// # Errors
    /// When the folder cannot be made, or the address is of another kind.
    pub async fn open(url: &str) -> Result<Self, BlobError> {
        todo!()
    }

    /// The name that these bytes have here.
    pub fn hash(bytes: &[u8]) -> BlobHash {
        todo!()
    }

    /// Keeps bytes. When this returns they are on the disk, whole, for good. Keeping the same bytes again is harmless.
    ///
    /// # Errors
    /// When the folder cannot be written.
    #[tracing::instrument(skip_all, name = "blob.put", err)]
    pub async fn put(&self, bytes: Vec<u8>) -> Result<BlobHash, BlobError> {
        todo!()
    }

    /// Fetches the bytes and proves that they are the ones that were stored.
    ///
    /// # Errors
    /// When the folder cannot be read, or the bytes are damaged.
    #[tracing::instrument(skip_all, name = "blob.get", fields(blob.hash = %hash), err)]
    pub async fn get(&self, hash: &BlobHash) -> Result<Option<Vec<u8>>, BlobError> {
        todo!()
    }

    /// Proves that blobs can be written, read and removed here.
    ///
    /// # Errors
    /// When they cannot.
    #[tracing::instrument(skip_all, name = "blob.check", err)]
    pub async fn check(&self) -> Result<(), BlobError> {
        todo!()
    }
}
