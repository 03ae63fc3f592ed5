mod fields;

use schemas::layout::LayoutId;
use schemas::reading::Reading;
use schemas::record::{HoldKind, Route, StoryState};
use schemas::{BatchId, PageId, ReadingId, StoryId, TimeMs, UserId};

use crate::database::{Fields, statements, values};
use crate::pages::{page, page_columns};
use crate::{Lease, PageRecord, ReadingPicture, Store, StoreError, Twin};

pub(crate) use fields::story_columns;
pub use fields::{CONSENT_GIVEN, StoryFields, first_words};

/// Which stories to list.
#[derive(Clone, Debug, Default)]
pub struct StoryFilter {
    /// Only those in this state.
    pub state: Option<StoryState>,
    /// Only those of this kind.
    pub only: Option<OnlyStories>,
    /// Only those after this one, for the next page of the list.
    pub after: Option<StoryId>,
    /// At most so many; 0 stands for 100.
    pub limit: u32,
}

/// Which stories of a state are listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OnlyStories {
    /// Those without a service.
    NoService,
    /// Those that were too hard to read for a draft, or that say nothing.
    NoDraft,
    /// Those with a drawing.
    Drawing,
    /// Those about somebody who may be in danger.
    Flagged,
    /// Those that this person holds, changed or decided about.
    Of(UserId),
}

impl StoryFilter {
    fn limit(&self) -> u32 {
        match self.limit {
            0 => DEFAULT_LIMIT,
            limit => limit,
        }
    }
}

impl OnlyStories {
    /// The statement that lists this kind.
    const fn list(&self) -> &'static str {
        match self {
            Self::NoService => LIST_WITHOUT_SERVICE,
            Self::NoDraft => LIST_WITHOUT_DRAFT,
            Self::Drawing => LIST_WITH_DRAWING,
            Self::Flagged => LIST_FLAGGED,
            Self::Of(_) => LIST_OF,
        }
    }
}

/// What a story on hold waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// What for.
    pub kind: HoldKind,
    /// When the wait is over, where there is an end to it.
    pub until: Option<TimeMs>,
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
    /// Whether somebody may be in danger.
    pub flagged: bool,
    /// What it waits for, when it is on hold.
    pub hold: Option<Hold>,
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
    /// How the author told it.
    pub route: Route,
    /// What a person may change.
    pub fields: StoryFields,
    /// The pages of its leaflet, in the order of their sides; at least one.
    pub pages: Vec<StoryPage>,
    /// Sheets that those of its leaflet seem to be, scanned again or copied.
    pub twins: Vec<Twin>,
    /// Counts up with every change; 0 at first.
    pub revision_no: u32,
    /// Whether somebody may be in danger.
    pub flagged: bool,
    /// What it waits for, when it is on hold.
    pub hold: Option<Hold>,
    /// Who holds it. May have run out: compare [`Lease::until`] with the clock.
    pub lease: Option<Lease>,
    /// When the story was made.
    pub created_at: TimeMs,
}

/// One page of a story's leaflet.
#[derive(Clone, Debug, PartialEq)]
pub struct StoryPage {
    /// The page.
    pub page: PageRecord,
    /// What the machine read on it.
    pub reading: Reading,
    /// The pictures that go with the reading.
    pub pictures: Vec<ReadingPicture>,
    /// Whether it came after somebody had begun to work on the story: its words are not in the story's fields.
    pub apart: bool,
}

/// Stories of a state, oldest first. Each kind has a statement, so that each has its index.
macro_rules! story_rows {
    () => {
            "SELECT s.id, s.title, s.service, s.state, s.has_drawing, s.consent, p.created_at AS received_at, l.layout,
            l.serial, s.page_id, p.batch_id, b.source AS batch_source, p.position, f.name AS file_name, p.page_idx,
            s.lease_user_id, s.lease_until, u.display_name AS lease_user_name, s.flagged, s.hold_kind, s.hold_until
        FROM stories s JOIN leaflets l ON l.id = s.leaflet_id JOIN pages p ON p.id = s.page_id
        JOIN batches b ON b.id = p.batch_id JOIN files f ON f.id = p.file_id
        LEFT JOIN users u ON u.id = s.lease_user_id"
    };
}

