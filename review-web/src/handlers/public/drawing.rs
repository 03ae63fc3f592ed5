use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::opinion::find;
use crate::app::Shared;
use crate::error::WebError;
use crate::picture::{Keep, answer};

/// `GET /opinions/{number}/drawing`: only what a person decided to show, and only while it is public.
pub(crate) async fn get(
    State(bench): State<Shared>,
    headers: HeaderMap,
    Path(number): Path<String>,
) -> Result<Response, WebError> {
    let publication = find(&bench, &number).await?;
    let drawing = publication
        .drawing
        .filter(|_| !publication.withdrawn)
        .ok_or(WebError::NotFound)?;
    answer(&bench, &drawing, Keep::Public, &headers).await
}
