use std::ops::Deref;
use std::sync::Arc;

/// The bytes of a file or of a picture, shared without copying.
///
/// A single-picture file is its own page picture; both are then the same bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct FileBytes(pub(crate) Arc<Vec<u8>>);

impl FileBytes {
    /// Whether `self` and `other` are the same piece of memory.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Deref for FileBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for FileBytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for FileBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FileBytes({} bytes)", self.len())
    }
}

impl From<Vec<u8>> for FileBytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Arc::new(bytes))
    }
}

impl From<&[u8]> for FileBytes {
    fn from(bytes: &[u8]) -> Self {
        Self::from(bytes.to_vec())
    }
}

impl From<&Vec<u8>> for FileBytes {
    fn from(bytes: &Vec<u8>) -> Self {
        Self::from(bytes.clone())
    }
}

impl From<&Self> for FileBytes {
    fn from(bytes: &Self) -> Self {
        bytes.clone()
    }
}