/// Those of a state, page by page.
macro_rules! story_list {
    ($which:literal) => {
        concat!(
            story_rows!(),
            " WHERE s.state = $1 AND s.id > $2",
            $which,
            " ORDER BY s.id LIMIT $3"
        )
    };
}

statements! {
    LIST = story_list!("");
    FIND_BY_ID = concat!(story_rows!(), " WHERE s.id = $1");
    FIND_BY_NUMBER = concat!(story_rows!(), " JOIN publications n ON n.story_id = s.id WHERE n.number = $1");
    /// The latest of those whose leaflets carry this number.
    FIND_BY_SERIAL = concat!(story_rows!(), " WHERE l.serial = $1 ORDER BY s.id DESC LIMIT 20");
    LIST_WITHOUT_SERVICE = story_list!(" AND s.service = ''");
    LIST_WITHOUT_DRAFT = story_list!(" AND s.as_written = ''");
    LIST_WITH_DRAWING = story_list!(" AND s.has_drawing = 1");
    LIST_FLAGGED = story_list!(" AND s.flagged = 1");
    LIST_OF = story_list!(" AND (s.lease_user_id = $4
            OR EXISTS (SELECT 1 FROM revisions r WHERE r.story_id = s.id AND r.user_id = $4)
            OR EXISTS (SELECT 1 FROM decisions d WHERE d.story_id = s.id AND d.user_id = $4))");
    COUNT = "SELECT state, CAST(SUM(n) AS BIGINT) AS n_stories FROM story_tallies GROUP BY state";
    LOOKUP = concat!("SELECT s.id, state, revision_no, lease_user_id, lease_until,
            u.display_name AS lease_user_name, s.created_at, flagged, hold_kind, hold_until, route, ", story_columns!(), "
        FROM stories s LEFT JOIN users u ON u.id = s.lease_user_id
        WHERE s.id = $1");
    /// A program of before has left the reading with the story only.
    PAGES = concat!("SELECT ", page_columns!(story_reading), "
        JOIN readings r ON r.id = COALESCE(p.reading_id, s.reading_id)
        WHERE s.id = $1 ORDER BY COALESCE(p.side, 99), p.batch_id, p.position");
}

impl Store {
    /// Lists stories, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.story.list")]
    pub async fn stories(&self, filter: StoryFilter) -> Result<Vec<StorySummary>, StoreError> {
        let mut stories = Vec::new();
        for state in StoryState::ALL {
            if filter.state.is_none_or(|wanted| wanted == *state) {
                stories.extend(self.stories_in(*state, &filter).await?);
            }
        }
        stories.sort_by(|a, b| a.id.cmp(&b.id));
        stories.truncate(usize::try_from(filter.limit()).unwrap_or(usize::MAX));
        Ok(stories)
    }

    /// Finds stories by what a person has in hand: the public number, the number printed on the leaflet, or the story's id;
    /// in this order, each once.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.story.find")]
    pub async fn find_stories(&self, typed: &str) -> Result<Vec<StorySummary>, StoreError> {
        let typed = typed.trim();
        let mut rows = Vec::new();
        if let Ok(number) = typed.trim_start_matches('#').parse::<i64>() {
            rows.extend(self.fetch_all(FIND_BY_NUMBER, values![number]).await?);
        }
        for sql in [FIND_BY_SERIAL, FIND_BY_ID] {
            rows.extend(self.fetch_all(sql, values![typed]).await?);
        }
        let mut found: Vec<StorySummary> = Vec::new();
        for row in &rows {
            let story = summary(row.of("stories"))?;
            if found.iter().all(|known| known.id != story.id) {
                found.push(story);
            }
        }
        Ok(found)
    }

    async fn stories_in(
        &self,
        state: StoryState,
        filter: &StoryFilter,
    ) -> Result<Vec<StorySummary>, StoreError> {
        let after = filter.after.as_ref().map_or("", StoryId::as_str);
        let mut which = values![state.as_str(), after, filter.limit()];
        if let Some(OnlyStories::Of(user_id)) = &filter.only {
            which.extend(values![user_id]);
        }
        let list = filter.only.as_ref().map_or(LIST, OnlyStories::list);
        let rows = self.fetch_all(list, which).await?;
        rows.iter().map(|row| summary(row.of("stories"))).collect()
    }

    /// Counts the stories in each state; every state is named, in order.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.story.count")]
    pub async fn story_counts(&self) -> Result<Vec<(StoryState, u64)>, StoreError> {
        let mut counts: Vec<_> = StoryState::ALL.iter().map(|state| (*state, 0)).collect();
        for row in &self.fetch_all(COUNT, values![]).await? {
            let row = row.of("story_tallies");
            let state = row.one_of("state", StoryState::parse)?;
            for (_, count) in counts.iter_mut().filter(|(counted, _)| *counted == state) {
                *count = row.number("n_stories")?;
            }
        }
        Ok(counts)
    }

    /// Looks up a story.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.story.lookup", fields(story.id = %story_id))]
    pub async fn story(&self, story_id: &StoryId) -> Result<Option<StoryRecord>, StoreError> {
        let Some(row) = self.fetch_first(LOOKUP, values![story_id]).await? else {
            return Ok(None);
        };
        let row = row.of("stories");
        let pages = self.story_pages(story_id).await?;
        if pages.is_empty() {
            return Err(StoreError::missing("page of story", story_id.as_str()));
        }
        Ok(Some(StoryRecord {
            id: row.parsed("id")?,
            state: row.one_of("state", StoryState::parse)?,
            route: row.one_of("route", Route::parse)?,
            fields: StoryFields::from_row(row)?,
            pages,
            twins: self.story_twins(story_id).await?,
            revision_no: row.number("revision_no")?,
            flagged: row.flag("flagged")?,
            hold: hold(row)?,
            lease: Lease::from_row(row)?,
            created_at: row.time("created_at")?,
        }))
    }

    async fn story_pages(&self, story_id: &StoryId) -> Result<Vec<StoryPage>, StoreError> {
        let mut pages = Vec::new();
        for row in &self.fetch_all(PAGES, values![story_id]).await? {
            let row = row.of("pages");
            let reading_id: ReadingId = row.parsed("reading_id")?;
            pages.push(StoryPage {
                page: page(row)?,
                reading: row.json("body")?,
                pictures: self.reading_pictures(&reading_id).await?,
                apart: row.flag("apart")?,
            });
        }
        Ok(pages)
    }
}

impl StoryRecord {
    /// The first page of the leaflet.
    ///
    /// # Panics
    /// Never: the store gives no story without pages.
    pub fn first_page(&self) -> &StoryPage {
        self.pages.first().expect("a story has at least one page")
    }
}

/// How many stories a list holds when nobody says.
const DEFAULT_LIMIT: u32 = 100;
fn summary(row: Fields<'_>) -> Result<StorySummary, StoreError> {
    Ok(StorySummary {
        id: row.parsed("id")?,
        title: row.text("title")?,
        service: row.text("service")?,
        state: row.one_of("state", StoryState::parse)?,
        received_at: row.time("received_at")?,
        layout: row.parsed_or_null("layout")?,
        serial: row.text_or_null("serial")?,
        has_drawing: row.flag("has_drawing")?,
        consent: row.flag("consent")?,
        page_id: row.parsed("page_id")?,
        batch_id: row.parsed("batch_id")?,
        batch_source: row.text("batch_source")?,
        position: row.number("position")?,
        file_name: row.text("file_name")?,
        page_idx: row.number("page_idx")?,
        flagged: row.flag("flagged")?,
        hold: hold(row)?,
        lease: Lease::from_row(row)?,
    })
}

fn hold(row: Fields<'_>) -> Result<Option<Hold>, StoreError> {
    let Some(kind) = row.one_of_or_null("hold_kind", HoldKind::parse)? else {
        return Ok(None);
    };
    let until = row.int_or_null("hold_until")?.map(TimeMs);
    Ok(Some(Hold { kind, until }))
}
