//! Putting a layout in use and retiring it, and what the workers and the quarantined pages get of it.

use schemas::job::Job;
use schemas::layout::{Layout, LayoutFault, LayoutId};
use schemas::reading::{Warning, WarningCode};
use schemas::record::LayoutState;
use schemas::{PageId, TimeMs, UserId};

use super::{LayoutRecord, locked};
use crate::database::{Fields, Tx, statements, values};
use crate::{Moment, Store, StoreError, outbox};

/// A person's wish about a version of a layout.
#[derive(Clone, Debug)]
pub struct ChangeLayout {
    /// Which layout.
    pub id: LayoutId,
    /// Which version of it.
    pub version: u32,
    /// Who wishes it.
    pub user_id: UserId,
    /// The revision that the person saw.
    pub expected_revision: u32,
}

/// What became of a draft that was to be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PutInUse {
    /// Pages are read with it from now on.
    Done {
        /// The quarantined pages that are read again.
        n_pages: u32,
    },
    /// It has faults. Nothing was written.
    Faults(Vec<LayoutFault>),
    /// Somebody saved it in between. Nothing was written.
    Conflict {
        /// The revision that is current.
        current: u32,
        /// Who saved it.
        by: String,
    },
    /// It is in use already, or retired.
    NotDraft(LayoutState),
    /// There is no such draft.
    NotThere,
}

/// Who put a layout in use or retired it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayoutDecision {
    /// What it became.
    pub state: LayoutState,
    /// Who decided.
    pub user_name: String,
    /// The quarantined pages that were read again for it.
    pub n_pages: u32,
    /// When.
    pub at: TimeMs,
}

/// What became of a layout that was to be retired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangedLayout {
    /// It is so.
    Done,
    /// It is retired already, or somebody saved it in between. Nothing was written.
    NotNow(LayoutState),
    /// There is no such layout.
    NotThere,
}

statements! {
    SET_STATE = "UPDATE layouts SET state = $3, changed_by = $4, changed_at = $5 WHERE layout = $1 AND version = $2";
    INSERT_DECISION = "INSERT INTO layout_decisions (id, layout, version, user_id, state_before, state_after,
            revision_no, n_pages, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    DECISIONS = "SELECT d.id, d.state_after, d.n_pages, d.created_at, u.display_name AS user_name
        FROM layout_decisions d JOIN users u ON u.id = d.user_id WHERE d.layout = $1 AND d.version = $2 ORDER BY d.id";
    COUNT_UP = "UPDATE counters SET value = value + 1 WHERE name = 'layouts'";
    GENERATION = "SELECT name, value FROM counters WHERE name = 'layouts'";
    IN_USE = "SELECT layout, body FROM layouts WHERE state = 'in-use' ORDER BY layout, version";
    /// Pages that a person has placed are that person's business.
    QUARANTINED = "SELECT p.id, p.warning FROM pages p WHERE p.state = 'quarantined' AND p.blob IS NOT NULL
        ORDER BY p.id";
    QUARANTINED_PAGE = "SELECT p.id, p.warning FROM pages p WHERE p.id = $1 AND p.state = 'quarantined'
        AND p.blob IS NOT NULL";
    READ_AGAIN = "UPDATE pages SET state = 'received', warning = NULL, enqueued_at = $2
        WHERE id = $1 AND state = 'quarantined'";
}

impl Store {
    /// Puts a draft in use, and has the quarantined pages that no layout fitted read again: all or nothing.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.layout.use", fields(layout.id = %change.id, user.id = %change.user_id))]
    pub async fn put_layout_in_use(
        &self,
        ctx: &Moment<'_>,
        change: ChangeLayout,
    ) -> Result<PutInUse, StoreError> {
        let mut tx = self.begin().await?;
        let Some(record) = locked(&mut tx, &change.id, change.version).await? else {
            return Ok(PutInUse::NotThere);
        };
        if let Some(refusal) = refusal(&record, &change) {
            return Ok(refusal);
        }
        let mut n_pages = 0;
        for row in tx.fetch_all(QUARANTINED, values![]).await? {
            n_pages += read_again(&mut tx, ctx, row.of("pages")).await?;
        }
        decide(&mut tx, ctx, &change, &record, LayoutState::InUse, n_pages).await?;
        tx.commit().await?;
        Ok(PutInUse::Done { n_pages })
    }

