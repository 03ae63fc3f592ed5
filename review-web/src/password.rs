//! Passwords, kept as argon2id hashes in the PHC text form.
//!
//! Both functions compute for some 20 ms: call them on a blocking thread.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};

use crate::random::Randomness;

/// The shortest password that is taken (OWASP asks for at least 8 where nothing else is asked for).
pub const MIN_LENGTH: usize = 10;

/// Why a password cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// It is too short.
    #[error("a password needs at least {MIN_LENGTH} characters")]
    TooShort,
    /// The hash could not be computed.
    #[error("the password could not be hashed")]
    Hash(#[source] argon2::password_hash::Error),
}

/// Hashes `password` with argon2id, the library's recommended cost, and a fresh salt of 128 bits.
///
/// # Errors
/// [`PasswordError::TooShort`] below [`MIN_LENGTH`] characters; [`PasswordError::Hash`] when there is no
/// memory for it.
pub fn hash(password: &str, random: &dyn Randomness) -> Result<String, PasswordError> {
    if password.chars().count() < MIN_LENGTH {
        return Err(PasswordError::TooShort);
    }
    let salt = random.bytes();
    Argon2::default()
        .hash_password_with_salt(password.as_bytes(), &salt[..16])
        .map(|hash: PasswordHash| hash.to_string())
        .map_err(PasswordError::Hash)
}

/// Whether `password` is the one that `hash` was made from. A text that is no hash fits no password.
pub fn verify(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandomness;

    #[test]
    fn only_the_right_password_fits() {
        let kept = hash("a long enough one", &SystemRandomness).unwrap();
        assert!(kept.starts_with("$argon2id$"));
        assert!(verify("a long enough one", &kept));
        assert!(!verify("a long enough two", &kept));
        assert!(!verify("a long enough one", "not a hash"));
    }

    #[test]
    fn the_same_password_is_kept_differently_each_time() {
        let keep = || hash("a long enough one", &SystemRandomness).unwrap();
        assert_ne!(keep(), keep());
    }

    #[test]
    fn short_passwords_are_refused() {
        assert!(matches!(
            hash("short", &SystemRandomness),
            Err(PasswordError::TooShort)
        ));
    }
}
