//! What people say about which sides belong together. What the machine says by itself is in `leaflets`.

mod passes;

pub(crate) use passes::STATEMENTS as PASSES_STATEMENTS;
pub use passes::{JoinPasses, PassOrder, Passes};

use schemas::layout::LayoutId;
use schemas::reading::Reading;
use schemas::record::{PageDecisionKind, PageState};
use schemas::{LeafletId, PageId, StoryId, UserId};

use crate::database::{Tx, statements, values};
use crate::leases::lock_story;
use crate::page_decisions::note;
use crate::{DecidePage, Moment, Store, StoreError, leaflets};

/// Two sides that a person puts together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinSides {
    /// The two pages, in any order.
    pub pages: [PageId; 2],
    /// Who says so.
    pub user_id: UserId,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joined {
    /// They are one leaflet now.
    Done,
    /// They were one already.
    Together,
    /// They cannot be; nothing was changed.
    Mismatch(Mismatch),
}

/// Why two sides cannot be put together, or one cannot be taken out of its leaflet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// One of them was not read.
    NotRead,
    /// They are of different prints.
    OtherLayout,
    /// Both are the same side.
    SameSide,
    /// Their printed numbers differ.
    OtherNumber,
    /// One of them has its other side already.
    HasOtherSide,
    /// It has no other side that it could be taken from.
    Alone,
    /// Somebody has begun to work on the story.
    InWork,
}

/// One side with what it belongs to.
struct Half {
    page_id: PageId,
    leaflet_id: LeafletId,
    layout: Option<(LayoutId, u32)>,
    side: Option<u32>,
    reading: Reading,
    story_id: Option<StoryId>,
    n_pages: u64,
}

statements! {
    HALF = "SELECT p.id, p.leaflet_id, p.side, l.layout, l.layout_version, r.body,
            s.id AS story_id, (SELECT COUNT(*) FROM pages q WHERE q.leaflet_id = p.leaflet_id) AS n_pages
        FROM pages p JOIN leaflets l ON l.id = p.leaflet_id JOIN readings r ON r.id = p.reading_id
        LEFT JOIN stories s ON s.leaflet_id = l.id WHERE p.id = $1 AND p.state = $2";
    MOVE_PAGE = "UPDATE pages SET leaflet_id = $2, apart = 0 WHERE id = $1";
    /// Nobody has worked on it: no revision, no decision and no publication refers to it.
    DROP_STORY = "DELETE FROM stories WHERE id = $1 AND revision_no = 0 AND state = 'to-review'";
    NAME_LEAFLET = "UPDATE leaflets SET serial = $2 WHERE id = $1 AND serial IS NULL";
}

impl Store {
    /// Makes one leaflet of two sides. Their stories become one; a story that somebody has begun to work on stays as it is,
    /// and then nothing is changed.
    ///
    /// # Errors
    /// When the database fails, or there is no such page or person.
    #[tracing::instrument(skip_all, name = "db.page.join", fields(user.id = %join.user_id))]
    pub async fn join_sides(
        &self,
        ctx: &Moment<'_>,
        join: &JoinSides,
    ) -> Result<Joined, StoreError> {
        let mut tx = self.begin().await?;
        let mut pages = join.pages.clone();
        // Always in one order, so that two people who say the same do not wait for each other.
        pages.sort();
        let mut batches = Vec::new();
        for page_id in &pages {
            batches.push(leaflets::lock_page(&mut tx, page_id).await?.batch_id);
        }
        batches.sort();
        batches.dedup();
        for batch_id in &batches {
            leaflets::lock_batch(&mut tx, batch_id).await?;
        }
        let joined = join_locked(&mut tx, ctx, join).await?;
        if joined == Joined::Done {
            tx.commit().await?;
        }
        Ok(joined)
    }

    /// Takes a side out of its leaflet; with something on it, it becomes a story of its own.
    ///
    /// # Errors
    /// When the database fails, or there is no such page or person.
    #[tracing::instrument(skip_all, name = "db.page.part", fields(page.id = %part.page_id, user.id = %part.user_id))]
    pub async fn part_side(
        &self,
        ctx: &Moment<'_>,
        part: &DecidePage,
    ) -> Result<Result<(), Mismatch>, StoreError> {
        let mut tx = self.begin().await?;
        let page = leaflets::lock_page(&mut tx, &part.page_id).await?;
        leaflets::lock_batch(&mut tx, &page.batch_id).await?;
        let Some(half) = half(&mut tx, &part.page_id).await? else {
            return Ok(Err(Mismatch::NotRead));
        };
        if half.n_pages < 2 {
            return Ok(Err(Mismatch::Alone));
        }
        if !is_free(&mut tx, ctx, &half).await? {
            return Ok(Err(Mismatch::InWork));
        }
        let leaflet_id = leaflets::insert_leaflet(&mut tx, ctx, Some(&half.reading)).await?;
        tx.execute(MOVE_PAGE, values![&half.page_id, &leaflet_id])
            .await?;
        if let Some(story_id) = &half.story_id {
            leaflets::refill(&mut tx, story_id, &half.leaflet_id).await?;
        }
        if !leaflets::is_blank(&half.reading) {
            leaflets::insert_story(&mut tx, ctx, &leaflet_id).await?;
        }
        note(&mut tx, ctx, part, PageDecisionKind::Part).await?;
        tx.commit().await?;
        Ok(Ok(()))
    }
}

