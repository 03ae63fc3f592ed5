//! A story that somebody tells on the telephone ends in the same queue, on the same page.

use super::chromium::{Browser, Scripts};
use super::{Installation, PATIENCE, leaflet, sign_in};
use crate::support::{one_at_a_time, wait_until};

#[tokio::test(flavor = "multi_thread")]
async fn a_story_by_phone_is_typed_on_the_same_page_and_published() {
    by_phone(Scripts::On).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_story_by_phone_needs_no_scripts() {
    by_phone(Scripts::Off).await;
}

async fn by_phone(scripts: Scripts) {
    let _turn = one_at_a_time().await;
    let postbag = Installation::start(&["01-ordinary.png", "12-few-words.png"].map(leaflet));
    let browser = Browser::start(scripts).await;
    sign_in(&browser, &postbag).await;
    browser.follow("button[value=phone]").await;
    let story_url = browser.url().await;
    assert!(browser.text("main").await.contains("Told on the telephone"));
    assert!(
        browser
            .text(".paper-none")
            .await
            .contains("without a sheet")
    );
    // Pressed twice, it is the same one.
    assert!(browser.opens(&format!("{}/queue", postbag.url)).await);
    browser.follow("button[value=phone]").await;
    assert_eq!(browser.url().await, story_url);

    browser.fill("#field-service", "St Elsewhere").await;
    browser.press("#also summary").await;
    browser
        .fill("#field-also_about", "Ambulances\nThe pharmacy")
        .await;
    browser
        .fill("#field-as_written", "They came in ten minutes.")
        .await;
    browser.press("[name=consent][value=yes]").await;
    if scripts == Scripts::Off {
        // What follows by itself with scripts is filled in when it is saved.
        browser.follow("#save").await;
    }
    assert_eq!(
        browser.value("#field-published_text").await,
        "They came in ten minutes."
    );
    browser.fill("#field-title", "In ten minutes").await;
    browser.fill("#field-tags_good", "quick, kind").await;
    browser.fill("#field-happened", "3/2026").await;
    browser.select("#field-criticality", "0").await;
    browser.follow("#approve").await;
    assert!(browser.text(".told").await.starts_with("Approved."));

    let home = format!("{}/", postbag.url);
    wait_until("it is public", PATIENCE, || async {
        browser.opens(&home).await && browser.has(".teaser").await
    })
    .await;
    browser.follow(".teaser h2 a").await;
    let page = browser.text("article").await;
    for words in [
        "St Elsewhere, Ambulances and The pharmacy",
        "quick",
        "March 2026",
    ] {
        assert!(page.contains(words), "{words} is missing in: {page}");
    }
    browser.keep_picture("told.png").await;
    browser.close().await;
}
