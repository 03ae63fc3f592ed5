use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::cached;
use crate::app::Shared;
use crate::error::WebError;
use crate::{urls, when};

const XML: &str = "application/xml; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";
/// Public numbers that one part of the map is about. A map may name 50,000 addresses (sitemaps.org).
const NUMBERS: i64 = 10_000;

/// The parts of the map.
#[derive(Template)]
#[template(path = "pages/sitemap_index.xml")]
struct Index {
    parts: Vec<String>,
}

/// One part.
#[derive(Template)]
#[template(path = "pages/sitemap.xml")]
struct Map {
    pages: Vec<Page>,
}

struct Page {
    url: String,
    since: String,
}

/// `GET /sitemap.xml`: tells those who search the web where the parts of the map are.
pub(crate) async fn index(
    State(bench): State<Shared>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let newest = bench.store().publications(1, None).await?;
    let n_parts = newest
        .first()
        .map_or(1, |newest| (newest.number - 1) / NUMBERS + 1);
    let base = &bench.settings().public_url;
    let part = |number| format!("{base}{}", urls::sitemap_part(number));
    let index = Index {
        parts: (1..=n_parts).map(part).collect(),
    };
    Ok(cached(&headers, XML, index.render()?))
}

/// `GET /sitemap/{part}`: the stories of one part that are public.
pub(crate) async fn part(
    State(bench): State<Shared>,
    headers: HeaderMap,
    Path(part): Path<String>,
) -> Result<Response, WebError> {
    let part: i64 = part.parse().map_err(|_| WebError::NotFound)?;
    let first = part
        .checked_sub(1)
        .and_then(|before| before.checked_mul(NUMBERS))
        .filter(|first| *first >= 0)
        .ok_or(WebError::NotFound)?;
    let limit = u32::try_from(NUMBERS).unwrap_or(u32::MAX);
    let found = bench.store().public_numbers_above(first, limit).await?;
    let base = &bench.settings().public_url;
    let of_part = found
        .into_iter()
        .filter(|(number, _)| *number <= first + NUMBERS);
    let map = Map {
        pages: of_part
            .map(|(number, published_at)| Page {
                url: format!("{base}{}", urls::opinion(number)),
                since: when::machine(published_at),
            })
            .collect(),
    };
    Ok(cached(&headers, XML, map.render()?))
}

/// `GET /robots.txt`: the map, and that nobody need look at the pages of the staff.
pub(crate) async fn robots(State(bench): State<Shared>, headers: HeaderMap) -> Response {
    let base = &bench.settings().public_url;
    let text = format!(
        "User-agent: *\nDisallow: {}\nDisallow: {}\nSitemap: {base}{}\n",
        urls::QUEUE,
        urls::SIGN_IN,
        urls::SITEMAP
    );
    cached(&headers, TEXT, text)
}
