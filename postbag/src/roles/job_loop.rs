use std::future::Future;
use std::time::Duration;

use schemas::job::{Job, JobKind};
use store::{Delivery, JobError, Queue, QueueError, Retried};
use tokio_util::sync::CancellationToken;

/// How long one look into the queue waits. Short, so that stopping is quick.
const RECEIVE_WAIT: Duration = Duration::from_secs(1);
/// How long to leave a queue alone that has just failed.
const FAULT_PAUSE: Duration = Duration::from_secs(1);

/// Takes jobs of one kind off the queue, one after the other.
pub(super) struct JobLoop {
    pub(super) queue: Queue,
    pub(super) kind: JobKind,
    /// How often a job under way gives a sign of life.
    pub(super) heartbeat: Duration,
    pub(super) stopping: CancellationToken,
}

/// What one step did.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// There was nothing to do.
    Idle,
    /// A job was done.
    Finished,
    /// A job failed and comes again.
    Retried,
    /// A job gave up.
    Buried,
}

impl JobLoop {
    /// Works until the process is stopping. A queue that fails is tried again for ever.
    pub(super) async fn run<H, F>(self, handler: H) -> anyhow::Result<()>
    where
        H: Fn(Job) -> F + Send + Sync,
        F: Future<Output = Result<(), JobError>> + Send,
    {
        while !self.stopping.is_cancelled() {
            if let Err(error) = self.step(&handler).await {
                let cause = crate::output::chain(&error);
                tracing::warn!(
                    job.kind = self.kind.as_str(),
                    cause,
                    "the queue failed; trying again"
                );
                tokio::time::sleep(FAULT_PAUSE).await;
            }
        }
        Ok(())
    }

    /// Does one job, if there is one.
    async fn step<H, F>(&self, handler: &H) -> Result<Step, QueueError>
    where
        H: Fn(Job) -> F + Send + Sync,
        F: Future<Output = Result<(), JobError>> + Send,
    {
        let Some(delivery) = self.queue.receive(self.kind, RECEIVE_WAIT).await? else {
            return Ok(Step::Idle);
        };
        let result = self
            .with_heartbeat(&delivery, handler(delivery.job.clone()))
            .await;
        self.settle(delivery, result).await
    }

    /// Awaits `work` and extends the job's lease meanwhile.
    async fn with_heartbeat<F>(&self, delivery: &Delivery, work: F) -> Result<(), JobError>
    where
        F: Future<Output = Result<(), JobError>> + Send,
    {
        tokio::pin!(work);
        loop {
            tokio::select! {
                result = &mut work => return result,
                () = tokio::time::sleep(self.heartbeat) => {
                    if let Err(error) = self.queue.extend(delivery).await {
                        let cause = crate::output::chain(&error);
                        tracing::warn!(job.id = %delivery.job_id, cause, "lease not extended");
                    }
                }
            }
        }
    }

    async fn settle(
        &self,
        delivery: Delivery,
        result: Result<(), JobError>,
    ) -> Result<Step, QueueError> {
        let (job_id, attempt) = (delivery.job_id.clone(), delivery.attempt);
        match result {
            Ok(()) => {
                self.queue.finish(delivery).await?;
                Ok(Step::Finished)
            }
            Err(JobError::Retry(cause)) => {
                tracing::warn!(job.id = %job_id, job.attempt = attempt, cause, "job failed");
                match self.queue.retry(delivery, &cause).await? {
                    Retried::Later { .. } => Ok(Step::Retried),
                    Retried::Buried => Ok(Step::Buried),
                }
            }
            Err(JobError::GiveUp(cause)) => {
                tracing::error!(job.id = %job_id, job.attempt = attempt, cause, "job gave up");
                self.queue.bury(delivery, &cause).await?;
                Ok(Step::Buried)
            }
        }
    }
}
