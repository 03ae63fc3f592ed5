use std::path::Path;

use anyhow::Context as _;
use ingest::Limits;
use ingest::apart::Apart;
use ingest::intake::Intake;
use ingest::watch::{WatchSettings, Watcher, run};
use tokio_util::sync::CancellationToken;

use crate::config::Ingest;
use crate::parts::Parts;

/// What every way in needs.
pub(crate) fn intake(parts: &Parts, ingest: &Ingest) -> Intake {
    Intake {
        store: parts.store.clone(),
        blobs: parts.blobs.clone(),
        clock: parts.clock.clone(),
        ids: parts.ids.clone(),
        limits: limits(ingest),
        apart: Some(Apart::new(ingest.max_memory_mb)),
        separation: ingest.separation,
    }
}

/// The limits of the configuration.
pub(crate) fn limits(ingest: &Ingest) -> Limits {
    Limits {
        file_size_bytes: ingest.max_file_mb << 20,
        page_px: ingest.max_page_megapixels * 1_000_000,
        file_pages: ingest.max_pages,
        page_ms: ingest.max_page_ms,
        ..Limits::default()
    }
}

/// Watches the inbox until the process is stopping. The inbox is made when it is missing.
pub(super) fn watch(
    intake: Intake,
    inbox: &Path,
    ingest: &Ingest,
    stopping: CancellationToken,
) -> anyhow::Result<impl Future<Output = anyhow::Result<()>> + Send + 'static> {
    let settings = WatchSettings {
        poll_ms: ingest.poll_ms,
        settle_ms: ingest.settle_ms,
        grace_ms: ingest.grace_ms,
        ..WatchSettings::new(inbox)
    };
    let watcher = Watcher::new(intake, settings)
        .with_context(|| format!("cannot watch {}", inbox.display()))?;
    tracing::info!(inbox = %inbox.display(), "watching for scans");
    Ok(async move {
        run(watcher, stopping).await;
        Ok(())
    })
}
