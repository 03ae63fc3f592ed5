//! Sheets that came in before: linked and shown, for a person to decide about.

use schemas::{BatchId, PageId, StoryId, TimeMs};

use crate::database::{Row, statements, values};
use crate::{Store, StoreError};

/// A sheet that seems to be another one, scanned again or copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twin {
    /// The page.
    pub page_id: PageId,
    /// The page that it seems to be.
    pub other_id: PageId,
    /// That page's story, when it has one.
    pub story_id: Option<StoryId>,
    /// The batch of that page.
    pub batch_id: BatchId,
    /// Where that batch comes from, in words.
    pub batch_source: String,
    /// That page's place in its batch, from 1.
    pub position: u32,
    /// When that page came in.
    pub came_in_at: TimeMs,
    /// How it was found.
    pub by: TwinBy,
}

/// What two sheets have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TwinBy {
    /// The printed number on the same side of the same form.
    Number,
    /// What is on them looks the same.
    Looks,
}

impl TwinBy {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "number" => Some(Self::Number),
            "looks" => Some(Self::Looks),
            _ => None,
        }
    }
}

/// Page `q` as a twin of page `p`.
macro_rules! twin_columns {
    ($by:literal) => {
        concat!(
            "SELECT p.id AS page_id, q.id AS other_id, o.id AS story_id, q.batch_id, b.source AS batch_source, q.position,
            q.created_at, '",
            $by,
            "' AS found_by "
        )
    };
}
/// Leaflets with one printed number.
macro_rules! by_number {
    () => {
        " JOIN leaflets l ON l.id = p.leaflet_id
        JOIN leaflets m ON m.serial = l.serial AND m.layout = l.layout AND m.layout_version = l.layout_version
        JOIN pages q ON q.leaflet_id = m.id JOIN batches b ON b.id = q.batch_id
        LEFT JOIN stories o ON o.leaflet_id = q.leaflet_id "
    };
}
/// Pages that look alike.
macro_rules! by_looks {
    () => {
        " JOIN page_twins t ON t.page_id = p.id JOIN pages q ON q.id = t.other_id JOIN batches b ON b.id = q.batch_id
        LEFT JOIN stories o ON o.leaflet_id = q.leaflet_id "
    };
}

statements! {
    /// The side of a sheet has one number in print: where it was read before, the sheet was scanned twice, or copied.
    OF_BATCH_BY_NUMBER = concat!(twin_columns!("number"), "FROM pages p", by_number!(),
        "WHERE p.batch_id = $1 AND q.side = p.side AND q.id < p.id ORDER BY p.position, q.id");
    OF_BATCH_BY_LOOKS = concat!(twin_columns!("looks"), "FROM pages p", by_looks!(),
        "WHERE p.batch_id = $1 AND q.id < p.id ORDER BY p.position, q.id");
    OF_PAGE = concat!(twin_columns!("looks"), "FROM pages p", by_looks!(), "WHERE p.id = $1 ORDER BY q.id");
    OF_STORY_BY_NUMBER = concat!(twin_columns!("number"), "FROM stories s JOIN pages p ON p.id = s.page_id", by_number!(),
        "WHERE s.id = $1 AND o.id <> s.id AND q.id = o.page_id ORDER BY q.id");
    OF_STORY_BY_LOOKS = concat!(twin_columns!("looks"), "FROM stories s JOIN pages p ON p.leaflet_id = s.leaflet_id",
        by_looks!(), "WHERE s.id = $1 AND (o.id IS NULL OR o.id <> s.id) ORDER BY q.id");
}

impl Store {
    /// The pages of a batch that came in before, each with the sheets that it seems to be: those with its number first.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.twins.of_batch", fields(batch.id = %batch_id))]
    pub async fn scanned_before(&self, batch_id: &BatchId) -> Result<Vec<Twin>, StoreError> {
        self.both(OF_BATCH_BY_NUMBER, OF_BATCH_BY_LOOKS, batch_id.as_str())
            .await
    }

    /// The pages that look like this one, the first that came in first.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.twins.of_page", fields(page.id = %page_id))]
    pub async fn twins(&self, page_id: &PageId) -> Result<Vec<Twin>, StoreError> {
        let rows = self.fetch_all(OF_PAGE, values![page_id]).await?;
        rows.iter().map(twin).collect()
    }

    /// The sheets that those of a story seem to be.
    pub(crate) async fn story_twins(&self, story_id: &StoryId) -> Result<Vec<Twin>, StoreError> {
        self.both(OF_STORY_BY_NUMBER, OF_STORY_BY_LOOKS, story_id.as_str())
            .await
    }

    /// Those with the same number, then those that only look alike.
    async fn both(
        &self,
        by_number: &'static str,
        by_looks: &'static str,
        id: &str,
    ) -> Result<Vec<Twin>, StoreError> {
        let mut twins: Vec<Twin> = Vec::new();
        for statement in [by_number, by_looks] {
            for row in self.fetch_all(statement, values![id]).await? {
                let twin = twin(&row)?;
                let is_known = |known: &Twin| known.page_id == twin.page_id && known.is_as(&twin);
                if !twins.iter().any(is_known) {
                    twins.push(twin);
                }
            }
        }
        Ok(twins)
    }
}

impl Twin {
    /// Whether both are one sheet, or sheets of one story: then one of them is enough to say.
    fn is_as(&self, other: &Self) -> bool {
        let one_story = self.story_id.is_some() && self.story_id == other.story_id;
        self.other_id == other.other_id || one_story
    }
}

fn twin(row: &Row) -> Result<Twin, StoreError> {
    let row = row.of("page_twins");
    Ok(Twin {
        page_id: row.parsed("page_id")?,
        other_id: row.parsed("other_id")?,
        story_id: row.parsed_or_null("story_id")?,
        batch_id: row.parsed("batch_id")?,
        batch_source: row.text("batch_source")?,
        position: row.number("position")?,
        came_in_at: row.time("created_at")?,
        by: row.one_of("found_by", TwinBy::parse)?,
    })
}
