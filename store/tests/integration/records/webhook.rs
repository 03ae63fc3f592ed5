use schemas::job::JobKind;
use schemas::record::{DecisionKind, StoryState, WebhookEvent, WebhookState};
use schemas::{StoryId, TimeMs, WebhookDeliveryId};
use store::{Decide, Decided, Queue, Retried, Store, WebhookDelivery};

use crate::bed::{Bed, SOON};

crate::bed::on_engines! { sqlite = Sqlite, postgres = Postgres, rabbit = Rabbit; [
    publishing_and_taking_down_are_told_once_each,
    without_a_webhook_nothing_is_written,
    what_is_not_told_yet_of_a_story_taken_down_is_not_told,
    a_delivery_that_gave_up_is_sent_again_with_the_same_key,
    a_dead_job_that_is_run_again_waits_again,
    what_nobody_works_on_is_queued_again,
    publications_are_read_upwards_page_by_page,
] }

/// A store that tells, with one approved story in it.
async fn approved(bed: &Bed) -> (Store, StoryId) {
    let story_id = bed.story().await;
    let ada = bed.user(&format!("ada {story_id}")).await;
    bed.decide(&story_id, &ada, DecisionKind::Approve).await;
    (bed.store.clone().with_webhook(), story_id)
}

async fn published(bed: &Bed) -> (Store, StoryId) {
    let (store, story_id) = approved(bed).await;
    store.publish_story(&bed.moment(), &story_id).await.unwrap();
    (store, story_id)
}

async fn withdraw(bed: &Bed, store: &Store, story_id: &StoryId) {
    let decision = Decide {
        story_id: story_id.clone(),
        user_id: bed.user(&format!("bob {story_id}")).await,
        kind: DecisionKind::Withdraw,
        reason: "as the author wishes".to_owned(),
        hold: None,
        expected_revision: 0,
        may_give_opinion: false,
        undo_ms: 0,
        publish_from: None,
    };
    let decided = store.decide(&bed.moment(), decision).await.unwrap();
    assert_eq!(decided, Decided::Done(StoryState::Withdrawn));
}

async fn all(store: &Store) -> Vec<WebhookDelivery> {
    let mut all = store.webhook_deliveries(10).await.unwrap();
    all.reverse();
    all
}

async fn what_is_told(store: &Store) -> Vec<(WebhookEvent, WebhookState)> {
    let all = all(store).await;
    all.iter().map(|one| (one.event, one.state)).collect()
}

async fn publishing_and_taking_down_are_told_once_each(bed: &Bed) {
    let (store, story_id) = published(bed).await;
    store.publish_story(&bed.moment(), &story_id).await.unwrap();
    let told = all(&store).await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].number, Some(1));
    assert_eq!((told[0].n_attempts, &told[0].last_answer), (0, &None));
    assert_eq!(told[0].created_at, bed.moment().now);
    let at = bed.moment();
    store
        .note_webhook_delivered(&at, &told[0].id, "answered 200")
        .await
        .unwrap();
    bed.clock.advance_ms(5);
    withdraw(bed, &store, &story_id).await;
    assert_eq!(
        what_is_told(&store).await,
        [
            (WebhookEvent::Published, WebhookState::Delivered),
            (WebhookEvent::Withdrawn, WebhookState::Waiting),
        ]
    );
}

async fn without_a_webhook_nothing_is_written(bed: &Bed) {
    let (_, story_id) = approved(bed).await;
    let moment = bed.moment();
    bed.store.publish_story(&moment, &story_id).await.unwrap();
    withdraw(bed, &bed.store, &story_id).await;
    assert_eq!(all(&bed.store).await, []);
}

async fn what_is_not_told_yet_of_a_story_taken_down_is_not_told(bed: &Bed) {
    let (store, story_id) = published(bed).await;
    let first = all(&store).await.remove(0).id;
    bed.clock.advance_ms(5);
    withdraw(bed, &store, &story_id).await;
    // Its request was under way and failed.
    let moment = bed.moment();
    store
        .note_webhook_failed(&moment, &first, "answered 500")
        .await
        .unwrap();
    assert_eq!(
        what_is_told(&store).await,
        [
            (WebhookEvent::Published, WebhookState::Overtaken),
            (WebhookEvent::Withdrawn, WebhookState::Waiting),
        ]
    );
    assert!(!store.send_webhook_again(&moment, &first).await.unwrap());
}

