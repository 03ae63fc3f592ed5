//! A message in the hands of this process.

use lapin::Acker;
use lapin::options::{BasicAckOptions, BasicNackOptions};
use schemas::JobId;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::timeout;

use super::answered;
use super::link::ANSWER;
use crate::queue::QueueError;

/// A message that the broker waits to hear about. One that is dropped unsettled, because its worker failed or
/// panicked, would stay in the hands of this process as long as its connection lasts; so it is put down where
/// the next worker that asks for a job gives it back.
pub(in crate::queue) struct Held {
    job_id: JobId,
    acker: Acker,
    abandoned: UnboundedSender<Acker>,
}

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Held")
            .field("job_id", &self.job_id)
            .finish_non_exhaustive()
    }
}

impl Held {
    pub(super) fn new(job_id: JobId, acker: Acker, abandoned: UnboundedSender<Acker>) -> Self {
        Self {
            job_id,
            acker,
            abandoned,
        }
    }

    /// Whether the broker still waits to hear about it.
    pub(in crate::queue) fn is_held(&self) -> bool {
        self.acker.usable()
    }

    /// Takes the message off the queue.
    pub(in crate::queue) async fn acknowledge(&self) -> Result<(), QueueError> {
        let told = self.acker.ack(BasicAckOptions::default());
        let heard = answered(timeout(ANSWER, told).await)?;
        self.settled(heard)
    }

    /// Puts the message back, for somebody else.
    pub(in crate::queue) async fn give_back(&self) -> Result<(), QueueError> {
        let heard = put_back(&self.acker).await?;
        self.settled(heard)
    }

    fn settled(&self, heard: bool) -> Result<(), QueueError> {
        if heard {
            return Ok(());
        }
        Err(QueueError::LeaseLost {
            job_id: self.job_id.clone(),
        })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if self.acker.usable() {
            // Fails only when the queue is gone; its connection then is as well, and the broker acts by itself.
            let _ = self.abandoned.send(self.acker.clone());
        }
    }
}

/// Puts a message back, for somebody else. Whether the broker still waited for it.
///
/// A connection that breaks at this very moment may leave the answer out for ever, hence the time limit here and
/// in [`Held::acknowledge`].
pub(super) async fn put_back(acker: &Acker) -> Result<bool, QueueError> {
    let options = BasicNackOptions {
        requeue: true,
        ..BasicNackOptions::default()
    };
    answered(timeout(ANSWER, acker.nack(options)).await)
}
