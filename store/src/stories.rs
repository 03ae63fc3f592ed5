use schemas::layout::LayoutId;
use schemas::reading::Reading;
use schemas::record::StoryState;
use schemas::{BatchId, PageId, StoryId, TimeMs};
use serde::{Deserialize, Serialize};

use crate::{Lease, PageRecord, ReadingPicture, Store, StoreError};

/// Everything about a story that a person may change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoryFields {
    /// The headline; the first words of the story until a person writes a better one.
    pub title: String,
    /// The name of the service.
    pub service: String,
    /// The postcode of the service.
    pub postcode: String,
    /// Who the author is to the patient, as the layout calls it.
    pub relationship: String,
    /// Whether the author permits publication.
    pub consent: bool,
    /// How critical the most negative statement is, 0 (not) to 5 (severely). Staff only.
    pub criticality: Option<u8>,
    /// The story, verbatim.
    pub as_written: String,
    /// The story with spelling, capitals and layout put right.
    pub readable: String,
    /// The story as the public sees it.
    pub published_text: String,
    /// Whether a person decided to show the drawing.
    pub show_drawing: bool,
    /// What the drawing shows, in words.
    pub drawing_alt: String,
}

/// Which stories to list.
#[derive(Clone, Debug, Default)]
pub struct StoryFilter {
    /// Only those in this state.
    pub state: Option<StoryState>,
    /// Only those after this one, for the next page of the list.
    pub after: Option<StoryId>,
    /// At most so many; 0 stands for 100.
    pub limit: u32,
}

/// A story in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct StorySummary {
    /// The story.
    pub id: StoryId,
    /// Its headline.
    pub title: String,
    /// Its service.
    pub service: String,
    /// Where it is on its way.
    pub state: StoryState,
    /// When the sheet came in.
    pub received_at: TimeMs,
    /// The leaflet's layout.
    pub layout: Option<LayoutId>,
    /// The leaflet's printed number.
    pub serial: Option<String>,
    /// Whether there is a drawing.
    pub has_drawing: bool,
    /// Whether the author permits publication.
    pub consent: bool,
    /// Its first page.
    pub page_id: PageId,
    /// The batch that the sheet came in.
    pub batch_id: BatchId,
    /// Where the batch comes from, in words.
    pub batch_source: String,
    /// The sheet's place in its batch, from 1.
    pub position: u32,
    /// The file that the sheet came in.
    pub file_name: String,
    /// Which page of the file, from 0.
    pub page_idx: u32,
    /// Who holds it. May have run out: compare [`Lease::until`] with the clock.
    pub lease: Option<Lease>,
}

/// A story with all that belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoryRecord {
    /// The story.
    pub id: StoryId,
    /// Where it is on its way.
    pub state: StoryState,
    /// What a person may change.
    pub fields: StoryFields,
    /// What the machine read.
    pub reading: Reading,
    /// The pictures that go with the reading.
    pub pictures: Vec<ReadingPicture>,
    /// The page.
    pub page: PageRecord,
    /// How often it was revised; 0 at first.
    pub revision_no: u32,
    /// Who holds it. May have run out: compare [`Lease::until`] with the clock.
    pub lease: Option<Lease>,
    /// When the story was made.
    pub created_at: TimeMs,
}

impl Store {
    /// Lists stories, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.story.list", err)]
    pub async fn stories(&self, filter: StoryFilter) -> Result<Vec<StorySummary>, StoreError> {
        todo!()
    }

    /// Counts the stories in each state; every state is named, in order.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.story.count", err)]
    pub async fn story_counts(&self) -> Result<Vec<(StoryState, u64)>, StoreError> {
        todo!()
    }

    /// Looks up a story.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.story.lookup", fields(story.id = %story_id), err)]
    pub async fn story(&self, story_id: &StoryId) -> Result<Option<StoryRecord>, StoreError> {
        todo!()
    }
}
