//! Sheets without a printed number that were scanned twice are found by their looks.

use futures_util::future::join_all;
use schemas::PageId;
use schemas::looks::{CELLS, Looks};
use store::{NewReading, Twin, TwinBy};

use crate::bed::{Bed, new_reading, quarantined_reading};

crate::bed::on_engines! { sqlite = Sqlite, postgres = Postgres; [
    a_letter_that_was_scanned_twice_is_linked_with_the_first_scan,
    what_somebody_else_wrote_is_linked_with_nothing,
    pages_of_different_forms_are_not_compared,
    two_scans_that_are_read_at_the_same_moment_find_each_other,
    read_again_by_another_engine_a_page_is_compared_by_what_that_saw,
    a_story_knows_the_sheets_that_look_like_its_own_once_each,
] }

/// What somebody wrote on a page, line by line.
fn written_by(writer: u64) -> Looks {
    let cell = |i: usize| {
        let (x, y) = (i % CELLS, i / CELLS);
        let inside = (8..56).contains(&x) && (6..58).contains(&y) && y % 4 < 2;
        let seed = writer * 7919 + (y as u64 / 4) * 104_729 + (x as u64 / 2) * 1_299_709;
        let word = (seed ^ (seed >> 7)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 61;
        if inside { f64::from(word as u8) } else { 0.0 }
    };
    let cells: Vec<f64> = (0..CELLS * CELLS).map(cell).collect();
    Looks::of(&cells).unwrap()
}

fn letter(page_id: &PageId, writer: u64) -> NewReading {
    let mut new = quarantined_reading(page_id);
    new.reading.layout = None;
    new.reading.serial = None;
    new.looks = Some(written_by(writer));
    new
}

fn leaflet(page_id: &PageId, version: u32, writer: u64) -> NewReading {
    let mut new = new_reading(page_id);
    new.reading.serial = None;
    new.reading.version = Some(version);
    new.looks = Some(written_by(writer));
    new
}

async fn record(bed: &Bed, new: NewReading) {
    bed.store.record_reading(&bed.moment(), new).await.unwrap();
}

async fn twins(bed: &Bed, page_id: &PageId) -> Vec<Twin> {
    bed.store.twins(page_id).await.unwrap()
}

/// Two pages of two piles.
async fn two_piles(bed: &Bed) -> [PageId; 2] {
    let first = bed.pages(1).await.remove(0);
    bed.clock.advance_ms(1_000);
    [first, bed.pages(1).await.remove(0)]
}

async fn a_letter_that_was_scanned_twice_is_linked_with_the_first_scan(bed: &Bed) {
    let [first, again] = two_piles(bed).await;
    record(bed, letter(&first, 1)).await;
    assert!(twins(bed, &first).await.is_empty());
    record(bed, letter(&again, 1)).await;
    let of_again = twins(bed, &again).await.remove(0);
    assert_eq!((&of_again.other_id, of_again.by), (&first, TwinBy::Looks));
    assert_eq!(of_again.story_id, None);
    assert_eq!(twins(bed, &first).await[0].other_id, again);

    let batch_of = |twin: &Twin| twin.batch_id.clone();
    let first_batch = batch_of(&of_again);
    let second_batch = batch_of(&twins(bed, &first).await[0]);
    let before = bed.store.scanned_before(&second_batch).await.unwrap();
    assert_eq!((before.len(), &before[0].page_id), (1, &again));
    let before = bed.store.scanned_before(&first_batch).await.unwrap();
    assert!(before.is_empty(), "it came in first");
}

async fn what_somebody_else_wrote_is_linked_with_nothing(bed: &Bed) {
    let pages = bed.pages(6).await;
    for (writer, page_id) in (1..).zip(&pages) {
        record(bed, letter(page_id, writer)).await;
    }
    for page_id in &pages {
        assert!(twins(bed, page_id).await.is_empty());
    }
}

async fn pages_of_different_forms_are_not_compared(bed: &Bed) {
    let pages = bed.pages(4).await;
    record(bed, leaflet(&pages[0], 1, 1)).await;
    record(bed, leaflet(&pages[1], 2, 1)).await;
    record(bed, letter(&pages[2], 1)).await;
    assert!(twins(bed, &pages[0]).await.is_empty());
    record(bed, leaflet(&pages[3], 2, 1)).await;
    assert_eq!(twins(bed, &pages[3]).await[0].other_id, pages[1]);
}

async fn two_scans_that_are_read_at_the_same_moment_find_each_other(bed: &Bed) {
    let pages = bed.pages(6).await;
    let readings = pages.iter().zip([1, 1, 2, 2, 3, 3]);
    join_all(readings.map(|(page_id, writer)| record(bed, letter(page_id, writer)))).await;
    for pair in pages.chunks(2) {
        assert_eq!(twins(bed, &pair[0]).await[0].other_id, pair[1]);
        assert_eq!(twins(bed, &pair[1]).await[0].other_id, pair[0]);
    }
}

async fn read_again_by_another_engine_a_page_is_compared_by_what_that_saw(bed: &Bed) {
    let [first, again] = two_piles(bed).await;
    record(bed, letter(&first, 1)).await;
    let mut better = letter(&first, 2);
    "9.9".clone_into(&mut better.reading.engine.postbag);
    record(bed, better).await;
    record(bed, letter(&again, 2)).await;
    assert_eq!(twins(bed, &again).await[0].other_id, first);
}

async fn a_story_knows_the_sheets_that_look_like_its_own_once_each(bed: &Bed) {
    let pages = bed.pages(3).await;
    record(bed, leaflet(&pages[0], 1, 1)).await;
    record(bed, leaflet(&pages[1], 1, 1)).await;
    record(bed, leaflet(&pages[2], 1, 2)).await;
    let listed = bed.store.stories(store::StoryFilter::default()).await;
    let mut found = Vec::new();
    for story in listed.unwrap() {
        let story = bed.store.story(&story.id).await.unwrap().unwrap();
        found.extend(
            story
                .twins
                .into_iter()
                .map(|twin| (twin.page_id, twin.other_id)),
        );
    }
    found.sort();
    let mut pair = [
        (pages[0].clone(), pages[1].clone()),
        (pages[1].clone(), pages[0].clone()),
    ];
    pair.sort();
    assert_eq!(found, pair);
}
