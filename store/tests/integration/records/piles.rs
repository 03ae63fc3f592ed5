use futures_util::future::join_all;
use schemas::TimeMs;
use schemas::separation::Separation;
use store::Moment;

use crate::bed::{Bed, IDS};

crate::bed::on_engines! { sqlite = Sqlite, postgres = Postgres; [
    files_that_come_at_the_same_moment_begin_one_pile,
    an_empty_pile_goes_on_and_another_source_has_its_own,
] }

const IDLE_MS: i64 = 1_000;
const COVERS: Separation = Separation::CoverSheets;

async fn files_that_come_at_the_same_moment_begin_one_pile(bed: &Bed) {
    let moment = bed.moment();
    let asked = (0..8).map(|_| {
        bed.store
            .go_on_with_batch(&moment, "drop a", COVERS, IDLE_MS)
    });
    let ids = join_all(asked).await;
    let first = ids[0].as_ref().unwrap();
    assert!(ids.iter().all(|id| id.as_ref().unwrap() == first));
}

async fn an_empty_pile_goes_on_and_another_source_has_its_own(bed: &Bed) {
    let now = bed.moment().now;
    let at = |now: TimeMs| Moment { now, ids: &IDS };
    let go_on = async |source: &str, now| {
        let moment = at(now);
        let batch = bed
            .store
            .go_on_with_batch(&moment, source, COVERS, IDLE_MS)
            .await;
        batch.unwrap()
    };
    let first = go_on("drop a", now).await;
    assert_eq!(go_on("drop a", now.plus_ms(IDLE_MS * 9)).await, first);
    assert_ne!(go_on("drop b", now).await, first);
}
