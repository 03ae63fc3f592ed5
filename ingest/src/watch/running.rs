use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use notify::Watcher as _;
use notify::event::{AccessKind, AccessMode, EventKind};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{Event, WatchError, Watcher, trouble};

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
    let mut n_failures = 0;
    loop {
        match watcher.step().await {
            Ok(events) => {
                events.iter().for_each(log);
                recovered(&watcher, n_failures).await;
                n_failures = 0;
            }
            Err(WatchError::Stopping) => return,
            Err(error) => {
                failed(&watcher, &error, n_failures).await;
                n_failures += 1;
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = pause(poll, n_failures, &wake) => {}
        }
    }
}

/// Until the next look. A notice brings it forward, but not while looks fail: a full disk is not less full because
/// one more file has come.
async fn pause(poll: Duration, n_failures: u32, wake: &Notify) {
    if n_failures > 0 {
        tokio::time::sleep(back_off(poll, n_failures)).await;
        return;
    }
    tokio::time::sleep(LEAST_PAUSE.min(poll)).await;
    tokio::select! {
        () = tokio::time::sleep(poll.saturating_sub(LEAST_PAUSE)) => {}
        () = wake.notified() => {}
    }
}

fn back_off(poll: Duration, n_failures: u32) -> Duration {
    let doubled = poll.saturating_mul(1 << n_failures.min(16));
    doubled.min(LONGEST_PAUSE.max(poll))
}

/// Logged once, not at every look.
async fn failed(watcher: &Watcher, error: &WatchError, n_failures: u32) {
    if n_failures == 0 {
        let error: &dyn std::error::Error = error;
        tracing::error!(error, "the inbox could not be worked off; trying again");
    }
    let words = trouble::of_look(error, &watcher.settings.inbox, watcher.intake.blobs.root());
    note(watcher, Some(words)).await;
}

async fn recovered(watcher: &Watcher, n_failures: u32) {
    if n_failures > 0 {
        tracing::info!(n_failures, "the inbox is worked off again");
    }
    note(watcher, watcher.hindrance()).await;
}

async fn note(watcher: &Watcher, words: Option<store::TroubleWords>) {
    let (store, now) = (&watcher.intake.store, watcher.intake.clock.now());
    let part = part(&watcher.settings.inbox);
    // Boxed: what is rarely done must not make every look larger.
    match words {
        Some(words) => Box::pin(store.note_trouble(&part, words, now)).await,
        None => Box::pin(store.clear_trouble(&part, now)).await,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_five_seconds_and_are_never_shorter_than_usual() {
        let (second, minute) = (Duration::from_secs(1), Duration::from_mins(1));
        assert_eq!(back_off(second, 1), Duration::from_secs(2));
        assert_eq!(back_off(second, 2), Duration::from_secs(4));
        assert_eq!(back_off(second, 3), LONGEST_PAUSE);
        assert_eq!(back_off(second, u32::MAX), LONGEST_PAUSE);
        assert_eq!(back_off(minute, 1), minute);
    }
}
