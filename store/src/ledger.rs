use schemas::reading::Warning;
use schemas::record::{PageRole, PageState};
use schemas::{BatchId, PageId, StoryId, TimeMs};

use crate::database::{Fields, Row, Value, statements, values};
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
    /// What it is called: the name on its cover sheet, else where it comes from, in words.
    pub source: String,
    /// Where it comes from, in the words of whatever took it in.
    pub way_in: String,
    /// When it was opened.
    pub created_at: TimeMs,
    /// Where its sheets are.
    pub ledger: Ledger,
    /// How many of them came with the post: all but cover sheets and dividers. Where the count is that of a whole delivery,
    /// also those of its other piles.
    pub n_to_count: u64,
    /// What came in, less what was counted by hand, when the two differ and nobody has said why.
    pub unexplained: Option<i64>,
}

/// A pile in a list of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pile {
    /// The batch.
    pub id: BatchId,
    /// What it is called.
    pub source: String,
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
    /// What it is when it is no part of a leaflet.
    pub role: Option<PageRole>,
    /// Why it is quarantined.
    pub warning: Option<Warning>,
    /// The story that was made of it.
    pub story_id: Option<StoryId>,
}

/// Where a page is, of its state and its story's. The cases are those of [`Ledger`]; whatever is in none of the others is
/// waiting, so that no sheet can fall out of the sum.
macro_rules! place {
    ($page_state:literal, $story_state:literal) => {
        concat!(
            "CASE WHEN ",
            $page_state,
            " = 'quarantined' THEN 'quarantined'
            WHEN ",
            $page_state,
            " = 'discarded' OR ",
            $story_state,
            " = 'erased' THEN 'discarded'
            WHEN ",
            $story_state,
            " IN ('published', 'withdrawn') THEN 'published'
            WHEN ",
            $story_state,
            " = 'rejected' THEN 'rejected'
            ELSE 'waiting' END"
        )
    };
}

/// The columns of a ledger over `pages p` with their stories.
macro_rules! counts {
    () => {
        concat!(
            "COUNT(p.id) AS sheets",
            counts!(@ "published"),
            counts!(@ "rejected"),
            counts!(@ "quarantined"),
            counts!(@ "waiting"),
            counts!(@ "discarded")
        )
    };
    (@ $place:literal) => {
        concat!(", COUNT(CASE WHEN ", place!("p.state", "s.state"), " = '", $place, "' THEN p.id END) AS ", $place)
    };
}

/// The same over the tallies of sheets.
macro_rules! sums {
    () => {
        concat!(
            "CAST(COALESCE(SUM(n), 0) AS BIGINT) AS sheets",
            sums!(@ "published"),
            sums!(@ "rejected"),
            sums!(@ "quarantined"),
            sums!(@ "waiting"),
            sums!(@ "discarded")
        )
    };
    (@ $place:literal) => {
        concat!(", CAST(COALESCE(SUM(CASE WHEN ", place!("page_state", "story_state"), " = '", $place,
            "' THEN n END), 0) AS BIGINT) AS ", $place)
    };
}

/// Pages with their stories.
macro_rules! pages {
    () => {
        " FROM pages p LEFT JOIN stories s ON s.leaflet_id = p.leaflet_id "
    };
}

/// The roles of pages that nobody counts: [`PageRole::is_between_piles`].
macro_rules! between_piles {
    () => {
        "'cover', 'cover-back', 'divider'"
    };
}

