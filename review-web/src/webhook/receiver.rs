//! The other side, for whoever sets a webhook up: checks the signature and says what came, without a word of a story.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use schemas::Clock;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::net::TcpListener;

use super::signature;

/// What came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Whether somebody with the secret sent it, a moment ago.
    pub is_signed: bool,
    /// What happened.
    pub event: String,
    /// What tells that it came before.
    pub key: String,
    /// How large it was.
    pub n_bytes: usize,
}

/// Is told of whatever came.
pub type Told = Arc<dyn Fn(&Received) + Send + Sync>;

#[derive(Clone)]
struct Receiver {
    secret: SecretString,
    clock: Arc<dyn Clock>,
    told: Told,
}

/// Answers 200 to what is signed, and 401 to anything else, at every path.
///
/// # Errors
/// When the listener fails.
pub async fn receive(
    listener: TcpListener,
    secret: SecretString,
    clock: Arc<dyn Clock>,
    told: Told,
) -> std::io::Result<()> {
    let receiver = Receiver {
        secret,
        clock,
        told,
    };
    let router = Router::new().fallback(take).with_state(receiver);
    axum::serve(listener, router).await
}

async fn take(State(at): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = |name: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    };
    let (secret, now_s) = (at.secret.expose_secret(), at.clock.now().0 / 1_000);
    let received = Received {
        is_signed: signature::verify(secret, header(signature::HEADER), now_s, &body),
        event: plain(header("postbag-event")),
        key: plain(header("idempotency-key")),
        n_bytes: body.len(),
    };
    (at.told)(&received);
    if received.is_signed {
        StatusCode::OK
    } else {
        StatusCode::UNAUTHORIZED
    }
}

/// What anybody may have sent, fit for a terminal.
fn plain(text: &str) -> String {
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
    text.chars().filter(is_plain).take(40).collect()
}
