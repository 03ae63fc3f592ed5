pub(crate) mod dead;
pub(crate) mod embedded;
mod rabbit;

use std::sync::Arc;
use std::time::Duration;

use schemas::job::{Job, JobKind};
use schemas::{Clock, IdSource, JobId, TimeMs};
use tokio::time::Instant;

use crate::outbox::Unsent;
use crate::{Store, StoreError};
use embedded::Embedded;
use rabbit::Rabbit;

/// How the queue treats jobs.
#[derive(Clone, Debug)]
pub struct QueueSettings {
    /// How many jobs a process holds unfinished at once, per kind (RabbitMQ only).
    pub prefetch: u16,
    /// How often a job is tried before it gives up.
    pub max_attempts: u32,
    /// The same for what a webhook is told: somebody else's server is away for longer than our own disk.
    pub max_webhook_attempts: u32,
    /// How long to wait before the second, third, … attempt; the last one repeats.
    pub retry_delays_ms: Vec<i64>,
    /// How long a claimed job belongs to its worker unless extended (embedded only).
    pub lease_ms: i64,
    /// What the names of the broker's queues start with.
    pub namespace: String,
}

impl Default for QueueSettings {
    fn default() -> Self {
        Self {
            // One being worked on and one waiting, so that no worker sits on work that another could do.
            prefetch: 2,
            max_attempts: 5,
            // Two hours, with the pauses below.
            max_webhook_attempts: 30,
            // Long enough in sum for a database or a disk to come back, short enough to see it the same morning.
            retry_delays_ms: vec![1_000, 10_000, 60_000, 300_000],
            // A page takes seconds; five minutes outlive a slow machine and a lost worker is noticed soon.
            lease_ms: 300_000,
            namespace: "postbag".to_owned(),
        }
    }
}

/// The queue: a table of the database, or RabbitMQ. Cheap to clone; the clones share their connection.
#[derive(Clone)]
pub struct Queue {
    parts: Arc<Parts>,
    engine: Engine,
}

/// What both engines need.
struct Parts {
    store: Store,
    settings: QueueSettings,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
}

#[derive(Clone)]
enum Engine {
    Embedded(Arc<Embedded>),
    Rabbit(Arc<Rabbit>),
}

impl std::fmt::Debug for Queue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.engine {
            Engine::Embedded(_) => "Queue::Embedded",
            Engine::Rabbit(_) => "Queue::Rabbit",
        })
    }
}

/// A job in the hands of a worker, until it is finished, retried, buried or released.
///
/// One that is dropped instead, because its worker panicked, comes again: when its lease runs out (embedded), or when
/// its process next asks for a job (RabbitMQ).
#[derive(Debug)]
pub struct Delivery {
    /// The job's id.
    pub job_id: JobId,
    /// The work.
    pub job: Job,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    receipt: Receipt,
}

/// What proves that a job is held.
#[derive(Debug)]
enum Receipt {
    Lease(String),
    Message(rabbit::Held),
}

/// What became of a job that is to be retried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retried {
    /// It comes again after this time.
    Later {
        /// How long.
        delay_ms: i64,
    },
    /// It was the last attempt: the job gave up.
    Buried,
}

/// A job that gave up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadJob {
    /// The job's id.
    pub job_id: JobId,
    /// The work; `None` when the message was not one of ours.
    pub job: Option<Job>,
    /// Why it gave up.
    pub cause: String,
    /// When.
    pub died_at: TimeMs,
    /// How often it was tried.
    pub attempts: u32,
}

/// What a job handler says when it fails.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// It may work later.
    #[error("{0}")]
    Retry(String),
    /// It will never work.
    #[error("{0}")]
    GiveUp(String),
}

