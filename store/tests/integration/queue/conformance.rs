use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use schemas::job::{Job, JobKind};
use schemas::record::PageState;
use store::{Queue, QueueError, QueueSettings, Retried, StoryFilter, relay};

use crate::bed::{Bed, IDS, SOON, new_reading, receive, receive_none};

crate::bed::on_engines! { sqlite = Sqlite, postgres = Postgres, rabbit = Rabbit; [
    a_job_arrives_once_and_is_gone_when_finished,
    jobs_of_another_kind_do_not_arrive,
    workers_that_ask_at_once_never_get_the_same_job,
    a_job_is_retried_later_and_gives_up_after_the_last_attempt,
    a_job_that_gave_up_runs_again_from_the_first_attempt,
    a_job_that_will_never_work_is_buried_listed_and_dropped,
    a_job_that_is_given_back_goes_to_another_worker,
    a_job_whose_workers_die_comes_again_and_gives_up_in_the_end,
    a_crash_after_sending_doubles_the_job_and_not_the_story,
    a_page_whose_job_gave_up_is_set_aside_and_comes_back_with_its_job,
    the_waiting_jobs_are_counted,
    a_job_that_a_worker_drops_without_a_word_comes_again,
    a_worker_that_extends_keeps_its_job,
    a_wake_up_is_not_needed_to_find_a_job,
] }

/// A page's job in the queue.
async fn job_in(bed: &Bed, queue: &Queue) -> Job {
    let page_id = bed.page().await;
    assert_eq!(bed.relay(queue).await, 1);
    Job::ReadPage { page_id }
}

/// Lets the delay of a retry pass, in the clock of the tests; the broker's own runs by itself.
fn wait_for_retry(bed: &Bed) {
    bed.clock.advance_ms(200);
}

async fn a_job_arrives_once_and_is_gone_when_finished(bed: &Bed) {
    let queue = bed.queue().await;
    queue.ping().await.unwrap();
    let job = job_in(bed, &queue).await;
    let delivery = receive(&queue).await;
    assert_eq!((&delivery.job, delivery.attempt), (&job, 1));
    receive_none(&bed.queue().await).await;
    queue.finish(delivery).await.unwrap();
    // Not even when the lease would have run out.
    bed.clock.advance_ms(120_000);
    receive_none(&queue).await;
    assert_eq!(queue.depth(JobKind::ReadPage).await.unwrap(), 0);
}

async fn jobs_of_another_kind_do_not_arrive(bed: &Bed) {
    let queue = bed.queue().await;
    job_in(bed, &queue).await;
    let other = queue
        .receive(JobKind::PublishStory, Duration::from_millis(200))
        .await;
    assert!(other.unwrap().is_none());
}

async fn workers_that_ask_at_once_never_get_the_same_job(bed: &Bed) {
    let queue = bed.queue().await;
    bed.pages(24).await;
    bed.relay(&queue).await;
    let workers = (0..6).map(|_| async {
        let mut jobs = Vec::new();
        let process = bed.queue().await;
        while let Some(delivery) = process
            .receive(JobKind::ReadPage, Duration::from_millis(500))
            .await
            .unwrap()
        {
            jobs.push(delivery.job_id.clone());
            process.finish(delivery).await.unwrap();
        }
        jobs
    });
    let jobs: Vec<_> = join_all(workers).await.into_iter().flatten().collect();
    assert_eq!(jobs.len(), 24, "every job was done");
    assert_eq!(
        jobs.iter().collect::<BTreeSet<_>>().len(),
        24,
        "no job was done twice"
    );
}

async fn a_job_is_retried_later_and_gives_up_after_the_last_attempt(bed: &Bed) {
    let queue = bed.queue().await;
    let job = job_in(bed, &queue).await;
    for (attempt, delay_ms) in [(1, 50), (2, 100)] {
        let delivery = receive(&queue).await;
        assert_eq!(delivery.attempt, attempt);
        let retried = queue.retry(delivery, "the disk is full").await.unwrap();
        assert_eq!(retried, Retried::Later { delay_ms });
        wait_for_retry(bed);
    }
    let delivery = receive(&queue).await;
    let retried = queue.retry(delivery, "the disk is full").await.unwrap();
    assert_eq!(retried, Retried::Buried);
    let dead = queue.dead(10).await.unwrap().remove(0);
    assert_eq!(
        (dead.job, dead.cause.as_str(), dead.attempts),
        (Some(job), "the disk is full", 3)
    );
    wait_for_retry(bed);
    receive_none(&queue).await;
}

