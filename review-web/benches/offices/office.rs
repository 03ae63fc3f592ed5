use std::sync::Arc;

use directory::Service;
use review_web::{App, SystemRandomness, WebSettings, password, router};
use schemas::record::{Role, StoryState};
use schemas::{IdSource, RandomIds, StoryId, SystemClock};
use store::{AddedUser, Blobs, Moment, NewUser, Store, StoryFilter};
use tempfile::TempDir;

use super::database::{Database, Engine};
use crate::Page;
use crate::browser::{Answer, Browser};
use crate::flat_paper::FlatPaper;
use crate::leaflet::Leaflet;
use crate::plain_slot::PlainSlot;

const PASSWORD: &str = "correct horse battery";
const N_SERVICES: u32 = 2_000;

/// The bench of an office with so many stories, and somebody who has signed in.
pub(crate) struct Office {
    browser: Browser,
    waiting: Vec<StoryId>,
    n_stories: u32,
    _database: Database,
    _folder: TempDir,
}

impl Office {
    pub(crate) async fn with(engine: Engine, n_stories: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::fresh(engine, folder.path());
        let store = Store::connect(&database.url, 4).await.unwrap();
        store.migrate().await.unwrap();
        let moment = Moment {
            now: schemas::Clock::now(&SystemClock),
            ids: &RandomIds(rand::random),
        };
        let user_id = senior(&store, &moment).await;
        let services = (0..N_SERVICES).map(service).collect();
        store.import_services(&moment, services).await.unwrap();
        database.run(&filling(n_stories, &user_id), folder.path());
        store.fold_tallies().await.unwrap();
        database.settle();
        let waiting = StoryFilter {
            state: Some(StoryState::ToReview),
            ..StoryFilter::default()
        };
        let waiting = store.stories(waiting).await.unwrap();
        let mut browser = Browser::new(router(app(store, &folder).await));
        browser.sign_in("ada", PASSWORD).await;
        Self {
            browser,
            waiting: waiting.into_iter().map(|story| story.id).collect(),
            n_stories,
            _database: database,
            _folder: folder,
        }
    }

    /// Opens a page, a different one at each turn.
    pub(crate) async fn open(&mut self, page: Page, turn: u32) {
        let nth = usize::try_from(turn).unwrap() % self.waiting.len();
        let story = format!("/stories/{}", self.waiting[nth]);
        let number = 1 + turn * 24 % (self.n_stories - 300) / 25 * 25;
        let answer = match page {
            Page::Queue => self.browser.get("/queue").await,
            Page::Published => self.browser.get("/queue?state=published").await,
            Page::Story => self.browser.get(&story).await,
            Page::History => self.browser.get(&format!("{story}/history")).await,
            Page::ServiceSearch => self.search(&story).await,
            Page::PublicList => self.browser.get("/").await,
            Page::Opinion => self.browser.get(&format!("/opinions/{number}")).await,
            Page::MailRoom => self.browser.get("/mail-room").await,
        };
        assert!(answer.status.is_success(), "{page:?}: {}", answer.status);
    }

    async fn search(&mut self, story: &str) -> Answer {
        let fields = [
            ("expected_revision", "0"),
            ("pick", "find"),
            ("find", "clinic 77"),
        ];
        self.browser.post(story, &fields).await
    }
}

async fn senior(store: &Store, moment: &Moment<'_>) -> String {
    let new = NewUser {
        name: "ada".to_owned(),
        display_name: "Ada Example".to_owned(),
        role: Role::Senior,
        password_hash: password::hash(PASSWORD, &SystemRandomness).unwrap(),
    };
    match store.add_user(moment, new).await.unwrap() {
        AddedUser::Added(user_id) => user_id.to_string(),
        AddedUser::NameTaken => unreachable!("the office is new"),
    }
}

fn service(number: u32) -> Service {
    Service {
        code: format!("C{number:05}"),
        name: format!("Clinic {number} of the North"),
        postcode: format!("LS{} 1AA", number % 28 + 1),
        town: "Leeds".to_owned(),
        ..Service::default()
    }
}

fn filling(n_stories: u32, user_id: &str) -> String {
    let leaflet = Leaflet::default();
    let reading = serde_json::to_string(&leaflet.reading("scan.tif")).unwrap();
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    include_str!("../../../store/tests/office/office.sql")
        .replace(":n", &n_stories.to_string())
        .replace(":user", &quoted(user_id))
        .replace(":words", &quoted(leaflet.story))
        .replace(":reading", &quoted(&reading))
}

async fn app(store: Store, folder: &TempDir) -> App {
    let blobs = folder.path().join("blobs").display().to_string();
    let blobs = Blobs::open(&blobs).await.unwrap();
    let ids: Arc<dyn IdSource> = Arc::new(RandomIds(rand::random));
    let mail_slot = PlainSlot {
        store: store.clone(),
        blobs: blobs.clone(),
        clock: Arc::new(SystemClock),
        ids: ids.clone(),
    };
    App {
        store,
        blobs,
        clock: Arc::new(SystemClock),
        ids,
        mail_slot: Arc::new(mail_slot),
        random: Arc::new(SystemRandomness),
        paper: Arc::new(FlatPaper),
        layouts: schemas::layout::builtin(),
        settings: WebSettings::default(),
    }
}
