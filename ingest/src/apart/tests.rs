//! What becomes of a file when its process comes to harm. The process is a shell that says what it is told to.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use schemas::reading::{Warning, WarningCode};
use tokio::sync::Mutex;

use super::frames::{Frame, Order, Seen, write_frame};
use super::{Apart, OpenerError, Opening};
use crate::intake::{Arrived, IntakeError};
use crate::limits::Limits;

const FILE: &[u8] = b"%PDF-1.4 is all that intake looks at";

/// A program cannot be started while it is written, and starting another keeps it open for a moment.
static TURN: Mutex<()> = Mutex::const_new(());

struct Fake {
    apart: Apart,
    _folder: tempfile::TempDir,
}

/// A process that says `frames`, and then does what `script` says.
fn fake(frames: &[Frame], script: &str) -> Fake {
    let folder = tempfile::tempdir().unwrap();
    let (says, program) = (folder.path().join("says"), folder.path().join("program"));
    let mut said = Vec::new();
    for frame in frames {
        let picture: &[u8] = match frame {
            Frame::Page(seen) if !seen.is_file => b"a picture",
            _ => b"",
        };
        write_frame(&mut said, frame, picture).unwrap();
    }
    std::fs::write(&says, said).unwrap();
    let script = format!("#!/bin/sh\n/bin/cat '{}'\n{script}\n", says.display());
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).unwrap();
    Fake {
        apart: with_program(program),
        _folder: folder,
    }
}

fn with_program(program: PathBuf) -> Apart {
    Apart {
        program: Some(program),
        ..Apart::new(512)
    }
}

fn page(is_file: bool) -> Frame {
    Frame::Page(Seen {
        is_file,
        width_px: 20,
        height_px: 30,
        dpi: None,
    })
}

async fn start(apart: &Apart) -> Result<Opening, IntakeError> {
    let order = Order {
        limits: Limits {
            page_ms: 1,
            ..Limits::default()
        },
        name: "scan.pdf".to_owned(),
        size_bytes: FILE.len() as u64,
    };
    apart.open("/in/scan.pdf@7", &order, FILE).await
}

/// Every page, or why there are none.
async fn pages(apart: &Apart) -> Result<Vec<Result<Arrived, Warning>>, OpenerError> {
    let mut opening = match start(apart).await {
        Ok(opening) => opening,
        Err(IntakeError::Opener(error)) => return Err(error),
        Err(error) => panic!("{error:?}"),
    };
    let mut pages = Vec::new();
    while let Some(page) = opening.next().await? {
        pages.push(page);
    }
    Ok(pages)
}

fn only_warning(mut pages: Vec<Result<Arrived, Warning>>) -> Warning {
    assert_eq!(pages.len(), 1, "{pages:?}");
    pages.remove(0).unwrap_err()
}

#[tokio::test]
async fn pages_come_and_the_process_is_gone_afterwards() {
    let _turn = TURN.lock().await;
    let says = [
        Frame::Ready,
        page(false),
        Frame::Working,
        page(true),
        Frame::End,
    ];
    let fake = fake(&says, "/bin/sleep 600");
    let mut opening = start(&fake.apart).await.unwrap();
    let process = format!("/proc/{}", opening.id().unwrap());
    let first = opening.next().await.unwrap().unwrap().unwrap();
    assert_eq!(first.picture.unwrap()[..], *b"a picture");
    assert!(Path::new(&process).exists());
    let second = opening.next().await.unwrap().unwrap().unwrap();
    assert_eq!((second.picture, second.height_px), (None, 30));
    assert!(opening.next().await.unwrap().is_none());
    assert!(!Path::new(&process).exists(), "not even as a zombie");
    assert!(opening.next().await.unwrap().is_none());
}

#[tokio::test]
async fn what_breaks_costs_the_page_it_was_at_and_those_behind_it() {
    let _turn = TURN.lock().await;
    for (script, code) in [
        ("kill -SEGV $$", WarningCode::DamagedFile),
        ("exit 3", WarningCode::DamagedFile),
        ("exit 0", WarningCode::DamagedFile),
        ("kill -ABRT $$", WarningCode::TooLarge),
        ("echo This is no frame but a text", WarningCode::DamagedFile),
    ] {
        let fake = fake(&[Frame::Ready, page(false)], script);
        let mut pages = pages(&fake.apart).await.unwrap();
        assert!(pages.remove(0).is_ok());
        assert_eq!(only_warning(pages).code, code, "{script}");
    }
}

#[tokio::test]
async fn a_process_that_says_nothing_is_killed_and_its_page_was_too_slow() {
    let _turn = TURN.lock().await;
    let mut fake = fake(&[Frame::Ready], "/bin/sleep 600");
    fake.apart.least_patience = Duration::from_millis(300);
    let warning = only_warning(pages(&fake.apart).await.unwrap());
    assert!(warning.cause.contains("took longer"), "{warning:?}");
}

#[tokio::test]
async fn whoever_is_ended_from_outside_is_tried_again_but_not_for_ever_when_killed() {
    let _turn = TURN.lock().await;
    // Others would be ignored where the tests themselves run without a terminal.
    let ended = fake(&[Frame::Ready], "kill -TERM $$");
    for _ in 0..4 {
        let error = pages(&ended.apart).await.unwrap_err();
        assert!(matches!(error, OpenerError::Ended { .. }), "{error:?}");
    }
    let fake = fake(&[Frame::Ready], "kill -KILL $$");
    for _ in 0..2 {
        for _ in 0..2 {
            let error = pages(&fake.apart).await.unwrap_err();
            assert!(matches!(error, OpenerError::Ended { signal: 9 }));
        }
        let warning = only_warning(pages(&fake.apart).await.unwrap());
        assert_eq!(warning.code, WarningCode::TooLarge);
    }
}

/// Nothing of the file was looked at: it is not its fault.
#[tokio::test]
async fn a_process_that_does_not_get_ready_is_no_fault_of_the_file() {
    let _turn = TURN.lock().await;
    let error = pages(&with_program("/no/such/program".into())).await;
    assert!(matches!(error, Err(OpenerError::Start(_))), "{error:?}");
    for script in [
        "exit 127",
        "kill -SEGV $$",
        "echo This is no frame but a text",
    ] {
        let error = pages(&fake(&[], script).apart).await.unwrap_err();
        assert!(matches!(error, OpenerError::NotReady { .. }), "{error:?}");
    }
}
