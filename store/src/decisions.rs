use schemas::job::Job;
use schemas::record::{DecisionKind, StoryState};
use schemas::{DecisionId, StoryId, UserId};

use crate::database::{Tx, statements, values};
use crate::leases::{lease_of_other, lock_story};
use crate::revisions::{Current, current};
use crate::{Lease, Moment, Store, StoreError, StoryFields, outbox};

/// A decision about a story.
#[derive(Clone, Debug)]
pub struct Decide {
    /// The story.
    pub story_id: StoryId,
    /// Who decides.
    pub user_id: UserId,
    /// What.
    pub kind: DecisionKind,
    /// Why; needed to reject, hold and withdraw.
    pub reason: String,
    /// The revision that the person saw.
    pub expected_revision: u32,
}

/// What became of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decided {
    /// It is written; the story is in this state now and nobody holds it.
    Done(StoryState),
    /// It is not allowed; the words say why, to a person.
    Refused(String),
    /// Somebody changed the story in between. Nothing was written.
    Conflict {
        /// The revision that is current.
        current: u32,
    },
    /// Somebody else holds the story. Nothing was written.
    LeaseLost(Lease),
    /// There is no such story.
    NotThere,
}

statements! {
    MOVE = "UPDATE stories SET state = $2, lease_user_id = NULL, lease_until = NULL, enqueued_at = $3 WHERE id = $1";
    INSERT = "INSERT INTO decisions (id, story_id, user_id, kind, state_before, state_after, revision_no, reason,
            created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
}

impl Store {
    /// Writes a decision, moves the story, and for an approval also the job that publishes it, all or nothing.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.story.decide", fields(story.id = %decision.story_id, user.id = %decision.user_id))]
    pub async fn decide(&self, ctx: &Moment<'_>, decision: Decide) -> Result<Decided, StoreError> {
        let mut tx = self.begin().await?;
        let story_id = &decision.story_id;
        if !lock_story(&mut tx, story_id).await? {
            return Ok(Decided::NotThere);
        }
        if let Some(lease) = lease_of_other(&mut tx, ctx, story_id, &decision.user_id).await? {
            return Ok(Decided::LeaseLost(lease));
        }
        let current = current(&mut tx, story_id).await?;
        if current.revision_no != decision.expected_revision {
            return Ok(Decided::Conflict {
                current: current.revision_no,
            });
        }
        let after = match state_after(&current, &decision) {
            Ok(state) => state,
            Err(why) => return Ok(Decided::Refused(why)),
        };
        write(&mut tx, ctx, &decision, current.state, after).await?;
        tx.commit().await?;
        Ok(Decided::Done(after))
    }
}

/// Where a decision takes a story, or why it may not.
fn state_after(current: &Current, decision: &Decide) -> Result<StoryState, String> {
    use DecisionKind::{Approve, Hold, Reject, Reopen, Withdraw};
    use StoryState::{Approved, Held, Published, Rejected, SecondReview, ToReview, Withdrawn};
    let after = match (decision.kind, current.state) {
        (Approve, ToReview | SecondReview) => Approved,
        (Reject, ToReview | SecondReview | Held) => Rejected,
        (Hold, ToReview | SecondReview) => Held,
        (Reopen, Held | Rejected | Approved | SecondReview) => ToReview,
        (Withdraw, Published) => Withdrawn,
        (kind, state) => {
            return Err(format!(
                "A story that is {state} cannot be moved by {kind}."
            ));
        }
    };
    let needs_reason = matches!(decision.kind, Reject | Hold | Withdraw);
    if needs_reason && decision.reason.trim().is_empty() {
        return Err("Please say why.".to_owned());
    }
    if after == Approved {
        may_be_published(&current.fields)?;
    }
    Ok(after)
}

fn may_be_published(fields: &StoryFields) -> Result<(), String> {
    if !fields.consent {
        return Err("The author has not given consent to publish this story.".to_owned());
    }
    if fields.published_text.trim().is_empty() {
        return Err("There is no text to publish.".to_owned());
    }
    Ok(())
}

async fn write(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    decision: &Decide,
    before: StoryState,
    after: StoryState,
) -> Result<(), StoreError> {
    let moved = values![&decision.story_id, after.as_str(), ctx.now];
    tx.execute(MOVE, moved).await?;
    let row = values![
        &DecisionId::fresh(ctx.ids, ctx.now),
        &decision.story_id,
        &decision.user_id,
        decision.kind.as_str(),
        before.as_str(),
        after.as_str(),
        decision.expected_revision,
        &decision.reason,
        ctx.now,
    ];
    tx.execute(INSERT, row).await?;
    if after == StoryState::Approved {
        let story_id = decision.story_id.clone();
        outbox::enqueue(tx, ctx, &Job::PublishStory { story_id }).await?;
    }
    Ok(())
}
