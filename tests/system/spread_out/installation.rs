use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use schemas::SystemClock;
use schemas::job::JobKind;
use store::{Queue, QueueSettings, Store, StoryFilter, StorySummary};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::N_SHEETS;
use crate::support::{
    Broker, Cluster, Database, Role, free_port, fresh_name, ids, leaflets, setting, wait_until,
};

/// Two cores read forty leaflets in about a minute and a half; a machine that does other things as well takes longer.
const LONGEST_READING: Duration = Duration::from_mins(7);

/// Shorter than usual: nothing here stays away for long.
const RETRY_DELAYS_MS: [i64; 3] = [1_000, 2_000, 5_000];

/// One spread-out installation: a folder, a database and the names of its queues.
pub(super) struct Installation {
    pub(super) store: Store,
    queue: Queue,
    settings: Vec<(&'static str, String)>,
    web_port: u16,
    removes_queues: bool,
    // Dropped last: the roles work in it.
    _database: Option<Database>,
    folder: tempfile::TempDir,
}

/// The machine's own broker.
fn shared_broker() -> String {
    setting("POSTBAG_TEST_AMQP", "amqp://guest:guest@127.0.0.1:5672/%2f")
}

impl Installation {
    /// On the machine's PostgreSQL and RabbitMQ, in a fresh database and under fresh queue names.
    pub(super) async fn on_shared_servers() -> Self {
        let database = Database::fresh();
        Self::new(&database.url(), &shared_broker(), Some(database), true).await
    }

    /// On a broker of its own.
    pub(super) async fn with_broker(broker: &Broker) -> Self {
        let database = Database::fresh();
        Self::new(&database.url(), &broker.url(), Some(database), false).await
    }

    /// On a database server of its own.
    pub(super) async fn with_cluster(cluster: &Cluster) -> Self {
        Self::new(&cluster.url(), &shared_broker(), None, true).await
    }

    async fn new(
        database_url: &str,
        broker_url: &str,
        database: Option<Database>,
        removes_queues: bool,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (namespace, web_port) = (fresh_name("system"), free_port());
        let at = |name: &str| folder.path().join(name).display().to_string();
        let settings = vec![
            ("POSTBAG__DATABASE__URL", database_url.to_owned()),
            ("POSTBAG__QUEUE__URL", broker_url.to_owned()),
            ("POSTBAG__QUEUE__NAMESPACE", namespace.clone()),
            ("POSTBAG__BLOBS__URL", at("blobs")),
            ("POSTBAG__INGEST__INBOX", at("inbox")),
            ("POSTBAG__INGEST__POLL_MS", "200".to_owned()),
            (
                "POSTBAG__QUEUE__RETRY_DELAYS_MS",
                format!("{RETRY_DELAYS_MS:?}"),
            ),
            ("POSTBAG__WORKER__PAGES_AT_ONCE", "1".to_owned()),
            ("POSTBAG__WEB__LISTEN", format!("127.0.0.1:{web_port}")),
        ];
        std::fs::create_dir(folder.path().join("inbox")).unwrap();
        let store = Store::connect(database_url, 2).await.unwrap();
        store.migrate().await.unwrap();
        let queue_settings = QueueSettings {
            namespace,
            retry_delays_ms: RETRY_DELAYS_MS.to_vec(),
            ..QueueSettings::default()
        };
        let queue = Queue::connect(
            broker_url,
            &store,
            queue_settings,
            Arc::new(SystemClock),
            Arc::new(ids()),
        )
        .await
        .unwrap();
        Self {
            store,
            queue,
            settings,
            web_port,
            removes_queues,
            _database: database,
            folder,
        }
    }

    /// Starts a role.
    pub(super) fn start(&self, arguments: &[&str]) -> Role {
        Role::start(arguments, &self.settings, self.folder.path())
    }

    fn inbox(&self) -> PathBuf {
        self.folder.path().join("inbox")
    }

    /// Puts every leaflet into the inbox, as a scanner does that writes under another name first.
    pub(super) fn drop_in_leaflets(&self) {
        for leaflet in leaflets() {
            let unfinished = self.inbox().join(format!("{}.part", leaflet.name));
            std::fs::write(&unfinished, &leaflet.bytes).unwrap();
            std::fs::rename(unfinished, self.inbox().join(&leaflet.name)).unwrap();
        }
    }

