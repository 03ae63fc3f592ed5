use schemas::placement::Placement;
use schemas::record::PageDecisionKind;
use schemas::{PageId, TimeMs};

use crate::database::{Fields, statements, values};
use crate::placements::placement;
use crate::{Store, StoreError};

/// What a person did with a page.
#[derive(Clone, Debug, PartialEq)]
pub struct PageEvent {
    /// When.
    pub at: TimeMs,
    /// Who, as shown.
    pub user_name: String,
    /// What.
    pub what: PageEventKind,
    /// Why; may be empty.
    pub reason: String,
}

/// The things that people do with pages.
#[derive(Clone, Debug, PartialEq)]
pub enum PageEventKind {
    /// Somebody said what it is, and it was read again.
    Placed(Placement),
    /// Somebody decided.
    Decided(PageDecisionKind),
}

statements! {
    PLACEMENTS = "SELECT p.id, p.layout, p.layout_version, p.side, p.corners, p.created_at,
            u.display_name AS user_name
        FROM placements p JOIN users u ON u.id = p.user_id WHERE p.page_id = $1";
    DECISIONS = "SELECT d.id, d.kind, d.reason, d.created_at, u.display_name AS user_name
        FROM page_decisions d JOIN users u ON u.id = d.user_id WHERE d.page_id = $1";
}

impl Store {
    /// Tells what people did with a page, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.page.events", fields(page.id = %page_id))]
    pub async fn page_events(&self, page_id: &PageId) -> Result<Vec<PageEvent>, StoreError> {
        let mut events = Vec::new();
        for row in &self.fetch_all(PLACEMENTS, values![page_id]).await? {
            events.push(placed(row.of("placements"))?);
        }
        for row in &self.fetch_all(DECISIONS, values![page_id]).await? {
            events.push(decided(row.of("page_decisions"))?);
        }
        events.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(events.into_iter().map(|(_, event)| event).collect())
    }
}

/// The event with its id, which sorts by time.
pub(crate) fn placed(row: Fields<'_>) -> Result<(String, PageEvent), StoreError> {
    let event = PageEvent {
        at: row.time("created_at")?,
        user_name: row.text("user_name")?,
        what: PageEventKind::Placed(placement(row)?),
        reason: String::new(),
    };
    Ok((row.text("id")?, event))
}

pub(crate) fn decided(row: Fields<'_>) -> Result<(String, PageEvent), StoreError> {
    let event = PageEvent {
        at: row.time("created_at")?,
        user_name: row.text("user_name")?,
        what: PageEventKind::Decided(row.one_of("kind", PageDecisionKind::parse)?),
        reason: row.text("reason")?,
    };
    Ok((row.text("id")?, event))
}
