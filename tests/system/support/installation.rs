use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use store::{Blobs, Store, StoryFilter};

use super::{Bench, Role, Settings, add_person, free_port, wait_until};

const NAME: &str = "robin";
const PASSWORD: &str = "a password for the outages";
/// Recovering takes some seconds, reading a page some more, on a machine that does other things as well.
const PATIENCE: Duration = Duration::from_mins(2);
/// A banner at the top of a page.
const BANNER: &str = "class=\"troubles\"";

/// A leaflet on its way in.
pub(crate) type Leaflet = (&'static str, &'static [u8]);

/// Some of the committed leaflets that are pictures, each of its own story.
pub(crate) fn committed_pictures(which: Range<usize>) -> Vec<Leaflet> {
    let is_picture = |(name, _): &&Leaflet| {
        let end = Path::new(name).extension();
        end.is_some_and(|end| end == "png" || end == "jpg")
    };
    let pictures = samples::committed::LEAFLETS.iter().filter(is_picture);
    pictures
        .skip(which.start)
        .take(which.len())
        .copied()
        .collect()
}

/// An installation whose parts can be taken away while it runs.
pub(crate) struct Installation {
    pub(crate) database_url: String,
    pub(crate) queue_url: String,
    pub(crate) namespace: String,
    /// Settings beside the usual ones.
    pub(crate) extra: Settings,
    pub(crate) blobs: PathBuf,
    pub(crate) bench: Bench,
    port: u16,
    roles: Vec<Role>,
    dropped_in: Vec<Leaflet>,
    // Dropped last: the roles work in it.
    folder: tempfile::TempDir,
}

