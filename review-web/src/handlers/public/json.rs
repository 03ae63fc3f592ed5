use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::cached;
use super::opinion::find;
use crate::app::Shared;
use crate::error::WebError;
use crate::opinion::Opinion;

const JSON: &str = "application/json";
/// Opinions in one answer when nothing is asked for.
const TAKE: u32 = 20;
/// The most that one answer holds.
const MAX_TAKE: u32 = 100;
/// The furthest that may be skipped: beyond it the list costs more than a reader can want.
const MAX_SKIP: u32 = 10_000;

/// Which part of the list.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    skip: Option<u32>,
    take: Option<u32>,
}

/// `GET /api/v2/opinions?skip=&take=`: newest first.
pub(crate) async fn get_list(
    State(bench): State<Shared>,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Result<Response, WebError> {
    let skip = wanted.skip.unwrap_or(0).min(MAX_SKIP);
    let take = wanted.take.unwrap_or(TAKE).clamp(1, MAX_TAKE);
    let publications = bench.store().publications(skip + take, None).await?;
    let skipped = usize::try_from(skip).unwrap_or(usize::MAX);
    let base = &bench.settings().public_url;
    let opinions: Vec<Opinion> = publications
        .iter()
        .skip(skipped)
        .map(|publication| Opinion::of(publication, base))
        .collect();
    answer(&headers, &opinions)
}

/// `GET /api/v2/opinions/{id}`
pub(crate) async fn get_one(
    State(bench): State<Shared>,
    headers: HeaderMap,
    Path(number): Path<String>,
) -> Result<Response, WebError> {
    let publication = find(&bench, &number).await?;
    if publication.withdrawn {
        return Err(WebError::NotFound);
    }
    answer(
        &headers,
        &Opinion::of(&publication, &bench.settings().public_url),
    )
}

fn answer(headers: &HeaderMap, body: &impl Serialize) -> Result<Response, WebError> {
    let body =
        serde_json::to_string(body).map_err(|_| WebError::Internal("an opinion is not JSON"))?;
    Ok(cached(headers, JSON, body))
}