/// Why the queue could not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueueError {
    /// The address is of no kind that is known here.
    #[error("the queue address {url:?} is neither \"embedded\" nor amqp://…")]
    UnknownUrl {
        /// The address, without its password.
        url: String,
    },
    /// The settings make no sense.
    #[error("bad queue settings: {0}")]
    BadSettings(&'static str),
    /// The database failed.
    #[error("the database of the queue failed")]
    Store(#[from] StoreError),
    /// The broker failed or is away. The next call connects anew.
    #[error("the message broker failed")]
    Broker(#[from] lapin::Error),
    /// The broker did not answer in time.
    #[error("the message broker did not answer")]
    BrokerSilent,
    /// The broker did not take a message.
    #[error("the message broker did not take job {job_id}")]
    NotConfirmed {
        /// The job.
        job_id: JobId,
    },
    /// The job belongs to somebody else by now; it is or will be done again, which is harmless.
    #[error("job {job_id} belongs to another worker by now")]
    LeaseLost {
        /// The job.
        job_id: JobId,
    },
}

impl Queue {
    /// Opens the queue: `embedded` (in the database) or `amqp://…`. A broker is connected to when it is first needed,
    /// and again whenever it comes back; see [`Queue::ping`].
    ///
    /// # Errors
    /// When the address or the settings make no sense.
    #[expect(
        clippy::unused_async,
        reason = "an engine that has to ask its server first would not change the callers"
    )]
    pub async fn connect(
        url: &str,
        store: &Store,
        settings: QueueSettings,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
    ) -> Result<Self, QueueError> {
        settings.check()?;
        let engine = match url.split_once("://") {
            None if url == "embedded" => Engine::Embedded(Arc::default()),
            Some(("amqp" | "amqps", _)) => Engine::Rabbit(Arc::new(Rabbit::new(url, &settings)?)),
            _ => return Err(QueueError::unknown_url(url)),
        };
        let store = store.clone();
        let parts = Arc::new(Parts {
            store,
            settings,
            clock,
            ids,
        });
        Ok(Self { parts, engine })
    }

    /// Asks for a sign of life, and declares the broker's queues.
    ///
    /// # Errors
    /// When there is none.
    #[tracing::instrument(skip_all, name = "queue.ping")]
    pub async fn ping(&self) -> Result<(), QueueError> {
        match &self.engine {
            Engine::Embedded(_) => Ok(self.parts.store.ping().await?),
            Engine::Rabbit(rabbit) => rabbit.ping().await,
        }
    }

    /// Waits up to `wait` for a job. A broker that is away is waited for as well.
    ///
    /// # Errors
    /// When the database or broker fails and does not come back within `wait`.
    pub async fn receive(
        &self,
        kind: JobKind,
        wait: Duration,
    ) -> Result<Option<Delivery>, QueueError> {
        let until = Instant::now() + wait;
        loop {
            match self.receive_once(kind, until).await {
                Ok(Some(delivery)) if delivery.attempt > self.parts.settings.attempts(kind) => {
                    self.bury(delivery, STOPPED_IN_THE_MIDDLE).await?;
                }
                Ok(delivery) => return Ok(delivery),
                Err(error) if Instant::now() + PAUSE >= until => return Err(error),
                Err(error) => {
                    tracing::debug!(error = %error, "the queue is away, trying again");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    async fn receive_once(
        &self,
        kind: JobKind,
        until: Instant,
    ) -> Result<Option<Delivery>, QueueError> {
        match &self.engine {
            Engine::Embedded(embedded) => embedded.receive(&self.parts, kind, until).await,
            Engine::Rabbit(rabbit) => rabbit.receive(&self.parts, kind, until).await,
        }
    }

    /// Takes a job off the queue. Call it after the result is committed. A broker does not confirm that it heard: a
    /// job may come again even then.
    ///
    /// # Errors
    /// When the database or broker fails, or the job is no longer held; it then comes again.
    #[tracing::instrument(skip_all, name = "queue.finish", fields(job.id = %delivery.job_id))]
    pub async fn finish(&self, delivery: Delivery) -> Result<(), QueueError> {
        match &delivery.receipt {
            Receipt::Lease(token) => embedded::finish(&self.parts, &delivery, token).await,
            Receipt::Message(held) => held.acknowledge().await,
        }
    }

    /// Puts a job back for a later attempt, or buries it when it was the last.
    ///
    /// # Errors
    /// When the database or broker fails, or the job is no longer held; it then comes again.
    #[tracing::instrument(skip_all, name = "queue.retry", fields(job.id = %delivery.job_id))]
    pub async fn retry(&self, delivery: Delivery, cause: &str) -> Result<Retried, QueueError> {
        if delivery.attempt >= self.parts.settings.attempts(delivery.job.kind()) {
            self.bury(delivery, cause).await?;
            return Ok(Retried::Buried);
        }
        let delay_ms = self.parts.settings.delay_ms(delivery.attempt);
        match (&self.engine, &delivery.receipt) {
            (Engine::Rabbit(rabbit), Receipt::Message(held)) => {
                rabbit.retry(&delivery, held, delay_ms).await?;
            }
            (_, Receipt::Lease(token)) => {
                embedded::retry(&self.parts, &delivery, token, delay_ms).await?;
            }
            (Engine::Embedded(_), Receipt::Message(_)) => return Err(delivery.lost()),
        }
        Ok(Retried::Later { delay_ms })
    }

    /// Moves a job to those that gave up.
    ///
    /// # Errors
    /// When the database or broker fails, or the job is no longer held; it then comes again.
    #[tracing::instrument(skip_all, name = "queue.bury", fields(job.id = %delivery.job_id))]
    pub async fn bury(&self, delivery: Delivery, cause: &str) -> Result<(), QueueError> {
        let dead = dead::Corpse::of(&delivery, cause)?;
        match &delivery.receipt {
            Receipt::Lease(token) => embedded::bury(&self.parts, &delivery, token, &dead).await,
            Receipt::Message(held) => {
                // Kept first, acknowledged then: a crash in between buries it a second time, into the same row.
                dead::keep(&self.parts, &dead).await?;
                held.acknowledge().await
            }
        }
    }

    /// Puts a job back untried, for another worker: this one is stopping.
    ///
    /// # Errors
    /// When the database or broker fails, or the job is no longer held; it then comes again.
    #[tracing::instrument(skip_all, name = "queue.release", fields(job.id = %delivery.job_id))]
    pub async fn release(&self, delivery: Delivery) -> Result<(), QueueError> {
        match &delivery.receipt {
            Receipt::Lease(token) => embedded::release(&self.parts, &delivery, token).await,
            Receipt::Message(held) => held.give_back().await,
        }
    }

    /// Says that the worker is still at it. Call it well within the lease.
    ///
    /// # Errors
    /// When the database or broker fails, or the job is no longer held.
    #[tracing::instrument(skip_all, name = "queue.extend", fields(job.id = %delivery.job_id))]
    pub async fn extend(&self, delivery: &Delivery) -> Result<(), QueueError> {
        match &delivery.receipt {
            Receipt::Lease(token) => embedded::extend(&self.parts, delivery, token).await,
            Receipt::Message(held) if held.is_held() => Ok(()),
            Receipt::Message(_) => Err(delivery.lost()),
        }
    }

    /// Lists the jobs that gave up, latest first.
    ///
    /// # Errors
    /// When the database or broker fails.
    pub async fn dead(&self, limit: u32) -> Result<Vec<DeadJob>, QueueError> {
        self.collect_dead().await?;
        Ok(self.parts.store.dead_jobs(limit).await?)
    }

    /// Runs a job that gave up again, from the first attempt. Says whether there is such a job; a message that was
    /// not one of ours cannot be run.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn retry_dead(&self, job_id: &JobId) -> Result<bool, QueueError> {
        let now = self.parts.clock.now();
        Ok(self.parts.store.revive_dead_job(job_id, now).await?)
    }

    /// Forgets a job that gave up. Says whether there was such a job.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_dead(&self, job_id: &JobId) -> Result<bool, QueueError> {
        Ok(self.parts.store.forget_dead_job(job_id).await?)
    }

    /// Counts the jobs of a kind that wait, also those that wait for a later attempt.
    ///
    /// # Errors
    /// When the database or broker fails.
    #[tracing::instrument(skip_all, name = "queue.depth")]
    pub async fn depth(&self, kind: JobKind) -> Result<u64, QueueError> {
        match &self.engine {
            Engine::Embedded(_) => embedded::depth(&self.parts, kind).await,
            Engine::Rabbit(rabbit) => rabbit.depth(kind).await,
        }
    }

    /// Deletes the broker's queues of this namespace with all that is in them. For tests, and for taking an
    /// installation apart. The embedded queue has nothing to delete.
    ///
    /// # Errors
    /// When the broker fails.
    pub async fn remove_topology(&self) -> Result<(), QueueError> {
        match &self.engine {
            Engine::Embedded(_) => Ok(()),
            Engine::Rabbit(rabbit) => rabbit.remove_topology().await,
        }
    }

    /// Takes over the jobs that the broker itself gave up on, so that both engines keep their dead in the database.
    pub(crate) async fn collect_dead(&self) -> Result<(), QueueError> {
        match &self.engine {
            Engine::Embedded(_) => Ok(()),
            Engine::Rabbit(rabbit) => rabbit.collect_dead(&self.parts).await,
        }
    }

    /// Puts jobs into the queue, in order. Which ones the queue has taken for certain, and what went wrong.
    pub(crate) async fn publish(&self, jobs: &[Unsent]) -> (Vec<JobId>, Option<QueueError>) {
        match &self.engine {
            Engine::Embedded(embedded) => embedded.publish(&self.parts, jobs).await,
            Engine::Rabbit(rabbit) => rabbit.publish(jobs).await,
        }
    }

    /// A token that nobody else has.
    pub(crate) fn token(&self) -> String {
        self.parts.token()
    }
}

/// How long to wait before asking a database or broker again that has just failed.
const PAUSE: Duration = Duration::from_millis(500);

/// Why a job is buried that nobody gave back: its workers died with it, or were too slow for its lease.
const STOPPED_IN_THE_MIDDLE: &str =
    "every attempt stopped in the middle: the worker died or lost its lease";

impl Parts {
    fn token(&self) -> String {
        self.ids.ulid(self.clock.now()).to_string()
    }
}

impl Delivery {
    fn lost(&self) -> QueueError {
        QueueError::LeaseLost {
            job_id: self.job_id.clone(),
        }
    }
}

impl QueueSettings {
    fn check(&self) -> Result<(), QueueError> {
        let fault = if self.max_attempts == 0 || self.max_webhook_attempts == 0 {
            Some("a job needs at least one attempt")
        } else if self.prefetch == 0 {
            Some("a prefetch of 0 would take every job at once")
        } else if self.retry_delays_ms.is_empty() || self.retry_delays_ms.iter().any(|ms| *ms < 0) {
            Some("there must be delays between attempts, and none may be negative")
        } else if self.lease_ms <= 0 {
            Some("a lease must last")
        } else if self.namespace.is_empty() {
            Some("the namespace must not be empty")
        } else {
            None
        };
        fault.map_or(Ok(()), |fault| Err(QueueError::BadSettings(fault)))
    }

    /// How often a job of this kind is tried.
    fn attempts(&self, kind: JobKind) -> u32 {
        match kind {
            JobKind::ReadPage | JobKind::PublishStory => self.max_attempts,
            JobKind::DeliverWebhook => self.max_webhook_attempts,
        }
    }

    /// How long to wait after this attempt.
    fn delay_ms(&self, attempt: u32) -> i64 {
        let idx = usize::try_from(attempt.saturating_sub(1)).unwrap_or(usize::MAX);
        let delay = self
            .retry_delays_ms
            .get(idx)
            .or(self.retry_delays_ms.last());
        delay.copied().unwrap_or_default()
    }
}

impl QueueError {
    fn unknown_url(url: &str) -> Self {
        Self::UnknownUrl {
            url: crate::database::without_password(url),
        }
    }
}
