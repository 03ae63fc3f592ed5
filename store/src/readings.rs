use schemas::looks::Looks;
use schemas::reading::{NoLeaflet, Reading, Status};
use schemas::record::{PageRole, PageState, PictureRole};
use schemas::{BlobHash, PageId, ReadingId, StoryId};

use crate::database::{Fields, Tx, statements, values};
use crate::leaflets::{LockedPage, ReadPage, lock_page, settle};
use crate::{Moment, Store, StoreError, looks, placements, to_json};

/// What an engine read on a page.
#[derive(Clone, Debug)]
pub struct NewReading {
    /// The page.
    pub page_id: PageId,
    /// Which placement the reader was told of; 0 when it was told of none.
    pub placement_no: u32,
    /// Whether the page's layout has another side, which may carry the story.
    pub has_other_side: bool,
    /// What was read.
    pub reading: Reading,
    /// The pictures that go with it.
    pub pictures: Vec<ReadingPicture>,
    /// What the page looks like from afar, when that tells it from others.
    pub looks: Option<Looks>,
}

/// A picture that goes with a reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadingPicture {
    /// What it shows.
    pub role: PictureRole,
    /// The region that it shows; `None` for the whole page.
    pub region_id: Option<String>,
    /// Its bytes.
    pub blob: BlobHash,
}

/// What became of a reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedReading {
    /// The reading: the new one, or the one that this engine had left before.
    pub reading_id: ReadingId,
    /// The page's story, when it has one.
    pub story_id: Option<StoryId>,
}

statements! {
    /// The story that a page belongs to is about somebody who may be in danger.
    FLAG = "UPDATE stories SET flagged = 1 WHERE leaflet_id = (SELECT leaflet_id FROM pages WHERE id = $1)
        AND state IN ('to-review', 'second-review', 'held')";
    BY_ENGINE = "SELECT id FROM readings WHERE page_id = $1 AND engine = $2";
    STORY_OF_LEAFLET = "SELECT id FROM stories WHERE leaflet_id = $1";
    INSERT_READING = "INSERT INTO readings (id, page_id, engine, status, body, created_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    INSERT_PICTURE = "INSERT INTO reading_pictures (reading_id, idx, role, region_id, blob)
        VALUES ($1, $2, $3, $4, $5)";
    // Readings of before kept a picture of each region as well; the bench shows parts of the whole page instead.
    PICTURES = "SELECT reading_id, role, region_id, blob FROM reading_pictures
        WHERE reading_id = $1 AND role <> 'crop' ORDER BY idx";
    SET_ASIDE = "UPDATE pages SET state = 'quarantined', warning = $2, role = $3 WHERE id = $1";
    /// Nobody has to look at it.
    LAY_ASIDE = "UPDATE pages SET state = 'discarded', warning = NULL, role = 'cover', cover = $2 WHERE id = $1";
}

impl Store {
    /// Records a reading, and when the page could be read also its leaflet and story, all or nothing.
    ///
    /// The same engine leaves one reading of a page, however often its job runs. A page that has its story already,
    /// or that a person threw away, keeps what it is; the reading is kept beside it. So it is with a reader that did
    /// not know what a person said last about the page: the job that knows it is still to come.
    ///
    /// # Errors
    /// When the database fails or there is no such page.
    #[tracing::instrument(skip_all, name = "db.reading.record", fields(page.id = %new.page_id))]
    pub async fn record_reading(
        &self,
        ctx: &Moment<'_>,
        new: NewReading,
    ) -> Result<RecordedReading, StoreError> {
        let mut tx = self.begin().await?;
        let page = lock_page(&mut tx, &new.page_id).await?;
        let reading_id = match recorded_before(&mut tx, &new).await? {
            Some(reading_id) => reading_id,
            None => insert_reading(&mut tx, ctx, &new).await?,
        };
        let is_latest = placements::latest_number(&mut tx, &page.id).await? == new.placement_no;
        let story_id = match (page.state, new.reading.status) {
            (PageState::Received | PageState::Quarantined, Status::Read) if is_latest => {
                let read = ReadPage {
                    page: &page,
                    reading_id: &reading_id,
                    reading: &new.reading,
                    has_other_side: new.has_other_side,
                };
                settle(&mut tx, ctx, &read).await?
            }
            (PageState::Received | PageState::Quarantined, Status::Quarantined) if is_latest => {
                set_aside(&mut tx, &new).await?;
                None
            }
            _ => story_of(&mut tx, &page).await?,
        };
        flag(&mut tx, &page.id, &new.reading).await?;
        if let Some(looks) = &new.looks {
            looks::keep(&mut tx, &page.id, &new.reading, looks).await?;
        }
        tx.commit().await?;
        if let Some(looks) = &new.looks {
            self.link_alike(&page.id, &new.reading, looks).await?;
        }
        self.sort_batch(ctx, &page.batch_id).await?;
        Ok(RecordedReading {
            reading_id,
            story_id,
        })
    }

