//! Sheets that could not be read, and what people say about them.

use axum::http::StatusCode;
use schemas::PageId;
use schemas::placement::Placement;
use schemas::record::{PageState, PictureRole, Role};
use store::PageRecord;

use crate::app::TestApp;
use crate::browser::Browser;
use crate::leaflet::{Leaflet, sheet};

async fn office() -> (TestApp, Browser) {
    let app = TestApp::new()
        .await
        .with_user("max", Role::MailRoom)
        .await
        .with_user("ada", Role::Moderator)
        .await;
    let browser = app.signed_in("max").await;
    (app, browser)
}

async fn page(app: &TestApp, id: &PageId) -> PageRecord {
    app.app.store.page(id).await.unwrap().unwrap()
}

async fn placement(app: &TestApp, id: &PageId) -> Option<Placement> {
    let latest = app.app.store.latest_placement(id).await.unwrap();
    latest.map(|numbered| numbered.placement)
}

fn path(id: &PageId) -> String {
    format!("/quarantine/{id}")
}

/// The number fields as the page begins with them: the whole picture.
const WHOLE: [(&str, &str); 8] = [
    ("top-left.x", "0"),
    ("top-left.y", "0"),
    ("top-right.x", "827"),
    ("top-right.y", "0"),
    ("bottom-right.x", "827"),
    ("bottom-right.y", "1169"),
    ("bottom-left.x", "0"),
    ("bottom-left.y", "1169"),
];

/// The leaflet form, filled in.
fn placed<'a>(lies: &'a str, corners: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![("what", "story-a4/1/1"), ("lies", lies)];
    fields.extend(corners);
    fields
}

