use std::time::Duration;

use futures_util::future::join_all;
use schemas::job::{Job, JobKind};
use schemas::record::{DecisionKind, StoryState};
use schemas::{StoryId, UserId};
use store::{Decide, Decided, HistoryKind, Revise, StoryFields};

use crate::bed::{Bed, SOON};

crate::bed::on_engines! { sqlite = Sqlite, postgres = Postgres; [
    a_story_without_consent_is_not_approved,
    a_story_without_text_is_not_approved,
    an_approval_makes_one_job_however_many_approve_at_once,
    a_rejection_needs_a_reason_and_stays_in_the_history,
    a_story_that_somebody_else_holds_is_not_decided,
    a_decision_about_an_older_revision_is_a_conflict,
    an_approval_is_undone_before_it_is_published,
    what_is_approved_while_the_office_is_closed_waits_until_it_opens,
] }

async fn set(bed: &Bed, story_id: &StoryId, user_id: &UserId, fields: StoryFields) {
    let change = Revise {
        story_id: story_id.clone(),
        user_id: user_id.clone(),
        expected_revision: 0,
        fields,
        reason: String::new(),
    };
    bed.store.revise_story(&bed.moment(), change).await.unwrap();
}

async fn state(bed: &Bed, story_id: &StoryId) -> StoryState {
    bed.store.story(story_id).await.unwrap().unwrap().state
}

async fn a_story_without_consent_is_not_approved(bed: &Bed) {
    let (story_id, ada) = (bed.story().await, bed.user("ada").await);
    let fields = StoryFields {
        consent: false,
        ..bed.fields(&story_id).await
    };
    set(bed, &story_id, &ada, fields).await;
    let Decided::Refused(why) = bed.decide(&story_id, &ada, DecisionKind::Approve).await else {
        panic!("a story was approved against its author's will");
    };
    assert!(why.contains("consent"), "{why}");
    assert_eq!(state(bed, &story_id).await, StoryState::ToReview);
    let queue = bed.queue().await;
    bed.relay(&queue).await;
    assert_eq!(queue.depth(JobKind::PublishStory).await.unwrap(), 0);
}

async fn a_story_without_text_is_not_approved(bed: &Bed) {
    let (story_id, ada) = (bed.story().await, bed.user("ada").await);
    let fields = StoryFields {
        published_text: " \n".to_owned(),
        ..bed.fields(&story_id).await
    };
    set(bed, &story_id, &ada, fields).await;
    let decided = bed.decide(&story_id, &ada, DecisionKind::Approve).await;
    assert!(matches!(decided, Decided::Refused(_)));
}

async fn an_approval_makes_one_job_however_many_approve_at_once(bed: &Bed) {
    let (story_id, ada) = (bed.story().await, bed.user("ada").await);
    let approvals = (0..6).map(|_| bed.decide(&story_id, &ada, DecisionKind::Approve));
    let outcomes = join_all(approvals).await;
    let done = Decided::Done(StoryState::Approved);
    assert_eq!(
        outcomes.iter().filter(|o| **o == done).count(),
        1,
        "{outcomes:?}"
    );
    let queue = bed.queue().await;
    bed.relay(&queue).await;
    assert_eq!(queue.depth(JobKind::PublishStory).await.unwrap(), 1);
    let delivery = queue
        .receive(JobKind::PublishStory, SOON)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(delivery.job, Job::PublishStory { story_id });
}

async fn a_rejection_needs_a_reason_and_stays_in_the_history(bed: &Bed) {
    let (story_id, ada) = (bed.story().await, bed.user("ada").await);
    let silent = Decide {
        story_id: story_id.clone(),
        user_id: ada.clone(),
        kind: DecisionKind::Reject,
        reason: "  ".to_owned(),
        hold: None,
        expected_revision: 0,
        may_give_opinion: false,
        undo_ms: 0,
        publish_from: None,
    };
    let outcome = bed.store.decide(&bed.moment(), silent).await.unwrap();
    assert!(matches!(outcome, Decided::Refused(_)));
    bed.clock.advance_ms(1);
    let outcome = bed.decide(&story_id, &ada, DecisionKind::Reject).await;
    assert_eq!(outcome, Decided::Done(StoryState::Rejected));
    let history = bed.store.history(&story_id).await.unwrap();
    let last = history.last().unwrap();
    let kind = DecisionKind::Reject;
    assert_eq!(last.what, HistoryKind::Decided { kind });
    assert_eq!(last.reason, "as agreed");
    let outcome = bed.decide(&story_id, &ada, DecisionKind::Approve).await;
    assert!(matches!(outcome, Decided::Refused(_)));
}

