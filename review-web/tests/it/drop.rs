//! What a bureau that scans for us is told by the address that it sends files to.

use axum::body::Body;
use review_web::drop_token;
use schemas::record::Role;
use serde_json::Value;
use store::{AddedDrop, NewDrop};

use crate::app::TestApp;
use crate::browser::{Answer, Browser};
use crate::leaflet::sheet;

const TOKEN: &str = "a token that nobody can guess";
/// A little more than a sheet of the tests.
const MAX_BYTES: u64 = 64 << 10;

/// The mail room with one open drop, and the program of the bureau.
async fn bureau() -> (TestApp, Browser) {
    let app = TestApp::new().await.with_user("max", Role::MailRoom).await;
    let new = NewDrop {
        name: "bureau".to_owned(),
        token_hash: drop_token::hash(TOKEN),
        max_bytes: MAX_BYTES,
        files_per_day: 4,
    };
    let added = app.app.store.add_drop(&app.moment(), new).await;
    assert!(matches!(added, Ok(AddedDrop::Added(_))));
    let program = app.browser();
    (app, program)
}

fn scan(number: u8) -> Vec<u8> {
    let mut bytes = sheet();
    bytes.push(number);
    bytes
}

async fn send(program: &mut Browser, name: &str, bytes: Vec<u8>) -> Answer {
    send_with(program, name, TOKEN, bytes).await
}

async fn send_with(program: &mut Browser, name: &str, token: &str, bytes: Vec<u8>) -> Answer {
    let authorization = format!("Bearer {token}");
    let headers = [("authorization", authorization.as_str())];
    program.put(&format!("/drop/{name}"), &headers, bytes).await
}

fn told(answer: &Answer, status: u16, what: &str) -> Value {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.body);
    assert_eq!(answer.header("content-type"), "application/json");
    let told: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(told["what"], what, "{told}");
    told
}

