use schemas::BlobHash;
use sha2::{Digest, Sha256};

/// The name that bytes have among the blobs, when they come one part after the other.
#[derive(Clone, Debug, Default)]
pub struct Hashing(Sha256);

impl Hashing {
    /// The next part.
    pub fn update(&mut self, part: &[u8]) {
        self.0.update(part);
    }

    /// The name of everything that came.
    ///
    /// # Panics
    /// Never: SHA-256 has 64 hexadecimal digits.
    pub fn finish(self) -> BlobHash {
        let hex = crate::hex(&self.0.finalize());
        BlobHash::parse(&hex).expect("SHA-256 has 64 hexadecimal digits")
    }
}
