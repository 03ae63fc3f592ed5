//! Two sides of one leaflet, in whichever order they are read.

use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::future::join_all;
use schemas::layout::Meaning;
use schemas::reading::{InkState, MarkDecision};
use schemas::record::{DecisionKind, PageState};
use schemas::{PageId, UserId};
use store::{
    Claim, DecidePage, JoinPasses, JoinSides, Joined, Mismatch, NewReading, PageChange, PassOrder,
    Passes, PlacePage, StoryFilter, StoryRecord,
};

use crate::bed::{Bed, STORY, new_reading};

crate::bed::on_engines! { sqlite = Sqlite, postgres = Postgres; [
    front_and_back_are_one_story_whichever_is_read_first,
    front_and_back_that_are_read_at_the_same_moment_are_one_story,
    an_empty_side_waits_without_a_story_until_its_other_side_comes,
    two_empty_sides_are_a_story_that_a_person_decides,
    an_empty_leaflet_with_one_side_only_is_a_story,
    a_side_that_comes_while_somebody_works_lies_beside_and_says_so,
    words_that_come_after_the_decision_are_a_story_of_their_own,
    the_same_number_twice_makes_two_stories_that_know_of_each_other,
    a_sheet_that_is_scanned_again_in_another_pile_is_linked_with_the_first,
    of_photocopies_with_one_number_the_nearest_sides_belong_together,
    without_a_number_only_an_empty_side_joins_and_only_on_its_own_sheet,
    a_side_that_waits_can_be_thrown_away_placed_or_made_a_story,
    sides_of_different_batches_stay_apart,
    a_person_puts_two_sides_together_and_takes_them_apart_again,
    sides_that_contradict_each_other_are_not_put_together,
    a_story_that_somebody_works_on_is_neither_joined_nor_parted,
    a_pile_of_two_passes_is_put_together_whichever_way_it_lay,
    a_wrong_count_changes_nothing_and_says_what_does_not_fit,
] }

/// What is on a side.
#[derive(Clone, Copy, PartialEq)]
enum On {
    /// What the form of the tests has on it.
    Everything,
    /// A story that goes on, and nothing else.
    MoreWords,
    Nothing,
}

const MORE: &str = "And everybody had time.";

fn side(page_id: &PageId, side: u32, on: On) -> NewReading {
    let mut new = new_reading(page_id);
    new.has_other_side = true;
    new.reading.side = Some(side);
    let regions = &mut new.reading.regions;
    match on {
        On::Everything => {}
        On::MoreWords => {
            regions.retain(|region| region.reads == Meaning::Story);
            regions[0].value = Some(MORE.to_owned());
        }
        On::Nothing => {
            for region in regions {
                region.state = InkState::Blank;
                region.value = None;
                region.candidates.clear();
                for mark in &mut region.marks {
                    mark.decision = MarkDecision::Empty;
                }
            }
        }
    }
    new
}

fn without_number(mut new: NewReading) -> NewReading {
    new.reading.serial = None;
    new
}

async fn record(bed: &Bed, new: NewReading) -> Option<schemas::StoryId> {
    bed.store
        .record_reading(&bed.moment(), new)
        .await
        .unwrap()
        .story_id
}

async fn stories(bed: &Bed) -> Vec<StoryRecord> {
    let listed = bed.store.stories(StoryFilter::default()).await.unwrap();
    let mut stories = Vec::new();
    for story in listed {
        stories.push(bed.store.story(&story.id).await.unwrap().unwrap());
    }
    // Those of one millisecond have no order of their own.
    stories.sort_by_key(|story| story.first_page().page.position);
    stories
}

async fn only_story(bed: &Bed) -> StoryRecord {
    let mut stories = stories(bed).await;
    assert_eq!(stories.len(), 1);
    stories.remove(0)
}

fn page_ids(story: &StoryRecord) -> Vec<&PageId> {
    story.pages.iter().map(|page| &page.page.id).collect()
}

