//! The style sheets, scripts, fonts and pictures that are compiled in.
//!
//! They are served under an address that contains a hash of them all, and may be kept for ever: a new
//! version of Postbag asks for new addresses. Style sheets name fonts relative to themselves.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::digest::sha256_hex;
use crate::error::WebError;

/// One file.
struct Asset {
    name: &'static str,
    media_type: &'static str,
    bytes: &'static [u8],
}

macro_rules! asset {
    ($name:literal, $media_type:literal) => {
        Asset {
            name: $name,
            media_type: $media_type,
            bytes: include_bytes!(concat!("../static/", $name)),
        }
    };
}

const ASSETS: &[Asset] = &[
    asset!("base.css", "text/css; charset=utf-8"),
    asset!("bench.css", "text/css; charset=utf-8"),
    asset!("public.css", "text/css; charset=utf-8"),
    asset!("story.css", "text/css; charset=utf-8"),
    asset!("draft.js", "text/javascript; charset=utf-8"),
    asset!("checks.js", "text/javascript; charset=utf-8"),
    asset!("keys.js", "text/javascript; charset=utf-8"),
    asset!("paper.js", "text/javascript; charset=utf-8"),
    asset!("undo.js", "text/javascript; charset=utf-8"),
    asset!("story.js", "text/javascript; charset=utf-8"),
    asset!("queue.js", "text/javascript; charset=utf-8"),
    asset!("layouts.css", "text/css; charset=utf-8"),
    asset!("blank_corners.js", "text/javascript; charset=utf-8"),
    asset!("draw.js", "text/javascript; charset=utf-8"),
    asset!("draw_boxes.js", "text/javascript; charset=utf-8"),
    asset!("draw_snap.js", "text/javascript; charset=utf-8"),
    asset!("sheet.css", "text/css; charset=utf-8"),
    asset!("corners.js", "text/javascript; charset=utf-8"),
    asset!("mail_room.css", "text/css; charset=utf-8"),
    asset!("people.css", "text/css; charset=utf-8"),
    asset!("mail_room.js", "text/javascript; charset=utf-8"),
    asset!("send.js", "text/javascript; charset=utf-8"),
    asset!("print.js", "text/javascript; charset=utf-8"),
    asset!("icon.svg", "image/svg+xml"),
    asset!("regular.ttf", "font/ttf"),
    asset!("semibold.ttf", "font/ttf"),
];

/// The first 16 digits of the hash of all files.
static BUNDLE: LazyLock<String> = LazyLock::new(|| {
    let all: Vec<u8> = ASSETS
        .iter()
        .flat_map(|a| a.bytes.iter().copied())
        .collect();
    sha256_hex(&all)[..16].to_owned()
});

/// Where the file `name` is served.
pub(crate) fn url(name: &str) -> String {
    debug_assert!(find(name).is_some(), "no static file is called {name}");
    format!("/static/{}/{name}", BUNDLE.as_str())
}

/// `GET /static/{bundle}/{name}`. An address of another version is answered with this version's file, so
/// that a page that was open during an upgrade keeps its looks; it must not be kept then.
pub(crate) async fn serve(
    Path((bundle, name)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let asset = find(&name).ok_or(WebError::NotFound)?;
    let cache = if bundle == *BUNDLE {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let headers = [
        (header::CONTENT_TYPE, asset.media_type),
        (header::CACHE_CONTROL, cache),
    ];
    Ok((StatusCode::OK, headers, asset.bytes).into_response())
}

fn find(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == name)
}
