//! Pages become leaflets, and leaflets stories. Why as it is: docs/adr/0009-two-sides-one-leaflet.md.

mod partner;

use schemas::layout::LayoutId;
use schemas::reading::{InkState, MarkDecision, Reading};
use schemas::record::{PageState, Route, StoryState};
use schemas::{BatchId, FileId, LeafletId, PageId, ReadingId, StoryId};

use crate::database::{Tx, statements, values};
use crate::leases::{current_lease, lock_story};
use crate::revisions::current;
use crate::stories::story_columns;
use crate::{Moment, StoreError, StoryFields};

use partner::Partner;
pub(crate) use partner::STATEMENTS as PARTNER_STATEMENTS;

/// A page whose row belongs to this transaction alone.
pub(crate) struct LockedPage {
    pub(crate) id: PageId,
    pub(crate) state: PageState,
    pub(crate) leaflet_id: Option<LeafletId>,
    pub(crate) batch_id: BatchId,
    pub(crate) file_id: FileId,
    pub(crate) page_idx: u32,
    pub(crate) position: u32,
}

/// A page with the reading that counts.
pub(crate) struct ReadPage<'a> {
    pub(crate) page: &'a LockedPage,
    pub(crate) reading_id: &'a ReadingId,
    pub(crate) reading: &'a Reading,
    /// Whether its layout has another side, which may carry the story.
    pub(crate) has_other_side: bool,
}

/// One page of a leaflet with what was read on it.
struct LeafletPage {
    page_id: PageId,
    reading_id: ReadingId,
    reading: Reading,
}

statements! {
    LOCK_PAGE = "UPDATE pages SET id = id WHERE id = $1
        RETURNING id, state, leaflet_id, batch_id, file_id, page_idx, position";
    LOCK_BATCH = "UPDATE batches SET id = id WHERE id = $1";
    INSERT_LEAFLET = "INSERT INTO leaflets (id, layout, layout_version, serial, created_at)
        VALUES ($1, $2, $3, $4, $5)";
    SET_READ = "UPDATE pages SET state = 'read', warning = NULL, role = NULL, leaflet_id = $2, side = $3,
            reading_id = $4, apart = $5
        WHERE id = $1";
    /// What was stapled to a leaflet has no side, and comes behind it.
    PAGES_OF_LEAFLET = "SELECT p.id, p.reading_id, r.body FROM pages p JOIN readings r ON r.id = p.reading_id
        WHERE p.leaflet_id = $1 ORDER BY COALESCE(p.side, 99), p.batch_id, p.position";
    INSERT_STORY = concat!("INSERT INTO stories (id, leaflet_id, page_id, reading_id, ", story_columns!(), ",
            has_drawing, route, enqueued_at, created_at, state, revision_no)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
            $23, $23, 'to-review', 0)");
    REFILL_STORY = concat!("UPDATE stories SET (page_id, reading_id, ", story_columns!(), ", has_drawing)
            = ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
        WHERE id = $1");
    /// Whoever has the story open is told at the next save, as when somebody else had saved in between.
    DISTURB_STORY = "UPDATE stories SET revision_no = revision_no + 1,
            has_drawing = CASE WHEN $2 = 1 THEN 1 ELSE has_drawing END
        WHERE id = $1";
}

/// Makes a page's row belong to this transaction alone.
pub(crate) async fn lock_page(tx: &mut Tx, page_id: &PageId) -> Result<LockedPage, StoreError> {
    let row = tx.fetch_first(LOCK_PAGE, values![page_id]).await?;
    let row = row.ok_or_else(|| StoreError::missing("page", page_id.as_str()))?;
    let row = row.of("pages");
    Ok(LockedPage {
        id: page_id.clone(),
        state: row.one_of("state", PageState::parse)?,
        leaflet_id: row.parsed_or_null("leaflet_id")?,
        batch_id: row.parsed("batch_id")?,
        file_id: row.parsed("file_id")?,
        page_idx: row.number("page_idx")?,
        position: row.number("position")?,
    })
}

