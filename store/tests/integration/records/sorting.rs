//! A delivery is cut into piles, whichever of its pages is read first.

use schemas::reading::NoLeaflet;
use schemas::record::{PageRole, PageState};
use schemas::separation::Separation;
use schemas::{BatchId, PageId};
use store::{
    BatchSummary, CountBatch, DecidePage, Intake, NewCover, NewReading, PageChange, PageRecord,
};

use crate::bed::{Bed, new_file, new_reading, quarantined_reading, warning};

crate::bed::on_engines! { sqlite = Sqlite, postgres = Postgres; [
    a_cover_sheet_begins_a_pile_with_its_name_and_its_count,
    whichever_page_is_read_last_the_piles_are_the_same,
    what_comes_in_later_belongs_to_the_last_pile,
    a_cover_sheet_that_is_used_again_says_so_and_counts_nothing,
    a_count_by_hand_is_one_of_the_whole_delivery,
    an_empty_back_is_put_aside_and_a_person_takes_it_back_for_good,
    so_many_sides_are_a_pile_also_when_none_could_be_opened,
    a_page_that_nobody_could_read_holds_nothing_up,
] }

/// What the reader says of a page.
#[derive(Clone)]
enum Seen {
    Leaflet,
    Letter,
    Cover(Option<String>),
    Blank,
}

fn reading_of(page_id: &PageId, seen: &Seen) -> NewReading {
    let mut new = quarantined_reading(page_id);
    new.reading.layout = None;
    new.reading.serial = None;
    match seen {
        Seen::Leaflet => {
            new = new_reading(page_id);
            new.reading.serial = None;
        }
        Seen::Letter => {}
        Seen::Cover(number) => {
            new.reading.no_leaflet = Some(NoLeaflet::Cover);
            new.reading.serial.clone_from(number);
        }
        Seen::Blank => new.reading.no_leaflet = Some(NoLeaflet::Blank),
    }
    new
}

async fn read(bed: &Bed, page_id: &PageId, seen: &Seen) {
    let new = reading_of(page_id, seen);
    bed.store.record_reading(&bed.moment(), new).await.unwrap();
}

async fn open(bed: &Bed, separation: Separation) -> BatchId {
    // Long enough for the piles of the one before.
    bed.clock.advance_ms(100);
    let moment = bed.moment();
    let opened = bed.store.open_batch(&moment, "inbox /scans", separation);
    opened.await.unwrap()
}

/// Takes in one file with a page for each; its pages.
async fn take(bed: &Bed, batch: &BatchId, n_pages: usize) -> Vec<PageId> {
    let file = new_file(batch, u32::try_from(n_pages).unwrap());
    match bed.store.record_file(&bed.moment(), file).await.unwrap() {
        Intake::Recorded { page_ids, .. } => page_ids,
        other => panic!("a new file was taken for {other:?}"),
    }
}

/// Takes in a file and reads it from the front; the batch.
async fn scan(bed: &Bed, separation: Separation, sides: &[Seen]) -> BatchId {
    let batch = open(bed, separation).await;
    let pages = take(bed, &batch, sides.len()).await;
    for (page_id, seen) in pages.iter().zip(sides) {
        read(bed, page_id, seen).await;
    }
    batch
}

async fn cover(bed: &Bed, name: &str, n_papers: Option<u32>) -> Seen {
    let cover = NewCover {
        name: name.to_owned(),
        n_papers,
        n_sides: 1,
    };
    let number = bed.store.add_cover(&bed.moment(), &cover).await.unwrap();
    Seen::Cover(Some(number.to_string()))
}

/// The piles, the first one first: what each is called, and how many sheets it has.
async fn piles(bed: &Bed) -> Vec<(String, u64)> {
    let named = |pile: BatchSummary| (pile.source, pile.ledger.sheets);
    let newest_first = bed.store.batches(99).await.unwrap();
    newest_first.into_iter().rev().map(named).collect()
}

async fn pile(bed: &Bed, name: &str) -> BatchSummary {
    let piles = bed.store.batches(99).await.unwrap();
    piles.into_iter().find(|pile| pile.source == name).unwrap()
}

async fn pages(bed: &Bed, batch: &BatchId) -> Vec<PageRecord> {
    bed.store.batch_pages(batch).await.unwrap()
}