async fn a_job_that_gave_up_runs_again_from_the_first_attempt(bed: &Bed) {
    let queue = bed.queue().await;
    let job = job_in(bed, &queue).await;
    let delivery = receive(&queue).await;
    let job_id = delivery.job_id.clone();
    queue.bury(delivery, "no use").await.unwrap();
    assert!(queue.retry_dead(&job_id).await.unwrap());
    assert!(!queue.retry_dead(&job_id).await.unwrap());
    assert!(queue.dead(10).await.unwrap().is_empty());
    assert_eq!(bed.relay(&queue).await, 1);
    let delivery = receive(&queue).await;
    assert_eq!(
        (delivery.job_id, delivery.job, delivery.attempt),
        (job_id, job, 1)
    );
}

async fn a_job_that_will_never_work_is_buried_listed_and_dropped(bed: &Bed) {
    let queue = bed.queue().await;
    for cause in ["first", "second"] {
        job_in(bed, &queue).await;
        let delivery = receive(&queue).await;
        bed.clock.advance_ms(1);
        queue.bury(delivery, cause).await.unwrap();
    }
    let dead = queue.dead(10).await.unwrap();
    let causes: Vec<_> = dead.iter().map(|d| d.cause.as_str()).collect();
    assert_eq!(causes, ["second", "first"]);
    assert!(queue.drop_dead(&dead[0].job_id).await.unwrap());
    assert!(!queue.drop_dead(&dead[0].job_id).await.unwrap());
    assert_eq!(queue.dead(10).await.unwrap(), dead[1..]);
}

async fn a_job_that_is_given_back_goes_to_another_worker(bed: &Bed) {
    let (queue, other) = (bed.queue().await, bed.queue().await);
    let job = job_in(bed, &queue).await;
    let delivery = receive(&queue).await;
    let (wanted, ()) = tokio::join!(receive(&other), async {
        // The process that gives a job back asks for no other: it is stopping.
        queue.release(delivery).await.unwrap();
        drop(queue);
    });
    assert_eq!(wanted.job, job);
}

async fn a_job_whose_workers_die_comes_again_and_gives_up_in_the_end(bed: &Bed) {
    let queue = bed.queue().await;
    let job = job_in(bed, &queue).await;
    for attempt in 1..=3 {
        let worker = bed.queue().await;
        let delivery = receive(&worker).await;
        assert_eq!((&delivery.job, delivery.attempt), (&job, attempt));
        drop((delivery, worker));
        bed.clock.advance_ms(60_000);
    }
    receive_none(&queue).await;
    let dead = queue.dead(10).await.unwrap().remove(0);
    assert_eq!(dead.job, Some(job));
    assert!(
        dead.cause.contains("stopped in the middle"),
        "{}",
        dead.cause
    );
}

async fn a_crash_after_sending_doubles_the_job_and_not_the_story(bed: &Bed) {
    let queue = bed.queue().await;
    let Job::ReadPage { page_id } = job_in(bed, &queue).await else {
        unreachable!("a page's job reads it")
    };
    let mut stories = BTreeSet::new();
    for _ in 0..2 {
        let delivery = receive(&queue).await;
        let new = new_reading(&page_id);
        let recorded = bed.store.record_reading(&bed.moment(), new).await.unwrap();
        stories.insert(recorded.story_id.unwrap());
        queue.finish(delivery).await.unwrap();
        // What is left when the relay dies after the queue has confirmed and before it is written down.
        bed.sql("UPDATE outbox SET sent_at = NULL").await;
        assert_eq!(bed.relay(&queue).await, 1);
    }
    assert_eq!(stories.len(), 1);
    assert_eq!(
        bed.store
            .stories(StoryFilter::default())
            .await
            .unwrap()
            .len(),
        1
    );
}

