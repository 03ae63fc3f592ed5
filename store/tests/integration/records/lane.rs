//! The unknown lane: pages that a person places, takes for letters or throws away.

use futures_util::future::join_all;
use schemas::geometry::Point;
use schemas::job::{Job, JobKind};
use schemas::layout::{LayoutId, Meaning};
use schemas::placement::Placement;
use schemas::reading::{LETTER, Straightened};
use schemas::record::{DecisionKind, PageDecisionKind, PageState, PictureRole, StoryState};
use schemas::{PageId, UserId};
use store::{
    DecidePage, HistoryKind, Ledger, PageChange, PageEventKind, PlacePage, ReadingPicture,
    StoryFilter, TakeLetter, TakenLetter,
};

use crate::bed::{Bed, STORY, hash, new_reading, quarantined_reading, receive, region, warning};

crate::bed::on_engines! { sqlite = Sqlite, postgres = Postgres; [
    a_placed_page_is_read_again_and_its_readings_are_all_kept,
    of_many_people_who_place_a_page_at_once_one_succeeds,
    a_page_that_still_cannot_be_read_is_quarantined_again_and_can_be_placed_again,
    a_reader_that_was_not_told_of_the_placement_changes_nothing,
    a_dead_job_of_before_does_not_stand_in_the_way_of_a_placement,
    a_page_is_thrown_away_with_a_reason_and_taken_back,
    a_letter_becomes_a_story_without_words_beside_its_picture,
    the_words_that_were_found_on_a_letter_are_its_draft,
    a_letter_that_lay_upside_down_is_shown_upright,
    a_further_page_joins_its_letter_and_disturbs_whoever_types_it,
    the_equation_adds_up_whatever_people_do,
    the_next_sheet_is_the_one_below_and_then_the_next_pile,
] }

fn placement(corners_px: Option<[Point; 4]>) -> Placement {
    Placement {
        layout: LayoutId::try_from("story-a4".to_owned()).unwrap(),
        version: 1,
        side: 1,
        corners_px,
    }
}

fn corners() -> [Point; 4] {
    [
        Point::new(10.5, 20.0),
        Point::new(2_400.0, 22.0),
        Point::new(2_410.0, 3_480.0),
        Point::new(12.0, 3_490.25),
    ]
}

fn place(page_id: &PageId, user_id: &UserId) -> PlacePage {
    PlacePage {
        page_id: page_id.clone(),
        user_id: user_id.clone(),
        placement: placement(Some(corners())),
    }
}

fn decision(page_id: &PageId, user_id: &UserId, reason: &str) -> DecidePage {
    DecidePage {
        page_id: page_id.clone(),
        user_id: user_id.clone(),
        reason: reason.to_owned(),
    }
}

fn letter(page_id: &PageId, user_id: &UserId) -> TakeLetter {
    TakeLetter {
        decision: decision(page_id, user_id, ""),
        goes_on_from: None,
    }
}

async fn quarantine(bed: &Bed, page_id: &PageId) {
    let reading = quarantined_reading(page_id);
    let recorded = bed.store.record_reading(&bed.moment(), reading).await;
    assert_eq!(recorded.unwrap().story_id, None);
}

/// A page that was set aside, with the words that it has if it is a letter.
async fn quarantine_with(bed: &Bed, page_id: &PageId, words: &str) {
    let mut reading = quarantined_reading(page_id);
    reading.reading.letter = Some(region(Meaning::Story, Some(words)));
    let recorded = bed.store.record_reading(&bed.moment(), reading).await;
    assert_eq!(recorded.unwrap().story_id, None);
}

async fn quarantined(bed: &Bed) -> PageId {
    let page_id = bed.page().await;
    quarantine(bed, &page_id).await;
    page_id
}

async fn state_of(bed: &Bed, page_id: &PageId) -> PageState {
    bed.store.page(page_id).await.unwrap().unwrap().state
}

async fn take(bed: &Bed, letter: &TakeLetter) -> TakenLetter {
    bed.store.take_letter(&bed.moment(), letter).await.unwrap()
}

