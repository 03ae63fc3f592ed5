//! The service of a story: found in the directory, taken with one click, and learned by its other names.

use axum::http::StatusCode;
use directory::{Kind, Service};
use schemas::record::Role;

use crate::app::TestApp;
use crate::browser::Browser;
use crate::leaflet::Leaflet;

const TEXT: &str = "They were kind.";

async fn desk() -> (TestApp, Browser) {
    let app = TestApp::new().await.with_user("ada", Role::Moderator).await;
    let service = |code: &str, name: &str, postcode: &str| Service {
        code: code.to_owned(),
        name: name.to_owned(),
        kind: Kind::Hospital,
        town: "Anytown".to_owned(),
        postcode: postcode.to_owned(),
        ..Service::default()
    };
    let services = vec![
        service("A1", "Anytown Royal Infirmary", "LS1 3EX"),
        service("A2", "Otherham Clinic", "S5 7AU"),
    ];
    app.app
        .store
        .import_services(&app.moment(), services)
        .await
        .unwrap();
    let browser = app.signed_in("ada").await;
    (app, browser)
}

fn form<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("expected_revision", "0"),
        ("title", "Kind nurses"),
        ("service", "the royle"),
        ("postcode", ""),
        ("consent", "yes"),
        ("as_written", TEXT),
        ("readable", TEXT),
        ("published_text", TEXT),
    ];
    fields.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    fields.extend(changes);
    fields
}

#[tokio::test]
async fn a_service_is_searched_for_and_taken_with_its_postcode() {
    let (app, mut browser) = desk().await;
    let path = format!("/stories/{}", app.story(&Leaflet::default()).await);
    browser.get(&path).await;
    let answer = browser
        .post(&path, &form(&[("pick", "find"), ("find", "royal inf")]))
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.shows("Anytown Royal Infirmary") && !answer.shows("Otherham Clinic"));
    assert!(answer.body.contains("value=\"found:A1\""));
    let answer = browser.post(&path, &form(&[("pick", "found:A1")])).await;
    assert!(answer.body.contains("value=\"Anytown Royal Infirmary\""));
    assert!(answer.body.contains("value=\"LS1 3EX\""));
}

#[tokio::test]
async fn a_search_that_finds_nothing_says_so() {
    let (app, mut browser) = desk().await;
    let path = format!("/stories/{}", app.story(&Leaflet::default()).await);
    browser.get(&path).await;
    let answer = browser
        .post(&path, &form(&[("pick", "find"), ("find", "zzyzx")]))
        .await;
    assert!(answer.shows("Nothing in the directory is like that."));
}

#[tokio::test]
async fn the_name_on_the_paper_is_learned_when_two_stories_are_approved_with_it() {
    let (app, mut browser) = desk().await;
    let leaflet = Leaflet {
        service: "The Royle",
        ..Leaflet::default()
    };
    for _ in 0..2 {
        let path = format!("/stories/{}", app.story(&leaflet).await);
        browser.get(&path).await;
        let approved = [
            ("action", "approve"),
            ("criticality", "0"),
            ("service", "Anytown Royal Infirmary"),
            ("postcode", "LS1 3EX"),
        ];
        let answer = browser.post(&path, &form(&approved)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
    }
    let services = app.app.store.services().await.unwrap();
    assert_eq!(services[0].aliases, ["the royle"]);
}