fn named(name: &str, n_sheets: u64) -> (String, u64) {
    (name.to_owned(), n_sheets)
}

async fn a_cover_sheet_begins_a_pile_with_its_name_and_its_count(bed: &Bed) {
    let (one, two) = (
        cover(bed, "Ward 4", Some(2)).await,
        cover(bed, "Ward 5", Some(3)).await,
    );
    let leaflet = || Seen::Leaflet;
    let sides = [
        leaflet(),
        leaflet(),
        one,
        Seen::Blank,
        leaflet(),
        leaflet(),
        two,
        leaflet(),
    ];
    let first = scan(bed, Separation::CoverSheets, &sides).await;
    assert_eq!(
        piles(bed).await,
        [
            named("inbox /scans", 2),
            named("Ward 4", 4),
            named("Ward 5", 2)
        ]
    );
    let four = pile(bed, "Ward 4").await;
    assert_eq!((four.n_to_count, four.unexplained), (2, None));
    assert_eq!(pile(bed, "Ward 5").await.unexplained, Some(-2));
    let counted = bed.store.counted(&four.id).await.unwrap();
    assert_eq!(counted.count.unwrap().user_name, "the cover sheet");
    let sheets = pages(bed, &four.id).await;
    let seen: Vec<_> = sheets
        .iter()
        .map(|page| (page.position, page.state, page.role))
        .collect();
    assert_eq!(
        seen,
        [
            (1, PageState::Discarded, Some(PageRole::Cover)),
            (2, PageState::Discarded, Some(PageRole::CoverBack)),
            (3, PageState::Read, None),
            (4, PageState::Read, None),
        ]
    );
    let beside = bed.store.delivered_with(&four.id).await.unwrap();
    let beside: Vec<_> = beside.into_iter().map(|pile| pile.source).collect();
    assert_eq!(beside, ["inbox /scans", "Ward 5"]);
    let ledger = bed.store.ledger(None).await.unwrap();
    assert_eq!((ledger.sheets, ledger.discarded, ledger.waiting), (8, 3, 5));
    assert_eq!(first, pile(bed, "inbox /scans").await.id);
}

async fn whichever_page_is_read_last_the_piles_are_the_same(bed: &Bed) {
    let orders = [[0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0], [2, 0, 4, 5, 1, 3]];
    for (n, order) in orders.into_iter().enumerate() {
        let names = [format!("A{n}"), format!("B{n}")];
        let sides = [
            cover(bed, &names[0], None).await,
            Seen::Leaflet,
            Seen::Letter,
            cover(bed, &names[1], None).await,
            Seen::Leaflet,
            Seen::Leaflet,
        ];
        let batch = open(bed, Separation::CoverSheets).await;
        let pages = take(bed, &batch, sides.len()).await;
        for idx in order {
            assert_eq!(piles(bed).await.len(), 2 * n + 1, "not before all are read");
            read(bed, &pages[idx], &sides[idx]).await;
        }
        for name in &names {
            assert_eq!(pile(bed, name).await.ledger.sheets, 3, "{order:?}");
        }
        // A job that runs twice changes nothing.
        read(bed, &pages[3], &sides[3]).await;
        assert_eq!(piles(bed).await.len(), 2 * n + 2);
    }
}

async fn what_comes_in_later_belongs_to_the_last_pile(bed: &Bed) {
    let sides = [
        cover(bed, "Ward 4", None).await,
        Seen::Leaflet,
        cover(bed, "Ward 5", None).await,
    ];
    let batch = scan(bed, Separation::CoverSheets, &sides).await;
    assert_eq!(piles(bed).await, [named("Ward 4", 2), named("Ward 5", 1)]);
    bed.clock.advance_ms(100);
    let more = take(bed, &batch, 2).await;
    read(bed, &more[0], &Seen::Leaflet).await;
    read(bed, &more[1], &cover(bed, "Ward 6", None).await).await;
    let last = take(bed, &batch, 1).await;
    read(bed, &last[0], &Seen::Leaflet).await;
    assert_eq!(
        piles(bed).await,
        [named("Ward 4", 2), named("Ward 5", 2), named("Ward 6", 2)]
    );
    let six = pile(bed, "Ward 6").await.id;
    let places: Vec<_> = pages(bed, &six).await.iter().map(|p| p.position).collect();
    assert_eq!(places, [1, 2]);
}