async fn a_story_that_somebody_else_holds_is_not_decided(bed: &Bed) {
    let (story_id, ada, ben) = (
        bed.story().await,
        bed.user("ada").await,
        bed.user("ben").await,
    );
    bed.store
        .claim_story(&bed.moment(), &story_id, &ada, 1_000)
        .await
        .unwrap();
    let outcome = bed.decide(&story_id, &ben, DecisionKind::Approve).await;
    assert!(matches!(outcome, Decided::LeaseLost(lease) if lease.user_id == ada));
    let outcome = bed.decide(&story_id, &ada, DecisionKind::Approve).await;
    assert_eq!(outcome, Decided::Done(StoryState::Approved));
    let story = bed.store.story(&story_id).await.unwrap().unwrap();
    assert_eq!(story.lease, None);
}

async fn a_decision_about_an_older_revision_is_a_conflict(bed: &Bed) {
    let (story_id, ada) = (bed.story().await, bed.user("ada").await);
    let fields = StoryFields {
        title: "Another".to_owned(),
        ..bed.fields(&story_id).await
    };
    set(bed, &story_id, &ada, fields).await;
    let late = Decide {
        story_id,
        user_id: ada,
        kind: DecisionKind::Approve,
        reason: String::new(),
        hold: None,
        expected_revision: 0,
        may_give_opinion: false,
        undo_ms: 0,
        publish_from: None,
    };
    let outcome = bed.store.decide(&bed.moment(), late).await.unwrap();
    assert_eq!(outcome, Decided::Conflict { current: 1 });
}

async fn what_is_approved_while_the_office_is_closed_waits_until_it_opens(bed: &Bed) {
    let (story_id, ada) = (bed.story().await, bed.user("ada").await);
    let opens = bed.moment().now.plus_ms(60_000);
    let decision = Decide {
        story_id: story_id.clone(),
        user_id: ada.clone(),
        kind: DecisionKind::Approve,
        reason: String::new(),
        hold: None,
        expected_revision: 0,
        may_give_opinion: false,
        undo_ms: 20_000,
        publish_from: Some(opens),
    };
    let done = bed.store.decide(&bed.moment(), decision).await.unwrap();
    assert_eq!(done, Decided::Done(StoryState::Approved));
    let queue = bed.queue().await;
    bed.clock.advance_ms(59_000);
    bed.relay(&queue).await;
    assert_eq!(queue.depth(JobKind::PublishStory).await.unwrap(), 0);
    bed.clock.advance_ms(1_000);
    bed.relay(&queue).await;
    let job = queue.receive(JobKind::PublishStory, SOON).await.unwrap();
    assert!(job.is_some(), "the office is open");
}

async fn an_approval_is_undone_before_it_is_published(bed: &Bed) {
    let (story_id, ada) = (bed.story().await, bed.user("ada").await);
    bed.decide(&story_id, &ada, DecisionKind::Approve).await;
    let queue = bed.queue().await;
    bed.relay(&queue).await;
    let undone = bed.decide(&story_id, &ada, DecisionKind::Reopen).await;
    assert_eq!(undone, Decided::Done(StoryState::ToReview));
    // The job of the approval comes too late and does nothing.
    let delivery = queue
        .receive(JobKind::PublishStory, SOON)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        bed.store
            .publish_story(&bed.moment(), &story_id)
            .await
            .unwrap(),
        None
    );
    queue.finish(delivery).await.unwrap();
    bed.decide(&story_id, &ada, DecisionKind::Approve).await;
    bed.relay(&queue).await;
    let again = queue
        .receive(JobKind::PublishStory, Duration::from_secs(5))
        .await
        .unwrap();
    assert!(again.is_some());
}
