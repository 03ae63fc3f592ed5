use axum::http::StatusCode;
use schemas::record::Role;

use crate::app::TestApp;
use crate::browser::Browser;
use crate::leaflet::Leaflet;

async fn published(changes: &[(&str, &str)], leaflet: &Leaflet) -> (TestApp, Browser) {
    let app = TestApp::new().await.with_user("ada", Role::Moderator).await;
    let story = app.story(leaflet).await;
    let path = format!("/stories/{story}");
    let mut browser = app.signed_in("ada").await;
    browser.get(&path).await;
    let mut fields = vec![
        ("action", "approve"),
        ("criticality", "0"),
        ("expected_revision", "0"),
        ("title", "Kind <nurses>"),
        ("service", "Northern General Hospital"),
        ("relationship", "carer"),
        ("consent", "yes"),
        ("as_written", "Mr Smith was kind."),
        ("readable", "Mr Smith was kind."),
        ("published_text", "# A nurse was kind.\n\nAnd *quick*."),
    ];
    fields.extend(changes);
    let answer = browser.post(&path, &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    app.publish(&story).await;
    app.publish(&story).await;
    let reader = app.browser();
    (app, reader)
}

#[tokio::test]
async fn before_the_first_story_the_public_page_says_so() {
    let app = TestApp::new().await;
    let page = app.browser().get("/").await;
    assert!(page.shows("No story has been published yet"));
}

#[tokio::test]
async fn a_published_story_is_listed_once_and_has_a_page_of_its_own() {
    let (_app, mut reader) = published(&[], &Leaflet::default()).await;
    let list = reader.get("/").await;
    assert_eq!(list.body.matches("href=\"/opinions/1\"").count(), 1);
    assert!(
        list.shows("Kind <nurses>") && list.shows("Told by a carer, published on 23 November 2026")
    );
    let page = reader.get("/opinions/1").await;
    assert!(
        page.body
            .contains("<p># A nurse was kind.</p><p>And *quick*.</p>")
    );
    assert!(page.shows("Northern General Hospital"));
    assert!(
        !page.shows("Mr Smith"),
        "only the text for publication is public"
    );
    assert_eq!(
        reader.get("/opinions/2").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn the_json_has_the_shape_of_a_care_opinion_opinion() {
    let (_app, mut reader) = published(&[], &Leaflet::default()).await;
    let answer = reader.get("/api/v2/opinions/1").await;
    assert_eq!(answer.header("content-type"), "application/json");
    let opinion: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    let expected = serde_json::json!({
        "id": 1,
        "title": "Kind <nurses>",
        "body": "\\# A nurse was kind.\n\nAnd \\*quick\\*.",
        "dateOfSubmission": "2026-11-23T09:30:00Z",
        "dateOfPublication": "2026-11-23T09:31:00Z",
        "criticality": null,
        "progress": null,
        "authorRole": "a carer",
        "authorAgeGroup": null,
        "submissionRoute": "leaflet",
        "service": "Northern General Hospital",
        "furtherServices": [],
        "happened": null,
        "tags": [],
        "links": [
            { "rel": "self", "href": "https://stories.example/api/v2/opinions/1" },
            { "rel": "alternate", "href": "https://stories.example/opinions/1" },
        ],
    });
    assert_eq!(opinion, expected);
    let list: serde_json::Value =
        serde_json::from_str(&reader.get("/api/v2/opinions").await.body).unwrap();
    assert_eq!(list, serde_json::json!([expected]));
    assert_eq!(
        reader.get("/api/v2/opinions?skip=1&take=5").await.body,
        "[]"
    );
}

#[tokio::test]
async fn the_feed_can_be_read_and_holds_the_story() {
    let (_app, mut reader) = published(&[], &Leaflet::default()).await;
    let answer = reader.get("/feed.atom").await;
    assert_eq!(
        answer.header("content-type"),
        "application/atom+xml; charset=utf-8"
    );
    let feed = atom_syndication::Feed::read_from(answer.bytes.as_slice()).unwrap();
    let entry = &feed.entries()[0];
    assert_eq!(entry.title().as_str(), "Kind <nurses>");
    assert_eq!(entry.id(), "https://stories.example/opinions/1");
    assert!(
        entry
            .content()
            .unwrap()
            .value()
            .unwrap()
            .contains("A nurse was kind.")
    );
}

#[tokio::test]
async fn a_reader_who_has_the_page_already_is_not_sent_it_again() {
    let (_app, mut reader) = published(&[], &Leaflet::default()).await;
    for path in ["/", "/opinions/1", "/feed.atom", "/api/v2/opinions"] {
        let first = reader.get(path).await;
        assert_eq!(
            first.header("cache-control"),
            "public, max-age=0, s-maxage=60, must-revalidate"
        );
        let etag = first.header("etag").to_owned();
        let second = reader.get_with(path, &[("if-none-match", &etag)]).await;
        assert_eq!(second.status, StatusCode::NOT_MODIFIED, "{path}");
        assert!(second.bytes.is_empty());
    }
}

#[tokio::test]
async fn a_drawing_is_public_only_when_a_person_decided_so() {
    let drawn = Leaflet {
        drawing: true,
        ..Leaflet::default()
    };
    let (_app, mut reader) = published(&[], &drawn).await;
    assert_eq!(
        reader.get("/opinions/1/drawing").await.status,
        StatusCode::NOT_FOUND
    );
    assert!(!reader.get("/opinions/1").await.body.contains("<figure>"));

    let shown = [("show_drawing", "yes"), ("drawing_alt", "A wavy line")];
    let (_app, mut reader) = published(&shown, &drawn).await;
    assert!(
        reader
            .get("/opinions/1")
            .await
            .body
            .contains("alt=\"A wavy line\"")
    );
    let picture = reader.get("/opinions/1/drawing").await;
    assert_eq!(picture.header("content-type"), "image/png");
    assert!(
        reader
            .get("/api/v2/opinions/1")
            .await
            .body
            .contains("/opinions/1/drawing")
    );
}

#[tokio::test]
async fn the_health_check_asks_the_records() {
    let app = TestApp::new().await;
    assert_eq!(app.browser().get("/healthz").await.body, "ok\n");
}

#[tokio::test]
async fn a_service_has_a_page_of_what_was_told_about_it() {
    let (_app, mut reader) = published(&[], &Leaflet::default()).await;
    let story = reader.get("/opinions/1").await;
    let address = "/services?name=Northern+General+Hospital";
    assert!(
        story.body.contains(&format!("href=\"{address}\"")),
        "{}",
        story.body
    );
    let page = reader.get(address).await;
    assert!(page.shows("Kind <nurses>"), "{}", page.body);
    let nothing = reader.get("/services?name=Nowhere").await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_map_of_the_site_names_what_is_public() {
    let (_app, mut reader) = published(&[], &Leaflet::default()).await;
    let robots = reader.get("/robots.txt").await.body;
    assert!(
        robots.contains("Sitemap: https://stories.example/sitemap.xml"),
        "{robots}"
    );
    let index = reader.get("/sitemap.xml").await.body;
    assert!(
        index.contains("<loc>https://stories.example/sitemap/1</loc>"),
        "{index}"
    );
    let map = reader.get("/sitemap/1").await;
    assert_eq!(map.header("content-type"), "application/xml; charset=utf-8");
    let entry =
        "<loc>https://stories.example/opinions/1</loc><lastmod>2026-11-23T09:31:00Z</lastmod>";
    assert!(map.body.contains(entry), "{}", map.body);
    for none in ["/sitemap/0", "/sitemap/x", "/sitemap/9223372036854775807"] {
        assert_eq!(
            reader.get(none).await.status,
            StatusCode::NOT_FOUND,
            "{none}"
        );
    }
}

#[tokio::test]
async fn whoever_wants_to_take_a_story_down_finds_it_by_its_public_number() {
    let (app, _) = published(&[], &Leaflet::default()).await;
    app.story(&Leaflet::default()).await;
    let mut browser = app.signed_in("ada").await;
    let found = browser.get("/queue?find=%231").await;
    assert!(found.location().starts_with("/stories/"), "{}", found.body);
    let story = found.location().to_owned();
    assert!(browser.get(&story).await.shows("Kind <nurses>"));
}
