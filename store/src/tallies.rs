//! How many sheets and stories there are in each state, without counting them: triggers keep tallies, and the sweep folds
//! them (ADR 33).

use std::collections::BTreeMap;

use crate::database::{Tx, statements, values};
use crate::{Store, StoreError};

/// So many rows are summed as quickly as one; a relay that tends every few seconds has nothing to write then.
const LET_BE: i64 = 200;

statements! {
    ROWS = "SELECT (SELECT COUNT(*) FROM sheet_tallies) + (SELECT COUNT(*) FROM story_tallies) AS n_rows";
    TAKE_SHEETS = "DELETE FROM sheet_tallies RETURNING page_state, story_state, n";
    PUT_SHEETS = "INSERT INTO sheet_tallies (page_state, story_state, n) VALUES ($1, $2, $3)";
    TAKE_STORIES = "DELETE FROM story_tallies RETURNING state, n";
    PUT_STORIES = "INSERT INTO story_tallies (state, n) VALUES ($1, $2)";
}

impl Store {
    /// Puts one row in the place of all that tell of the same state, when there are many. What others write meanwhile
    /// stays as it is.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.tallies.fold")]
    pub async fn fold_tallies(&self) -> Result<(), StoreError> {
        let row = self.fetch_first(ROWS, values![]).await?;
        let n_rows = row.map_or(Ok(0), |row| row.of("tallies").int("n_rows"))?;
        if n_rows <= LET_BE {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        fold_sheets(&mut tx).await?;
        fold_stories(&mut tx).await?;
        tx.commit().await
    }
}

async fn fold_sheets(tx: &mut Tx) -> Result<(), StoreError> {
    let mut sums = BTreeMap::new();
    for row in &tx.fetch_all(TAKE_SHEETS, values![]).await? {
        let row = row.of("sheet_tallies");
        let states = (row.text("page_state")?, row.text("story_state")?);
        *sums.entry(states).or_insert(0) += row.int("n")?;
    }
    for ((page_state, story_state), n) in &sums {
        tx.execute(PUT_SHEETS, values![page_state, story_state, *n])
            .await?;
    }
    Ok(())
}

async fn fold_stories(tx: &mut Tx) -> Result<(), StoreError> {
    let mut sums = BTreeMap::new();
    for row in &tx.fetch_all(TAKE_STORIES, values![]).await? {
        let row = row.of("story_tallies");
        *sums.entry(row.text("state")?).or_insert(0) += row.int("n")?;
    }
    for (state, n) in &sums {
        tx.execute(PUT_STORIES, values![state, *n]).await?;
    }
    Ok(())
}
