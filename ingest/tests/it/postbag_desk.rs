//! A store on SQLite in a folder of its own, an inbox, and a clock that stands still.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ingest::Limits;
use ingest::intake::{Content, IncomingFile, Intake, Taken, take_file};
use ingest::watch::{Event, WatchSettings, Watcher};
use schemas::separation::Separation;
use schemas::{BatchId, FixedClock, RandomIds, TimeMs};
use store::{BatchDetail, Blobs, Ledger, Store};

/// Where a test works.
pub(crate) struct Desk {
    pub(crate) intake: Intake,
    pub(crate) clock: Arc<FixedClock>,
    folder: tempfile::TempDir,
}

/// Ids that are all different.
fn next_bits() -> u128 {
    static COUNTER: AtomicU64 = AtomicU64::new(1);
    COUNTER.fetch_add(1, Ordering::Relaxed).into()
}

impl Desk {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        let store = Store::connect(&format!("sqlite://{}", at("postbag.db")), 4)
            .await
            .unwrap();
        store.migrate().await.unwrap();
        let clock = Arc::new(FixedClock::new(TimeMs(1_795_000_000_000)));
        let intake = Intake {
            store,
            blobs: Blobs::open(&at("blobs")).await.unwrap(),
            clock: clock.clone(),
            ids: Arc::new(RandomIds(next_bits)),
            limits: Limits::default(),
            apart: None,
            separation: Separation::default(),
        };
        Self {
            intake,
            clock,
            folder,
        }
    }

    pub(crate) async fn open_batch(&self) -> BatchId {
        self.intake
            .store
            .open_batch(&self.intake.moment(), "a test", Separation::default())
            .await
            .unwrap()
    }

    /// Takes in a file that lay at `origin`.
    pub(crate) async fn take(&self, batch_id: &BatchId, origin: &str, bytes: &[u8]) -> Taken {
        let file = IncomingFile {
            batch_id: batch_id.clone(),
            name: origin.rsplit('/').next().unwrap().to_owned(),
            origin: origin.to_owned(),
            content: Content::Bytes(bytes.into()),
        };
        take_file(&self.intake, file).await.unwrap()
    }

    pub(crate) fn inbox(&self) -> PathBuf {
        self.folder.path().join("inbox")
    }

    pub(crate) fn watcher(&self) -> Watcher {
        Watcher::new(self.intake.clone(), WatchSettings::new(self.inbox())).unwrap()
    }

    /// Puts a file into the inbox.
    pub(crate) fn drop_in(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.inbox().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// Looks twice, a settling time apart; what the second look brought.
    pub(crate) async fn settle(&self, watcher: &mut Watcher) -> Vec<Event> {
        watcher.step().await.unwrap();
        self.clock.advance_ms(1_000);
        watcher.step().await.unwrap()
    }

    pub(crate) async fn ledger(&self) -> Ledger {
        self.intake.store.ledger(None).await.unwrap()
    }

    /// The newest batch.
    pub(crate) async fn newest_batch(&self) -> BatchDetail {
        let summary = self.intake.store.batches(1).await.unwrap().remove(0);
        self.intake.store.batch(&summary.id).await.unwrap().unwrap()
    }
}

/// The names in a folder, sorted.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
