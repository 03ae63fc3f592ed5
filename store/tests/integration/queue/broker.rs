use std::collections::BTreeSet;
use std::time::Duration;

use lapin::options::{BasicPublishOptions, QueueDeleteOptions};
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties};
use schemas::Clock;
use schemas::job::JobKind;
use store::{Queue, QueueError, QueueSettings, relay};

use super::proxy::Proxy;
use crate::bed::{Bed, SOON, amqp_url, receive};

crate::bed::on_engines! { rabbit = Rabbit; [
    workers_and_relay_go_on_after_the_broker_was_away,
    a_message_on_its_way_when_the_connection_breaks_is_not_lost,
    jobs_wait_in_the_outbox_while_there_is_no_broker,
    a_message_that_is_no_job_is_put_aside_and_those_behind_it_are_done,
    a_message_that_keeps_coming_back_ends_among_the_dead_by_the_brokers_own_limit,
    queues_that_somebody_deleted_are_declared_again_and_nothing_is_lost,
] }

async fn channel() -> (Connection, Channel) {
    let properties = ConnectionProperties::default();
    let connection = Connection::connect(&amqp_url(), properties).await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    (connection, channel)
}

async fn workers_and_relay_go_on_after_the_broker_was_away(bed: &Bed) {
    let proxy = Proxy::before(&amqp_url()).await;
    let queue = bed.queue_at(&proxy.url, bed.settings()).await;
    bed.pages(3).await;
    bed.relay(&queue).await;
    let delivery = receive(&queue).await;
    proxy.cut();
    // What was being worked on is committed by now. The broker may or may not have heard of it; when it has not,
    // it gives the job out again.
    let mut jobs = BTreeSet::from([delivery.job_id.clone()]);
    let _ = queue.finish(delivery).await;
    assert!(
        queue
            .receive(JobKind::ReadPage, Duration::from_millis(100))
            .await
            .is_err()
    );
    bed.pages(1).await;
    assert!(
        relay::step(&bed.store, &queue, bed.clock.now())
            .await
            .is_err()
    );
    proxy.mend();
    assert_eq!(bed.relay(&queue).await, 1);
    while jobs.len() < 4 {
        let delivery = receive(&queue).await;
        jobs.insert(delivery.job_id.clone());
        queue.finish(delivery).await.unwrap();
    }
    drain(&queue).await;
}

/// Finishes what the broker gives out again because it did not hear that it was done.
async fn drain(queue: &Queue) {
    let wait = Duration::from_millis(300);
    while let Some(delivery) = queue.receive(JobKind::ReadPage, wait).await.unwrap() {
        queue.finish(delivery).await.unwrap();
    }
    assert_eq!(queue.depth(JobKind::ReadPage).await.unwrap(), 0);
}

async fn a_message_on_its_way_when_the_connection_breaks_is_not_lost(bed: &Bed) {
    let proxy = Proxy::before(&amqp_url()).await;
    let settings = QueueSettings {
        prefetch: 5,
        ..bed.settings()
    };
    let queue = bed.queue_at(&proxy.url, settings).await;
    bed.pages(10).await;
    bed.relay(&queue).await;
    let mut jobs = BTreeSet::new();
    let mut n_received = 0;
    while jobs.len() < 10 {
        let delivery = receive(&queue).await;
        n_received += 1;
        if n_received == 3 {
            // Four more are fetched and not yet handed out.
            proxy.cut();
            proxy.mend();
        }
        jobs.insert(delivery.job_id.clone());
        let _ = queue.finish(delivery).await;
    }
    drain(&queue).await;
    assert!(queue.dead(10).await.unwrap().is_empty());
}

async fn jobs_wait_in_the_outbox_while_there_is_no_broker(bed: &Bed) {
    bed.pages(2).await;
    // Nobody listens on port 1.
    let away = bed
        .queue_at("amqp://guest:guest@127.0.0.1:1/%2f", bed.settings())
        .await;
    assert!(away.ping().await.is_err());
    let step = relay::step(&bed.store, &away, bed.clock.now()).await;
    assert!(matches!(step, Err(QueueError::Broker(_))));
    assert_eq!(bed.relay(&bed.queue().await).await, 2);
}

async fn a_message_that_is_no_job_is_put_aside_and_those_behind_it_are_done(bed: &Bed) {
    let queue = bed.queue().await;
    queue.ping().await.unwrap();
    let (_connection, channel) = channel().await;
    channel
        .basic_publish(
            "".into(),
            bed.broker_queue("read-page").as_str().into(),
            BasicPublishOptions::default(),
            b"hello\0",
            BasicProperties::default(),
        )
        .await
        .unwrap();
    bed.page().await;
    bed.relay(&queue).await;
    let delivery = receive(&queue).await;
    queue.finish(delivery).await.unwrap();
    let dead = queue.dead(10).await.unwrap().remove(0);
    assert_eq!(dead.job, None);
    assert!(!queue.retry_dead(&dead.job_id).await.unwrap());
    assert!(queue.drop_dead(&dead.job_id).await.unwrap());
}

async fn a_message_that_keeps_coming_back_ends_among_the_dead_by_the_brokers_own_limit(bed: &Bed) {
    let settings = QueueSettings {
        max_attempts: 1_000,
        ..bed.settings()
    };
    let queue = bed.queue_at(&amqp_url(), settings).await;
    bed.page().await;
    bed.relay(&queue).await;
    let mut n_received = 0;
    let dead = loop {
        let wait = Duration::from_millis(250);
        match queue.receive(JobKind::ReadPage, wait).await.unwrap() {
            Some(delivery) => {
                n_received += 1;
                queue.release(delivery).await.unwrap();
            }
            None => {
                if let Some(dead) = queue.dead(10).await.unwrap().pop() {
                    break dead;
                }
            }
        }
        assert!(n_received < 100, "the message came for ever");
    };
    assert!(
        dead.cause.contains("stopped in the middle"),
        "{}",
        dead.cause
    );
    assert!(dead.job.is_some());
    assert_eq!(queue.dead(10).await.unwrap().len(), 1);
}

async fn queues_that_somebody_deleted_are_declared_again_and_nothing_is_lost(bed: &Bed) {
    let queue = bed.queue().await;
    queue.ping().await.unwrap();
    let (_connection, channel) = channel().await;
    let name = bed.broker_queue("read-page");
    channel
        .queue_delete(name.as_str().into(), QueueDeleteOptions::default())
        .await
        .unwrap();
    bed.page().await;
    // The broker returns what it cannot route; the job stays in the outbox.
    let step = relay::step(&bed.store, &queue, bed.clock.now()).await;
    assert!(
        matches!(step, Err(QueueError::NotConfirmed { .. })),
        "{step:?}"
    );
    assert_eq!(bed.relay(&queue).await, 1);
    let delivery = queue.receive(JobKind::ReadPage, SOON).await.unwrap();
    assert!(delivery.is_some());
}
