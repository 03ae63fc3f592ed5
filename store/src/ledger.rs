use schemas::reading::Warning;
use schemas::record::PageState;
use schemas::{BatchId, PageId, StoryId, TimeMs};

use crate::database::{Fields, statements, values};
use crate::{Store, StoreError, counts};

/// Where the sheets are. `sheets` is counted by itself and always equals the sum of the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Every sheet that came in.
    pub sheets: u64,
    /// Published, also when taken down later.
    pub published: u64,
    /// Rejected by a person.
    pub rejected: u64,
    /// Belonging nowhere until a person looks.
    pub quarantined: u64,
    /// On the way: to be read, to be reviewed, held, approved.
    pub waiting: u64,
    /// Thrown away by a person, or erased.
    pub discarded: u64,
}

/// A batch in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchSummary {
    /// The batch.
    pub id: BatchId,
    /// Where it comes from, in words.
    pub source: String,
    /// When it was opened.
    pub created_at: TimeMs,
    /// Where its sheets are.
    pub ledger: Ledger,
    /// What came in, less what was counted by hand, when the two differ and nobody has said why.
    pub unexplained: Option<i64>,
}

/// A batch with its sheets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchDetail {
    /// The batch.
    pub summary: BatchSummary,
    /// Its sheets, in the order in which they came in.
    pub sheets: Vec<Sheet>,
    /// The names of files that were left out because the same bytes had come in before.
    pub duplicates: Vec<String>,
}

/// One sheet of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// The page.
    pub page_id: PageId,
    /// The file that it came in.
    pub file_name: String,
    /// Which page of the file, from 0.
    pub page_idx: u32,
    /// Its place in the batch, from 1.
    pub position: u32,
    /// What became of the page.
    pub state: PageState,
    /// Why it is quarantined.
    pub warning: Option<Warning>,
    /// The story that was made of it.
    pub story_id: Option<StoryId>,
}

/// Where each page is. The cases are those of [`Ledger`]; whatever is in none of the others is waiting, so that no
/// sheet can fall out of the sum.
macro_rules! placed_pages {
    () => {
        "SELECT p.batch_id, p.created_at, CASE
            WHEN p.state = 'quarantined' THEN 'quarantined'
            WHEN p.state = 'discarded' OR s.state = 'erased' THEN 'discarded'
            WHEN s.state = 'published' OR s.state = 'withdrawn' THEN 'published'
            WHEN s.state = 'rejected' THEN 'rejected'
            ELSE 'waiting' END AS place
        FROM pages p LEFT JOIN stories s ON s.leaflet_id = p.leaflet_id"
    };
}

macro_rules! counts {
    () => {
        "COUNT(l.place) AS sheets,
        COUNT(CASE WHEN l.place = 'published' THEN 1 END) AS published,
        COUNT(CASE WHEN l.place = 'rejected' THEN 1 END) AS rejected,
        COUNT(CASE WHEN l.place = 'quarantined' THEN 1 END) AS quarantined,
        COUNT(CASE WHEN l.place = 'waiting' THEN 1 END) AS waiting,
        COUNT(CASE WHEN l.place = 'discarded' THEN 1 END) AS discarded"
    };
}

