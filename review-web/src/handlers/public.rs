//! What everybody may read: no session, no names, kept by caches for a minute.

mod drawing;
mod feed;
mod json;
mod list;
mod opinion;
mod sitemap;

pub(crate) use drawing::get as drawing;
pub(crate) use feed::get as feed;
pub(crate) use json::{get_list as opinions_json, get_one as opinion_json};
pub(crate) use list::{get as list, of_service as service};
pub(crate) use opinion::get as opinion;
pub(crate) use sitemap::{index as sitemap_index, part as sitemap_part, robots};

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use store::Publication;

use crate::digest::sha256_hex;
use crate::{text, when, words};

/// Readers ask each time whether a page has changed, so that what was published or taken down is seen at once;
/// a cache in front of the server may answer for it for a minute.
const CACHING: &str = "public, max-age=0, s-maxage=60, must-revalidate";

/// Answers with a text that caches may keep, or with nothing when the reader has it already.
fn cached(headers: &HeaderMap, media_type: &'static str, body: String) -> Response {
    let etag = format!("\"{}\"", &sha256_hex(body.as_bytes())[..32]);
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    let common = [
        (header::CACHE_CONTROL, CACHING.to_owned()),
        (header::CONTENT_TYPE, media_type.to_owned()),
        (header::ETAG, etag.clone()),
    ];
    if known == Some(etag.as_str()) {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    (common, body).into_response()
}

const HTML: &str = "text/html; charset=utf-8";

/// `Told by a carer, published on 23 November 2026`.
fn by_line(publication: &Publication) -> String {
    let day = when::day(publication.published_at);
    match publication.relationship.as_str() {
        "" => format!("Published on {day}"),
        value => format!("Told by {}, published on {day}", words::relationship(value)),
    }
}

/// The title as the public sees it.
fn title(publication: &Publication) -> String {
    text::title_or_untitled(&publication.title)
}
