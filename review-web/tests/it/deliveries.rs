use std::sync::Mutex;

use axum::http::StatusCode;
use review_web::webhook::deliver;
use review_web::{Answer, Export, ExportFormat, Notice, Outlet, Telling, export};
use schemas::record::{DecisionKind, Role};
use schemas::{StoryId, TimeMs};
use store::{Decide, JobError, Queue, QueueSettings, Revise, StoryFields, WebhookDelivery};

use crate::app::TestApp;
use crate::leaflet::Leaflet;

/// Somebody outside who answers as told, and keeps what came.
struct Listener {
    answer: Answer,
    heard: Mutex<Vec<String>>,
}

impl Outlet for Listener {
    fn tell<'a>(&'a self, notice: &'a Notice) -> Telling<'a> {
        self.heard.lock().unwrap().push(notice.body.clone());
        Box::pin(async { self.answer.clone() })
    }
}

fn answering(answer: Answer) -> Listener {
    Listener {
        answer,
        heard: Mutex::default(),
    }
}

async fn office() -> TestApp {
    let mut app = TestApp::new().await.with_user("sam", Role::Senior).await;
    app.app.store = app.app.store.clone().with_webhook();
    app
}

async fn decide(app: &TestApp, story_id: &StoryId, kind: DecisionKind, revision: u32) {
    let decision = Decide {
        story_id: story_id.clone(),
        user_id: app
            .add_user(&format!("m{kind}{story_id}"), Role::Senior)
            .await,
        kind,
        reason: "as agreed".to_owned(),
        hold: None,
        expected_revision: revision,
        may_give_opinion: true,
        undo_ms: 0,
        publish_from: None,
    };
    app.app.store.decide(&app.moment(), decision).await.unwrap();
}

async fn published(app: &TestApp, title: &str, body: &str) -> StoryId {
    let story_id = app.story(&Leaflet::default()).await;
    let record = app.app.store.story(&story_id).await.unwrap().unwrap();
    let change = Revise {
        story_id: story_id.clone(),
        user_id: app.add_user(&format!("w{story_id}"), Role::Moderator).await,
        expected_revision: 0,
        fields: StoryFields {
            title: title.to_owned(),
            published_text: body.to_owned(),
            consent: true,
            ..record.fields
        },
        reason: String::new(),
    };
    app.app
        .store
        .revise_story(&app.moment(), change)
        .await
        .unwrap();
    decide(app, &story_id, DecisionKind::Approve, 1).await;
    app.publish(&story_id).await;
    story_id
}

async fn newest(app: &TestApp) -> WebhookDelivery {
    app.app.store.webhook_deliveries(1).await.unwrap().remove(0)
}

async fn tell(app: &TestApp, listener: &Listener) -> Result<(), JobError> {
    deliver(&app.app, listener, &newest(app).await.id).await
}

/// Gives up on whatever waits, as the queue does when it is not wanted.
async fn give_up(app: &TestApp) {
    let queue = queue(app).await;
    store::relay::step(&app.app.store, &queue, app.moment().now)
        .await
        .unwrap();
    let kind = schemas::job::JobKind::DeliverWebhook;
    let job = queue.receive(kind, std::time::Duration::from_secs(1)).await;
    queue
        .bury(job.unwrap().unwrap(), "answered 410")
        .await
        .unwrap();
}

async fn queue(app: &TestApp) -> Queue {
    let (clock, ids) = (app.clock.clone(), app.app.ids.clone());
    let settings = QueueSettings::default();
    Queue::connect("embedded", &app.app.store, settings, clock, ids)
        .await
        .unwrap()
}

#[tokio::test]
async fn what_is_told_is_an_opinion_with_its_key_and_is_told_once() {
    let app = office().await;
    published(&app, "Kind nurses", "A nurse was *kind*.").await;
    let (listener, key) = (answering(Answer::Taken(204)), newest(&app).await.id);
    tell(&app, &listener).await.unwrap();
    tell(&app, &listener).await.unwrap();
    let heard = listener.heard.lock().unwrap().clone();
    assert_eq!(heard.len(), 1);
    let body: serde_json::Value = serde_json::from_str(&heard[0]).unwrap();
    assert_eq!(body["event"], "published");
    assert_eq!(body["key"], key.as_str());
    assert_eq!(body["number"], 1);
    assert_eq!(body["occurred_at"], "2026-11-23T09:31:00Z");
    assert_eq!(body["opinion"]["body"], "A nurse was \\*kind\\*.");
    assert_eq!(
        newest(&app).await.last_answer.as_deref(),
        Some("answered 204")
    );
}

#[tokio::test]
async fn what_is_not_taken_is_tried_again_and_what_is_not_wanted_is_given_up() {
    let app = office().await;
    published(&app, "Kind nurses", "A nurse was kind.").await;
    for (answer, expected) in [
        (
            Answer::NotTaken(500),
            JobError::Retry("answered 500".to_owned()),
        ),
        (
            Answer::Nothing("no answer within 10 s".to_owned()),
            JobError::Retry("no answer within 10 s".to_owned()),
        ),
        (
            Answer::NotWanted,
            JobError::GiveUp("answered 410: it is not wanted there".to_owned()),
        ),
    ] {
        assert_eq!(tell(&app, &answering(answer)).await, Err(expected));
    }
    assert_eq!(newest(&app).await.n_attempts, 3);
}

