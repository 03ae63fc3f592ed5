use axum::http::StatusCode;
use schemas::record::Role;
use store::{AccountChange, ChangeAccount};

use crate::app::{PASSWORD, TestApp};

#[tokio::test]
async fn a_person_who_is_not_signed_in_is_led_to_sign_in_and_back_again() {
    let app = TestApp::new().await.with_user("ada", Role::Moderator).await;
    let mut browser = app.browser();
    let answer = browser.get("/queue?state=held").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.location(), "/sign-in?next=%2Fqueue%3Fstate%3Dheld");

    let page = browser.get("/sign-in?next=%2Fqueue%3Fstate%3Dheld").await;
    assert!(page.body.contains("value=\"/queue?state=held\""));
    let fields = [
        ("name", "ada"),
        ("password", PASSWORD),
        ("next", "/queue?state=held"),
    ];
    let answer = browser.post("/sign-in", &fields).await;
    assert_eq!(answer.location(), "/queue?state=held");
    assert_eq!(
        browser.get("/queue?state=held").await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn signing_in_never_leads_to_another_machine() {
    let app = TestApp::new().await.with_user("ada", Role::Moderator).await;
    let mut browser = app.browser();
    browser.get("/sign-in").await;
    let fields = [
        ("name", "ada"),
        ("password", PASSWORD),
        ("next", "//evil.example"),
    ];
    assert_eq!(browser.post("/sign-in", &fields).await.location(), "/queue");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_are_told_the_same() {
    let app = TestApp::new().await.with_user("ada", Role::Moderator).await;
    for name in ["ada", "nobody"] {
        let mut browser = app.browser();
        let answer = browser.sign_in(name, "wrong wrong wrong").await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.shows("That name and password do not belong together."));
        assert!(
            answer.body.contains(&format!("value=\"{name}\"")),
            "the name is kept"
        );
        assert!(!answer.shows("wrong wrong wrong"));
    }
}

#[tokio::test]
async fn too_many_wrong_passwords_make_even_the_right_one_wait() {
    let app = TestApp::new().await.with_user("ada", Role::Moderator).await;
    let mut browser = app.browser();
    for _ in 0..5 {
        browser.sign_in("ada", "wrong wrong wrong").await;
    }
    let answer = browser.sign_in("ada", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(answer.shows("Please wait 5 minutes"));
    app.clock.advance_ms(5 * 60_000 + 1);
    assert_eq!(browser.sign_in("ada", PASSWORD).await.location(), "/queue");
}

#[tokio::test]
async fn after_signing_out_the_session_opens_nothing() {
    let app = TestApp::new().await.with_user("ada", Role::Moderator).await;
    let mut browser = app.signed_in("ada").await;
    browser.get("/queue").await;
    let answer = browser.post("/sign-out", &[]).await;
    assert_eq!(answer.location(), "/sign-in");
    assert!(browser.get("/sign-in").await.shows("You are signed out."));
    assert_eq!(browser.get("/queue").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_session_ends_after_a_working_day() {
    let app = TestApp::new().await.with_user("ada", Role::Moderator).await;
    let mut browser = app.signed_in("ada").await;
    app.clock.advance_ms(12 * 60 * 60_000 + 1);
    assert_eq!(browser.get("/queue").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_person_who_was_shut_out_cannot_sign_in() {
    let app = TestApp::new().await;
    let id = app.add_user("ada", Role::Moderator).await;
    let mut browser = app.signed_in("ada").await;
    let what = ChangeAccount {
        user_id: id,
        by: None,
        change: AccountChange::Disable,
    };
    let store = &app.app.store;
    store.change_account(&app.moment(), what).await.unwrap();
    assert_eq!(browser.get("/queue").await.status, StatusCode::SEE_OTHER);
    let answer = app.browser().sign_in("ada", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
}
