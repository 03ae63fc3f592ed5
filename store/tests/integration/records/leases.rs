use std::collections::BTreeSet;

use futures_util::future::join_all;
use schemas::{StoryId, UserId};
use store::{Claim, Offer};

use crate::bed::{Bed, IDS};

crate::bed::on_engines! { sqlite = Sqlite, postgres = Postgres; [
    people_who_ask_for_the_next_story_at_once_never_get_the_same_one,
    a_story_is_held_by_one_person_until_the_lease_runs_out,
    a_story_that_is_given_back_is_free_at_once,
    the_owner_renews_the_lease_and_is_shown_by_name,
    a_story_that_does_not_exist_cannot_be_held,
] }

const LEASE_MS: i64 = 900_000;

async fn claim(bed: &Bed, story_id: &StoryId, user_id: &UserId) -> Claim {
    let claim = bed
        .store
        .claim_story(&bed.moment(), story_id, user_id, LEASE_MS)
        .await;
    claim.unwrap()
}

async fn people_who_ask_for_the_next_story_at_once_never_get_the_same_one(bed: &Bed) {
    for _ in 0..6 {
        bed.story().await;
    }
    let mut users = Vec::new();
    for n in 0..8 {
        users.push(bed.user(&format!("user{n}")).await);
    }
    let moment = bed.moment();
    let asks = users
        .iter()
        .map(|u| bed.store.claim_next(&moment, u, LEASE_MS, Offer::Ordinary));
    let stories: Vec<_> = join_all(asks)
        .await
        .into_iter()
        .filter_map(Result::unwrap)
        .collect();
    assert_eq!(stories.len(), 6, "everybody but two got a story");
    assert_eq!(stories.iter().collect::<BTreeSet<_>>().len(), 6);
}

async fn a_story_is_held_by_one_person_until_the_lease_runs_out(bed: &Bed) {
    let (story_id, ada, ben) = (
        bed.story().await,
        bed.user("ada").await,
        bed.user("ben").await,
    );
    assert!(matches!(
        claim(bed, &story_id, &ada).await,
        Claim::Granted(_)
    ));
    bed.clock.advance_ms(LEASE_MS - 1);
    let Claim::HeldBy(lease) = claim(bed, &story_id, &ben).await else {
        panic!("two people hold the story");
    };
    assert_eq!(
        (lease.user_id, lease.user_name.as_str()),
        (ada.clone(), "ada Example")
    );
    assert_eq!(
        bed.store
            .claim_next(&bed.moment(), &ben, LEASE_MS, Offer::Ordinary)
            .await
            .unwrap(),
        None
    );
    bed.clock.advance_ms(1);
    assert!(matches!(
        claim(bed, &story_id, &ben).await,
        Claim::Granted(_)
    ));
    assert!(matches!(
        claim(bed, &story_id, &ada).await,
        Claim::HeldBy(_)
    ));
}

async fn a_story_that_is_given_back_is_free_at_once(bed: &Bed) {
    let (story_id, ada, ben) = (
        bed.story().await,
        bed.user("ada").await,
        bed.user("ben").await,
    );
    claim(bed, &story_id, &ada).await;
    assert!(!bed.store.release_story(&story_id, &ben).await.unwrap());
    assert!(bed.store.release_story(&story_id, &ada).await.unwrap());
    let next = bed
        .store
        .claim_next(&bed.moment(), &ben, LEASE_MS, Offer::Ordinary)
        .await
        .unwrap();
    assert_eq!(next, Some(story_id));
}

async fn the_owner_renews_the_lease_and_is_shown_by_name(bed: &Bed) {
    let (story_id, ada) = (bed.story().await, bed.user("ada").await);
    claim(bed, &story_id, &ada).await;
    bed.clock.advance_ms(LEASE_MS / 2);
    let Claim::Granted(renewed) = claim(bed, &story_id, &ada).await else {
        panic!("the owner lost the story");
    };
    assert_eq!(renewed.until, bed.moment().now.plus_ms(LEASE_MS));
    let story = bed.store.story(&story_id).await.unwrap().unwrap();
    assert_eq!(story.lease, Some(renewed));
}

async fn a_story_that_does_not_exist_cannot_be_held(bed: &Bed) {
    let ada = bed.user("ada").await;
    let nowhere = StoryId::fresh(&IDS, bed.moment().now);
    assert_eq!(claim(bed, &nowhere, &ada).await, Claim::NotThere);
    assert_eq!(bed.store.story(&nowhere).await.unwrap(), None);
}
