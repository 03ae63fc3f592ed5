//! A fresh database (a schema of its own in PostgreSQL), and for RabbitMQ a fresh namespace, for one test. Both are removed afterwards, also when the
//! test fails.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use schemas::geometry::BoxPx;
use schemas::job::JobKind;
use schemas::layout::{LayoutId, Meaning};
use schemas::reading::{
    Candidate, Engine, InkState, MarkDecision, MarkReading, Reading, RegionReading, Status,
    Warning, WarningCode,
};
use schemas::record::{DecisionKind, PictureRole, Role};
use schemas::separation::Separation;
use schemas::{BatchId, BlobHash, Clock, FixedClock, PageId, RandomIds, StoryId, TimeMs, UserId};
use sqlx::Executor;
use store::{
    AddedUser, Blobs, Decide, Decided, Delivery, Intake, Moment, NewFile, NewPage, NewReading,
    NewUser, PageOutcome, PagePicture, Queue, QueueSettings, ReadingPicture, Store, StoryFields,
};

/// Which database, and which queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
    /// RabbitMQ, with SQLite beside it.
    Rabbit,
}

/// Everything that one test needs.
pub(crate) struct Bed {
    pub(crate) store: Store,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) database_url: String,
    pub(crate) queue_url: String,
    namespace: String,
    folder: tempfile::TempDir,
}

/// The ids of the tests.
pub(crate) const IDS: RandomIds = RandomIds(rand::random::<u128>);

/// How long a test waits for a job that must come.
pub(crate) const SOON: Duration = Duration::from_secs(10);

/// Makes one test of each engine out of each function.
macro_rules! on_engines {
    ($($engine:ident = $kind:ident),* ; $tests:tt) => {
        $(mod $engine {
            $crate::bed::on_engines!(@each $kind $tests);
        })*
    };
    (@each $kind:ident [$($test:ident),* $(,)?]) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $test() {
            $crate::bed::run($crate::bed::Kind::$kind, async |bed| super::$test(bed).await).await;
        })*
    };
}
pub(crate) use on_engines;

/// Runs a test in a fresh bed and removes the bed.
pub(crate) async fn run(kind: Kind, test: impl AsyncFnOnce(&Bed)) {
    let bed = Bed::fresh(kind).await;
    bed.store.migrate().await.unwrap();
    let test = async {
        test(&bed).await;
        assert_eq!(bed.n_miscounted().await, 0, "the tallies are off");
    };
    let outcome = AssertUnwindSafe(test).catch_unwind().await;
    bed.remove().await;
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "where the services of the tests are"
)]
fn setting(name: &str, default: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| default.to_owned())
}

fn server_url() -> String {
    setting(
        "POSTBAG_TEST_POSTGRES",
        "postgres://postbag_test:postbag_test@127.0.0.1:5432/postbag_test",
    )
}

/// The address of one schema of a database. Each test has a schema of its own: making and dropping one takes a
/// tenth of the time that a database takes, and separates as well.
fn in_schema(url: &str, schema: &str) -> String {
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}options[search_path]={schema}")
}

pub(crate) fn amqp_url() -> String {
    setting("POSTBAG_TEST_AMQP", "amqp://guest:guest@127.0.0.1:5672/%2f")
}

/// Runs a statement on the PostgreSQL server as a whole.
async fn on_server(sql: String) {
    let server = sqlx::PgPool::connect(&server_url()).await.unwrap();
    server.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
    server.close().await;
}