#[tokio::test]
async fn files_of_one_delivery_are_one_pile_and_what_became_of_each_is_told() {
    let (app, mut program) = bureau().await;
    let sent = send(&mut program, "scan-1.png", scan(1)).await;
    let file = told(&sent, 201, "in");
    assert_eq!(file["words"], "1 page in.");
    assert_eq!(file["file"], "scan-1.png");
    assert_eq!(file["pile"], "drop bureau");
    assert_eq!(file["sha256"].as_str().unwrap().len(), 64);

    let again = send(&mut program, "scan-1.png", scan(1)).await;
    told(&again, 200, "was-in");
    let other = send(&mut program, "scan-1.png", scan(2)).await;
    told(&other, 201, "in");
    let same = send(&mut program, "copy.png", scan(2)).await;
    told(&same, 200, "same-as-another");

    let batches = app.app.store.batches(9).await.unwrap();
    let piles: Vec<_> = batches
        .iter()
        .filter(|b| b.source == "drop bureau")
        .collect();
    assert_eq!(piles.len(), 1);
    assert_eq!(piles[0].ledger.sheets, 2);
    app.clock.advance_ms(121_000);
    told(&send(&mut program, "next.png", scan(3)).await, 201, "in");
    let mut room = app.signed_in("max").await;
    let page = room.get("/mail-room").await;
    assert_eq!(
        page.body.matches("drop bureau</").count(),
        2,
        "{}",
        page.body
    );
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_is_kept_and_the_cause_is_told() {
    let (app, mut program) = bureau().await;
    let sent = send(&mut program, "bad.pdf", b"no picture".to_vec()).await;
    let file = told(&sent, 422, "unreadable");
    assert!(file["words"].as_str().unwrap().contains("is kept"));
    assert_eq!(file["look_at"][0]["cause"], "The file is no picture.");
    assert_eq!(file["look_at"][0]["next_action"], "Scan the sheet again.");
    let ledger = app.app.store.ledger(None).await.unwrap();
    assert_eq!((ledger.sheets, ledger.quarantined), (1, 1));
}

#[tokio::test]
async fn without_the_right_token_nothing_is_taken_and_guessing_is_slowed_down() {
    let (app, mut program) = bureau().await;
    let bare = program.put("/drop/a.png", &[], scan(1)).await;
    told(&bare, 401, "unknown-token");
    assert_eq!(bare.header("www-authenticate"), "Bearer");
    for _ in 0..4 {
        let guess = send_with(&mut program, "a.png", "a guess", scan(1)).await;
        told(&guess, 401, "unknown-token");
    }
    let slowed = send_with(&mut program, "a.png", "a guess", scan(1)).await;
    told(&slowed, 429, "unknown-token");
    let wait_s: i64 = slowed.header("retry-after").parse().unwrap();
    assert!((290..=301).contains(&wait_s), "{wait_s}");
    assert_eq!(app.app.store.ledger(None).await.unwrap().sheets, 0);
    told(&send(&mut program, "a.png", scan(1)).await, 201, "in");
}

#[tokio::test]
async fn a_drop_that_was_revoked_takes_nothing_and_says_so() {
    let (app, mut program) = bureau().await;
    let now = app.moment().now;
    assert!(app.app.store.revoke_drop("bureau", now).await.unwrap());
    let refused = send(&mut program, "a.png", scan(1)).await;
    let why = told(&refused, 401, "revoked-token");
    assert!(
        why["next_action"]
            .as_str()
            .unwrap()
            .starts_with("Keep the scans")
    );
    assert_eq!(app.app.store.ledger(None).await.unwrap().sheets, 0);
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_also_when_its_size_is_not_announced() {
    let (app, mut program) = bureau().await;
    let large = vec![0x25; usize::try_from(MAX_BYTES).unwrap() + 1];
    let bearer = format!("Bearer {TOKEN}");
    let length = large.len().to_string();
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-length", &length),
    ];
    // It is told before anything is read: here there is nothing to read.
    let announced = program.put("/drop/a.pdf", &headers, Body::empty()).await;
    told(&announced, 413, "too-large");
    let chunk = move || Ok::<_, std::io::Error>(large.clone());
    let endless = futures_util::stream::repeat_with(chunk);
    let unannounced = program
        .put("/drop/a.pdf", &headers[..1], Body::from_stream(endless))
        .await;
    told(&unannounced, 413, "too-large");
    assert_eq!(app.app.store.ledger(None).await.unwrap().sheets, 0);
}

#[tokio::test]
async fn a_file_that_breaks_off_is_not_taken() {
    let (app, mut program) = bureau().await;
    let bearer = format!("Bearer {TOKEN}");
    let cut = [Ok(vec![0x89]), Err(std::io::Error::other("cut"))];
    let body = Body::from_stream(futures_util::stream::iter(cut));
    let headers = [("authorization", bearer.as_str())];
    let answer = program.put("/drop/a.png", &headers, body).await;
    told(&answer, 400, "broke-off");
    assert_eq!(app.app.store.ledger(None).await.unwrap().sheets, 0);
}

#[tokio::test]
async fn the_limit_of_a_day_holds_for_new_files_until_midnight() {
    let (app, mut program) = bureau().await;
    for number in [1, 2, 1, 2, 3, 4] {
        let sent = send(&mut program, &format!("{number}.png"), scan(number)).await;
        assert!(sent.status.is_success(), "{}", sent.body);
    }
    let refused = send(&mut program, "5.png", scan(5)).await;
    let why = told(&refused, 429, "too-many");
    assert!(
        why["words"]
            .as_str()
            .unwrap()
            .contains("4 files came today")
    );
    let wait_s: i64 = refused.header("retry-after").parse().unwrap();
    app.clock.advance_ms(wait_s * 1000);
    told(&send(&mut program, "5.png", scan(5)).await, 201, "in");
}

#[tokio::test]
async fn names_are_for_people_only() {
    let (app, mut program) = bureau().await;
    let names = [
        ("..%2F..%2Fetc%2Fpasswd", "passwd"),
        ("ward%207/a.png", "a.png"),
        ("C:%5Cscans%5Cb.png", "b.png"),
        ("%0D%0A.png", ".png"),
        ("..", "unnamed"),
        ("%FF", "unnamed"),
    ];
    for (number, (sent, shown)) in (0..).zip(names) {
        app.clock.advance_ms(24 * 3_600_000);
        let answer = send(&mut program, sent, scan(number)).await;
        assert_eq!(told(&answer, 201, "in")["file"], shown);
    }
    let nameless = send(&mut program, "", scan(9)).await;
    told(&nameless, 400, "no-name");
}

#[tokio::test]
async fn what_cannot_be_kept_is_to_be_sent_again() {
    let (app, mut program) = bureau().await;
    let full = send(&mut program, "a.png", b"no disk".to_vec()).await;
    let why = told(&full, 503, "not-kept");
    assert_eq!(full.header("retry-after"), "30");
    assert!(
        why["next_action"]
            .as_str()
            .unwrap()
            .contains("Send it again")
    );
    app.app.store.close().await;
    let away = send(&mut program, "a.png", scan(1)).await;
    told(&away, 503, "not-kept");
}
