//! What every answer carries: headers that keep browsers from doing more than they should, and the name of
//! the request.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

use crate::app::Shared;
use crate::urls;

/// Everything comes from here, nothing is written into the page itself, nobody may frame it.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'";

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Adds the security headers. An answer that says nothing about caching must not be kept at all.
pub(crate) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    set(
        headers,
        header::CONTENT_SECURITY_POLICY,
        CONTENT_SECURITY_POLICY,
    );
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(headers, header::X_FRAME_OPTIONS, "DENY");
    set(headers, header::REFERRER_POLICY, "same-origin");
    set(
        headers,
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    set(
        headers,
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    set(
        headers,
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=()",
    );
    if !headers.contains_key(header::CACHE_CONTROL) {
        set(headers, header::CACHE_CONTROL, "no-store");
    }
    response
}

/// Gives every request an id and a span, and tells how it went. The query is left out: it may hold words.
pub(crate) async fn observe(State(bench): State<Shared>, request: Request, next: Next) -> Response {
    let started = bench.now();
    let id = bench.app.ids.ulid(started).to_string();
    let span = tracing::info_span!(
        "http.request",
        request.id = %id,
        http.method = %request.method(),
        http.path = told_path(request.uri().path()),
    );
    async {
        let mut response = next.run(request).await;
        let duration_ms = bench.now().0 - started.0;
        tracing::info!(
            http.status = response.status().as_u16(),
            http.duration_ms = duration_ms,
            "answered"
        );
        set(response.headers_mut(), REQUEST_ID, &id);
        response
    }
    .instrument(span)
    .await
}

/// The path, for the log. Behind a drop's address stands the name of a file, which may hold the name of a person.
fn told_path(path: &str) -> &str {
    if path.starts_with(urls::DROP) {
        urls::DROP
    } else {
        path
    }
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    // Everything that is set here is a constant or an id: plain ASCII.
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
