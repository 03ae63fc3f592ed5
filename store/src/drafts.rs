//! Drafts: what somebody typed and did not save. They keep themselves, so that a browser that dies loses nothing.

use schemas::{StoryId, UserId};

use crate::database::{Tx, statements, values};
use crate::leases::{lease_of_other, lock_story};
use crate::revisions::{Current, append, current};
use crate::{Lease, Moment, Revise, Store, StoreError, StoryFields, to_json};

/// What somebody has typed so far.
#[derive(Clone, Debug)]
pub struct KeepDraft {
    /// The story.
    pub story_id: StoryId,
    /// Who types.
    pub user_id: UserId,
    /// The revision that the person saw.
    pub expected_revision: u32,
    /// What the story would be.
    pub fields: StoryFields,
}

/// What became of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeptDraft {
    /// It is kept.
    Kept,
    /// Somebody else holds the story.
    LeaseLost(Lease),
    /// The story was saved, decided or taken away in between: the page in the browser is old.
    Outdated,
}

statements! {
    KEEP = "INSERT INTO story_drafts (story_id, user_id, revision_no, fields, saved_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (story_id) DO UPDATE SET user_id = excluded.user_id, revision_no = excluded.revision_no,
            fields = excluded.fields, saved_at = excluded.saved_at";
    FIND = "SELECT story_id, user_id, revision_no, fields FROM story_drafts WHERE story_id = $1";
    FORGET = "DELETE FROM story_drafts WHERE story_id = $1";
}

/// What the history says about a draft that became a revision.
const TYPED: &str = "Typed, and kept without being saved";

impl Store {
    /// Keeps what a person has typed, in place of what they had typed before.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.story.keep_draft", fields(story.id = %draft.story_id, user.id = %draft.user_id))]
    pub async fn keep_draft(
        &self,
        ctx: &Moment<'_>,
        draft: &KeepDraft,
    ) -> Result<KeptDraft, StoreError> {
        let mut tx = self.begin().await?;
        let KeepDraft {
            story_id, user_id, ..
        } = draft;
        if !lock_story(&mut tx, story_id).await? {
            return Ok(KeptDraft::Outdated);
        }
        if let Some(lease) = lease_of_other(&mut tx, ctx, story_id, user_id).await? {
            return Ok(KeptDraft::LeaseLost(lease));
        }
        let now = current(&mut tx, story_id).await?;
        if !now.state.is_open() || now.revision_no != draft.expected_revision {
            return Ok(KeptDraft::Outdated);
        }
        let fields = to_json(&draft.fields)?;
        let row = values![story_id, user_id, draft.expected_revision, &fields, ctx.now];
        tx.execute(KEEP, row).await?;
        tx.commit().await?;
        Ok(KeptDraft::Kept)
    }

    /// Makes a revision of what somebody typed and did not save, for whoever holds the story now. Says whether there was
    /// anything.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.story.take_up_draft", fields(story.id = %story_id))]
    pub async fn take_up_draft(
        &self,
        ctx: &Moment<'_>,
        story_id: &StoryId,
    ) -> Result<bool, StoreError> {
        // Nearly always there is none, and nothing to lock for.
        if self.fetch_first(FIND, values![story_id]).await?.is_none() {
            return Ok(false);
        }
        let mut tx = self.begin().await?;
        lock_story(&mut tx, story_id).await?;
        let Some(row) = tx.fetch_first(FIND, values![story_id]).await? else {
            return Ok(false);
        };
        let row = row.of("story_drafts");
        let change = Revise {
            story_id: story_id.clone(),
            user_id: row.parsed("user_id")?,
            expected_revision: row.number("revision_no")?,
            fields: row.json("fields")?,
            reason: TYPED.to_owned(),
        };
        let now = current(&mut tx, story_id).await?;
        let is_new = fits(&now, &change);
        if is_new {
            append(&mut tx, ctx, &change, &now).await?;
        }
        forget(&mut tx, story_id).await?;
        tx.commit().await?;
        Ok(is_new)
    }
}

/// Whether nobody saved in between, and something was typed.
fn fits(now: &Current, change: &Revise) -> bool {
    now.state.is_open()
        && now.revision_no == change.expected_revision
        && now.fields != change.fields
}

/// What was typed is saved, or decided about.
pub(crate) async fn forget(tx: &mut Tx, story_id: &StoryId) -> Result<(), StoreError> {
    tx.execute(FORGET, values![story_id]).await?;
    Ok(())
}
