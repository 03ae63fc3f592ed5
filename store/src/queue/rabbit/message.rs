//! Jobs as messages: the body is the job in JSON, the message id is the job's id.

use lapin::options::BasicPublishOptions;
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel, Confirmation, PublisherConfirm};
use schemas::JobId;
use schemas::job::Job;
use tokio::time::timeout;

use super::link::ANSWER;
use super::topology::Topology;
use crate::outbox::Unsent;
use crate::queue::{Delivery, QueueError, STOPPED_IN_THE_MIDDLE};
use crate::to_json;

/// How many attempts were given back with a wish for another one.
const ATTEMPTS: &str = "x-attempts";
/// How often the broker gave this message out before and nobody acknowledged it; kept by quorum queues.
const DELIVERIES: &str = "x-delivery-count";
/// Why the broker moved the message here.
const REASON: &str = "x-first-death-reason";
/// Written to the disk before the broker confirms it.
const PERSISTENT: u8 = 2;

/// Publishes jobs, then waits for the broker to confirm each. Which ones it has for certain, and what went wrong.
pub(super) async fn publish_all(
    channel: &Channel,
    topology: &Topology,
    jobs: &[Unsent],
) -> (Vec<JobId>, Option<QueueError>) {
    let mut failure = None;
    let mut confirms = Vec::with_capacity(jobs.len());
    for Unsent { job_id, job } in jobs {
        let queue = topology.queue(job.kind());
        match publish(channel, &queue, job_id, job, 0).await {
            Ok(confirm) => confirms.push((job_id, confirm)),
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
    }
    let mut sent = Vec::with_capacity(confirms.len());
    for (job_id, confirm) in confirms {
        match confirmed(confirm, job_id).await {
            Ok(()) => sent.push(job_id.clone()),
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    (sent, failure)
}

/// Publishes a job for a later attempt, and waits for the broker to confirm it.
pub(super) async fn publish_retry(
    channel: &Channel,
    queue: &str,
    delivery: &Delivery,
) -> Result<(), QueueError> {
    let Delivery { job_id, job, .. } = delivery;
    let confirm = publish(channel, queue, job_id, job, delivery.attempt).await?;
    confirmed(confirm, job_id).await
}

async fn publish(
    channel: &Channel,
    queue: &str,
    job_id: &JobId,
    job: &Job,
    attempts: u32,
) -> Result<PublisherConfirm, QueueError> {
    let body = to_json(job)?;
    let mut headers = FieldTable::default();
    headers.insert(ATTEMPTS.into(), AMQPValue::LongLongInt(attempts.into()));
    let properties = BasicProperties::default()
        .with_content_type("application/json".into())
        .with_delivery_mode(PERSISTENT)
        .with_message_id(job_id.as_str().into())
        .with_headers(headers);
    let options = BasicPublishOptions {
        // A message that no queue takes comes back instead of being dropped.
        mandatory: true,
        ..BasicPublishOptions::default()
    };
    let publishing = channel.basic_publish(
        "".into(),
        queue.into(),
        options,
        body.as_bytes(),
        properties,
    );
    super::answered(timeout(ANSWER, publishing).await)
}

async fn confirmed(confirm: PublisherConfirm, job_id: &JobId) -> Result<(), QueueError> {
    match super::answered(timeout(ANSWER, confirm).await)? {
        Confirmation::Ack(None) => Ok(()),
        Confirmation::Ack(Some(_)) | Confirmation::Nack(_) | Confirmation::NotRequested => {
            Err(QueueError::NotConfirmed {
                job_id: job_id.clone(),
            })
        }
    }
}

/// The job in a message; `None` when it is not one of ours.
pub(super) fn parse(message: &lapin::message::Delivery) -> Option<(JobId, Job)> {
    let job_id = JobId::parse(message.properties.message_id().as_ref()?.as_str()).ok()?;
    let job = serde_json::from_slice(&message.data).ok()?;
    Some((job_id, job))
}

/// How often a job was tried before this delivery.
pub(super) fn attempts_before(properties: &BasicProperties) -> u32 {
    let header = |name| header(properties, name).and_then(whole_number).unwrap_or(0);
    // Whoever can write into the queue can write any number here.
    u32::try_from(header(ATTEMPTS).saturating_add(header(DELIVERIES))).unwrap_or(u32::MAX)
}

/// Why the broker gave up on a message, in words.
pub(super) fn cause_of_death(properties: &BasicProperties) -> String {
    match header(properties, REASON) {
        Some(AMQPValue::LongString(reason)) if reason.as_bytes() == b"delivery_limit" => {
            STOPPED_IN_THE_MIDDLE.to_owned()
        }
        _ => "the message broker gave up on it".to_owned(),
    }
}

fn header<'m>(properties: &'m BasicProperties, name: &str) -> Option<&'m AMQPValue> {
    properties.headers().as_ref()?.inner().get(name)
}

fn whole_number(value: &AMQPValue) -> Option<i64> {
    match value {
        AMQPValue::ShortShortInt(n) => Some((*n).into()),
        AMQPValue::ShortShortUInt(n) => Some((*n).into()),
        AMQPValue::ShortInt(n) => Some((*n).into()),
        AMQPValue::ShortUInt(n) => Some((*n).into()),
        AMQPValue::LongInt(n) => Some((*n).into()),
        AMQPValue::LongUInt(n) => Some((*n).into()),
        AMQPValue::LongLongInt(n) => Some(*n),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_that_nobody_can_have_made_count_as_too_many() {
        let mut headers = FieldTable::default();
        headers.insert(ATTEMPTS.into(), AMQPValue::LongLongInt(i64::MAX));
        headers.insert(DELIVERIES.into(), AMQPValue::LongLongInt(1));
        let properties = BasicProperties::default().with_headers(headers);
        assert_eq!(attempts_before(&properties), u32::MAX);
    }
}