impl Bed {
    /// A bed whose tables are not made yet.
    pub(crate) async fn fresh(kind: Kind) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let namespace = format!("postbag_test_{:032x}", rand::random::<u128>());
        let database_url = if kind == Kind::Postgres {
            on_server(format!("CREATE SCHEMA {namespace}")).await;
            in_schema(&server_url(), &namespace)
        } else {
            format!("sqlite://{}/postbag.db", folder.path().display())
        };
        let queue_url = match kind {
            Kind::Rabbit => amqp_url(),
            Kind::Sqlite | Kind::Postgres => "embedded".to_owned(),
        };
        Self {
            store: Store::connect(&database_url, 8).await.unwrap(),
            clock: Arc::new(FixedClock::new(TimeMs(1_700_000_000_000))),
            database_url,
            queue_url,
            namespace,
            folder,
        }
    }

    pub(crate) async fn remove(self) {
        if self.queue_url != "embedded" {
            let queue = self.queue_at(&amqp_url(), self.settings()).await;
            queue.remove_topology().await.unwrap();
        }
        self.store.close().await;
        if self.database_url.starts_with("postgres") {
            on_server(format!("DROP SCHEMA {} CASCADE", self.namespace)).await;
        }
        self.folder.close().unwrap();
    }

    /// Changes the tables behind the program's back.
    pub(crate) async fn sql(&self, sql: &str) {
        self.try_sql(sql).await.unwrap();
    }

    pub(crate) async fn try_sql(&self, sql: &str) -> Result<(), sqlx::Error> {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        if self.database_url.starts_with("postgres") {
            let pool = sqlx::PgPool::connect(&self.database_url).await?;
            let done = pool.execute(sql).await.map(drop);
            pool.close().await;
            done
        } else {
            let pool = sqlx::SqlitePool::connect(&self.database_url).await?;
            let done = pool.execute(sql).await.map(drop);
            pool.close().await;
            done
        }
    }

    /// Puts so many stories into the tables, as an office has them after years.
    pub(crate) async fn fill(&self, n_stories: u32) {
        let user_id = self.user("ada").await;
        let reading = serde_json::to_string(&reading()).unwrap();
        let sql = include_str!("../office/office.sql")
            .replace(":n", &n_stories.to_string())
            .replace(":user", &format!("'{user_id}'"))
            .replace(":reading", &format!("'{reading}'"))
            .replace(":words", &format!("'{STORY}'"));
        self.sql(&sql).await;
        // As PostgreSQL does by itself after a while; SQLite knows nothing about its tables in an office either.
        if self.database_url.starts_with("postgres") {
            for table in [
                "batches",
                "files",
                "leaflets",
                "pages",
                "readings",
                "stories",
                "revisions",
                "decisions",
            ] {
                self.sql(&format!("ANALYZE {table}")).await;
            }
            self.sql("ANALYZE publications").await;
            self.sql("ANALYZE outbox").await;
        }
    }

    /// Asks for one number, behind the program's back.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        if self.database_url.starts_with("postgres") {
            let pool = sqlx::PgPool::connect(&self.database_url).await.unwrap();
            let number = sqlx::query_scalar(sql).fetch_one(&pool).await.unwrap();
            pool.close().await;
            number
        } else {
            let pool = sqlx::SqlitePool::connect(&self.database_url).await.unwrap();
            let number = sqlx::query_scalar(sql).fetch_one(&pool).await.unwrap();
            pool.close().await;
            number
        }
    }

    /// In how many states there are other sheets or stories than the tallies say.
    async fn n_miscounted(&self) -> i64 {
        self.number(
            "SELECT COUNT(*) FROM (SELECT page_state, story_state FROM (
                SELECT page_state, story_state, n FROM sheet_tallies
                UNION ALL SELECT 'a story', state, n FROM story_tallies
                UNION ALL SELECT 'a story', state, -1 FROM stories
                UNION ALL SELECT p.state, COALESCE(s.state, ''), -1 FROM pages p
                    LEFT JOIN stories s ON s.leaflet_id = p.leaflet_id
                UNION ALL SELECT 'has a story', '', has_story FROM leaflets
                UNION ALL SELECT 'has a story', '', -1 FROM stories) AS told
            GROUP BY page_state, story_state HAVING SUM(n) <> 0) AS off",
        )
        .await
    }

    pub(crate) fn moment(&self) -> Moment<'_> {
        Moment {
            now: self.clock.now(),
            ids: &IDS,
        }
    }

    // The queue.

    pub(crate) fn settings(&self) -> QueueSettings {
        QueueSettings {
            prefetch: 1,
            max_attempts: 3,
            max_webhook_attempts: 2,
            retry_delays_ms: vec![50, 100],
            lease_ms: 60_000,
            namespace: self.namespace.clone(),
        }
    }

    /// The queue as another process sees it.
    pub(crate) async fn queue(&self) -> Queue {
        self.queue_at(&self.queue_url, self.settings()).await
    }

    pub(crate) async fn queue_at(&self, url: &str, settings: QueueSettings) -> Queue {
        let clock: Arc<dyn Clock> = self.clock.clone();
        Queue::connect(url, &self.store, settings, clock, Arc::new(IDS))
            .await
            .unwrap()
    }

    /// The name of one of the broker's queues.
    pub(crate) fn broker_queue(&self, name: &str) -> String {
        format!("{}.{name}", self.namespace)
    }

    /// Sends everything in the outbox; how many jobs there were.
    pub(crate) async fn relay(&self, queue: &Queue) -> u32 {
        store::relay::step(&self.store, queue, self.clock.now())
            .await
            .unwrap()
    }

    // Sheets and stories.

    pub(crate) async fn batch(&self) -> BatchId {
        self.store
            .open_batch(&self.moment(), "post of Monday", Separation::default())
            .await
            .unwrap()
    }

    /// Takes in a file; its pages.
    pub(crate) async fn pages(&self, n_pages: u32) -> Vec<PageId> {
        let file = new_file(&self.batch().await, n_pages);
        match self.store.record_file(&self.moment(), file).await.unwrap() {
            Intake::Recorded { page_ids, .. } => page_ids,
            other => panic!("a new file was taken for {other:?}"),
        }
    }

    pub(crate) async fn page(&self) -> PageId {
        self.pages(1).await.remove(0)
    }

    /// A page that was read; its story.
    pub(crate) async fn story(&self) -> StoryId {
        let page_id = self.page().await;
        self.story_of(&page_id).await
    }

    pub(crate) async fn story_of(&self, page_id: &PageId) -> StoryId {
        let recorded = self
            .store
            .record_reading(&self.moment(), new_reading(page_id))
            .await
            .unwrap();
        recorded.story_id.unwrap()
    }

    pub(crate) async fn fields(&self, story_id: &StoryId) -> StoryFields {
        self.store.story(story_id).await.unwrap().unwrap().fields
    }

    pub(crate) async fn user(&self, name: &str) -> UserId {
        let user = NewUser {
            name: name.to_owned(),
            display_name: format!("{name} Example"),
            role: Role::Moderator,
            password_hash: "$argon2id$…".to_owned(),
        };
        match self.store.add_user(&self.moment(), user).await.unwrap() {
            AddedUser::Added(user_id) => user_id,
            AddedUser::NameTaken => panic!("{name} is taken"),
        }
    }

    pub(crate) async fn decide(
        &self,
        story_id: &StoryId,
        user_id: &UserId,
        kind: DecisionKind,
    ) -> Decided {
        let revision = self
            .store
            .story(story_id)
            .await
            .unwrap()
            .unwrap()
            .revision_no;
        let decision = Decide {
            story_id: story_id.clone(),
            user_id: user_id.clone(),
            kind,
            reason: "as agreed".to_owned(),
            hold: None,
            expected_revision: revision,
            may_give_opinion: false,
            undo_ms: 0,
            publish_from: None,
        };
        self.store.decide(&self.moment(), decision).await.unwrap()
    }
}