/// Makes the pairing of a batch belong to this transaction alone. Taken after a page and before a story, always.
pub(crate) async fn lock_batch(tx: &mut Tx, batch_id: &BatchId) -> Result<(), StoreError> {
    tx.execute(LOCK_BATCH, values![batch_id]).await?;
    Ok(())
}

/// Gives a page that could be read its place: beside the other side of its leaflet, in a leaflet of its own with a
/// story, or, when nothing is on it and its other side may still come, in one without.
pub(crate) async fn settle(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    page: &ReadPage<'_>,
) -> Result<Option<StoryId>, StoreError> {
    lock_batch(tx, &page.page.batch_id).await?;
    if let Some(partner) = partner::find(tx, page).await? {
        return join(tx, ctx, page, partner).await.map(Some);
    }
    let leaflet_id = insert_leaflet(tx, ctx, Some(page.reading)).await?;
    set_read(tx, page, &leaflet_id, false).await?;
    if page.has_other_side && is_blank(page.reading) {
        return Ok(None);
    }
    insert_story(tx, ctx, &leaflet_id).await.map(Some)
}

/// Makes a leaflet; that of a letter has no print.
pub(crate) async fn insert_leaflet(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    reading: Option<&Reading>,
) -> Result<LeafletId, StoreError> {
    let leaflet_id = LeafletId::fresh(ctx.ids, ctx.now);
    let layout = reading.and_then(|reading| reading.layout.as_ref());
    let version = reading.and_then(|reading| reading.version);
    let leaflet = values![
        &leaflet_id,
        layout.map(LayoutId::as_str),
        version.map(i64::from),
        reading.and_then(|reading| reading.serial.as_deref()),
        ctx.now
    ];
    tx.execute(INSERT_LEAFLET, leaflet).await?;
    Ok(leaflet_id)
}

/// Puts a page into its leaflet. `apart` says that somebody had begun to work on the story before it came.
pub(crate) async fn set_read(
    tx: &mut Tx,
    page: &ReadPage<'_>,
    leaflet_id: &LeafletId,
    apart: bool,
) -> Result<(), StoreError> {
    let side = page.reading.side.map(i64::from);
    let row = values![&page.page.id, leaflet_id, side, page.reading_id, apart];
    tx.execute(SET_READ, row).await?;
    Ok(())
}

/// Makes the story of a leaflet from all its pages.
pub(crate) async fn insert_story(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    leaflet_id: &LeafletId,
) -> Result<StoryId, StoreError> {
    insert_story_by(tx, ctx, leaflet_id, Route::Leaflet).await
}

/// The same for a story that was told in another way.
pub(crate) async fn insert_story_by(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    leaflet_id: &LeafletId,
    route: Route,
) -> Result<StoryId, StoreError> {
    let pages = pages_of(tx, leaflet_id).await?;
    let first = first_of(&pages, leaflet_id)?;
    let story_id = StoryId::fresh(ctx.ids, ctx.now);
    let mut row = values![&story_id, leaflet_id, &first.page_id, &first.reading_id];
    row.extend(fields_of(&pages).columns());
    row.extend(values![has_drawing(&pages), route.as_str(), ctx.now]);
    tx.execute(INSERT_STORY, row).await?;
    Ok(story_id)
}

/// Puts a page beside its partner. A story that nobody has begun to work on is made anew from all pages; otherwise
/// the page lies beside it, and a person sees to its words.
async fn join(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    page: &ReadPage<'_>,
    partner: Partner,
) -> Result<StoryId, StoreError> {
    let Some(story_id) = partner.story_id else {
        set_read(tx, page, &partner.leaflet_id, false).await?;
        return insert_story(tx, ctx, &partner.leaflet_id).await;
    };
    lock_story(tx, &story_id).await?;
    let untouched = is_untouched(tx, ctx, &story_id).await?;
    let apart = !untouched && !is_blank(page.reading);
    set_read(tx, page, &partner.leaflet_id, apart).await?;
    if untouched {
        refill(tx, &story_id, &partner.leaflet_id).await?;
    } else if apart {
        disturb(tx, &story_id, page.reading).await?;
    }
    Ok(story_id)
}

