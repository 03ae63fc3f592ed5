//! A moderator works with the keyboard alone, in few strokes, and loses nothing when the browser dies.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::chromium::{Browser, Scripts};
use super::{Installation, PATIENCE, arrive, leaflet, open_next_story, sign_in};
use crate::support::{one_at_a_time, wait_until};

const ALT: char = '\u{e00a}';
const CTRL: char = '\u{e009}';
const ENTER: char = '\u{e007}';

/// Keys that are counted; a key that is held down counts as well.
struct Keyboard<'a> {
    browser: &'a Browser,
    n_strokes: AtomicUsize,
}

impl<'a> Keyboard<'a> {
    const fn of(browser: &'a Browser) -> Self {
        Self {
            browser,
            n_strokes: AtomicUsize::new(0),
        }
    }

    async fn press(&self, key: char) {
        self.n_strokes.fetch_add(1, Ordering::Relaxed);
        self.browser.keys(&[key]).await;
    }

    async fn press_with(&self, held: char, key: char) {
        self.n_strokes.fetch_add(2, Ordering::Relaxed);
        self.browser.keys_with(held, &[key]).await;
    }
}

async fn told(browser: &Browser, words: &str) {
    wait_until(words, PATIENCE, || async {
        browser.has(".told").await && browser.text(".told").await.contains(words)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_story_without_errors_is_published_in_twelve_keystrokes_and_a_slip_undone() {
    let _turn = one_at_a_time().await;
    let postbag = Installation::start(&["01-ordinary.png", "12-few-words.png"].map(leaflet));
    let browser = Browser::start(Scripts::On).await;
    sign_in(&browser, &postbag).await;
    let keyboard = Keyboard::of(&browser);
    keyboard.press('n').await;
    wait_until("the story is open", PATIENCE, || async {
        browser.has("#approve").await
    })
    .await;
    let first_url = browser.url().await;
    keyboard.press_with(ALT, 'c').await;
    keyboard.press('0').await;
    keyboard.press_with(CTRL, ENTER).await;
    told(&browser, "Approved.").await;
    let n_strokes = keyboard.n_strokes.load(Ordering::Relaxed);
    println!("a story without errors: {n_strokes} keystrokes");
    assert!(n_strokes <= 12, "{n_strokes}");
    assert_ne!(browser.url().await, first_url, "the next one is open");

    // The next one is critical: somebody else is asked. That was the wrong key.
    let second_url = browser.url().await;
    keyboard.press_with(ALT, 'c').await;
    keyboard.press('4').await;
    assert!(!browser.has("#approve:enabled").await);
    keyboard.press_with(CTRL, ENTER).await;
    told(&browser, "A senior moderator is asked").await;
    keyboard.press_with(ALT, 'z').await;
    told(&browser, "Undone.").await;
    assert_eq!(browser.url().await, second_url);
    assert!(browser.has("#second-opinion:enabled").await);
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_three_seconds_ago_survives_the_death_of_the_browser() {
    let _turn = one_at_a_time().await;
    let postbag = Installation::start(&["01-ordinary.png", "12-few-words.png"].map(leaflet));
    let browser = Browser::start(Scripts::On).await;
    sign_in(&browser, &postbag).await;
    let story_url = open_next_story(&browser).await;
    browser.fill("#field-title", "Nobody saved this").await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(browser.text("#kept").await, "Kept");
    // Killed, not closed.
    drop(browser);

    let browser = Browser::start(Scripts::On).await;
    arrive(&browser, &story_url).await;
    assert_eq!(browser.value("#field-title").await, "Nobody saved this");
    assert!(browser.opens(&format!("{story_url}/history")).await);
    let history = browser.text("main").await;
    assert!(history.contains("kept without being saved"), "{history}");
    browser.close().await;
}

/// Services like the one that the leaflet is about.
const SERVICES: &str = "code,name,kind,parent,town,postcode
RK9,University Hospitals Plymouth,organisation,,Plymouth,PL6 8DH
RK950,St Agnes Hospital,hospital,RK9,Plymouth,PL6 8DH
RK950-1,\"Stroke Unit, St Agnes Hospital\",service,RK950,Plymouth,PL6 8DH
RK950-2,\"Dental Unit, St Agnes Hospital\",service,RK950,Plymouth,PL6 8DH
";

#[tokio::test(flavor = "multi_thread")]
async fn a_service_two_redactions_and_a_drawing_take_few_keystrokes() {
    let _turn = one_at_a_time().await;
    let scans = ["02-colour.jpg", "12-few-words.png"].map(leaflet);
    let postbag = Installation::start_knowing(SERVICES, &scans);
    let browser = Browser::start(Scripts::On).await;
    sign_in(&browser, &postbag).await;
    open_story_with_drawing(&browser).await;
    find_another_service(&browser).await;
    // What the author wrote, in place of what the sample says: typed by the machine, not counted.
    browser
        .fill(
            "#field-published_text",
            "Mrs Gallagher was kind. Ring 07700 900123. All was well on my ward.",
        )
        .await;
    browser.fill("#field-title", "All was well").await;
    wait_until("both are found", PATIENCE, || async {
        browser.has(".check:nth-child(2)").await
    })
    .await;
    browser.keep_picture("checks.png").await;
    let keyboard = Keyboard::of(&browser);
    keyboard.press_with(ALT, '1').await;
    assert_eq!(
        browser.value("#field-service").await,
        "Stroke Unit, St Agnes Hospital"
    );
    assert_eq!(browser.value("#field-postcode").await, "PL6 8DH");
    for left in [".check:only-child", "#checks > .hint:only-child"] {
        keyboard.press_with(ALT, 'r').await;
        wait_until(left, PATIENCE, || async { browser.has(left).await }).await;
    }
    let text = browser.value("#field-published_text").await;
    assert_eq!(
        text,
        "[name removed] was kind. Ring [phone number removed]. All was well on my ward."
    );
    keyboard.press_with(ALT, 'g').await;
    for key in "A cup".chars() {
        keyboard.press(key).await;
    }
    assert_eq!(browser.value("#field-drawing_alt").await, "A cup");
    keyboard.press_with(ALT, 'c').await;
    keyboard.press('0').await;
    keyboard.press_with(CTRL, ENTER).await;
    told(&browser, "Approved.").await;
    let n_strokes = keyboard.n_strokes.load(Ordering::Relaxed);
    println!("a service, two redactions and a drawing: {n_strokes} keystrokes");
    assert!(n_strokes <= 40, "{n_strokes}");
    browser.close().await;
}

/// Looks for a service by its name and takes it.
async fn find_another_service(browser: &Browser) {
    browser.keys_with(ALT, &['v']).await;
    browser.keys(&"dental".chars().collect::<Vec<_>>()).await;
    browser.keys(&[ENTER]).await;
    wait_until("services are found", PATIENCE, || async {
        browser.has(".search .suggestion:focus").await
    })
    .await;
    browser.keys(&[ENTER]).await;
    let taken = browser.value("#field-service").await;
    assert_eq!(taken, "Dental Unit, St Agnes Hospital");
}

/// Whichever was read first: the other one is given back.
async fn open_story_with_drawing(browser: &Browser) {
    open_next_story(browser).await;
    if !browser.has("#field-drawing").await {
        let first = browser.url().await;
        let queue = first.split("/stories/").next().unwrap().to_owned() + "/queue?only=drawing";
        browser.opens(&queue).await;
        browser.follow(".story-link").await;
    }
    assert!(browser.has("#field-drawing").await);
    assert!(
        browser.has(".part-service .suggestion").await,
        "services are suggested"
    );
}
