//! The bench in a fresh folder, with people and stories.

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use review_web::{App, Randomness, SystemRandomness, WebSettings, password, publish, router};
use schemas::layout::Meaning;
use schemas::looks::Looks;
use schemas::reading::{Reading, Status, Warning, WarningCode};
use schemas::record::{PictureRole, Role};
use schemas::separation::Separation;
use schemas::{BatchId, FixedClock, IdSource, PageId, StoryId, TimeMs, UserId};
use store::{
    AddedUser, Blobs, Intake, Moment, NewFile, NewPage, NewReading, NewUser, PageOutcome,
    PagePicture, ReadingPicture, Store,
};
use tempfile::TempDir;

use crate::browser::Browser;
use crate::flat_paper::FlatPaper;
use crate::leaflet::{Leaflet, doodle, sheet};
use crate::plain_slot::PlainSlot;

/// 23 November 2026, 09:30 UTC.
const MORNING: TimeMs = TimeMs(1_795_426_200_000);
/// Everybody's.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// Counts up; ids and tokens are different and repeat from run to run.
#[derive(Default)]
struct Counter(AtomicU64);

impl IdSource for Counter {
    fn random_bits(&self) -> u128 {
        u128::from(self.0.fetch_add(1, Ordering::SeqCst))
    }
}

impl Randomness for Counter {
    fn bytes(&self) -> [u8; 32] {
        let mut bytes = [7; 32];
        bytes[..8].copy_from_slice(&self.0.fetch_add(1, Ordering::SeqCst).to_be_bytes());
        bytes
    }
}

/// The bench, ready to be asked.
pub(crate) struct TestApp {
    pub(crate) app: App,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) batch_id: BatchId,
    n_sheets: AtomicU64,
    _folder: TempDir,
}

