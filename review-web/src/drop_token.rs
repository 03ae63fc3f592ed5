//! The token that opens a drop address: 256 bits, of which only the hash is kept.
//!
//! A plain hash is enough, as for sessions: nobody can guess such a number, so that there is nothing to slow down.

use crate::digest::sha256_hex;
use crate::random::{self, Randomness};

/// A fresh token, as 64 hexadecimal digits.
pub fn fresh(random: &dyn Randomness) -> String {
    random::token(random)
}

/// What is kept of a token.
pub fn hash(token: &str) -> String {
    sha256_hex(token.as_bytes())
}
