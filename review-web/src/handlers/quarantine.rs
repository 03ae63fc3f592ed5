use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use store::{BatchSummary, Ledger, PageRecord};

use crate::app::Shared;
use crate::chrome::{Chrome, Part, page};
use crate::error::WebError;
use crate::ledger::LedgerView;
use crate::session::{Duty, SignedIn};
use crate::{sheet, urls, when, words};

/// Sheets on one page.
const SHEETS: u32 = 100;
/// Batches on one page: two working weeks at three a day.
const BATCHES: u32 = 30;

#[derive(Template)]
#[template(path = "pages/quarantine.html")]
struct QuarantinePage {
    chrome: Chrome,
    lead: String,
    ledger: LedgerView,
    rows: Vec<Row>,
    batches: Vec<Batch>,
}

struct Row {
    name: String,
    batch: String,
    file: String,
    picture: Option<String>,
    cause: String,
    next_action: String,
    /// Where the sheet can be made a form of its own.
    draw_url: Option<String>,
}

struct Batch {
    came_in: String,
    source: String,
    ledger: Ledger,
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
    let batches = bench.store().batches(BATCHES).await?;
    let view = QuarantinePage {
        chrome: Chrome::new(&bench, &who, &headers, Part::Sheets),
        lead: lead(ledger.quarantined),
        ledger: LedgerView::from(&ledger),
        rows: pages.iter().map(|page| row(page, &who)).collect(),
        batches: batches.iter().map(batch).collect(),
    };
    page(bench.settings(), &view.chrome, &view)
}

fn lead(quarantined: u64) -> String {
    match quarantined {
        0 => "None. Every sheet that came in was read.".to_owned(),
        _ => format!(
            "{} could not be read. The newest come first.",
            words::count(quarantined, "sheet", "sheets")
        ),
    }
}

fn row(page: &PageRecord, who: &SignedIn) -> Row {
    let (cause, next_action) = match &page.warning {
        Some(warning) => (warning.cause.clone(), warning.next_action.clone()),
        None => (
            "No reason was written down.".to_owned(),
            "Fetch the sheet and scan it again.".to_owned(),
        ),
    };
    Row {
        name: format!("Sheet {}", page.position),
        batch: format!(
            "{} · {}",
            page.batch_source,
            when::day_and_time(page.created_at)
        ),
        file: sheet::file_of(page),
        picture: page.picture.as_ref().map(|_| urls::page_picture(&page.id)),
        cause,
        next_action,
        draw_url: page
            .picture
            .as_ref()
            .filter(|_| who.may(Duty::DrawLayouts))
            .map(|_| urls::new_layout_from(&page.id)),
    }
}

fn batch(batch: &BatchSummary) -> Batch {
    Batch {
        came_in: when::day_and_time(batch.created_at),
        source: batch.source.clone(),
        ledger: batch.ledger,
    }
}
