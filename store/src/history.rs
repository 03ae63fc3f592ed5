use schemas::record::DecisionKind;
use schemas::{StoryId, TimeMs};
use serde_json::{Map, Value};

use crate::database::{Fields, statements, values};
use crate::letters::BY_HAND;
use crate::{PageEvent, PageEventKind, Store, StoreError, page_events};

/// One thing that happened to a story.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryEntry {
    /// When.
    pub at: TimeMs,
    /// Who, as shown; `None` for the machine.
    pub user_name: Option<String>,
    /// What.
    pub what: HistoryKind,
    /// Why; may be empty.
    pub reason: String,
}

/// What happened to a story.
#[derive(Clone, Debug, PartialEq)]
pub enum HistoryKind {
    /// An engine read the page.
    Read {
        /// The engine, with versions.
        engine: String,
    },
    /// A person did something with one of its pages.
    Page(PageEventKind),
    /// A person changed fields.
    Revised {
        /// The fields that differ, by name.
        changes: Vec<FieldChange>,
    },
    /// A person decided.
    Decided {
        /// What.
        kind: DecisionKind,
    },
    /// It went onto the public page.
    Published {
        /// The publication's public number.
        number: i64,
    },
}

/// A field that was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// The field's name in [`crate::StoryFields`].
    pub field: String,
    /// What it was.
    pub before: String,
    /// What it became.
    pub after: String,
}

statements! {
    READINGS = "SELECT r.id, r.engine, r.created_at FROM readings r JOIN pages p ON p.id = r.page_id
        JOIN stories s ON s.leaflet_id = p.leaflet_id WHERE s.id = $1";
    PLACEMENTS = "SELECT m.id, m.layout, m.layout_version, m.side, m.corners, m.created_at,
            u.display_name AS user_name
        FROM placements m JOIN pages p ON p.id = m.page_id JOIN stories s ON s.leaflet_id = p.leaflet_id
        JOIN users u ON u.id = m.user_id WHERE s.id = $1";
    PAGE_DECISIONS = "SELECT d.id, d.kind, d.reason, d.created_at, u.display_name AS user_name
        FROM page_decisions d JOIN pages p ON p.id = d.page_id JOIN stories s ON s.leaflet_id = p.leaflet_id
        JOIN users u ON u.id = d.user_id WHERE s.id = $1";
    REVISIONS = "SELECT r.id, r.fields_before, r.fields_after, r.reason, r.created_at, u.display_name AS user_name
        FROM revisions r JOIN users u ON u.id = r.user_id WHERE r.story_id = $1";
    DECISIONS = "SELECT d.id, d.kind, d.reason, d.created_at, u.display_name AS user_name
        FROM decisions d JOIN users u ON u.id = d.user_id WHERE d.story_id = $1";
    PUBLICATIONS = "SELECT id, number, published_at AS created_at FROM publications WHERE story_id = $1";
}

impl Store {
    /// Tells what happened to a story, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.story.history", fields(story.id = %story_id))]
    pub async fn history(&self, story_id: &StoryId) -> Result<Vec<HistoryEntry>, StoreError> {
        let sources: [(&str, Convert); 6] = [
            (READINGS, read),
            (PLACEMENTS, placed),
            (PAGE_DECISIONS, page_decided),
            (REVISIONS, revised),
            (DECISIONS, decided),
            (PUBLICATIONS, published),
        ];
        let mut entries = Vec::new();
        for (sql, convert) in sources {
            for row in &self.fetch_all(sql, values![story_id]).await? {
                let row = row.of("history");
                // Ids sort by time; within one millisecond the order of the sources is that of a story's life.
                entries.push((row.time("created_at")?, entries.len(), convert(row)?));
            }
        }
        // A letter has a reading that no machine made; that a person took it for one is told beside.
        let by_hand = |entry: &HistoryEntry| matches!(&entry.what, HistoryKind::Read { engine } if engine.ends_with(BY_HAND));
        entries.retain(|(.., entry)| !by_hand(entry));
        entries.sort_by_key(|(at, idx, _)| (*at, *idx));
        Ok(entries.into_iter().map(|(.., entry)| entry).collect())
    }
}

type Convert = fn(Fields<'_>) -> Result<HistoryEntry, StoreError>;

fn read(row: Fields<'_>) -> Result<HistoryEntry, StoreError> {
    Ok(HistoryEntry {
        at: row.time("created_at")?,
        user_name: None,
        what: HistoryKind::Read {
            engine: row.text("engine")?,
        },
        reason: String::new(),
    })
}

fn placed(row: Fields<'_>) -> Result<HistoryEntry, StoreError> {
    page_events::placed(row).map(|(_, event)| of_page(event))
}

fn page_decided(row: Fields<'_>) -> Result<HistoryEntry, StoreError> {
    page_events::decided(row).map(|(_, event)| of_page(event))
}

fn of_page(event: PageEvent) -> HistoryEntry {
    HistoryEntry {
        at: event.at,
        user_name: Some(event.user_name),
        what: HistoryKind::Page(event.what),
        reason: event.reason,
    }
}

fn revised(row: Fields<'_>) -> Result<HistoryEntry, StoreError> {
    let (before, after) = (row.json("fields_before")?, row.json("fields_after")?);
    Ok(HistoryEntry {
        at: row.time("created_at")?,
        user_name: row.text_or_null("user_name")?,
        what: HistoryKind::Revised {
            changes: changes(&before, &after),
        },
        reason: row.text("reason")?,
    })
}

fn decided(row: Fields<'_>) -> Result<HistoryEntry, StoreError> {
    Ok(HistoryEntry {
        at: row.time("created_at")?,
        user_name: row.text_or_null("user_name")?,
        what: HistoryKind::Decided {
            kind: row.one_of("kind", DecisionKind::parse)?,
        },
        reason: row.text("reason")?,
    })
}

fn published(row: Fields<'_>) -> Result<HistoryEntry, StoreError> {
    Ok(HistoryEntry {
        at: row.time("created_at")?,
        user_name: None,
        what: HistoryKind::Published {
            number: row.int("number")?,
        },
        reason: String::new(),
    })
}

/// The fields that differ. A field that an older program did not know counts as empty.
fn changes(before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<FieldChange> {
    let nothing = Value::Null;
    let changed = |(field, after): (&String, &Value)| {
        let before = before.get(field).unwrap_or(&nothing);
        (before != after).then(|| FieldChange {
            field: field.clone(),
            before: shown(before),
            after: shown(after),
        })
    };
    after.iter().filter_map(changed).collect()
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        other => other.to_string(),
    }
}
