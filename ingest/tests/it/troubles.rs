//! What the watcher says when it cannot work, and that it goes on by itself.

use std::time::Duration;

use image::ImageFormat;
use ingest::watch::{Event, WatchError, WatchSettings, Watcher, run};
use store::Trouble;
use tokio_util::sync::CancellationToken;

use crate::files::{coloured, encoded};
use crate::postbag_desk::{Desk, names};

fn png(side: u32) -> Vec<u8> {
    encoded(coloured(side, side), ImageFormat::Png)
}

fn quick_watcher(desk: &Desk) -> Watcher {
    let settings = WatchSettings {
        poll_ms: 20,
        ..WatchSettings::new(desk.inbox())
    };
    Watcher::new(desk.intake.clone(), settings).unwrap()
}

/// Runs a watcher beside a clerk, until the clerk goes.
async fn beside(watcher: Watcher, clerk: impl Future<Output = ()>) {
    let stop = CancellationToken::new();
    let clerk = async {
        clerk.await;
        stop.cancel();
    };
    let both = async { tokio::join!(run(watcher, stop.clone()), clerk) };
    tokio::time::timeout(Duration::from_secs(30), both)
        .await
        .unwrap();
}

/// Waits while the time of the desk goes on.
async fn wait_for(desk: &Desk, mut done: impl FnMut(&[Trouble]) -> bool) {
    loop {
        let now = desk.intake.clock.now();
        if done(&desk.intake.store.troubles(now).await) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        desk.clock.advance_ms(200);
    }
}

#[tokio::test]
async fn an_inbox_that_is_gone_is_told_and_taken_up_again() {
    let desk = Desk::new().await;
    let watcher = quick_watcher(&desk);
    let clerk = async {
        std::fs::rename(desk.inbox(), desk.inbox().with_extension("elsewhere")).unwrap();
        let cause = format!("The folder {} is not there.", desk.inbox().display());
        let part = format!("Inbox {}", desk.inbox().display());
        wait_for(&desk, |troubles| {
            troubles
                .first()
                .is_some_and(|trouble| trouble.words.cause == cause && trouble.part == part)
        })
        .await;
        assert!(!desk.inbox().exists(), "nobody made another one");
        std::fs::create_dir(desk.inbox()).unwrap();
        desk.drop_in("a.png", &png(30));
        let done = desk.inbox().join("done/a.png");
        wait_for(&desk, |troubles| troubles.is_empty() && done.exists()).await;
    };
    beside(watcher, clerk).await;
    assert_eq!(desk.ledger().await.waiting, 1);
}

#[tokio::test]
async fn a_folder_for_pictures_that_cannot_be_written_is_told_and_nothing_moves() {
    let desk = Desk::new().await;
    let watcher = quick_watcher(&desk);
    let incoming = desk.intake.blobs.root().join("incoming");
    let clerk = async {
        std::fs::remove_dir(&incoming).unwrap();
        desk.drop_in("a.png", &png(30));
        let cause = format!(
            "Pictures cannot be kept in {}",
            desk.intake.blobs.root().display()
        );
        wait_for(&desk, |troubles| {
            troubles
                .first()
                .is_some_and(|trouble| trouble.words.cause.starts_with(&cause))
        })
        .await;
        assert_eq!(names(&desk.inbox()), ["a.png", "done", "problem"]);
        assert_eq!(desk.ledger().await.sheets, 0);
        std::fs::create_dir(&incoming).unwrap();
        wait_for(&desk, <[_]>::is_empty).await;
    };
    beside(watcher, clerk).await;
    assert_eq!(names(&desk.inbox().join("done")), ["a.png"]);
    assert_eq!(desk.ledger().await.waiting, 1);
}

/// The scanner may be held up by the same outage as we are.
#[tokio::test]
async fn the_time_of_an_outage_does_not_count_against_a_half_written_file() {
    let desk = Desk::new().await;
    let mut watcher = desk.watcher();
    let incoming = desk.intake.blobs.root().join("incoming");
    let whole = png(100);
    desk.drop_in("half.png", &whole[..whole.len() / 2]);
    desk.settle(&mut watcher).await;
    std::fs::remove_dir(&incoming).unwrap();
    desk.drop_in("good.png", &png(30));
    watcher.step().await.unwrap();
    for _ in 0..10 {
        desk.clock.advance_ms(10_000);
        let error = watcher.step().await.unwrap_err();
        assert!(matches!(error, WatchError::Intake(_)), "{error:?}");
    }
    std::fs::create_dir(&incoming).unwrap();
    desk.clock.advance_ms(10_000);
    let events = watcher.step().await.unwrap();
    assert!(
        matches!(&events[..], [Event::NotWhole { .. }, Event::Taken { .. }]),
        "{events:?}"
    );
    desk.drop_in("half.png", &whole);
    desk.settle(&mut watcher).await;
    assert_eq!(names(&desk.inbox().join("done")), ["good.png", "half.png"]);
    assert_eq!(desk.ledger().await.waiting, 2);
}

/// The new name was given, and the old one not yet taken away.
#[tokio::test]
async fn a_crash_in_the_middle_of_a_move_leaves_one_file() {
    let desk = Desk::new().await;
    let mut watcher = desk.watcher();
    let path = desk.drop_in("a.png", &png(30));
    desk.settle(&mut watcher).await;
    let done = desk.inbox().join("done");
    std::fs::hard_link(done.join("a.png"), &path).unwrap();
    desk.settle(&mut desk.watcher()).await;
    assert_eq!(names(&desk.inbox()), ["done", "problem"]);
    assert_eq!(names(&done), ["a.png"]);
    assert_eq!(std::fs::read(done.join("a.png")).unwrap(), png(30));
    assert_eq!(desk.ledger().await.sheets, 1);
}
