//! A delivery becomes piles. Why as it is: docs/adr/0023-a-delivery-is-cut-into-piles-once-it-is-read.md.

mod plan;

use schemas::record::PageRole;
use schemas::separation::Separation;
use schemas::{BatchId, PageId};

use crate::database::{Row, Tx, statements, values};
use crate::{Moment, Store, StoreError, leaflets};

use plan::{Plan, Side, plan};

/// What people call a pile whose cover sheet lay on another one before.
const USED_AGAIN: &str = "cover sheet used again";

/// One page of the delivery.
struct Sheet {
    page_id: PageId,
    position: u32,
    cover: Option<String>,
    side: Side,
}

/// The batch that a delivery came in as.
struct Delivery {
    id: BatchId,
    way_in: String,
    separation: Separation,
    /// The batch in which it began.
    began_in: BatchId,
}

statements! {
    BEING_READ = "SELECT id FROM pages WHERE batch_id = $1 AND state = 'received' LIMIT 1";
    LOCK_PAGES = "UPDATE pages SET id = id WHERE batch_id = $1";
    BATCH = "SELECT id, way_in, separation, delivery FROM batches WHERE id = $1";
    SHEETS = "SELECT id, file_id, page_idx, position, role, cover FROM pages WHERE batch_id = $1 ORDER BY position";
    PUT_ASIDE = "UPDATE pages SET role = $2, state = 'discarded' WHERE id = $1 AND state = 'quarantined'";
    INSERT_BATCH = "INSERT INTO batches (id, source, way_in, separation, delivery, n_sheets, created_at)
        VALUES ($1, $2, $2, $3, $4, $5, $6)";
    MOVE = "UPDATE pages SET batch_id = $2, position = position - $3
        WHERE batch_id = $1 AND position > $3 AND position <= $4";
    /// What was cut before goes on where it went on.
    CUT = "UPDATE batches SET n_sheets = $2, goes_on_in = COALESCE(goes_on_in, $3) WHERE id = $1";
    COVER = "SELECT id, name FROM covers WHERE id = $1";
    LAY_COVER = "UPDATE covers SET batch_id = $2 WHERE id = $1 AND (batch_id IS NULL OR batch_id = $2)";
    /// A name that somebody gave stays.
    NAME = "UPDATE batches SET source = $2 WHERE id = $1 AND source = way_in";
}

