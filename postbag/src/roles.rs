//! The long-running jobs of a process. A process runs one of them or several.

mod deliverer;
mod job_loop;
mod lessons;
mod mailbox;
mod publisher;
mod reader;
mod relay;
mod watcher;
mod web;

use std::path::Path;
use std::time::Duration;

use review_web::App;
use review_web::webhook::Webhook;
use tokio::net::TcpListener;

use crate::config::Config;
use crate::lifecycle::Lifecycle;
use crate::parts::Parts;

pub(crate) use lessons::taught_reader;
pub(crate) use reader::{build_reader, build_reader_with, check_engine, pages_at_once};
pub(crate) use relay::send_all;
pub(crate) use watcher::{intake, limits};

/// A process and the roles it plays.
pub(crate) struct Process {
    config: Config,
    parts: Parts,
    lifecycle: Lifecycle,
}

impl Process {
    /// A process that does nothing yet.
    pub(crate) fn new(config: &Config, parts: Parts) -> Self {
        Self {
            config: config.clone(),
            parts,
            lifecycle: Lifecycle::default(),
        }
    }

    /// Moves jobs from the outbox into the queue.
    pub(crate) fn start_relay(&self) {
        let relay = relay::relay(
            self.parts.clone(),
            self.config.queue.sweep_after_ms,
            self.lifecycle.stopping.clone(),
        );
        self.lifecycle.start("relay", relay);
    }

    /// Reads pages.
    pub(crate) fn start_reading(&self) {
        let reading = reader::read(
            self.parts.clone(),
            self.config.clone(),
            self.heartbeat(),
            self.lifecycle.stopping.clone(),
        );
        self.lifecycle.start("worker", reading);
    }

    /// Watches the folder that the scanner writes into.
    pub(crate) fn start_watching(&self, inbox: &Path) -> anyhow::Result<()> {
        let watching = watcher::watch(
            intake(&self.parts, &self.config.ingest),
            inbox,
            &self.config.ingest,
            self.lifecycle.stopping.clone(),
        )?;
        self.lifecycle.start("ingest", watching);
        Ok(())
    }

    /// Reads the mailbox, when there is one.
    pub(crate) fn start_mailbox(&self) -> anyhow::Result<()> {
        let Some(settings) = self.config.mailbox.settings()? else {
            return Ok(());
        };
        let reading = mailbox::read(
            intake(&self.parts, &self.config.ingest),
            settings,
            self.lifecycle.stopping.clone(),
        );
        self.lifecycle.start("mailbox", reading);
        Ok(())
    }

    /// Serves the bench, publishes approved stories and tells the webhook.
    pub(crate) fn start_web(&self, listener: TcpListener) -> anyhow::Result<()> {
        let app = web::app(&self.parts, &self.config)?;
        let publishing = publisher::publish(
            self.parts.clone(),
            app.clone(),
            self.heartbeat(),
            self.lifecycle.stopping.clone(),
        );
        self.lifecycle.start("publisher", publishing);
        self.start_telling(&app)?;
        let serving = web::serve(app, listener, self.lifecycle.stopping.clone());
        self.lifecycle.start("web", serving);
        Ok(())
    }

    /// Tells the webhook, when there is one.
    fn start_telling(&self, app: &App) -> anyhow::Result<()> {
        let Some(settings) = self.config.webhook.settings()? else {
            return Ok(());
        };
        let webhook = Webhook::new(settings, self.parts.clock.clone())?;
        let telling = deliverer::tell(
            self.parts.clone(),
            app.clone(),
            webhook,
            self.heartbeat(),
            self.lifecycle.stopping.clone(),
        );
        self.lifecycle.start("webhook", telling);
        Ok(())
    }

    /// Waits for the end.
    pub(crate) async fn run_until_stopped(self) -> anyhow::Result<()> {
        let soft = Duration::from_millis(self.config.shutdown.soft_ms);
        self.lifecycle.run_until_stopped(soft).await
    }

    /// Three signs of life in one lease: two may get lost.
    fn heartbeat(&self) -> Duration {
        let lease_ms = u64::try_from(self.config.queue.lease_ms).unwrap_or(0);
        Duration::from_millis((lease_ms / 3).max(1_000))
    }
}
