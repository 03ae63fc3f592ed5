use axum::http::StatusCode;
use schemas::record::Role;

use crate::app::{PASSWORD, TestApp};
use crate::browser::{Answer, Browser};

const NEW_PASSWORD: &str = "a wholly different one";
const FIREFOX: &str =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0";

/// The names of the sessions that can be ended on a page.
pub(crate) fn sessions_on(page: &Answer) -> Vec<String> {
    let parts = page.body.split("name=\"session\" value=\"").skip(1);
    parts
        .map(|part| part.split('"').next().unwrap().to_owned())
        .collect()
}

async fn two_browsers(app: &TestApp) -> (Browser, Browser) {
    let mut desk = app.browser();
    desk.get("/sign-in").await;
    let token = desk.form_token.clone();
    let fields = [
        ("csrf", token.as_str()),
        ("name", "ada"),
        ("password", PASSWORD),
    ];
    desk.post_bare_with("/sign-in", &fields, &[("user-agent", FIREFOX)])
        .await;
    app.clock.advance_ms(3 * 60_000);
    (desk, app.signed_in("ada").await)
}

async fn with_ada() -> TestApp {
    TestApp::new().await.with_user("ada", Role::MailRoom).await
}

#[tokio::test]
async fn everybody_sees_their_own_sessions_and_this_one_is_marked() {
    let app = with_ada().await.with_user("ben", Role::Moderator).await;
    app.signed_in("ben").await;
    let (mut desk, _other) = two_browsers(&app).await;
    let page = desk.get("/account").await;
    assert!(page.shows("Firefox on Windows") && page.shows("23 Nov 2026, 09:30"));
    assert_eq!(page.body.matches("<li>").count(), 2, "hers only");
    assert_eq!(page.body.matches("this browser").count(), 1);
    assert_eq!(sessions_on(&page).len(), 1, "not the one she is in");
}

#[tokio::test]
async fn when_a_session_was_last_seen_is_known_to_the_minute() {
    let app = with_ada().await;
    let (mut desk, mut other) = two_browsers(&app).await;
    app.clock.advance_ms(5 * 60_000);
    other.get("/mail-room").await;
    let page = desk.get("/account").await;
    assert_eq!(page.body.matches("just now").count(), 2);
    app.clock.advance_ms(5 * 60_000);
    let page = desk.get("/account").await;
    assert!(page.shows("5 minutes ago") && page.shows("just now"));
}

#[tokio::test]
async fn a_session_is_ended_from_another_browser() {
    let app = with_ada().await;
    let (mut desk, mut other) = two_browsers(&app).await;
    let session = sessions_on(&desk.get("/account").await).remove(0);
    let answer = desk
        .post("/account/sessions/end", &[("session", &session)])
        .await;
    assert_eq!(answer.location(), "/account");
    assert!(desk.get("/account").await.shows("The session has ended."));
    assert_eq!(other.get("/mail-room").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn all_other_sessions_are_ended_at_once() {
    let app = with_ada().await;
    let (mut desk, mut other) = two_browsers(&app).await;
    desk.get("/account").await;
    desk.post("/account/sessions/end-others", &[]).await;
    assert_eq!(other.get("/mail-room").await.status, StatusCode::SEE_OTHER);
    let page = desk.get("/account").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.shows("End all but this one"));
}

#[tokio::test]
async fn nobody_ends_the_sessions_of_others() {
    let app = with_ada().await.with_user("ben", Role::Moderator).await;
    let (mut desk, mut other) = two_browsers(&app).await;
    let session = sessions_on(&desk.get("/account").await).remove(0);
    let mut ben = app.signed_in("ben").await;
    ben.get("/account").await;
    ben.post("/account/sessions/end", &[("session", &session)])
        .await;
    assert_eq!(other.get("/mail-room").await.status, StatusCode::OK);
}

async fn change(browser: &mut Browser, old: &str, new: &str) -> Answer {
    browser.get("/account").await;
    let fields = [("old", old), ("password", new), ("again", new)];
    browser.post("/account/password", &fields).await
}

#[tokio::test]
async fn a_password_is_changed_by_whoever_knows_the_old_one() {
    let app = with_ada().await;
    let (mut desk, mut other) = two_browsers(&app).await;
    let wrong = change(&mut desk, "not the old one", NEW_PASSWORD).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.shows("That is not your current password."));
    let short = change(&mut desk, PASSWORD, "short").await;
    assert!(short.shows("A password needs at least 10 characters"));
    let changed = change(&mut desk, PASSWORD, NEW_PASSWORD).await;
    assert_eq!(changed.location(), "/account");
    assert!(
        desk.get("/account")
            .await
            .shows("Your password is changed.")
    );
    assert_eq!(other.get("/mail-room").await.status, StatusCode::SEE_OTHER);
    let new = app.browser().sign_in("ada", NEW_PASSWORD).await;
    assert_eq!(new.location(), "/mail-room");
}

#[tokio::test]
async fn an_open_browser_does_not_help_to_guess_the_password() {
    let app = with_ada().await;
    let mut browser = app.signed_in("ada").await;
    for _ in 0..5 {
        change(&mut browser, "wrong wrong wrong", NEW_PASSWORD).await;
    }
    let answer = change(&mut browser, PASSWORD, NEW_PASSWORD).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(answer.shows("Please wait 5 minutes"));
}
