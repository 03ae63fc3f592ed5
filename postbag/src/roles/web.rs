use std::sync::Arc;

use anyhow::Context as _;
use review_web::{App, SystemRandomness, WebSettings};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{intake, limits};
use crate::config::Config;
use crate::parts::mail_slot::Slot;
use crate::parts::paper::PaperWork;
use crate::parts::{Parts, layouts};

/// What the bench is built from.
pub(crate) fn app(parts: &Parts, config: &Config) -> anyhow::Result<App> {
    let (web, installed) = (&config.web, layouts::load_known(&config.reading)?);
    Ok(App {
        store: parts.store.clone(),
        blobs: parts.blobs.clone(),
        clock: parts.clock.clone(),
        ids: parts.ids.clone(),
        random: Arc::new(SystemRandomness),
        layouts: installed.iter().map(|known| known.layout.clone()).collect(),
        paper: Arc::new(PaperWork::new(
            limits(&config.ingest),
            installed,
            config.reading.code_prefix.clone(),
        )),
        mail_slot: Arc::new(Slot::new(intake(parts, &config.ingest))),
        settings: WebSettings {
            public_url: web.public_url.trim_end_matches('/').to_owned(),
            site_name: web.site_name.clone(),
            lease_ms: web.story_lease_ms,
            undo_ms: web.undo_ms.max(0),
            office_hours: web.office_hours.clone(),
            session_ms: web.session_ms,
            secure_cookies: web.secure_cookies,
            ..WebSettings::default()
        },
    })
}

/// Serves the bench and the public pages until the process is stopping.
pub(crate) async fn serve(
    app: App,
    listener: TcpListener,
    stopping: CancellationToken,
) -> anyhow::Result<()> {
    let address = listener.local_addr()?;
    tracing::info!(url = format!("http://{address}/"), "the bench is open");
    review_web::serve(listener, app, stopping)
        .await
        .context("the web server failed")
}
