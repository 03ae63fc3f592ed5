//! A pile that was scanned in two passes, by what the clerk sees: a side too few, sides that do not fit, fronts and backs
//! together, and a sheet that was stapled to a leaflet.

use std::path::{Path, PathBuf};

use artwork::Print;
use image::{GrayImage, Luma};
use schemas::layout::{Layout, builtin};

use super::chromium::{Browser, Scripts};
use super::{Installation, PATIENCE, arrive, send_files};
use crate::support::{one_at_a_time, wait_until};

#[tokio::test(flavor = "multi_thread")]
async fn fronts_and_backs_of_two_passes_are_put_together_and_a_wrong_count_asks() {
    let _turn = one_at_a_time().await;
    let postbag = Installation::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    let browser = Browser::start(Scripts::On).await;
    arrive(&browser, &format!("{}/mail-room", postbag.url)).await;
    let [fronts, backs] = [1, 2].map(|side| prints(folder.path(), side));
    // The pile is turned over between the passes, and one back does not go through.
    send(&browser, &[&fronts[0], &fronts[1], &backs[1]], 3).await;
    let pile = browser.url().await;
    join_passes(&browser, "reversed").await;
    let told = browser.text("[role=alert]").await;
    assert!(told.contains("There are 3 sides"), "{told}");
    browser.keep_picture("wrong-count.png").await;

    assert!(browser.opens(&pile).await);
    send(&browser, &[&backs[0]], 4).await;
    join_passes(&browser, "same").await;
    assert!(
        browser
            .text(".told")
            .await
            .contains("Fronts and backs are together")
    );
    take_apart(&browser, "3").await;
    take_apart(&browser, "4").await;
    join_by_hand(&browser, "1", "2").await;
    let told = browser.text("[role=alert]").await;
    assert!(
        told.contains("Sheets 1 and 2: both are the same side"),
        "{told}"
    );

    assert!(browser.opens(&pile).await);
    join_passes(&browser, "reversed").await;
    assert!(
        browser
            .text(".told")
            .await
            .contains("Fronts and backs are together")
    );
    let tiles = browser.text(".tiles").await;
    for pair in [
        "side 1, with sheet 4",
        "side 1, with sheet 3",
        "side 2, with sheet 1",
    ] {
        assert!(tiles.contains(pair), "{tiles}");
    }
    browser.keep_picture("two-passes.png").await;
    staple(&browser, &pile, folder.path()).await;
    browser.close().await;
}

/// Two prints of one side, empty and without a number: nothing on the paper tells whose other side they are.
fn prints(folder: &Path, side: u32) -> [PathBuf; 2] {
    let is_two_sided = |layout: &Layout| layout.id.as_str() == "story-a4" && layout.version == 2;
    let layout = builtin().into_iter().find(is_two_sided).unwrap();
    let print = Print::default();
    let side = &layout.sides[side as usize - 1];
    // A hair larger, so that the second one is not the same file.
    [200.0, 201.0].map(|dpi| {
        let path = folder.join(format!("side-{}-{dpi}.png", side.side));
        std::fs::write(&path, artwork::png(&layout, side, dpi, &print).unwrap()).unwrap();
        path
    })
}

/// Sends files, and opens the pile once all of them are read.
async fn send(browser: &Browser, files: &[&Path], n_sheets: usize) {
    send_files(browser, files).await;
    browser.follow(".sent-where").await;
    let pile = browser.url().await;
    wait_until("the sheets are read", PATIENCE, || async {
        let tiles = browser.text(".tiles").await;
        let is_read = !tiles.contains("being read") && tiles.contains(&format!("Sheet {n_sheets}"));
        is_read || !browser.opens(&pile).await
    })
    .await;
}

async fn join_passes(browser: &Browser, order: &str) {
    open_pairing(browser).await;
    browser.select("#order", order).await;
    browser.follow("form[action$='/passes'] button").await;
}

async fn join_by_hand(browser: &Browser, first: &str, second: &str) {
    open_pairing(browser).await;
    browser.fill("#first", first).await;
    browser.fill("#second", second).await;
    browser.follow("form[action$='/join'] button").await;
}

async fn take_apart(browser: &Browser, sheet: &str) {
    open_pairing(browser).await;
    browser.fill("#sheet", sheet).await;
    browser.follow("form[action$='/part'] button").await;
    assert!(browser.text(".told").await.contains("Taken apart"));
}

async fn open_pairing(browser: &Browser) {
    if !browser.has(".pairing[open]").await {
        browser.press(".pairing summary").await;
    }
}

/// A sheet without a form is sent after the others, and a person says that it belongs to the leaflet above it.
async fn staple(browser: &Browser, pile: &str, folder: &Path) {
    let path = folder.join("stapled.png");
    let dot = |x: u32, y: u32| (x / 40 + y / 30).is_multiple_of(2) && (100..300).contains(&y);
    let sheet = GrayImage::from_fn(600, 800, |x, y| Luma([if dot(x, y) { 40 } else { 250 }]));
    sheet.save(&path).unwrap();
    assert!(browser.opens(pile).await);
    send(browser, &[&path], 5).await;
    browser.follow(".tile.calls").await;
    browser
        .press("input[name=goes_on_from]:not([value=''])")
        .await;
    browser.keep_picture("stapled.png").await;
    browser.follow("#letter").await;
    assert!(browser.opens(pile).await);
    let tiles = browser.text(".tiles").await;
    assert!(!tiles.contains("to be looked at"), "{tiles}");
    let last = browser.text(".tiles li:last-child").await;
    assert!(last.contains("read, with sheet"), "{last}");
}
