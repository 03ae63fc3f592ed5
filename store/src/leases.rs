use schemas::record::StoryState;
use schemas::{StoryId, TimeMs, UserId};

use crate::database::{Fields, Tx, statements, values};
use crate::{Moment, Store, StoreError};

/// Who holds a story, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The person.
    pub user_id: UserId,
    /// The person's name, as shown.
    pub user_name: String,
    /// When it runs out.
    pub until: TimeMs,
}

/// Which stories a person is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// Those to review.
    Ordinary,
    /// Also those that wait for a second opinion, and flagged ones before others.
    Senior,
}

/// What became of the wish to hold a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It is held now; an own lease is renewed.
    Granted(Lease),
    /// Somebody else holds it.
    HeldBy(Lease),
    /// There is no such story.
    NotThere,
}

/// The oldest story in state `$3`, flagged at least `$4`, that at `$2` nobody but `$1` holds, and about which this person may
/// give a second opinion if it needs one.
macro_rules! next_free {
    () => {
        concat!(
            "SELECT s.id FROM stories s WHERE s.state = $3 AND s.flagged >= $4
            AND (s.lease_user_id IS NULL OR s.lease_user_id = $1 OR s.lease_until <= $2)
            AND (s.state <> 'second-review' OR NOT ",
            crate::opinions::own_text!(),
            ") ORDER BY s.id LIMIT 1"
        )
    };
}

statements! {
    /// Locks the story, so that what is read next stays true until the end of the transaction.
    LOCK = "UPDATE stories SET id = id WHERE id = $1";
    LOOKUP = "SELECT s.id, s.lease_user_id, s.lease_until, u.display_name AS lease_user_name
        FROM stories s LEFT JOIN users u ON u.id = s.lease_user_id WHERE s.id = $1";
    TAKE = "UPDATE stories SET lease_user_id = $2, lease_until = $3 WHERE id = $1";
    /// The condition is told twice: two people who ask at once find the same story, and only one gets it.
    TAKE_NEXT = concat!("UPDATE stories SET lease_user_id = $1, lease_until = $5 WHERE id = (", next_free!(), ")
        AND state = $3 AND (lease_user_id IS NULL OR lease_user_id = $1 OR lease_until <= $2) RETURNING id");
    ANY_FREE = next_free!();
    RELEASE = "UPDATE stories SET lease_user_id = NULL, lease_until = NULL WHERE id = $1 AND lease_user_id = $2";
}

impl Store {
    /// Takes the lease of a story, or renews it.
    ///
    /// # Errors
    /// When the database fails or there is no such person.
    #[tracing::instrument(skip_all, name = "db.story.claim", fields(story.id = %story_id, user.id = %user_id))]
    pub async fn claim_story(
        &self,
        ctx: &Moment<'_>,
        story_id: &StoryId,
        user_id: &UserId,
        lease_ms: i64,
    ) -> Result<Claim, StoreError> {
        let mut tx = self.begin().await?;
        if !lock_story(&mut tx, story_id).await? {
            return Ok(Claim::NotThere);
        }
        if let Some(lease) = lease_of_other(&mut tx, ctx, story_id, user_id).await? {
            return Ok(Claim::HeldBy(lease));
        }
        let until = ctx.now.plus_ms(lease_ms);
        hold_until(&mut tx, story_id, user_id, until).await?;
        let lease = current_lease(&mut tx, story_id).await?;
        tx.commit().await?;
        let lease = lease.ok_or_else(|| StoreError::missing("user", user_id.as_str()))?;
        Ok(Claim::Granted(lease))
    }

    /// Takes the lease of the oldest story that waits for this person and that nobody else holds. To somebody who gives
    /// second opinions, stories that wait for one are offered first, then flagged ones.
    ///
    /// # Errors
    /// When the database fails or there is no such person.
    #[tracing::instrument(skip_all, name = "db.story.claim_next", fields(user.id = %user_id))]
    pub async fn claim_next(
        &self,
        ctx: &Moment<'_>,
        user_id: &UserId,
        lease_ms: i64,
        offer: Offer,
    ) -> Result<Option<StoryId>, StoreError> {
        for (state, flagged) in offer.order() {
            let next = self.claim_next_of(ctx, user_id, lease_ms, (*state, *flagged));
            if let Some(story_id) = next.await? {
                return Ok(Some(story_id));
            }
        }
        Ok(None)
    }

    async fn claim_next_of(
        &self,
        ctx: &Moment<'_>,
        user_id: &UserId,
        lease_ms: i64,
        (state, flagged): (StoryState, bool),
    ) -> Result<Option<StoryId>, StoreError> {
        loop {
            let mut tx = self.begin().await?;
            let wanted = || values![user_id, ctx.now, state.as_str(), flagged];
            let mut claim = wanted();
            claim.extend(values![ctx.now.plus_ms(lease_ms)]);
            if let Some(row) = tx.fetch_first(TAKE_NEXT, claim).await? {
                tx.commit().await?;
                return row.of("stories").parsed("id").map(Some);
            }
            // Somebody took that very story. Whoever loses looks again; somebody gets on each time.
            if tx.fetch_first(ANY_FREE, wanted()).await?.is_none() {
                return Ok(None);
            }
        }
    }

    /// Gives a lease back. Says whether this person held it.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.story.release", fields(story.id = %story_id, user.id = %user_id))]
    pub async fn release_story(
        &self,
        story_id: &StoryId,
        user_id: &UserId,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let n_stories = tx.execute(RELEASE, values![story_id, user_id]).await?;
        tx.commit().await?;
        Ok(n_stories == 1)
    }
}

impl Offer {
    /// The states in which stories are looked for, and whether only flagged ones.
    const fn order(self) -> &'static [(StoryState, bool)] {
        use StoryState::{SecondReview, ToReview};
        match self {
            Self::Ordinary => &[(ToReview, false)],
            Self::Senior => &[(SecondReview, false), (ToReview, true), (ToReview, false)],
        }
    }
}

impl Lease {
    pub(crate) fn from_row(row: Fields<'_>) -> Result<Option<Self>, StoreError> {
        let Some(user_id) = row.parsed_or_null("lease_user_id")? else {
            return Ok(None);
        };
        Ok(Some(Self {
            user_id,
            user_name: row.text("lease_user_name")?,
            until: row.time("lease_until")?,
        }))
    }
}

/// Makes a story's row belong to this transaction alone; whether there is one.
pub(crate) async fn lock_story(tx: &mut Tx, story_id: &StoryId) -> Result<bool, StoreError> {
    Ok(tx.execute(LOCK, values![story_id]).await? == 1)
}

/// Gives a story to a person, whoever had it.
pub(crate) async fn hold_until(
    tx: &mut Tx,
    story_id: &StoryId,
    user_id: &UserId,
    until: TimeMs,
) -> Result<(), StoreError> {
    tx.execute(TAKE, values![story_id, user_id, until]).await?;
    Ok(())
}

/// The lease that keeps this person from writing: somebody else's that has not run out.
pub(crate) async fn lease_of_other(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    story_id: &StoryId,
    user_id: &UserId,
) -> Result<Option<Lease>, StoreError> {
    let lease = current_lease(tx, story_id).await?;
    Ok(lease.filter(|lease| lease.user_id != *user_id && lease.until > ctx.now))
}

/// Whoever holds a story, also when the lease has run out.
pub(crate) async fn current_lease(
    tx: &mut Tx,
    story_id: &StoryId,
) -> Result<Option<Lease>, StoreError> {
    let row = tx.fetch_first(LOOKUP, values![story_id]).await?;
    row.map_or(Ok(None), |row| Lease::from_row(row.of("stories")))
}
