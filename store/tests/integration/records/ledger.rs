use schemas::TimeMs;
use schemas::record::{DecisionKind, PageState};
use store::{CountBatch, ExplainBatch, Ledger, NewPage, PageOutcome};

use crate::bed::{Bed, new_file, quarantined_reading, warning};

crate::bed::on_engines! { sqlite = Sqlite, postgres = Postgres; [
    the_equation_adds_up_at_every_step,
    batches_are_listed_newest_first_each_with_its_own_ledger,
    a_count_that_does_not_fit_shows_until_it_is_explained_and_again_when_more_comes_in,
    what_came_in_today_is_counted_apart_and_every_change_is_felt,
] }

fn sum(ledger: &Ledger) -> u64 {
    ledger.published + ledger.rejected + ledger.quarantined + ledger.waiting + ledger.discarded
}

async fn checked_ledger(bed: &Bed) -> Ledger {
    let ledger = bed.store.ledger(None).await.unwrap();
    assert_eq!(ledger.sheets, sum(&ledger), "{ledger:?}");
    ledger
}

async fn the_equation_adds_up_at_every_step(bed: &Bed) {
    let user_id = bed.user("ada").await;
    let pages = bed.pages(6).await;
    assert_eq!(checked_ledger(bed).await.waiting, 6);
    let mut stories = Vec::new();
    for page_id in &pages[..4] {
        stories.push(bed.story_of(page_id).await);
        checked_ledger(bed).await;
    }
    bed.store
        .record_reading(&bed.moment(), quarantined_reading(&pages[4]))
        .await
        .unwrap();
    assert_eq!(checked_ledger(bed).await.quarantined, 1);
    for (story_id, kind) in stories.iter().zip([
        DecisionKind::Approve,
        DecisionKind::Approve,
        DecisionKind::Reject,
        DecisionKind::Hold,
    ]) {
        bed.decide(story_id, &user_id, kind).await;
        checked_ledger(bed).await;
    }
    for story_id in &stories[..2] {
        bed.store
            .publish_story(&bed.moment(), story_id)
            .await
            .unwrap()
            .unwrap();
        checked_ledger(bed).await;
    }
    bed.decide(&stories[0], &user_id, DecisionKind::Withdraw)
        .await;
    let ledger = Ledger {
        sheets: 6,
        published: 2,
        rejected: 1,
        quarantined: 1,
        waiting: 2,
        discarded: 0,
    };
    assert_eq!(checked_ledger(bed).await, ledger);
}

async fn batches_are_listed_newest_first_each_with_its_own_ledger(bed: &Bed) {
    let first = bed.batch().await;
    bed.store
        .record_file(&bed.moment(), new_file(&first, 3))
        .await
        .unwrap();
    bed.clock.advance_ms(1);
    let second = bed.batch().await;
    let mut file = new_file(&second, 1);
    file.pages.push(NewPage {
        page_idx: 1,
        outcome: PageOutcome::Quarantined(warning()),
    });
    bed.store.record_file(&bed.moment(), file).await.unwrap();
    bed.clock.advance_ms(1);
    let empty = bed.batch().await;
    let batches = bed.store.batches(10).await.unwrap();
    let listed: Vec<_> = batches
        .iter()
        .map(|b| (b.id.clone(), b.ledger.sheets, b.ledger.quarantined))
        .collect();
    assert_eq!(
        listed,
        [(empty, 0, 0), (second.clone(), 2, 1), (first, 3, 0)]
    );
    assert_eq!(bed.store.batches(1).await.unwrap().len(), 1);
    assert_eq!(bed.store.ledger(Some(&second)).await.unwrap().waiting, 1);
}

async fn a_count_that_does_not_fit_shows_until_it_is_explained_and_again_when_more_comes_in(
    bed: &Bed,
) {
    let (batch_id, user_id) = (bed.batch().await, bed.user("max").await);
    let take = async |n_pages| {
        let file = new_file(&batch_id, n_pages);
        bed.store.record_file(&bed.moment(), file).await.unwrap();
    };
    let unexplained = async || {
        bed.clock.advance_ms(1);
        let batch = bed.store.batch(&batch_id).await.unwrap().unwrap();
        let counted = bed.store.counted(&batch_id).await.unwrap();
        let in_list = batch.summary.unexplained;
        assert_eq!(counted.unexplained(batch.summary.ledger.sheets), in_list);
        in_list
    };
    take(7).await;
    assert_eq!(unexplained().await, None);
    let count = CountBatch {
        batch_id: batch_id.clone(),
        user_id: user_id.clone(),
        n_papers: 4,
        n_sides: 2,
    };
    bed.store.count_batch(&bed.moment(), &count).await.unwrap();
    assert_eq!(unexplained().await, Some(-1));
    let said = ExplainBatch {
        batch_id: batch_id.clone(),
        user_id,
        difference: -1,
        reason: "one back was not scanned".to_owned(),
    };
    bed.store.explain_batch(&bed.moment(), &said).await.unwrap();
    assert_eq!(unexplained().await, None);
    take(3).await;
    assert_eq!(unexplained().await, Some(2));
    let again = CountBatch {
        n_papers: 5,
        ..count
    };
    bed.store.count_batch(&bed.moment(), &again).await.unwrap();
    assert_eq!(unexplained().await, None);
    let counted = bed.store.counted(&batch_id).await.unwrap();
    assert_eq!(counted.count.unwrap().n_papers, 5);
}

async fn what_came_in_today_is_counted_apart_and_every_change_is_felt(bed: &Bed) {
    let batch_id = bed.batch().await;
    let before = bed.store.pulse().await.unwrap();
    bed.store
        .record_file(&bed.moment(), new_file(&batch_id, 3))
        .await
        .unwrap();
    let with_file = bed.store.pulse().await.unwrap();
    assert_ne!(before, with_file);
    assert_eq!(bed.store.pulse().await.unwrap(), with_file);
    bed.clock.advance_ms(60_000);
    let morning = bed.moment().now;
    let page_id = bed.page().await;
    let between = async |since, until| {
        let ledger = bed.store.ledger_between(since, until).await;
        ledger.unwrap().sheets
    };
    assert_eq!(between(morning, TimeMs(i64::MAX)).await, 1);
    assert_eq!(between(TimeMs(0), morning).await, 3);
    assert_eq!(bed.store.ledger(None).await.unwrap().sheets, 4);
    let latest = bed.store.latest_pages(2).await.unwrap();
    assert_eq!((latest.len(), &latest[0].id), (2, &page_id));
    let of_batch = bed.store.batch_pages(&batch_id).await.unwrap();
    let positions: Vec<u32> = of_batch.iter().map(|page| page.position).collect();
    assert_eq!(positions, [1, 2, 3]);
    assert_eq!(
        bed.store.page_counts().await.unwrap(),
        [(PageState::Received, 4)]
    );
}
