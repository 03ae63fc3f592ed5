//! The queue in the database.

use std::time::Duration;

use schemas::JobId;
use schemas::job::JobKind;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use super::dead::{self, Corpse};
use super::{Delivery, Parts, QueueError, Receipt};
use crate::database::{Row, Tx, Value, statements, values};
use crate::outbox::Unsent;
use crate::{StoreError, to_json};

/// How long a worker sleeps between two looks when nobody wakes it. One look at an empty queue costs well under a
/// millisecond; a quarter of a second is not noticed by anybody who waits for a sheet.
const POLL: Duration = Duration::from_millis(250);

statements! {
    INSERT = "INSERT INTO jobs (job_id, kind, subject, body, attempts, available_at, created_at)
        VALUES ($1, $2, $3, $4, 0, $5, $5) ON CONFLICT (job_id) DO NOTHING";
    /// The condition is told twice: two workers that ask at once find the same job, and only one gets it.
    CLAIM = "UPDATE jobs SET lease_token = $1, lease_until = $2, attempts = attempts + 1
        WHERE job_id = (SELECT job_id FROM jobs WHERE kind = $3 AND available_at <= $4
            AND (lease_until IS NULL OR lease_until <= $4) ORDER BY available_at, job_id LIMIT 1)
        AND (lease_until IS NULL OR lease_until <= $4)
        RETURNING job_id, body, attempts";
    ANY_FREE = "SELECT job_id FROM jobs WHERE kind = $1 AND available_at <= $2
        AND (lease_until IS NULL OR lease_until <= $2) LIMIT 1";
    FINISH = "DELETE FROM jobs WHERE job_id = $1 AND lease_token = $2";
    RETRY = "UPDATE jobs SET lease_token = NULL, lease_until = NULL, available_at = $3
        WHERE job_id = $1 AND lease_token = $2";
    RELEASE = "UPDATE jobs SET lease_token = NULL, lease_until = NULL, attempts = attempts - 1
        WHERE job_id = $1 AND lease_token = $2";
    EXTEND = "UPDATE jobs SET lease_until = $3 WHERE job_id = $1 AND lease_token = $2";
    DEPTH = "SELECT COUNT(*) AS n_jobs FROM jobs WHERE kind = $1";
}

/// What the workers of one process share.
#[derive(Default)]
pub(crate) struct Embedded {
    /// Wakes a worker of this process early. Only a hint: jobs from other processes are found by looking.
    wake: Notify,
}

impl Embedded {
    pub(super) async fn publish(
        &self,
        parts: &Parts,
        jobs: &[Unsent],
    ) -> (Vec<JobId>, Option<QueueError>) {
        match insert(parts, jobs).await {
            Ok(()) => {
                self.wake.notify_waiters();
                (jobs.iter().map(|job| job.job_id.clone()).collect(), None)
            }
            Err(error) => (Vec::new(), Some(error.into())),
        }
    }

    pub(super) async fn receive(
        &self,
        parts: &Parts,
        kind: JobKind,
        until: Instant,
    ) -> Result<Option<Delivery>, QueueError> {
        loop {
            if let Some(delivery) = claim(parts, kind).await? {
                return Ok(Some(delivery));
            }
            if Instant::now() >= until {
                return Ok(None);
            }
            let next_look = until.min(Instant::now() + POLL);
            // Woken or not: look again.
            let _ = timeout_at(next_look, self.wake.notified()).await;
        }
    }
}

async fn insert(parts: &Parts, jobs: &[Unsent]) -> Result<(), StoreError> {
    let now = parts.clock.now();
    let mut tx = parts.store.begin().await?;
    for Unsent { job_id, job } in jobs {
        let row = values![
            job_id,
            job.kind().as_str(),
            job.subject(),
            &to_json(job)?,
            now
        ];
        tx.execute(INSERT, row).await?;
    }
    tx.commit().await
}

