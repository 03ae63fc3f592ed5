use axum::http::StatusCode;
use schemas::StoryId;
use schemas::record::Role;

use crate::app::TestApp;
use crate::browser::Browser;
use crate::leaflet::Leaflet;

/// As a browser sends it.
const STORY: &str = "The nurses on the ward were kind.\r\nI was never left to wait for long.";

async fn desk() -> (TestApp, StoryId, String, Browser) {
    let app = TestApp::new().await.with_user("ada", Role::Moderator).await;
    let story = app.story(&Leaflet::default()).await;
    let path = format!("/stories/{story}");
    let mut browser = app.signed_in("ada").await;
    browser.get(&path).await;
    (app, story, path, browser)
}

/// The form as it stands on the page, with some fields typed anew.
fn typed<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("expected_revision", "0"),
        ("title", "Kind nurses"),
        ("service", "Northern General Hospital"),
        ("postcode", "S5 7AU"),
        ("relationship", "patient"),
        ("consent", "yes"),
        ("as_written", STORY),
        ("readable", STORY),
        ("published_text", STORY),
    ];
    fields.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    fields.extend(changes);
    fields
}

#[tokio::test]
async fn the_story_is_shown_beside_its_sheet_in_the_order_of_the_paper() {
    let (_app, story, path, mut browser) = desk().await;
    let page = browser.get(&path).await;
    let place = |text: &str| {
        page.body
            .find(text)
            .unwrap_or_else(|| panic!("{text} is missing"))
    };
    assert!(place("id=\"field-service\"") < place("id=\"field-postcode\""));
    assert!(place("id=\"field-postcode\"") < place("id=\"field-relationship\""));
    assert!(place("id=\"field-relationship\"") < place("id=\"field-as_written\""));
    assert!(place("id=\"field-as_written\"") < place("id=\"field-consent\""));
    assert!(page.shows("The nurses on the ward were kind."));
    assert!(page.body.contains(&format!("/stories/{story}/pages/")));
    assert!(page.body.contains("/pictures/straightened\""));
    assert!(page.body.contains("class=\"area area-postcode\""));
    assert!(page.shows("“the patient” is ticked."));
    assert!(page.shows("The scan has 150 dots per inch."));
    assert!(page.shows("With you until"));
}

#[tokio::test]
async fn a_correction_is_saved_with_its_reason_and_told_in_the_history() {
    let (app, story, path, mut browser) = desk().await;
    let fields = typed(&[
        ("action", "save"),
        ("title", "So kind"),
        ("reason", "Shorter"),
    ]);
    let answer = browser.post(&path, &fields).await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, path.as_str())
    );
    assert!(browser.get(&path).await.shows("Saved."));
    assert_eq!(
        app.app
            .store
            .story(&story)
            .await
            .unwrap()
            .unwrap()
            .fields
            .title,
        "So kind"
    );
    let history = browser.get(&format!("{path}/history")).await;
    for text in [
        "Read with",
        "by the machine",
        "Corrected",
        "by Ada",
        "Shorter",
        "So kind",
    ] {
        assert!(history.shows(text), "{text}");
    }
}

#[tokio::test]
async fn saving_without_a_change_writes_no_history() {
    let (app, story, path, mut browser) = desk().await;
    let stored = app.app.store.story(&story).await.unwrap().unwrap().fields;
    browser
        .post(
            &path,
            &typed(&[("action", "save"), ("title", &stored.title)]),
        )
        .await;
    assert!(browser.get(&path).await.shows("Nothing had changed"));
    assert_eq!(
        app.app
            .store
            .story(&story)
            .await
            .unwrap()
            .unwrap()
            .revision_no,
        0
    );
}

#[tokio::test]
async fn a_suggestion_fills_its_field_and_keeps_everything_else_that_was_typed() {
    let (app, story, path, mut browser) = desk().await;
    let answer = browser
        .post(
            &path,
            &typed(&[("pick", "postcode:1"), ("title", "Half typed")]),
        )
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(
        answer.body.contains("value=\"S5 7AV\"") && answer.body.contains("value=\"Half typed\"")
    );
    assert_eq!(
        app.app
            .store
            .story(&story)
            .await
            .unwrap()
            .unwrap()
            .revision_no,
        0,
        "nothing is saved by it"
    );
}

