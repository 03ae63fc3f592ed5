use axum::http::StatusCode;
use schemas::Clock as _;
use schemas::record::Role;
use store::TroubleWords;

use crate::app::TestApp;
use crate::leaflet::Leaflet;

const PART: &str = "Inbox /scans";
const BANNER: &str = "<section class=\"troubles\" role=\"alert\"";

async fn note_full_disk(app: &TestApp) {
    let words = TroubleWords {
        cause: "The disk is <full>.".to_owned(),
        next_action: "Nothing is lost. Make room on /blobs.".to_owned(),
    };
    let store = &app.app.store;
    store.note_trouble(PART, words, app.clock.now()).await;
}

#[tokio::test]
async fn every_page_of_the_bench_says_what_is_wrong_until_it_is_right_again() {
    let app = TestApp::new()
        .await
        .with_user("ada", Role::Administrator)
        .await;
    let story_id = app.story(&Leaflet::default()).await;
    let story = format!("/stories/{story_id}");
    let history = format!("{story}/history");
    let pages = ["/queue", "/quarantine", "/layouts", &story, &history];
    let mut browser = app.signed_in("ada").await;
    note_full_disk(&app).await;
    for path in pages {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.body.contains(BANNER), "{path}");
        assert!(page.shows("Inbox /scans: The disk is <full>."), "{path}");
        assert!(
            page.shows("Nothing is lost. Make room on /blobs."),
            "{path}"
        );
        assert!(page.shows("23 Nov 2026, 09:31"), "{path}: since when");
    }
    app.app.store.clear_trouble(PART, app.clock.now()).await;
    for path in pages {
        let page = browser.get(path).await;
        assert!(!page.body.contains(BANNER), "{path}");
    }
}

#[tokio::test]
async fn the_public_is_not_told() {
    let app = TestApp::new().await;
    note_full_disk(&app).await;
    let page = app.browser().get("/").await;
    assert!(!page.shows("The disk is <full>."));
}

#[tokio::test]
async fn without_records_every_page_says_so_and_that_nothing_is_lost() {
    let app = TestApp::new().await.with_user("ada", Role::Moderator).await;
    let mut browser = app.signed_in("ada").await;
    app.app.store.close().await;
    for path in ["/queue", "/quarantine", "/", "/feed.atom", "/healthz"] {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!(page.header("retry-after"), "30", "{path}");
        assert!(page.shows("The records cannot be reached"), "{path}");
        assert!(
            page.shows("Nothing that was saved is lost, and everything goes on by itself"),
            "{path}"
        );
    }
}
