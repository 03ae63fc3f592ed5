//! The queue in RabbitMQ. See [`topology`] for the queues that it declares.
//!
//! Nothing here survives a lost connection on purpose: whatever fails is dropped, and the next call connects anew.
//! The broker then gives every unacknowledged message to somebody again, and jobs may run twice without harm.

mod held;
mod link;
mod message;
mod topology;

use std::sync::Arc;

use futures_util::StreamExt;
use lapin::options::BasicGetOptions;
use lapin::{Acker, Channel, Consumer};
use schemas::JobId;
use schemas::job::JobKind;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant, timeout, timeout_at};

pub(super) use self::held::Held;
use self::link::{ANSWER, Address, Link};
use self::topology::Topology;
use super::dead::{self, Corpse};
use super::{Delivery, Parts, QueueError, QueueSettings, Receipt};
use crate::outbox::Unsent;

/// How many messages of the dead queue are taken over at once; the next call takes the rest.
const COLLECT: usize = 1_000;

/// One process's side of the broker.
pub(crate) struct Rabbit {
    address: Address,
    topology: Topology,
    prefetch: u16,
    link: Mutex<Option<Arc<Link>>>,
    consumers: [Mutex<Option<Consuming>>; JobKind::ALL.len()],
    abandon: UnboundedSender<Acker>,
    abandoned: Mutex<UnboundedReceiver<Acker>>,
}

/// A consumer on a channel of its own.
struct Consuming {
    _channel: Channel,
    consumer: Consumer,
}

impl Rabbit {
    pub(super) fn new(url: &str, settings: &QueueSettings) -> Result<Self, QueueError> {
        let (abandon, abandoned) = unbounded_channel();
        Ok(Self {
            address: Address::parse(url)?,
            topology: Topology::new(settings),
            prefetch: settings.prefetch,
            link: Mutex::default(),
            consumers: Default::default(),
            abandon,
            abandoned: Mutex::new(abandoned),
        })
    }

    pub(super) async fn ping(&self) -> Result<(), QueueError> {
        let link = self.link().await?;
        let n_dead = self.topology.declare_dead(link.publisher()).await;
        self.kept(n_dead).await.map(drop)
    }

    /// The connection, which is made when there is none or the last one broke.
    async fn link(&self) -> Result<Arc<Link>, QueueError> {
        let mut link = self.link.lock().await;
        if let Some(link) = link.as_ref().filter(|link| link.is_up()) {
            return Ok(Arc::clone(link));
        }
        let fresh = Arc::new(Link::open(&self.address, &self.topology).await?);
        *link = Some(Arc::clone(&fresh));
        Ok(fresh)
    }

    /// Passes a result on. After a failure the connection is not trusted any more.
    async fn kept<T>(&self, result: Result<T, QueueError>) -> Result<T, QueueError> {
        if result.is_err() {
            *self.link.lock().await = None;
        }
        result
    }

    pub(super) async fn publish(&self, jobs: &[Unsent]) -> (Vec<JobId>, Option<QueueError>) {
        let link = match self.link().await {
            Ok(link) => link,
            Err(error) => return (Vec::new(), Some(error)),
        };
        let (sent, failure) = message::publish_all(link.publisher(), &self.topology, jobs).await;
        if failure.is_some() {
            *self.link.lock().await = None;
        }
        (sent, failure)
    }

    pub(super) async fn receive(
        &self,
        parts: &Parts,
        kind: JobKind,
        until: Instant,
    ) -> Result<Option<Delivery>, QueueError> {
        self.put_back_abandoned().await;
        let Ok(mut slot) = timeout_at(until, self.slot(kind).lock()).await else {
            return Ok(None);
        };
        loop {
            let consuming = match slot.take() {
                Some(consuming) => consuming,
                None => self.consume(kind).await?,
            };
            let consumer = &mut slot.insert(consuming).consumer;
            let Ok(next) = timeout_at(until, consumer.next()).await else {
                return Ok(None);
            };
            let Some(message) = next else {
                *slot = None;
                return Err(QueueError::BrokerSilent);
            };
            let message = match message {
                Ok(message) => message,
                Err(error) => {
                    *slot = None;
                    return Err(error.into());
                }
            };
            if let Some(delivery) = self.open(parts, message).await? {
                return Ok(Some(delivery));
            }
        }
    }

