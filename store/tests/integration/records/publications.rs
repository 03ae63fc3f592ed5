use futures_util::future::join_all;
use schemas::record::{DecisionKind, Route, StoryState};
use schemas::{StoryId, UserId};
use store::{HistoryKind, OpenTold, Revise, StoryFields};

use crate::bed::{Bed, STORY, hash};

crate::bed::on_engines! { sqlite = Sqlite, postgres = Postgres; [
    a_story_is_published_once_however_often_it_is_asked_for,
    a_story_that_nobody_approved_is_not_published,
    stories_published_at_once_get_numbers_without_gaps,
    a_story_taken_down_leaves_a_stub_and_no_entry_in_the_list,
    a_drawing_is_public_only_when_a_person_decided_so,
    what_the_story_says_beyond_its_text_is_public_too,
    a_story_by_phone_is_in_the_ledger_and_says_how_it_came,
    publications_are_listed_newest_first_page_by_page,
] }

async fn approved(bed: &Bed, user_id: &UserId) -> StoryId {
    let story_id = bed.story().await;
    bed.decide(&story_id, user_id, DecisionKind::Approve).await;
    story_id
}

async fn a_story_is_published_once_however_often_it_is_asked_for(bed: &Bed) {
    let ada = bed.user("ada").await;
    let story_id = approved(bed, &ada).await;
    let submitted_at = bed.moment().now;
    bed.clock.advance_ms(5);
    let moment = bed.moment();
    let asks = (0..6).map(|_| bed.store.publish_story(&moment, &story_id));
    let ids: Vec<_> = join_all(asks)
        .await
        .into_iter()
        .map(|id| id.unwrap().unwrap())
        .collect();
    assert!(ids.iter().all(|id| *id == ids[0]));
    let publications = bed.store.publications(10, None).await.unwrap();
    assert_eq!(publications.len(), 1);
    let publication = &publications[0];
    assert_eq!((publication.number, &publication.id), (1, &ids[0]));
    assert_eq!(publication.body, STORY);
    assert_eq!(publication.submitted_at, submitted_at);
    assert_eq!(publication.published_at, moment.now);
    let story = bed.store.story(&story_id).await.unwrap().unwrap();
    assert_eq!(story.state, StoryState::Published);
    let history = bed.store.history(&story_id).await.unwrap();
    let last = &history.last().unwrap().what;
    assert_eq!(*last, HistoryKind::Published { number: 1 });
}

async fn a_story_that_nobody_approved_is_not_published(bed: &Bed) {
    let story_id = bed.story().await;
    let published = bed
        .store
        .publish_story(&bed.moment(), &story_id)
        .await
        .unwrap();
    assert_eq!(published, None);
    assert!(bed.store.publications(10, None).await.unwrap().is_empty());
}

async fn stories_published_at_once_get_numbers_without_gaps(bed: &Bed) {
    let ada = bed.user("ada").await;
    let mut stories = Vec::new();
    for _ in 0..6 {
        stories.push(approved(bed, &ada).await);
    }
    let moment = bed.moment();
    join_all(
        stories
            .iter()
            .map(|id| bed.store.publish_story(&moment, id)),
    )
    .await;
    let publications = bed.store.publications(10, None).await.unwrap();
    let numbers: Vec<_> = publications.iter().map(|p| p.number).collect();
    assert_eq!(numbers, [6, 5, 4, 3, 2, 1]);
}

async fn a_story_taken_down_leaves_a_stub_and_no_entry_in_the_list(bed: &Bed) {
    let ada = bed.user("ada").await;
    let story_id = approved(bed, &ada).await;
    bed.store
        .publish_story(&bed.moment(), &story_id)
        .await
        .unwrap();
    bed.decide(&story_id, &ada, DecisionKind::Withdraw).await;
    assert!(bed.store.publications(10, None).await.unwrap().is_empty());
    assert!(bed.store.publication(1).await.unwrap().unwrap().withdrawn);
    assert_eq!(bed.store.publication(2).await.unwrap(), None);
    // A late job does not put it back.
    bed.store
        .publish_story(&bed.moment(), &story_id)
        .await
        .unwrap();
    assert!(bed.store.publication(1).await.unwrap().unwrap().withdrawn);
}