    /// How many files were taken in and moved away.
    pub(super) fn n_done(&self) -> usize {
        std::fs::read_dir(self.inbox().join("done")).map_or(0, Iterator::count)
    }

    /// 0 while the database is away.
    pub(super) async fn n_stories(&self) -> usize {
        self.store
            .stories(StoryFilter::default())
            .await
            .map_or(0, |stories| stories.len())
    }

    pub(super) async fn wait_for_stories(&self, n_stories: usize) {
        let what = format!("{n_stories} stories");
        wait_until(&what, LONGEST_READING, async || {
            self.n_stories().await >= n_stories
        })
        .await;
    }

    pub(super) async fn wait_for_publications(&self, n_publications: usize) {
        let what = format!("{n_publications} publications");
        wait_until(&what, Duration::from_mins(2), async || {
            self.store.publications(100, None).await.unwrap().len() >= n_publications
        })
        .await;
    }

    /// Waits for the last leaflet and for the queue to run empty, and proves that each leaflet became one story.
    pub(super) async fn assert_all_arrived_once(&self) {
        self.wait_for_sheets().await;
        wait_until("the queue is empty", Duration::from_mins(1), async || {
            self.queue
                .depth(JobKind::ReadPage)
                .await
                .is_ok_and(|depth| depth == 0)
        })
        .await;
        let stories = self.store.stories(StoryFilter::default()).await.unwrap();
        let ledger = self.store.ledger(None).await.unwrap();
        assert_eq!(
            stories.len(),
            N_SHEETS,
            "{ledger:?} {:?}",
            self.quarantined().await
        );
        assert_each_leaflet_once(&stories);
        assert_eq!(ledger.sheets, N_SHEETS as u64);
        assert_eq!((ledger.waiting, ledger.quarantined), (ledger.sheets, 0));
        assert_eq!(self.queue.dead(10).await.unwrap(), []);
    }

    /// Until every sheet is a story or quarantined.
    async fn wait_for_sheets(&self) {
        wait_until("all sheets are read", LONGEST_READING, async || {
            let n_quarantined = self
                .store
                .ledger(None)
                .await
                .map_or(0, |ledger| ledger.quarantined);
            self.n_stories().await + usize::try_from(n_quarantined).unwrap() >= N_SHEETS
        })
        .await;
    }

    async fn quarantined(&self) -> Vec<(String, String)> {
        let pages = self.store.quarantined_pages(100).await.unwrap();
        let cause = |page: store::PageRecord| {
            (
                page.file_name,
                page.warning.map_or_else(String::new, |w| w.cause),
            )
        };
        pages.into_iter().map(cause).collect()
    }

    /// The bench is served, once it has had the time to start.
    pub(super) async fn assert_bench_answers(&self) {
        wait_until("the bench answers", Duration::from_mins(1), async || {
            self.health()
                .await
                .is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
        })
        .await;
    }

    async fn health(&self) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.web_port)).await?;
        stream
            .write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            .await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }
}

fn assert_each_leaflet_once(stories: &[StorySummary]) {
    let serials: BTreeSet<&str> = stories
        .iter()
        .filter_map(|story| story.serial.as_deref())
        .collect();
    let expected: BTreeSet<&str> = leaflets()
        .iter()
        .map(|leaflet| leaflet.serial.as_str())
        .collect();
    assert_eq!(serials, expected);
    assert_eq!(serials.len(), N_SHEETS);
    let pages: BTreeSet<_> = stories.iter().map(|story| &story.page_id).collect();
    assert_eq!(pages.len(), N_SHEETS);
}

impl Drop for Installation {
    fn drop(&mut self) {
        if !self.removes_queues {
            return;
        }
        let queue = self.queue.clone();
        let remove = async move { queue.remove_topology().await };
        // Within a runtime, but not able to wait in it: another thread does.
        let removed = std::thread::spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(remove)
        });
        if let Ok(Err(error)) = removed.join() {
            eprintln!("the queues of this test are left behind: {error}");
        }
    }
}
