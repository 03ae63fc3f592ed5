use schemas::layout::{LayoutId, Meaning};
use schemas::reading::{MarkDecision, MarkReading, Reading};
use schemas::record::{PictureRole, StoryState};
use schemas::{BatchId, PageId, ReadingId, StoryId, TimeMs};
use serde::{Deserialize, Serialize};

use crate::database::{Fields, Value, statements, values};
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

statements! {
    LIST = "SELECT s.id, s.title, s.service, s.state, s.has_drawing, s.consent, p.created_at AS received_at, l.layout,
            l.serial, s.page_id, p.batch_id, b.source AS batch_source, p.position, f.name AS file_name, p.page_idx,
            s.lease_user_id, s.lease_until, u.display_name AS lease_user_name
        FROM stories s JOIN leaflets l ON l.id = s.leaflet_id JOIN pages p ON p.id = s.page_id
        JOIN batches b ON b.id = p.batch_id JOIN files f ON f.id = p.file_id
        LEFT JOIN users u ON u.id = s.lease_user_id
        WHERE ($1 = '' OR s.state = $1) AND s.id > $2 ORDER BY s.id LIMIT $3";
    COUNT = "SELECT state, COUNT(*) AS n_stories FROM stories GROUP BY state";
    LOOKUP = "SELECT s.id, s.state, s.revision_no, s.page_id, s.reading_id, r.body AS reading, s.title, s.service,
            s.postcode, s.relationship, s.consent, s.criticality, s.as_written, s.readable, s.published_text,
            s.show_drawing, s.drawing_alt, s.lease_user_id, s.lease_until, u.display_name AS lease_user_name,
            s.created_at
        FROM stories s JOIN readings r ON r.id = s.reading_id LEFT JOIN users u ON u.id = s.lease_user_id
        WHERE s.id = $1";
    PICTURES = "SELECT reading_id, role, region_id, blob FROM reading_pictures WHERE reading_id = $1 ORDER BY idx";
}

impl Store {
    /// Lists stories, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.story.list")]
    pub async fn stories(&self, filter: StoryFilter) -> Result<Vec<StorySummary>, StoreError> {
        let state = filter.state.map_or("", StoryState::as_str);
        let after = filter.after.as_ref().map_or("", StoryId::as_str);
        let limit = match filter.limit {
            0 => DEFAULT_LIMIT,
            limit => limit,
        };
        let rows = self.fetch_all(LIST, values![state, after, limit]).await?;
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
            let row = row.of("stories");
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
        let page_id: PageId = row.parsed("page_id")?;
        let page = self.page(&page_id).await?;
        let reading_id: ReadingId = row.parsed("reading_id")?;
        let pictures = self.fetch_all(PICTURES, values![&reading_id]).await?;
        Ok(Some(StoryRecord {
            id: row.parsed("id")?,
            state: row.one_of("state", StoryState::parse)?,
            fields: StoryFields::from_row(row)?,
            reading: row.json("reading")?,
            pictures: pictures
                .iter()
                .map(|row| picture(row.of("reading_pictures")))
                .collect::<Result<_, _>>()?,
            page: page.ok_or_else(|| row.bad("page_id"))?,
            revision_no: row.number("revision_no")?,
            lease: Lease::from_row(row)?,
            created_at: row.time("created_at")?,
        }))
    }
}

impl StoryFields {
    /// What a machine's reading makes of a story before a person has seen it.
    pub fn from_reading(reading: &Reading) -> Self {
        let value = |meaning| {
            let region = reading.region_for(meaning);
            region
                .and_then(|region| region.value.clone())
                .unwrap_or_default()
        };
        let story = value(Meaning::Story);
        Self {
            title: first_words(&story),
            service: value(Meaning::Service),
            postcode: best_postcode(reading).unwrap_or_default(),
            relationship: value(Meaning::Relationship),
            consent: consents(reading),
            as_written: story.clone(),
            readable: story.clone(),
            published_text: story,
            ..Self::default()
        }
    }

    /// The fields as values, in the order of the table's columns from `title` to `drawing_alt`.
    pub(crate) fn columns(&self) -> Vec<Value> {
        values![
            &self.title,
            &self.service,
            &self.postcode,
            &self.relationship,
            self.consent,
            self.criticality.map(i64::from),
            &self.as_written,
            &self.readable,
            &self.published_text,
            self.show_drawing,
            &self.drawing_alt,
        ]
    }

    pub(crate) fn from_row(row: Fields<'_>) -> Result<Self, StoreError> {
        let criticality = row
            .int_or_null("criticality")?
            .map(u8::try_from)
            .transpose();
        Ok(Self {
            title: row.text("title")?,
            service: row.text("service")?,
            postcode: row.text("postcode")?,
            relationship: row.text("relationship")?,
            consent: row.flag("consent")?,
            criticality: criticality.map_err(|_| row.bad("criticality"))?,
            as_written: row.text("as_written")?,
            readable: row.text("readable")?,
            published_text: row.text("published_text")?,
            show_drawing: row.flag("show_drawing")?,
            drawing_alt: row.text("drawing_alt")?,
        })
    }
}

/// How many stories a list holds when nobody says.
const DEFAULT_LIMIT: u32 = 100;
/// How long a headline made of the story's first words may get: about one line on a small screen.
const TITLE_CHARS: usize = 60;
/// What the box of the consent region is called when it permits publication.
const CONSENT_GIVEN: &str = "yes";

fn first_words(story: &str) -> String {
    let mut title = String::new();
    for word in story.split_whitespace() {
        if title.chars().count() + word.chars().count() >= TITLE_CHARS {
            let cut: String = word.chars().take(TITLE_CHARS).collect();
            let whole = if title.is_empty() { cut } else { title };
            return format!("{whole}…");
        }
        if !title.is_empty() {
            title.push(' ');
        }
        title.push_str(word);
    }
    title
}

fn best_postcode(reading: &Reading) -> Option<String> {
    let region = reading.region_for(Meaning::Postcode)?;
    let first = region.candidates.first();
    first
        .map(|candidate| candidate.text.clone())
        .or_else(|| region.value.clone())
}

/// Only a clear tick counts; a doubtful one is for a person.
fn consents(reading: &Reading) -> bool {
    let marks = reading
        .region_for(Meaning::Consent)
        .map_or(&[][..], |region| &region.marks);
    let ticked = |mark: &MarkReading| mark.decision == MarkDecision::Ticked;
    marks
        .iter()
        .any(|mark| mark.value == CONSENT_GIVEN && ticked(mark))
}

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
        lease: Lease::from_row(row)?,
    })
}

fn picture(row: Fields<'_>) -> Result<ReadingPicture, StoreError> {
    Ok(ReadingPicture {
        role: row.one_of("role", PictureRole::parse)?,
        region_id: row.text_or_null("region_id")?,
        blob: row.parsed("blob")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_headline_is_the_first_words_of_the_story_and_at_most_one_line() {
        assert_eq!(first_words("The nurse\nwas kind."), "The nurse was kind.");
        let long = first_words(&"waiting ".repeat(40));
        assert!(long.chars().count() <= TITLE_CHARS + 1, "{long}");
        assert!(long.ends_with("waiting…"), "{long}");
        assert!(first_words(&"x".repeat(500)).chars().count() <= TITLE_CHARS + 1);
        assert_eq!(first_words(""), "");
    }
}
