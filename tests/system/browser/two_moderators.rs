//! Two people at once: nobody ever holds what the other holds, and nothing is left held.

use std::collections::BTreeSet;

use schemas::record::{Role, Route, StoryState};
use schemas::{Clock as _, RandomIds, SystemClock, UserId};
use store::{AddedUser, Moment, NewUser, OpenTold, Revise, Revised, Store, StoryFilter};

use super::chromium::{Browser, Scripts};
use super::{Installation, arrive_as};
use crate::support::{ids, one_at_a_time};

const N_STORIES: usize = 200;
const OTHER: &str = "sandy";

#[tokio::test(flavor = "multi_thread")]
async fn two_moderators_never_hold_the_same_story() {
    let _turn = one_at_a_time().await;
    let postbag = Installation::start(&[]);
    postbag.add_person(OTHER, "moderator");
    let queue_url = format!("{}/queue", postbag.url);
    let robin = Browser::start(Scripts::On).await;
    arrive_as(&robin, super::NAME, &queue_url).await;
    let sandy = Browser::start(Scripts::On).await;
    arrive_as(&sandy, OTHER, &queue_url).await;
    let store = Store::connect(&postbag.database_url(), 1).await.unwrap();
    fill(&store).await;

    let (of_robin, of_sandy) = tokio::join!(work(&robin, &queue_url), work(&sandy, &queue_url));
    println!("{} and {} stories", of_robin.len(), of_sandy.len());
    assert!(of_robin.len() > N_STORIES / 10 && of_sandy.len() > N_STORIES / 10);
    let both: Vec<&String> = of_robin.intersection(&of_sandy).collect();
    assert!(both.is_empty(), "both held {both:?}");
    assert_eq!(of_robin.len() + of_sandy.len(), N_STORIES);
    assert_all_let_go(&store).await;
    robin.close().await;
    sandy.close().await;
}

/// Approves what is offered until nothing waits; the stories that were open.
async fn work(browser: &Browser, queue_url: &str) -> BTreeSet<String> {
    let mut held = BTreeSet::new();
    browser.opens(queue_url).await;
    browser.follow("#next-story").await;
    while browser.url().await.contains("/stories/") {
        let words = browser.text("#lease-words").await;
        assert!(words.starts_with("With you until"), "{words}");
        let is_new = held.insert(browser.value("#field-title").await);
        assert!(is_new, "a story was offered to the same person again");
        browser.select("#field-criticality", "0").await;
        browser.follow("#approve").await;
    }
    held
}

async fn assert_all_let_go(store: &Store) {
    let mut after = None;
    let mut n_stories = 0;
    loop {
        let filter = StoryFilter {
            after: after.clone(),
            ..StoryFilter::default()
        };
        let stories = store.stories(filter).await.unwrap();
        let Some(last) = stories.last() else { break };
        after = Some(last.id.clone());
        for story in &stories {
            assert!(story.lease.is_none(), "a lease is left: {:?}", story.lease);
            assert!(matches!(
                story.state,
                StoryState::Approved | StoryState::Published
            ));
        }
        n_stories += stories.len();
    }
    assert_eq!(n_stories, N_STORIES);
}

/// Stories that somebody typed and left in the queue.
async fn fill(store: &Store) {
    let ids = ids();
    let typist = typist(store, &ids).await;
    for number in 0..N_STORIES {
        let told = OpenTold {
            route: Route::Form,
            user_id: typist.clone(),
            lease_ms: 60_000,
        };
        let story_id = store.open_told_story(&moment(&ids), &told).await.unwrap();
        let record = store.story(&story_id).await.unwrap().unwrap();
        let mut fields = record.fields;
        fields.title = format!("Story {number}");
        fields.published_text = format!("They were kind, {number} times over.");
        fields.consent = true;
        let change = Revise {
            story_id: story_id.clone(),
            user_id: typist.clone(),
            expected_revision: record.revision_no,
            fields,
            reason: String::new(),
        };
        let revised = store.revise_story(&moment(&ids), change).await.unwrap();
        assert!(matches!(revised, Revised::Saved { .. }), "{revised:?}");
        assert!(store.release_story(&story_id, &typist).await.unwrap());
    }
}

async fn typist(store: &Store, ids: &RandomIds) -> UserId {
    let user = NewUser {
        name: "typist".to_owned(),
        display_name: "Typist".to_owned(),
        role: Role::Moderator,
        password_hash: "none".to_owned(),
    };
    match store.add_user(&moment(ids), user).await.unwrap() {
        AddedUser::Added(user_id) => user_id,
        AddedUser::NameTaken => panic!("there is a typist already"),
    }
}

fn moment(ids: &RandomIds) -> Moment<'_> {
    Moment {
        now: SystemClock.now(),
        ids,
    }
}
