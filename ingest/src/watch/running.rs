use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use notify::Watcher as _;
use notify::event::{AccessKind, AccessMode, EventKind};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{Event, WatchError, Watcher, trouble};
use crate::rounds::Rounds;

/// The least time between two looks, however many notices come.
///
/// 100 ms: a scanner that writes a page makes hundreds of notices; a person does not see the difference.
const LEAST_PAUSE: Duration = Duration::from_millis(100);
/// The longest pause after looks that failed.
///
/// 5 s: whoever has made room on the disk looks whether it goes on.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Watches until `stop`. Failures are logged, noted as a trouble and tried again; they never end it.
pub async fn run(mut watcher: Watcher, stop: CancellationToken) {
    let wake = Arc::new(Notify::new());
    let _hints = hints(&watcher.settings.inbox, &wake);
    let poll = Duration::from_millis(watcher.settings.poll_ms);
    let part = part(&watcher.settings.inbox);
    let mut rounds = Rounds::new(&watcher.intake, "inbox", part, LONGEST_PAUSE);
    loop {
        match watcher.step().await {
            Ok(events) => {
                events.iter().for_each(log);
                rounds.went_well(watcher.hindrance()).await;
            }
            Err(WatchError::Stopping) => return,
            Err(error) => {
                let (inbox, blobs) = (&watcher.settings.inbox, watcher.intake.blobs.root());
                let words = trouble::of_look(&error, inbox, blobs);
                rounds.failed(&error, words).await;
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = pause(poll, &rounds, &wake) => {}
        }
    }
}

/// Until the next look. A notice brings it forward, but not while looks fail: a full disk is not less full because
/// one more file has come.
async fn pause(poll: Duration, rounds: &Rounds, wake: &Notify) {
    if rounds.n_failures() > 0 {
        tokio::time::sleep(rounds.pause(poll)).await;
        return;
    }
    tokio::time::sleep(LEAST_PAUSE.min(poll)).await;
    tokio::select! {
        () = tokio::time::sleep(poll.saturating_sub(LEAST_PAUSE)) => {}
        () = wake.notified() => {}
    }
}

/// What pages call the inbox.
fn part(inbox: &Path) -> String {
    format!("Inbox {}", inbox.display())
}

/// Notices from the operating system. Without them polling goes on alone.
fn hints(inbox: &Path, wake: &Arc<Notify>) -> Option<notify::RecommendedWatcher> {
    let wake = Arc::clone(wake);
    let wake_up = move |event: notify::Result<notify::Event>| {
        if event.is_ok_and(|event| is_a_change(event.kind)) {
            wake.notify_one();
        }
    };
    let watching = notify::recommended_watcher(wake_up).and_then(|mut watcher| {
        watcher.watch(inbox, notify::RecursiveMode::NonRecursive)?;
        Ok(watcher)
    });
    watching
        .inspect_err(|error| tracing::warn!(%error, "no notices about the inbox; polling alone"))
        .ok()
}

/// Looking at the folder is noticed as well; it must not bring the next look forward.
fn is_a_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(access) => access == AccessKind::Close(AccessMode::Write),
        _ => true,
    }
}

fn log(event: &Event) {
    match event {
        Event::Taken { taken, .. } if taken.warnings.is_empty() => {
            tracing::info!(recorded = ?taken.recorded, "file taken in");
        }
        Event::Taken { taken, .. } => tracing::warn!(
            recorded = ?taken.recorded,
            n_quarantined = taken.warnings.len(),
            "file taken in; a person must look at some of it"
        ),
        Event::NotWhole { .. } => tracing::debug!("a file in the inbox is not whole yet"),
        Event::Refused { what, .. } => {
            tracing::warn!(what, "an entry of the inbox is no file; it is left alone");
        }
        Event::Unreachable { cause, .. } => {
            tracing::warn!(
                cause,
                "a file in the inbox cannot be read or moved; trying again"
            );
        }
    }
}