async fn adds_up(bed: &Bed) {
    let l = bed.store.ledger(None).await.unwrap();
    let sum = l.published + l.rejected + l.quarantined + l.waiting + l.discarded;
    assert_eq!(l.sheets, sum, "{l:?}");
}

async fn front_and_back_are_one_story_whichever_is_read_first(bed: &Bed) {
    for order in [[0, 1], [1, 0]] {
        let pages = bed.pages(2).await;
        let sides = [
            side(&pages[0], 1, On::Everything),
            side(&pages[1], 2, On::MoreWords),
        ];
        let mut told = Vec::new();
        for idx in order {
            told.push(record(bed, sides[idx].clone()).await);
            adds_up(bed).await;
        }
        assert!(told[0].is_some() && told[0] == told[1]);
        let story = bed.store.story(&told[0].clone().unwrap()).await.unwrap();
        let story = story.unwrap();
        assert_eq!(page_ids(&story), [&pages[0], &pages[1]]);
        assert_eq!(story.fields.as_written, format!("{STORY}\n{MORE}"));
        assert_eq!(story.fields.service, "Leeds General Infirmary");
        assert!(story.fields.consent && story.fields.title.starts_with("The nurse"));
        assert!(story.pages.iter().all(|page| !page.apart));
        assert_eq!(story.revision_no, 0);
    }
    let listed = bed.store.stories(StoryFilter::default()).await.unwrap();
    assert_eq!(listed.len(), 2);
    assert!(listed.iter().all(|story| story.position == 1), "the front");
    assert!(listed.iter().all(|story| story.has_drawing));
}

async fn front_and_back_that_are_read_at_the_same_moment_are_one_story(bed: &Bed) {
    let pages = bed.pages(2).await;
    let moment = bed.moment();
    let sides = [
        side(&pages[0], 1, On::Everything),
        side(&pages[1], 2, On::MoreWords),
    ];
    let tries = sides.map(|new| bed.store.record_reading(&moment, new));
    for recorded in join_all(tries).await {
        assert!(recorded.unwrap().story_id.is_some());
    }
    assert_eq!(page_ids(&only_story(bed).await), [&pages[0], &pages[1]]);
}

async fn an_empty_side_waits_without_a_story_until_its_other_side_comes(bed: &Bed) {
    let pages = bed.pages(2).await;
    assert_eq!(record(bed, side(&pages[1], 2, On::Nothing)).await, None);
    let waiting = bed.store.waiting_sides(10).await.unwrap();
    assert_eq!(waiting.len(), 1);
    assert!(waiting[0].id == pages[1] && waiting[0].waits_for_other_side());
    assert_eq!(bed.store.ledger(None).await.unwrap().waiting, 2);
    // The job runs twice.
    assert_eq!(record(bed, side(&pages[1], 2, On::Nothing)).await, None);
    let story_id = record(bed, side(&pages[0], 1, On::Everything))
        .await
        .unwrap();
    let story = only_story(bed).await;
    assert_eq!(
        (&story.id, page_ids(&story)),
        (&story_id, vec![&pages[0], &pages[1]])
    );
    assert_eq!(story.fields.as_written, STORY);
    assert!(bed.store.waiting_sides(10).await.unwrap().is_empty());
    let user_id = bed.user("ada").await;
    bed.decide(&story_id, &user_id, DecisionKind::Reject).await;
    let ledger = bed.store.ledger(None).await.unwrap();
    assert_eq!((ledger.rejected, ledger.waiting), (2, 0));
}

async fn two_empty_sides_are_a_story_that_a_person_decides(bed: &Bed) {
    let pages = bed.pages(2).await;
    assert_eq!(record(bed, side(&pages[0], 1, On::Nothing)).await, None);
    assert!(record(bed, side(&pages[1], 2, On::Nothing)).await.is_some());
    assert_eq!(only_story(bed).await.pages.len(), 2);
}

