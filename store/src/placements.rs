use schemas::job::Job;
use schemas::layout::LayoutId;
use schemas::placement::Placement;
use schemas::{PageId, PlacementId, UserId};

use crate::database::{Fields, Tx, statements, values};
use crate::page_decisions::{PageChange, lock_open_page};
use crate::{Moment, Store, StoreError, outbox, to_json};

/// What a person says about a page that the machine could not place.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacePage {
    /// The page.
    pub page_id: PageId,
    /// Who says so.
    pub user_id: UserId,
    /// What it is.
    pub placement: Placement,
}

/// A placement, and which one of its page's it is.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberedPlacement {
    /// From 1; the highest one counts.
    pub number: u32,
    /// What was said.
    pub placement: Placement,
}

statements! {
    LATEST = "SELECT id, placement_no, layout, layout_version, side, corners FROM placements
        WHERE page_id = $1 ORDER BY placement_no DESC LIMIT 1";
    LATEST_NO = "SELECT page_id, COALESCE(MAX(placement_no), 0) AS latest FROM placements
        WHERE page_id = $1 GROUP BY page_id";
    INSERT = "INSERT INTO placements (id, page_id, placement_no, layout, layout_version, side, corners, user_id,
            created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    READ_AGAIN = "UPDATE pages SET state = 'received', warning = NULL, leaflet_id = NULL, side = NULL,
            reading_id = NULL, enqueued_at = $2
        WHERE id = $1";
    /// A job that gave up before says nothing about the new one.
    FORGET_DEAD = "DELETE FROM dead_jobs WHERE subject = $1";
}

impl Store {
    /// Keeps what a person says about a page and has it read again: the placement, the page's state and the job, all
    /// or nothing. Of two people who say something at once, the second is told that the page is no longer open.
    ///
    /// # Errors
    /// When the database fails or there is no such person.
    #[tracing::instrument(skip_all, name = "db.page.place", fields(page.id = %place.page_id, user.id = %place.user_id))]
    pub async fn place_page(
        &self,
        ctx: &Moment<'_>,
        place: &PlacePage,
    ) -> Result<PageChange, StoreError> {
        let mut tx = self.begin().await?;
        let page = match lock_open_page(&mut tx, &place.page_id).await? {
            Ok(page) => page,
            Err(change) => return Ok(change),
        };
        if !page.has_picture {
            return Ok(PageChange::NoPicture);
        }
        let number = latest_number(&mut tx, &place.page_id).await? + 1;
        insert(&mut tx, ctx, place, number).await?;
        tx.execute(READ_AGAIN, values![&place.page_id, ctx.now])
            .await?;
        tx.execute(FORGET_DEAD, values![&place.page_id]).await?;
        let page_id = place.page_id.clone();
        outbox::enqueue(&mut tx, ctx, &Job::ReadPage { page_id }).await?;
        tx.commit().await?;
        Ok(PageChange::Done)
    }

    /// What a person said last about a page.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.page.placement", fields(page.id = %page_id))]
    pub async fn latest_placement(
        &self,
        page_id: &PageId,
    ) -> Result<Option<NumberedPlacement>, StoreError> {
        let row = self.fetch_first(LATEST, values![page_id]).await?;
        row.map(|row| numbered(row.of("placements"))).transpose()
    }
}

/// The number of the last placement of a page; 0 when nobody said anything.
pub(crate) async fn latest_number(tx: &mut Tx, page_id: &PageId) -> Result<u32, StoreError> {
    let row = tx.fetch_first(LATEST_NO, values![page_id]).await?;
    row.map_or(Ok(0), |row| row.of("placements").number("latest"))
}

async fn insert(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    place: &PlacePage,
    number: u32,
) -> Result<(), StoreError> {
    let placement = &place.placement;
    let corners = placement.corners_px.as_ref().map(to_json).transpose()?;
    let row = values![
        &PlacementId::fresh(ctx.ids, ctx.now),
        &place.page_id,
        number,
        LayoutId::as_str(&placement.layout),
        placement.version,
        placement.side,
        corners.as_deref(),
        &place.user_id,
        ctx.now,
    ];
    tx.execute(INSERT, row).await?;
    Ok(())
}

fn numbered(row: Fields<'_>) -> Result<NumberedPlacement, StoreError> {
    Ok(NumberedPlacement {
        number: row.number("placement_no")?,
        placement: placement(row)?,
    })
}

pub(crate) fn placement(row: Fields<'_>) -> Result<Placement, StoreError> {
    Ok(Placement {
        layout: row.parsed("layout")?,
        version: row.number("layout_version")?,
        side: row.number("side")?,
        corners_px: row.json_or_null("corners")?,
    })
}
