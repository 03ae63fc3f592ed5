//! Layouts that were drawn in the bench: drafts are saved as often as people like, what is in use never changes.

mod in_use;

use schemas::geometry::Point;
use schemas::layout::{Layout, LayoutId};
use schemas::record::LayoutState;
use schemas::{BlobHash, TimeMs, UserId};
use serde::{Deserialize, Serialize};

use crate::database::{Fields, Tx, statements, values};
use crate::{Moment, Store, StoreError, to_json};

pub(crate) use in_use::STATEMENTS as IN_USE_STATEMENTS;
pub use in_use::{ChangeLayout, ChangedLayout, LayoutDecision, PutInUse};

/// A version of a layout that was drawn in the bench.
#[derive(Clone, Debug, PartialEq)]
pub struct LayoutRecord {
    /// The layout as it was saved; a draft may have faults.
    pub layout: Layout,
    /// What it is good for.
    pub state: LayoutState,
    /// Counts up each time it is saved.
    pub revision_no: u32,
    /// What the blanks of its sides were made from.
    pub sources: Vec<BlankSource>,
    /// The name of the person who changed it last.
    pub changed_by: String,
    /// When that was.
    pub changed_at: TimeMs,
}

/// The picture that a side's blank was straightened from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BlankSource {
    /// The side, from 1.
    pub side: u32,
    /// The picture as it was uploaded.
    pub blob: BlobHash,
    /// Its width.
    pub width_px: u32,
    /// Its height.
    pub height_px: u32,
    /// Where the page's corners lie in it, clockwise from the page's own top-left.
    pub corners_px: [Point; 4],
}

/// A draft to save.
#[derive(Clone, Debug)]
pub struct SaveLayout {
    /// The layout; its id and version say which draft it is.
    pub layout: Layout,
    /// What the blanks of its sides were made from.
    pub sources: Vec<BlankSource>,
    /// Who saves it.
    pub user_id: UserId,
    /// The revision that the person saw; 0 for a draft that is not there yet.
    pub expected_revision: u32,
}

/// What became of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SavedLayout {
    /// It is saved. When nothing differed, the number stays.
    Saved {
        /// The revision's number.
        revision_no: u32,
    },
    /// Somebody saved the same draft in between, or made one of the same name. Nothing was written.
    Conflict {
        /// The revision that is current.
        current: u32,
        /// Who saved it.
        by: String,
    },
    /// What is in use, or was, is never changed.
    NotDraft(LayoutState),
    /// There is no such draft.
    NotThere,
}

macro_rules! layout_columns {
    () => {
        "l.layout, l.version, l.state, l.revision_no, l.body, l.sources, l.changed_at,
        u.display_name AS changed_by FROM layouts l JOIN users u ON u.id = l.changed_by"
    };
}

statements! {
    LOOKUP = concat!("SELECT ", layout_columns!(), " WHERE l.layout = $1 AND l.version = $2");
    LIST = concat!("SELECT ", layout_columns!(), " ORDER BY l.layout, l.version DESC");
    /// Locks the row, so that two people who save at once come one after the other.
    LOCK = "UPDATE layouts SET layout = layout WHERE layout = $1 AND version = $2";
    INSERT = "INSERT INTO layouts (layout, version, state, revision_no, body, sources, changed_by, changed_at,
            created_at)
        VALUES ($1, $2, 'draft', 1, $3, $4, $5, $6, $6) ON CONFLICT (layout, version) DO NOTHING";
    UPDATE = "UPDATE layouts SET body = $3, sources = $4, changed_by = $5, changed_at = $6,
            revision_no = revision_no + 1
        WHERE layout = $1 AND version = $2 AND state = 'draft'";
}

impl Store {
    /// Saves a draft. A draft may have faults.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.layout.save", fields(layout.id = %save.layout.id, user.id = %save.user_id))]
    pub async fn save_layout(
        &self,
        ctx: &Moment<'_>,
        save: SaveLayout,
    ) -> Result<SavedLayout, StoreError> {
        let mut tx = self.begin().await?;
        if save.expected_revision == 0 {
            let n_rows = tx.execute(INSERT, row(ctx, &save)?).await?;
            if n_rows == 1 {
                tx.commit().await?;
                return Ok(SavedLayout::Saved { revision_no: 1 });
            }
        }
        let Some(current) = locked(&mut tx, &save.layout.id, save.layout.version).await? else {
            return Ok(SavedLayout::NotThere);
        };
        if current.state != LayoutState::Draft {
            return Ok(SavedLayout::NotDraft(current.state));
        }
        if current.revision_no != save.expected_revision {
            return Ok(SavedLayout::Conflict {
                current: current.revision_no,
                by: current.changed_by,
            });
        }
        let mut revision_no = current.revision_no;
        if current.layout != save.layout || current.sources != save.sources {
            tx.execute(UPDATE, row(ctx, &save)?).await?;
            revision_no += 1;
            tx.commit().await?;
        }
        Ok(SavedLayout::Saved { revision_no })
    }

    /// Looks up one version of a layout that was drawn in the bench.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.layout.lookup", fields(layout.id = %id, layout.version = version))]
    pub async fn layout(
        &self,
        id: &LayoutId,
        version: u32,
    ) -> Result<Option<LayoutRecord>, StoreError> {
        let row = self
            .fetch_first(LOOKUP, values![id.as_str(), version])
            .await?;
        row.map(|row| record(row.of("layouts"))).transpose()
    }

    /// Lists every layout that was drawn in the bench, by name, the newest version of each first.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.layout.list")]
    pub async fn layouts(&self) -> Result<Vec<LayoutRecord>, StoreError> {
        let rows = self.fetch_all(LIST, values![]).await?;
        rows.iter().map(|row| record(row.of("layouts"))).collect()
    }
}

/// The layout as it is, for this transaction alone.
async fn locked(
    tx: &mut Tx,
    id: &LayoutId,
    version: u32,
) -> Result<Option<LayoutRecord>, StoreError> {
    let key = || values![id.as_str(), version];
    tx.execute(LOCK, key()).await?;
    let row = tx.fetch_first(LOOKUP, key()).await?;
    row.map(|row| record(row.of("layouts"))).transpose()
}

fn row(ctx: &Moment<'_>, save: &SaveLayout) -> Result<Vec<crate::database::Value>, StoreError> {
    Ok(values![
        save.layout.id.as_str(),
        save.layout.version,
        &to_json(&save.layout)?,
        &to_json(&save.sources)?,
        &save.user_id,
        ctx.now,
    ])
}

fn record(row: Fields<'_>) -> Result<LayoutRecord, StoreError> {
    Ok(LayoutRecord {
        layout: row.json("body")?,
        state: row.one_of("state", LayoutState::parse)?,
        revision_no: row.number("revision_no")?,
        sources: row.json("sources")?,
        changed_by: row.text("changed_by")?,
        changed_at: row.time("changed_at")?,
    })
}
