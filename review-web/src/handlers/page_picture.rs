use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use schemas::PageId;

use crate::app::Shared;
use crate::error::WebError;
use crate::picture::{Keep, answer};
use crate::session::{Duty, SignedIn};
use schemas::record::PageState;

/// `GET /pages/{id}/picture`: the scan as it came in. The mail room sees those that were not read, and no story.
pub(crate) async fn get(
    State(bench): State<Shared>,
    who: SignedIn,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    who.must(Duty::SeeSheets)?;
    let id = PageId::parse(&id).map_err(|_| WebError::NotFound)?;
    let page = bench.store().page(&id).await?.ok_or(WebError::NotFound)?;
    if page.state != PageState::Quarantined {
        who.must(Duty::SeeStories)?;
    }
    let picture = page.picture.ok_or(WebError::NotFound)?;
    answer(&bench, &picture.blob, Keep::Private, &headers).await
}
