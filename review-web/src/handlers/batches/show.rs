use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use schemas::record::{PageRole, PageState};
use store::{BatchSummary, Counted, PageRecord, Pile, Twin};

use super::load;
use crate::app::Shared;
use crate::chrome::{Chrome, Part, page_with};
use crate::error::WebError;
use crate::ledger::LedgerView;
use crate::session::{Duty, SignedIn};
use crate::sheet::{Tile, difference};
use crate::{urls, when, words};

#[derive(Template)]
#[template(path = "pages/batch.html")]
struct BatchPage {
    chrome: Chrome,
    may_work: bool,
    source: String,
    came_in: String,
    ledger: LedgerView,
    count: Option<CountView>,
    /// What to take away before the count fits, as a number for the form.
    unexplained: Option<Unexplained>,
    count_url: String,
    explain_url: String,
    files_url: String,
    pull_list: Option<PullList>,
    tiles: Vec<Tile>,
    /// Sides that are in the count and not worth a look.
    empty_backs: Vec<Tile>,
    empty_backs_words: String,
    /// The other piles that were scanned with it.
    delivered_with: Vec<OtherPile>,
    pairing: Option<Pairing>,
    /// What does not fit, when sides were to be put together.
    problems: Vec<String>,
    duplicates: Vec<String>,
}

struct CountView {
    words: String,
    by: String,
    fits: bool,
    explained: Option<String>,
    n_papers: u32,
    both_sides: bool,
}

struct Unexplained {
    difference: i64,
    words: String,
}

struct OtherPile {
    url: String,
    source: String,
}

struct Pairing {
    join: String,
    part: String,
    passes: String,
}

struct PullList {
    url: String,
    words: String,
}

/// `GET /batches/{id}`
pub(crate) async fn get(
    State(bench): State<Shared>,
    who: SignedIn,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    who.must(Duty::SeeSheets)?;
    let batch = load(&bench, &id).await?;
    with(&bench, &who, &headers, batch, (StatusCode::OK, Vec::new())).await
}

/// The page with what a person should know first.
pub(super) async fn with(
    bench: &Shared,
    who: &SignedIn,
    headers: &HeaderMap,
    batch: BatchSummary,
    (status, problems): (StatusCode, Vec<String>),
) -> Result<Response, WebError> {
    let pages = bench.store().batch_pages(&batch.id).await?;
    let duplicates = bench.store().duplicates(&batch.id).await?;
    let before = bench.store().scanned_before(&batch.id).await?;
    let counted = bench.store().counted(&batch.id).await?;
    let others = bench.store().delivered_with(&batch.id).await?;
    let n_to_count = batch.n_to_count;
    let (shown, backs) = pages
        .iter()
        .partition::<Vec<_>, _>(|page| !is_empty_back(page));
    let sees_stories = who.may(Duty::SeeStories);
    let view = BatchPage {
        chrome: Chrome::new(bench, who, headers, Part::MailRoom),
        may_work: who.may(Duty::PlaceSheets),
        source: batch.source,
        came_in: when::day_and_time(batch.created_at),
        ledger: LedgerView::from(&batch.ledger),
        unexplained: batch.unexplained.map(|missing| Unexplained {
            difference: missing,
            words: difference(missing),
        }),
        count: count_view(&counted, n_to_count),
        count_url: urls::batch_step(&batch.id, "count"),
        explain_url: urls::batch_step(&batch.id, "explain"),
        files_url: urls::batch_step(&batch.id, "files"),
        pull_list: pull_list(&pages).map(|words| PullList {
            url: urls::batch_step(&batch.id, "pull-list"),
            words,
        }),
        tiles: tiles(&shown, &pages, &before, sees_stories),
        empty_backs_words: words::count(backs.len() as u64, "empty back", "empty backs"),
        empty_backs: tiles(&backs, &pages, &before, sees_stories),
        delivered_with: others.into_iter().map(OtherPile::from).collect(),
        pairing: (pages.len() > 1).then(|| Pairing {
            join: urls::batch_step(&batch.id, "join"),
            part: urls::batch_step(&batch.id, "part"),
            passes: urls::batch_step(&batch.id, "passes"),
        }),
        problems,
        duplicates,
    };
    page_with(status, bench.settings(), &view.chrome, &view)
}

/// The sheets with what each is, in order.
fn tiles(
    shown: &[&PageRecord],
    pages: &[PageRecord],
    before: &[Twin],
    sees_stories: bool,
) -> Vec<Tile> {
    let tile = |page: &&PageRecord| {
        let story = page.story_id.as_ref();
        let other = pages.iter().find(|other| {
            story.is_some() && other.story_id.as_ref() == story && other.id != page.id
        });
        let first = before.iter().find(|before| before.page_id == page.id);
        Tile::of(page, story.filter(|_| sees_stories))
            .beside(other)
            .scanned_before(first, &page.batch_id)
    };
    shown.iter().map(tile).collect()
}

/// Whether a side is only in the way among the others.
fn is_empty_back(page: &PageRecord) -> bool {
    page.state == PageState::Discarded
        && matches!(page.role, Some(PageRole::BlankBack | PageRole::CoverBack))
}

impl From<Pile> for OtherPile {
    fn from(pile: Pile) -> Self {
        Self {
            url: urls::batch(&pile.id),
            source: pile.source,
        }
    }
}

fn count_view(counted: &Counted, n_to_count: u64) -> Option<CountView> {
    let count = counted.count.as_ref()?;
    let papers = words::count(count.n_papers.into(), "sheet of paper", "sheets of paper");
    let both_sides = count.n_sides == 2;
    let sides = if both_sides { "both sides" } else { "one side" };
    let missing = count.difference(n_to_count);
    let said = counted.explanation.as_ref();
    let explained = said.filter(|said| missing != 0 && said.difference == missing);
    Some(CountView {
        words: format!("{papers}, {sides} scanned"),
        by: format!("{}, {}", count.user_name, when::day_and_time(count.at)),
        fits: missing == 0,
        explained: explained.map(|said| {
            let at = when::day_and_time(said.at);
            format!(
                "{} {} ({}, {at})",
                difference(missing),
                said.reason,
                said.user_name
            )
        }),
        n_papers: count.n_papers,
        both_sides,
    })
}

fn pull_list(pages: &[PageRecord]) -> Option<String> {
    let open = pages
        .iter()
        .filter(|page| page.state == PageState::Quarantined);
    let n_open = open.count() as u64;
    (n_open > 0).then(|| {
        format!(
            "Print the pull list ({})",
            words::count(n_open, "sheet", "sheets")
        )
    })
}
