//! Two piles go through the scanner at once, each with its cover sheet on top, by what the clerk sees.

use std::path::{Path, PathBuf};

use image::GrayImage;

use super::chromium::{Browser, Scripts};
use super::{Installation, PATIENCE, arrive, leaflet, send_files};
use crate::support::{Settings, one_at_a_time, run_watched, wait_until};

#[tokio::test(flavor = "multi_thread")]
async fn cover_sheets_part_the_piles_and_say_what_is_missing() {
    let _turn = one_at_a_time().await;
    let postbag = Installation::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    let browser = Browser::start(Scripts::On).await;
    arrive(&browser, &format!("{}/mail-room", postbag.url)).await;
    // A count without a name would belong to no pile.
    browser.follow("a[href='/batches/cover']").await;
    browser.fill("#papers", "3").await;
    browser.follow("main form button").await;
    let told = browser.text("[role=alert]").await;
    assert!(told.contains("give the pile a name"), "{told}");
    browser.keep_picture("cover-form.png").await;

    let [ward, clinic] = [("Ward 7", "1"), ("Eye clinic", "2")]
        .map(|(name, sheets)| cover(&postbag.settings, folder.path(), name, sheets));
    let [one, two] = ["01-ordinary.png", "12-few-words.png"].map(|name| {
        let (name, bytes) = leaflet(name);
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    });
    let empty = folder.path().join("empty.png");
    GrayImage::from_pixel(1240, 1754, image::Luma([246]))
        .save(&empty)
        .unwrap();
    assert!(browser.opens(&format!("{}/mail-room", postbag.url)).await);
    browser.fill("#name", "Post of Friday").await;
    send_files(&browser, &[&ward, &one, &clinic, &two, &empty]).await;
    wait_until("the piles are parted", PATIENCE, || async {
        browser.opens(&format!("{}/mail-room", postbag.url)).await
            && browser.text(".batches").await.contains("Eye clinic")
    })
    .await;
    browser.keep_picture("parted-piles.png").await;
    browser.follow(".batches tbody tr:first-child a").await;
    assert_eq!(browser.text("h1").await, "Eye clinic");
    let counted = browser.text(".counted").await;
    for words in ["2 sheets of paper", "the cover sheet", "It adds up."] {
        assert!(counted.contains(words), "{counted}");
    }
    let first = browser.text(".tiles li:first-child").await;
    assert!(first.contains("cover sheet"), "{first}");
    let last = browser.text(".tiles li:last-child").await;
    assert!(last.contains("to be looked at"), "{last}");
    browser.keep_picture("pile-with-cover.png").await;
    browser.follow(".tile.calls").await;
    let what = browser.text("main").await;
    assert!(what.contains("Nothing is on this page"), "{what}");
    browser.close().await;
}

/// A cover sheet as it comes out of the printer and goes into the scanner.
fn cover(settings: &Settings, folder: &Path, name: &str, sheets: &str) -> PathBuf {
    let out = folder.join(format!("cover of {name}.pdf"));
    let path = out.display().to_string();
    let arguments = [
        "batch", "cover", "--out", &path, "--name", name, "--sheets", sheets,
    ];
    let done = run_watched(&arguments, settings, folder);
    assert!(done.status.success(), "{}", done.output);
    out
}
