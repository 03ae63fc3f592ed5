use schemas::record::DecisionKind;
use store::{Ledger, NewPage, PageOutcome};

use crate::bed::{Bed, new_file, quarantined_reading, warning};

crate::bed::on_engines! { sqlite = Sqlite, postgres = Postgres; [
    the_equation_adds_up_at_every_step,
    batches_are_listed_newest_first_each_with_its_own_ledger,
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
