//! Starting and stopping: one token, one tracker, soft then hard.

use std::future::Future;
use std::time::Duration;

use anyhow::Context as _;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The long-running tasks of this process.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lifecycle {
    tracker: TaskTracker,
    /// Cancelled when no new work may begin.
    pub(crate) stopping: CancellationToken,
}

impl Lifecycle {
    /// Runs `role` until it ends. A role that fails stops the others too.
    pub(crate) fn start<F>(&self, name: &'static str, role: F)
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let stopping = self.stopping.clone();
        self.tracker.spawn(async move {
            if let Err(error) = role.await {
                tracing::error!(
                    role = name,
                    error = format!("{error:#}"),
                    "role failed; stopping"
                );
                stopping.cancel();
            } else {
                tracing::debug!(role = name, "role ended");
            }
        });
    }

    /// Waits for a signal (or a failed role), then lets the work under way end: at most `soft`, and no
    /// longer than a second signal. Whatever is cut off is done again by its lease or its message.
    pub(crate) async fn run_until_stopped(self, soft: Duration) -> anyhow::Result<()> {
        let mut signals = Signals::listen()?;
        tokio::select! {
            () = signals.next() => {}
            () = self.stopping.cancelled() => {}
        }
        tracing::info!(
            soft_ms = soft.as_millis(),
            "stopping; work under way may end"
        );
        self.stopping.cancel();
        self.tracker.close();
        tokio::select! {
            () = self.tracker.wait() => tracing::info!("stopped"),
            () = tokio::time::sleep(soft) => tracing::warn!("stopped with work under way; it will be done again"),
            () = signals.next() => tracing::warn!("stopped at once by a second signal"),
        }
        Ok(())
    }
}

/// What asks this process to end: Ctrl-C, or whatever started it.
#[derive(Debug)]
pub(crate) struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    /// From here on a signal no longer ends the process by itself.
    pub(crate) fn listen() -> anyhow::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt()).context("cannot listen for SIGINT")?,
            terminate: signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?,
        })
    }

    /// Waits for the next one.
    pub(crate) async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
