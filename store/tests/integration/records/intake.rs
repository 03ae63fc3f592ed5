use futures_util::future::join_all;
use schemas::BatchId;
use schemas::record::PageState;
use store::{Intake, NewFile, NewPage, PageOutcome, StoreError};

use crate::bed::{Bed, new_file, warning};

crate::bed::on_engines! { sqlite = Sqlite, postgres = Postgres; [
    the_sheets_of_a_batch_are_numbered_in_the_order_they_came_in,
    an_intake_that_is_repeated_writes_nothing,
    the_same_bytes_from_another_place_are_a_duplicate_without_sheets,
    two_empty_files_are_two_sheets,
    many_processes_that_take_in_one_file_record_it_once,
    many_files_taken_in_at_once_get_places_of_their_own,
    a_file_without_pages_is_refused,
    a_file_for_no_batch_leaves_nothing_behind,
] }

fn empty_file(batch_id: &BatchId) -> NewFile {
    let outcome = PageOutcome::Quarantined(warning());
    NewFile {
        blob: None,
        size_bytes: 0,
        pages: vec![NewPage {
            page_idx: 0,
            outcome,
        }],
        ..new_file(batch_id, 0)
    }
}

async fn the_sheets_of_a_batch_are_numbered_in_the_order_they_came_in(bed: &Bed) {
    let batch_id = bed.batch().await;
    for n_pages in [2, 1] {
        let file = new_file(&batch_id, n_pages);
        bed.store.record_file(&bed.moment(), file).await.unwrap();
    }
    let file = empty_file(&batch_id);
    bed.store.record_file(&bed.moment(), file).await.unwrap();
    let batch = bed.store.batch(&batch_id).await.unwrap().unwrap();
    let places: Vec<_> = batch
        .sheets
        .iter()
        .map(|s| (s.position, s.page_idx))
        .collect();
    assert_eq!(places, [(1, 0), (2, 1), (3, 0), (4, 0)]);
    assert_eq!(batch.sheets[3].state, PageState::Quarantined);
    assert_eq!(batch.sheets[3].warning, Some(warning()));
    let page = bed
        .store
        .page(&batch.sheets[1].page_id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((page.position, page.page_idx), (2, 1));
    assert_eq!(page.batch_source, "post of Monday");
    let picture = page.picture.unwrap();
    assert_eq!((picture.width_px, picture.dpi), (2_480, Some(300.0)));
}

async fn an_intake_that_is_repeated_writes_nothing(bed: &Bed) {
    let batch_id = bed.batch().await;
    let file = new_file(&batch_id, 2);
    let first = bed
        .store
        .record_file(&bed.moment(), file.clone())
        .await
        .unwrap();
    let again = bed.store.record_file(&bed.moment(), file).await.unwrap();
    let (Intake::Recorded { file_id, .. }, Intake::AlreadyRecorded { file_id: known }) =
        (first, again)
    else {
        panic!("the second intake was recorded");
    };
    assert_eq!(file_id, known);
    assert_eq!(bed.store.ledger(None).await.unwrap().sheets, 2);
}

async fn the_same_bytes_from_another_place_are_a_duplicate_without_sheets(bed: &Bed) {
    let batch_id = bed.batch().await;
    let file = new_file(&batch_id, 2);
    let copy = NewFile {
        origin: "/elsewhere/copy.tif".to_owned(),
        name: "copy.tif".to_owned(),
        ..file.clone()
    };
    let first = bed.store.record_file(&bed.moment(), file).await.unwrap();
    let second = bed
        .store
        .record_file(&bed.moment(), copy.clone())
        .await
        .unwrap();
    let third = bed.store.record_file(&bed.moment(), copy).await.unwrap();
    let Intake::Recorded {
        file_id: original, ..
    } = first
    else {
        panic!("the first copy was not recorded");
    };
    assert!(matches!(second, Intake::Duplicate { of, .. } if of == original));
    assert!(matches!(third, Intake::AlreadyRecorded { .. }));
    let batch = bed.store.batch(&batch_id).await.unwrap().unwrap();
    assert_eq!(batch.duplicates, ["copy.tif"]);
    assert_eq!(batch.summary.ledger.sheets, 2);
}

async fn two_empty_files_are_two_sheets(bed: &Bed) {
    let batch_id = bed.batch().await;
    for _ in 0..2 {
        let file = empty_file(&batch_id);
        bed.store.record_file(&bed.moment(), file).await.unwrap();
    }
    assert_eq!(bed.store.ledger(None).await.unwrap().quarantined, 2);
    assert_eq!(bed.store.quarantined_pages(10).await.unwrap().len(), 2);
}

async fn many_processes_that_take_in_one_file_record_it_once(bed: &Bed) {
    let batch_id = bed.batch().await;
    let file = new_file(&batch_id, 1);
    let moment = bed.moment();
    // Half of them see it in another place.
    let takes = (0..8).map(|n| {
        let mut file = file.clone();
        if n % 2 == 1 {
            file.origin = format!("/copies/{n}.tif");
        }
        bed.store.record_file(&moment, file)
    });
    let intakes: Vec<_> = join_all(takes)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    let recorded = |i: &&Intake| matches!(i, Intake::Recorded { .. });
    assert_eq!(intakes.iter().filter(recorded).count(), 1, "{intakes:?}");
    assert_eq!(bed.store.ledger(None).await.unwrap().sheets, 1);
}

async fn many_files_taken_in_at_once_get_places_of_their_own(bed: &Bed) {
    let batch_id = bed.batch().await;
    let moment = bed.moment();
    let takes = (0..12).map(|_| bed.store.record_file(&moment, new_file(&batch_id, 2)));
    for intake in join_all(takes).await {
        assert!(matches!(intake.unwrap(), Intake::Recorded { .. }));
    }
    let batch = bed.store.batch(&batch_id).await.unwrap().unwrap();
    let places: Vec<_> = batch.sheets.iter().map(|s| s.position).collect();
    assert_eq!(places, (1..=24).collect::<Vec<_>>());
}

async fn a_file_without_pages_is_refused(bed: &Bed) {
    let batch_id = bed.batch().await;
    let outcome = bed
        .store
        .record_file(&bed.moment(), new_file(&batch_id, 0))
        .await;
    assert!(matches!(outcome, Err(StoreError::NoPages)));
}

async fn a_file_for_no_batch_leaves_nothing_behind(bed: &Bed) {
    let nowhere = BatchId::fresh(&crate::bed::IDS, bed.moment().now);
    let file = new_file(&nowhere, 1);
    assert!(bed.store.record_file(&bed.moment(), file).await.is_err());
    assert_eq!(bed.store.ledger(None).await.unwrap().sheets, 0);
    assert_eq!(bed.relay(&bed.queue().await).await, 0);
}
