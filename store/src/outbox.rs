use schemas::job::Job;
use schemas::{JobId, TimeMs};

use crate::database::{Tx, Value, statements, values};
use crate::{Moment, Store, StoreError, to_json};

/// How long a job of the outbox belongs to the relay that is sending it. Sending takes milliseconds; a relay that
/// dies in between delays its jobs by this.
const CLAIM_MS: i64 = 30_000;
/// How many jobs one step of the relay sends.
const STEP_JOBS: i64 = 100;

statements! {
    INSERT = "INSERT INTO outbox (job_id, kind, subject, body, created_at, not_before) VALUES ($1, $2, $3, $4, $5, $6)";
    TAKE_BACK = "DELETE FROM outbox WHERE kind = $1 AND subject = $2 AND sent_at IS NULL";
    /// A relay that looks at the same time waits for this one's row locks, sees the claim and takes nothing.
    CLAIM = "UPDATE outbox SET claim_token = $1, claim_until = $2
        WHERE job_id IN (SELECT job_id FROM outbox
            WHERE sent_at IS NULL AND (claim_until IS NULL OR claim_until <= $3)
                AND (not_before IS NULL OR not_before <= $3) ORDER BY job_id LIMIT $4)
        AND sent_at IS NULL AND (claim_until IS NULL OR claim_until <= $3)
        RETURNING job_id, body";
    MARK_SENT = "UPDATE outbox SET sent_at = $2, claim_token = NULL, claim_until = NULL WHERE job_id = $1";
    UNCLAIM = "UPDATE outbox SET claim_token = NULL, claim_until = NULL
        WHERE claim_token = $1 AND sent_at IS NULL";
    REVIVE = "INSERT INTO outbox (job_id, kind, subject, body, created_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (job_id) DO UPDATE SET sent_at = NULL, claim_token = NULL, claim_until = NULL";
    FORGET_SENT = "DELETE FROM outbox WHERE sent_at <= $1";
}

/// A job that waits to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Unsent {
    pub(crate) job_id: JobId,
    pub(crate) job: Job,
}

/// Writes a job into the outbox, beside the row that causes it.
pub(crate) async fn enqueue(tx: &mut Tx, ctx: &Moment<'_>, job: &Job) -> Result<JobId, StoreError> {
    enqueue_for(tx, ctx, job, ctx.now).await
}

/// The same for a job that nobody may begin before some time.
pub(crate) async fn enqueue_for(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    job: &Job,
    not_before: TimeMs,
) -> Result<JobId, StoreError> {
    let job_id = JobId::fresh(ctx.ids, ctx.now);
    let mut row = row(&job_id, job, ctx.now)?;
    row.extend(values![not_before]);
    tx.execute(INSERT, row).await?;
    Ok(job_id)
}

/// Takes back the jobs about this subject that were not sent yet.
pub(crate) async fn take_back(tx: &mut Tx, job: &Job) -> Result<(), StoreError> {
    let which = values![job.kind().as_str(), job.subject()];
    tx.execute(TAKE_BACK, which).await?;
    Ok(())
}

/// Writes a job that was there before into the outbox, under its old id.
pub(crate) async fn revive(
    tx: &mut Tx,
    job_id: &JobId,
    job: &Job,
    now: TimeMs,
) -> Result<(), StoreError> {
    tx.execute(REVIVE, row(job_id, job, now)?).await?;
    Ok(())
}

/// Forgets the jobs that were sent up to `until`.
pub(crate) async fn forget_sent(tx: &mut Tx, until: TimeMs) -> Result<(), StoreError> {
    tx.execute(FORGET_SENT, values![until]).await?;
    Ok(())
}

fn row(job_id: &JobId, job: &Job, now: TimeMs) -> Result<Vec<Value>, StoreError> {
    let kind = job.kind().as_str();
    Ok(values![job_id, kind, job.subject(), &to_json(job)?, now])
}

impl Store {
    /// Takes the oldest unsent jobs, for this relay alone.
    #[tracing::instrument(skip_all, name = "db.outbox.claim")]
    pub(crate) async fn claim_outbox(
        &self,
        token: &str,
        now: TimeMs,
    ) -> Result<Vec<Unsent>, StoreError> {
        let mut tx = self.begin().await?;
        let claim = values![token, now.plus_ms(CLAIM_MS), now, STEP_JOBS];
        let rows = tx.fetch_all(CLAIM, claim).await?;
        tx.commit().await?;
        let unsent = rows.iter().map(|row| {
            let row = row.of("outbox");
            Ok(Unsent {
                job_id: row.parsed("job_id")?,
                job: row.json("body")?,
            })
        });
        let mut unsent = unsent.collect::<Result<Vec<_>, StoreError>>()?;
        unsent.sort_by(|a, b| a.job_id.cmp(&b.job_id));
        Ok(unsent)
    }

    /// Marks jobs as sent, and gives back what else this relay had taken.
    #[tracing::instrument(skip_all, name = "db.outbox.mark_sent")]
    pub(crate) async fn mark_sent(
        &self,
        token: &str,
        sent: &[JobId],
        now: TimeMs,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        for job_id in sent {
            tx.execute(MARK_SENT, values![job_id, now]).await?;
        }
        tx.execute(UNCLAIM, values![token]).await?;
        tx.commit().await
    }
}
