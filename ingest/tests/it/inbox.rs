use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use image::ImageFormat;
use ingest::intake::Intake;
use ingest::watch::{Event, WatchSettings, Watcher, run};
use schemas::reading::WarningCode;
use schemas::{Clock, TimeMs};
use store::Intake as Recorded;
use tokio_util::sync::CancellationToken;

use crate::files::{bomb, coloured, encoded, grey};
use crate::postbag_desk::{Desk, names};

fn png(side: u32) -> Vec<u8> {
    encoded(coloured(side, side), ImageFormat::Png)
}

fn taken_names(events: &[Event]) -> Vec<&str> {
    let mut names = Vec::new();
    for event in events {
        if let Event::Taken { name, .. } = event {
            names.push(name.as_str());
        }
    }
    names
}

#[tokio::test]
async fn a_file_is_taken_on_the_second_look_and_moves_to_done() {
    let desk = Desk::new().await;
    let mut watcher = desk.watcher();
    desk.drop_in("a.png", &png(30));
    assert_eq!(watcher.step().await.unwrap(), []);
    assert_eq!(
        watcher.step().await.unwrap(),
        [],
        "not yet: no time has passed"
    );
    desk.clock.advance_ms(1_000);
    assert_eq!(taken_names(&watcher.step().await.unwrap()), ["a.png"]);
    assert_eq!(names(&desk.inbox()), ["done", "problem"]);
    assert_eq!(names(&desk.inbox().join("done")), ["a.png"]);
    assert_eq!(
        std::fs::read(desk.inbox().join("done/a.png")).unwrap(),
        png(30)
    );
    assert_eq!(desk.ledger().await.waiting, 1);
}

#[tokio::test]
async fn a_half_written_file_is_waited_for_and_then_taken_whole() {
    let desk = Desk::new().await;
    let mut watcher = desk.watcher();
    let whole = png(100);
    desk.drop_in("a.png", &whole[..whole.len() / 2]);
    let events = desk.settle(&mut watcher).await;
    assert!(
        matches!(&events[..], [Event::NotWhole { warning, .. }] if warning.code == WarningCode::DamagedFile)
    );
    assert_eq!(desk.ledger().await.sheets, 0);
    desk.drop_in("a.png", &whole);
    assert_eq!(taken_names(&desk.settle(&mut watcher).await), ["a.png"]);
    assert_eq!(desk.ledger().await.waiting, 1);
    assert_eq!(names(&desk.inbox().join("done")), ["a.png"]);
}

#[tokio::test]
async fn a_file_that_stays_half_is_said_to_be_broken_after_the_grace_period() {
    let desk = Desk::new().await;
    let mut watcher = desk.watcher();
    let whole = png(100);
    desk.drop_in("a.png", &whole[..whole.len() / 2]);
    let mut n_tries = 0;
    for _ in 0..30 {
        let events = desk.settle(&mut watcher).await;
        if let [
            Event::Taken {
                taken, moved_to, ..
            },
        ] = &events[..]
        {
            assert_eq!(taken.warnings[0].1.code, WarningCode::DamagedFile);
            assert_eq!(moved_to, &desk.inbox().join("problem/a.png"));
            assert_eq!(desk.ledger().await.quarantined, 1);
            assert!(
                (3..=7).contains(&n_tries),
                "{n_tries} tries, with growing pauses"
            );
            return;
        }
        n_tries += events.len();
    }
    panic!("still waiting after 30 seconds");
}

#[tokio::test]
async fn one_bad_file_does_not_hold_up_the_next() {
    let desk = Desk::new().await;
    let mut watcher = desk.watcher();
    desk.drop_in("1 text.png", b"Dear Sir");
    desk.drop_in("2 bomb.png", &bomb(60_000));
    desk.drop_in("3 half.png", &png(100)[..200]);
    desk.drop_in("4 good.png", &png(40));
    let events = desk.settle(&mut watcher).await;
    assert_eq!(
        taken_names(&events),
        ["1 text.png", "2 bomb.png", "4 good.png"]
    );
    assert_eq!(
        names(&desk.inbox().join("problem")),
        ["1 text.png", "2 bomb.png"]
    );
    assert_eq!(names(&desk.inbox().join("done")), ["4 good.png"]);
}

#[tokio::test]
async fn files_of_one_pile_are_one_batch_and_the_next_pile_is_another() {
    let desk = Desk::new().await;
    let mut watcher = desk.watcher();
    for i in 0..3 {
        desk.drop_in(&format!("{i}.png"), &png(30 + i));
        desk.settle(&mut watcher).await;
    }
    assert_eq!(desk.newest_batch().await.sheets.len(), 3);
    desk.clock.advance_ms(600_000);
    desk.drop_in("late.png", &png(80));
    desk.settle(&mut watcher).await;
    assert_eq!(desk.newest_batch().await.sheets.len(), 1);
}

#[tokio::test]
async fn unfinished_and_hidden_names_are_left_alone() {
    let desk = Desk::new().await;
    let mut watcher = desk.watcher();
    for name in [".hidden.png", "a.png.part", "b.tmp", "~c.png"] {
        desk.drop_in(name, &png(30));
    }
    assert_eq!(desk.settle(&mut watcher).await, []);
    assert_eq!(names(&desk.inbox()).len(), 6);
}