/// Piles, each with its ledger and what was said about it.
macro_rules! batches {
    ($which:literal) => {
        concat!("SELECT b.id, b.source, b.way_in, b.created_at, b.n_typed, b.n_on_cover, b.n_elsewhere, b.explained,
            COUNT(CASE WHEN p.role IN (", between_piles!(), ") THEN 1 END) AS n_between, ", counts!(), "
        FROM (SELECT id, source, way_in, created_at,
                (SELECT c.n_papers * c.n_sides FROM batch_counts c WHERE c.batch_id = batches.id
                    ORDER BY c.id DESC LIMIT 1) AS n_typed,
                (SELECT c.n_papers * c.n_sides FROM covers c WHERE c.batch_id = batches.id
                    ORDER BY c.id DESC LIMIT 1) AS n_on_cover,
                (SELECT COUNT(*) FROM batches d JOIN pages p ON p.batch_id = d.id WHERE d.delivery = batches.id
                    AND (p.role IS NULL OR p.role NOT IN (", between_piles!(), "))) AS n_elsewhere,
                (SELECT e.difference FROM batch_explanations e WHERE e.batch_id = batches.id
                    ORDER BY e.id DESC LIMIT 1) AS explained
            FROM batches ", $which, ") AS b
        LEFT JOIN pages p ON p.batch_id = b.id LEFT JOIN stories s ON s.leaflet_id = p.leaflet_id
        GROUP BY b.id, b.source, b.way_in, b.created_at, b.n_typed, b.n_on_cover, b.n_elsewhere, b.explained
        ORDER BY b.id DESC")
    };
}

statements! {
    LEDGER = concat!("SELECT ", sums!(), " FROM sheet_tallies");
    LEDGER_OF_BATCH = concat!("SELECT ", counts!(), pages!(), "WHERE p.batch_id = $1");
    LEDGER_BETWEEN = concat!("SELECT ", counts!(), pages!(), "WHERE p.created_at >= $1 AND p.created_at < $2");
    BATCHES = batches!("WHERE id < $1 ORDER BY id DESC LIMIT $2");
    BATCH = batches!("WHERE id = $1");
    DELIVERY = "SELECT o.id, o.source FROM batches b JOIN batches o ON o.id = COALESCE(b.delivery, b.id)
            OR o.delivery = COALESCE(b.delivery, b.id)
        WHERE b.id = $1 AND o.id <> b.id ORDER BY o.id";
    SHEETS = "SELECT p.id, f.name AS file_name, p.page_idx, p.position, p.state, p.role, p.warning, s.id AS story_id
        FROM pages p JOIN files f ON f.id = p.file_id LEFT JOIN stories s ON s.leaflet_id = p.leaflet_id
        WHERE p.batch_id = $1 ORDER BY p.position";
    PULSE = "SELECT 'pages ' || page_state AS what, CAST(SUM(n) AS TEXT) AS value FROM sheet_tallies
            GROUP BY page_state HAVING SUM(n) <> 0
        UNION ALL SELECT 'stories ' || state, CAST(SUM(n) AS TEXT) FROM story_tallies GROUP BY state HAVING SUM(n) <> 0
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
        let rows = self
            .fetch_all(BATCHES, values![crate::BEHIND_ALL, limit])
            .await?;
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
        let row = self.fetch_first(BATCH, values![batch_id]).await?;
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
        match batch_id {
            Some(batch_id) => self.count_sheets(LEDGER_OF_BATCH, values![batch_id]).await,
            None => self.count_sheets(LEDGER, values![]).await,
        }
    }

    /// Counts the sheets that came in from `since` on and before `until`.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.ledger.between")]
    pub async fn ledger_between(&self, since: TimeMs, until: TimeMs) -> Result<Ledger, StoreError> {
        self.count_sheets(LEDGER_BETWEEN, values![since, until])
            .await
    }

    async fn count_sheets(
        &self,
        sql: &'static str,
        which: Vec<Value>,
    ) -> Result<Ledger, StoreError> {
        let row = self.fetch_first(sql, which).await?;
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

    /// The other piles that came in with this one, in order.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.batch.delivery", fields(batch.id = %batch_id))]
    pub async fn delivered_with(&self, batch_id: &BatchId) -> Result<Vec<Pile>, StoreError> {
        let rows = self.fetch_all(DELIVERY, values![batch_id]).await?;
        let pile = |row: &Row| {
            let row = row.of("batches");
            Ok(Pile {
                id: row.parsed("id")?,
                source: row.text("source")?,
            })
        };
        rows.iter().map(pile).collect()
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
    let n_between: u64 = row.number("n_between")?;
    let n_typed = row.int_or_null("n_typed")?;
    // Whoever counted by hand had all in hand that was scanned; a cover sheet speaks of what lies under it.
    let n_elsewhere = match n_typed {
        Some(_) => row.number("n_elsewhere")?,
        None => 0,
    };
    let n_to_count = ledger.sheets.saturating_sub(n_between) + n_elsewhere;
    let n_counted = n_typed.or(row.int_or_null("n_on_cover")?);
    let explained = row.int_or_null("explained")?;
    let difference = |n| i64::try_from(n_to_count).unwrap_or(i64::MAX) - n;
    Ok(BatchSummary {
        id: row.parsed("id")?,
        source: row.text("source")?,
        way_in: row.text("way_in")?,
        created_at: row.time("created_at")?,
        unexplained: n_counted.and_then(|n| counts::unexplained(difference(n), explained)),
        n_to_count,
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
        role: row.one_of_or_null("role", PageRole::parse)?,
        warning: row.json_or_null("warning")?,
        story_id: row.parsed_or_null("story_id")?,
    })
}
