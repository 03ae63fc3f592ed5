use futures_util::future::join_all;
use schemas::record::{DecisionKind, StoryState};
use schemas::{StoryId, UserId};
use store::{FieldChange, HistoryKind, Revise, Revised, StoryFields};

use crate::bed::Bed;

crate::bed::on_engines! { sqlite = Sqlite, postgres = Postgres; [
    a_change_is_saved_and_its_before_and_after_stay_in_the_history,
    the_second_of_two_changes_to_one_revision_is_a_conflict,
    changes_to_one_revision_at_once_are_saved_once,
    a_change_that_changes_nothing_writes_no_revision,
    a_story_that_somebody_else_holds_is_not_changed,
    an_approved_story_is_not_changed,
] }

fn change(
    story_id: &StoryId,
    user_id: &UserId,
    expected_revision: u32,
    fields: StoryFields,
) -> Revise {
    Revise {
        story_id: story_id.clone(),
        user_id: user_id.clone(),
        expected_revision,
        fields,
        reason: "spelling".to_owned(),
    }
}

async fn retitled(bed: &Bed, story_id: &StoryId, title: &str) -> StoryFields {
    StoryFields {
        title: title.to_owned(),
        criticality: Some(2),
        ..bed.fields(story_id).await
    }
}

async fn revise(bed: &Bed, change: Revise) -> Revised {
    bed.store.revise_story(&bed.moment(), change).await.unwrap()
}

async fn a_change_is_saved_and_its_before_and_after_stay_in_the_history(bed: &Bed) {
    let (story_id, ada) = (bed.story().await, bed.user("ada").await);
    bed.clock.advance_ms(10);
    let fields = retitled(bed, &story_id, "Kind and warm").await;
    let saved = revise(bed, change(&story_id, &ada, 0, fields.clone())).await;
    assert_eq!(saved, Revised::Saved { revision_no: 1 });
    assert_eq!(bed.fields(&story_id).await, fields);
    let history = bed.store.history(&story_id).await.unwrap();
    assert!(matches!(history[0].what, HistoryKind::Read { .. }));
    let entry = &history[1];
    assert_eq!(entry.user_name.as_deref(), Some("ada Example"));
    assert_eq!(
        (entry.reason.as_str(), entry.at),
        ("spelling", bed.moment().now)
    );
    let differs = |field: &str, before: &str, after: &str| FieldChange {
        field: field.to_owned(),
        before: before.to_owned(),
        after: after.to_owned(),
    };
    let changes = vec![
        differs("criticality", "", "2"),
        differs(
            "title",
            "The nurse was kind and the tea was warm.",
            "Kind and warm",
        ),
    ];
    assert_eq!(entry.what, HistoryKind::Revised { changes });
}

async fn the_second_of_two_changes_to_one_revision_is_a_conflict(bed: &Bed) {
    let (story_id, ada, ben) = (
        bed.story().await,
        bed.user("ada").await,
        bed.user("ben").await,
    );
    let first = retitled(bed, &story_id, "First").await;
    let second = retitled(bed, &story_id, "Second").await;
    revise(bed, change(&story_id, &ada, 0, first)).await;
    let outcome = revise(bed, change(&story_id, &ben, 0, second)).await;
    assert_eq!(outcome, Revised::Conflict { current: 1 });
    assert_eq!(bed.fields(&story_id).await.title, "First");
}

async fn changes_to_one_revision_at_once_are_saved_once(bed: &Bed) {
    let (story_id, ada) = (bed.story().await, bed.user("ada").await);
    let moment = bed.moment();
    let mut changes = Vec::new();
    for n in 0..8 {
        let fields = retitled(bed, &story_id, &format!("Title {n}")).await;
        changes.push(
            bed.store
                .revise_story(&moment, change(&story_id, &ada, 0, fields)),
        );
    }
    let outcomes: Vec<_> = join_all(changes)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    let saved = outcomes
        .iter()
        .filter(|o| matches!(o, Revised::Saved { .. }))
        .count();
    assert_eq!(saved, 1, "{outcomes:?}");
    assert_eq!(bed.store.history(&story_id).await.unwrap().len(), 2);
}

async fn a_change_that_changes_nothing_writes_no_revision(bed: &Bed) {
    let (story_id, ada) = (bed.story().await, bed.user("ada").await);
    let fields = bed.fields(&story_id).await;
    let outcome = revise(bed, change(&story_id, &ada, 0, fields)).await;
    assert_eq!(outcome, Revised::Saved { revision_no: 0 });
    assert_eq!(bed.store.history(&story_id).await.unwrap().len(), 1);
}

async fn a_story_that_somebody_else_holds_is_not_changed(bed: &Bed) {
    let (story_id, ada, ben) = (
        bed.story().await,
        bed.user("ada").await,
        bed.user("ben").await,
    );
    bed.store
        .claim_story(&bed.moment(), &story_id, &ada, 1_000)
        .await
        .unwrap();
    let fields = retitled(bed, &story_id, "Stolen").await;
    let outcome = revise(bed, change(&story_id, &ben, 0, fields.clone())).await;
    assert!(matches!(outcome, Revised::LeaseLost(lease) if lease.user_id == ada));
    // Once it has run out, whoever still sees the current revision may save.
    bed.clock.advance_ms(1_000);
    let outcome = revise(bed, change(&story_id, &ben, 0, fields)).await;
    assert_eq!(outcome, Revised::Saved { revision_no: 1 });
}

async fn an_approved_story_is_not_changed(bed: &Bed) {
    let (story_id, ada) = (bed.story().await, bed.user("ada").await);
    bed.decide(&story_id, &ada, DecisionKind::Approve).await;
    let fields = retitled(bed, &story_id, "Too late").await;
    let outcome = revise(bed, change(&story_id, &ada, 0, fields)).await;
    assert_eq!(outcome, Revised::NotOpen(StoryState::Approved));
}