/// The same within a transaction that the pages and their batches belong to.
async fn join_locked(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    join: &JoinSides,
) -> Result<Joined, StoreError> {
    let [first, second] = &join.pages;
    let (Some(first), Some(second)) = (half(tx, first).await?, half(tx, second).await?) else {
        return Ok(Joined::Mismatch(Mismatch::NotRead));
    };
    if first.leaflet_id == second.leaflet_id {
        return Ok(Joined::Together);
    }
    if let Some(mismatch) = mismatch(&first, &second) {
        return Ok(Joined::Mismatch(mismatch));
    }
    if !(is_free(tx, ctx, &first).await? && is_free(tx, ctx, &second).await?) {
        return Ok(Joined::Mismatch(Mismatch::InWork));
    }
    // The story that there is stays; of two, that of the front.
    let keeps_first = match (&first.story_id, &second.story_id) {
        (Some(_), None) => true,
        (None, Some(_)) => false,
        _ => first.side < second.side,
    };
    let (kept, other) = if keeps_first {
        (first, second)
    } else {
        (second, first)
    };
    put_together(tx, ctx, &kept, &other).await?;
    for half in [&kept, &other] {
        let decision = DecidePage {
            page_id: half.page_id.clone(),
            user_id: join.user_id.clone(),
            reason: String::new(),
        };
        note(tx, ctx, &decision, PageDecisionKind::Join).await?;
    }
    Ok(Joined::Done)
}

async fn put_together(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    kept: &Half,
    other: &Half,
) -> Result<(), StoreError> {
    if let Some(story_id) = &other.story_id {
        tx.execute(DROP_STORY, values![story_id]).await?;
    }
    tx.execute(MOVE_PAGE, values![&other.page_id, &kept.leaflet_id])
        .await?;
    let serial = other.reading.serial.as_deref();
    tx.execute(NAME_LEAFLET, values![&kept.leaflet_id, serial])
        .await?;
    match &kept.story_id {
        Some(story_id) => leaflets::refill(tx, story_id, &kept.leaflet_id).await,
        None => leaflets::insert_story(tx, ctx, &kept.leaflet_id)
            .await
            .map(drop),
    }
}

/// Why two sides are not those of one leaflet.
fn mismatch(first: &Half, second: &Half) -> Option<Mismatch> {
    let numbers = (&first.reading.serial, &second.reading.serial);
    let numbers_differ = matches!(numbers, (Some(a), Some(b)) if a != b);
    match () {
        () if first.layout.is_none() || first.layout != second.layout => {
            Some(Mismatch::OtherLayout)
        }
        () if first.side == second.side => Some(Mismatch::SameSide),
        () if numbers_differ => Some(Mismatch::OtherNumber),
        () if first.n_pages > 1 || second.n_pages > 1 => Some(Mismatch::HasOtherSide),
        () => None,
    }
}

/// Whether nobody has begun to work on the story of a side; its row belongs to the transaction then.
async fn is_free(tx: &mut Tx, ctx: &Moment<'_>, half: &Half) -> Result<bool, StoreError> {
    let Some(story_id) = &half.story_id else {
        return Ok(true);
    };
    lock_story(tx, story_id).await?;
    leaflets::is_untouched(tx, ctx, story_id).await
}

/// A side that was read, with what it belongs to.
async fn half(tx: &mut Tx, page_id: &PageId) -> Result<Option<Half>, StoreError> {
    let key = values![page_id, PageState::Read.as_str()];
    let Some(row) = tx.fetch_first(HALF, key).await? else {
        return Ok(None);
    };
    let row = row.of("pages");
    let layout = row.parsed_or_null("layout")?;
    let version = row.int_or_null("layout_version")?;
    let number = |column, int: i64| u32::try_from(int).map_err(|_| row.bad(column));
    Ok(Some(Half {
        page_id: row.parsed("id")?,
        leaflet_id: row.parsed("leaflet_id")?,
        layout: match (layout, version) {
            (Some(layout), Some(version)) => Some((layout, number("layout_version", version)?)),
            _ => None,
        },
        side: row
            .int_or_null("side")?
            .map(|side| number("side", side))
            .transpose()?,
        reading: row.json("body")?,
        story_id: row.parsed_or_null("story_id")?,
        n_pages: row.number("n_pages")?,
    }))
}
