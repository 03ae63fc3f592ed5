use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use store::DropAddress;

use super::answer::Refusal;
use crate::app::Shared;
use crate::drop_token;

/// What wrong tokens are counted under, by address.
const COUNTED_AS: &str = "token";

/// Whoever sent a token that is known and was not revoked.
pub(crate) struct Bureau(pub(super) DropAddress);

impl FromRequestParts<Shared> for Bureau {
    type Rejection = Refusal;

    /// A token that is right is let in whatever was tried before from the same machine: behind a proxy, all of the
    /// world is one machine, and a stranger must not shut a bureau out.
    async fn from_request_parts(parts: &mut Parts, bench: &Shared) -> Result<Self, Refusal> {
        let found = match token(&parts.headers) {
            Some(token) => bench.store().drop_by_token(&drop_token::hash(token)).await,
            None => Ok(None),
        };
        match found.map_err(|error| Refusal::not_kept(&error))? {
            Some(drop) if drop.revoked_at.is_none() => Ok(Self(drop)),
            Some(drop) => {
                tracing::warn!(drop.id = %drop.id, "a drop that was revoked is still used");
                Err(Refusal::revoked())
            }
            None => Err(unknown(parts, bench)),
        }
    }
}

fn unknown(parts: &Parts, bench: &Shared) -> Refusal {
    let connection = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let address = connection.map(|ConnectInfo(address)| address.ip());
    let (guesses, now) = (&bench.token_guesses, bench.now());
    if let Some(wait_ms) = guesses.wait_ms(COUNTED_AS, address, now) {
        return Refusal::too_many_guesses(wait_ms);
    }
    guesses.failed(COUNTED_AS, address, now);
    tracing::info!("a token for a drop was refused");
    Refusal::no_token()
}

fn token(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