async fn an_empty_leaflet_with_one_side_only_is_a_story(bed: &Bed) {
    let mut new = side(&bed.page().await, 1, On::Nothing);
    new.has_other_side = false;
    assert!(record(bed, new).await.is_some());
}

async fn a_side_that_comes_while_somebody_works_lies_beside_and_says_so(bed: &Bed) {
    let user_id = bed.user("ada").await;
    let pages = bed.pages(2).await;
    let story_id = record(bed, side(&pages[0], 1, On::Everything))
        .await
        .unwrap();
    let claim = bed
        .store
        .claim_story(&bed.moment(), &story_id, &user_id, 60_000)
        .await
        .unwrap();
    assert!(matches!(claim, Claim::Granted(_)));
    let joined = record(bed, side(&pages[1], 2, On::MoreWords)).await;
    assert_eq!(joined, Some(story_id));
    let story = only_story(bed).await;
    assert_eq!(story.fields.as_written, STORY, "nobody's work is changed");
    assert_eq!(story.revision_no, 1, "an open form is out of date now");
    let apart: Vec<_> = story.pages.iter().map(|page| page.apart).collect();
    assert_eq!(apart, [false, true]);
}

async fn words_that_come_after_the_decision_are_a_story_of_their_own(bed: &Bed) {
    let user_id = bed.user("ada").await;
    let pages = bed.pages(4).await;
    let first = record(bed, side(&pages[0], 1, On::Everything))
        .await
        .unwrap();
    bed.decide(&first, &user_id, DecisionKind::Approve).await;
    let second = record(bed, side(&pages[1], 2, On::MoreWords))
        .await
        .unwrap();
    assert_ne!(first, second);
    let story = bed.store.story(&second).await.unwrap().unwrap();
    assert_eq!(story.twins.len(), 1);
    assert_eq!(
        (&story.twins[0].story_id, story.twins[0].position),
        (&Some(first), 1)
    );
    // An empty side has nothing that could be overlooked: it joins.
    let mut third = side(&pages[2], 1, On::Everything);
    third.reading.serial = Some("000043".to_owned());
    let third = record(bed, third).await.unwrap();
    bed.decide(&third, &user_id, DecisionKind::Approve).await;
    let mut fourth = side(&pages[3], 2, On::Nothing);
    fourth.reading.serial = Some("000043".to_owned());
    assert_eq!(record(bed, fourth).await, Some(third));
    adds_up(bed).await;
}

async fn the_same_number_twice_makes_two_stories_that_know_of_each_other(bed: &Bed) {
    let pages = bed.pages(2).await;
    let first = record(bed, side(&pages[0], 1, On::Everything))
        .await
        .unwrap();
    let second = record(bed, side(&pages[1], 1, On::Everything))
        .await
        .unwrap();
    assert_ne!(first, second);
    let stories = stories(bed).await;
    assert_eq!(stories[0].twins[0].story_id.as_ref(), Some(&stories[1].id));
    assert_eq!(stories[1].twins[0].story_id.as_ref(), Some(&stories[0].id));
    assert_eq!(stories[0].twins[0].position, 2);
}

async fn a_sheet_that_is_scanned_again_in_another_pile_is_linked_with_the_first(bed: &Bed) {
    let first = bed.pages(1).await.remove(0);
    bed.clock.advance_ms(1_000);
    let again = bed.pages(1).await.remove(0);
    record(bed, side(&first, 1, On::Everything)).await;
    bed.clock.advance_ms(1);
    record(bed, side(&again, 1, On::Everything)).await;
    let stories = stories(bed).await;
    let [first_batch, second_batch] =
        [&stories[0], &stories[1]].map(|story| story.pages[0].page.batch_id.clone());
    assert_ne!(first_batch, second_batch);
    assert_eq!(stories[0].twins[0].batch_id, second_batch);
    assert_eq!(stories[1].twins[0].batch_id, first_batch);
    let before = bed.store.scanned_before(&second_batch).await.unwrap();
    assert_eq!((before.len(), &before[0].page_id), (1, &again));
    assert_eq!((&before[0].batch_id, before[0].position), (&first_batch, 1));
    assert!(
        bed.store
            .scanned_before(&first_batch)
            .await
            .unwrap()
            .is_empty()
    );
}