impl Installation {
    /// On SQLite, with the queue in the database.
    pub(crate) fn new(blobs: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("inbox")).unwrap();
        let port = free_port();
        let database = folder.path().join("postbag.db");
        Self {
            database_url: format!("sqlite://{}", database.display()),
            queue_url: "embedded".to_owned(),
            namespace: "postbag".to_owned(),
            extra: Settings::new(),
            blobs: blobs.to_owned(),
            bench: Bench::new(port),
            port,
            roles: Vec::new(),
            dropped_in: Vec::new(),
            folder,
        }
    }

    pub(crate) fn settings(&self) -> Settings {
        let delays = "[1000, 2000, 5000]".to_owned();
        let mut settings = vec![
            ("POSTBAG__DATABASE__URL", self.database_url.clone()),
            ("POSTBAG__QUEUE__URL", self.queue_url.clone()),
            ("POSTBAG__QUEUE__NAMESPACE", self.namespace.clone()),
            ("POSTBAG__QUEUE__RETRY_DELAYS_MS", delays),
            ("POSTBAG__BLOBS__URL", self.blobs.display().to_string()),
            ("POSTBAG__INGEST__INBOX", self.inbox().display().to_string()),
            ("POSTBAG__INGEST__POLL_MS", "200".to_owned()),
            ("POSTBAG__INGEST__SETTLE_MS", "200".to_owned()),
            ("POSTBAG__INGEST__GRACE_MS", "3000".to_owned()),
            ("POSTBAG__WORKER__PAGES_AT_ONCE", "1".to_owned()),
            ("POSTBAG__WEB__LISTEN", format!("127.0.0.1:{}", self.port)),
        ];
        settings.extend(self.extra.clone());
        settings
    }

    /// Where the roles work.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where the bench is.
    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Kills every role, and starts it again.
    pub(crate) fn kill_and_start_again(&mut self) {
        for role in &mut self.roles {
            role.kill();
            role.start_again();
        }
    }

    pub(crate) fn start(&mut self, arguments: &[&str]) {
        let (settings, folder) = (self.settings(), self.folder.path());
        if self.roles.is_empty() {
            add_person(folder, &settings, NAME, PASSWORD, "moderator");
        }
        self.roles.push(Role::start(arguments, &settings, folder));
    }

    pub(crate) fn roles(&self) -> &[Role] {
        &self.roles
    }

    pub(crate) async fn sign_in(&mut self) {
        self.sign_in_as(NAME, PASSWORD).await;
    }

    pub(crate) async fn sign_in_as(&mut self, name: &str, password: &str) {
        let bench = &mut self.bench;
        wait_until("the bench answers", PATIENCE, async || {
            // Nobody is signed in: any bench will do.
            Bench::new(self.port).get("/healthz").await.is_ok()
        })
        .await;
        bench.sign_in(name, password).await;
    }

    /// The records, as somebody else sees them.
    pub(crate) async fn store(&self) -> Store {
        Store::connect(&self.database_url, 1).await.unwrap()
    }

    pub(crate) fn inbox(&self) -> PathBuf {
        self.folder.path().join("inbox")
    }

    /// Puts leaflets into the inbox, as a scanner does that writes under another name first.
    pub(crate) fn drop_in(&mut self, leaflets: &[Leaflet]) {
        for (name, bytes) in leaflets {
            let unfinished = self.inbox().join(format!("{name}.part"));
            std::fs::write(&unfinished, bytes).unwrap();
            std::fs::rename(unfinished, self.inbox().join(name)).unwrap();
        }
        self.dropped_in.extend(leaflets);
    }

    /// How many files lie in the inbox.
    pub(crate) fn n_waiting(&self) -> usize {
        files(&self.inbox()).len()
    }

    /// How many pictures and files are kept, or about to be.
    pub(crate) fn n_blobs(&self) -> usize {
        all_files(&self.blobs).len()
    }

    /// How many files were moved away, wherever.
    pub(crate) fn n_moved(&self) -> usize {
        files(&self.inbox().join("done")).len() + files(&self.inbox().join("problem")).len()
    }

    pub(crate) async fn queue_page(&mut self) -> String {
        let answer = self.bench.get("/queue").await.unwrap();
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body
    }

    /// Until every page of the bench says this at its top.
    pub(crate) async fn wait_for_trouble(&mut self, words: &str) {
        let started = tokio::time::Instant::now();
        loop {
            let page = self.queue_page().await;
            if page.contains(BANNER) && page.contains(words) {
                println!("told after {:?}: {words}", started.elapsed());
                return;
            }
            assert!(started.elapsed() < PATIENCE, "not told: {words}\n{page}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Until the bench is served and nothing is said to be wrong.
    pub(crate) async fn wait_for_no_trouble(&mut self) {
        let started = tokio::time::Instant::now();
        loop {
            let answer = self.bench.get("/queue").await.unwrap();
            if answer.status == 200 && !answer.body.contains(BANNER) {
                println!("all is well after {:?}", started.elapsed());
                return;
            }
            assert!(started.elapsed() < PATIENCE, "still wrong: {answer:?}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    pub(crate) async fn wait_until_taken_in(&self, n_files: usize) {
        let what = format!("{n_files} files are taken in");
        wait_until(&what, PATIENCE, async || {
            self.n_waiting() == 0 && files(&self.inbox().join("done")).len() == n_files
        })
        .await;
    }

    pub(crate) async fn wait_for_stories(&self, n_stories: usize) {
        let (what, store) = (format!("{n_stories} stories"), self.store().await);
        wait_until(&what, PATIENCE, async || {
            let stories = store.stories(StoryFilter::default()).await;
            stories.is_ok_and(|stories| stories.len() == n_stories)
        })
        .await;
    }

    /// Every leaflet that was dropped in is one sheet, and its file is kept byte for byte.
    pub(crate) async fn assert_taken_in_once(&self, n_sheets: usize) {
        assert_eq!(self.dropped_in.len(), n_sheets);
        let store = self.store().await;
        let mut names = Vec::new();
        for batch in store.batches(100).await.unwrap() {
            let batch = store.batch(&batch.id).await.unwrap().unwrap();
            assert_eq!(batch.duplicates, [""; 0]);
            names.extend(batch.sheets.into_iter().map(|sheet| sheet.file_name));
        }
        names.sort();
        let mut expected: Vec<_> = self.dropped_in.iter().map(|(name, _)| *name).collect();
        expected.sort_unstable();
        assert_eq!(names, expected);
        let ledger = store.ledger(None).await.unwrap();
        let n_sheets = n_sheets as u64;
        assert_eq!((ledger.sheets, ledger.quarantined), (n_sheets, 0));
        let blobs = Blobs::open(self.blobs.to_str().unwrap()).await.unwrap();
        for (name, bytes) in &self.dropped_in {
            let kept = blobs.get(&Blobs::hash(bytes)).await.unwrap();
            assert!(kept.is_some_and(|kept| kept == *bytes), "{name}");
            let moved = std::fs::read(self.inbox().join("done").join(name)).unwrap();
            assert!(moved == *bytes, "{name}");
        }
    }

    /// Nothing lies under a hash that is not its own, and nothing half-written lies about.
    pub(crate) fn assert_every_blob_is_whole(&self) {
        for path in all_files(&self.blobs) {
            let hash = Blobs::hash(&std::fs::read(&path).unwrap());
            assert!(path.ends_with(hash.as_str()), "{}", path.display());
        }
    }

    /// Not a word of what people sent stands in what the roles logged.
    pub(crate) fn assert_nothing_is_logged_of(&self, words: &[&str]) {
        let mut n_logs = 0;
        for path in files(self.folder.path()) {
            if path.extension().is_some_and(|end| end == "log") {
                let log = std::fs::read_to_string(&path).unwrap();
                for word in words {
                    assert!(!log.contains(word), "{word} is logged:\n{log}");
                }
                n_logs += 1;
            }
        }
        assert_eq!(n_logs, self.roles.len());
    }

    pub(crate) fn assert_nothing_was_started_again(&mut self) {
        let running = self.roles.iter_mut().all(Role::is_running);
        assert!(running, "a role ended although nobody stopped it");
    }
}

fn files(folder: &Path) -> BTreeSet<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    paths.filter(|path| path.is_file()).collect()
}

fn all_files(folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = files(folder);
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            found.extend(all_files(&entry.path()));
        }
    }
    found
}
