use axum::http::StatusCode;
use schemas::record::Role;

use crate::app::TestApp;
use crate::leaflet::Leaflet;

/// What each role is answered: the queue, a story, the sheets, the next story, saving a story.
const MATRIX: [(Role, [u16; 5]); 5] = [
    (Role::MailRoom, [403, 403, 200, 403, 403]),
    (Role::Moderator, [200, 200, 200, 303, 303]),
    (Role::Senior, [200, 200, 200, 303, 303]),
    (Role::Administrator, [200, 200, 200, 303, 303]),
    (Role::Auditor, [200, 200, 200, 403, 403]),
];

#[tokio::test]
async fn everybody_can_do_their_own_work_and_no_more() {
    for (role, expected) in MATRIX {
        let app = TestApp::new().await.with_user("ada", role).await;
        let story = app.story(&Leaflet::default()).await;
        let path = format!("/stories/{story}");
        let mut browser = app.signed_in("ada").await;
        browser.get("/quarantine").await;
        let answers = [
            browser.get("/queue").await,
            browser.get(&path).await,
            browser.get("/quarantine").await,
            browser.post("/queue/next", &[]).await,
            browser.post(&path, &[("action", "save")]).await,
        ];
        assert_eq!(
            answers.map(|answer| answer.status.as_u16()),
            expected,
            "{role}"
        );
    }
}

/// What each role is answered: the page of deliveries, a test, sending again, the two files.
const DELIVERIES: [(Role, [u16; 5]); 5] = [
    (Role::MailRoom, [403, 403, 403, 403, 403]),
    (Role::Moderator, [403, 403, 403, 403, 403]),
    (Role::Senior, [200, 303, 303, 200, 200]),
    (Role::Administrator, [200, 303, 303, 200, 200]),
    (Role::Auditor, [200, 403, 403, 403, 403]),
];

#[tokio::test]
async fn deliveries_are_seen_by_some_and_sent_by_fewer() {
    for (role, expected) in DELIVERIES {
        let mut app = TestApp::new().await.with_user("ada", role).await;
        app.app.store = app.app.store.clone().with_webhook();
        let id = app.app.store.test_webhook(&app.moment()).await.unwrap();
        let mut browser = app.signed_in("ada").await;
        browser.get("/quarantine").await;
        let answers = [
            browser.get("/deliveries").await,
            browser.post("/deliveries/test", &[]).await,
            browser.post(&format!("/deliveries/{id}/again"), &[]).await,
            browser.get("/export.csv").await,
            browser.get("/export.json").await,
        ];
        let answers = answers.map(|answer| answer.status.as_u16());
        assert_eq!(answers, expected, "{role}");
    }
}

/// What each role is answered: the own account, the people, one of them, the audit, the same as a file, inviting, letting
/// in, a role, a reset, ending a session and all.
const PEOPLE: [(Role, [u16; 11]); 5] = [
    (Role::MailRoom, EVERYBODY),
    (Role::Moderator, EVERYBODY),
    (Role::Senior, EVERYBODY),
    (
        Role::Administrator,
        [200, 200, 200, 200, 200, 422, 303, 303, 200, 303, 303],
    ),
    (
        Role::Auditor,
        [200, 200, 200, 200, 200, 403, 403, 403, 403, 403, 403],
    ),
];

/// What everybody is answered: the own account, and no more.
const EVERYBODY: [u16; 11] = [200, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403];

#[tokio::test]
async fn people_are_seen_by_some_and_looked_after_by_administrators() {
    for (role, expected) in PEOPLE {
        let app = TestApp::new().await.with_user("ada", role).await;
        let ben = app.add_user("ben", Role::Moderator).await;
        let path = format!("/people/{ben}");
        let mut browser = app.signed_in("ada").await;
        let answers = [
            browser.get("/account").await,
            browser.get("/people").await,
            browser.get(&path).await,
            browser.get("/audit").await,
            browser.get("/audit.csv").await,
            browser.post("/people", &[]).await,
            browser.post(&format!("{path}/enable"), &[]).await,
            browser
                .post(&format!("{path}/role"), &[("role", "senior")])
                .await,
            browser.post(&format!("{path}/reset"), &[]).await,
            browser.post(&format!("{path}/sessions/end"), &[]).await,
            browser.post(&format!("{path}/sessions/end-all"), &[]).await,
        ];
        let answers = answers.map(|answer| answer.status.as_u16());
        assert_eq!(answers, expected, "{role}");
        let page = browser.get("/account").await;
        let sees = page.body.contains("href=\"/people\"");
        assert_eq!(sees, expected[1] == 200, "{role}");
    }
}

#[tokio::test]
async fn an_auditor_reads_a_story_without_taking_it() {
    let app = TestApp::new().await.with_user("ada", Role::Auditor).await;
    let story = app.story(&Leaflet::default()).await;
    let mut browser = app.signed_in("ada").await;
    let page = browser.get(&format!("/stories/{story}")).await;
    assert!(page.shows("The nurses on the ward were kind."));
    assert!(!page.shows("Approve and publish") && !page.body.contains("value=\"reject\""));
    assert!(
        app.app
            .store
            .story(&story)
            .await
            .unwrap()
            .unwrap()
            .lease
            .is_none()
    );
}

#[tokio::test]
async fn the_mail_room_starts_with_the_sheets_and_sees_no_story() {
    let app = TestApp::new().await.with_user("max", Role::MailRoom).await;
    let story = app.story(&Leaflet::default()).await;
    let mut browser = app.browser();
    assert_eq!(
        browser
            .sign_in("max", crate::app::PASSWORD)
            .await
            .location(),
        "/mail-room"
    );
    let page = browser.get("/quarantine").await;
    assert!(!page.body.contains("href=\"/queue\">Stories"));
    let record = app.app.store.story(&story).await.unwrap().unwrap();
    let page_id = &record.first_page().page.id;
    for path in [
        format!("/pages/{page_id}/picture"),
        format!("/pages/{page_id}/small"),
        format!("/stories/{story}/pages/{page_id}/pictures/straightened"),
    ] {
        assert_eq!(
            browser.get(&path).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
}