async fn of_photocopies_with_one_number_the_nearest_sides_belong_together(bed: &Bed) {
    let pages = bed.pages(4).await;
    for (idx, which) in [(0, 1), (2, 1), (3, 2), (1, 2)] {
        assert!(
            record(bed, side(&pages[idx], which, On::MoreWords))
                .await
                .is_some()
        );
    }
    let stories = stories(bed).await;
    let paired: Vec<_> = stories.iter().map(page_ids).collect();
    assert_eq!(
        paired,
        [vec![&pages[0], &pages[1]], vec![&pages[2], &pages[3]]]
    );
}

async fn without_a_number_only_an_empty_side_joins_and_only_on_its_own_sheet(bed: &Bed) {
    let pages = bed.pages(6).await;
    let new = |idx: usize, which, on| without_number(side(&pages[idx], which, on));
    let first = record(bed, new(0, 1, On::Everything)).await.unwrap();
    let words = record(bed, new(1, 2, On::MoreWords)).await.unwrap();
    assert_ne!(first, words, "the words may be those of two people");
    // Pages 1 and 2 lie side by side, and are of two sheets.
    assert_eq!(record(bed, new(3, 2, On::Nothing)).await, None);
    let third = record(bed, new(2, 1, On::Everything)).await.unwrap();
    let third = bed.store.story(&third).await.unwrap().unwrap();
    assert_eq!(page_ids(&third), [&pages[2], &pages[3]]);
    // The number may be read on one side only.
    let fourth = record(bed, side(&pages[4], 1, On::Everything)).await;
    assert_eq!(record(bed, new(5, 2, On::Nothing)).await, fourth);
    adds_up(bed).await;
}

async fn a_side_that_waits_can_be_thrown_away_placed_or_made_a_story(bed: &Bed) {
    let user_id = bed.user("max").await;
    let pages = bed.pages(6).await;
    let decision = |idx: usize| DecidePage {
        page_id: pages[idx].clone(),
        user_id: user_id.clone(),
        reason: "A blank back".to_owned(),
    };
    for (idx, page_id) in pages.iter().enumerate().take(3) {
        let mut new = side(page_id, 2, On::Nothing);
        new.reading.serial = Some(format!("00000{idx}"));
        assert_eq!(record(bed, new).await, None);
    }
    let moment = bed.moment();
    let discarded = bed.store.discard_page(&moment, &decision(0)).await;
    assert_eq!(discarded.unwrap(), PageChange::Done);
    // Its other side comes afterwards and is a leaflet of its own.
    let mut late = side(&pages[3], 1, On::Everything);
    late.reading.serial = Some("000000".to_owned());
    let late = record(bed, late).await.unwrap();
    assert_eq!(
        bed.store.story(&late).await.unwrap().unwrap().pages.len(),
        1
    );

    let place = PlacePage {
        page_id: pages[1].clone(),
        user_id: user_id.clone(),
        placement: schemas::placement::Placement {
            layout: schemas::layout::LayoutId::parse("story-a4").unwrap(),
            version: 1,
            side: 1,
            corners_px: None,
        },
    };
    let placed = bed.store.place_page(&moment, &place).await.unwrap();
    assert_eq!(placed, PageChange::Done);
    let page = bed.store.page(&pages[1]).await.unwrap().unwrap();
    assert_eq!((page.state, page.side), (PageState::Received, None));

    let made = bed.store.make_story_of_side(&moment, &decision(2)).await;
    let made = made.unwrap().unwrap();
    assert_eq!(
        page_ids(&bed.store.story(&made).await.unwrap().unwrap()),
        [&pages[2]]
    );
    let again = bed.store.make_story_of_side(&moment, &decision(2)).await;
    assert_eq!(again.unwrap(), Err(PageChange::NotOpen(PageState::Read)));
    assert!(bed.store.waiting_sides(10).await.unwrap().is_empty());
    adds_up(bed).await;
}

