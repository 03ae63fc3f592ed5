use std::sync::Arc;
use std::time::Duration;

use schemas::job::{Job, JobKind};
use schemas::{Clock, IdSource, JobId, TimeMs};

use crate::{Store, StoreError};

/// How the queue treats jobs.
#[derive(Clone, Debug)]
pub struct QueueSettings {
    /// How many jobs a process holds unfinished at once, per kind (RabbitMQ only).
    pub prefetch: u16,
    /// How often a job is tried before it gives up.
    pub max_attempts: u32,
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
            // Long enough in sum for a database or a disk to come back, short enough to see it the same morning.
            retry_delays_ms: vec![1_000, 10_000, 60_000, 300_000],
            // A page takes seconds; five minutes outlive a slow machine and a lost worker is noticed soon.
            lease_ms: 300_000,
            namespace: "postbag".to_owned(),
        }
    }
}

/// The queue: a table of the database, or RabbitMQ. Cheap to clone.
#[derive(Clone)]
pub struct Queue {
    store: Store,
}

/// A job in the hands of a worker, until it is finished, retried, buried or released.
#[derive(Debug)]
pub struct Delivery {
    /// The job's id.
    pub job_id: JobId,
    /// The work.
    pub job: Job,
    /// Which attempt this is, from 1.
    pub attempt: u32,
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
    pub async fn connect(
        url: &str,
        store: &Store,
        settings: QueueSettings,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
    ) -> Result<Self, QueueError> {
        todo!()
    }

    /// Asks for a sign of life, and declares the broker's queues.
    ///
    /// # Errors
    /// When there is none.
    pub async fn ping(&self) -> Result<(), QueueError> {
        todo!()
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
        todo!()
    }

    /// Takes a job off the queue. Call it after the result is committed.
    ///
    /// # Errors
    /// When the database or broker fails, or the job is no longer held; it then comes again.
    pub async fn finish(&self, delivery: Delivery) -> Result<(), QueueError> {
        todo!()
    }

    /// Puts a job back for a later attempt, or buries it when it was the last.
    ///
    /// # Errors
    /// When the database or broker fails, or the job is no longer held; it then comes again.
    pub async fn retry(&self, delivery: Delivery, cause: &str) -> Result<Retried, QueueError> {
        todo!()
    }

    /// Moves a job to those that gave up.
    ///
    /// # Errors
    /// When the database or broker fails, or the job is no longer held; it then comes again.
    pub async fn bury(&self, delivery: Delivery, cause: &str) -> Result<(), QueueError> {
        todo!()
    }

    /// Puts a job back untried, for another worker: this one is stopping.
    ///
    /// # Errors
    /// When the database or broker fails, or the job is no longer held; it then comes again.
    pub async fn release(&self, delivery: Delivery) -> Result<(), QueueError> {
        todo!()
    }

    /// Says that the worker is still at it. Call it well within the lease.
    ///
    /// # Errors
    /// When the database or broker fails, or the job is no longer held.
    pub async fn extend(&self, delivery: &Delivery) -> Result<(), QueueError> {
        todo!()
    }

    /// Lists the jobs that gave up, latest first.
    ///
    /// # Errors
    /// When the database or broker fails.
    pub async fn dead(&self, limit: u32) -> Result<Vec<DeadJob>, QueueError> {
        todo!()
    }

    /// Runs a job that gave up again, from the first attempt. Says whether there is such a job.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn retry_dead(&self, job_id: &JobId) -> Result<bool, QueueError> {
        todo!()
    }

    /// Forgets a job that gave up. Says whether there was such a job.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_dead(&self, job_id: &JobId) -> Result<bool, QueueError> {
        todo!()
    }

    /// Counts the jobs of a kind that wait, also those that wait for a later attempt.
    ///
    /// # Errors
    /// When the database or broker fails.
    pub async fn depth(&self, kind: JobKind) -> Result<u64, QueueError> {
        todo!()
    }

    /// Deletes the broker's queues of this namespace with all that is in them. For tests, and for taking an
    /// installation apart. The embedded queue has nothing to delete.
    ///
    /// # Errors
    /// When the broker fails.
    pub async fn remove_topology(&self) -> Result<(), QueueError> {
        todo!()
    }
}
