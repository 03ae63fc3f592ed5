use schemas::job::Job;
use schemas::record::{DecisionKind, HoldKind, StoryState};
use schemas::{DecisionId, StoryId, TimeMs, UserId};

use crate::database::{Tx, statements, values};
use crate::leases::{lease_of_other, lock_story};
use crate::opinions::{ALONE_UP_TO, is_own_text};
use crate::revisions::{Current, current};
use crate::{Lease, Moment, Store, StoreError, StoryFields, drafts, outbox, publications};

/// A decision about a story.
#[derive(Clone, Debug)]
pub struct Decide {
    /// The story.
    pub story_id: StoryId,
    /// Who decides.
    pub user_id: UserId,
    /// What.
    pub kind: DecisionKind,
    /// Why; needed to reject, hold, withdraw and take a flag away.
    pub reason: String,
    /// What it waits for, when it is put on hold.
    pub hold: Option<HoldKind>,
    /// The revision that the person saw.
    pub expected_revision: u32,
    /// Whether the person may give second opinions, and take a flag away.
    pub may_give_opinion: bool,
    /// How long a decision can be undone; an approved story is published after that.
    pub undo_ms: i64,
    /// Before this moment an approved story is not published.
    pub publish_from: Option<TimeMs>,
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
    MOVE = "UPDATE stories SET state = $2, lease_user_id = NULL, lease_until = NULL, enqueued_at = $3, hold_kind = $4,
            hold_until = $5
        WHERE id = $1";
    SET_FLAG = "UPDATE stories SET flagged = $2 WHERE id = $1";
    LAST = "SELECT user_id, state_before, kind, created_at FROM decisions WHERE story_id = $1
        AND kind NOT IN ('flag', 'clear-flag') ORDER BY id DESC LIMIT 1";
    INSERT = "INSERT INTO decisions (id, story_id, user_id, kind, state_before, state_after, revision_no, reason,
            created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
}

impl Store {
    /// Writes a decision, moves the story, and for an approval also the job that publishes it, all or nothing; for a
    /// withdrawal also what the webhook is told.
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
        let after = match state_after(&mut tx, ctx, &current, &decision).await? {
            Ok(state) => state,
            Err(why) => return Ok(Decided::Refused(why)),
        };
        write(&mut tx, ctx, &decision, current.state, after).await?;
        if after == StoryState::Withdrawn && self.has_webhook() {
            publications::announce_withdrawn(&mut tx, ctx, story_id).await?;
        }
        tx.commit().await?;
        Ok(Decided::Done(after))
    }
}

/// Where a decision takes a story, or why it may not.
async fn state_after(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    current: &Current,
    decision: &Decide,
) -> Result<Result<StoryState, String>, StoreError> {
    if decision.kind == DecisionKind::Undo {
        return undone(tx, ctx, current, decision).await;
    }
    let after = match moved(current, decision) {
        Ok(after) => after,
        Err(why) => return Ok(Err(why)),
    };
    if after == StoryState::Approved && current.state == StoryState::SecondReview {
        let is_own = is_own_text(tx, &decision.story_id, &decision.user_id).await?;
        if is_own || !decision.may_give_opinion {
            return Ok(Err(NOT_YOUR_OPINION.to_owned()));
        }
    }
    Ok(Ok(after))
}

