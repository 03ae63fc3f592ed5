use store::{Store, Trouble, TroubleWords};

use crate::bed::Bed;

crate::bed::on_engines! { sqlite = Sqlite, postgres = Postgres; [
    a_trouble_is_known_here_and_in_other_processes_until_it_is_cleared,
    since_when_is_kept_while_it_goes_on_and_the_words_may_change,
    what_a_process_left_behind_is_forgotten_after_a_minute,
    a_process_that_starts_again_takes_back_what_it_said_before,
    one_that_goes_on_is_not_forgotten,
    a_part_that_works_here_may_be_in_trouble_elsewhere,
] }

fn words(cause: &str) -> TroubleWords {
    TroubleWords {
        cause: cause.to_owned(),
        next_action: "Wait.".to_owned(),
    }
}

async fn another_process(bed: &Bed) -> Store {
    Store::connect(&bed.database_url, 1).await.unwrap()
}

async fn note(store: &Store, bed: &Bed, part: &str, cause: &str) {
    let now = bed.moment().now;
    store.note_trouble(part, words(cause), now).await;
}

async fn clear(store: &Store, bed: &Bed, part: &str) {
    store.clear_trouble(part, bed.moment().now).await;
}

async fn troubles(store: &Store, bed: &Bed) -> Vec<Trouble> {
    store.troubles(bed.moment().now).await
}

async fn a_trouble_is_known_here_and_in_other_processes_until_it_is_cleared(bed: &Bed) {
    let other = another_process(bed).await;
    let since = bed.moment().now;
    note(&bed.store, bed, "Inbox /scans", "The disk is full.").await;
    let expected = [Trouble {
        part: "Inbox /scans".to_owned(),
        words: words("The disk is full."),
        since,
    }];
    assert_eq!(troubles(&bed.store, bed).await, expected);
    assert_eq!(troubles(&other, bed).await, expected);
    clear(&bed.store, bed, "Inbox /scans").await;
    assert_eq!(troubles(&bed.store, bed).await, []);
    assert_eq!(troubles(&other, bed).await, []);
}

async fn since_when_is_kept_while_it_goes_on_and_the_words_may_change(bed: &Bed) {
    let other = another_process(bed).await;
    let since = bed.moment().now;
    note(&bed.store, bed, "Queue", "The broker is away.").await;
    bed.clock.advance_ms(3_000);
    note(&bed.store, bed, "Queue", "The disk is full.").await;
    for store in [&bed.store, &other] {
        let troubles = troubles(store, bed).await;
        assert_eq!(troubles[0].since, since);
        assert_eq!(troubles[0].words, words("The disk is full."));
    }
}

async fn what_a_process_left_behind_is_forgotten_after_a_minute(bed: &Bed) {
    let killed = another_process(bed).await;
    note(&killed, bed, "Queue", "The broker is away.").await;
    killed.close().await;
    bed.clock.advance_ms(59_000);
    assert_eq!(troubles(&bed.store, bed).await.len(), 1);
    bed.clock.advance_ms(2_000);
    assert_eq!(troubles(&bed.store, bed).await, []);
}

async fn a_process_that_starts_again_takes_back_what_it_said_before(bed: &Bed) {
    let killed = another_process(bed).await;
    note(&killed, bed, "Queue", "The broker is away.").await;
    killed.close().await;
    let started_again = another_process(bed).await;
    clear(&started_again, bed, "Queue").await;
    assert_eq!(troubles(&bed.store, bed).await, []);
}

async fn one_that_goes_on_is_not_forgotten(bed: &Bed) {
    let other = another_process(bed).await;
    for _ in 0..20 {
        note(&bed.store, bed, "Queue", "The broker is away.").await;
        bed.clock.advance_ms(5_000);
    }
    assert_eq!(troubles(&other, bed).await.len(), 1);
}

async fn a_part_that_works_here_may_be_in_trouble_elsewhere(bed: &Bed) {
    let other = another_process(bed).await;
    clear(&bed.store, bed, "Queue").await;
    note(&other, bed, "Queue", "The broker is away.").await;
    clear(&bed.store, bed, "Queue").await;
    assert_eq!(troubles(&bed.store, bed).await.len(), 1);
}

/// Nothing can be told then, and nobody waits for it.
#[tokio::test]
async fn without_a_database_a_process_knows_of_its_own_troubles() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/postbag.db", folder.path().display());
    let store = Store::connect(&url, 1).await.unwrap();
    store.migrate().await.unwrap();
    store.close().await;
    let now = schemas::TimeMs(1_700_000_000_000);
    store
        .note_trouble("Queue", words("The database does not answer."), now)
        .await;
    assert_eq!(store.troubles(now).await.len(), 1);
    store.clear_trouble("Queue", now).await;
    assert_eq!(store.troubles(now).await, []);
}
