use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use store::PageRecord;

use super::reason;
use crate::app::Shared;
use crate::chrome::{Chrome, Part, page};
use crate::error::WebError;
use crate::handlers::page_picture::may_see;
use crate::ledger::LedgerView;
use crate::session::{Duty, SignedIn};
use crate::{sheet, urls, when, words};

/// Sheets on one page.
const SHEETS: u32 = 100;

#[derive(Template)]
#[template(path = "pages/quarantine.html")]
struct QuarantinePage {
    chrome: Chrome,
    lead: String,
    ledger: LedgerView,
    /// The first sheet, for the button that begins at the top.
    first: Option<String>,
    rows: Vec<Row>,
    waiting: Vec<Row>,
}

struct Row {
    url: String,
    name: String,
    batch: String,
    between: String,
    file: String,
    picture: Option<String>,
    cause: String,
    next_action: String,
}

/// `GET /quarantine`
pub(crate) async fn get(
    State(bench): State<Shared>,
    who: SignedIn,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    who.must(Duty::SeeSheets)?;
    let ledger = bench.store().ledger(None).await?;
    let pages = bench.store().quarantined_pages(SHEETS).await?;
    let waiting = bench.store().waiting_sides(SHEETS).await?;
    let may_work = who.may(Duty::PlaceSheets);
    let view = QuarantinePage {
        chrome: Chrome::new(&bench, &who, &headers, Part::Sheets),
        lead: lead(ledger.quarantined),
        ledger: LedgerView::from(&ledger),
        first: pages
            .first()
            .filter(|_| may_work)
            .map(|page| urls::quarantined(&page.id)),
        rows: rows(&bench, &who, &pages).await?,
        waiting: rows(&bench, &who, &waiting).await?,
    };
    page(bench.settings(), &view.chrome, &view)
}

fn lead(quarantined: u64) -> String {
    match quarantined {
        0 => "None. Every sheet that came in was read.".to_owned(),
        _ => format!(
            "{} could not be read. The newest pile comes first, from its top to its bottom.",
            words::count(quarantined, "sheet", "sheets")
        ),
    }
}

async fn rows(bench: &Shared, who: &SignedIn, pages: &[PageRecord]) -> Result<Vec<Row>, WebError> {
    let mut rows = Vec::with_capacity(pages.len());
    for page in pages {
        let around = bench.store().pages_around(page, 1).await?;
        rows.push(row(who, page, &around));
    }
    Ok(rows)
}

fn row(who: &SignedIn, page: &PageRecord, around: &[PageRecord]) -> Row {
    let (cause, next_action) = reason(page);
    Row {
        url: urls::quarantined(&page.id),
        name: format!("Sheet {}", page.position),
        batch: format!(
            "{} · {}",
            page.batch_source,
            when::day_and_time(page.created_at)
        ),
        between: between(page, around),
        file: sheet::file_of(page),
        picture: (page.picture.is_some() && may_see(who, page)).then(|| urls::page_thumb(&page.id)),
        cause,
        next_action,
    }
}

/// `after sheet 3 (read), before sheet 5 (to be looked at)`.
pub(crate) fn between(page: &PageRecord, around: &[PageRecord]) -> String {
    let told: Vec<String> = around
        .iter()
        .filter(|of| of.id != page.id)
        .map(|of| {
            let place = if of.position < page.position {
                "after"
            } else {
                "before"
            };
            format!("{place} sheet {} ({})", of.position, words::page_state(of))
        })
        .collect();
    if told.is_empty() {
        "the only sheet of its pile".to_owned()
    } else {
        told.join(", ")
    }
}
