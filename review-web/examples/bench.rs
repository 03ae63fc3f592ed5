//! The bench with made-up stories, on <http://127.0.0.1:8081>: sign in as `ada` (moderator), `max` (mail
//! room) or `olga` (auditor), password `correct horse battery`. Everything is gone when it stops.
#![expect(dead_code, reason = "the tests use more of what they share with this")]
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

#[path = "../tests/it/app.rs"]
mod app;
#[path = "../tests/it/browser.rs"]
mod browser;
#[path = "../tests/it/flat_paper.rs"]
mod flat_paper;
#[path = "../tests/it/leaflet.rs"]
mod leaflet;
#[path = "../tests/it/plain_slot.rs"]
mod plain_slot;

use app::TestApp;
use leaflet::Leaflet;
use schemas::record::Role;
use tokio_util::sync::CancellationToken;

const STORIES: [(&str, &str, &str); 5] = [
    (
        "Northern General Hospital",
        "patient",
        "The nurses on the ward were kind and nobody made me feel a nuisance.\nOnly the waiting for the scan was long, nearly four hours without anything to drink.",
    ),
    (
        "Gleadless Medical Centre",
        "carer",
        "Dr Patel listened to my mother properly, for the first time in years.",
    ),
    (
        "Children's Hospital, outpatients",
        "relative",
        "MY SON WAS NOT AFRAID ANY MORE AFTER THE PLAY LADY CAME",
    ),
    (
        "",
        "friend",
        "Could not find the entrance. The signs point to the old building.",
    ),
    (
        "Royal Hallamshire, eye clinic",
        "patient",
        "Very quick, very clear. Thank you to the lady at the desk who rang for a taxi.",
    ),
];

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let app = TestApp::new()
        .await
        .with_user("ada", Role::Moderator)
        .await
        .with_user("bob", Role::Senior)
        .await
        .with_user("max", Role::MailRoom)
        .await
        .with_user("olga", Role::Auditor)
        .await;
    for (i, (service, relationship, story)) in STORIES.into_iter().enumerate() {
        let leaflet = Leaflet {
            service,
            relationship,
            story,
            drawing: i == 2,
            consent: i != 3,
            ..Leaflet::default()
        };
        app.story(&leaflet).await;
        app.clock.advance_ms(7 * 60_000);
    }
    app.broken_sheet().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8081").await?;
    review_web::serve(listener, app.app.clone(), CancellationToken::new()).await
}