    /// The pictures that go with a reading, in order.
    pub(crate) async fn reading_pictures(
        &self,
        reading_id: &ReadingId,
    ) -> Result<Vec<ReadingPicture>, StoreError> {
        let rows = self.fetch_all(PICTURES, values![reading_id]).await?;
        rows.iter()
            .map(|row| picture(row.of("reading_pictures")))
            .collect()
    }
}

fn picture(row: Fields<'_>) -> Result<ReadingPicture, StoreError> {
    Ok(ReadingPicture {
        role: row.one_of("role", PictureRole::parse)?,
        region_id: row.text_or_null("region_id")?,
        blob: row.parsed("blob")?,
    })
}

/// What this engine left of this page before.
async fn recorded_before(tx: &mut Tx, new: &NewReading) -> Result<Option<ReadingId>, StoreError> {
    let key = values![&new.page_id, &engine_name(new)];
    let row = tx.fetch_first(BY_ENGINE, key).await?;
    row.map(|row| row.of("readings").parsed("id")).transpose()
}

async fn story_of(tx: &mut Tx, page: &LockedPage) -> Result<Option<StoryId>, StoreError> {
    let Some(leaflet_id) = &page.leaflet_id else {
        return Ok(None);
    };
    let row = tx
        .fetch_first(STORY_OF_LEAFLET, values![leaflet_id])
        .await?;
    row.map(|row| row.of("stories").parsed("id")).transpose()
}

/// Flags the story of a page when its words may say that somebody is in danger.
pub(crate) async fn flag(
    tx: &mut Tx,
    page_id: &PageId,
    reading: &Reading,
) -> Result<(), StoreError> {
    if reading.may_be_danger() {
        tx.execute(FLAG, values![page_id]).await?;
    }
    Ok(())
}

/// Adds a reading with its pictures.
pub(crate) async fn insert_reading(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    new: &NewReading,
) -> Result<ReadingId, StoreError> {
    let id = ReadingId::fresh(ctx.ids, ctx.now);
    let status = match new.reading.status {
        Status::Read => "read",
        Status::Quarantined => "quarantined",
    };
    let engine = engine_name(new);
    let body = to_json(&new.reading)?;
    let row = values![&id, &new.page_id, &engine, status, &body, ctx.now];
    tx.execute(INSERT_READING, row).await?;
    for (idx, picture) in (0_i64..).zip(&new.pictures) {
        let region_id = picture.region_id.as_deref();
        let row = values![&id, idx, picture.role.as_str(), region_id, &picture.blob];
        tx.execute(INSERT_PICTURE, row).await?;
    }
    Ok(id)
}

async fn set_aside(tx: &mut Tx, new: &NewReading) -> Result<(), StoreError> {
    let reading = &new.reading;
    if reading.no_leaflet == Some(NoLeaflet::Cover) {
        let cover = values![&new.page_id, reading.serial.as_deref()];
        tx.execute(LAY_ASIDE, cover).await?;
        return Ok(());
    }
    let warning = reading.warnings.first().map(to_json).transpose()?;
    let role = reading.no_leaflet.map(|_| PageRole::Blank.as_str());
    tx.execute(SET_ASIDE, values![&new.page_id, warning.as_deref(), role])
        .await?;
    Ok(())
}

/// One name for one way of reading: the engine with its versions, the layouts that it knew, and which word of a
/// person it was told.
fn engine_name(new: &NewReading) -> String {
    let engine = &new.reading.engine;
    let mut name = format!("postbag {}, {}", engine.postbag, engine.text);
    if !engine.layouts.is_empty() {
        name = format!("{name}, layouts {}", engine.layouts);
    }
    if new.placement_no > 0 {
        name = format!("{name}, placement {}", new.placement_no);
    }
    name
}