statements! {
    LEDGER = concat!("SELECT ", counts!(), " FROM (", placed_pages!(), ") AS l
        WHERE ($1 = '' OR l.batch_id = $1) AND l.created_at >= $2");
    BATCHES = concat!("SELECT b.id, b.source, b.created_at, b.n_counted, b.explained, ", counts!(), "
        FROM (SELECT id, source, created_at,
                (SELECT c.n_papers * c.n_sides FROM batch_counts c WHERE c.batch_id = batches.id
                    ORDER BY c.id DESC LIMIT 1) AS n_counted,
                (SELECT e.difference FROM batch_explanations e WHERE e.batch_id = batches.id
                    ORDER BY e.id DESC LIMIT 1) AS explained
            FROM batches WHERE $1 = '' OR id = $1 ORDER BY id DESC LIMIT $2) AS b
        LEFT JOIN (", placed_pages!(), ") AS l ON l.batch_id = b.id
        GROUP BY b.id, b.source, b.created_at, b.n_counted, b.explained ORDER BY b.id DESC");
    SHEETS = "SELECT p.id, f.name AS file_name, p.page_idx, p.position, p.state, p.warning, s.id AS story_id
        FROM pages p JOIN files f ON f.id = p.file_id LEFT JOIN stories s ON s.leaflet_id = p.leaflet_id
        WHERE p.batch_id = $1 ORDER BY p.position";
    PULSE = "SELECT 'pages ' || state AS what, CAST(COUNT(*) AS TEXT) AS value FROM pages GROUP BY state
        UNION ALL SELECT 'stories ' || state, CAST(COUNT(*) AS TEXT) FROM stories GROUP BY state
        UNION ALL SELECT 'file', COALESCE(MAX(id), '') FROM files
        UNION ALL SELECT 'count', COALESCE(MAX(id), '') FROM batch_counts
        UNION ALL SELECT 'explanation', COALESCE(MAX(id), '') FROM batch_explanations ORDER BY 1";
    DUPLICATES = "SELECT id, name FROM files WHERE batch_id = $1 AND state = 'duplicate' ORDER BY id";
}

impl Store {
    /// Lists the latest batches, newest first.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.batch.list")]
    pub async fn batches(&self, limit: u32) -> Result<Vec<BatchSummary>, StoreError> {
        let rows = self.fetch_all(BATCHES, values!["", limit]).await?;
        rows.iter().map(|row| summary(row.of("batches"))).collect()
    }

    /// Looks up one batch as it stands in the list.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.batch.summary", fields(batch.id = %batch_id))]
    pub async fn batch_summary(
        &self,
        batch_id: &BatchId,
    ) -> Result<Option<BatchSummary>, StoreError> {
        let row = self.fetch_first(BATCHES, values![batch_id, 1_i64]).await?;
        row.map(|row| summary(row.of("batches"))).transpose()
    }

    /// Looks up one batch with its sheets.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.batch.lookup", fields(batch.id = %batch_id))]
    pub async fn batch(&self, batch_id: &BatchId) -> Result<Option<BatchDetail>, StoreError> {
        let Some(summary) = self.batch_summary(batch_id).await? else {
            return Ok(None);
        };
        let sheets = self.fetch_all(SHEETS, values![batch_id]).await?;
        Ok(Some(BatchDetail {
            summary,
            sheets: sheets
                .iter()
                .map(|row| sheet(row.of("pages")))
                .collect::<Result<_, _>>()?,
            duplicates: self.duplicates(batch_id).await?,
        }))
    }

    /// Counts the sheets of one batch, or of all.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.ledger")]
    pub async fn ledger(&self, batch_id: Option<&BatchId>) -> Result<Ledger, StoreError> {
        let of_batch = batch_id.map_or("", BatchId::as_str);
        self.count_sheets(of_batch, TimeMs(0)).await
    }

    /// Counts the sheets that came in since then.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.ledger.since")]
    pub async fn ledger_since(&self, since: TimeMs) -> Result<Ledger, StoreError> {
        self.count_sheets("", since).await
    }

    /// Of a batch, or of all when it is empty.
    async fn count_sheets(&self, of_batch: &str, since: TimeMs) -> Result<Ledger, StoreError> {
        let row = self.fetch_first(LEDGER, values![of_batch, since]).await?;
        row.map_or(Ok(Ledger::default()), |row| ledger(row.of("pages")))
    }

    /// The names of the files of a batch that were left out because the same bytes had come in before.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.batch.duplicates", fields(batch.id = %batch_id))]
    pub async fn duplicates(&self, batch_id: &BatchId) -> Result<Vec<String>, StoreError> {
        let rows = self.fetch_all(DUPLICATES, values![batch_id]).await?;
        rows.iter()
            .map(|row| row.of("files").text("name"))
            .collect()
    }

    /// A text that changes whenever a page or a story has moved on, or something was said about a batch.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.pulse")]
    pub async fn pulse(&self) -> Result<String, StoreError> {
        let mut pulse = String::new();
        for row in &self.fetch_all(PULSE, values![]).await? {
            let row = row.of("pages");
            pulse.extend([row.text("what")?, row.text("value")?, ";".to_owned()]);
        }
        Ok(pulse)
    }
}

fn ledger(row: Fields<'_>) -> Result<Ledger, StoreError> {
    Ok(Ledger {
        sheets: row.number("sheets")?,
        published: row.number("published")?,
        rejected: row.number("rejected")?,
        quarantined: row.number("quarantined")?,
        waiting: row.number("waiting")?,
        discarded: row.number("discarded")?,
    })
}

fn summary(row: Fields<'_>) -> Result<BatchSummary, StoreError> {
    let ledger = ledger(row)?;
    let n_came_in = i64::try_from(ledger.sheets).unwrap_or(i64::MAX);
    let n_counted = row.int_or_null("n_counted")?;
    let explained = row.int_or_null("explained")?;
    Ok(BatchSummary {
        id: row.parsed("id")?,
        source: row.text("source")?,
        created_at: row.time("created_at")?,
        unexplained: n_counted.and_then(|n| counts::unexplained(n_came_in - n, explained)),
        ledger,
    })
}

fn sheet(row: Fields<'_>) -> Result<Sheet, StoreError> {
    Ok(Sheet {
        page_id: row.parsed("id")?,
        file_name: row.text("file_name")?,
        page_idx: row.number("page_idx")?,
        position: row.number("position")?,
        state: row.one_of("state", PageState::parse)?,
        warning: row.json_or_null("warning")?,
        story_id: row.parsed_or_null("story_id")?,
    })
}