    /// Retires a layout: no page is read with it any more. What was read stays.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.layout.retire", fields(layout.id = %change.id, user.id = %change.user_id))]
    pub async fn retire_layout(
        &self,
        ctx: &Moment<'_>,
        change: ChangeLayout,
    ) -> Result<ChangedLayout, StoreError> {
        let mut tx = self.begin().await?;
        let Some(record) = locked(&mut tx, &change.id, change.version).await? else {
            return Ok(ChangedLayout::NotThere);
        };
        let is_as_seen = record.revision_no == change.expected_revision;
        if record.state == LayoutState::Retired || !is_as_seen {
            return Ok(ChangedLayout::NotNow(record.state));
        }
        decide(&mut tx, ctx, &change, &record, LayoutState::Retired, 0).await?;
        tx.commit().await?;
        Ok(ChangedLayout::Done)
    }

    /// Who put a layout in use and who retired it, in order.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.layout.decisions", fields(layout.id = %id, layout.version = version))]
    pub async fn layout_decisions(
        &self,
        id: &LayoutId,
        version: u32,
    ) -> Result<Vec<LayoutDecision>, StoreError> {
        let key = values![id.as_str(), version];
        let rows = self.fetch_all(DECISIONS, key).await?;
        rows.iter()
            .map(|row| decision(row.of("layout_decisions")))
            .collect()
    }

    /// How often layouts were put in use or retired: when it is another number, there is something to learn.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.layout.generation")]
    pub async fn layouts_generation(&self) -> Result<i64, StoreError> {
        let row = self.fetch_first(GENERATION, values![]).await?;
        row.map_or(Ok(0), |row| row.of("counters").int("value"))
    }

    /// Lists the drawn layouts that pages are read with.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.layout.in_use")]
    pub async fn layouts_in_use(&self) -> Result<Vec<Layout>, StoreError> {
        let rows = self.fetch_all(IN_USE, values![]).await?;
        rows.iter()
            .map(|row| row.of("layouts").json("body"))
            .collect()
    }

    /// Has a page read again when no layout fitted it; whether it is. A worker asks this for a page that it set aside
    /// while a layout was put in use, which the person's own step could not see yet.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.page.read_again", fields(page.id = %page_id))]
    pub async fn read_again_with_new_layouts(
        &self,
        ctx: &Moment<'_>,
        page_id: &PageId,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let Some(row) = tx.fetch_first(QUARANTINED_PAGE, values![page_id]).await? else {
            return Ok(false);
        };
        let n_pages = read_again(&mut tx, ctx, row.of("pages")).await?;
        tx.commit().await?;
        Ok(n_pages == 1)
    }
}

fn decision(row: Fields<'_>) -> Result<LayoutDecision, StoreError> {
    Ok(LayoutDecision {
        state: row.one_of("state_after", LayoutState::parse)?,
        user_name: row.text("user_name")?,
        n_pages: row.number("n_pages")?,
        at: row.time("created_at")?,
    })
}

fn refusal(record: &LayoutRecord, change: &ChangeLayout) -> Option<PutInUse> {
    if record.state != LayoutState::Draft {
        return Some(PutInUse::NotDraft(record.state));
    }
    if record.revision_no != change.expected_revision {
        return Some(PutInUse::Conflict {
            current: record.revision_no,
            by: record.changed_by.clone(),
        });
    }
    let faults = record.layout.faults();
    (!faults.is_empty()).then_some(PutInUse::Faults(faults))
}

/// Writes down who decided what, and tells the workers.
async fn decide(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    change: &ChangeLayout,
    before: &LayoutRecord,
    after: LayoutState,
    n_pages: u32,
) -> Result<(), StoreError> {
    let (id, version) = (change.id.as_str(), change.version);
    let state = values![id, version, after.as_str(), &change.user_id, ctx.now];
    tx.execute(SET_STATE, state).await?;
    let decision = values![
        &ctx.ids.ulid(ctx.now).to_string(),
        id,
        version,
        &change.user_id,
        before.state.as_str(),
        after.as_str(),
        before.revision_no,
        n_pages,
        ctx.now,
    ];
    tx.execute(INSERT_DECISION, decision).await?;
    tx.execute(COUNT_UP, values![]).await?;
    Ok(())
}

/// Sends one quarantined page to the reader again, when it was set aside because no layout fitted.
async fn read_again(tx: &mut Tx, ctx: &Moment<'_>, row: Fields<'_>) -> Result<u32, StoreError> {
    let page_id: PageId = row.parsed("id")?;
    let warning: Option<Warning> = row.json_or_null("warning")?;
    if !warning.is_some_and(|warning| was_not_recognised(warning.code)) {
        return Ok(0);
    }
    if tx.execute(READ_AGAIN, values![&page_id, ctx.now]).await? == 0 {
        return Ok(0);
    }
    outbox::enqueue(tx, ctx, &Job::ReadPage { page_id }).await?;
    Ok(1)
}

/// Whether another layout may help.
const fn was_not_recognised(code: WarningCode) -> bool {
    matches!(
        code,
        WarningCode::NoCode | WarningCode::UnknownLayout | WarningCode::NotRegistered
    )
}
