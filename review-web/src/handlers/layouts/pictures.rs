use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use schemas::BlobHash;

use super::{Known, load, load_drawn, side_of};
use crate::app::Shared;
use crate::error::WebError;
use crate::paper::on_paper;
use crate::picture::{Keep, answer};
use crate::session::{Duty, SignedIn};

/// `GET /layouts/{id}/{version}/blank/{side}`: the empty form.
pub(crate) async fn blank(
    State(bench): State<Shared>,
    who: SignedIn,
    headers: HeaderMap,
    Path((id, version, side)): Path<(String, u32, u32)>,
) -> Result<Response, WebError> {
    who.must(Duty::SeeLayouts)?;
    match load(&bench, &id, version).await? {
        Known::Drawn(record) => {
            let blank = side_of(&record.layout, side)?.blank.as_deref();
            let hash = blank.and_then(|hash| BlobHash::parse(hash).ok());
            let hash = hash.ok_or(WebError::NotFound)?;
            answer(&bench, &hash, Keep::Revalidated, &headers).await
        }
        Known::Installed(layout) => {
            let side = side_of(&layout, side)?.clone();
            let drawn = on_paper(&bench, move |paper| paper.blank(&layout, &side)).await?;
            let png = drawn.ok_or(WebError::NotFound)?;
            let headers = [
                (header::CONTENT_TYPE, "image/png"),
                (header::CACHE_CONTROL, "private, max-age=3600"),
            ];
            Ok((headers, png).into_response())
        }
    }
}

/// `GET /layouts/{id}/{version}/source/{side}`: the picture that was uploaded.
pub(crate) async fn source(
    State(bench): State<Shared>,
    who: SignedIn,
    headers: HeaderMap,
    Path((id, version, side)): Path<(String, u32, u32)>,
) -> Result<Response, WebError> {
    who.must(Duty::SeeLayouts)?;
    let record = load_drawn(&bench, &id, version).await?;
    let source = record.sources.iter().find(|source| source.side == side);
    let source = source.ok_or(WebError::NotFound)?;
    answer(&bench, &source.blob, Keep::Revalidated, &headers).await
}
