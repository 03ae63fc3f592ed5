use schemas::record::Role;
use schemas::{TimeMs, UserId};
use store::{
    AccountChange, AddedUser, ChangeAccount, ChangedAccount, Invite, NewLink, NewSession, NewUser,
    SetPassword,
};

use crate::bed::Bed;

crate::bed::on_engines! { sqlite = Sqlite, postgres = Postgres; [
    a_name_belongs_to_one_person_however_it_is_capitalised,
    a_session_lasts_until_it_runs_out_or_is_ended,
    a_person_tells_their_sessions_apart_and_ends_the_others,
    a_person_who_is_shut_out_loses_every_session,
    a_new_password_ends_the_old_sessions,
    an_invited_person_chooses_a_password_once,
    a_link_runs_out_and_ends_with_the_next_one,
    a_reset_forgets_the_old_password,
    nobody_shuts_out_or_demotes_themselves,
    the_last_administrator_stays,
    two_administrators_cannot_shut_each_other_out,
] }

async fn open_session(bed: &Bed, user_id: &UserId, token_hash: &str) {
    let session = NewSession {
        token_hash: token_hash.to_owned(),
        user_id: user_id.clone(),
        csrf: "csrf".to_owned(),
        browser: "Firefox on Linux".to_owned(),
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

async fn change(
    bed: &Bed,
    by: Option<&UserId>,
    user_id: &UserId,
    change: AccountChange,
) -> ChangedAccount {
    let what = ChangeAccount {
        user_id: user_id.clone(),
        by: by.cloned(),
        change,
    };
    let changed = bed.store.change_account(&bed.moment(), what).await;
    changed.unwrap()
}

async fn administrator(bed: &Bed, name: &str) -> UserId {
    let user_id = bed.user(name).await;
    let role = AccountChange::Role(Role::Administrator);
    let changed = change(bed, None, &user_id, role).await;
    assert_eq!(changed, ChangedAccount::Changed);
    user_id
}

fn link(bed: &Bed, token_hash: &str) -> NewLink {
    NewLink {
        token_hash: token_hash.to_owned(),
        expires_at: bed.moment().now.plus_ms(1_000),
    }
}

async fn owner(bed: &Bed, token_hash: &str, now: TimeMs) -> Option<UserId> {
    let owner = bed.store.link_owner(token_hash, now).await.unwrap();
    owner.map(|user| user.id)
}

async fn password_hash(bed: &Bed, user_id: &UserId) -> String {
    let user = bed.store.user(user_id).await.unwrap().unwrap();
    user.password_hash
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
    assert!(
        bed.store
            .end_session(&bed.moment(), &ada, &ada, "one")
            .await
            .unwrap()
    );
    assert!(!is_open(bed, "one", now).await);
    assert!(is_open(bed, "two", now).await);
    bed.store
        .sign_out(&bed.moment(), &ada, "two")
        .await
        .unwrap();
    assert!(!is_open(bed, "two", now).await);
}

async fn a_person_tells_their_sessions_apart_and_ends_the_others(bed: &Bed) {
    let (ada, ben) = (bed.user("ada").await, bed.user("ben").await);
    for name in ["one", "two", "three"] {
        open_session(bed, &ada, name).await;
        bed.clock.advance_ms(10);
    }
    open_session(bed, &ben, "his").await;
    let now = bed.moment().now;
    bed.store.note_session_seen("one", now).await.unwrap();
    let sessions = bed.store.sessions_of(&ada, now).await.unwrap();
    let names: Vec<_> = sessions.iter().map(|s| s.token_hash.as_str()).collect();
    assert_eq!(names, ["one", "three", "two"], "the one seen last is first");
    assert_eq!(sessions[0].browser, "Firefox on Linux");
    assert_eq!(
        (sessions[0].last_seen_at, sessions[0].created_at.0),
        (now, now.0 - 30)
    );
    let last = bed.store.user(&ada).await.unwrap().unwrap();
    assert_eq!(last.last_signed_in_at, Some(TimeMs(now.0 - 10)));

    let store = &bed.store;
    let stranger = store.end_session(&bed.moment(), &ben, &ben, "one").await;
    assert!(!stranger.unwrap(), "of somebody else");
    let ended = store
        .end_sessions_of(&bed.moment(), &ada, &ada, Some("one"))
        .await;
    assert_eq!(ended.unwrap(), 2);
    assert!(is_open(bed, "one", now).await && is_open(bed, "his", now).await);
    assert!(!is_open(bed, "two", now).await && !is_open(bed, "three", now).await);
}

async fn a_person_who_is_shut_out_loses_every_session(bed: &Bed) {
    let ada = bed.user("ada").await;
    let now = bed.moment().now;
    open_session(bed, &ada, "one").await;
    let changed = change(bed, None, &ada, AccountChange::Disable).await;
    assert_eq!(changed, ChangedAccount::Changed);
    let again = change(bed, None, &ada, AccountChange::Disable).await;
    assert_eq!(again, ChangedAccount::Unchanged);
    assert!(!is_open(bed, "one", now).await);
    assert!(bed.store.user(&ada).await.unwrap().unwrap().disabled);
    let changed = change(bed, None, &ada, AccountChange::Enable).await;
    assert_eq!(changed, ChangedAccount::Changed);
    assert!(
        !is_open(bed, "one", now).await,
        "the old session came back to life"
    );
}

async fn a_new_password_ends_the_old_sessions(bed: &Bed) {
    let ada = bed.user("ada").await;
    open_session(bed, &ada, "one").await;
    open_session(bed, &ada, "two").await;
    let set = SetPassword {
        user_id: ada.clone(),
        by: Some(ada.clone()),
        password_hash: "new".to_owned(),
        keep_session: Some("two".to_owned()),
    };
    assert!(bed.store.set_password(&bed.moment(), set).await.unwrap());
    assert!(!is_open(bed, "one", bed.moment().now).await);
    assert!(is_open(bed, "two", bed.moment().now).await);
    assert_eq!(password_hash(bed, &ada).await, "new");
}

async fn an_invited_person_chooses_a_password_once(bed: &Bed) {
    let (store, moment) = (&bed.store, bed.moment());
    let ada = administrator(bed, "ada").await;
    let invite = |token: &str| Invite {
        name: "Ben".to_owned(),
        display_name: "Ben Example".to_owned(),
        role: Role::MailRoom,
        by: ada.clone(),
        link: link(bed, token),
    };
    let added = store.invite_user(&moment, invite("token")).await.unwrap();
    let AddedUser::Added(ben) = added else {
        panic!("the name is free");
    };
    let again = store.invite_user(&moment, invite("other")).await.unwrap();
    assert_eq!(again, AddedUser::NameTaken);
    assert_eq!(owner(bed, "other", moment.now).await, None);
    let user = store.user_by_name("ben").await.unwrap().unwrap();
    assert!(user.id == ben && !user.has_password());
    assert!(
        store
            .open_links(moment.now)
            .await
            .unwrap()
            .contains_key(&ben)
    );

    assert_eq!(owner(bed, "token", moment.now).await, Some(ben.clone()));
    assert!(store.use_link(&moment, "token", "chosen").await.unwrap());
    assert!(!store.use_link(&moment, "token", "stolen").await.unwrap());
    assert_eq!(owner(bed, "token", moment.now).await, None);
    assert_eq!(password_hash(bed, &ben).await, "chosen");
}

async fn a_link_runs_out_and_ends_with_the_next_one(bed: &Bed) {
    let (ada, ben) = (administrator(bed, "ada").await, bed.user("ben").await);
    let reset = |token| AccountChange::Reset(link(bed, token));
    for token in ["one", "two"] {
        let changed = change(bed, Some(&ada), &ben, reset(token)).await;
        assert_eq!(changed, ChangedAccount::Changed);
    }
    let now = bed.moment().now;
    assert_eq!(owner(bed, "one", now).await, None, "the next one counts");
    assert_eq!(owner(bed, "two", now.plus_ms(999)).await, Some(ben.clone()));
    assert_eq!(owner(bed, "two", now.plus_ms(1_000)).await, None);
    bed.clock.advance_ms(1_000);
    let used = bed.store.use_link(&bed.moment(), "two", "late").await;
    assert!(!used.unwrap());

    change(bed, Some(&ada), &ben, reset("three")).await;
    change(bed, Some(&ada), &ben, AccountChange::Disable).await;
    change(bed, Some(&ada), &ben, AccountChange::Enable).await;
    let now = bed.moment().now;
    assert_eq!(
        owner(bed, "three", now).await,
        None,
        "ended with the access"
    );
}

async fn a_reset_forgets_the_old_password(bed: &Bed) {
    let (ada, ben) = (administrator(bed, "ada").await, bed.user("ben").await);
    open_session(bed, &ben, "one").await;
    let reset = AccountChange::Reset(link(bed, "token"));
    change(bed, Some(&ada), &ben, reset).await;
    assert!(!is_open(bed, "one", bed.moment().now).await);
    assert_eq!(password_hash(bed, &ben).await, "");
}

async fn nobody_shuts_out_or_demotes_themselves(bed: &Bed) {
    let ada = administrator(bed, "ada").await;
    administrator(bed, "ben").await;
    for own in [
        AccountChange::Disable,
        AccountChange::Role(Role::Senior),
        AccountChange::Reset(link(bed, "token")),
    ] {
        let changed = change(bed, Some(&ada), &ada, own).await;
        assert_eq!(changed, ChangedAccount::OwnAccount);
    }
    let user = bed.store.user(&ada).await.unwrap().unwrap();
    assert!(user.role == Role::Administrator && !user.disabled && user.has_password());
}

async fn the_last_administrator_stays(bed: &Bed) {
    let ada = administrator(bed, "ada").await;
    let ben = administrator(bed, "ben").await;
    // Neither of these could look after accounts.
    change(bed, Some(&ada), &ben, AccountChange::Disable).await;
    let cleo = administrator(bed, "cleo").await;
    let reset = AccountChange::Reset(link(bed, "token"));
    change(bed, Some(&ada), &cleo, reset).await;
    for last in [
        AccountChange::Disable,
        AccountChange::Role(Role::Auditor),
        AccountChange::Reset(link(bed, "other")),
    ] {
        let changed = change(bed, None, &ada, last).await;
        assert_eq!(changed, ChangedAccount::LastAdministrator);
    }
    bed.store
        .use_link(&bed.moment(), "token", "chosen")
        .await
        .unwrap();
    let changed = change(bed, None, &ada, AccountChange::Disable).await;
    assert_eq!(changed, ChangedAccount::Changed);
}

async fn two_administrators_cannot_shut_each_other_out(bed: &Bed) {
    let ada = administrator(bed, "ada").await;
    let ben = administrator(bed, "ben").await;
    let (first, second) = tokio::join!(
        change(bed, Some(&ada), &ben, AccountChange::Disable),
        change(bed, Some(&ben), &ada, AccountChange::Disable),
    );
    let mut outcomes = [first, second].map(|outcome| format!("{outcome:?}"));
    outcomes.sort();
    assert_eq!(outcomes, ["Changed", "LastAdministrator"]);
}