async fn a_page_whose_job_gave_up_is_set_aside_and_comes_back_with_its_job(bed: &Bed) {
    let queue = bed.queue().await;
    let Job::ReadPage { page_id } = job_in(bed, &queue).await else {
        unreachable!("a page's job reads it")
    };
    let state = async || bed.store.page(&page_id).await.unwrap().unwrap().state;
    let delivery = receive(&queue).await;
    let job_id = delivery.job_id.clone();
    queue.bury(delivery, "no use").await.unwrap();
    assert_eq!(
        relay::mark_dead(&bed.store, &queue, &bed.moment())
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        relay::mark_dead(&bed.store, &queue, &bed.moment())
            .await
            .unwrap(),
        0
    );
    assert_eq!(state().await, PageState::Quarantined);
    let page = bed.store.quarantined_pages(1).await.unwrap().remove(0);
    assert!(page.warning.unwrap().cause.contains("several times"));
    queue.retry_dead(&job_id).await.unwrap();
    assert_eq!(state().await, PageState::Received);
}

async fn the_waiting_jobs_are_counted(bed: &Bed) {
    let queue = bed.queue().await;
    assert_eq!(queue.depth(JobKind::ReadPage).await.unwrap(), 0);
    bed.pages(5).await;
    bed.relay(&queue).await;
    assert_eq!(queue.depth(JobKind::ReadPage).await.unwrap(), 5);
    assert_eq!(queue.depth(JobKind::PublishStory).await.unwrap(), 0);
}

async fn a_job_that_a_worker_drops_without_a_word_comes_again(bed: &Bed) {
    let queue = bed.queue().await;
    let job = job_in(bed, &queue).await;
    drop(receive(&queue).await);
    bed.clock.advance_ms(60_000);
    let again = receive(&queue).await;
    assert_eq!((again.job, again.attempt), (job, 2));
}

async fn a_worker_that_extends_keeps_its_job(bed: &Bed) {
    let queue = bed.queue().await;
    job_in(bed, &queue).await;
    let delivery = receive(&queue).await;
    for _ in 0..3 {
        bed.clock.advance_ms(59_000);
        queue.extend(&delivery).await.unwrap();
    }
    receive_none(&bed.queue().await).await;
    queue.finish(delivery).await.unwrap();
}

async fn a_wake_up_is_not_needed_to_find_a_job(bed: &Bed) {
    // The job is sent by another process, whose wake-up does not reach this one.
    let (waiting, sending) = (bed.queue().await, bed.queue().await);
    let (delivery, job) = tokio::join!(receive(&waiting), async { job_in(bed, &sending).await });
    assert_eq!(delivery.job, job);
}

/// Only with leases: a broker gives a job to another worker only when the connection of the first is gone.
mod with_leases {
    use super::{Bed, QueueError, SOON, job_in, receive};
    use schemas::job::JobKind;

    crate::bed::on_engines! { sqlite = Sqlite, postgres = Postgres; [
        a_worker_that_was_too_slow_cannot_touch_the_job_any_more,
    ] }

    async fn a_worker_that_was_too_slow_cannot_touch_the_job_any_more(bed: &Bed) {
        let queue = bed.queue().await;
        job_in(bed, &queue).await;
        let slow = receive(&queue).await;
        bed.clock.advance_ms(60_000);
        let quick = queue
            .receive(JobKind::ReadPage, SOON)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((&quick.job_id, quick.attempt), (&slow.job_id, 2));
        let outcome = queue.extend(&slow).await;
        assert!(matches!(outcome, Err(QueueError::LeaseLost { .. })));
        let outcome = queue.bury(slow, "too late").await;
        assert!(matches!(outcome, Err(QueueError::LeaseLost { .. })));
        assert!(queue.dead(10).await.unwrap().is_empty());
        queue.finish(quick).await.unwrap();
    }
}

#[tokio::test]
async fn addresses_and_settings_that_make_no_sense_are_refused() {
    crate::bed::run(crate::bed::Kind::Sqlite, async |bed| {
        let connect = async |url: &str, settings| {
            let (clock, ids) = (bed.clock.clone(), Arc::new(IDS));
            Queue::connect(url, &bed.store, settings, clock, ids).await
        };
        let outcome = connect("amqp:/broken", bed.settings()).await;
        assert!(matches!(outcome, Err(QueueError::UnknownUrl { .. })));
        let error = connect("http://me:s3cret@host", bed.settings())
            .await
            .unwrap_err();
        assert!(!error.to_string().contains("s3cret"), "{error}");
        let settings = QueueSettings {
            retry_delays_ms: Vec::new(),
            ..bed.settings()
        };
        let outcome = connect("embedded", settings).await;
        assert!(matches!(outcome, Err(QueueError::BadSettings(_))));
    })
    .await;
}