async fn a_placed_page_is_read_again_and_its_readings_are_all_kept(bed: &Bed) {
    let user_id = bed.user("max").await;
    let page_id = quarantined(bed).await;
    let queue = bed.queue().await;
    bed.relay(&queue).await;
    let first = receive(&queue).await;
    queue.finish(first).await.unwrap();
    bed.clock.advance_ms(5);
    let place = place(&page_id, &user_id);
    let placed = bed.store.place_page(&bed.moment(), &place).await.unwrap();
    assert_eq!(placed, PageChange::Done);
    let page = bed.store.page(&page_id).await.unwrap().unwrap();
    assert_eq!((page.state, page.warning), (PageState::Received, None));
    assert_eq!(bed.relay(&queue).await, 1);
    let job = receive(&queue).await;
    assert_eq!(
        job.job,
        Job::ReadPage {
            page_id: page_id.clone()
        }
    );
    let latest = bed.store.latest_placement(&page_id).await.unwrap().unwrap();
    assert_eq!((latest.number, &latest.placement), (1, &place.placement));

    let mut new = new_reading(&page_id);
    new.placement_no = 1;
    let recorded = bed.store.record_reading(&bed.moment(), new).await.unwrap();
    let story_id = recorded.story_id.unwrap();
    assert_eq!(state_of(bed, &page_id).await, PageState::Read);
    let history = bed.store.history(&story_id).await.unwrap();
    let engines: Vec<_> = history
        .iter()
        .filter_map(|entry| match &entry.what {
            HistoryKind::Read { engine } => Some(engine.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(
        engines,
        [
            "postbag 0.1.0, tesseract 5.3.0",
            "postbag 0.1.0, tesseract 5.3.0, placement 1"
        ]
    );
    let told = HistoryKind::Page(PageEventKind::Placed(place.placement.clone()));
    assert!(
        history
            .iter()
            .any(|entry| entry.what == told && entry.user_name.as_deref() == Some("max Example"))
    );
    let events = bed.store.page_events(&page_id).await.unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(queue.depth(JobKind::ReadPage).await.unwrap(), 1);
}

async fn of_many_people_who_place_a_page_at_once_one_succeeds(bed: &Bed) {
    let page_id = quarantined(bed).await;
    let users = join_all(["ada", "bob", "cyd", "dan"].map(|name| bed.user(name))).await;
    let places: Vec<_> = users.iter().map(|user| place(&page_id, user)).collect();
    let moment = bed.moment();
    let tries = places
        .iter()
        .map(|place| bed.store.place_page(&moment, place));
    let outcomes: Vec<_> = join_all(tries)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    let done = |change: &&PageChange| **change == PageChange::Done;
    assert_eq!(outcomes.iter().filter(done).count(), 1, "{outcomes:?}");
    let late = |change: &&PageChange| **change == PageChange::NotOpen(PageState::Received);
    assert_eq!(outcomes.iter().filter(late).count(), 3, "{outcomes:?}");
    let latest = bed.store.latest_placement(&page_id).await.unwrap();
    assert_eq!(latest.unwrap().number, 1);
}

async fn a_page_that_still_cannot_be_read_is_quarantined_again_and_can_be_placed_again(bed: &Bed) {
    let user_id = bed.user("max").await;
    let page_id = quarantined(bed).await;
    for number in 1..=2 {
        let place = place(&page_id, &user_id);
        let placed = bed.store.place_page(&bed.moment(), &place).await.unwrap();
        assert_eq!(placed, PageChange::Done);
        let mut again = quarantined_reading(&page_id);
        again.placement_no = number;
        again.reading.warnings[0].cause = format!("It does not fit, try {number}.");
        for _ in 0..2 {
            let recorded = bed.store.record_reading(&bed.moment(), again.clone()).await;
            assert_eq!(recorded.unwrap().story_id, None);
        }
        let page = bed.store.page(&page_id).await.unwrap().unwrap();
        assert_eq!(page.state, PageState::Quarantined);
        assert_eq!(
            page.warning.unwrap().cause,
            format!("It does not fit, try {number}.")
        );
    }
    let latest = bed.store.latest_placement(&page_id).await.unwrap();
    assert_eq!(latest.unwrap().number, 2);
}

async fn a_reader_that_was_not_told_of_the_placement_changes_nothing(bed: &Bed) {
    let user_id = bed.user("max").await;
    let page_id = quarantined(bed).await;
    let place = place(&page_id, &user_id);
    bed.store.place_page(&bed.moment(), &place).await.unwrap();
    for new in [quarantined_reading(&page_id), new_reading(&page_id)] {
        let recorded = bed.store.record_reading(&bed.moment(), new).await.unwrap();
        assert_eq!(recorded.story_id, None);
        assert_eq!(state_of(bed, &page_id).await, PageState::Received);
    }
}

async fn a_dead_job_of_before_does_not_stand_in_the_way_of_a_placement(bed: &Bed) {
    let user_id = bed.user("max").await;
    let page_id = bed.page().await;
    let queue = bed.queue().await;
    bed.relay(&queue).await;
    let job = receive(&queue).await;
    queue.bury(job, "it broke").await.unwrap();
    assert_eq!(
        store::relay::mark_dead(&bed.store, &queue, &bed.moment())
            .await
            .unwrap(),
        1
    );
    let place = place(&page_id, &user_id);
    let placed = bed.store.place_page(&bed.moment(), &place).await.unwrap();
    assert_eq!(placed, PageChange::Done);
    assert_eq!(
        store::relay::mark_dead(&bed.store, &queue, &bed.moment())
            .await
            .unwrap(),
        0
    );
    assert_eq!(state_of(bed, &page_id).await, PageState::Received);
}

async fn a_page_is_thrown_away_with_a_reason_and_taken_back(bed: &Bed) {
    let user_id = bed.user("max").await;
    let page_id = quarantined(bed).await;
    let no_reason = decision(&page_id, &user_id, " ");
    let refused = bed.store.discard_page(&bed.moment(), &no_reason).await;
    assert_eq!(refused.unwrap(), PageChange::NoReason);
    let discard = decision(&page_id, &user_id, "A separator sheet");
    for expected in [PageChange::Done, PageChange::NotOpen(PageState::Discarded)] {
        let change = bed.store.discard_page(&bed.moment(), &discard).await;
        assert_eq!(change.unwrap(), expected);
    }
    assert!(bed.store.quarantined_pages(10).await.unwrap().is_empty());
    assert_eq!(bed.store.ledger(None).await.unwrap().discarded, 1);
    bed.clock.advance_ms(1);
    let restore = decision(&page_id, &user_id, "");
    for expected in [
        PageChange::Done,
        PageChange::NotOpen(PageState::Quarantined),
    ] {
        let change = bed.store.restore_page(&bed.moment(), &restore).await;
        assert_eq!(change.unwrap(), expected);
    }
    let page = bed.store.quarantined_pages(10).await.unwrap().remove(0);
    assert_eq!((page.id, page.warning), (page_id.clone(), Some(warning())));
    let events = bed.store.page_events(&page_id).await.unwrap();
    let told: Vec<_> = events
        .iter()
        .map(|e| (&e.what, e.reason.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (
                &PageEventKind::Decided(PageDecisionKind::Discard),
                "A separator sheet"
            ),
            (&PageEventKind::Decided(PageDecisionKind::Restore), ""),
        ]
    );
    let nowhere = decision(
        &PageId::fresh(&crate::bed::IDS, bed.moment().now),
        &user_id,
        "x",
    );
    let change = bed.store.discard_page(&bed.moment(), &nowhere).await;
    assert_eq!(change.unwrap(), PageChange::NotThere);
}

async fn a_letter_becomes_a_story_without_words_beside_its_picture(bed: &Bed) {
    let user_id = bed.user("max").await;
    let page_id = quarantined(bed).await;
    let taken = take(bed, &letter(&page_id, &user_id)).await;
    let TakenLetter::Done(story_id) = taken else {
        panic!("{taken:?}");
    };
    let story = bed.store.story(&story_id).await.unwrap().unwrap();
    assert_eq!(story.state, StoryState::ToReview);
    assert_eq!(story.fields, store::StoryFields::default());
    let page = story.first_page();
    let picture = page.page.picture.clone().unwrap();
    let size = page.reading.straightened.unwrap();
    assert_eq!((size.width_px, size.height_px), (2_480, 3_508));
    assert_eq!(page.pictures.len(), 1);
    assert_eq!(page.pictures[0].role, PictureRole::Straightened);
    assert_eq!(page.pictures[0].blob, picture.blob);
    let again = take(bed, &letter(&page_id, &user_id)).await;
    assert_eq!(
        again,
        TakenLetter::Refused(PageChange::NotOpen(PageState::Read))
    );
    let history = bed.store.history(&story_id).await.unwrap();
    let told: Vec<_> = history.iter().map(|entry| &entry.what).collect();
    assert!(matches!(told[0], HistoryKind::Read { .. }), "the first try");
    assert_eq!(
        told[1..],
        [&HistoryKind::Page(PageEventKind::Decided(
            PageDecisionKind::Letter
        ))]
    );
}

async fn the_words_that_were_found_on_a_letter_are_its_draft(bed: &Bed) {
    let user_id = bed.user("max").await;
    let pages = bed.pages(2).await;
    quarantine_with(bed, &pages[0], "Dear nurses,").await;
    quarantine_with(bed, &pages[1], "thank you.").await;
    let TakenLetter::Done(story_id) = take(bed, &letter(&pages[0], &user_id)).await else {
        panic!("the first page was refused");
    };
    let words = async || {
        let story = bed.store.story(&story_id).await.unwrap().unwrap();
        story.fields.as_written
    };
    assert_eq!(words().await, "Dear nurses,");
    let further = TakeLetter {
        goes_on_from: Some(story_id.clone()),
        ..letter(&pages[1], &user_id)
    };
    take(bed, &further).await;
    assert_eq!(words().await, "Dear nurses,\nthank you.");
}

async fn a_letter_that_lay_upside_down_is_shown_upright(bed: &Bed) {
    let user_id = bed.user("max").await;
    let page_id = bed.page().await;
    let mut new = quarantined_reading(&page_id);
    new.reading.letter = Some(region(Meaning::Story, Some("Dear nurses,")));
    new.reading.orientation_deg = Some(180.0);
    new.reading.straightened = Some(Straightened {
        width_px: 1_240,
        height_px: 1_754,
        dpi: 150.0,
    });
    let picture = |region_id: Option<&str>, name: &str| ReadingPicture {
        role: PictureRole::Straightened,
        region_id: region_id.map(str::to_owned),
        blob: hash(name),
    };
    new.pictures = vec![picture(None, "small"), picture(Some(LETTER), "upright")];
    let recorded = bed.store.record_reading(&bed.moment(), new).await;
    recorded.unwrap();
    let TakenLetter::Done(story_id) = take(bed, &letter(&page_id, &user_id)).await else {
        panic!("it was refused");
    };
    let story = bed.store.story(&story_id).await.unwrap().unwrap();
    let page = story.first_page();
    assert_eq!(page.pictures, [picture(None, "upright")]);
    assert_eq!(page.reading.straightened.unwrap().width_px, 1_240);
}

async fn a_further_page_joins_its_letter_and_disturbs_whoever_types_it(bed: &Bed) {
    let user_id = bed.user("max").await;
    let pages = bed.pages(3).await;
    for page_id in &pages {
        quarantine_with(bed, page_id, "Dear nurses,").await;
    }
    let TakenLetter::Done(story_id) = take(bed, &letter(&pages[0], &user_id)).await else {
        panic!("the first page was refused");
    };
    let further = |page_id| TakeLetter {
        goes_on_from: Some(story_id.clone()),
        ..letter(page_id, &user_id)
    };
    let moment = bed.moment();
    let claim = bed.store.claim_story(&moment, &story_id, &user_id, 1_000);
    claim.await.unwrap();
    assert_eq!(
        take(bed, &further(&pages[1])).await,
        TakenLetter::Done(story_id.clone())
    );
    let story = bed.store.story(&story_id).await.unwrap().unwrap();
    let shown: Vec<_> = story.pages.iter().map(|page| &page.page.id).collect();
    assert_eq!(shown, [&pages[0], &pages[1]]);
    assert_eq!(story.revision_no, 1, "an open form is out of date now");
    assert_eq!(story.fields.as_written, "Dear nurses,");
    bed.decide(&story_id, &user_id, DecisionKind::Reject).await;
    assert_eq!(take(bed, &further(&pages[2])).await, TakenLetter::NoLetter);
    assert_eq!(state_of(bed, &pages[2]).await, PageState::Quarantined);
    let leaflet = bed.story().await;
    let joins_leaflet = TakeLetter {
        goes_on_from: Some(leaflet.clone()),
        ..letter(&pages[2], &user_id)
    };
    assert_eq!(
        take(bed, &joins_leaflet).await,
        TakenLetter::Done(leaflet.clone())
    );
    let stapled = bed.store.story(&leaflet).await.unwrap().unwrap();
    assert_eq!(stapled.pages.len(), 2);
    assert_eq!(stapled.pages[1].page.id, pages[2], "behind the leaflet");
    assert!(stapled.fields.as_written.starts_with(STORY));
    assert!(stapled.fields.as_written.ends_with("Dear nurses,"));
}

async fn checked(bed: &Bed) -> Ledger {
    let ledger = bed.store.ledger(None).await.unwrap();
    let sum =
        ledger.published + ledger.rejected + ledger.quarantined + ledger.waiting + ledger.discarded;
    assert_eq!(ledger.sheets, sum, "{ledger:?}");
    ledger
}

async fn the_equation_adds_up_whatever_people_do(bed: &Bed) {
    let user_id = bed.user("max").await;
    let pages = bed.pages(4).await;
    for page_id in &pages {
        quarantine(bed, page_id).await;
        checked(bed).await;
    }
    let count = |l: Ledger| (l.quarantined, l.waiting, l.discarded);
    assert_eq!(count(checked(bed).await), (4, 0, 0));
    let place = place(&pages[0], &user_id);
    bed.store.place_page(&bed.moment(), &place).await.unwrap();
    assert_eq!(count(checked(bed).await), (3, 1, 0));
    let mut new = new_reading(&pages[0]);
    new.placement_no = 1;
    bed.store.record_reading(&bed.moment(), new).await.unwrap();
    assert_eq!(count(checked(bed).await), (3, 1, 0));
    take(bed, &letter(&pages[1], &user_id)).await;
    assert_eq!(count(checked(bed).await), (2, 2, 0));
    let decision = decision(&pages[2], &user_id, "Not for us");
    bed.store
        .discard_page(&bed.moment(), &decision)
        .await
        .unwrap();
    assert_eq!(count(checked(bed).await), (1, 2, 1));
    bed.store
        .restore_page(&bed.moment(), &decision)
        .await
        .unwrap();
    assert_eq!(count(checked(bed).await), (2, 2, 0));
    let stories = bed.store.stories(StoryFilter::default()).await.unwrap();
    for story in stories {
        bed.decide(&story.id, &user_id, DecisionKind::Reject).await;
    }
    let ledger = checked(bed).await;
    assert_eq!((ledger.quarantined, ledger.rejected), (2, 2));
}

async fn the_next_sheet_is_the_one_below_and_then_the_next_pile(bed: &Bed) {
    let old = bed.pages(2).await;
    bed.clock.advance_ms(1);
    let new = bed.pages(3).await;
    for page_id in old.iter().chain(&new) {
        quarantine(bed, page_id).await;
    }
    let listed = bed.store.quarantined_pages(10).await.unwrap();
    let ids: Vec<_> = listed.iter().map(|page| page.id.clone()).collect();
    assert_eq!(ids, [new.clone(), old].concat());
    for (i, page) in listed.iter().enumerate() {
        let next = bed.store.next_quarantined(page).await.unwrap();
        assert_eq!(next.as_ref(), ids.get((i + 1) % ids.len()));
    }
    let around = bed.store.pages_around(&listed[1], 1).await.unwrap();
    let around: Vec<_> = around.into_iter().map(|page| page.id).collect();
    assert_eq!(around, new);
    let latest = bed.store.latest_reading(&ids[0]).await.unwrap().unwrap();
    assert_eq!(latest.reading, quarantined_reading(&ids[0]).reading);
    assert!(latest.pictures.is_empty());
}
