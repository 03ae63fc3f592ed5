use schemas::record::Role;
use schemas::{TimeMs, UserId};
use store::{AddedUser, NewSession, NewUser};

use crate::bed::Bed;

crate::bed::on_engines! { sqlite = Sqlite, postgres = Postgres; [
    a_name_belongs_to_one_person_however_it_is_capitalised,
    a_session_lasts_until_it_runs_out_or_is_ended,
    a_person_who_is_shut_out_loses_every_session,
    a_new_password_ends_the_old_sessions,
] }

async fn open_session(bed: &Bed, user_id: &UserId, token_hash: &str) {
    let session = NewSession {
        token_hash: token_hash.to_owned(),
        user_id: user_id.clone(),
        csrf: "csrf".to_owned(),
        expires_at: bed.moment().now.plus_ms(1_000),
    };
    bed.store
        .open_session(&bed.moment(), session)
        .await
        .unwrap();
}

async fn is_open(bed: &Bed, token_hash: &str, now: TimeMs) -> bool {
    bed.store.session(token_hash, now).await.unwrap().is_some()
}

async fn a_name_belongs_to_one_person_however_it_is_capitalised(bed: &Bed) {
    let ada = bed.user("Ada").await;
    let again = NewUser {
        name: " ADA ".to_owned(),
        display_name: "Somebody else".to_owned(),
        role: Role::Administrator,
        password_hash: String::new(),
    };
    let outcome = bed.store.add_user(&bed.moment(), again).await.unwrap();
    assert_eq!(outcome, AddedUser::NameTaken);
    let found = bed.store.user_by_name("aDa").await.unwrap().unwrap();
    assert_eq!((found.id, found.role), (ada.clone(), Role::Moderator));
    assert_eq!(
        bed.store.user(&ada).await.unwrap().unwrap().display_name,
        "Ada Example"
    );
    assert!(bed.store.user_by_name("ben").await.unwrap().is_none());
    bed.user("ben").await;
    let names: Vec<_> = bed
        .store
        .users()
        .await
        .unwrap()
        .into_iter()
        .map(|u| u.name)
        .collect();
    assert_eq!(names, ["ada", "ben"]);
}

async fn a_session_lasts_until_it_runs_out_or_is_ended(bed: &Bed) {
    let ada = bed.user("ada").await;
    let now = bed.moment().now;
    open_session(bed, &ada, "one").await;
    open_session(bed, &ada, "two").await;
    let session = bed.store.session("one", now).await.unwrap().unwrap();
    assert_eq!(
        (session.user.id, session.csrf.as_str()),
        (ada.clone(), "csrf")
    );
    assert!(!is_open(bed, "three", now).await);
    assert!(!is_open(bed, "one", now.plus_ms(1_000)).await);
    bed.store.end_session("one").await.unwrap();
    assert!(!is_open(bed, "one", now).await);
    assert!(is_open(bed, "two", now).await);
    bed.store.end_sessions_of(&ada).await.unwrap();
    assert!(!is_open(bed, "two", now).await);
}

async fn a_person_who_is_shut_out_loses_every_session(bed: &Bed) {
    let ada = bed.user("ada").await;
    let now = bed.moment().now;
    open_session(bed, &ada, "one").await;
    assert!(bed.store.disable_user(&ada).await.unwrap());
    assert!(!is_open(bed, "one", now).await);
    assert!(bed.store.user(&ada).await.unwrap().unwrap().disabled);
    assert!(bed.store.enable_user(&ada).await.unwrap());
    assert!(
        !is_open(bed, "one", now).await,
        "the old session came back to life"
    );
}

async fn a_new_password_ends_the_old_sessions(bed: &Bed) {
    let ada = bed.user("ada").await;
    open_session(bed, &ada, "one").await;
    assert!(bed.store.set_password_hash(&ada, "new").await.unwrap());
    assert!(!is_open(bed, "one", bed.moment().now).await);
    assert_eq!(
        bed.store.user(&ada).await.unwrap().unwrap().password_hash,
        "new"
    );
}
