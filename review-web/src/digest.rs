use sha2::{Digest, Sha256};

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// The SHA-256 of `bytes`, as 64 hexadecimal digits.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Whether two secrets are the same, in a time that does not tell where they differ: their hashes are
/// compared, and a hash cannot be approached digit by digit.
pub(crate) fn same_secret(left: &str, right: &str) -> bool {
    !left.is_empty() && Sha256::digest(left) == Sha256::digest(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_secret_is_never_the_same() {
        assert!(same_secret("a1", "a1"));
        assert!(!same_secret("a1", "a2"));
        assert!(!same_secret("", ""));
    }
}