async fn sides_of_different_batches_stay_apart(bed: &Bed) {
    let (front, back) = (bed.page().await, bed.page().await);
    let front = record(bed, side(&front, 1, On::Everything)).await;
    let back = record(bed, side(&back, 2, On::MoreWords)).await;
    assert!(front.is_some() && back.is_some() && front != back);
}

fn numbered(mut new: NewReading, serial: &str) -> NewReading {
    new.reading.serial = Some(serial.to_owned());
    new
}

/// Somebody new each time: names are taken once.
async fn clerk(bed: &Bed) -> UserId {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    bed.user(&format!("max-{}", NUMBER.fetch_add(1, Ordering::Relaxed)))
        .await
}

async fn join(bed: &Bed, a: &PageId, b: &PageId) -> Joined {
    let join = JoinSides {
        pages: [a.clone(), b.clone()],
        user_id: clerk(bed).await,
    };
    bed.store.join_sides(&bed.moment(), &join).await.unwrap()
}

async fn part(bed: &Bed, page_id: &PageId) -> Result<(), Mismatch> {
    let part = DecidePage {
        page_id: page_id.clone(),
        user_id: clerk(bed).await,
        reason: String::new(),
    };
    bed.store.part_side(&bed.moment(), &part).await.unwrap()
}

async fn a_person_puts_two_sides_together_and_takes_them_apart_again(bed: &Bed) {
    let pages = bed.pages(2).await;
    record(bed, without_number(side(&pages[0], 1, On::Everything))).await;
    record(bed, without_number(side(&pages[1], 2, On::MoreWords))).await;
    assert_eq!(stories(bed).await.len(), 2);
    assert_eq!(join(bed, &pages[1], &pages[0]).await, Joined::Done);
    let story = only_story(bed).await;
    let shown: Vec<_> = story.pages.iter().map(|page| &page.page.id).collect();
    assert_eq!(shown, [&pages[0], &pages[1]]);
    assert_eq!(story.fields.as_written, format!("{STORY}\n{MORE}"));
    assert_eq!(join(bed, &pages[0], &pages[1]).await, Joined::Together);
    assert_eq!(part(bed, &pages[1]).await, Ok(()));
    let apart = stories(bed).await;
    assert_eq!((apart[0].pages.len(), apart[1].pages.len()), (1, 1));
    assert_eq!(apart[0].fields.as_written, STORY);
    assert_eq!(apart[1].fields.as_written, MORE);
    assert_eq!(part(bed, &pages[1]).await, Err(Mismatch::Alone));
    let events = bed.store.page_events(&pages[1]).await.unwrap();
    assert_eq!(events.len(), 2, "put together, and taken apart");
    adds_up(bed).await;
}

async fn sides_that_contradict_each_other_are_not_put_together(bed: &Bed) {
    let pages = bed.pages(4).await;
    record(bed, numbered(side(&pages[0], 1, On::Everything), "000001")).await;
    record(bed, numbered(side(&pages[1], 2, On::MoreWords), "000002")).await;
    record(bed, without_number(side(&pages[2], 1, On::Everything))).await;
    let refused = |why| Joined::Mismatch(why);
    assert_eq!(
        join(bed, &pages[0], &pages[1]).await,
        refused(Mismatch::OtherNumber)
    );
    assert_eq!(
        join(bed, &pages[0], &pages[2]).await,
        refused(Mismatch::SameSide)
    );
    assert_eq!(
        join(bed, &pages[0], &pages[3]).await,
        refused(Mismatch::NotRead)
    );
    assert_eq!(join(bed, &pages[1], &pages[2]).await, Joined::Done);
    assert_eq!(stories(bed).await.len(), 2);
    adds_up(bed).await;
}

