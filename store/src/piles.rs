//! Which batch a file belongs to that comes by itself: files of one source that come soon after each other are one pile.

use schemas::separation::Separation;
use schemas::{BatchId, BlobHash, TimeMs};

use crate::database::{Engine, Tx, statements, values};
use crate::{Moment, Store, StoreError, intake};

/// PostgreSQL only: two files that come at the same moment begin one pile. On SQLite the transaction sees to that.
const LOCK: &str = "SELECT pg_advisory_xact_lock(hashtext($1))";

statements! {
    LATEST = "SELECT b.id, (SELECT MAX(f.created_at) FROM files f WHERE f.batch_id = b.id) AS last_file_at
        FROM batches b WHERE b.way_in = $1 AND b.delivery IS NULL ORDER BY b.id DESC LIMIT 1";
    OF_ORIGIN = "SELECT batch_id FROM files WHERE origin = $1 ORDER BY id LIMIT 1";
    KNOWN = "SELECT batch_id FROM files WHERE origin = $1 AND content_key = $2";
}

impl Store {
    /// The latest batch of `source`, if a file came into it within the last `idle_ms` or none has come yet; otherwise one
    /// that is opened now. One that was cut into piles is still that batch, for whatever comes into it.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.batch.go_on")]
    pub async fn go_on_with_batch(
        &self,
        ctx: &Moment<'_>,
        source: &str,
        separation: Separation,
        idle_ms: i64,
    ) -> Result<BatchId, StoreError> {
        let mut tx = self.begin().await?;
        if matches!(self.pools(), Engine::Postgres(_)) {
            tx.execute(LOCK, values![source]).await?;
        }
        if let Some(id) = batch_in_use(&mut tx, source, ctx.now.plus_ms(-idle_ms)).await? {
            return Ok(id);
        }
        let id = intake::insert_batch(&mut tx, ctx, source, separation).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// The batch of the first file that came from this origin, whatever it holds.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.batch.of_origin")]
    pub async fn batch_of_origin(&self, origin: &str) -> Result<Option<BatchId>, StoreError> {
        let row = self.fetch_first(OF_ORIGIN, values![origin]).await?;
        row.map(|row| row.of("files").parsed("batch_id"))
            .transpose()
    }

    /// Whether the file of this origin with these bytes is recorded.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.file.is_recorded")]
    pub async fn is_recorded(&self, origin: &str, content: &BlobHash) -> Result<bool, StoreError> {
        let key = values![origin, content];
        Ok(self.fetch_first(KNOWN, key).await?.is_some())
    }
}

async fn batch_in_use(
    tx: &mut Tx,
    source: &str,
    since: TimeMs,
) -> Result<Option<BatchId>, StoreError> {
    let Some(row) = tx.fetch_first(LATEST, values![source]).await? else {
        return Ok(None);
    };
    let row = row.of("batches");
    let goes_on = row
        .int_or_null("last_file_at")?
        .is_none_or(|last_file_at| last_file_at > since.0);
    goes_on.then(|| row.parsed("id")).transpose()
}