/// The same without a look at anything but the story as it is.
fn moved(current: &Current, decision: &Decide) -> Result<StoryState, String> {
    use DecisionKind::{Approve, ClearFlag, Flag, Hold, Reject, Reopen, SecondOpinion, Withdraw};
    use StoryState::{Approved, Held, Published, Rejected, SecondReview, ToReview, Withdrawn};
    let after = match (decision.kind, current.state) {
        (Approve, ToReview | SecondReview) => Approved,
        (Reject, ToReview | SecondReview | Held) => Rejected,
        (Hold, ToReview | SecondReview) => Held,
        (SecondOpinion, ToReview) => SecondReview,
        (Reopen, Held | Rejected | Approved | SecondReview) => ToReview,
        (Withdraw, Published) => Withdrawn,
        (Flag | ClearFlag, state) if state.is_open() => state,
        (kind, state) => {
            return Err(format!(
                "A story that is {state} cannot be moved by {kind}."
            ));
        }
    };
    let needs_reason = matches!(decision.kind, Reject | Hold | Withdraw | ClearFlag);
    if needs_reason && decision.reason.trim().is_empty() {
        return Err("Please say why.".to_owned());
    }
    if decision.kind == ClearFlag && !decision.may_give_opinion {
        return Err("A senior moderator takes the flag away.".to_owned());
    }
    if matches!(decision.kind, Approve | SecondOpinion) {
        may_be_published(&current.fields)?;
    }
    if (decision.kind, current.state) == (Approve, ToReview) {
        may_be_published_by_one(current)?;
    }
    Ok(after)
}

const NOT_YOUR_OPINION: &str =
    "The second opinion is given by a senior moderator who has not worked on this text.";

/// Takes back what this person decided last, as long as that is a slip of the last moments.
async fn undone(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    current: &Current,
    decision: &Decide,
) -> Result<Result<StoryState, String>, StoreError> {
    let too_late = || Ok(Err("It is too late to undo that.".to_owned()));
    let Some(row) = tx.fetch_first(LAST, values![&decision.story_id]).await? else {
        return too_late();
    };
    let row = row.of("decisions");
    let by: UserId = row.parsed("user_id")?;
    let kind = row.one_of("kind", DecisionKind::parse)?;
    let is_fresh = ctx.now <= row.time("created_at")?.plus_ms(decision.undo_ms);
    let is_final = matches!(current.state, StoryState::Published | StoryState::Withdrawn);
    let can_be_undone = !matches!(kind, DecisionKind::Undo | DecisionKind::Withdraw);
    if by != decision.user_id || !is_fresh || is_final || !can_be_undone {
        return too_late();
    }
    row.one_of("state_before", StoryState::parse).map(Ok)
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

fn may_be_published_by_one(current: &Current) -> Result<(), String> {
    if current.flagged {
        return Err("This story is flagged: somebody may be in danger. A senior moderator decides; please ask for a \
            second opinion, or put it on hold."
            .to_owned());
    }
    if current.fields.criticality > Some(ALONE_UP_TO) {
        return Err(
            "A story this critical needs a second opinion before it is published.".to_owned(),
        );
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
    let story_id = &decision.story_id;
    match decision.kind {
        DecisionKind::Flag => drop(tx.execute(SET_FLAG, values![story_id, true]).await?),
        DecisionKind::ClearFlag => drop(tx.execute(SET_FLAG, values![story_id, false]).await?),
        _ => {
            let hold = decision.hold.filter(|_| after == StoryState::Held);
            let hold_kind = hold.map(HoldKind::as_str);
            let until = hold.and_then(|kind| hold_until(kind, ctx.now));
            let moved = values![story_id, after.as_str(), ctx.now, hold_kind, until];
            tx.execute(MOVE, moved).await?;
            drafts::forget(tx, story_id).await?;
        }
    }
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
    let job = Job::PublishStory {
        story_id: decision.story_id.clone(),
    };
    if before == StoryState::Approved {
        outbox::take_back(tx, &job).await?;
    }
    if after == StoryState::Approved {
        let for_good = ctx.now.plus_ms(decision.undo_ms);
        let not_before = decision
            .publish_from
            .map_or(for_good, |from| from.max(for_good));
        outbox::enqueue_for(tx, ctx, &job, not_before).await?;
    }
    Ok(())
}

/// When the wait is over, where there is an end to it.
fn hold_until(kind: HoldKind, now: TimeMs) -> Option<TimeMs> {
    /// So long a provider may look at a story before it is published.
    const PROVIDER_MS: i64 = 72 * 60 * 60 * 1000;
    (kind == HoldKind::Provider).then(|| now.plus_ms(PROVIDER_MS))
}
