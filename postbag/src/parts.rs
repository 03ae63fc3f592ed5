//! The composition root: builds the parts once and hands them down.

pub(crate) mod layouts;
pub(crate) mod mail_slot;
pub(crate) mod paper;
pub(crate) mod services;

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use schemas::{Clock, IdSource, RandomIds, SystemClock};
use secrecy::ExposeSecret as _;
use store::{Blobs, Moment, Queue, QueueSettings, Store};

use crate::config::{Config, without_password};

/// What the roles share.
#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) store: Store,
    pub(crate) queue: Queue,
    pub(crate) blobs: Blobs,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn IdSource>,
}

impl Parts {
    /// Connects to everything. The database must be at this program's version; an empty one is set up.
    pub(crate) async fn connect(config: &Config) -> anyhow::Result<Self> {
        let mut store = connect_store(config).await?;
        if config.webhook.is_on() {
            store = store.with_webhook();
        }
        bring_up_to_date(&store).await?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let ids: Arc<dyn IdSource> = Arc::new(RandomIds(rand::random::<u128>));
        let queue = connect_queue(config, &store, &clock, &ids).await?;
        let blobs = open_blobs(config).await?;
        Ok(Self {
            store,
            queue,
            blobs,
            clock,
            ids,
        })
    }

    /// This moment, for one write.
    pub(crate) fn moment(&self) -> Moment<'_> {
        Moment {
            now: self.clock.now(),
            ids: &*self.ids,
        }
    }
}

/// Opens the pictures.
pub(crate) async fn open_blobs(config: &Config) -> anyhow::Result<Blobs> {
    Blobs::open(&config.blobs.url)
        .await
        .with_context(|| format!("cannot open the blobs at {}", config.blobs.url))
}

/// Connects to the database as it is.
pub(crate) async fn connect_store(config: &Config) -> anyhow::Result<Store> {
    let url = config.database.secret_url()?;
    let url = url.expose_secret();
    if let Some(file) = url.strip_prefix("sqlite://") {
        make_parent(Path::new(file.split('?').next().unwrap_or(file)))?;
    }
    Store::connect(url, config.database.max_connections)
        .await
        .with_context(|| format!("cannot open the database {}", without_password(url)))
}

/// Sets an empty database up. One of an older version waits for `postbag migrate`, which an operator runs
/// after the backup.
async fn bring_up_to_date(store: &Store) -> anyhow::Result<()> {
    if !is_set_up(store).await? {
        store.migrate().await?;
    }
    Ok(())
}

/// Whether there is anything in the database; an error when it is not of this program's version.
pub(crate) async fn is_set_up(store: &Store) -> anyhow::Result<bool> {
    let version = store.schema_version().await?;
    if version.database == 0 {
        return Ok(false);
    }
    if version.database < version.program {
        bail!(
            "the database is at version {}, this program needs {}; make a backup, then run `postbag migrate`",
            version.database,
            version.program
        );
    }
    if version.database > version.program {
        bail!(
            "the database is at version {}, newer than this program ({}); install the newer Postbag",
            version.database,
            version.program
        );
    }
    Ok(true)
}

/// Opens the queue; a broker that is away is waited for when it is first needed.
pub(crate) async fn connect_queue(
    config: &Config,
    store: &Store,
    clock: &Arc<dyn Clock>,
    ids: &Arc<dyn IdSource>,
) -> anyhow::Result<Queue> {
    let url = config.queue.secret_url()?;
    let url = url.expose_secret();
    let settings = QueueSettings {
        max_attempts: config.queue.max_attempts,
        max_webhook_attempts: config.webhook.max_attempts,
        retry_delays_ms: config.queue.retry_delays_ms.clone(),
        lease_ms: config.queue.lease_ms,
        namespace: config.queue.namespace.clone(),
        ..QueueSettings::default()
    };
    Queue::connect(url, store, settings, clock.clone(), ids.clone())
        .await
        .with_context(|| format!("cannot open the queue {}", without_password(url)))
}

fn make_parent(file: &Path) -> anyhow::Result<()> {
    let Some(folder) = file.parent() else {
        return Ok(());
    };
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))
}
