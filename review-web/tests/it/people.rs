use axum::http::StatusCode;
use schemas::UserId;
use schemas::record::Role;

use crate::app::{PASSWORD, TestApp};
use crate::browser::{Answer, Browser};

const NEW_PASSWORD: &str = "a wholly different one";

/// The link on the page, as a path.
fn link_on(page: &Answer) -> String {
    let (_, rest) = page.body.split_once("/choose-password?link=").unwrap();
    let token: String = rest.chars().take_while(char::is_ascii_hexdigit).collect();
    assert_eq!(token.len(), 64);
    format!("/choose-password?link={token}")
}

async fn invite(admin: &mut Browser) -> Answer {
    admin.get("/people").await;
    let fields = [
        ("display_name", "Nina Newcomer"),
        ("name", "Nina"),
        ("role", "mail-room"),
    ];
    admin.post("/people", &fields).await
}

async fn choose(stranger: &mut Browser, link: &str, password: &str, again: &str) -> Answer {
    let (_, token) = link.split_once('=').unwrap();
    let fields = [("link", token), ("password", password), ("again", again)];
    stranger.post("/choose-password", &fields).await
}

async fn with_admin() -> (TestApp, Browser) {
    let app = TestApp::new()
        .await
        .with_user("ada", Role::Administrator)
        .await;
    let browser = app.signed_in("ada").await;
    (app, browser)
}

#[tokio::test]
async fn an_invited_person_chooses_a_password_and_signs_in() {
    let (app, mut admin) = with_admin().await;
    let page = invite(&mut admin).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.shows("This link is shown only now") && page.shows("26 Nov 2026, 09:30"));
    let link = link_on(&page);
    assert!(
        page.shows(&format!("https://stories.example{link}")),
        "without the browser’s own word the public address counts"
    );
    let list = admin.get("/people").await;
    assert!(list.shows("Nina Newcomer") && list.shows("Has a link to choose a password"));
    assert!(!list.body.contains("choose-password?"));

    let mut nina = app.browser();
    let page = nina.get(&link).await;
    assert!(page.shows("Hello Nina Newcomer.") && page.body.contains("nina"));
    let short = choose(&mut nina, &link, "short", "short").await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(short.shows("A password needs at least 10 characters"));
    let different = choose(&mut nina, &link, NEW_PASSWORD, PASSWORD).await;
    assert!(different.shows("The two passwords are not the same"));
    assert!(!different.body.contains(NEW_PASSWORD));
    let chosen = choose(&mut nina, &link, NEW_PASSWORD, NEW_PASSWORD).await;
    assert_eq!(chosen.location(), "/sign-in");
    let page = nina.get("/sign-in").await;
    assert!(page.shows("Your password is set. Sign in with it now."));
    let signed_in = nina.sign_in("nina", NEW_PASSWORD).await;
    assert_eq!(signed_in.location(), "/mail-room");

    let used = nina.get(&link).await;
    assert_eq!(used.status, StatusCode::NOT_FOUND);
    assert!(used.shows("This link cannot be used"));
    let again = choose(&mut nina, &link, PASSWORD, PASSWORD).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_link_leads_to_where_the_administrator_is() {
    let (_app, mut admin) = with_admin().await;
    admin.get("/people").await;
    let fields = [
        ("csrf", admin.form_token.clone()),
        ("display_name", "Nina".to_owned()),
        ("name", "nina".to_owned()),
        ("role", "moderator".to_owned()),
    ];
    let fields: Vec<_> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let page = admin
        .post_bare_with("/people", &fields, &[("origin", "https://bench.example")])
        .await;
    assert!(
        page.body
            .contains("https://bench.example/choose-password?link=")
    );
}