async fn a_cover_sheet_that_is_used_again_says_so_and_counts_nothing(bed: &Bed) {
    let one = cover(bed, "Ward 4", Some(1)).await;
    let again = [one.clone(), Seen::Leaflet, Seen::Leaflet];
    scan(bed, Separation::CoverSheets, &[one, Seen::Leaflet]).await;
    scan(bed, Separation::CoverSheets, &again).await;
    scan(
        bed,
        Separation::CoverSheets,
        &[Seen::Cover(None), Seen::Leaflet],
    )
    .await;
    let stranger = Seen::Cover(Some("ELSEWHERE".to_owned()));
    scan(bed, Separation::CoverSheets, &[stranger, Seen::Leaflet]).await;
    assert_eq!(
        piles(bed).await,
        [
            named("Ward 4", 2),
            named("Ward 4 (cover sheet used again)", 3),
            named("inbox /scans", 2),
            named("inbox /scans", 2),
        ]
    );
    for pile in bed.store.batches(9).await.unwrap() {
        assert_eq!(pile.unexplained, None, "{}", pile.source);
    }
}

async fn a_count_by_hand_is_one_of_the_whole_delivery(bed: &Bed) {
    let max = bed.user("max").await;
    let sides = [
        Seen::Leaflet,
        Seen::Leaflet,
        Seen::Cover(None),
        Seen::Leaflet,
    ];
    let batch = scan(bed, Separation::CoverSheets, &sides).await;
    let count = CountBatch {
        batch_id: batch.clone(),
        user_id: max,
        n_papers: 4,
        n_sides: 1,
    };
    bed.store.count_batch(&bed.moment(), &count).await.unwrap();
    let counted = bed.store.batch_summary(&batch).await.unwrap().unwrap();
    assert_eq!((counted.n_to_count, counted.unexplained), (3, Some(-1)));
}

async fn an_empty_back_is_put_aside_and_a_person_takes_it_back_for_good(bed: &Bed) {
    use PageState::{Discarded, Quarantined};
    let max = bed.user("max").await;
    let batch = scan(
        bed,
        Separation::CoverSheets,
        &[Seen::Letter, Seen::Blank, Seen::Blank, Seen::Blank],
    )
    .await;
    let sheets = pages(bed, &batch).await;
    let states: Vec<_> = sheets.iter().map(|page| page.state).collect();
    assert_eq!(states, [Quarantined, Discarded, Quarantined, Quarantined]);
    assert_eq!(sheets[1].role, Some(PageRole::BlankBack));
    let restore = DecidePage {
        page_id: sheets[1].id.clone(),
        user_id: max,
        reason: "a pencil".to_owned(),
    };
    let back = bed.store.restore_page(&bed.moment(), &restore).await;
    assert_eq!(back.unwrap(), PageChange::Done);
    bed.store.sort_batch(&bed.moment(), &batch).await.unwrap();
    assert_eq!(pages(bed, &batch).await[1].state, Quarantined);
}

async fn so_many_sides_are_a_pile_also_when_none_could_be_opened(bed: &Bed) {
    let batch = open(bed, Separation::EverySides(2)).await;
    let mut file = new_file(&batch, 5);
    for page in &mut file.pages {
        page.outcome = store::PageOutcome::Quarantined(warning());
    }
    bed.store.record_file(&bed.moment(), file).await.unwrap();
    let sizes: Vec<_> = piles(bed).await.into_iter().map(|(_, n)| n).collect();
    assert_eq!(sizes, [2, 2, 1]);
    assert_eq!(bed.store.ledger(None).await.unwrap().quarantined, 5);
}

async fn a_page_that_nobody_could_read_holds_nothing_up(bed: &Bed) {
    let batch = open(bed, Separation::CoverSheets).await;
    let sheets = take(bed, &batch, 3).await;
    read(bed, &sheets[1], &cover(bed, "Ward 4", None).await).await;
    read(bed, &sheets[2], &Seen::Leaflet).await;
    assert_eq!(piles(bed).await.len(), 1);
    let (moment, warning) = (bed.moment(), warning());
    let gave_up = bed.store.quarantine_page(&moment, &sheets[0], &warning);
    assert!(gave_up.await.unwrap());
    assert_eq!(
        piles(bed).await,
        [named("inbox /scans", 1), named("Ward 4", 2)]
    );
}
