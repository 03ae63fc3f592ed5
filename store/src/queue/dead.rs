//! Jobs that gave up. Both engines keep them in the database, so that they are listed and revived in one way.

use schemas::job::{Job, JobKind};
use schemas::{JobId, PageId, TimeMs};

use super::{DeadJob, Delivery, Parts, QueueError};
use crate::database::{Tx, statements, values};
use crate::{Store, StoreError, outbox, to_json, webhook};

/// How much of a foreign message is kept.
const KEEP_CHARS: usize = 4_096;

statements! {
    INSERT = "INSERT INTO dead_jobs (job_id, kind, subject, body, cause, attempts, died_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (job_id) DO NOTHING";
    LIST = "SELECT job_id, body, cause, attempts, died_at FROM dead_jobs ORDER BY died_at DESC, job_id DESC LIMIT $1";
    LOOKUP = "SELECT job_id, body FROM dead_jobs WHERE job_id = $1";
    FORGET = "DELETE FROM dead_jobs WHERE job_id = $1";
    FORGET_ABOUT = "DELETE FROM dead_jobs WHERE subject = $1";
    /// The page that was set aside because its job gave up waits to be read again.
    REVIVE_PAGE = "UPDATE pages SET state = 'received', warning = NULL, enqueued_at = $2
        WHERE id = $1 AND state = 'quarantined' AND blob IS NOT NULL";
    PAGES = "SELECT p.id FROM dead_jobs d JOIN pages p ON p.id = d.subject
        WHERE d.kind = 'read-page' AND p.state = 'received' ORDER BY p.id";
}

/// A job on its way to those that gave up.
pub(super) struct Corpse {
    pub(super) job_id: JobId,
    kind: String,
    subject: String,
    body: String,
    cause: String,
    attempts: u32,
}

impl Corpse {
    pub(super) fn of(delivery: &Delivery, cause: &str) -> Result<Self, StoreError> {
        Self::of_job(&delivery.job_id, &delivery.job, cause, delivery.attempt)
    }

    pub(super) fn of_job(
        job_id: &JobId,
        job: &Job,
        cause: &str,
        attempts: u32,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            job_id: job_id.clone(),
            kind: job.kind().as_str().to_owned(),
            subject: job.subject().to_owned(),
            body: to_json(job)?,
            cause: cause.to_owned(),
            attempts,
        })
    }

    /// A message that is not a job of ours.
    pub(super) fn foreign(job_id: JobId, body: &[u8]) -> Self {
        Self {
            job_id,
            kind: "foreign".to_owned(),
            subject: String::new(),
            body: String::from_utf8_lossy(body)
                .chars()
                .take(KEEP_CHARS)
                .collect(),
            cause: "this message is not a job of this program".to_owned(),
            attempts: 0,
        }
    }
}

/// Keeps a job that gave up. Keeping it again is harmless.
pub(super) async fn keep(parts: &Parts, corpse: &Corpse) -> Result<(), QueueError> {
    let mut tx = parts.store.begin().await?;
    insert(&mut tx, corpse, parts.clock.now()).await?;
    Ok(tx.commit().await?)
}

/// The same, as part of something larger.
pub(super) async fn insert(tx: &mut Tx, corpse: &Corpse, now: TimeMs) -> Result<(), StoreError> {
    let row = values![
        &corpse.job_id,
        &corpse.kind,
        &corpse.subject,
        &corpse.body,
        &corpse.cause,
        corpse.attempts,
        now,
    ];
    tx.execute(INSERT, row).await?;
    if corpse.kind == JobKind::DeliverWebhook.as_str() {
        webhook::give_up(tx, &corpse.subject).await?;
    }
    Ok(())
}

/// Forgets the jobs about this subject that gave up.
pub(crate) async fn forget_about(tx: &mut Tx, subject: &str) -> Result<(), StoreError> {
    tx.execute(FORGET_ABOUT, values![subject]).await?;
    Ok(())
}

impl Store {
    #[tracing::instrument(skip_all, name = "db.dead.list")]
    pub(super) async fn dead_jobs(&self, limit: u32) -> Result<Vec<DeadJob>, StoreError> {
        let rows = self.fetch_all(LIST, values![limit]).await?;
        let dead = rows.iter().map(|row| {
            let row = row.of("dead_jobs");
            Ok(DeadJob {
                job_id: row.parsed("job_id")?,
                job: row.json("body").ok(),
                cause: row.text("cause")?,
                died_at: row.time("died_at")?,
                attempts: row.number("attempts")?,
            })
        });
        dead.collect()
    }

    #[tracing::instrument(skip_all, name = "db.dead.revive", fields(job.id = %job_id))]
    pub(super) async fn revive_dead_job(
        &self,
        job_id: &JobId,
        now: TimeMs,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let row = tx.fetch_first(LOOKUP, values![job_id]).await?;
        let Some(job) = row.and_then(|row| row.of("dead_jobs").json::<Job>("body").ok()) else {
            return Ok(false);
        };
        if tx.execute(FORGET, values![job_id]).await? == 0 {
            return Ok(false);
        }
        match &job {
            Job::ReadPage { page_id } => {
                tx.execute(REVIVE_PAGE, values![page_id, now]).await?;
            }
            Job::DeliverWebhook { delivery_id } => {
                webhook::wait_again(&mut tx, delivery_id, now).await?;
            }
            Job::PublishStory { .. } => {}
        }
        outbox::revive(&mut tx, job_id, &job, now).await?;
        tx.commit().await?;
        Ok(true)
    }

    #[tracing::instrument(skip_all, name = "db.dead.forget", fields(job.id = %job_id))]
    pub(super) async fn forget_dead_job(&self, job_id: &JobId) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let n_jobs = tx.execute(FORGET, values![job_id]).await?;
        tx.commit().await?;
        Ok(n_jobs == 1)
    }

    /// The pages that wait to be read by a job that gave up.
    #[tracing::instrument(skip_all, name = "db.dead.pages")]
    pub(crate) async fn pages_of_dead_jobs(&self) -> Result<Vec<PageId>, StoreError> {
        let rows = self.fetch_all(PAGES, values![]).await?;
        rows.iter()
            .map(|row| row.of("pages").parsed("id"))
            .collect()
    }
}