#[tokio::test]
async fn a_link_is_good_for_three_days_and_nobody_signs_in_before_it_is_used() {
    let (app, mut admin) = with_admin().await;
    let link = link_on(&invite(&mut admin).await);
    for password in ["", "anything at all"] {
        let answer = app.browser().sign_in("nina", password).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    app.clock.advance_ms(72 * 3_600_000 - 1);
    assert_eq!(app.browser().get(&link).await.status, StatusCode::OK);
    app.clock.advance_ms(1);
    let late = app.browser().get(&link).await;
    assert_eq!(late.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_invitation_that_cannot_be_made_comes_back_with_what_was_typed() {
    let (_app, mut admin) = with_admin().await;
    for (name, shown, problem) in [
        (
            "ADA",
            "Another Ada",
            "Somebody signs in with this name already.",
        ),
        (
            "two words",
            "Ben",
            "The name to sign in with has no spaces in it.",
        ),
        ("ben", " ", "Please type both names."),
    ] {
        admin.get("/people").await;
        let fields = [("display_name", shown), ("name", name), ("role", "senior")];
        let page = admin.post("/people", &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.shows(problem), "{problem}");
        assert!(page.body.contains(&format!("value=\"{name}\"")));
        assert!(page.body.contains("value=\"senior\" selected"));
    }
}

#[tokio::test]
async fn a_reset_ends_sessions_and_the_old_password() {
    let (app, mut admin) = with_admin().await;
    let ben = app.add_user("ben", Role::Moderator).await;
    let mut his = app.signed_in("ben").await;
    let path = format!("/people/{ben}");
    admin.get(&path).await;
    let page = admin.post(&format!("{path}/reset"), &[]).await;
    let link = link_on(&page);
    assert_eq!(his.get("/queue").await.status, StatusCode::SEE_OTHER);
    let old = app.browser().sign_in("ben", PASSWORD).await;
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut stranger = app.browser();
    stranger.get(&link).await;
    choose(&mut stranger, &link, NEW_PASSWORD, NEW_PASSWORD).await;
    let new = app.browser().sign_in("ben", NEW_PASSWORD).await;
    assert_eq!(new.location(), "/queue");
}

#[tokio::test]
async fn a_person_is_shut_out_and_let_in_again() {
    let (app, mut admin) = with_admin().await;
    let ben = app.add_user("ben", Role::Moderator).await;
    let mut his = app.signed_in("ben").await;
    let path = format!("/people/{ben}");
    assert!(admin.get(&path).await.shows("Shut Ben out"));
    let answer = admin.post(&format!("{path}/disable"), &[]).await;
    assert_eq!(answer.location(), path);
    let page = admin.get(&path).await;
    assert!(page.shows("Shut out. The person’s sessions have ended"));
    assert!(page.shows("Let Ben in again"));
    assert_eq!(his.get("/queue").await.status, StatusCode::SEE_OTHER);
    admin.post(&format!("{path}/enable"), &[]).await;
    assert_eq!(his.sign_in("ben", PASSWORD).await.location(), "/queue");
}

#[tokio::test]
async fn a_new_role_is_worked_in_after_signing_in_again() {
    let (app, mut admin) = with_admin().await;
    let ben = app.add_user("ben", Role::Moderator).await;
    let mut his = app.signed_in("ben").await;
    let path = format!("/people/{ben}");
    admin.get(&path).await;
    let fields = [("role", "mail-room")];
    admin.post(&format!("{path}/role"), &fields).await;
    assert!(admin.get(&path).await.shows("Mail room"));
    assert_eq!(his.get("/queue").await.status, StatusCode::SEE_OTHER);
    assert_eq!(his.sign_in("ben", PASSWORD).await.location(), "/mail-room");
    admin.get(&path).await;
    let unknown = admin
        .post(&format!("{path}/role"), &[("role", "emperor")])
        .await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn nobody_shuts_themselves_out() {
    let (app, mut admin) = with_admin().await;
    let ada = id_of(&app, "ada").await;
    let path = format!("/people/{ada}");
    let page = admin.get(&path).await;
    assert!(page.shows("This is you.") && !page.body.contains("/disable\""));
    for (step, fields) in [
        ("disable", vec![]),
        ("role", vec![("role", "auditor")]),
        ("reset", vec![]),
    ] {
        admin.get("/people").await;
        let answer = admin.post(&format!("{path}/{step}"), &fields).await;
        assert_eq!(answer.location(), path, "{step}");
        let page = admin.get(&path).await;
        assert!(page.shows("Nobody shuts out or demotes themselves."));
        assert!(page.shows("Administrator"));
    }
}

async fn id_of(app: &TestApp, name: &str) -> UserId {
    let user = app.app.store.user_by_name(name).await.unwrap();
    user.unwrap().id
}

#[tokio::test]
async fn an_auditor_looks_at_people_and_changes_nothing() {
    let app = TestApp::new().await.with_user("olga", Role::Auditor).await;
    let ben = app.add_user("ben", Role::Moderator).await;
    app.signed_in("ben").await;
    let mut browser = app.signed_in("olga").await;
    let list = browser.get("/people").await;
    assert!(list.shows("Ben") && !list.shows("Invite somebody"));
    let page = browser.get(&format!("/people/{ben}")).await;
    assert!(page.shows("Can sign in") && !page.shows("Open sessions"));
}

#[tokio::test]
async fn an_administrator_sees_and_ends_the_sessions_of_others() {
    let (app, mut admin) = with_admin().await;
    let ben = app.add_user("ben", Role::Moderator).await;
    let mut first = app.signed_in("ben").await;
    let mut second = app.signed_in("ben").await;
    let path = format!("/people/{ben}");
    let page = admin.get(&path).await;
    assert_eq!(page.body.matches("name=\"session\"").count(), 2);
    let session = crate::account::sessions_on(&page).remove(0);
    admin
        .post(&format!("{path}/sessions/end"), &[("session", &session)])
        .await;
    let statuses = [
        first.get("/queue").await.status,
        second.get("/queue").await.status,
    ];
    assert!(statuses.contains(&StatusCode::OK) && statuses.contains(&StatusCode::SEE_OTHER));
    admin.post(&format!("{path}/sessions/end-all"), &[]).await;
    assert_eq!(first.get("/queue").await.status, StatusCode::SEE_OTHER);
    assert_eq!(second.get("/queue").await.status, StatusCode::SEE_OTHER);
    assert!(admin.get(&path).await.shows("Not signed in anywhere."));
}