/// Tries the delivery that must come once more, in vain.
async fn fail(bed: &Bed, queue: &Queue) -> Retried {
    let delivery = queue.receive(JobKind::DeliverWebhook, SOON).await.unwrap();
    let delivery = delivery.expect("a job comes");
    let delivery_id = WebhookDeliveryId::parse(delivery.job.subject()).unwrap();
    let moment = bed.moment();
    bed.store
        .note_webhook_failed(&moment, &delivery_id, "answered 500")
        .await
        .unwrap();
    let retried = queue.retry(delivery, "answered 500").await.unwrap();
    bed.clock.advance_ms(1_000);
    retried
}

/// Until the job is given up; the delivery's state.
async fn fail_for_good(bed: &Bed, queue: &Queue) -> WebhookDelivery {
    assert_ne!(fail(bed, queue).await, Retried::Buried);
    assert_eq!(fail(bed, queue).await, Retried::Buried);
    all(&bed.store).await.remove(0)
}

async fn a_delivery_that_gave_up_is_sent_again_with_the_same_key(bed: &Bed) {
    let (store, queue) = (&bed.store, bed.queue().await);
    let delivery_id = store.test_webhook(&bed.moment()).await.unwrap();
    assert!(
        !store
            .send_webhook_again(&bed.moment(), &delivery_id)
            .await
            .unwrap()
    );
    bed.relay(&queue).await;
    let gave_up = fail_for_good(bed, &queue).await;
    assert_eq!(
        (gave_up.state, gave_up.n_attempts),
        (WebhookState::GivenUp, 2)
    );
    assert_eq!(gave_up.last_answer.as_deref(), Some("answered 500"));
    assert_eq!(queue.dead(10).await.unwrap().len(), 1);
    let given_up = store.count_webhook_deliveries(WebhookState::GivenUp).await;
    assert_eq!(given_up.unwrap(), 1);

    let moment = bed.moment();
    assert!(
        store
            .send_webhook_again(&moment, &delivery_id)
            .await
            .unwrap()
    );
    assert!(
        !store
            .send_webhook_again(&moment, &delivery_id)
            .await
            .unwrap()
    );
    assert_eq!(queue.dead(10).await.unwrap(), []);
    assert_eq!(bed.relay(&queue).await, 1);
    let again = queue.receive(JobKind::DeliverWebhook, SOON).await.unwrap();
    let again = again.expect("a job comes");
    assert_eq!(
        (again.job.subject(), again.attempt),
        (delivery_id.as_str(), 1)
    );
    store
        .note_webhook_delivered(&moment, &delivery_id, "answered 204")
        .await
        .unwrap();
    queue.finish(again).await.unwrap();
    let delivered = store.webhook_delivery(&delivery_id).await.unwrap().unwrap();
    assert_eq!(
        (delivered.state, delivered.n_attempts),
        (WebhookState::Delivered, 3)
    );
}

async fn a_dead_job_that_is_run_again_waits_again(bed: &Bed) {
    let queue = bed.queue().await;
    bed.store.test_webhook(&bed.moment()).await.unwrap();
    bed.relay(&queue).await;
    fail_for_good(bed, &queue).await;
    let dead = queue.dead(10).await.unwrap().remove(0);
    assert!(queue.retry_dead(&dead.job_id).await.unwrap());
    assert_eq!(all(&bed.store).await[0].state, WebhookState::Waiting);
}

async fn what_nobody_works_on_is_queued_again(bed: &Bed) {
    let store = bed.store.clone().with_webhook();
    store.test_webhook(&bed.moment()).await.unwrap();
    bed.sql("DELETE FROM outbox").await;
    bed.clock.advance_ms(1_000);
    let swept = |store: Store| async move { store.requeue_stranded(&bed.moment(), 500).await };
    assert_eq!(swept(bed.store.clone()).await.unwrap(), 0);
    assert_eq!(swept(store.clone()).await.unwrap(), 1);
    assert_eq!(swept(store).await.unwrap(), 0);
}

async fn publications_are_read_upwards_page_by_page(bed: &Bed) {
    let mut stories = Vec::new();
    for _ in 0..4 {
        bed.clock.advance_ms(1_000);
        stories.push(published(bed).await.1);
    }
    withdraw(bed, &bed.store, &stories[2]).await;
    let numbers = async |above, since| {
        let page = bed.store.publications_above(above, since, 2).await.unwrap();
        page.iter().map(|story| story.number).collect::<Vec<_>>()
    };
    assert_eq!(numbers(0, TimeMs(0)).await, [1, 2]);
    assert_eq!(numbers(2, TimeMs(0)).await, [4]);
    assert_eq!(numbers(0, bed.moment().now).await, [4]);
}
