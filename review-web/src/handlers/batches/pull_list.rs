use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use schemas::record::PageState;
use store::PageRecord;

use super::load;
use crate::app::Shared;
use crate::chrome::{Chrome, Part, page};
use crate::error::WebError;
use crate::handlers::quarantine::{between, reason};
use crate::session::{Duty, SignedIn};
use crate::{sheet, urls, when};

/// The sheets that somebody has to fetch from the pile, on paper.
#[derive(Template)]
#[template(path = "pages/pull_list.html")]
struct PullListPage {
    chrome: Chrome,
    source: String,
    came_in: String,
    printed: String,
    batch_url: String,
    n_sheets: u64,
    rows: Vec<Row>,
}

struct Row {
    position: u32,
    between: String,
    file: String,
    thumb: Option<String>,
    cause: String,
    next_action: String,
}

/// `GET /batches/{id}/pull-list`
pub(crate) async fn get(
    State(bench): State<Shared>,
    who: SignedIn,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    who.must(Duty::SeeSheets)?;
    let batch = load(&bench, &id).await?;
    let pages = bench.store().batch_pages(&batch.id).await?;
    let rows = pages
        .iter()
        .enumerate()
        .filter(|(_, page)| page.state == PageState::Quarantined)
        .map(|(idx, page)| {
            row(
                page,
                &pages[idx.saturating_sub(1)..pages.len().min(idx + 2)],
            )
        });
    let view = PullListPage {
        chrome: Chrome::new(&bench, &who, &headers, Part::MailRoom),
        source: batch.source,
        came_in: when::day_and_time(batch.created_at),
        printed: when::day_and_time(bench.now()),
        batch_url: urls::batch(&batch.id),
        n_sheets: batch.ledger.sheets,
        rows: rows.collect(),
    };
    page(bench.settings(), &view.chrome, &view)
}

fn row(page: &PageRecord, around: &[PageRecord]) -> Row {
    let (cause, next_action) = reason(page);
    Row {
        position: page.position,
        between: between(page, around),
        file: sheet::file_of(page),
        thumb: page.picture.is_some().then(|| urls::page_thumb(&page.id)),
        cause,
        next_action,
    }
}