#[tokio::test]
async fn not_a_word_is_told_of_a_story_that_was_taken_down() {
    let app = office().await;
    let story_id = published(&app, "Kind nurses", "A nurse was kind.").await;
    let first = newest(&app).await;
    app.clock.advance_ms(1_000);
    decide(&app, &story_id, DecisionKind::Withdraw, 1).await;
    let listener = answering(Answer::Taken(200));
    deliver(&app.app, &listener, &first.id).await.unwrap();
    tell(&app, &listener).await.unwrap();
    let heard = listener.heard.lock().unwrap().clone();
    assert_eq!(heard.len(), 1);
    let body: serde_json::Value = serde_json::from_str(&heard[0]).unwrap();
    assert_eq!(
        (&body["event"], &body["number"]),
        (&"withdrawn".into(), &1.into())
    );
    assert_eq!(body["opinion"], serde_json::Value::Null);
}

#[tokio::test]
async fn the_page_shows_what_was_given_up_and_sends_it_again() {
    let app = office().await;
    published(&app, "Kind nurses", "A nurse was kind.").await;
    let mut browser = app.signed_in("sam").await;
    let page = browser.get("/deliveries").await;
    assert!(page.shows("Waiting") && !page.shows("Send again</button>"));
    tell(&app, &answering(Answer::NotWanted)).await.unwrap_err();
    give_up(&app).await;
    let page = browser.get("/deliveries").await;
    assert!(page.shows("1 delivery was given up.") && page.shows("Given up"));
    assert!(page.shows("answered 410: it is not wanted there"));
    let again = format!("/deliveries/{}/again", newest(&app).await.id);
    assert!(page.body.contains(&format!("action=\"{again}\"")));
    let answer = browser.post(&again, &[]).await;
    assert_eq!(answer.location(), "/deliveries");
    let page = browser.get("/deliveries").await;
    assert!(page.shows("It is being sent again.") && page.shows("Waiting"));
    browser.post(&again, &[]).await;
    let page = browser.get("/deliveries").await;
    assert!(page.shows("It is not given up any more"));
}

#[tokio::test]
async fn a_test_is_sent_where_there_is_a_webhook() {
    let app = office().await;
    let mut browser = app.signed_in("sam").await;
    assert!(
        browser
            .get("/deliveries")
            .await
            .shows("Nothing has been sent")
    );
    browser.post("/deliveries/test", &[]).await;
    assert!(
        browser
            .get("/deliveries")
            .await
            .shows("A test is on its way.")
    );
    assert_eq!(newest(&app).await.number, None);

    let without = TestApp::new().await.with_user("sam", Role::Senior).await;
    let mut browser = without.signed_in("sam").await;
    let page = browser.get("/deliveries").await;
    assert!(page.shows("No webhook is set up") && !page.shows("Send a test"));
    let answer = browser.post("/deliveries/test", &[]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_table_holds_what_is_public_and_no_formula() {
    let app = office().await;
    published(&app, "=HYPERLINK(\"x\")", "Line one,\n\"two\".").await;
    app.story(&Leaflet::default()).await;
    let gone = published(&app, "Taken down", "Gone.").await;
    decide(&app, &gone, DecisionKind::Withdraw, 1).await;
    let mut browser = app.signed_in("sam").await;
    let answer = browser.get("/export.csv").await;
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=stories.csv"
    );
    assert_eq!(answer.header("cache-control"), "no-store");
    let expected = "id,title,body,service,author_role,date_of_submission,date_of_publication,url,drawing_url,\
        drawing_description,good,could_be_better,felt,further_services,happened,submission_route\n\
        1,\"'=HYPERLINK(\"\"x\"\")\",\"Line one,\n\"\"two\"\".\",Northern General Hospital,the patient,\
        2026-11-23T09:30:00Z,2026-11-23T09:31:00Z,https://stories.example/opinions/1,,,,,,,,leaflet\n";
    assert_eq!(answer.body, expected);
}

#[tokio::test]
async fn the_json_file_is_what_the_public_list_shows() {
    let app = office().await;
    let mut browser = app.signed_in("sam").await;
    assert_eq!(browser.get("/export.json").await.body, "[\n]\n");
    published(&app, "One", "One.").await;
    app.clock.advance_ms(1_000);
    published(&app, "Two", "Two.").await;
    let file: serde_json::Value =
        serde_json::from_str(&browser.get("/export.json").await.body).unwrap();
    let list = browser.get("/api/v2/opinions").await;
    let mut list: Vec<serde_json::Value> = serde_json::from_str(&list.body).unwrap();
    list.reverse();
    assert_eq!(file, serde_json::Value::Array(list));
}

#[tokio::test]
async fn an_export_goes_on_over_its_pages_and_begins_where_it_is_told() {
    use futures_util::TryStreamExt as _;
    let app = office().await;
    // One more than are fetched at once.
    for number in 0..201 {
        published(&app, &format!("Story {number}"), "A nurse was kind.").await;
        if number == 150 {
            app.clock.advance_ms(86_400_000);
        }
    }
    let text = async |format, since| {
        let base = "https://stories.example".to_owned();
        let what = Export {
            format,
            since,
            base,
        };
        let parts: Vec<String> = export(app.app.store.clone(), what)
            .try_collect()
            .await
            .unwrap();
        parts.concat()
    };
    let all = text(ExportFormat::Json, TimeMs(0)).await;
    let all: Vec<serde_json::Value> = serde_json::from_str(&all).unwrap();
    assert_eq!(all.len(), 201);
    let late = app.moment().now.plus_ms(-86_400_000);
    assert_eq!(text(ExportFormat::Csv, late).await.lines().count(), 1 + 50);
}