#[tokio::test]
async fn a_sheet_is_shown_with_its_cause_its_neighbours_and_every_way_on() {
    let (app, mut browser) = office().await;
    app.story(&Leaflet::default()).await;
    let id = app.broken_sheet().await;
    let list = browser.get("/quarantine").await;
    assert!(list.shows("after sheet 1 (read)"));
    assert!(list.body.contains(&format!("href=\"{}\"", path(&id))));
    let page = browser.get(&path(&id)).await;
    assert!(page.shows("No leaflet’s code was found on the sheet."));
    assert!(page.shows("Fetch the sheet and scan it again"));
    for way in [
        "value=\"story-a4/1/1\"",
        "name=\"top-left.x\" value=\"0\"",
        "name=\"bottom-right.y\" value=\"1169\"",
        "Take it as a letter",
        "A blank back",
        "Postbag finds it in the picture",
    ] {
        assert!(page.body.contains(way), "{way}");
    }
    assert!(page.shows("Sheet 1"), "the sheet above");
    assert!(!page.body.contains("/pages/{id}/small"));
    let picture = browser.get(&format!("/pages/{id}/picture")).await;
    assert!(picture.bytes.starts_with(&sheet()));
    let small = browser.get(&format!("/pages/{id}/small")).await;
    assert_eq!(small.header("cache-control"), "private, no-cache");
    let found = browser.get(&format!("/pages/{id}/found")).await;
    assert_eq!(found.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_letter_that_was_scanned_twice_shows_the_other_scan() {
    let (app, mut browser) = office().await;
    let first = app.letter_that_looks(1).await;
    let other = app.letter_that_looks(2).await;
    let again = app.letter_that_looks(1).await;
    let page = browser.get(&path(&again)).await;
    assert!(
        page.shows("Sheet 1 of this pile looks the same."),
        "{}",
        page.body
    );
    assert!(page.shows("If it was scanned twice, discard one of the two."));
    assert!(page.body.contains(&format!("href=\"{}\"", path(&first))));
    assert!(page.body.contains(&format!("/pages/{first}/tile")));
    assert!(
        browser
            .get(&path(&first))
            .await
            .shows("Sheet 3 of this pile looks the same.")
    );
    assert!(!browser.get(&path(&other)).await.shows("looks the same."));
    let batch = browser.get(&format!("/batches/{}", app.batch_id)).await;
    assert_eq!(batch.body.matches("Looks like sheet 1<").count(), 1);
    assert_eq!(batch.body.matches("Looks like sheet").count(), 1);
}

#[tokio::test]
async fn a_sheet_is_placed_without_corners_and_the_next_one_opens() {
    let (app, mut browser) = office().await;
    let first = app.broken_sheet().await;
    let second = app.broken_sheet().await;
    browser.get(&path(&first)).await;
    let answer = browser
        .post(&format!("{}/place", path(&first)), &placed("find", &WHOLE))
        .await;
    assert_eq!(answer.location(), path(&second));
    let next = browser.get(&path(&second)).await;
    assert!(next.shows("The sheet is being read again."));
    assert!(
        next.body
            .contains(&format!("href=\"{}\">Show it", path(&first)))
    );
    assert_eq!(page(&app, &first).await.state, PageState::Received);
    let said = placement(&app, &first).await.unwrap();
    assert_eq!(
        (said.layout.as_str(), said.version, said.side),
        ("story-a4", 1, 1)
    );
    assert_eq!(said.corners_px, None);
    let before = browser.get(&path(&first)).await;
    assert!(before.shows("This sheet is being read."));
    assert!(before.shows("Placed as story-a4 version 1, side 1"));
    assert!(!before.body.contains("Read it again"));
}

#[tokio::test]
async fn corners_are_taken_as_they_were_typed_or_as_the_page_is_turned() {
    let (app, mut browser) = office().await;
    let id = app.broken_sheet().await;
    browser.get(&path(&id)).await;
    let mut typed = WHOLE;
    typed[0].1 = " 12,5";
    typed[1].1 = "-3";
    browser
        .post(&format!("{}/place", path(&id)), &placed("corners", &typed))
        .await;
    let corners = placement(&app, &id).await.unwrap().corners_px.unwrap();
    assert!((corners[0].x - 12.5).abs() < 1e-9 && (corners[0].y + 3.0).abs() < 1e-9);
    assert!((corners[2].x - 827.0).abs() < 1e-9);
    let id = app.broken_sheet().await;
    browser
        .post(&format!("{}/place", path(&id)), &placed("left", &WHOLE))
        .await;
    let corners = placement(&app, &id).await.unwrap().corners_px.unwrap();
    assert!(corners[0].x.abs() < 1e-9 && (corners[0].y - 1169.0).abs() < 1e-9);
}

#[tokio::test]
async fn a_form_with_faults_comes_back_with_what_was_typed() {
    let (app, mut browser) = office().await;
    let id = app.broken_sheet().await;
    browser.get(&path(&id)).await;
    let place = format!("{}/place", path(&id));
    let mut typed = WHOLE;
    typed[2].1 = "wide";
    let answer = browser.post(&place, &placed("corners", &typed)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.shows("Please give the top right corner as two numbers of pixels."));
    assert!(answer.body.contains("value=\"wide\""));
    typed[2].1 = "0";
    typed[0].1 = "827";
    let answer = browser.post(&place, &placed("corners", &typed)).await;
    assert!(answer.shows("These corners do not go round the page."));
    let answer = browser
        .post(&place, &[("what", "story-a9/1/1"), ("lies", "find")])
        .await;
    assert!(answer.shows("Please say which leaflet it is."));
    assert_eq!(page(&app, &id).await.state, PageState::Quarantined);
    assert_eq!(placement(&app, &id).await, None);
}

#[tokio::test]
async fn whoever_comes_second_is_told_and_changes_nothing() {
    let (app, mut max) = office().await;
    let mut ada = app.signed_in("ada").await;
    let id = app.broken_sheet().await;
    max.get(&path(&id)).await;
    ada.get(&path(&id)).await;
    max.post(&format!("{}/place", path(&id)), &placed("find", &[]))
        .await;
    let late = ada
        .post(
            &format!("{}/discard", path(&id)),
            &[("reason", "Not for us")],
        )
        .await;
    assert_eq!(late.location(), "/quarantine");
    assert!(
        ada.get("/quarantine")
            .await
            .shows("Somebody has dealt with this sheet meanwhile.")
    );
    assert_eq!(page(&app, &id).await.state, PageState::Received);
}

#[tokio::test]
async fn a_discarded_sheet_needs_a_reason_and_one_button_takes_it_back() {
    let (app, mut browser) = office().await;
    let id = app.broken_sheet().await;
    browser.get(&path(&id)).await;
    let discard = format!("{}/discard", path(&id));
    let answer = browser
        .post(&discard, &[("reason", "other"), ("words", " ")])
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.shows("Please say why; it is kept."));
    let fields = [
        ("reason", "The same sheet was scanned twice"),
        ("words", "see sheet 3"),
    ];
    let answer = browser.post(&discard, &fields).await;
    assert_eq!(answer.location(), "/quarantine");
    let list = browser.get("/quarantine").await;
    assert!(list.shows("The sheet is discarded."));
    assert!(list.body.contains("<b>1</b> discarded"));
    assert!(
        list.body
            .contains(&format!("action=\"{}/restore\"", path(&id)))
    );
    let shown = browser.get(&path(&id)).await;
    assert!(shown.shows("The same sheet was scanned twice: see sheet 3"));
    let answer = browser.post(&format!("{}/restore", path(&id)), &[]).await;
    assert_eq!(answer.location(), path(&id));
    let shown = browser.get(&path(&id)).await;
    assert!(shown.shows("The sheet is back.") && shown.shows("Taken back"));
    assert!(shown.shows("No leaflet’s code was found on the sheet."));
}

#[tokio::test]
async fn a_letter_is_typed_beside_its_picture_and_goes_on_over_sheets() {
    let (app, mut max) = office().await;
    let first = app.broken_sheet().await;
    let second = app.broken_sheet().await;
    max.get(&path(&first)).await;
    let answer = max.post(&format!("{}/letter", path(&first)), &[]).await;
    assert_eq!(answer.location(), path(&second));
    let shown = max.get(&path(&second)).await;
    assert!(shown.shows("Taken as a letter."));
    assert!(
        !shown.body.contains("Open it now"),
        "the mail room sees no story"
    );
    assert!(shown.shows("It goes on from sheet 1"));
    let story_id = page(&app, &first).await.story_id.unwrap();
    max.post(
        &format!("{}/letter", path(&second)),
        &[("goes_on_from", story_id.as_str())],
    )
    .await;
    assert_eq!(page(&app, &second).await.story_id, Some(story_id.clone()));

    let mut ada = app.signed_in("ada").await;
    let story = ada.get(&format!("/stories/{story_id}")).await;
    assert!(story.shows("Sheets 1 and 2 · Scanner in the mail room"));
    assert!(story.body.contains("id=\"field-as_written\""));
    assert!(!story.shows("The leaflet does not ask for it."));
    for id in [&first, &second] {
        let picture = format!("/stories/{story_id}/pages/{id}/pictures/straightened");
        assert!(story.body.contains(&picture));
        assert_eq!(ada.get(&picture).await.status, StatusCode::OK);
    }
    let history = ada.get(&format!("/stories/{story_id}/history")).await;
    assert!(history.shows("Taken as a letter") && history.shows("by Max"));
}

#[tokio::test]
async fn the_words_of_a_letter_are_shown_first_and_are_its_draft() {
    let (app, mut max) = office().await;
    let id = app.unread_letter().await;
    let shown = max.get(&path(&id)).await;
    let place = |text: &str| shown.body.find(text).unwrap();
    assert!(shown.shows("It was read like this"));
    assert!(place("Take it as a letter") < place("Which leaflet is it?"));
    max.post(&format!("{}/letter", path(&id)), &[]).await;
    let story_id = page(&app, &id).await.story_id.unwrap();
    let mut ada = app.signed_in("ada").await;
    let story = ada.get(&format!("/stories/{story_id}")).await;
    assert!(
        story
            .body
            .contains(Leaflet::default().story.lines().next().unwrap())
    );

    let broken = app.broken_sheet().await;
    let shown = max.get(&path(&broken)).await;
    let place = |text: &str| shown.body.find(text).unwrap();
    assert!(place("Which leaflet is it?") < place("Take it as a letter"));
}

#[tokio::test]
async fn an_auditor_looks_at_a_sheet_and_changes_nothing() {
    let app = TestApp::new().await.with_user("olga", Role::Auditor).await;
    let id = app.broken_sheet().await;
    let mut browser = app.signed_in("olga").await;
    let shown = browser.get(&path(&id)).await;
    assert!(shown.shows("No leaflet’s code was found on the sheet."));
    assert!(!shown.body.contains("Discard the sheet"));
    browser.get("/quarantine").await;
    for step in ["place", "letter", "discard", "restore", "story"] {
        let answer = browser.post(&format!("{}/{step}", path(&id)), &[]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{step}");
    }
    assert_eq!(page(&app, &id).await.state, PageState::Quarantined);
}

#[tokio::test]
async fn forms_about_sheets_need_their_token_and_sheets_need_a_person() {
    let (app, mut browser) = office().await;
    let id = app.broken_sheet().await;
    for step in ["place", "letter", "discard", "restore", "story"] {
        let answer = browser
            .post_bare(&format!("{}/{step}", path(&id)), &[])
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{step}");
    }
    let mut stranger = app.browser();
    for of in [
        path(&id),
        format!("/pages/{id}/picture"),
        format!("/pages/{id}/small"),
    ] {
        assert_eq!(
            stranger.get(&of).await.status,
            StatusCode::SEE_OTHER,
            "{of}"
        );
    }
    for nowhere in [
        "/quarantine/nothing",
        "/quarantine/01ARZ3NDEKTSV4RRFFQ69G5FAV",
    ] {
        assert_eq!(browser.get(nowhere).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn two_sides_are_shown_one_below_the_other_and_a_late_one_says_so() {
    let (app, _) = office().await;
    let mut ada = app.signed_in("ada").await;
    let front = app.side(&Leaflet::default(), 1).await;
    let story_id = page(&app, &front).await.story_id.unwrap();
    ada.get(&format!("/stories/{story_id}")).await;
    let more = Leaflet {
        story: "And it went on overleaf.",
        ..Leaflet::default()
    };
    let back = app.side(&more, 2).await;
    assert_eq!(page(&app, &back).await.story_id, Some(story_id.clone()));
    let shown = ada.get(&format!("/stories/{story_id}")).await;
    assert!(shown.shows("On side 1, sheet 1") && shown.shows("On side 2, sheet 2"));
    assert!(shown.shows("Side 2 came in after work on this story had begun."));
    assert!(shown.shows("And it went on overleaf."));
    let n_fields = shown.body.matches("id=\"field-as_written\"").count();
    assert_eq!(n_fields, 1, "one field for the story");
    let saved = ada
        .post(
            &format!("/stories/{story_id}"),
            &[
                ("action", "approve"),
                ("criticality", "0"),
                ("expected_revision", "0"),
                ("title", "A"),
                ("published_text", "B"),
                ("consent", "yes"),
            ],
        )
        .await;
    assert_eq!(
        saved.status,
        StatusCode::CONFLICT,
        "the open form is out of date"
    );
}

#[tokio::test]
async fn a_side_that_waits_is_listed_and_can_become_a_story() {
    let (app, mut browser) = office().await;
    let back = app.empty_side(2).await;
    let list = browser.get("/quarantine").await;
    assert!(list.shows("Sides that wait for their other side"));
    let shown = browser.get(&path(&back)).await;
    assert!(shown.shows("Nothing is written on this side"));
    browser.post(&format!("{}/story", path(&back)), &[]).await;
    assert!(page(&app, &back).await.story_id.is_some());
    let list = browser.get("/quarantine").await;
    assert!(!list.shows("Sides that wait for their other side"));
    assert!(list.shows("The side is a story of its own now."));
}

#[tokio::test]
async fn what_was_found_on_a_sheet_is_shown_while_it_is_looked_at() {
    let (app, mut browser) = office().await;
    let id = app.unread_side(PictureRole::Found).await;
    let shown = browser.get(&path(&id)).await;
    assert!(shown.body.contains(&format!("/pages/{id}/found")));
    let found = browser.get(&format!("/pages/{id}/found")).await;
    assert_eq!(found.status, StatusCode::OK);
    assert!(
        shown.body.contains("value=\"story-a4/1/1\" checked"),
        "what its code says is chosen"
    );
}
