use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use schemas::Clock;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::signature;
use super::target::Target;
use super::tls::{self, Wire};
use crate::outlet::{Answer, Notice, Outlet, Telling};

/// A server that is there accepts within milliseconds; half a dozen lost packets are forgiven.
const CONNECT: Duration = Duration::from_secs(5);
/// How much of an answer's body is read. Nothing in it counts; reading a little lets the other side end its answer in peace.
const MAX_BODY_BYTES: usize = 4 * 1024;
/// How long that may take.
const BODY: Duration = Duration::from_secs(1);
/// The most that an answer's head may be: the least that the library allows.
const MAX_HEAD_BYTES: usize = 8 * 1024;

/// How a webhook is told.
#[derive(Clone, Debug)]
pub struct WebhookSettings {
    /// Where.
    pub target: Target,
    /// What requests are signed with.
    pub secret: SecretString,
    /// How long one request may take from the first packet to the answer.
    pub timeout: Duration,
}

/// Tells a webhook. Each request has a connection of its own: they are few, and a connection that somebody closed in between
/// would be a failure more.
pub struct Webhook {
    settings: WebhookSettings,
    tls: TlsConnector,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Webhook").finish_non_exhaustive()
    }
}

impl Webhook {
    /// # Errors
    /// When the system's TLS cannot be set up.
    pub fn new(settings: WebhookSettings, clock: Arc<dyn Clock>) -> io::Result<Self> {
        Ok(Self {
            settings,
            tls: tls::connector()?,
            clock,
        })
    }

    async fn exchange(&self, notice: &Notice) -> Result<StatusCode, String> {
        let target = &self.settings.target;
        let connecting = TcpStream::connect((target.host.as_str(), target.port));
        let stream = match timeout(CONNECT, connecting).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return Err(format!("no connection: {}", error.kind())),
            Err(_) => return Err(format!("no connection within {} s", CONNECT.as_secs())),
        };
        let wire = tls::over(stream, target, &self.tls)
            .await
            .map_err(|error| format!("no private connection: {error}"))?;
        let request = self.request(notice).map_err(|error| error.to_string())?;
        send(wire, request)
            .await
            .map_err(|error| format!("no answer: {}", error_words(&error)))
    }

    fn request(&self, notice: &Notice) -> Result<Request<Full<Bytes>>, axum::http::Error> {
        let target = &self.settings.target;
        let secret = self.settings.secret.expose_secret();
        let at_s = self.clock.now().0.div_euclid(1_000);
        let signed = signature::sign(secret, at_s, notice.body.as_bytes());
        Request::post(&target.path)
            .header(header::HOST, &target.authority)
            .header(
                header::USER_AGENT,
                concat!("postbag/", env!("CARGO_PKG_VERSION")),
            )
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::CONNECTION, "close")
            .header("postbag-event", notice.event.as_str())
            .header("idempotency-key", &notice.key)
            .header(signature::HEADER, signed)
            .body(Full::from(notice.body.clone()))
    }
}

impl Outlet for Webhook {
    fn tell<'a>(&'a self, notice: &'a Notice) -> Telling<'a> {
        Box::pin(async move {
            let within = self.settings.timeout;
            match timeout(within, self.exchange(notice)).await {
                Ok(Ok(status)) => answer(status),
                Ok(Err(reason)) => Answer::Nothing(reason),
                Err(_) => Answer::Nothing(format!("no answer within {} s", within.as_secs())),
            }
        })
    }
}

fn answer(status: StatusCode) -> Answer {
    match status {
        status if status.is_success() => Answer::Taken(status.as_u16()),
        StatusCode::GONE => Answer::NotWanted,
        status => Answer::NotTaken(status.as_u16()),
    }
}

/// Sends one request and reads the status of its answer.
async fn send(wire: Box<dyn Wire>, request: Request<Full<Bytes>>) -> hyper::Result<StatusCode> {
    let mut connection = http1::Builder::new();
    connection
        .max_buf_size(MAX_HEAD_BYTES)
        .title_case_headers(true);
    let (mut sender, connection) = connection.handshake(TokioIo::new(wire)).await?;
    let exchange = async {
        let answer = sender.send_request(request).await?;
        let status = answer.status();
        // Whatever becomes of the body: the status is what counts.
        let _ = timeout(BODY, read_a_little(answer.into_body())).await;
        Ok(status)
    };
    tokio::pin!(exchange);
    // The connection does the reading and writing for the exchange.
    tokio::select! {
        status = &mut exchange => status,
        _ = connection => exchange.await,
    }
}

async fn read_a_little(mut body: Incoming) {
    let mut n_bytes = 0;
    while n_bytes < MAX_BODY_BYTES {
        let Some(Ok(frame)) = body.frame().await else {
            return;
        };
        n_bytes += frame.data_ref().map_or(0, Bytes::len);
    }
}

/// Why there was no answer, without anything that the other side wrote.
fn error_words(error: &hyper::Error) -> &'static str {
    if error.is_parse() {
        "what came back is not HTTP"
    } else {
        "the connection broke off"
    }
}
