//! The bytes of a file on its way in, wherever they are.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use schemas::reading::Warning;
use tokio::io::AsyncRead;

use crate::bytes::FileBytes;
use crate::limits::Limits;
use crate::open;

/// The bytes of a file on its way in.
#[derive(Clone, Debug)]
pub enum Content {
    /// In memory.
    Bytes(FileBytes),
    /// On the disk, and read part by part.
    File(OnDisk),
    /// Not even read: it has more bytes than [`Limits::file_size_bytes`].
    TooLarge {
        /// How many.
        size_bytes: u64,
    },
    /// Not even read, for a reason of its own.
    NotRead {
        /// How many bytes it has.
        size_bytes: u64,
        /// Why a person must look, and what to do.
        warning: Warning,
    },
    /// Read, and known not to be a scan: it is kept, and not opened.
    NoScan {
        /// What it is.
        bytes: FileBytes,
        /// Why a person must look, and what to do.
        warning: Warning,
    },
}

impl Content {
    /// Opens a file, to be read when it is needed.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn load(path: &Path, limits: &Limits) -> io::Result<Self> {
        let file = tokio::fs::File::open(path).await?;
        let on_disk = OnDisk::new(file.into_std().await)?;
        Ok(Self::File(on_disk).within(limits))
    }

    /// The same; one that has more bytes than are taken counts as not read.
    #[must_use]
    pub fn within(self, limits: &Limits) -> Self {
        match self {
            Self::Bytes(_) | Self::File(_) if self.size_bytes() > limits.file_size_bytes => {
                Self::TooLarge {
                    size_bytes: self.size_bytes(),
                }
            }
            other => other,
        }
    }

    pub(super) fn size_bytes(&self) -> u64 {
        match self {
            Self::Bytes(bytes) | Self::NoScan { bytes, .. } => bytes.len() as u64,
            Self::File(on_disk) => on_disk.size_bytes,
            Self::TooLarge { size_bytes } | Self::NotRead { size_bytes, .. } => *size_bytes,
        }
    }

    pub(super) fn media_type(&self) -> io::Result<&'static str> {
        Ok(match self {
            Self::Bytes(bytes) => open::media_type(bytes),
            Self::File(on_disk) => open::media_type(&on_disk.head()?),
            _ => "application/octet-stream",
        })
    }
}

/// A file on the disk, opened, as it was at that time.
#[derive(Clone, Debug)]
pub struct OnDisk {
    file: Arc<File>,
    size_bytes: u64,
    modified: Option<SystemTime>,
}

impl OnDisk {
    /// As it is now.
    ///
    /// # Errors
    /// When the system does not say how long it is.
    pub fn new(file: File) -> io::Result<Self> {
        let metadata = file.metadata()?;
        Ok(Self {
            file: Arc::new(file),
            size_bytes: metadata.len(),
            modified: metadata.modified().ok(),
        })
    }

    pub(super) fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    pub(super) fn file(&self) -> Arc<File> {
        Arc::clone(&self.file)
    }

    /// The same, for async code.
    pub(super) fn async_reader(&self) -> io::Result<impl AsyncRead + Unpin + Send + use<>> {
        (&*self.file).seek(SeekFrom::Start(0))?;
        let file = tokio::fs::File::from_std(self.file.try_clone()?);
        Ok(tokio::io::AsyncReadExt::take(file, self.size_bytes))
    }

    /// To be read from its beginning, by one reader at a time.
    fn reader(&self) -> io::Result<impl Read> {
        (&*self.file).seek(SeekFrom::Start(0))?;
        Ok((&*self.file).take(self.size_bytes))
    }

    /// Everything.
    pub(super) fn read(&self) -> io::Result<FileBytes> {
        let mut bytes = Vec::with_capacity(usize::try_from(self.size_bytes).unwrap_or(0));
        self.reader()?.read_to_end(&mut bytes)?;
        Ok(bytes.into())
    }

    /// What its format is told by.
    fn head(&self) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        let longest = open::HEAD_BYTES as u64;
        self.reader()?.take(longest).read_to_end(&mut head)?;
        Ok(head)
    }

    /// Fails when somebody has written to it since.
    pub(super) fn check_unchanged(&self) -> io::Result<()> {
        let metadata = self.file.metadata()?;
        if metadata.len() == self.size_bytes && metadata.modified().ok() == self.modified {
            Ok(())
        } else {
            Err(changed())
        }
    }
}

/// Why a file is not taken in yet.
pub(crate) fn changed() -> io::Error {
    io::Error::other("the file is being written")
}
