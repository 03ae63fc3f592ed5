use schemas::record::Role;

use crate::app::TestApp;
use crate::leaflet::Leaflet;

#[tokio::test]
async fn an_empty_queue_says_so_kindly() {
    let app = TestApp::new().await.with_user("ada", Role::Moderator).await;
    let page = app.signed_in("ada").await.get("/queue").await;
    assert!(page.shows("All caught up") && page.shows("Nothing is waiting"));
}

#[tokio::test]
async fn the_queue_names_each_story_and_its_sheet() {
    let app = TestApp::new().await.with_user("ada", Role::Moderator).await;
    app.story(&Leaflet::default()).await;
    app.story(&Leaflet {
        drawing: true,
        service: "Ward <7> & \"A\"",
        ..Leaflet::default()
    })
    .await;
    app.broken_sheet().await;
    let page = app.signed_in("ada").await.get("/queue").await;
    assert!(page.shows("2 stories to review"));
    assert!(page.shows("Northern General Hospital"));
    assert!(
        page.shows("Ward <7> & \"A\""),
        "what was written is shown and never run"
    );
    assert!(page.shows("Sheet 2 · Scanner in the mail room"));
    assert!(page.shows("Drawing"));
    assert!(page.shows("The oldest came in 2 minutes ago."));
}

#[tokio::test]
async fn a_long_queue_goes_on_where_it_was_left() {
    let app = TestApp::new().await.with_user("ada", Role::Moderator).await;
    for _ in 0..101 {
        app.story(&Leaflet::default()).await;
    }
    let mut browser = app.signed_in("ada").await;
    let page = browser.get("/queue").await;
    assert!(page.shows("The first 100 of 101 are shown.") && page.shows("Sheet 100 ·"));
    let (_, later) = page
        .body
        .split_once("href=\"/queue?state=to-review&#38;only=&#38;after=")
        .unwrap();
    let last = later.split('"').next().unwrap();
    let page = browser
        .get(&format!("/queue?state=to-review&only=&after={last}"))
        .await;
    assert!(page.shows("Sheet 101 ·") && !page.shows("Sheet 100 ·"));
    assert!(!page.shows("Later stories"));
}

#[tokio::test]
async fn the_ledger_adds_up() {
    let app = TestApp::new().await.with_user("ada", Role::Moderator).await;
    app.story(&Leaflet::default()).await;
    app.story(&Leaflet::default()).await;
    app.broken_sheet().await;
    let page = app.signed_in("ada").await.get("/queue").await;
    for term in [
        "<b>3</b> sheets scanned",
        "<b>1</b> to be looked at",
        "<b>2</b> waiting",
        "<b>0</b> published",
    ] {
        assert!(page.body.contains(term), "{term}");
    }
}

#[tokio::test]
async fn two_people_who_ask_for_the_next_story_get_two_stories() {
    let app = TestApp::new()
        .await
        .with_user("ada", Role::Moderator)
        .await
        .with_user("bob", Role::Senior)
        .await;
    let oldest = app.story(&Leaflet::default()).await;
    let newer = app.story(&Leaflet::default()).await;
    let mut ada = app.signed_in("ada").await;
    let mut bob = app.signed_in("bob").await;
    ada.get("/queue").await;
    assert_eq!(
        ada.post("/queue/next", &[]).await.location(),
        format!("/stories/{oldest}")
    );
    let page = bob.get("/queue").await;
    assert!(page.shows("With Ada until 09:47"), "bob sees who has it");
    assert_eq!(
        bob.post("/queue/next", &[]).await.location(),
        format!("/stories/{newer}")
    );
}

#[tokio::test]
async fn when_nothing_is_left_the_next_story_leads_back_to_the_queue() {
    let app = TestApp::new().await.with_user("ada", Role::Moderator).await;
    let mut browser = app.signed_in("ada").await;
    browser.get("/queue").await;
    assert_eq!(browser.post("/queue/next", &[]).await.location(), "/queue");
    assert!(browser.get("/queue").await.shows("No story is waiting"));
    assert!(
        !browser.get("/queue").await.shows("No story is waiting"),
        "told once"
    );
}

#[tokio::test]
async fn a_quarantined_sheet_is_named_with_its_cause_and_what_to_do() {
    let app = TestApp::new().await.with_user("max", Role::MailRoom).await;
    app.story(&Leaflet::default()).await;
    let page_id = app.broken_sheet().await;
    let page = app.signed_in("max").await.get("/quarantine").await;
    assert!(page.shows("Sheet 2") && page.shows("scan-2.png"));
    assert!(page.shows("No leaflet’s code was found on the sheet."));
    assert!(page.shows("Fetch the sheet and scan it again"));
    assert!(page.body.contains(&format!("/pages/{page_id}/small")));
    assert!(page.body.contains(&format!("/quarantine/{page_id}")));
}

#[tokio::test]
async fn a_story_is_found_by_the_number_on_its_leaflet_or_its_id() {
    let app = TestApp::new().await.with_user("ada", Role::Moderator).await;
    let story = app.story(&Leaflet::default()).await;
    app.story(&Leaflet::default()).await;
    let mut browser = app.signed_in("ada").await;
    let found = browser.get(&format!("/queue?find={story}")).await;
    assert_eq!(found.location(), format!("/stories/{story}"));
    let nothing = browser.get("/queue?find=%2317").await;
    assert!(
        nothing.shows("No story has this number"),
        "{}",
        nothing.body
    );
}
