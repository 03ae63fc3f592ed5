//! Stories that come without a sheet: told on the telephone, or typed from a form that somebody filled in beside the author.
//! Each has a place in a pile of its day like any other, so that the ledger counts it and nothing else has to know of it.

use schemas::record::Route;
use schemas::separation::Separation;
use schemas::{BatchId, DAY_MS, FileId, PageId, StoryId, TimeMs, UserId};

use crate::database::{Tx, statements, values};
use crate::leaflets::{ReadPage, insert_leaflet, insert_story_by, lock_page, set_read};
use crate::leases::hold_until;
use crate::letters::by_hand;
use crate::{Moment, NewReading, Store, StoreError, intake, readings};

/// A story that somebody is about to write down for its author.
#[derive(Clone, Debug)]
pub struct OpenTold {
    /// How it is told.
    pub route: Route,
    /// Who writes it down, and has the story open afterwards.
    pub user_id: UserId,
    /// How long that person holds it.
    pub lease_ms: i64,
}

statements! {
    /// One that this person opened and has not begun: pressing twice makes one story.
    UNTOUCHED = "SELECT s.id FROM stories s WHERE s.state = 'to-review' AND s.lease_user_id = $1 AND s.route = $2
        AND s.revision_no = 0 AND NOT EXISTS (SELECT 1 FROM story_drafts d WHERE d.story_id = s.id)
        ORDER BY s.id LIMIT 1";
    PILE_OF_DAY = "SELECT id FROM batches WHERE source = $1 AND created_at >= $2 AND goes_on_in IS NULL
        ORDER BY id DESC LIMIT 1";
    /// There are no bytes: what was said is in the story and its history.
    INSERT_FILE = "INSERT INTO files (id, batch_id, name, origin, content_key, media_type, size_bytes, state, created_at)
        VALUES ($1, $2, $3, $4, $4, 'text/plain', 0, 'stored', $5)";
    INSERT_PAGE = "INSERT INTO pages (id, file_id, batch_id, page_idx, position, state, enqueued_at, created_at)
        VALUES ($1, $2, $3, 0, $4, 'received', $5, $5)";
}

impl Store {
    /// Opens an empty story for what somebody tells, held by whoever writes it down. Where that person has one open that is
    /// still empty, it is that one.
    ///
    /// # Errors
    /// When the database fails or there is no such person.
    #[tracing::instrument(skip_all, name = "db.story.open_told", fields(user.id = %told.user_id))]
    pub async fn open_told_story(
        &self,
        ctx: &Moment<'_>,
        told: &OpenTold,
    ) -> Result<StoryId, StoreError> {
        let mut tx = self.begin().await?;
        let story_id = match untouched(&mut tx, told).await? {
            Some(story_id) => story_id,
            None => insert(&mut tx, ctx, told.route).await?,
        };
        hold_until(
            &mut tx,
            &story_id,
            &told.user_id,
            ctx.now.plus_ms(told.lease_ms),
        )
        .await?;
        tx.commit().await?;
        Ok(story_id)
    }
}

async fn untouched(tx: &mut Tx, told: &OpenTold) -> Result<Option<StoryId>, StoreError> {
    let key = values![&told.user_id, told.route.as_str()];
    let row = tx.fetch_first(UNTOUCHED, key).await?;
    row.map(|row| row.of("stories").parsed("id")).transpose()
}

async fn insert(tx: &mut Tx, ctx: &Moment<'_>, route: Route) -> Result<StoryId, StoreError> {
    let page_id = insert_page(tx, ctx, route).await?;
    let new = reading(&page_id, route);
    let reading_id = readings::insert_reading(tx, ctx, &new).await?;
    let leaflet_id = insert_leaflet(tx, ctx, None).await?;
    let page = lock_page(tx, &page_id).await?;
    let read = ReadPage {
        page: &page,
        reading_id: &reading_id,
        reading: &new.reading,
        has_other_side: false,
    };
    set_read(tx, &read, &leaflet_id, false).await?;
    insert_story_by(tx, ctx, &leaflet_id, route).await
}

async fn insert_page(tx: &mut Tx, ctx: &Moment<'_>, route: Route) -> Result<PageId, StoreError> {
    let batch_id = pile_of_day(tx, ctx, route).await?;
    let (batch_id, position) = intake::take_positions(tx, &batch_id, 1).await?;
    let file_id = FileId::fresh(ctx.ids, ctx.now);
    let file = values![
        &file_id,
        &batch_id,
        file_name(route),
        &format!("told: {file_id}"),
        ctx.now
    ];
    tx.execute(INSERT_FILE, file).await?;
    let page_id = PageId::fresh(ctx.ids, ctx.now);
    let page = values![&page_id, &file_id, &batch_id, position, ctx.now];
    tx.execute(INSERT_PAGE, page).await?;
    Ok(page_id)
}

/// The pile that the stories of a day lie in, which begins at midnight UTC.
async fn pile_of_day(tx: &mut Tx, ctx: &Moment<'_>, route: Route) -> Result<BatchId, StoreError> {
    let midnight = TimeMs(ctx.now.day_utc() * DAY_MS);
    let found = values![pile_name(route), midnight];
    match tx.fetch_first(PILE_OF_DAY, found).await? {
        Some(row) => row.of("batches").parsed("id"),
        None => intake::insert_batch(tx, ctx, pile_name(route), Separation::CoverSheets).await,
    }
}

const fn pile_name(route: Route) -> &'static str {
    match route {
        Route::Phone => "Stories by phone",
        Route::Form => "Forms typed by hand",
        Route::Leaflet => "Leaflets typed by hand",
    }
}

const fn file_name(route: Route) -> &'static str {
    match route {
        Route::Phone => "a story by phone",
        Route::Form => "a form typed by hand",
        Route::Leaflet => "a leaflet typed by hand",
    }
}

/// There is no picture.
fn reading(page_id: &PageId, route: Route) -> NewReading {
    NewReading {
        page_id: page_id.clone(),
        placement_no: 0,
        has_other_side: false,
        reading: by_hand(file_name(route), 0, "nothing"),
        pictures: Vec::new(),
        looks: None,
    }
}
