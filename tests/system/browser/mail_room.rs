//! A clerk sends scans from a browser, sees them come in, and the pile is counted. Once with scripts and once without.

use super::chromium::{Browser, Scripts};
use super::{Installation, PATIENCE, arrive, leaflet};
use crate::support::{one_at_a_time, wait_until};

const GOOD: &str = "12-few-words.png";
const BAD: &str = "torn off.pdf";

#[tokio::test(flavor = "multi_thread")]
async fn a_clerk_sends_scans_and_watches_them_come_in() {
    send_a_pile(Scripts::On).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clerk_sends_scans_without_javascript() {
    send_a_pile(Scripts::Off).await;
}

async fn send_a_pile(scripts: Scripts) {
    let _turn = one_at_a_time().await;
    let postbag = Installation::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in [leaflet(GOOD), (BAD, b"%PDF-1.7 and no more".to_vec())] {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let browser = Browser::start(scripts).await;
    let room = format!("{}/mail-room", postbag.url);
    arrive(&browser, &room).await;
    browser.fill("#name", "Ward 7").await;
    browser.fill("#papers", "3").await;
    let [good, bad] = [GOOD, BAD].map(|name| folder.path().join(name));
    browser.choose_files("#files", &[&good, &bad]).await;
    match scripts {
        Scripts::On => send_and_watch(&browser).await,
        Scripts::Off => browser.follow("form.send button").await,
    }
    check_pile(&browser).await;
    browser.keep_picture("pile.png").await;
    browser.follow(".headline .button").await;
    assert_eq!(browser.text("h1").await, "Sheets to fetch");
    assert_eq!(browser.text(".pull h2").await, "Sheet 2");
    browser.close().await;
}

/// The files go one by one, and the numbers on the same page move by themselves.
async fn send_and_watch(browser: &Browser) {
    assert_eq!(browser.text(".numbers li:first-child b").await, "0");
    browser.press("form.send button").await;
    wait_until("both files are in", PATIENCE, || async {
        browser.has(".sent-where").await
    })
    .await;
    let told = browser.text(".sending").await;
    assert!(told.contains("1 page in, 1 to be looked at"), "{told}");
    wait_until("the numbers have moved", PATIENCE, || async {
        browser.text(".numbers li:first-child b").await == "2"
            && browser.text(".numbers .calls b").await == "1"
    })
    .await;
    wait_until("the small picture is there", PATIENCE, || async {
        browser.has(".arrivals img").await
    })
    .await;
    assert!(browser.text(".hands").await.contains("The PDF is damaged"));
    browser.keep_picture("mail-room.png").await;
    browser.follow(".sent-where").await;
}

/// Three were counted, two came in; the clerk counts again.
async fn check_pile(browser: &Browser) {
    assert_eq!(browser.text("h1").await, "Ward 7");
    let ledger = browser.text(".ledger").await;
    assert!(ledger.starts_with("2 sheets scanned"), "{ledger}");
    assert_eq!(
        browser.text(".counted .differs").await,
        "1 side is missing."
    );
    browser.fill("#reason", "One was empty.").await;
    browser.follow("form[action$='/explain'] button").await;
    assert!(!browser.has(".counted .differs").await);
    assert!(browser.text(".counted").await.contains("One was empty."));
    browser.fill("#papers", "2").await;
    browser.follow("form[action$='/count'] button").await;
    assert!(browser.text(".counted").await.contains("It adds up."));
    assert_eq!(browser.text(".tile.calls b").await, "Sheet 2");
}
