use axum::http::StatusCode;
use schemas::record::Role;

use crate::app::TestApp;
use crate::leaflet::{Leaflet, doodle, sheet};

#[tokio::test]
async fn pictures_of_a_story_are_for_signed_in_people_and_never_by_their_hash() {
    let app = TestApp::new().await.with_user("ada", Role::Moderator).await;
    let story = app
        .story(&Leaflet {
            drawing: true,
            ..Leaflet::default()
        })
        .await;
    let record = app.app.store.story(&story).await.unwrap().unwrap();
    let pictures = format!(
        "/stories/{story}/pages/{}/pictures",
        record.first_page().page.id
    );
    let whole = format!("{pictures}/straightened");
    let drawing = format!("{pictures}/drawing/drawing");
    assert_eq!(
        app.browser().get(&whole).await.status,
        StatusCode::SEE_OTHER
    );
    let mut browser = app.signed_in("ada").await;
    let picture = browser.get(&whole).await;
    assert_eq!(picture.bytes, sheet());
    assert_eq!(picture.header("content-type"), "image/png");
    assert_eq!(picture.header("cache-control"), "private, max-age=3600");
    assert_eq!(browser.get(&drawing).await.bytes, doodle());
    let hash = record.first_page().pictures[0].blob.clone();
    for path in [
        format!("/blobs/{hash}"),
        format!("/{hash}"),
        format!("{pictures}/drawing/{hash}"),
    ] {
        assert_eq!(
            browser.get(&path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}

#[tokio::test]
async fn each_field_shows_its_part_of_the_straightened_page_and_says_what_it_is() {
    let app = TestApp::new().await.with_user("ada", Role::Moderator).await;
    let story = app.story(&Leaflet::default()).await;
    let record = app.app.store.story(&story).await.unwrap().unwrap();
    let page = &record.first_page().page.id;
    let whole = format!("/stories/{story}/pages/{page}/pictures/straightened");
    let shown = app
        .signed_in("ada")
        .await
        .get(&format!("/stories/{story}"))
        .await
        .body;
    let parts: Vec<&str> = shown.split("<svg class=\"crop\"").skip(1).collect();
    assert!(parts.len() >= 5, "{} parts", parts.len());
    for part in &parts {
        assert!(part.contains(&format!("<image href=\"{whole}\"")));
        assert!(part.contains("role=\"img\" aria-label=\""));
    }
    assert!(shown.contains("aria-label=\"Service, as it is on the paper\""));
}

#[tokio::test]
async fn the_mail_room_sees_the_scan_of_a_sheet_that_was_not_read() {
    let app = TestApp::new().await.with_user("max", Role::MailRoom).await;
    let page_id = app.broken_sheet().await;
    let picture = app
        .signed_in("max")
        .await
        .get(&format!("/pages/{page_id}/picture"))
        .await;
    assert_eq!(picture.header("content-type"), "image/png");
}
