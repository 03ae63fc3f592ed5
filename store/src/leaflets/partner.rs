//! Which leaflet a page belongs to.

use schemas::layout::LayoutId;
use schemas::reading::Reading;
use schemas::record::StoryState;
use schemas::{LeafletId, StoryId};

use super::{ReadPage, is_blank};
use crate::StoreError;
use crate::database::{Fields, Row, Tx, statements, values};

/// The leaflet that a page is the other side of.
pub(super) struct Partner {
    pub(super) leaflet_id: LeafletId,
    pub(super) story_id: Option<StoryId>,
}

macro_rules! other_side {
    () => {
        "SELECT l.id, s.id AS story_id, s.state, r.body
        FROM pages p JOIN leaflets l ON l.id = p.leaflet_id JOIN readings r ON r.id = p.reading_id
        LEFT JOIN stories s ON s.leaflet_id = l.id
        WHERE p.batch_id = $1 AND l.layout = $2 AND l.layout_version = $3 AND p.side <> $4
        AND NOT EXISTS (SELECT 1 FROM pages same WHERE same.leaflet_id = l.id AND same.side = $4)"
    };
}

statements! {
    /// The nearest one: of photocopies with the same number, front and back of one sheet lie together.
    BY_NUMBER = concat!(other_side!(), " AND l.serial = $5 ORDER BY ABS(p.position - $6), l.id");
    /// The other side of the same sheet, as a scanner of both sides writes it: the pages 0 and 1, 2 and 3, …
    BY_SHEET = concat!(other_side!(), " AND p.file_id = $5 AND p.page_idx / 2 = $6
        AND (l.serial IS NULL OR $7 = '') ORDER BY l.id");
}

/// The leaflet that a page is the other side of, if it is here.
///
/// With a printed number that is the nearest leaflet of the batch with the same layout, version and number that lacks
/// this side. Where a number is missing it is the other side of the same sheet, and only when one of the two is empty,
/// so that words of two people never meet. Words do not join a story that is decided: nobody would see them there.
pub(super) async fn find(tx: &mut Tx, page: &ReadPage<'_>) -> Result<Option<Partner>, StoreError> {
    let ReadPage { page, reading, .. } = page;
    let (Some(layout), Some(version), Some(side)) =
        (&reading.layout, reading.version, reading.side)
    else {
        return Ok(None);
    };
    let key = || values![&page.batch_id, LayoutId::as_str(layout), version, side];
    if let Some(serial) = &reading.serial {
        let mut key = key();
        key.extend(values![serial, page.position]);
        let rows = tx.fetch_all(BY_NUMBER, key).await?;
        if let Some(partner) = first_open(&rows, reading, |_| true)? {
            return Ok(Some(partner));
        }
    }
    let mut key = key();
    let serial = reading.serial.as_deref().unwrap_or_default();
    key.extend(values![&page.file_id, page.page_idx / 2, serial]);
    let rows = tx.fetch_all(BY_SHEET, key).await?;
    first_open(&rows, reading, |other| is_blank(reading) || is_blank(other))
}

/// The first leaflet that this page may join. Words join an undecided story only; an empty side joins any.
fn first_open(
    rows: &[Row],
    reading: &Reading,
    is_certain: impl Fn(&Reading) -> bool,
) -> Result<Option<Partner>, StoreError> {
    for row in rows {
        let row = row.of("leaflets");
        if is_certain(&row.json("body")?) && is_open(row, is_blank(reading))? {
            return Ok(Some(Partner {
                leaflet_id: row.parsed("id")?,
                story_id: row.parsed_or_null("story_id")?,
            }));
        }
    }
    Ok(None)
}

fn is_open(row: Fields<'_>, blank: bool) -> Result<bool, StoreError> {
    if row.text_or_null("story_id")?.is_none() {
        return Ok(true);
    }
    let state = row.one_of("state", StoryState::parse)?;
    Ok(state.is_open() || (blank && state != StoryState::Erased))
}
