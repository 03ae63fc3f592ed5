//! The main path as a person goes it, in a real browser: sign in, open the next story, correct it, publish
//! it, and find it on the public page. Once with scripts and once without.

mod accessible;
mod by_keyboard;
mod chromium;
mod covers;
mod drawing;
mod mail_room;
mod on_the_paper;
mod passes;
mod told;
mod two_moderators;
mod unknown_sheet;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::support::{self, Role, Settings, free_port, one_at_a_time, wait_until};

use chromium::{Browser, Scripts};

const NAME: &str = "robin";
const PASSWORD: &str = "a password for the browser";
const TITLE: &str = "Corrected in a browser & <published>";
const TEXT: &str = "They were kind. Nobody had to wait.";
/// The most that a public page sends, without its pictures.
const MOST_PUBLIC_BYTES: u64 = 60_000;
/// Reading a page and starting a browser on a busy machine.
const PATIENCE: Duration = Duration::from_mins(3);

#[tokio::test(flavor = "multi_thread")]
async fn a_person_corrects_and_publishes_a_story_in_a_browser() {
    main_path(Scripts::On).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_path_works_in_a_browser_without_javascript() {
    main_path(Scripts::Off).await;
}

async fn main_path(scripts: Scripts) {
    let _turn = one_at_a_time().await;
    let postbag = Installation::start(&["01-ordinary.png", "12-few-words.png"].map(leaflet));
    let browser = Browser::start(scripts).await;
    sign_in(&browser, &postbag).await;
    let story_url = open_next_story(&browser).await;
    correct(&browser, scripts).await;
    approve(&browser, &story_url).await;
    find_on_the_public_page(&browser, &postbag).await;
    if scripts == Scripts::On {
        assert_is_light(&browser).await;
    }
    find_in_the_history(&browser, &story_url).await;
    browser.close().await;
}

/// One of the committed leaflets, by its name.
fn leaflet(name: &'static str) -> (&'static str, Vec<u8>) {
    let leaflets = samples::committed::LEAFLETS;
    let (_, bytes) = leaflets.iter().find(|(known, _)| *known == name).unwrap();
    (name, bytes.to_vec())
}

/// `postbag run` on SQLite and files in a folder of its own, with scans in its inbox.
struct Installation {
    url: String,
    settings: Settings,
    _process: Role,
    folder: tempfile::TempDir,
}

impl Installation {
    fn start(scans: &[(&str, Vec<u8>)]) -> Self {
        Self::start_knowing("", scans)
    }

    /// The same with a directory of services, when there is anything in it.
    fn start_knowing(services: &str, scans: &[(&str, Vec<u8>)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let inbox = folder.path().join("inbox");
        std::fs::create_dir(&inbox).unwrap();
        for (name, bytes) in scans {
            std::fs::write(inbox.join(name), bytes).unwrap();
        }
        let address = format!("127.0.0.1:{}", free_port());
        let settings = settings(folder.path(), &inbox, &address);
        add_person(folder.path(), &settings, NAME, "moderator");
        if !services.is_empty() {
            import(services, folder.path(), &settings);
        }
        Self {
            url: format!("http://{address}"),
            _process: Role::start(&["run"], &settings, folder.path()),
            settings,
            folder,
        }
    }
}

impl Installation {
    fn database_url(&self) -> String {
        let known = self.settings.iter();
        let url = known.filter(|(name, _)| *name == "POSTBAG__DATABASE__URL");
        url.map(|(_, url)| url.clone()).next().unwrap()
    }

    /// Adds somebody else, with the same password.
    fn add_person(&self, name: &str, role: &str) {
        add_person(self.folder.path(), &self.settings, name, role);
    }
}

fn import(services: &str, folder: &Path, settings: &Settings) {
    std::fs::write(folder.join("services.csv"), services).unwrap();
    let imported = Command::new(support::program())
        .args(["services", "import", "services.csv"])
        .envs(settings.clone())
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(imported.status.success(), "{imported:?}");
}

fn settings(folder: &Path, inbox: &Path, address: &str) -> Settings {
    let database = folder.join("postbag.db");
    vec![
        (
            "POSTBAG__DATABASE__URL",
            format!("sqlite://{}", database.display()),
        ),
        ("POSTBAG__QUEUE__URL", "embedded".to_owned()),
        (
            "POSTBAG__BLOBS__URL",
            folder.join("blobs").display().to_string(),
        ),
        ("POSTBAG__INGEST__INBOX", inbox.display().to_string()),
        ("POSTBAG__WEB__LISTEN", address.to_owned()),
        ("POSTBAG__WEB__PUBLIC_URL", format!("http://{address}")),
        ("POSTBAG__WEB__UNDO_MS", "5000".to_owned()),
    ]
}

fn add_person(folder: &Path, settings: &Settings, name: &str, role: &str) {
    support::add_person(folder, settings, name, PASSWORD, role);
}

/// Asks for the queue, is led to sign in, and arrives at the queue once both leaflets are read.
async fn sign_in(browser: &Browser, postbag: &Installation) {
    let queue_url = format!("{}/queue", postbag.url);
    arrive(browser, &queue_url).await;
    wait_until("both leaflets are in the queue", PATIENCE, || async {
        browser.opens(&queue_url).await && browser.text("h1").await == "2 stories to review"
    })
    .await;
}

/// Asks for a page, is led to sign in, and arrives there.
async fn arrive(browser: &Browser, url: &str) {
    arrive_as(browser, NAME, url).await;
}

/// The same for somebody else.
async fn arrive_as(browser: &Browser, name: &str, url: &str) {
    wait_until("the bench is open", PATIENCE, || async {
        browser.opens(url).await
    })
    .await;
    assert!(browser.url().await.contains("/sign-in?next="));
    browser.fill("#name", name).await;
    browser.fill("#password", PASSWORD).await;
    browser.follow("button[type=submit]").await;
    assert_eq!(browser.url().await, url);
}

/// Sends files with the form on the page, and waits until all of them are in.
async fn send_files(browser: &Browser, files: &[&Path]) {
    browser.choose_files("#files", files).await;
    browser.press("form.send button").await;
    wait_until("the files are in", PATIENCE, || async {
        browser.has(".sent-where").await
    })
    .await;
}

async fn open_next_story(browser: &Browser) -> String {
    browser.follow("#next-story").await;
    let story_url = browser.url().await;
    assert!(story_url.contains("/stories/"), "{story_url}");
    assert!(browser.has("img[src$='/pictures/straightened']").await);
    assert!(
        browser
            .text("#lease-words")
            .await
            .starts_with("With you until")
    );
    story_url
}

/// Types as a moderator does, and takes a suggested postcode.
async fn correct(browser: &Browser, scripts: Scripts) {
    let published = browser.value("#field-published_text").await;
    browser
        .fill("#field-as_written", "as it stands on the paper")
        .await;
    let follows = browser.value("#field-published_text").await == "as it stands on the paper";
    match scripts {
        Scripts::On => assert!(follows, "the text for publication goes along"),
        Scripts::Off => assert_eq!(browser.value("#field-published_text").await, published),
    }
    browser.fill("#field-published_text", TEXT).await;
    browser.fill("#field-title", TITLE).await;
    browser.fill("#field-postcode", "AB1 2CD").await;
    let suggested = browser.text(".suggestion b").await;
    match scripts {
        Scripts::On => browser.press(".suggestion").await,
        Scripts::Off => browser.follow(".suggestion").await,
    }
    assert_eq!(browser.value("#field-postcode").await, suggested);
    assert_eq!(
        browser.value("#field-title").await,
        TITLE,
        "nothing typed is lost"
    );
    assert_eq!(browser.value("#field-published_text").await, TEXT);
}

/// The next story opens, and says what became of the first.
async fn approve(browser: &Browser, story_url: &str) {
    browser.select("#field-criticality", "0").await;
    browser.follow("#approve").await;
    let next_url = browser.url().await;
    assert!(
        next_url.contains("/stories/") && next_url != story_url,
        "{next_url}"
    );
    let told = browser.text(".told").await;
    assert!(
        told.starts_with("Approved.") && told.contains("Show it"),
        "{told}"
    );
}

async fn find_on_the_public_page(browser: &Browser, postbag: &Installation) {
    let home = format!("{}/", postbag.url);
    wait_until("the story is on the public page", PATIENCE, || async {
        browser.opens(&home).await && browser.has(".teaser").await
    })
    .await;
    assert_eq!(browser.text(".teaser h2").await, TITLE);
    browser.follow(".teaser h2 a").await;
    assert!(browser.url().await.ends_with("/opinions/1"));
    assert_eq!(browser.text("h1").await, TITLE);
    assert_eq!(browser.text(".words").await, TEXT);
}

/// What a reader on a slow line waits for, beside pictures.
async fn assert_is_light(browser: &Browser) {
    let n_bytes = browser.bytes_without_pictures().await;
    println!("the public page: {n_bytes} bytes");
    assert!((1..=MOST_PUBLIC_BYTES).contains(&n_bytes), "{n_bytes}");
}

async fn find_in_the_history(browser: &Browser, story_url: &str) {
    assert!(browser.opens(&format!("{story_url}/history")).await);
    let history = browser.text(".history").await;
    for what in [
        "Read with",
        "Corrected",
        TITLE,
        "Approved for publication",
        "Published as number 1",
    ] {
        assert!(history.contains(what), "{what} is missing in: {history}");
    }
}