impl TestApp {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = format!(
            "sqlite://{}?mode=rwc",
            folder.path().join("records.db").display()
        );
        let store = Store::connect(&database, 4).await.unwrap();
        store.migrate().await.unwrap();
        let blobs = Blobs::open(folder.path().join("blobs").to_str().unwrap())
            .await
            .unwrap();
        let clock = Arc::new(FixedClock::new(MORNING));
        let ids = Arc::new(Counter::default());
        let mail_slot = PlainSlot {
            store: store.clone(),
            blobs: blobs.clone(),
            clock: clock.clone(),
            ids: ids.clone(),
        };
        let app = App {
            store,
            blobs,
            clock: clock.clone(),
            ids,
            mail_slot: Arc::new(mail_slot),
            random: Arc::new(Counter::default()),
            paper: Arc::new(FlatPaper),
            layouts: schemas::layout::builtin(),
            settings: WebSettings {
                public_url: "https://stories.example".to_owned(),
                ..WebSettings::default()
            },
        };
        let moment = Moment {
            now: MORNING,
            ids: app.ids.as_ref(),
        };
        let batch_id = app
            .store
            .open_batch(&moment, "Scanner in the mail room", Separation::default())
            .await
            .unwrap();
        Self {
            app,
            clock,
            batch_id,
            n_sheets: AtomicU64::new(0),
            _folder: folder,
        }
    }

    /// Adds a person; the display name is the name with a capital.
    pub(crate) async fn with_user(self, name: &str, role: Role) -> Self {
        self.add_user(name, role).await;
        self
    }

    pub(crate) async fn add_user(&self, name: &str, role: Role) -> UserId {
        let new = NewUser {
            name: name.to_owned(),
            display_name: name[..1].to_uppercase() + &name[1..],
            role,
            password_hash: password_hash().to_owned(),
        };
        match self.app.store.add_user(&self.moment(), new).await.unwrap() {
            AddedUser::Added(id) => id,
            AddedUser::NameTaken => panic!("{name} exists already"),
        }
    }

    /// A browser in which nobody is signed in.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(router(self.app.clone()))
    }

    /// A browser in which `name` has signed in.
    pub(crate) async fn signed_in(&self, name: &str) -> Browser {
        let mut browser = self.browser();
        browser.sign_in(name, PASSWORD).await;
        browser
    }

    pub(crate) fn moment(&self) -> Moment<'_> {
        Moment {
            now: self.app.clock.now(),
            ids: self.app.ids.as_ref(),
        }
    }

    /// Brings a leaflet in as far as the queue.
    pub(crate) async fn story(&self, leaflet: &Leaflet) -> StoryId {
        let page_id = self.page().await;
        let file = self.file();
        let mut pictures = vec![self.picture(PictureRole::Straightened, None, sheet()).await];
        if leaflet.drawing {
            pictures.push(
                self.picture(PictureRole::Drawing, Some("drawing"), doodle())
                    .await,
            );
        }
        let recorded = self
            .record(NewReading {
                page_id,
                placement_no: 0,
                has_other_side: false,
                reading: leaflet.reading(&file),
                pictures,
                looks: None,
            })
            .await;
        recorded.expect("a page that was read has a story")
    }

    /// Brings in one side of a leaflet that has two.
    pub(crate) async fn side(&self, leaflet: &Leaflet, side: u32) -> PageId {
        let page_id = self.page().await;
        let mut reading = leaflet.reading(&self.file());
        reading.side = Some(side);
        let pictures = vec![self.picture(PictureRole::Straightened, None, sheet()).await];
        self.record(NewReading {
            page_id: page_id.clone(),
            placement_no: 0,
            has_other_side: true,
            reading,
            pictures,
            looks: None,
        })
        .await;
        page_id
    }

    /// Brings in a side with nothing on it.
    pub(crate) async fn empty_side(&self, side: u32) -> PageId {
        let page_id = self.page().await;
        let mut reading = Leaflet::default().reading(&self.file());
        reading.side = Some(side);
        reading.regions.clear();
        self.record(NewReading {
            page_id: page_id.clone(),
            placement_no: 0,
            has_other_side: true,
            reading,
            pictures: Vec::new(),
            looks: None,
        })
        .await;
        page_id
    }

    /// Brings in a side whose code was read and that was not trusted, with one picture.
    pub(crate) async fn unread_side(&self, role: PictureRole) -> PageId {
        let mut reading = Leaflet::default().reading(&self.file());
        reading.regions.clear();
        let pictures = vec![self.picture(role, None, doodle()).await];
        self.unread(reading, pictures).await
    }

    /// Brings in a letter: a sheet without a form, with words that could be read.
    pub(crate) async fn unread_letter(&self) -> PageId {
        let mut reading = Leaflet::default().reading(&self.file());
        reading.letter = std::mem::take(&mut reading.regions)
            .into_iter()
            .find(|region| region.reads == Meaning::Story);
        self.unread(reading, Vec::new()).await
    }

    /// Brings in a sheet without a form and without words, on which there is what this writer wrote.
    pub(crate) async fn letter_that_looks(&self, writer: u64) -> PageId {
        let page_id = self.page().await;
        let mut reading = Leaflet::default().reading(&self.file());
        reading.regions.clear();
        reading.layout = None;
        reading.status = Status::Quarantined;
        self.record(NewReading {
            page_id: page_id.clone(),
            placement_no: 0,
            has_other_side: false,
            reading,
            pictures: Vec::new(),
            looks: Some(written_by(writer)),
        })
        .await;
        page_id
    }

    async fn unread(&self, mut reading: Reading, pictures: Vec<ReadingPicture>) -> PageId {
        let page_id = self.page().await;
        reading.status = Status::Quarantined;
        reading.file = self.file();
        self.record(NewReading {
            page_id: page_id.clone(),
            placement_no: 0,
            has_other_side: false,
            reading,
            pictures,
            looks: None,
        })
        .await;
        page_id
    }

    async fn record(&self, new: NewReading) -> Option<StoryId> {
        let recorded = self.app.store.record_reading(&self.moment(), new).await;
        self.clock.advance_ms(60_000);
        recorded.unwrap().story_id
    }

    /// The name of the file that came in last.
    fn file(&self) -> String {
        format!("scan-{}.png", self.n_sheets.load(Ordering::SeqCst))
    }

    /// Brings in a sheet that cannot be read.
    pub(crate) async fn broken_sheet(&self) -> PageId {
        let page_id = self.page().await;
        let warning = Warning {
            code: WarningCode::NoCode,
            cause: "No leaflet’s code was found on the sheet.".to_owned(),
            next_action: "Fetch the sheet and scan it again, printed side down.".to_owned(),
        };
        self.app
            .store
            .quarantine_page(&self.moment(), &page_id, &warning)
            .await
            .unwrap();
        page_id
    }

    /// Publishes what was approved, as the job does.
    pub(crate) async fn publish(&self, story_id: &StoryId) {
        publish::publish_story(&self.app, story_id).await.unwrap();
    }

    async fn page(&self) -> PageId {
        let number = self.n_sheets.fetch_add(1, Ordering::SeqCst) + 1;
        // Every file has bytes of its own: the same bytes twice would be the same sheet twice.
        let mut bytes = sheet();
        bytes.extend(number.to_be_bytes());
        let size_bytes = bytes.len() as u64;
        let blob = self.app.blobs.put(bytes).await.unwrap();
        let picture = PagePicture {
            blob: blob.clone(),
            width_px: 827,
            height_px: 1169,
            dpi: Some(100.0),
        };
        let file = NewFile {
            batch_id: self.batch_id.clone(),
            name: format!("scan-{number}.png"),
            origin: format!("/inbox/scan-{number}.png"),
            media_type: "image/png".to_owned(),
            size_bytes,
            blob: Some(blob),
            pages: vec![NewPage {
                page_idx: 0,
                outcome: PageOutcome::Picture(picture),
            }],
        };
        match self
            .app
            .store
            .record_file(&self.moment(), file)
            .await
            .unwrap()
        {
            Intake::Recorded { mut page_ids, .. } => page_ids.remove(0),
            other => panic!("a new file was taken for {other:?}"),
        }
    }

    async fn picture(
        &self,
        role: PictureRole,
        region: Option<&str>,
        bytes: Vec<u8>,
    ) -> ReadingPicture {
        let blob = self.app.blobs.put(bytes).await.unwrap();
        ReadingPicture {
            role,
            region_id: region.map(str::to_owned),
            blob,
        }
    }
}

/// Hashed once: it is slow on purpose.
fn password_hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| password::hash(PASSWORD, &SystemRandomness).unwrap())
}

/// A page full of what somebody wrote.
fn written_by(writer: u64) -> Looks {
    let is_ink = |i: u64| (writer * 977 + i * 2_654_435_761) % 8191 % 9 > 4;
    let cells = (0..4096).map(|i| if is_ink(i) { 1.0 } else { 0.0 });
    Looks::of(&cells.collect::<Vec<f64>>()).unwrap()
}