/// A file with so many readable pages, unlike any other.
pub(crate) fn new_file(batch_id: &BatchId, n_pages: u32) -> NewFile {
    let unique = format!("{:x}", rand::random::<u128>());
    NewFile {
        batch_id: batch_id.clone(),
        name: "scan.tif".to_owned(),
        origin: format!("/inbox/{unique}/scan.tif"),
        media_type: "image/tiff".to_owned(),
        size_bytes: 4_096,
        blob: Some(Blobs::hash(unique.as_bytes())),
        pages: (0..n_pages)
            .map(|page_idx| NewPage {
                page_idx,
                outcome: PageOutcome::Picture(picture()),
            })
            .collect(),
    }
}

/// Receives a job that must come.
pub(crate) async fn receive(queue: &Queue) -> Delivery {
    let delivery = queue.receive(JobKind::ReadPage, SOON).await.unwrap();
    delivery.expect("a job comes")
}

/// Receives a job that must not come.
pub(crate) async fn receive_none(queue: &Queue) {
    let delivery = queue
        .receive(JobKind::ReadPage, Duration::from_millis(300))
        .await
        .unwrap();
    assert!(delivery.is_none(), "{delivery:?}");
}

fn picture() -> PagePicture {
    PagePicture {
        blob: hash("picture"),
        width_px: 2_480,
        height_px: 3_508,
        dpi: Some(300.0),
    }
}

