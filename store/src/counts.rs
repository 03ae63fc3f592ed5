//! What people say about a pile: how many sheets of paper it had, and why that does not fit what came in.

use schemas::{BatchCountId, BatchExplanationId, BatchId, TimeMs, UserId};

use crate::database::{Fields, statements, values};
use crate::{Moment, Store, StoreError};

/// What a clerk counted by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountBatch {
    /// The pile.
    pub batch_id: BatchId,
    /// Who counted.
    pub user_id: UserId,
    /// Sheets of paper.
    pub n_papers: u32,
    /// How many sides of each were scanned, 1 or 2.
    pub n_sides: u32,
}

/// Why a count does not fit what came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainBatch {
    /// The pile.
    pub batch_id: BatchId,
    /// Who says so.
    pub user_id: UserId,
    /// The difference that is explained: what came in, less what was counted.
    pub difference: i64,
    /// Why, in the clerk's words; not empty.
    pub reason: String,
}

/// What was said about a pile last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// The count that holds.
    pub count: Option<BatchCount>,
    /// What was explained last; it may be about another difference than there is now.
    pub explanation: Option<BatchExplanation>,
}

/// A count with who made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchCount {
    /// Sheets of paper.
    pub n_papers: u32,
    /// How many sides of each were scanned.
    pub n_sides: u32,
    /// Who counted, as shown.
    pub user_name: String,
    /// When it was typed.
    pub at: TimeMs,
}

/// An explanation with who gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchExplanation {
    /// The difference that it is about.
    pub difference: i64,
    /// Why.
    pub reason: String,
    /// Who says so, as shown.
    pub user_name: String,
    /// When.
    pub at: TimeMs,
}

impl BatchCount {
    /// What came in, less what was counted; more than nothing when too much came in.
    pub fn difference(&self, n_came_in: u64) -> i64 {
        let n_counted = i64::from(self.n_papers) * i64::from(self.n_sides);
        i64::try_from(n_came_in).unwrap_or(i64::MAX) - n_counted
    }
}

impl Counted {
    /// The difference that nobody has explained; `None` when the count fits, or there is none, or it is explained.
    pub fn unexplained(&self, n_came_in: u64) -> Option<i64> {
        let difference = self.count.as_ref()?.difference(n_came_in);
        let explained = self.explanation.as_ref().map(|said| said.difference);
        unexplained(difference, explained)
    }
}

/// The difference, unless it is none or exactly the one that was explained.
pub(crate) fn unexplained(difference: i64, explained: Option<i64>) -> Option<i64> {
    (difference != 0 && explained != Some(difference)).then_some(difference)
}

statements! {
    INSERT_COUNT = "INSERT INTO batch_counts (id, batch_id, user_id, n_papers, n_sides, created_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    INSERT_EXPLANATION = "INSERT INTO batch_explanations (id, batch_id, user_id, difference, reason, created_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    LATEST_COUNT = "SELECT c.id, c.n_papers, c.n_sides, c.created_at, u.display_name AS user_name
        FROM batch_counts c JOIN users u ON u.id = c.user_id WHERE c.batch_id = $1 ORDER BY c.id DESC LIMIT 1";
    COUNT_ON_COVER = "SELECT id, n_papers, n_sides, created_at, 'the cover sheet' AS user_name FROM covers
        WHERE batch_id = $1 AND n_papers IS NOT NULL ORDER BY id DESC LIMIT 1";
    LATEST_EXPLANATION = "SELECT e.id, e.difference, e.reason, e.created_at, u.display_name AS user_name
        FROM batch_explanations e JOIN users u ON u.id = e.user_id WHERE e.batch_id = $1
        ORDER BY e.id DESC LIMIT 1";
}

impl Store {
    /// Keeps what a clerk counted. An earlier count stays, and no longer holds.
    ///
    /// # Errors
    /// When the database fails, or there is no such batch or person.
    #[tracing::instrument(skip_all, name = "db.batch.count", fields(batch.id = %count.batch_id, user.id = %count.user_id))]
    pub async fn count_batch(
        &self,
        ctx: &Moment<'_>,
        count: &CountBatch,
    ) -> Result<(), StoreError> {
        let id = BatchCountId::fresh(ctx.ids, ctx.now);
        let (n_papers, n_sides) = (count.n_papers, count.n_sides);
        let row = values![
            &id,
            &count.batch_id,
            &count.user_id,
            n_papers,
            n_sides,
            ctx.now
        ];
        let mut tx = self.begin().await?;
        tx.execute(INSERT_COUNT, row).await?;
        tx.commit().await
    }

    /// Keeps why a count does not fit.
    ///
    /// # Errors
    /// When the database fails, or there is no such batch or person.
    #[tracing::instrument(skip_all, name = "db.batch.explain", fields(batch.id = %said.batch_id, user.id = %said.user_id))]
    pub async fn explain_batch(
        &self,
        ctx: &Moment<'_>,
        said: &ExplainBatch,
    ) -> Result<(), StoreError> {
        let id = BatchExplanationId::fresh(ctx.ids, ctx.now);
        let row = values![
            &id,
            &said.batch_id,
            &said.user_id,
            said.difference,
            &said.reason,
            ctx.now
        ];
        let mut tx = self.begin().await?;
        tx.execute(INSERT_EXPLANATION, row).await?;
        tx.commit().await
    }

    /// What was said about a pile last.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.batch.counted", fields(batch.id = %batch_id))]
    pub async fn counted(&self, batch_id: &BatchId) -> Result<Counted, StoreError> {
        let count = match self.fetch_first(LATEST_COUNT, values![batch_id]).await? {
            Some(count) => Some(count),
            None => self.fetch_first(COUNT_ON_COVER, values![batch_id]).await?,
        };
        let said = self
            .fetch_first(LATEST_EXPLANATION, values![batch_id])
            .await?;
        Ok(Counted {
            count: count
                .map(|row| counted(row.of("batch_counts")))
                .transpose()?,
            explanation: said
                .map(|row| explained(row.of("batch_explanations")))
                .transpose()?,
        })
    }
}

fn counted(row: Fields<'_>) -> Result<BatchCount, StoreError> {
    Ok(BatchCount {
        n_papers: row.number("n_papers")?,
        n_sides: row.number("n_sides")?,
        user_name: row.text("user_name")?,
        at: row.time("created_at")?,
    })
}

fn explained(row: Fields<'_>) -> Result<BatchExplanation, StoreError> {
    Ok(BatchExplanation {
        difference: row.int("difference")?,
        reason: row.text("reason")?,
        user_name: row.text("user_name")?,
        at: row.time("created_at")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(n_papers: u32, n_sides: u32, explained: Option<i64>) -> Counted {
        let (user_name, at) = ("Max".to_owned(), TimeMs(0));
        Counted {
            count: Some(BatchCount {
                n_papers,
                n_sides,
                user_name: user_name.clone(),
                at,
            }),
            explanation: explained.map(|difference| BatchExplanation {
                difference,
                reason: "one stuck in the feeder".to_owned(),
                user_name,
                at,
            }),
        }
    }

    #[test]
    fn a_difference_is_shown_until_exactly_that_difference_is_explained() {
        assert_eq!(counted(50, 2, None).unexplained(100), None);
        assert_eq!(counted(50, 2, None).unexplained(98), Some(-2));
        assert_eq!(counted(50, 2, Some(-2)).unexplained(98), None);
        assert_eq!(counted(50, 2, Some(-2)).unexplained(101), Some(1));
        assert_eq!(Counted::default().unexplained(7), None);
    }
}
