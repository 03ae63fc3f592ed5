//! The sheet and its fields find each other.

use super::chromium::{Browser, Scripts};
use super::{Installation, PATIENCE, leaflet, open_next_story, sign_in};
use crate::support::{one_at_a_time, wait_until};

const ALT: char = '\u{e00a}';
const DOWN: char = '\u{e015}';

#[tokio::test(flavor = "multi_thread")]
async fn the_line_that_is_typed_is_lit_and_a_click_on_another_goes_to_it() {
    let _turn = one_at_a_time().await;
    let postbag = Installation::start(&["02-colour.jpg", "01-ordinary.png"].map(leaflet));
    let browser = Browser::start(Scripts::On).await;
    sign_in(&browser, &postbag).await;
    open_next_story(&browser).await;
    let text = browser.value("#field-as_written").await;
    let n_lines = text.lines().count();
    assert!(n_lines > 1, "{n_lines} lines");
    assert!(
        browser
            .has(&format!(".ink-line:nth-of-type({n_lines})"))
            .await
    );

    // The caret is behind the last letter, and goes up with the arrow; the light goes with it.
    browser.press_keys("#field-as_written", &[]).await;
    browser.keys_with('\u{e009}', &['\u{e011}']).await;
    lit(&browser, 0).await;
    browser.keys(&[DOWN]).await;
    lit(&browser, 1).await;
    browser.keep_picture("lit.png").await;

    browser.press(".ink-line").await;
    browser.keys(&['X']).await;
    let typed = browser.value("#field-as_written").await;
    assert_eq!(typed, format!("X{text}"), "the first line was clicked");

    // Nearer, and where the caret is stays in sight.
    let before = browser.width_of(".paper-sheet").await;
    browser.keys_with(ALT, &['=']).await;
    assert!(browser.width_of(".paper-sheet").await > before * 1.2);
    browser.close().await;
}

/// The browser tells of the caret a moment later.
async fn lit(browser: &Browser, line: usize) {
    wait_until("the line is lit", PATIENCE, || async {
        browser.lit_line().await == Some(line)
    })
    .await;
}