async fn a_drawing_is_public_only_when_a_person_decided_so(bed: &Bed) {
    let ada = bed.user("ada").await;
    let (silent, shown) = (bed.story().await, bed.story().await);
    let change = Revise {
        story_id: shown.clone(),
        user_id: ada.clone(),
        expected_revision: 0,
        fields: StoryFields {
            show_drawing: true,
            drawing_alt: "A cup of tea".to_owned(),
            ..bed.fields(&shown).await
        },
        reason: String::new(),
    };
    bed.store.revise_story(&bed.moment(), change).await.unwrap();
    for story_id in [&silent, &shown] {
        bed.decide(story_id, &ada, DecisionKind::Approve).await;
        bed.store
            .publish_story(&bed.moment(), story_id)
            .await
            .unwrap();
    }
    let drawing = async |number| {
        bed.store
            .publication(number)
            .await
            .unwrap()
            .unwrap()
            .drawing
    };
    assert_eq!(drawing(1).await, None);
    assert_eq!(drawing(2).await, Some(hash("drawing")));
}

async fn what_the_story_says_beyond_its_text_is_public_too(bed: &Bed) {
    let ada = bed.user("ada").await;
    let story_id = bed.story().await;
    let change = Revise {
        story_id: story_id.clone(),
        user_id: ada.clone(),
        expected_revision: 0,
        fields: StoryFields {
            also_about: "Ambulances\nThe pharmacy".to_owned(),
            happened: "2026-03".to_owned(),
            tags_good: "kind, quick".to_owned(),
            tags_felt: "safe".to_owned(),
            ..bed.fields(&story_id).await
        },
        reason: String::new(),
    };
    bed.store.revise_story(&bed.moment(), change).await.unwrap();
    bed.decide(&story_id, &ada, DecisionKind::Approve).await;
    bed.store
        .publish_story(&bed.moment(), &story_id)
        .await
        .unwrap();
    let shown = bed.store.publication(1).await.unwrap().unwrap();
    assert_eq!(shown.also_about, ["Ambulances", "The pharmacy"]);
    assert_eq!(shown.tags_good, ["kind", "quick"]);
    assert_eq!(shown.tags_better, [""; 0]);
    assert_eq!(shown.tags_felt, ["safe"]);
    assert_eq!(
        (shown.happened.as_str(), shown.route),
        ("2026-03", Route::Leaflet)
    );
}

async fn a_story_by_phone_is_in_the_ledger_and_says_how_it_came(bed: &Bed) {
    let ada = bed.user("ada").await;
    let told = OpenTold {
        route: Route::Phone,
        user_id: ada.clone(),
        lease_ms: 60_000,
    };
    let story_id = bed
        .store
        .open_told_story(&bed.moment(), &told)
        .await
        .unwrap();
    let again = bed
        .store
        .open_told_story(&bed.moment(), &told)
        .await
        .unwrap();
    assert_eq!(again, story_id, "an empty one is not opened twice");
    let record = bed.store.story(&story_id).await.unwrap().unwrap();
    assert_eq!(record.route, Route::Phone);
    assert_eq!(record.lease.unwrap().user_id, ada);
    let change = Revise {
        story_id: story_id.clone(),
        user_id: ada.clone(),
        expected_revision: 0,
        fields: StoryFields {
            title: "By phone".to_owned(),
            published_text: "They rang back.".to_owned(),
            consent: true,
            ..record.fields
        },
        reason: String::new(),
    };
    bed.store.revise_story(&bed.moment(), change).await.unwrap();
    let other = bed
        .store
        .open_told_story(&bed.moment(), &told)
        .await
        .unwrap();
    assert_ne!(other, story_id, "what is begun is not taken for empty");
    bed.decide(&story_id, &ada, DecisionKind::Approve).await;
    bed.store
        .publish_story(&bed.moment(), &story_id)
        .await
        .unwrap();
    assert_eq!(
        bed.store.publication(1).await.unwrap().unwrap().route,
        Route::Phone
    );
    let ledger = bed.store.ledger(None).await.unwrap();
    assert_eq!((ledger.sheets, ledger.published, ledger.waiting), (2, 1, 1));
}

async fn publications_are_listed_newest_first_page_by_page(bed: &Bed) {
    let ada = bed.user("ada").await;
    for _ in 0..3 {
        bed.clock.advance_ms(1_000);
        let story_id = approved(bed, &ada).await;
        bed.store
            .publish_story(&bed.moment(), &story_id)
            .await
            .unwrap();
    }
    let first = bed.store.publications(2, None).await.unwrap();
    assert_eq!(first.iter().map(|p| p.number).collect::<Vec<_>>(), [3, 2]);
    let second = bed
        .store
        .publications(2, Some(first[1].published_at))
        .await
        .unwrap();
    assert_eq!(second.iter().map(|p| p.number).collect::<Vec<_>>(), [1]);
}