    /// Makes a delivery of a message. A message that is not one of ours goes to the dead; one that came in just
    /// before the connection broke is nobody's any more.
    async fn open(
        &self,
        parts: &Parts,
        message: lapin::message::Delivery,
    ) -> Result<Option<Delivery>, QueueError> {
        if !message.acker.usable() {
            return Ok(None);
        }
        let attempt = message::attempts_before(&message.properties).saturating_add(1);
        let Some((job_id, job)) = message::parse(&message) else {
            let (corpse, held) = self.foreign(parts, message);
            dead::keep(parts, &corpse).await?;
            held.acknowledge().await?;
            return Ok(None);
        };
        let held = self.held(job_id.clone(), message.acker);
        Ok(Some(Delivery {
            job_id,
            job,
            attempt,
            receipt: Receipt::Message(held),
        }))
    }

    /// A message that is not one of ours.
    fn foreign(&self, parts: &Parts, message: lapin::message::Delivery) -> (Corpse, Held) {
        let job_id = JobId::fresh(&*parts.ids, parts.clock.now());
        let corpse = Corpse::foreign(job_id.clone(), &message.data);
        (corpse, self.held(job_id, message.acker))
    }

    fn held(&self, job_id: JobId, acker: Acker) -> Held {
        Held::new(job_id, acker, self.abandon.clone())
    }

    /// Gives messages back whose workers dropped them. One that the broker does not hear of comes again by itself.
    async fn put_back_abandoned(&self) {
        let mut abandoned = self.abandoned.lock().await;
        while let Ok(acker) = abandoned.try_recv() {
            if let Err(error) = held::put_back(&acker).await {
                tracing::debug!(%error, "an abandoned message could not be put back");
            }
        }
    }

    fn slot(&self, kind: JobKind) -> &Mutex<Option<Consuming>> {
        let idx = JobKind::ALL.iter().position(|k| *k == kind);
        &self.consumers[idx.unwrap_or_default()]
    }

    async fn consume(&self, kind: JobKind) -> Result<Consuming, QueueError> {
        let link = self.link().await?;
        let consuming = link
            .consume(&self.topology.queue(kind), self.prefetch)
            .await;
        let (channel, consumer) = self.kept(consuming).await?;
        Ok(Consuming {
            _channel: channel,
            consumer,
        })
    }

    /// Sends a copy to the retry queue, and takes the original off the queue once the broker has the copy for certain.
    pub(super) async fn retry(
        &self,
        delivery: &Delivery,
        held: &Held,
        delay_ms: i64,
    ) -> Result<(), QueueError> {
        let link = self.link().await?;
        let queue = self.topology.retry_queue(delivery.job.kind(), delay_ms);
        let sent = message::publish_retry(link.publisher(), &queue, delivery).await;
        self.kept(sent).await?;
        held.acknowledge().await
    }

    pub(super) async fn depth(&self, kind: JobKind) -> Result<u64, QueueError> {
        let link = self.link().await?;
        let n_jobs = self.topology.count(link.publisher(), kind).await;
        self.kept(n_jobs).await
    }

    pub(super) async fn remove_topology(&self) -> Result<(), QueueError> {
        let link = self.link().await?;
        let removed = self.topology.remove(link.publisher()).await;
        self.kept(removed).await
    }

    /// Takes over what the broker gave up on: kept first, acknowledged then.
    pub(super) async fn collect_dead(&self, parts: &Parts) -> Result<(), QueueError> {
        let link = self.link().await?;
        let channel = self.kept(link.channel().await).await?;
        let queue = self.topology.dead_queue();
        for _ in 0..COLLECT {
            let got = channel.basic_get(queue.as_str().into(), BasicGetOptions::default());
            let got = answered(timeout(ANSWER, got).await);
            let Some(message) = self.kept(got).await? else {
                break;
            };
            let (corpse, held) = self.corpse(parts, message.delivery)?;
            dead::keep(parts, &corpse).await?;
            held.acknowledge().await?;
        }
        answered(timeout(ANSWER, channel.close(200, "done".into())).await)
    }

    fn corpse(
        &self,
        parts: &Parts,
        message: lapin::message::Delivery,
    ) -> Result<(Corpse, Held), QueueError> {
        let Some((job_id, job)) = message::parse(&message) else {
            return Ok(self.foreign(parts, message));
        };
        let attempts = message::attempts_before(&message.properties);
        let cause = message::cause_of_death(&message.properties);
        let corpse = Corpse::of_job(&job_id, &job, &cause, attempts)?;
        Ok((corpse, self.held(job_id, message.acker)))
    }
}

/// What the broker answered, when it did in time.
fn answered<T>(
    result: Result<lapin::Result<T>, tokio::time::error::Elapsed>,
) -> Result<T, QueueError> {
    match result {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(QueueError::BrokerSilent),
    }
}
