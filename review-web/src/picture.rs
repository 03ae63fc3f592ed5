//! Pictures as answers: from the blobs, by what they really are.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemas::BlobHash;

use crate::app::Shared;
use crate::error::WebError;

/// Who may keep a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// The browser of the person who was allowed to see it, for this day's work.
    Private,
    /// The same person, who asks each time whether it has changed: the address names something that is worked on.
    Revalidated,
    /// Anybody.
    Public,
}

impl Keep {
    const fn header(self) -> &'static str {
        match self {
            // The address names a reading that never changes; an hour keeps a story's pictures at hand
            // while it is worked on, and little of them afterwards.
            Self::Private => "private, max-age=3600",
            Self::Revalidated => "private, no-cache",
            Self::Public => "public, max-age=300",
        }
    }
}

/// Answers with a blob, or with nothing when the browser has it already.
pub(crate) async fn answer(
    bench: &Shared,
    hash: &BlobHash,
    keep: Keep,
    headers: &HeaderMap,
) -> Result<Response, WebError> {
    let etag = format!("\"{}\"", &hash.as_str()[..32]);
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    let caching = [
        (header::CACHE_CONTROL, keep.header().to_owned()),
        (header::ETAG, etag.clone()),
    ];
    if known == Some(etag.as_str()) {
        return Ok((StatusCode::NOT_MODIFIED, caching).into_response());
    }
    let bytes = bench.app.blobs.get(hash).await?.ok_or(WebError::NotFound)?;
    let media_type = sniff(&bytes).ok_or(WebError::NotFound)?;
    let mut response = (caching, bytes).into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    Ok(response)
}

/// The media type that the first bytes tell; `None` for anything that is not a picture browsers draw.
fn sniff(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_html_is_never_served_as_a_picture() {
        assert_eq!(sniff(b"\x89PNG\r\n\x1a\nrest"), Some("image/png"));
        assert_eq!(sniff(b"\xff\xd8\xff\xe0"), Some("image/jpeg"));
        assert_eq!(sniff(b"<html><script>"), None);
        assert_eq!(sniff(b"<svg xmlns="), None);
    }
}
