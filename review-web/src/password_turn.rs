//! Passwords checked and made, a few at a time and apart from what answers: each takes a core for some 20 ms.

use serde::Deserialize;
use tokio::sync::SemaphorePermit;

use crate::app::{Bench, Shared};
use crate::error::WebError;
use crate::password::{self, MIN_LENGTH, PasswordError};

/// A new password, typed twice.
#[derive(Deserialize)]
pub(crate) struct TypedTwice {
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

/// Whether a password is the one that is kept. Where none is kept it takes as long, and fits never.
pub(crate) async fn fits(
    bench: &Shared,
    typed: String,
    kept: Option<String>,
) -> Result<bool, WebError> {
    let _turn = turn(bench).await?;
    let bench = bench.clone();
    let check = move || {
        let hash = kept.as_deref().unwrap_or_else(|| decoy(&bench));
        password::verify(&typed, hash) && kept.is_some()
    };
    Ok(tokio::task::spawn_blocking(check).await?)
}

/// The hash of a new password; or what is wrong with it, in words.
pub(crate) async fn choose(
    bench: &Shared,
    typed: TypedTwice,
) -> Result<Result<String, String>, WebError> {
    if typed.password != typed.again {
        let words = "The two passwords are not the same. Please type them again.";
        return Ok(Err(words.to_owned()));
    }
    let _turn = turn(bench).await?;
    let bench = bench.clone();
    let make = move || password::hash(&typed.password, bench.app.random.as_ref());
    match tokio::task::spawn_blocking(make).await? {
        Ok(hash) => Ok(Ok(hash)),
        Err(PasswordError::TooShort) => Ok(Err(format!(
            "A password needs at least {MIN_LENGTH} characters. A few words in a row are easy to remember."
        ))),
        Err(PasswordError::Hash(_)) => Err(WebError::Internal("a password could not be hashed")),
    }
}

async fn turn(bench: &Shared) -> Result<SemaphorePermit<'_>, WebError> {
    let turn = bench.password_checks.acquire().await;
    turn.map_err(|_| WebError::Internal("the password checks are closed"))
}

fn decoy(bench: &Bench) -> &str {
    bench.decoy_hash.get_or_init(|| {
        password::hash("nobody has this password", bench.app.random.as_ref()).unwrap_or_default()
    })
}