pub(crate) fn hash(of: &str) -> BlobHash {
    Blobs::hash(of.as_bytes())
}

pub(crate) fn warning() -> Warning {
    Warning {
        code: WarningCode::NoCode,
        cause: "No leaflet's code was found.".to_owned(),
        next_action: "Look at the sheet.".to_owned(),
    }
}

/// A reading of a leaflet with everything filled in.
pub(crate) fn new_reading(page_id: &PageId) -> NewReading {
    NewReading {
        page_id: page_id.clone(),
        placement_no: 0,
        has_other_side: false,
        reading: reading(),
        pictures: vec![
            ReadingPicture {
                role: PictureRole::Straightened,
                region_id: None,
                blob: hash("straightened"),
            },
            ReadingPicture {
                role: PictureRole::Drawing,
                region_id: Some("drawing".to_owned()),
                blob: hash("drawing"),
            },
        ],
        looks: None,
    }
}

/// A reading of a page that could not be read.
pub(crate) fn quarantined_reading(page_id: &PageId) -> NewReading {
    let mut new = new_reading(page_id);
    new.reading.status = Status::Quarantined;
    new.reading.regions.clear();
    new.reading.warnings = vec![warning()];
    new.pictures.clear();
    new
}

pub(crate) const STORY: &str = "The nurse was kind\nand the tea was warm.";

fn reading() -> Reading {
    Reading {
        file: "scan.tif".to_owned(),
        page_idx: 0,
        status: Status::Read,
        layout: Some(LayoutId::try_from("story-a4".to_owned()).unwrap()),
        version: Some(1),
        side: Some(1),
        serial: Some("000042".to_owned()),
        orientation_deg: Some(0.0),
        registration: None,
        straightened: None,
        regions: regions(),
        margin: Vec::new(),
        no_leaflet: None,
        letter: None,
        warnings: Vec::new(),
        engine: Engine {
            postbag: "0.1.0".to_owned(),
            text: "tesseract 5.3.0".to_owned(),
            layouts: String::new(),
        },
    }
}

fn regions() -> Vec<RegionReading> {
    let mut postcode = region(Meaning::Postcode, Some("LS1 3EX?"));
    postcode.candidates.push(Candidate {
        service: None,
        text: "LS1 3EX".to_owned(),
        confidence: 0.9,
        evidence: "grammar".to_owned(),
    });
    let mut consent = region(Meaning::Consent, Some("yes"));
    consent.marks.push(MarkReading {
        value: "yes".to_owned(),
        score: 0.4,
        decision: MarkDecision::Ticked,
    });
    let mut drawing = region(Meaning::Drawing, None);
    drawing.state = InkState::Drawing;
    vec![
        region(Meaning::Service, Some("Leeds General Infirmary")),
        postcode,
        region(Meaning::Relationship, Some("patient")),
        consent,
        region(Meaning::Story, Some(STORY)),
        drawing,
    ]
}

pub(crate) fn region(reads: Meaning, value: Option<&str>) -> RegionReading {
    RegionReading {
        id: reads.as_str().to_owned(),
        kind: "line".to_owned(),
        reads,
        box_px: BoxPx::from([0, 0, 10, 10]),
        state: InkState::Writing,
        value: value.map(str::to_owned),
        candidates: Vec::new(),
        lines: Vec::new(),
        predicted_cer: None,
        withheld: false,
        marks: Vec::new(),
        drawings: Vec::new(),
    }
}