async fn a_story_that_somebody_works_on_is_neither_joined_nor_parted(bed: &Bed) {
    let pages = bed.pages(4).await;
    let user_id = bed.user("ada").await;
    let mut new = Vec::new();
    for (page, which) in pages.iter().zip([1, 2, 1, 2]) {
        new.push(
            record(bed, without_number(side(page, which, On::MoreWords)))
                .await
                .unwrap(),
        );
    }
    assert_eq!(join(bed, &pages[2], &pages[3]).await, Joined::Done);
    for story_id in [&new[0], &new[2]] {
        let moment = bed.moment();
        bed.store
            .claim_story(&moment, story_id, &user_id, 1_000)
            .await
            .unwrap();
    }
    assert_eq!(
        join(bed, &pages[0], &pages[1]).await,
        Joined::Mismatch(Mismatch::InWork)
    );
    assert_eq!(part(bed, &pages[3]).await, Err(Mismatch::InWork));
    assert_eq!(stories(bed).await.len(), 3, "nothing was changed");
}

/// Three leaflets in two passes; a printed number only where `numbers` says so.
async fn two_passes(bed: &Bed, sides: &[u32], numbers: &[Option<&str>]) -> Vec<PageId> {
    let pages = bed.pages(u32::try_from(sides.len()).unwrap()).await;
    for ((page, which), number) in pages.iter().zip(sides).zip(numbers) {
        let new = without_number(side(page, *which, On::MoreWords));
        let new = match number {
            Some(number) => numbered(new, number),
            None => new,
        };
        record(bed, new).await;
    }
    pages
}

async fn join_passes(bed: &Bed, of: &PageId, order: PassOrder) -> Passes {
    let page = bed.store.page(of).await.unwrap().unwrap();
    let join = JoinPasses {
        batch_id: page.batch_id,
        order,
        user_id: clerk(bed).await,
    };
    bed.store.join_passes(&bed.moment(), &join).await.unwrap()
}

async fn a_pile_of_two_passes_is_put_together_whichever_way_it_lay(bed: &Bed) {
    for (order, partner) in [
        (PassOrder::Reversed, [5, 4, 3]),
        (PassOrder::Same, [3, 4, 5]),
    ] {
        let pages = two_passes(bed, &[1, 1, 1, 2, 2, 2], &[None; 6]).await;
        let done = Passes::Done {
            n_joined: 3,
            n_together: 0,
            unread: Vec::new(),
        };
        assert_eq!(join_passes(bed, &pages[0], order).await, done);
        for (front, back) in partner.into_iter().enumerate() {
            let [front, back] = [front, back].map(|idx| bed.store.page(&pages[idx]));
            let (front, back) = (front.await.unwrap().unwrap(), back.await.unwrap().unwrap());
            assert_eq!(front.story_id, back.story_id, "{order:?}");
        }
    }
    assert_eq!(stories(bed).await.len(), 6);
    adds_up(bed).await;
}

async fn a_wrong_count_changes_nothing_and_says_what_does_not_fit(bed: &Bed) {
    let odd = two_passes(bed, &[1, 1, 2], &[None; 3]).await;
    assert_eq!(
        join_passes(bed, &odd[0], PassOrder::Reversed).await,
        Passes::Odd { n_sides: 3 }
    );
    // A front too few and a back too many: the numbers and the sides tell.
    let numbers = [Some("000001"), None, Some("000002"), Some("000003")];
    let pages = two_passes(bed, &[1, 2, 2, 2], &numbers).await;
    let told = Passes::DoNotFit(vec![
        (1, 4, Mismatch::OtherNumber),
        (2, 3, Mismatch::SameSide),
    ]);
    assert_eq!(join_passes(bed, &pages[0], PassOrder::Reversed).await, told);
    assert_eq!(stories(bed).await.len(), 7, "nothing was changed");
    let fresh = bed.pages(2).await;
    assert_eq!(
        join_passes(bed, &fresh[0], PassOrder::Same).await,
        Passes::StillReading
    );
}