impl Store {
    /// Once every page of a batch has been looked at: puts cover sheets, dividers and empty backs aside, and cuts the batch
    /// where another pile begins. Doing it again changes nothing.
    ///
    /// # Errors
    /// When the database fails or there is no such batch.
    #[tracing::instrument(skip_all, name = "db.batch.sort", fields(batch.id = %batch_id))]
    pub async fn sort_batch(&self, ctx: &Moment<'_>, batch_id: &BatchId) -> Result<(), StoreError> {
        if self
            .fetch_first(BEING_READ, values![batch_id])
            .await?
            .is_some()
        {
            return Ok(());
        }
        let row = self.fetch_first(BATCH, values![batch_id]).await?;
        let delivery = delivery(row.as_ref(), batch_id)?;
        let rows = self.fetch_all(SHEETS, values![batch_id]).await?;
        if nothing_to_do(&sheets(&rows)?, delivery.separation) {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        // In this order, as whoever says something about a page.
        tx.execute(LOCK_PAGES, values![batch_id]).await?;
        leaflets::lock_batch(&mut tx, batch_id).await?;
        if tx
            .fetch_first(BEING_READ, values![batch_id])
            .await?
            .is_none()
        {
            let rows = tx.fetch_all(SHEETS, values![batch_id]).await?;
            carry_out(&mut tx, ctx, &delivery, &sheets(&rows)?).await?;
        }
        tx.commit().await
    }
}

/// Most batches hold nothing but leaflets.
fn nothing_to_do(sheets: &[Sheet], separation: Separation) -> bool {
    let too_many = match separation {
        Separation::EverySides(most) => sheets.len() > most as usize,
        Separation::CoverSheets | Separation::BlankSheets { .. } => false,
    };
    !too_many && sheets.iter().all(|sheet| sheet.side.role.is_none())
}

async fn carry_out(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    delivery: &Delivery,
    sheets: &[Sheet],
) -> Result<(), StoreError> {
    let sides: Vec<Side> = sheets.iter().map(|sheet| sheet.side.clone()).collect();
    let Plan { roles, starts } = plan(&sides, delivery.separation);
    for (sheet, role) in sheets.iter().zip(roles) {
        let role = role.filter(|role| *role != PageRole::Blank && Some(*role) != sheet.side.role);
        if let Some(role) = role {
            tx.execute(PUT_ASIDE, values![&sheet.page_id, role.as_str()])
                .await?;
        }
    }
    let ends = starts.iter().copied().skip(1).chain([sheets.len()]);
    let mut last = None;
    let mut ctx = *ctx;
    for (start, end) in starts.iter().copied().zip(ends) {
        // Batches sort by when they began: in the order of the paper.
        ctx.now = ctx.now.plus_ms(1);
        last = Some(begin_pile(tx, &ctx, delivery, &sheets[start..end]).await?);
    }
    let own = starts.first().copied().unwrap_or(sheets.len());
    if let Some(last) = last {
        let n_sheets = i64::from(sheets[own].position) - 1;
        tx.execute(CUT, values![&delivery.id, n_sheets, &last])
            .await?;
    }
    name(tx, &delivery.id, &sheets[..own]).await
}

/// Moves sheets into a batch of their own.
async fn begin_pile(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    delivery: &Delivery,
    sheets: &[Sheet],
) -> Result<BatchId, StoreError> {
    let id = BatchId::fresh(ctx.ids, ctx.now);
    let positions = sheets.iter().map(|sheet| i64::from(sheet.position));
    let before = positions.clone().min().unwrap_or(1) - 1;
    let last = positions.max().unwrap_or(before);
    let batch = values![
        &id,
        &delivery.way_in,
        &delivery.separation.to_string(),
        &delivery.began_in,
        last - before,
        ctx.now
    ];
    tx.execute(INSERT_BATCH, batch).await?;
    tx.execute(MOVE, values![&delivery.id, &id, before, last])
        .await?;
    name(tx, &id, sheets).await?;
    Ok(id)
}

/// Calls a pile as its cover sheet says, when one lies on it.
async fn name(tx: &mut Tx, batch_id: &BatchId, sheets: &[Sheet]) -> Result<(), StoreError> {
    let Some(number) = sheets.iter().take(2).find_map(|sheet| sheet.cover.as_ref()) else {
        return Ok(());
    };
    let Some(row) = tx.fetch_first(COVER, values![number]).await? else {
        return Ok(());
    };
    let mut name = row.of("covers").text("name")?;
    if tx.execute(LAY_COVER, values![number, batch_id]).await? == 0 {
        name = format!("{name} ({USED_AGAIN})");
    }
    tx.execute(NAME, values![batch_id, &name]).await?;
    Ok(())
}

fn delivery(row: Option<&Row>, batch_id: &BatchId) -> Result<Delivery, StoreError> {
    let row = row.ok_or_else(|| StoreError::missing("batch", batch_id.as_str()))?;
    let row = row.of("batches");
    let began_in = row.parsed_or_null("delivery")?;
    Ok(Delivery {
        id: batch_id.clone(),
        way_in: row.text("way_in")?,
        separation: row.parsed("separation")?,
        began_in: began_in.unwrap_or_else(|| batch_id.clone()),
    })
}

fn sheets(rows: &[Row]) -> Result<Vec<Sheet>, StoreError> {
    let sheet = |row: &Row| {
        let row = row.of("pages");
        Ok(Sheet {
            page_id: row.parsed("id")?,
            position: row.number("position")?,
            cover: row.text_or_null("cover")?,
            side: Side {
                file_id: row.parsed("file_id")?,
                page_idx: row.number("page_idx")?,
                role: row.one_of_or_null("role", PageRole::parse)?,
            },
        })
    };
    rows.iter().map(sheet).collect()
}