#[tokio::test]
async fn a_story_that_is_too_hard_to_read_is_typed_from_its_lines() {
    let app = TestApp::new().await.with_user("ada", Role::Moderator).await;
    let leaflet = Leaflet {
        hard_to_read: true,
        ..Leaflet::default()
    };
    let story = app.story(&leaflet).await;
    let mut browser = app.signed_in("ada").await;
    let page = browser.get(&format!("/stories/{story}")).await;
    assert!(page.shows("there is no draft"));
    assert!(!page.shows("The nurses on the ward were kind."));
    for line_no in 1..=2 {
        assert!(page.body.contains(&format!("Line {line_no} of the story")));
    }
}

#[tokio::test]
async fn a_conflict_keeps_what_was_typed_and_shows_what_the_other_person_made() {
    let (_app, _story, path, mut first_tab) = desk().await;
    let saved = first_tab
        .post(
            &path,
            &typed(&[("action", "save"), ("title", "From the first tab")]),
        )
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    let late = first_tab
        .post(
            &path,
            &typed(&[("action", "save"), ("title", "From the second tab")]),
        )
        .await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.shows("Somebody else saved this story while you were typing"));
    assert!(
        late.body.contains("value=\"From the second tab\""),
        "nothing typed is lost"
    );
    assert!(
        late.shows("<blockquote>From the first tab</blockquote>")
            || late.body.contains("<blockquote>From the first tab")
    );
    let again = typed(&[
        ("action", "save"),
        ("title", "From the second tab"),
        ("expected_revision", "1"),
    ]);
    assert_eq!(
        first_tab.post(&path, &again).await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn a_story_that_somebody_else_has_open_can_be_read_and_not_changed() {
    let (app, _story, path, _ada) = desk().await;
    app.add_user("bob", Role::Moderator).await;
    let mut bob = app.signed_in("bob").await;
    let page = bob.get(&path).await;
    assert!(page.shows("Ada has this story open until"));
    assert!(!page.shows("Approve and publish"));
    let answer = bob
        .post(
            &path,
            &typed(&[("action", "save"), ("title", "Bob was here")]),
        )
        .await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(
        answer.body.contains("Bob was here"),
        "nothing typed is lost"
    );
}

#[tokio::test]
async fn a_lease_runs_out_and_the_heartbeat_tells_who_has_the_story_now() {
    let (app, _story, path, mut ada) = desk().await;
    app.add_user("bob", Role::Moderator).await;
    let lease = format!("{path}/lease");
    assert!(
        ada.post(&lease, &[]).await.location().ends_with(&path),
        "the button works without a script"
    );
    app.clock.advance_ms(15 * 60_000 + 1);
    let mut bob = app.signed_in("bob").await;
    assert!(bob.get(&path).await.shows("With you until"));
    assert_eq!(
        ada.post(&path, &typed(&[("action", "save"), ("title", "Late")]))
            .await
            .status,
        StatusCode::CONFLICT
    );
}

#[tokio::test]
async fn a_story_that_was_given_back_is_free_at_once() {
    let (app, story, path, mut ada) = desk().await;
    assert_eq!(
        ada.post(&format!("{path}/give-back"), &[]).await.location(),
        "/queue"
    );
    assert!(ada.get("/queue").await.shows("Given back."));
    app.add_user("bob", Role::Moderator).await;
    let mut bob = app.signed_in("bob").await;
    bob.get("/queue").await;
    assert_eq!(
        bob.post("/queue/next", &[]).await.location(),
        format!("/stories/{story}")
    );
}

#[tokio::test]
async fn a_form_sent_after_the_session_ended_says_how_to_keep_what_was_typed() {
    let (app, _story, path, mut browser) = desk().await;
    app.clock.advance_ms(13 * 60 * 60_000);
    let answer = browser.post(&path, &typed(&[("action", "save")])).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.shows("Nothing you typed is lost"));
    browser.sign_in("ada", crate::app::PASSWORD).await;
    let answer = browser
        .post(
            &path,
            &typed(&[("action", "save"), ("title", "Still here")]),
        )
        .await;
    assert_eq!(
        answer.status,
        StatusCode::SEE_OTHER,
        "the old page still works after signing in again"
    );
}
