use std::path::PathBuf;
use std::sync::Arc;

use ingest::intake::{Content, IncomingFile, Intake, take_file};
use ocr_worker::handwriting::Handwriting;
use ocr_worker::job::{ReadContext, read_page};
use ocr_worker::{Reader, ReaderSettings};
use samples::Truth;
use schemas::record::{DecisionKind, PageState, Role};
use schemas::separation::Separation;
use schemas::{PageId, StoryId, SystemClock, UserId};
use store::{
    AddedUser, Blobs, Decide, Decided, Moment, NewUser, Revise, Revised, Store, StoryFields,
    StoryRecord,
};

use crate::support::{ids, workspace};

/// An installation whose roles are played here: sheets come in, are read and corrected. The program is only asked to
/// read them again.
pub(super) struct Office {
    pub(super) folder: tempfile::TempDir,
    pub(super) settings: Vec<(&'static str, String)>,
    pub(super) context: ReadContext,
    pub(super) user_id: UserId,
}

impl Office {
    pub(super) async fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("postbag.db").display());
        Self::new(folder, &url).await
    }

    pub(super) async fn on(database_url: &str) -> Self {
        Self::new(tempfile::tempdir().unwrap(), database_url).await
    }

    async fn new(folder: tempfile::TempDir, database_url: &str) -> Self {
        let blobs_url = folder.path().join("blobs").display().to_string();
        let store = Store::connect(database_url, 2).await.unwrap();
        store.migrate().await.unwrap();
        let engine = Box::new(Handwriting::load().unwrap());
        let layouts = schemas::layout::builtin();
        let reader = Reader::with_engine(layouts, ReaderSettings::default(), engine).unwrap();
        let context = ReadContext {
            store,
            blobs: Blobs::open(&blobs_url).await.unwrap(),
            clock: Arc::new(SystemClock),
            ids: Arc::new(ids()),
            reader: Arc::new(reader),
        };
        Self {
            settings: vec![
                ("POSTBAG__DATABASE__URL", database_url.to_owned()),
                ("POSTBAG__BLOBS__URL", blobs_url),
            ],
            user_id: add_moderator(&context).await,
            context,
            folder,
        }
    }

    pub(super) fn moment(&self) -> Moment<'_> {
        moment(&self.context)
    }

    pub(super) async fn close(&self) {
        self.context.store.close().await;
    }

    /// Takes a committed sample in and reads it.
    pub(super) async fn take_in_sample(&self, name: &str) -> PageId {
        let leaflets = samples::committed::LEAFLETS;
        let (_, bytes) = leaflets.iter().find(|(known, _)| *known == name).unwrap();
        self.take_in(name, bytes.to_vec()).await
    }

    /// Takes a sheet in that is nothing but one shade of white.
    pub(super) async fn take_in_white(&self, name: &str, shade: u8) -> PageId {
        let white = image::GrayImage::from_pixel(827, 1170, image::Luma([shade]));
        let mut bytes = std::io::Cursor::new(Vec::new());
        white.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        self.take_in(name, bytes.into_inner()).await
    }

    async fn take_in(&self, name: &str, bytes: Vec<u8>) -> PageId {
        let intake = Intake {
            store: self.context.store.clone(),
            blobs: self.context.blobs.clone(),
            clock: self.context.clock.clone(),
            ids: self.context.ids.clone(),
            limits: ingest::Limits::default(),
            apart: None,
            separation: Separation::default(),
        };
        let batch_id = intake
            .store
            .open_batch(&self.moment(), "test", Separation::default())
            .await;
        let file = IncomingFile {
            batch_id: batch_id.unwrap(),
            name: name.to_owned(),
            origin: format!("test:{name}"),
            content: Content::Bytes(bytes.into()),
        };
        let taken = take_file(&intake, file).await.unwrap();
        let store::Intake::Recorded { page_ids, .. } = taken.recorded else {
            panic!("{name} was taken in before");
        };
        self.read(&page_ids[0]).await;
        page_ids[0].clone()
    }

    pub(super) async fn read(&self, page_id: &PageId) {
        read_page(&self.context, page_id).await.unwrap();
    }

    pub(super) async fn state(&self, page_id: &PageId) -> PageState {
        let page = self.context.store.page(page_id).await.unwrap();
        page.unwrap().state
    }

    pub(super) async fn story_of(&self, page_id: &PageId) -> StoryRecord {
        let page = self.context.store.page(page_id).await.unwrap().unwrap();
        self.story(&page.story_id.unwrap()).await
    }

    pub(super) async fn story(&self, story_id: &StoryId) -> StoryRecord {
        self.context.store.story(story_id).await.unwrap().unwrap()
    }

    /// Saves what a moderator typed.
    pub(super) async fn correct(&self, story: &StoryRecord, fields: StoryFields) {
        let change = Revise {
            story_id: story.id.clone(),
            user_id: self.user_id.clone(),
            expected_revision: story.revision_no,
            fields,
            reason: String::new(),
        };
        let revised = self
            .context
            .store
            .revise_story(&self.moment(), change)
            .await
            .unwrap();
        assert!(matches!(revised, Revised::Saved { .. }), "{revised:?}");
    }

    pub(super) async fn approve(&self, story_id: &StoryId) {
        let decision = Decide {
            story_id: story_id.clone(),
            user_id: self.user_id.clone(),
            kind: DecisionKind::Approve,
            reason: String::new(),
            hold: None,
            expected_revision: self.story(story_id).await.revision_no,
            may_give_opinion: false,
            undo_ms: 0,
            publish_from: None,
        };
        let store = &self.context.store;
        let decided = store.decide(&self.moment(), decision).await.unwrap();
        assert!(matches!(decided, Decided::Done(_)), "{decided:?}");
    }

    /// Removes a picture as a clumsy clean-up would.
    pub(super) fn lose_blob(&self, hash: &str) {
        let folder = self.folder.path().join("blobs");
        let file = folder.join(&hash[..2]).join(&hash[2..4]).join(hash);
        std::fs::remove_file(file).unwrap();
    }

    /// Every byte of the SQLite database, of what it has not taken over yet, and the names of all blobs.
    pub(super) fn records(&self) -> (Vec<u8>, Vec<u8>, Vec<PathBuf>) {
        let at = |name: &str| std::fs::read(self.folder.path().join(name)).unwrap_or_default();
        let mut blobs = Vec::new();
        let mut folders = vec![self.folder.path().join("blobs")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    blobs.push(path);
                }
            }
        }
        blobs.sort();
        (at("postbag.db"), at("postbag.db-wal"), blobs)
    }
}

fn moment(context: &ReadContext) -> Moment<'_> {
    Moment {
        now: context.clock.now(),
        ids: context.ids.as_ref(),
    }
}

async fn add_moderator(context: &ReadContext) -> UserId {
    let user = NewUser {
        name: "ada".to_owned(),
        display_name: "Ada".to_owned(),
        role: Role::Moderator,
        password_hash: "none".to_owned(),
    };
    match context.store.add_user(&moment(context), user).await {
        Ok(AddedUser::Added(user_id)) => user_id,
        other => panic!("{other:?}"),
    }
}

/// What a moderator makes of the fields of a sample who reads it without a fault.
pub(super) fn truth_of(name: &str, read: StoryFields) -> StoryFields {
    let file = workspace()
        .join("samples/leaflets")
        .join(samples::truth_name(name));
    let truth = Truth::parse(&std::fs::read_to_string(file).unwrap()).unwrap();
    let story = truth.story.join("\n");
    StoryFields {
        service: truth.service.unwrap_or_default(),
        postcode: truth.postcode.unwrap_or_default(),
        as_written: story.clone(),
        readable: story.clone(),
        published_text: story,
        ..read
    }
}
