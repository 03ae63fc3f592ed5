use schemas::record::{Route, StoryState};
use schemas::{RevisionId, StoryId, UserId};

use crate::database::{Tx, statements, values};
use crate::leases::{lease_of_other, lock_story};
use crate::stories::story_columns;
use crate::{Lease, Moment, Store, StoreError, StoryFields, drafts, to_json};

/// A change to a story.
#[derive(Clone, Debug)]
pub struct Revise {
    /// The story.
    pub story_id: StoryId,
    /// Who changes it.
    pub user_id: UserId,
    /// The revision that the person saw.
    pub expected_revision: u32,
    /// What it shall be.
    pub fields: StoryFields,
    /// Why; may be empty.
    pub reason: String,
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revised {
    /// It is saved. When nothing differed, the number stays and no revision is written.
    Saved {
        /// The revision's number.
        revision_no: u32,
    },
    /// Somebody changed the story in between. Nothing was written.
    Conflict {
        /// The revision that is current.
        current: u32,
    },
    /// Somebody else holds the story. Nothing was written.
    LeaseLost(Lease),
    /// A story in this state is not changed.
    NotOpen(StoryState),
    /// There is no such story.
    NotThere,
}

statements! {
    CURRENT = concat!("SELECT id, state, revision_no, flagged, route, ", story_columns!(), "
        FROM stories WHERE id = $1");
    UPDATE = concat!("UPDATE stories SET (", story_columns!(), ", revision_no)
            = ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
        WHERE id = $1");
    INSERT = "INSERT INTO revisions (id, story_id, revision_no, user_id, fields_before, fields_after, reason,
            created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
}

impl Store {
    /// Changes a story and writes the change, before and after, into its history. A lease that has run out does no
    /// harm as long as nobody else took the story.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.story.revise", fields(story.id = %change.story_id, user.id = %change.user_id))]
    pub async fn revise_story(
        &self,
        ctx: &Moment<'_>,
        change: Revise,
    ) -> Result<Revised, StoreError> {
        let mut tx = self.begin().await?;
        if !lock_story(&mut tx, &change.story_id).await? {
            return Ok(Revised::NotThere);
        }
        if let Some(lease) = lease_of_other(&mut tx, ctx, &change.story_id, &change.user_id).await?
        {
            return Ok(Revised::LeaseLost(lease));
        }
        let current = current(&mut tx, &change.story_id).await?;
        if !current.state.is_open() {
            return Ok(Revised::NotOpen(current.state));
        }
        if current.revision_no != change.expected_revision {
            return Ok(Revised::Conflict {
                current: current.revision_no,
            });
        }
        let mut revision_no = current.revision_no;
        if current.fields != change.fields {
            revision_no = append(&mut tx, ctx, &change, &current).await?;
        }
        drafts::forget(&mut tx, &change.story_id).await?;
        tx.commit().await?;
        Ok(Revised::Saved { revision_no })
    }
}

/// Writes a change behind the current revision; its number.
pub(crate) async fn append(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    change: &Revise,
    current: &Current,
) -> Result<u32, StoreError> {
    let revision_no = current.revision_no + 1;
    write(tx, ctx, change, &current.fields, revision_no).await?;
    Ok(revision_no)
}

/// What a story is now.
pub(crate) struct Current {
    pub(crate) state: StoryState,
    pub(crate) revision_no: u32,
    pub(crate) fields: StoryFields,
    /// Whether somebody may be in danger.
    pub(crate) flagged: bool,
    /// How the author told it.
    pub(crate) route: Route,
}

pub(crate) async fn current(tx: &mut Tx, story_id: &StoryId) -> Result<Current, StoreError> {
    let row = tx.fetch_first(CURRENT, values![story_id]).await?;
    let row = row.ok_or_else(|| StoreError::missing("story", story_id.as_str()))?;
    let row = row.of("stories");
    Ok(Current {
        state: row.one_of("state", StoryState::parse)?,
        revision_no: row.number("revision_no")?,
        fields: StoryFields::from_row(row)?,
        flagged: row.flag("flagged")?,
        route: row.one_of("route", Route::parse)?,
    })
}

async fn write(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    change: &Revise,
    before: &StoryFields,
    revision_no: u32,
) -> Result<(), StoreError> {
    let mut row = values![&change.story_id];
    row.extend(change.fields.columns());
    row.extend(values![revision_no]);
    tx.execute(UPDATE, row).await?;
    let revision = values![
        &RevisionId::fresh(ctx.ids, ctx.now),
        &change.story_id,
        revision_no,
        &change.user_id,
        &to_json(before)?,
        &to_json(&change.fields)?,
        &change.reason,
        ctx.now,
    ];
    tx.execute(INSERT, revision).await?;
    Ok(())
}
