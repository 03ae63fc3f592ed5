use axum::http::StatusCode;
use schemas::StoryId;
use schemas::record::{Role, StoryState};

use crate::app::TestApp;
use crate::browser::Browser;
use crate::leaflet::Leaflet;

const APPROVE: &[(&str, &str)] = &[
    ("action", "approve"),
    ("criticality", "0"),
    ("expected_revision", "0"),
    ("title", "Kind nurses"),
    ("service", "Northern General Hospital"),
    ("relationship", "patient"),
    ("consent", "yes"),
    ("as_written", "The nurses were kind."),
    ("readable", "The nurses were kind."),
    ("published_text", "The nurses were kind."),
];

fn with<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = APPROVE.to_vec();
    fields.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    fields.extend(changes);
    fields
}

async fn desk(leaflet: &Leaflet) -> (TestApp, StoryId, String, Browser) {
    let app = TestApp::new().await.with_user("ada", Role::Moderator).await;
    let story = app.story(leaflet).await;
    let path = format!("/stories/{story}");
    let mut browser = app.signed_in("ada").await;
    browser.get(&path).await;
    (app, story, path, browser)
}

async fn state(app: &TestApp, story: &StoryId) -> StoryState {
    app.app.store.story(story).await.unwrap().unwrap().state
}

#[tokio::test]
async fn an_approved_story_is_saved_and_the_next_one_opens() {
    let (app, story, path, mut browser) = desk(&Leaflet::default()).await;
    let next = app.story(&Leaflet::default()).await;
    let answer = browser.post(&path, APPROVE).await;
    assert_eq!(answer.location(), format!("/stories/{next}"));
    assert_eq!(state(&app, &story).await, StoryState::Approved);
    let page = browser.get(&format!("/stories/{next}")).await;
    assert!(page.shows("Approved. The story will be on the public page"));
    assert!(
        page.body
            .contains(&format!("<a href=\"{path}\">Show it</a>"))
    );
}

#[tokio::test]
async fn without_consent_approval_is_shut_and_the_server_refuses_it_too() {
    let (app, story, path, mut browser) = desk(&Leaflet {
        consent: false,
        ..Leaflet::default()
    })
    .await;
    let page = browser.get(&path).await;
    assert!(page.shows("It cannot be published: the author has not agreed."));
    let approve = page.body.split("value=\"approve\"").nth(1).unwrap();
    assert!(approve.split('>').next().unwrap().contains("disabled"));
    let answer = browser.post(&path, &with(&[("consent", "no")])).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(state(&app, &story).await, StoryState::ToReview);
}

#[tokio::test]
async fn a_story_without_title_or_text_comes_back_with_the_fields_marked() {
    let (app, story, path, mut browser) = desk(&Leaflet::default()).await;
    let answer = browser.post(&path, &with(&[("title", "  ")])).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.shows("A story needs a title before it can be published."));
    assert!(answer.body.contains("aria-invalid=\"true\""));
    assert!(
        answer.shows("The nurses were kind."),
        "nothing typed is lost"
    );
    assert_eq!(state(&app, &story).await, StoryState::ToReview);
}

#[tokio::test]
async fn rejecting_needs_a_reason_and_keeps_it() {
    let (app, story, path, mut browser) = desk(&Leaflet::default()).await;
    let answer = browser.post(&path, &with(&[("action", "reject")])).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.shows("Please give a reason"));
    let answer = browser
        .post(
            &path,
            &with(&[("action", "reject"), ("decision_reason", "Advertising")]),
        )
        .await;
    assert_eq!(answer.location(), "/queue");
    assert_eq!(state(&app, &story).await, StoryState::Rejected);
    assert!(
        browser
            .get(&format!("{path}/history"))
            .await
            .shows("Advertising")
    );
    assert!(
        browser
            .get("/queue?state=rejected")
            .await
            .shows("Kind nurses")
    );
}

#[tokio::test]
async fn a_story_on_hold_can_be_opened_again() {
    let (app, story, path, mut browser) = desk(&Leaflet::default()).await;
    browser
        .post(
            &path,
            &with(&[
                ("action", "hold"),
                ("decision_reason", "Waiting for the author"),
            ]),
        )
        .await;
    assert_eq!(state(&app, &story).await, StoryState::Held);
    let page = browser.get(&path).await;
    assert!(page.shows("Open again") && !page.shows("Approve and publish"));
    let revision = app
        .app
        .store
        .story(&story)
        .await
        .unwrap()
        .unwrap()
        .revision_no
        .to_string();
    let reopen = [
        ("action", "reopen"),
        ("expected_revision", revision.as_str()),
        ("decision_reason", "They wrote back"),
    ];
    assert_eq!(browser.post(&path, &reopen).await.location(), path);
    assert_eq!(state(&app, &story).await, StoryState::ToReview);
    assert!(browser.get(&path).await.shows("Approve and publish"));
}

#[tokio::test]
async fn a_published_story_can_be_taken_down_and_leaves_a_stub() {
    let (app, story, path, mut browser) = desk(&Leaflet::default()).await;
    browser.post(&path, APPROVE).await;
    app.publish(&story).await;
    let page = browser.get(&path).await;
    assert!(page.shows("Take down"));
    let revision = app
        .app
        .store
        .story(&story)
        .await
        .unwrap()
        .unwrap()
        .revision_no
        .to_string();
    let withdraw = [
        ("action", "withdraw"),
        ("expected_revision", revision.as_str()),
        ("decision_reason", "The author asked"),
    ];
    assert_eq!(browser.post(&path, &withdraw).await.location(), path);
    let mut reader = app.browser();
    let stub = reader.get("/opinions/1").await;
    assert_eq!(stub.status, StatusCode::GONE);
    assert!(!stub.shows("The nurses were kind.") && !stub.shows("Kind nurses"));
    assert!(!reader.get("/").await.shows("Kind nurses"));
    assert_eq!(
        reader.get("/api/v2/opinions/1").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn what_is_approved_before_the_office_opens_says_when_it_is_published() {
    let (mut app, _, path, _) = desk(&Leaflet::default()).await;
    // It is half past nine.
    app.app.settings.office_hours = Some("Mon-Fri 10:00-17:00".parse().unwrap());
    let mut browser = app.signed_in("ada").await;
    browser.get(&path).await;
    browser.post(&path, APPROVE).await;
    let page = browser.get(&path).await;
    let words = "It is published when the office opens: 23 Nov 2026, 10:00.";
    assert!(page.shows(words), "{}", page.body);
}
