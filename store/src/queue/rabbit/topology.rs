//! The queues of one namespace, all durable quorum queues:
//!
//! - `NAMESPACE.KIND`: the jobs of a kind. A message that workers died with more than [`CRASH_LIMIT`] times goes to
//!   the dead queue by itself.
//! - `NAMESPACE.KIND.retry.DELAY`: messages wait here for DELAY milliseconds and go back to `NAMESPACE.KIND`.
//! - `NAMESPACE.dead`: what the broker gave up on, until the program takes it over into the database.
//!
//! Messages move between queues at least once: the broker lets go only after the next queue has confirmed.

use std::time::Duration;

use lapin::Channel;
use lapin::options::{QueueDeclareOptions, QueueDeleteOptions};
use lapin::types::{AMQPValue, FieldTable};
use schemas::job::JobKind;
use tokio::time::timeout;

use super::answered;
use super::link::ANSWER;
use crate::queue::{QueueError, QueueSettings};

/// How often a message is given out again after a worker died with it. Not a setting: a broker refuses to declare a
/// queue again with another limit. The settings' own count of attempts is usually reached first.
pub(super) const CRASH_LIMIT: i32 = 20;

/// How long the broker may take to make a quorum queue; slower than other answers, it elects a leader.
const DECLARE: Duration = ANSWER.saturating_mul(3);

/// The names and arguments of a namespace's queues.
pub(super) struct Topology {
    namespace: String,
    delays_ms: Vec<i64>,
}

impl Topology {
    pub(super) fn new(settings: &QueueSettings) -> Self {
        let mut delays_ms = settings.retry_delays_ms.clone();
        delays_ms.sort_unstable();
        delays_ms.dedup();
        Self {
            namespace: settings.namespace.clone(),
            delays_ms,
        }
    }

    pub(super) fn queue(&self, kind: JobKind) -> String {
        format!("{}.{}", self.namespace, kind.as_str())
    }

    pub(super) fn retry_queue(&self, kind: JobKind, delay_ms: i64) -> String {
        format!("{}.{}.retry.{delay_ms}", self.namespace, kind.as_str())
    }

    pub(super) fn dead_queue(&self) -> String {
        format!("{}.dead", self.namespace)
    }

    /// Declares every queue. Declaring them again is harmless.
    pub(super) async fn declare(&self, channel: &Channel) -> Result<(), QueueError> {
        self.declare_dead(channel).await?;
        for kind in JobKind::ALL {
            self.count(channel, kind).await?;
        }
        Ok(())
    }

    /// Declares the dead queue; how many messages are in it.
    pub(super) async fn declare_dead(&self, channel: &Channel) -> Result<u64, QueueError> {
        declare(channel, &self.dead_queue(), quorum()).await
    }

    /// Declares the queues of a kind; how many messages are in them.
    pub(super) async fn count(&self, channel: &Channel, kind: JobKind) -> Result<u64, QueueError> {
        let queue = self.queue(kind);
        let mut arguments = then_to(&self.dead_queue());
        arguments.insert("x-delivery-limit".into(), AMQPValue::LongInt(CRASH_LIMIT));
        let mut n_messages = declare(channel, &queue, arguments).await?;
        for delay_ms in &self.delays_ms {
            let mut arguments = then_to(&queue);
            arguments.insert("x-message-ttl".into(), AMQPValue::LongLongInt(*delay_ms));
            let retry_queue = self.retry_queue(kind, *delay_ms);
            n_messages += declare(channel, &retry_queue, arguments).await?;
        }
        Ok(n_messages)
    }

    /// Deletes every queue with all that is in it.
    pub(super) async fn remove(&self, channel: &Channel) -> Result<(), QueueError> {
        let mut queues = vec![self.dead_queue()];
        for kind in JobKind::ALL {
            queues.push(self.queue(kind));
            queues.extend(self.delays_ms.iter().map(|ms| self.retry_queue(kind, *ms)));
        }
        for queue in queues {
            let delete = channel.queue_delete(queue.as_str().into(), QueueDeleteOptions::default());
            answered(timeout(ANSWER, delete).await)?;
        }
        Ok(())
    }
}

fn quorum() -> FieldTable {
    let mut arguments = FieldTable::default();
    arguments.insert(
        "x-queue-type".into(),
        AMQPValue::LongString("quorum".into()),
    );
    arguments
}

/// A quorum queue whose messages go to another queue in the end, and are kept until they are there.
fn then_to(queue: &str) -> FieldTable {
    let mut arguments = quorum();
    let mut text = |key: &str, value: &str| {
        arguments.insert(key.into(), AMQPValue::LongString(value.into()));
    };
    text("x-dead-letter-exchange", "");
    text("x-dead-letter-routing-key", queue);
    text("x-dead-letter-strategy", "at-least-once");
    // The broker offers at-least-once only where a full queue refuses new messages.
    text("x-overflow", "reject-publish");
    arguments
}

async fn declare(channel: &Channel, queue: &str, arguments: FieldTable) -> Result<u64, QueueError> {
    let options = QueueDeclareOptions::durable();
    let declaring = channel.queue_declare(queue.into(), options, arguments);
    let declared = answered(timeout(DECLARE, declaring).await)?;
    Ok(u64::from(declared.message_count()))
}
