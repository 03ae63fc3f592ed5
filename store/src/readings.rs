use schemas::reading::Reading;
use schemas::record::PictureRole;
use schemas::{BlobHash, PageId, ReadingId, StoryId};

use crate::{Moment, Store, StoreError};

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

impl Store {
    /// Records a reading, and when the page could be read also its leaflet and story, all or nothing.
    /// The same engine leaves one reading of a page, however often its job runs.
    ///
    /// # Errors
    /// When the database fails or there is no such page.
    #[tracing::instrument(skip_all, name = "db.reading.record", fields(page.id = %new.page_id), err)]
    pub async fn record_reading(
        &self,
        ctx: &Moment<'_>,
        new: NewReading,
    ) -> Result<RecordedReading, StoreError> {
        todo!()
    }
}
