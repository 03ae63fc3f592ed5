use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use schemas::TimeMs;
use schemas::record::PageState;

use super::view::{Arrival, Hand, MailRoomPage, Pile, Total};
use crate::app::Shared;
use crate::chrome::{Chrome, Part, page};
use crate::error::WebError;
use crate::ledger::LedgerView;
use crate::session::{Duty, SignedIn};
use crate::when;

/// Sheets that just came in: two rows on a screen beside a scanner.
const ARRIVALS: u32 = 12;
/// Sheets that need a hand, named; the others are a click away.
const HANDS: u32 = 6;
/// Piles on one page: two working weeks at three a day.
const PILES: u32 = 30;

/// `GET /mail-room`
pub(crate) async fn get(
    State(bench): State<Shared>,
    who: SignedIn,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    who.must(Duty::SeeSheets)?;
    let (store, now) = (bench.store(), bench.now());
    let midnight = when::start_of_day(now);
    let today = store.ledger_between(midnight, TimeMs(i64::MAX)).await?;
    let all = store.ledger(None).await?;
    let states = store.page_counts().await?;
    let being_read = states
        .iter()
        .find(|(state, _)| *state == PageState::Received)
        .map_or(0, |(_, count)| *count);
    let arrivals = store.latest_pages(ARRIVALS).await?;
    let hands = store.quarantined_pages(HANDS).await?;
    let piles = store.batches(PILES).await?;
    let view = MailRoomPage {
        chrome: Chrome::new(&bench, &who, &headers, Part::MailRoom),
        may_work: who.may(Duty::PlaceSheets),
        total: Total::new(today.sheets, all.quarantined, being_read, &piles),
        today: LedgerView::from(&today),
        all: LedgerView::from(&all),
        more_hands: all.quarantined.saturating_sub(hands.len() as u64),
        hands: hands.iter().map(Hand::of).collect(),
        arrivals: arrivals.iter().map(|page| Arrival::of(page, now)).collect(),
        piles: piles.iter().map(Pile::of).collect(),
    };
    page(bench.settings(), &view.chrome, &view)
}
