use futures_util::future::join_all;
use schemas::record::{PageState, StoryState};
use store::{HistoryKind, StoreError, StoryFilter};

use crate::bed::{Bed, IDS, STORY, new_reading, quarantined_reading, warning};

crate::bed::on_engines! { sqlite = Sqlite, postgres = Postgres; [
    a_page_that_was_read_becomes_a_story_with_everything_that_was_read,
    the_same_reading_recorded_by_many_workers_is_one_story,
    a_page_that_could_not_be_read_is_quarantined_with_the_reason,
    a_quarantined_page_that_a_better_engine_reads_becomes_a_story,
    a_second_engine_leaves_the_story_alone_and_its_reading_beside_it,
    a_reading_of_no_page_is_refused,
    a_character_that_postgres_refuses_does_not_lose_the_reading,
    stories_are_listed_oldest_first_page_by_page_and_counted_by_state,
] }

async fn a_page_that_was_read_becomes_a_story_with_everything_that_was_read(bed: &Bed) {
    let page_id = bed.page().await;
    let story_id = bed.story_of(&page_id).await;
    let story = bed.store.story(&story_id).await.unwrap().unwrap();
    assert_eq!(story.state, StoryState::ToReview);
    assert_eq!(story.pages.len(), 1);
    let page = story.first_page();
    assert_eq!(page.reading, new_reading(&page_id).reading);
    assert_eq!(page.pictures, new_reading(&page_id).pictures);
    assert_eq!(page.page.state, PageState::Read);
    assert_eq!(page.page.story_id, Some(story_id.clone()));
    assert!(!page.apart && story.twins.is_empty());
    let fields = &story.fields;
    assert_eq!(fields.title, "The nurse was kind and the tea was warm.");
    assert_eq!(fields.service, "Leeds General Infirmary");
    assert_eq!(fields.postcode, "LS1 3EX");
    assert_eq!(fields.relationship, "patient");
    assert!(fields.consent && !fields.show_drawing);
    for text in [&fields.as_written, &fields.readable, &fields.published_text] {
        assert_eq!(text, STORY);
    }
    let listed = bed
        .store
        .stories(StoryFilter::default())
        .await
        .unwrap()
        .remove(0);
    assert_eq!((listed.id, listed.page_id), (story_id, page_id));
    assert!(listed.has_drawing && listed.consent);
    assert_eq!(listed.serial.as_deref(), Some("000042"));
    assert_eq!(
        (listed.position, listed.file_name.as_str()),
        (1, "scan.tif")
    );
}

async fn the_same_reading_recorded_by_many_workers_is_one_story(bed: &Bed) {
    let page_id = bed.page().await;
    let moment = bed.moment();
    let workers = (0..8).map(|_| bed.store.record_reading(&moment, new_reading(&page_id)));
    let recorded: Vec<_> = join_all(workers)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert!(recorded.iter().all(|r| *r == recorded[0]), "{recorded:?}");
    assert!(recorded[0].story_id.is_some());
    let stories = bed.store.stories(StoryFilter::default()).await.unwrap();
    assert_eq!(stories.len(), 1);
}

async fn a_page_that_could_not_be_read_is_quarantined_with_the_reason(bed: &Bed) {
    let page_id = bed.page().await;
    let reading = quarantined_reading(&page_id);
    let recorded = bed
        .store
        .record_reading(&bed.moment(), reading)
        .await
        .unwrap();
    assert_eq!(recorded.story_id, None);
    let page = bed.store.quarantined_pages(10).await.unwrap().remove(0);
    assert_eq!((page.id, page.warning), (page_id.clone(), Some(warning())));
    // A late word of another worker changes nothing.
    assert!(
        !bed.store
            .quarantine_page(&bed.moment(), &page_id, &warning())
            .await
            .unwrap()
    );
}

async fn a_quarantined_page_that_a_better_engine_reads_becomes_a_story(bed: &Bed) {
    let page_id = bed.page().await;
    let bad = quarantined_reading(&page_id);
    bed.store.record_reading(&bed.moment(), bad).await.unwrap();
    let mut better = new_reading(&page_id);
    "0.2.0".clone_into(&mut better.reading.engine.postbag);
    let recorded = bed
        .store
        .record_reading(&bed.moment(), better)
        .await
        .unwrap();
    assert!(recorded.story_id.is_some());
    let page = bed.store.page(&page_id).await.unwrap().unwrap();
    assert_eq!((page.state, page.warning), (PageState::Read, None));
}

async fn a_second_engine_leaves_the_story_alone_and_its_reading_beside_it(bed: &Bed) {
    let page_id = bed.page().await;
    let story_id = bed.story_of(&page_id).await;
    let mut later = new_reading(&page_id);
    "0.2.0".clone_into(&mut later.reading.engine.postbag);
    later.reading.regions.clear();
    let recorded = bed
        .store
        .record_reading(&bed.moment(), later)
        .await
        .unwrap();
    assert_eq!(recorded.story_id, Some(story_id.clone()));
    assert_eq!(bed.fields(&story_id).await.as_written, STORY);
    let history = bed.store.history(&story_id).await.unwrap();
    let engines: Vec<_> = history
        .iter()
        .map(|entry| match &entry.what {
            HistoryKind::Read { engine } => engine.as_str(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        engines,
        [
            "postbag 0.1.0, tesseract 5.3.0",
            "postbag 0.2.0, tesseract 5.3.0"
        ]
    );
}

async fn a_reading_of_no_page_is_refused(bed: &Bed) {
    let nowhere = schemas::PageId::fresh(&IDS, bed.moment().now);
    let outcome = bed
        .store
        .record_reading(&bed.moment(), new_reading(&nowhere))
        .await;
    assert!(matches!(
        outcome,
        Err(StoreError::Missing { what: "page", .. })
    ));
}

async fn a_character_that_postgres_refuses_does_not_lose_the_reading(bed: &Bed) {
    let page_id = bed.page().await;
    let mut new = new_reading(&page_id);
    new.reading.regions[4].value = Some("one\0two".to_owned());
    new.reading.serial = Some("1\0".to_owned());
    let recorded = bed.store.record_reading(&bed.moment(), new).await.unwrap();
    let fields = bed.fields(&recorded.story_id.unwrap()).await;
    assert_eq!(fields.as_written, "one\u{FFFD}two");
}

async fn stories_are_listed_oldest_first_page_by_page_and_counted_by_state(bed: &Bed) {
    let mut expected = Vec::new();
    for _ in 0..5 {
        bed.clock.advance_ms(1);
        expected.push(bed.story().await);
    }
    let mut listed = Vec::new();
    let mut filter = StoryFilter {
        state: Some(StoryState::ToReview),
        limit: 2,
        ..StoryFilter::default()
    };
    loop {
        let stories = bed.store.stories(filter.clone()).await.unwrap();
        let Some(last) = stories.last() else { break };
        filter.after = Some(last.id.clone());
        listed.extend(stories.into_iter().map(|story| story.id));
    }
    assert_eq!(listed, expected);
    let counts = bed.store.story_counts().await.unwrap();
    assert_eq!(counts.len(), StoryState::ALL.len());
    assert_eq!(counts[0], (StoryState::ToReview, 5));
    filter.state = Some(StoryState::Held);
    filter.after = None;
    assert!(bed.store.stories(filter).await.unwrap().is_empty());
}
