use schemas::record::{PageDecisionKind, PageState};
use schemas::{BatchId, PageDecisionId, PageId, StoryId, UserId};

use crate::database::{Tx, statements, values};
use crate::leaflets;
use crate::{Moment, Store, StoreError};

/// A person's decision about a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecidePage {
    /// The page.
    pub page_id: PageId,
    /// Who decides.
    pub user_id: UserId,
    /// Why; may be empty unless the page is thrown away.
    pub reason: String,
}

/// What became of something that a person wanted done with a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageChange {
    /// It is done.
    Done,
    /// The page is in this state by now; somebody else was quicker. Nothing was written.
    NotOpen(PageState),
    /// The page has no picture, which this needs. Nothing was written.
    NoPicture,
    /// No reason was given. Nothing was written.
    NoReason,
    /// There is no such page.
    NotThere,
}

statements! {
    LOCK_PAGE = "UPDATE pages SET id = id WHERE id = $1 RETURNING id, state, batch_id, leaflet_id, blob";
    STORY_OF_LEAFLET = "SELECT id FROM stories WHERE leaflet_id = $1";
    INSERT = "INSERT INTO page_decisions (id, page_id, user_id, kind, reason, created_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    /// The warning stays: when the page is taken back, it is still what had to be looked at.
    DISCARD = "UPDATE pages SET state = 'discarded', leaflet_id = NULL, side = NULL, reading_id = NULL WHERE id = $1";
    /// Whatever the machine took it for: a person says that it is something.
    RESTORE = "UPDATE pages SET state = 'quarantined', role = NULL WHERE id = $1 AND state = 'discarded'";
}

impl Store {
    /// Throws a page away: one that could not be read, or a side without words that waits for its other side.
    ///
    /// # Errors
    /// When the database fails or there is no such person.
    #[tracing::instrument(skip_all, name = "db.page.discard", fields(page.id = %discard.page_id, user.id = %discard.user_id))]
    pub async fn discard_page(
        &self,
        ctx: &Moment<'_>,
        discard: &DecidePage,
    ) -> Result<PageChange, StoreError> {
        if discard.reason.trim().is_empty() {
            return Ok(PageChange::NoReason);
        }
        let mut tx = self.begin().await?;
        if let Err(change) = lock_open_page(&mut tx, &discard.page_id).await? {
            return Ok(change);
        }
        tx.execute(DISCARD, values![&discard.page_id]).await?;
        note(&mut tx, ctx, discard, PageDecisionKind::Discard).await?;
        tx.commit().await?;
        Ok(PageChange::Done)
    }

    /// Takes a page back that was thrown away: it is quarantined again.
    ///
    /// # Errors
    /// When the database fails or there is no such person.
    #[tracing::instrument(skip_all, name = "db.page.restore", fields(page.id = %restore.page_id, user.id = %restore.user_id))]
    pub async fn restore_page(
        &self,
        ctx: &Moment<'_>,
        restore: &DecidePage,
    ) -> Result<PageChange, StoreError> {
        let mut tx = self.begin().await?;
        let Some(row) = tx.fetch_first(LOCK_PAGE, values![&restore.page_id]).await? else {
            return Ok(PageChange::NotThere);
        };
        if tx.execute(RESTORE, values![&restore.page_id]).await? == 0 {
            let state = row.of("pages").one_of("state", PageState::parse)?;
            return Ok(PageChange::NotOpen(state));
        }
        note(&mut tx, ctx, restore, PageDecisionKind::Restore).await?;
        tx.commit().await?;
        Ok(PageChange::Done)
    }

    /// Makes a story of a side that waits for its other side, as it is: a person saw that no other one will come, or
    /// that there is something on it after all.
    ///
    /// # Errors
    /// When the database fails or there is no such person.
    #[tracing::instrument(skip_all, name = "db.page.make_story", fields(page.id = %decision.page_id, user.id = %decision.user_id))]
    pub async fn make_story_of_side(
        &self,
        ctx: &Moment<'_>,
        decision: &DecidePage,
    ) -> Result<Result<StoryId, PageChange>, StoreError> {
        let mut tx = self.begin().await?;
        let page = match lock_open_page(&mut tx, &decision.page_id).await? {
            Ok(page) => page,
            Err(change) => return Ok(Err(change)),
        };
        let Some(leaflet_id) = page.leaflet_id else {
            return Ok(Err(PageChange::NotOpen(page.state)));
        };
        let story_id = leaflets::insert_story(&mut tx, ctx, &leaflet_id).await?;
        note(&mut tx, ctx, decision, PageDecisionKind::Story).await?;
        tx.commit().await?;
        Ok(Ok(story_id))
    }
}

/// A page that a person may say something about; its row and its batch belong to this transaction alone.
pub(crate) struct OpenPage {
    pub(crate) state: PageState,
    pub(crate) leaflet_id: Option<schemas::LeafletId>,
    pub(crate) has_picture: bool,
}

/// Locks a page that is open to a person's word, or says why it is not. The batch is locked with it, so that no other
/// side joins it meanwhile.
pub(crate) async fn lock_open_page(
    tx: &mut Tx,
    page_id: &PageId,
) -> Result<Result<OpenPage, PageChange>, StoreError> {
    let Some(row) = tx.fetch_first(LOCK_PAGE, values![page_id]).await? else {
        return Ok(Err(PageChange::NotThere));
    };
    let row = row.of("pages");
    let batch_id: BatchId = row.parsed("batch_id")?;
    leaflets::lock_batch(tx, &batch_id).await?;
    let page = OpenPage {
        state: row.one_of("state", PageState::parse)?,
        leaflet_id: row.parsed_or_null("leaflet_id")?,
        has_picture: row.text_or_null("blob")?.is_some(),
    };
    let is_open = match (page.state, &page.leaflet_id) {
        (PageState::Quarantined, _) => true,
        (PageState::Read, Some(leaflet_id)) => tx
            .fetch_first(STORY_OF_LEAFLET, values![leaflet_id])
            .await?
            .is_none(),
        _ => false,
    };
    Ok(if is_open {
        Ok(page)
    } else {
        Err(PageChange::NotOpen(page.state))
    })
}

/// Writes a decision into the page's history.
pub(crate) async fn note(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    decision: &DecidePage,
    kind: PageDecisionKind,
) -> Result<(), StoreError> {
    let row = values![
        &PageDecisionId::fresh(ctx.ids, ctx.now),
        &decision.page_id,
        &decision.user_id,
        kind.as_str(),
        decision.reason.trim(),
        ctx.now,
    ];
    tx.execute(INSERT, row).await?;
    Ok(())
}
