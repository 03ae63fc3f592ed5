use futures_util::future::join_all;
use schemas::job::{Job, JobKind};
use schemas::record::{DecisionKind, PageState};

use crate::bed::{Bed, receive, receive_none, warning};

crate::bed::on_engines! { sqlite = Sqlite, postgres = Postgres; [
    relays_that_run_at_once_send_each_job_once,
    a_relay_that_dies_after_taking_jobs_delays_them_and_loses_none,
    the_sweep_finds_a_page_that_no_job_stands_for,
    the_sweep_leaves_alone_what_is_on_its_way_read_or_set_aside,
    the_sweep_finds_an_approved_story_whose_job_was_lost,
] }

const HOUR_MS: i64 = 3_600_000;

async fn relays_that_run_at_once_send_each_job_once(bed: &Bed) {
    bed.pages(30).await;
    let queue = bed.queue().await;
    let sent = join_all((0..6).map(|_| bed.relay(&queue))).await;
    assert_eq!(sent.iter().sum::<u32>(), 30, "{sent:?}");
    assert_eq!(queue.depth(JobKind::ReadPage).await.unwrap(), 30);
    assert_eq!(bed.relay(&queue).await, 0);
}

async fn a_relay_that_dies_after_taking_jobs_delays_them_and_loses_none(bed: &Bed) {
    bed.page().await;
    let queue = bed.queue().await;
    let until = bed.moment().now.plus_ms(30_000).0;
    bed.sql(&format!(
        "UPDATE outbox SET claim_token = 'dead', claim_until = {until}"
    ))
    .await;
    assert_eq!(bed.relay(&queue).await, 0);
    bed.clock.advance_ms(30_000);
    assert_eq!(bed.relay(&queue).await, 1);
}

async fn the_sweep_finds_a_page_that_no_job_stands_for(bed: &Bed) {
    let page_id = bed.page().await;
    let queue = bed.queue().await;
    bed.relay(&queue).await;
    bed.sql("DELETE FROM jobs").await;
    bed.clock.advance_ms(HOUR_MS - 1);
    assert_eq!(
        bed.store
            .requeue_stranded(&bed.moment(), HOUR_MS)
            .await
            .unwrap(),
        0
    );
    bed.clock.advance_ms(1);
    let moment = bed.moment();
    let sweeps = join_all((0..4).map(|_| bed.store.requeue_stranded(&moment, HOUR_MS))).await;
    assert_eq!(sweeps.into_iter().map(Result::unwrap).sum::<u64>(), 1);
    bed.relay(&queue).await;
    assert_eq!(receive(&queue).await.job, Job::ReadPage { page_id });
    receive_none(&queue).await;
}

async fn the_sweep_leaves_alone_what_is_on_its_way_read_or_set_aside(bed: &Bed) {
    let queue = bed.queue().await;
    // One in the outbox, one in the queue, one being worked on, one dead, one read, one set aside.
    let pages = bed.pages(4).await;
    bed.relay(&queue).await;
    bed.story_of(&pages[0]).await;
    bed.store
        .quarantine_page(&bed.moment(), &pages[1], &warning())
        .await
        .unwrap();
    bed.sql(&format!(
        "DELETE FROM jobs WHERE subject IN ('{}', '{}')",
        pages[0], pages[1]
    ))
    .await;
    let held = receive(&queue).await;
    let dead = receive(&queue).await;
    queue.bury(dead, "no use").await.unwrap();
    bed.pages(2).await;
    bed.clock.advance_ms(2 * HOUR_MS);
    assert_eq!(
        bed.store
            .requeue_stranded(&bed.moment(), HOUR_MS)
            .await
            .unwrap(),
        0
    );
    queue
        .finish(held)
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(
        bed.store.page(&pages[1]).await.unwrap().unwrap().state,
        PageState::Quarantined
    );
}

async fn the_sweep_finds_an_approved_story_whose_job_was_lost(bed: &Bed) {
    let (story_id, ada) = (bed.story().await, bed.user("ada").await);
    bed.decide(&story_id, &ada, DecisionKind::Approve).await;
    bed.sql("DELETE FROM outbox").await;
    bed.clock.advance_ms(HOUR_MS);
    assert_eq!(
        bed.store
            .requeue_stranded(&bed.moment(), HOUR_MS)
            .await
            .unwrap(),
        1
    );
    let queue = bed.queue().await;
    bed.relay(&queue).await;
    assert_eq!(queue.depth(JobKind::PublishStory).await.unwrap(), 1);
    bed.store
        .publish_story(&bed.moment(), &story_id)
        .await
        .unwrap()
        .unwrap();
    bed.sql("DELETE FROM jobs").await;
    bed.clock.advance_ms(HOUR_MS);
    assert_eq!(
        bed.store
            .requeue_stranded(&bed.moment(), HOUR_MS)
            .await
            .unwrap(),
        0
    );
}
