use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use schemas::record::AuditKind;
use store::PageRecord;

use super::load;
use super::view::{SheetPage, Typed};
use crate::app::Shared;
use crate::chrome::{Chrome, Part, page_with};
use crate::error::WebError;
use crate::session::{Duty, SignedIn};

/// `GET /quarantine/{id}`: one sheet, and the ways on.
pub(crate) async fn get(
    State(bench): State<Shared>,
    who: SignedIn,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    who.must(Duty::SeeSheets)?;
    let page = load(&bench, &id).await?;
    who.sees(&bench, AuditKind::Sheet, page.id.as_str()).await?;
    answer(&bench, &who, &headers, &page, None).await
}

/// Shows the sheet again with what was typed, and what is wrong with it.
pub(super) async fn again(
    bench: &Shared,
    who: &SignedIn,
    headers: &HeaderMap,
    page: &PageRecord,
    typed: Typed,
) -> Result<Response, WebError> {
    answer(bench, who, headers, page, Some(typed)).await
}

async fn answer(
    bench: &Shared,
    who: &SignedIn,
    headers: &HeaderMap,
    page: &PageRecord,
    typed: Option<Typed>,
) -> Result<Response, WebError> {
    let status = if typed.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let chrome = Chrome::new(bench, who, headers, Part::Sheets);
    let view = SheetPage::new(bench, who, chrome, page, typed).await?;
    page_with(status, bench.settings(), &view.chrome, &view)
}