#[cfg(unix)]
#[tokio::test]
async fn links_pipes_and_folders_are_refused_once_and_stay() {
    let desk = Desk::new().await;
    let mut watcher = desk.watcher();
    let secret = desk.inbox().join("../secret.png");
    std::fs::write(&secret, png(30)).unwrap();
    std::os::unix::fs::symlink(&secret, desk.inbox().join("link.png")).unwrap();
    std::fs::create_dir(desk.inbox().join("folder.png")).unwrap();
    make_pipe(&desk.inbox().join("pipe.png"));
    let refused = |name: &str, what| Event::Refused {
        name: name.to_owned(),
        what,
    };
    let first = watcher.step().await.unwrap();
    assert_eq!(
        first,
        [
            refused("folder.png", "a folder"),
            refused("link.png", "a link"),
            refused("pipe.png", "a pipe, a socket or a device"),
        ]
    );
    assert_eq!(desk.settle(&mut watcher).await, []);
    assert!(secret.exists() && desk.inbox().join("link.png").is_symlink());
    assert_eq!(desk.ledger().await.sheets, 0);
}

#[cfg(unix)]
fn make_pipe(path: &Path) {
    let made = std::process::Command::new("mkfifo")
        .arg(path)
        .status()
        .unwrap();
    assert!(made.success());
}

#[tokio::test]
async fn a_name_that_is_taken_in_done_is_not_overwritten() {
    let desk = Desk::new().await;
    let mut watcher = desk.watcher();
    for side in [30, 31, 32] {
        desk.drop_in("scan.png", &png(side));
        desk.settle(&mut watcher).await;
    }
    let done = desk.inbox().join("done");
    assert_eq!(names(&done), ["scan (2).png", "scan (3).png", "scan.png"]);
    assert_eq!(std::fs::read(done.join("scan (2).png")).unwrap(), png(31));
}

#[tokio::test]
async fn a_crash_between_commit_and_move_repeats_harmlessly() {
    let desk = Desk::new().await;
    let path = {
        let mut watcher = desk.watcher();
        let path = desk.drop_in("a.png", &png(30));
        let modified = path.metadata().unwrap().modified().unwrap();
        desk.settle(&mut watcher).await;
        // As if the move had not happened.
        std::fs::rename(desk.inbox().join("done/a.png"), &path).unwrap();
        assert_eq!(path.metadata().unwrap().modified().unwrap(), modified);
        path
    };
    let mut restarted = desk.watcher();
    let events = desk.settle(&mut restarted).await;
    let [Event::Taken { taken, .. }] = &events[..] else {
        panic!("{events:?}")
    };
    assert!(matches!(taken.recorded, Recorded::AlreadyRecorded { .. }));
    assert!(!path.exists());
    assert_eq!(names(&desk.inbox().join("done")), ["a.png"]);
    assert_eq!(desk.ledger().await.sheets, 1);
    assert_eq!(desk.intake.store.batches(10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_same_sheet_dropped_in_again_is_shown_as_a_duplicate() {
    let desk = Desk::new().await;
    let mut watcher = desk.watcher();
    desk.drop_in("a.png", &png(30));
    desk.settle(&mut watcher).await;
    std::thread::sleep(Duration::from_millis(20));
    desk.drop_in("a.png", &png(30));
    let events = desk.settle(&mut watcher).await;
    let [Event::Taken { taken, .. }] = &events[..] else {
        panic!("{events:?}")
    };
    assert!(matches!(taken.recorded, Recorded::Duplicate { .. }));
    assert_eq!(names(&desk.inbox().join("done")), ["a (2).png", "a.png"]);
}

#[tokio::test]
async fn the_watcher_runs_until_it_is_told_to_stop() {
    let desk = Desk::new().await;
    let watcher = desk.watcher();
    desk.drop_in("a.png", &encoded(grey(30, 30), ImageFormat::Png));
    let stop = CancellationToken::new();
    let watching = run(watcher, stop.clone());
    let clerk = async {
        let done = desk.inbox().join("done/a.png");
        while !done.exists() {
            tokio::time::sleep(Duration::from_millis(20)).await;
            desk.clock.advance_ms(500);
        }
        stop.cancel();
    };
    let both = async { tokio::join!(watching, clerk) };
    tokio::time::timeout(Duration::from_secs(20), both)
        .await
        .unwrap();
    assert_eq!(desk.ledger().await.waiting, 1);
}

/// A clock that stands still and counts how often it is asked: twice a look, for one file that has not settled and for
/// the note that nothing is wrong.
#[derive(Default)]
struct CountingClock(AtomicU32);

impl Clock for CountingClock {
    fn now(&self) -> TimeMs {
        self.0.fetch_add(1, Ordering::Relaxed);
        TimeMs(1_795_000_000_000)
    }
}

/// Its own looks were notices to it: it looked thousands of times a second.
#[tokio::test]
async fn a_watcher_does_not_wake_itself_by_looking() {
    let desk = Desk::new().await;
    let clock = Arc::new(CountingClock::default());
    let intake = Intake {
        clock: clock.clone(),
        ..desk.intake.clone()
    };
    let settings = WatchSettings::new(desk.inbox());
    let watcher = Watcher::new(intake, settings).unwrap();
    desk.drop_in("a.png", &png(30));
    let stop = CancellationToken::new();
    let watching = run(watcher, stop.clone());
    let clerk = async {
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        stop.cancel();
    };
    tokio::join!(watching, clerk);
    let n_looks = clock.0.load(Ordering::Relaxed) / 2;
    assert!((2..=4).contains(&n_looks), "{n_looks} looks in 2.5 seconds");
}
