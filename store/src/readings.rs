use schemas::layout::LayoutId;
use schemas::reading::{Reading, Status};
use schemas::record::{PageState, PictureRole};
use schemas::{BlobHash, LeafletId, PageId, ReadingId, StoryId};

use crate::database::{Tx, statements, values};
use crate::{Moment, Store, StoreError, StoryFields, to_json};

/// What an engine read on a page.
#[derive(Clone, Debug)]
pub struct NewReading {
    /// The page.
    pub page_id: PageId,
    /// What was read.
    pub reading: Reading,
    /// The pictures that go with it.
    pub pictures: Vec<ReadingPicture>,
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
    /// Locks the page, so that two workers that read it at once come one after the other.
    LOCK_PAGE = "UPDATE pages SET id = id WHERE id = $1 RETURNING id, state, leaflet_id";
    BY_ENGINE = "SELECT id FROM readings WHERE page_id = $1 AND engine = $2";
    STORY_OF_LEAFLET = "SELECT id FROM stories WHERE leaflet_id = $1";
    INSERT_READING = "INSERT INTO readings (id, page_id, engine, status, body, created_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    INSERT_PICTURE = "INSERT INTO reading_pictures (reading_id, idx, role, region_id, blob)
        VALUES ($1, $2, $3, $4, $5)";
    SET_ASIDE = "UPDATE pages SET state = 'quarantined', warning = $2 WHERE id = $1";
    SET_READ = "UPDATE pages SET state = 'read', warning = NULL, leaflet_id = $2 WHERE id = $1";
    INSERT_LEAFLET = "INSERT INTO leaflets (id, layout, layout_version, serial, created_at)
        VALUES ($1, $2, $3, $4, $5)";
    INSERT_STORY = "INSERT INTO stories (id, leaflet_id, page_id, reading_id, state, revision_no, title, service,
            postcode, relationship, consent, criticality, as_written, readable, published_text, show_drawing,
            drawing_alt, has_drawing, enqueued_at, created_at)
        VALUES ($1, $2, $3, $4, 'to-review', 0, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $17)";
}

impl Store {
    /// Records a reading, and when the page could be read also its leaflet and story, all or nothing.
    /// The same engine leaves one reading of a page, however often its job runs. A page that has its story already,
    /// or that a person threw away, keeps what it is; the reading is kept beside it.
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
        if let Some(recorded) = recorded_before(&mut tx, &page, &new).await? {
            return Ok(recorded);
        }
        let reading_id = insert_reading(&mut tx, ctx, &new).await?;
        let story_id = match (page.state, new.reading.status) {
            (PageState::Received | PageState::Quarantined, Status::Read) => {
                Some(insert_story(&mut tx, ctx, &reading_id, &new).await?)
            }
            (PageState::Received | PageState::Quarantined, Status::Quarantined) => {
                set_aside(&mut tx, &new).await?;
                None
            }
            (PageState::Read | PageState::Discarded, _) => story_of(&mut tx, &page).await?,
        };
        tx.commit().await?;
        Ok(RecordedReading {
            reading_id,
            story_id,
        })
    }
}

/// A page whose row belongs to this transaction alone.
struct LockedPage {
    state: PageState,
    leaflet_id: Option<LeafletId>,
}

async fn lock_page(tx: &mut Tx, page_id: &PageId) -> Result<LockedPage, StoreError> {
    let row = tx.fetch_first(LOCK_PAGE, values![page_id]).await?;
    let row = row.ok_or_else(|| StoreError::missing("page", page_id.as_str()))?;
    let row = row.of("pages");
    Ok(LockedPage {
        state: row.one_of("state", PageState::parse)?,
        leaflet_id: row.parsed_or_null("leaflet_id")?,
    })
}

/// What this engine left of this page before.
async fn recorded_before(
    tx: &mut Tx,
    page: &LockedPage,
    new: &NewReading,
) -> Result<Option<RecordedReading>, StoreError> {
    let key = values![&new.page_id, &engine_name(&new.reading)];
    let Some(row) = tx.fetch_first(BY_ENGINE, key).await? else {
        return Ok(None);
    };
    Ok(Some(RecordedReading {
        reading_id: row.of("readings").parsed("id")?,
        story_id: story_of(tx, page).await?,
    }))
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

async fn insert_reading(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    new: &NewReading,
) -> Result<ReadingId, StoreError> {
    let id = ReadingId::fresh(ctx.ids, ctx.now);
    let status = match new.reading.status {
        Status::Read => "read",
        Status::Quarantined => "quarantined",
    };
    let engine = engine_name(&new.reading);
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
    let warning = new.reading.warnings.first();
    let warning = warning.map(to_json).transpose()?;
    tx.execute(SET_ASIDE, values![&new.page_id, warning.as_deref()])
        .await?;
    Ok(())
}

/// Makes the leaflet and the story of a page that could be read.
async fn insert_story(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    reading_id: &ReadingId,
    new: &NewReading,
) -> Result<StoryId, StoreError> {
    let reading = &new.reading;
    let leaflet_id = LeafletId::fresh(ctx.ids, ctx.now);
    let layout = reading.layout.as_ref().map(LayoutId::as_str);
    let version = reading.version.map(i64::from);
    let leaflet = values![
        &leaflet_id,
        layout,
        version,
        reading.serial.as_deref(),
        ctx.now
    ];
    tx.execute(INSERT_LEAFLET, leaflet).await?;
    tx.execute(SET_READ, values![&new.page_id, &leaflet_id])
        .await?;
    let story_id = StoryId::fresh(ctx.ids, ctx.now);
    let has_drawing = reading
        .regions
        .iter()
        .any(|region| region.state.has_drawing());
    let mut row = values![&story_id, &leaflet_id, &new.page_id, reading_id];
    row.extend(StoryFields::from_reading(reading).columns());
    row.extend(values![has_drawing, ctx.now]);
    tx.execute(INSERT_STORY, row).await?;
    Ok(story_id)
}

/// The engine with its versions and the layouts that it knew: one name for one way of reading.
pub(crate) fn engine_name(reading: &Reading) -> String {
    let engine = &reading.engine;
    let name = format!("postbag {}, {}", engine.postbag, engine.text);
    match engine.layouts.as_str() {
        "" => name,
        layouts => format!("{name}, layouts {layouts}"),
    }
}