/// Adds the words of a further page of a letter to its story, as long as nobody has begun to work on that.
pub(crate) async fn go_on(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    story_id: &StoryId,
    leaflet_id: &LeafletId,
    reading: &Reading,
) -> Result<(), StoreError> {
    if is_untouched(tx, ctx, story_id).await? {
        return refill(tx, story_id, leaflet_id).await;
    }
    disturb(tx, story_id, reading).await
}

/// Tells whoever works on a story that a page has come to it.
pub(crate) async fn disturb(
    tx: &mut Tx,
    story_id: &StoryId,
    reading: &Reading,
) -> Result<(), StoreError> {
    let row = values![story_id, draws(reading)];
    tx.execute(DISTURB_STORY, row).await?;
    Ok(())
}

/// Whether nobody has begun to work on a story: it is as the machine left it, and nobody has it open.
pub(crate) async fn is_untouched(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    story_id: &StoryId,
) -> Result<bool, StoreError> {
    let lease = current_lease(tx, story_id).await?;
    let held = lease.is_some_and(|lease| lease.until > ctx.now);
    let current = current(tx, story_id).await?;
    Ok(!held && current.state == StoryState::ToReview && current.revision_no == 0)
}

/// Fills the fields of a story that nobody has worked on anew from all its pages.
pub(crate) async fn refill(
    tx: &mut Tx,
    story_id: &StoryId,
    leaflet_id: &LeafletId,
) -> Result<(), StoreError> {
    let pages = pages_of(tx, leaflet_id).await?;
    let first = first_of(&pages, leaflet_id)?;
    let mut row = values![story_id, &first.page_id, &first.reading_id];
    row.extend(fields_of(&pages).columns());
    row.extend(values![has_drawing(&pages)]);
    tx.execute(REFILL_STORY, row).await?;
    Ok(())
}

async fn pages_of(tx: &mut Tx, leaflet_id: &LeafletId) -> Result<Vec<LeafletPage>, StoreError> {
    let rows = tx.fetch_all(PAGES_OF_LEAFLET, values![leaflet_id]).await?;
    let page = |row: &crate::database::Row| {
        let row = row.of("pages");
        Ok(LeafletPage {
            page_id: row.parsed("id")?,
            reading_id: row.parsed("reading_id")?,
            reading: row.json("body")?,
        })
    };
    rows.iter().map(page).collect()
}

fn first_of<'a>(
    pages: &'a [LeafletPage],
    leaflet_id: &LeafletId,
) -> Result<&'a LeafletPage, StoreError> {
    pages
        .first()
        .ok_or_else(|| StoreError::missing("page of leaflet", leaflet_id.as_str()))
}

fn fields_of(pages: &[LeafletPage]) -> StoryFields {
    StoryFields::from_readings(pages.iter().map(|page| &page.reading))
}

fn has_drawing(pages: &[LeafletPage]) -> bool {
    pages.iter().any(|page| draws(&page.reading))
}

fn draws(reading: &Reading) -> bool {
    reading
        .regions
        .iter()
        .any(|region| region.state.has_drawing())
}

/// Whether nothing is written, drawn or ticked on a side, in its regions and beside them.
pub(crate) fn is_blank(reading: &Reading) -> bool {
    let empty = |decision| decision == MarkDecision::Empty;
    reading.margin.is_empty()
        && reading.regions.iter().all(|region| {
            region.state == InkState::Blank && region.marks.iter().all(|mark| empty(mark.decision))
        })
}
