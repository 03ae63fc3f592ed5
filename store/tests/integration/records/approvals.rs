use schemas::StoryId;
use schemas::record::DecisionKind;
use store::ApprovalFilter;

use crate::bed::Bed;

crate::bed::on_engines! { sqlite = Sqlite, postgres = Postgres; [
    approvals_are_listed_newest_first_page_by_page,
    only_approvals_since_a_moment_are_listed,
    a_story_that_is_no_longer_approved_is_not_listed,
    a_story_that_was_approved_twice_is_listed_once_by_its_last_approval,
] }

/// Approved, each in a millisecond of its own.
async fn approved(bed: &Bed, n_stories: u32) -> Vec<StoryId> {
    let ada = bed.user("ada").await;
    let mut story_ids = Vec::new();
    for _ in 0..n_stories {
        bed.clock.advance_ms(1);
        let story_id = bed.story().await;
        bed.decide(&story_id, &ada, DecisionKind::Approve).await;
        story_ids.push(story_id);
    }
    story_ids
}

async fn listed(bed: &Bed, filter: &ApprovalFilter) -> Vec<StoryId> {
    let approvals = bed.store.approvals(filter).await.unwrap();
    approvals.into_iter().map(|a| a.story_id).collect()
}

fn all() -> ApprovalFilter {
    ApprovalFilter {
        limit: 100,
        ..ApprovalFilter::default()
    }
}

async fn approvals_are_listed_newest_first_page_by_page(bed: &Bed) {
    let mut story_ids = approved(bed, 3).await;
    bed.story().await;
    story_ids.reverse();
    let mut filter = ApprovalFilter { limit: 2, ..all() };
    let first = bed.store.approvals(&filter).await.unwrap();
    filter.before = first.last().map(|last| last.id.clone());
    let mut found: Vec<StoryId> = first.into_iter().map(|a| a.story_id).collect();
    found.extend(listed(bed, &filter).await);
    assert_eq!(found, story_ids);
}

async fn only_approvals_since_a_moment_are_listed(bed: &Bed) {
    let story_ids = approved(bed, 2).await;
    let since = Some(bed.moment().now);
    let filter = ApprovalFilter { since, ..all() };
    assert_eq!(listed(bed, &filter).await, story_ids[1..]);
}

async fn a_story_that_is_no_longer_approved_is_not_listed(bed: &Bed) {
    let story_ids = approved(bed, 4).await;
    let ben = bed.user("ben").await;
    let [opened, withdrawn, published, kept] = story_ids.as_slice() else {
        panic!("four stories were approved");
    };
    bed.decide(opened, &ben, DecisionKind::Reopen).await;
    for story_id in [withdrawn, published] {
        let publication = bed.store.publish_story(&bed.moment(), story_id).await;
        assert!(publication.unwrap().is_some());
    }
    bed.decide(withdrawn, &ben, DecisionKind::Withdraw).await;
    assert_eq!(listed(bed, &all()).await, [kept.clone(), published.clone()]);
}

async fn a_story_that_was_approved_twice_is_listed_once_by_its_last_approval(bed: &Bed) {
    let story_ids = approved(bed, 2).await;
    let ben = bed.user("ben").await;
    for kind in [DecisionKind::Reopen, DecisionKind::Approve] {
        bed.clock.advance_ms(1);
        bed.decide(&story_ids[0], &ben, kind).await;
    }
    assert_eq!(listed(bed, &all()).await, story_ids);
}
