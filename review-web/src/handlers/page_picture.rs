use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use schemas::PageId;
use schemas::record::{AuditKind, PageState, PictureRole};
use store::PageRecord;

use crate::app::Shared;
use crate::error::WebError;
use crate::paper::on_paper;
use crate::picture::{Keep, answer};
use crate::session::{Duty, SignedIn};

/// `GET /pages/{id}/picture`: the scan as it came in.
pub(crate) async fn get(
    State(bench): State<Shared>,
    who: SignedIn,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    let page = load(&bench, &who, &id).await?;
    let picture = page.picture.ok_or(WebError::NotFound)?;
    answer(&bench, &picture.blob, Keep::Private, &headers).await
}

/// `GET /pages/{id}/small`: the same made small by whoever tried to read it; else as it came in.
pub(crate) async fn small(
    State(bench): State<Shared>,
    who: SignedIn,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    let page = load(&bench, &who, &id).await?;
    let small = of_reading(&bench, &page, PictureRole::Straightened).await?;
    let blob = small.or(page.picture.map(|picture| picture.blob));
    answer(
        &bench,
        &blob.ok_or(WebError::NotFound)?,
        Keep::Revalidated,
        &headers,
    )
    .await
}

/// How wide a tile is: at 16 dots per inch an A4 page shows that there is writing, and not what.
const TILE_WIDTH_PX: u32 = 132;

/// `GET /pages/{id}/tile`: a picture too small to read, for everybody who sees sheets.
pub(crate) async fn tile(
    State(bench): State<Shared>,
    who: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    let page = find(&bench, &who, &id).await?;
    let picture = page.picture.ok_or(WebError::NotFound)?;
    let bytes = bench.app.blobs.get(&picture.blob).await?;
    let bytes = bytes.ok_or(WebError::NotFound)?;
    let tile = on_paper(&bench, move |paper| paper.tile(&bytes, TILE_WIDTH_PX)).await?;
    // The picture of a page never changes.
    let headers = [
        (header::CONTENT_TYPE, "image/jpeg"),
        (header::CACHE_CONTROL, "private, max-age=86400, immutable"),
    ];
    Ok((headers, tile.ok_or(WebError::NotFound)?).into_response())
}

/// `GET /pages/{id}/found`: what was found on a page that could not be read.
pub(crate) async fn found(
    State(bench): State<Shared>,
    who: SignedIn,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    let page = load(&bench, &who, &id).await?;
    let found = of_reading(&bench, &page, PictureRole::Found).await?;
    answer(
        &bench,
        &found.ok_or(WebError::NotFound)?,
        Keep::Revalidated,
        &headers,
    )
    .await
}

/// Whether somebody may see the picture of a page: the mail room sees those that are not part of a story.
pub(crate) fn may_see(who: &SignedIn, page: &PageRecord) -> bool {
    let not_read = page.is_open() || page.state == PageState::Discarded;
    who.may(if not_read {
        Duty::SeeSheets
    } else {
        Duty::SeeStories
    })
}

/// A page, for everybody who sees sheets.
async fn find(bench: &Shared, who: &SignedIn, id: &str) -> Result<PageRecord, WebError> {
    who.must(Duty::SeeSheets)?;
    let id = PageId::parse(id).map_err(|_| WebError::NotFound)?;
    bench.store().page(&id).await?.ok_or(WebError::NotFound)
}

/// A page whose picture the person may see, and sees by this.
async fn load(bench: &Shared, who: &SignedIn, id: &str) -> Result<PageRecord, WebError> {
    let page = find(bench, who, id).await?;
    if !may_see(who, &page) {
        return Err(WebError::NotYours);
    }
    who.sees(bench, AuditKind::PagePicture, page.id.as_str())
        .await?;
    Ok(page)
}

async fn of_reading(
    bench: &Shared,
    page: &PageRecord,
    role: PictureRole,
) -> Result<Option<schemas::BlobHash>, WebError> {
    let latest = bench.store().latest_reading(&page.id).await?;
    let pictures = latest.map(|latest| latest.pictures).unwrap_or_default();
    let found = pictures.into_iter().find(|picture| picture.role == role);
    Ok(found.map(|picture| picture.blob))
}