#[tracing::instrument(skip_all, name = "db.job.claim")]
async fn claim(parts: &Parts, kind: JobKind) -> Result<Option<Delivery>, StoreError> {
    loop {
        let now = parts.clock.now();
        // Looking first spares the database a write for each look at an empty queue.
        let free = values![kind.as_str(), now];
        if parts.store.fetch_first(ANY_FREE, free).await?.is_none() {
            return Ok(None);
        }
        let token = parts.token();
        let lease_until = now.plus_ms(parts.settings.lease_ms);
        let claim = values![&token, lease_until, kind.as_str(), now];
        let mut tx = parts.store.begin().await?;
        let row = tx.fetch_first(CLAIM, claim).await?;
        tx.commit().await?;
        // No row: somebody else was quicker. Whoever loses looks again; somebody gets on each time.
        if let Some(row) = row {
            return delivery(&row, token).map(Some);
        }
    }
}

fn delivery(row: &Row, token: String) -> Result<Delivery, StoreError> {
    let row = row.of("jobs");
    Ok(Delivery {
        job_id: row.parsed("job_id")?,
        job: row.json("body")?,
        attempt: row.number("attempts")?,
        receipt: Receipt::Lease(token),
    })
}

pub(super) async fn finish(
    parts: &Parts,
    delivery: &Delivery,
    token: &str,
) -> Result<(), QueueError> {
    let held = values![&delivery.job_id, token];
    on_held_job(parts, delivery, FINISH, held).await
}

pub(super) async fn retry(
    parts: &Parts,
    delivery: &Delivery,
    token: &str,
    delay_ms: i64,
) -> Result<(), QueueError> {
    let available_at = parts.clock.now().plus_ms(delay_ms);
    let held = values![&delivery.job_id, token, available_at];
    on_held_job(parts, delivery, RETRY, held).await
}

pub(super) async fn release(
    parts: &Parts,
    delivery: &Delivery,
    token: &str,
) -> Result<(), QueueError> {
    let held = values![&delivery.job_id, token];
    on_held_job(parts, delivery, RELEASE, held).await
}

pub(super) async fn extend(
    parts: &Parts,
    delivery: &Delivery,
    token: &str,
) -> Result<(), QueueError> {
    let lease_until = parts.clock.now().plus_ms(parts.settings.lease_ms);
    let held = values![&delivery.job_id, token, lease_until];
    on_held_job(parts, delivery, EXTEND, held).await
}

pub(super) async fn bury(
    parts: &Parts,
    delivery: &Delivery,
    token: &str,
    corpse: &Corpse,
) -> Result<(), QueueError> {
    let mut tx = parts.store.begin().await?;
    touch_one(&mut tx, delivery, FINISH, values![&delivery.job_id, token]).await?;
    dead::insert(&mut tx, corpse, parts.clock.now()).await?;
    Ok(tx.commit().await?)
}

pub(super) async fn depth(parts: &Parts, kind: JobKind) -> Result<u64, QueueError> {
    let row = parts
        .store
        .fetch_first(DEPTH, values![kind.as_str()])
        .await?;
    Ok(row.map_or(Ok(0), |row| row.of("jobs").number("n_jobs"))?)
}

/// Changes a job that is still held; the statement's condition names the lease's token.
async fn on_held_job(
    parts: &Parts,
    delivery: &Delivery,
    sql: &'static str,
    held: Vec<Value>,
) -> Result<(), QueueError> {
    let mut tx = parts.store.begin().await?;
    touch_one(&mut tx, delivery, sql, held).await?;
    Ok(tx.commit().await?)
}

async fn touch_one(
    tx: &mut Tx,
    delivery: &Delivery,
    sql: &'static str,
    held: Vec<Value>,
) -> Result<(), QueueError> {
    match tx.execute(sql, held).await? {
        1 => Ok(()),
        _ => Err(delivery.lost()),
    }
}
