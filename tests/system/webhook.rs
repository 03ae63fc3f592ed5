//! Somebody else's server is told what is published and taken down, whatever it does meanwhile.

mod receiver;
mod stories;

use std::collections::BTreeMap;
use std::time::Duration;

use review_web::webhook::signature;
use schemas::record::{DecisionKind, WebhookState};
use schemas::{Clock as _, StoryId, SystemClock};
use store::WebhookDelivery;

use crate::support::{Installation, add_person, free_port, one_at_a_time, run_watched, wait_until};
use receiver::{Act, Receiver, Request};
use stories::Moderator;

const SECRET: &str = "a secret of the test, long enough";
const PATIENCE: Duration = Duration::from_mins(1);
/// More than are needed while the other side is not there yet, on a busy machine.
const ATTEMPTS: usize = 8;
const PASSWORD: &str = "a password for deliveries";
/// In every story, and nowhere else.
const WORDS: &str = "xylophones in the ward";

/// An installation that tells somebody, and somebody who decides.
struct Office {
    at: Installation,
    mo: Moderator,
    port: u16,
    // Dropped last.
    _folder: tempfile::TempDir,
}

impl Office {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut at = Installation::new(&folder.path().join("blobs"));
        let port = free_port();
        at.extra = [
            ("POSTBAG__QUEUE__RETRY_DELAYS_MS", "[150]".to_owned()),
            (
                "POSTBAG__WEBHOOK__URL",
                format!("http://127.0.0.1:{port}/in?from=postbag"),
            ),
            ("POSTBAG__WEBHOOK__SECRET", SECRET.to_owned()),
            ("POSTBAG__WEBHOOK__TIMEOUT_S", "1".to_owned()),
            ("POSTBAG__WEBHOOK__MAX_ATTEMPTS", ATTEMPTS.to_string()),
        ]
        .into();
        at.start(&["web"]);
        add_person(at.folder(), &at.settings(), "sam", PASSWORD, "senior");
        at.sign_in_as("sam", PASSWORD).await;
        let mo = Moderator::new(at.store().await.with_webhook()).await;
        Self {
            at,
            mo,
            port,
            _folder: folder,
        }
    }

    /// A story that is published; its number is the next.
    async fn publish(&self, title: &str) -> StoryId {
        self.mo.approve(title, WORDS).await
    }

    async fn newest(&self) -> Option<WebhookDelivery> {
        self.mo.store.webhook_deliveries(1).await.unwrap().pop()
    }

    /// Waits until the newest delivery, which is about this story, is in this state.
    async fn wait(&self, number: i64, state: WebhookState) -> WebhookDelivery {
        let what = format!("story {number} is {state}");
        wait_until(&what, PATIENCE, async || {
            let newest = self.newest().await;
            newest.is_some_and(|newest| newest.number == Some(number) && newest.state == state)
        })
        .await;
        self.newest().await.unwrap()
    }

    async fn page(&mut self) -> crate::support::Answer {
        self.at.bench.get("/deliveries").await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_story_arrives_once_by_its_key_whatever_the_other_side_does() {
    let _turn = one_at_a_time().await;
    let office = Office::open().await;
    let started = std::time::Instant::now();

    office.publish("Nobody is there at first").await;
    wait_until("a first attempt", PATIENCE, async || {
        office.newest().await.is_some_and(|one| one.n_attempts > 0)
    })
    .await;
    let answer = office.newest().await.unwrap().last_answer;
    assert_eq!(answer.as_deref(), Some("no connection: connection refused"));
    let receiver = Receiver::listen(office.port).await;
    office.wait(1, WebhookState::Delivered).await;

    receiver.will(&[Act::Answer(500), Act::Answer(503), Act::Answer(200)]);
    office.publish("It stumbles").await;
    assert_eq!(office.wait(2, WebhookState::Delivered).await.n_attempts, 3);

    receiver.will(&[Act::Sleep, Act::Answer(302)]);
    office.publish("It is slow, and points elsewhere").await;
    assert_eq!(office.wait(3, WebhookState::Delivered).await.n_attempts, 3);

    receiver.will(&[Act::BreakOff, Act::TalkForEver]);
    office.publish("Its answer is lost").await;
    assert_eq!(office.wait(4, WebhookState::Delivered).await.n_attempts, 2);
    assert_eq!(receiver.n_acts(), 0);

    let requests = receiver.requests();
    requests.iter().for_each(assert_signed);
    // One of the three for the first, three for the second, and so on.
    assert_eq!(requests.len(), 1 + 3 + 3 + 2);
    let mut by_key = BTreeMap::new();
    for request in &requests {
        let key = request.header("Idempotency-Key").to_owned();
        let same = by_key.entry(key).or_insert_with(|| request.body.clone());
        assert_eq!(*same, request.body, "one key, one body");
    }
    let numbers: Vec<i64> = by_key.values().map(|body| number(body)).collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
    println!("four stories in {:?}", started.elapsed());
    office
        .at
        .assert_nothing_is_logged_of(&["xylophones", SECRET]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_up_is_seen_in_the_bench_and_sent_again() {
    let _turn = one_at_a_time().await;
    let mut office = Office::open().await;
    let receiver = Receiver::listen(office.port).await;
    receiver.will(&[Act::Answer(503); ATTEMPTS]);
    let story_id = office.publish("Given up").await;
    let given_up = office.wait(1, WebhookState::GivenUp).await;
    assert_eq!(receiver.requests().len(), ATTEMPTS);
    assert_eq!(given_up.n_attempts as usize, ATTEMPTS);

    let page = office.page().await;
    assert!(page.body.contains("1 delivery was given up."), "{page:?}");
    assert!(page.body.contains("answered 503"), "{page:?}");
    let dead = run_watched(&["dead", "list"], &office.at.settings(), office.at.folder());
    assert!(dead.output.contains("deliver-webhook"), "{}", dead.output);
    let again = format!("/deliveries/{}/again", given_up.id);
    office.at.bench.post(&again, &page, "").await;
    office.wait(1, WebhookState::Delivered).await;
    let requests = receiver.requests();
    let keys = requests
        .iter()
        .map(|request| request.header("Idempotency-Key"));
    assert!(keys.into_iter().all(|key| key == given_up.id.as_str()));

    let page = office.page().await;
    office.at.bench.post("/deliveries/test", &page, "").await;
    wait_until("the test is there", PATIENCE, async || {
        receiver.requests().len() == ATTEMPTS + 2
    })
    .await;
    assert_eq!(
        receiver.requests()[ATTEMPTS + 1].header("Postbag-Event"),
        "test"
    );

    office.mo.decide(&story_id, DecisionKind::Withdraw).await;
    wait_until("the withdrawal is there", PATIENCE, async || {
        receiver.requests().len() == ATTEMPTS + 3
    })
    .await;
    let withdrawn = receiver.requests()[ATTEMPTS + 2].json();
    assert_eq!(withdrawn["event"], "withdrawn");
    assert_eq!(withdrawn["number"], 1);
    assert_eq!(withdrawn["opinion"], serde_json::Value::Null);
    receiver.requests().iter().for_each(assert_signed);

    receiver.will(&[Act::Answer(410)]);
    office.publish("Not wanted").await;
    assert_eq!(office.wait(2, WebhookState::GivenUp).await.n_attempts, 1);
    office
        .at
        .assert_nothing_is_logged_of(&["xylophones", SECRET]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_public_is_exported_from_the_command_line() {
    let _turn = one_at_a_time().await;
    let office = Office::open().await;
    let _receiver = Receiver::listen(office.port).await;
    office.publish("@a cell that begins so").await;
    office.wait(1, WebhookState::Delivered).await;
    let gone = office.publish("Taken down").await;
    office.wait(2, WebhookState::Delivered).await;
    office.mo.decide(&gone, DecisionKind::Withdraw).await;

    let (settings, folder) = (office.at.settings(), office.at.folder());
    let table = run_watched(&["export", "--format", "csv"], &settings, folder).output;
    assert_eq!(table.lines().count(), 2, "{table}");
    assert!(table.contains("1,'@a cell that begins so,"), "{table}");
    let json = ["export", "--format", "json", "--out", "stories.json"];
    assert!(run_watched(&json, &settings, folder).status.success());
    let json = std::fs::read_to_string(folder.join("stories.json")).unwrap();
    let stories: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (stories[0]["id"].as_i64(), stories.as_array().unwrap().len()),
        (Some(1), 1)
    );
    let none = ["export", "--format", "json", "--since", "2200-01-01"];
    assert_eq!(run_watched(&none, &settings, folder).output, "[\n]\n");
}

fn assert_signed(request: &Request) {
    let now_s = SystemClock.now().0 / 1_000;
    let signed = request.header("Postbag-Signature");
    assert!(
        signature::verify(SECRET, signed, now_s, request.body.as_bytes()),
        "{request:?}"
    );
    assert!(request.head.starts_with("POST /in?from=postbag HTTP/1.1"));
    let body = request.json();
    assert_eq!(body["key"], request.header("Idempotency-Key"));
    assert_eq!(body["event"], request.header("Postbag-Event"));
}

fn number(body: &str) -> i64 {
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    body["number"].as_i64().unwrap()
}
