use askama::Template;
use schemas::TimeMs;
use store::{BatchSummary, Ledger, PageRecord};

use crate::chrome::Chrome;
use crate::handlers::quarantine::reason;
use crate::ledger::LedgerView;
use crate::sheet::{Tile, difference};
use crate::{sheet, urls, when};

#[derive(Template)]
#[template(path = "pages/mail_room.html")]
pub(super) struct MailRoomPage {
    pub(super) chrome: Chrome,
    pub(super) may_work: bool,
    pub(super) total: Total,
    pub(super) today: LedgerView,
    pub(super) all: LedgerView,
    pub(super) hands: Vec<Hand>,
    /// Those that are not named.
    pub(super) more_hands: u64,
    pub(super) arrivals: Vec<Arrival>,
    pub(super) piles: Vec<Pile>,
}

/// The numbers that are read from two metres away.
pub(super) struct Total {
    pub(super) today: u64,
    pub(super) hands: u64,
    pub(super) being_read: u64,
    /// Piles of which another number came in than was counted, and nobody has said why.
    pub(super) differ: usize,
}

impl Total {
    pub(super) fn new(today: u64, hands: u64, being_read: u64, piles: &[BatchSummary]) -> Self {
        Self {
            today,
            hands,
            being_read,
            differ: piles
                .iter()
                .filter(|pile| pile.unexplained.is_some())
                .count(),
        }
    }
}

/// A sheet that needs a hand.
pub(super) struct Hand {
    pub(super) url: String,
    pub(super) name: String,
    pub(super) cause: String,
    pub(super) next_action: String,
}

impl Hand {
    pub(super) fn of(page: &PageRecord) -> Self {
        let (cause, next_action) = reason(page);
        Self {
            url: urls::quarantined(&page.id),
            name: sheet::of_page(page),
            cause,
            next_action,
        }
    }
}

/// A sheet that just came in.
pub(super) struct Arrival {
    pub(super) tile: Tile,
    pub(super) came_in: String,
}

impl Arrival {
    pub(super) fn of(page: &PageRecord, now: TimeMs) -> Self {
        Self {
            tile: Tile::of(page, None),
            came_in: when::ago(page.created_at, now),
        }
    }
}

/// A pile in the list.
pub(super) struct Pile {
    pub(super) url: String,
    pub(super) came_in: String,
    pub(super) source: String,
    pub(super) ledger: Ledger,
    pub(super) differs: Option<String>,
}

impl Pile {
    pub(super) fn of(batch: &BatchSummary) -> Self {
        Self {
            url: urls::batch(&batch.id),
            came_in: when::day_and_time(batch.created_at),
            source: batch.source.clone(),
            ledger: batch.ledger,
            differs: batch.unexplained.map(difference),
        }
    }
}
