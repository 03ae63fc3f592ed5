use schemas::reading::{Warning, WarningCode};
use schemas::record::{DecisionKind, Role};
use schemas::separation::Separation;
use schemas::{Clock as _, PageId, StoryId, SystemClock, UserId};
use store::{
    AddedUser, Blobs, Decide, DecidePage, Decided, Intake, Moment, NewFile, NewPage, NewUser,
    PageOutcome, PagePicture, Revise, Store, StoryFields, TakeLetter, TakenLetter,
};

use crate::support::ids;

/// Whoever reads and decides; the sheets are letters, whose words are typed.
pub(super) struct Moderator {
    /// Sees what the program sees.
    pub(super) store: Store,
    user_id: UserId,
}

impl Moderator {
    pub(super) async fn new(store: Store) -> Self {
        let ids = ids();
        let user = NewUser {
            name: "mo".to_owned(),
            display_name: "Mo".to_owned(),
            role: Role::Moderator,
            password_hash: "none".to_owned(),
        };
        let added = store.add_user(&moment(&ids), user).await.unwrap();
        let AddedUser::Added(user_id) = added else {
            panic!("{added:?}");
        };
        Self { store, user_id }
    }

    /// Types a letter and approves it; the program publishes it.
    pub(super) async fn approve(&self, title: &str, text: &str) -> StoryId {
        let story_id = self.letter().await;
        let record = self.store.story(&story_id).await.unwrap().unwrap();
        let change = Revise {
            story_id: story_id.clone(),
            user_id: self.user_id.clone(),
            expected_revision: record.revision_no,
            fields: StoryFields {
                title: title.to_owned(),
                published_text: text.to_owned(),
                consent: true,
                ..record.fields
            },
            reason: String::new(),
        };
        let ids = ids();
        self.store
            .revise_story(&moment(&ids), change)
            .await
            .unwrap();
        self.decide(&story_id, DecisionKind::Approve).await;
        story_id
    }

    /// Decides, as the bench does.
    pub(super) async fn decide(&self, story_id: &StoryId, kind: DecisionKind) {
        let record = self.store.story(story_id).await.unwrap().unwrap();
        let decision = Decide {
            story_id: story_id.clone(),
            user_id: self.user_id.clone(),
            kind,
            reason: "as the author wishes".to_owned(),
            hold: None,
            expected_revision: record.revision_no,
            may_give_opinion: false,
            undo_ms: 0,
            publish_from: None,
        };
        let ids = ids();
        let decided = self.store.decide(&moment(&ids), decision).await.unwrap();
        assert!(matches!(decided, Decided::Done(_)), "{decided:?}");
    }

    async fn letter(&self) -> StoryId {
        let (ids, page_id) = (ids(), self.page().await);
        let letter = TakeLetter {
            decision: DecidePage {
                page_id,
                user_id: self.user_id.clone(),
                reason: String::new(),
            },
            goes_on_from: None,
        };
        let taken = self.store.take_letter(&moment(&ids), &letter).await;
        match taken.unwrap() {
            TakenLetter::Done(story_id) => story_id,
            other => panic!("{other:?}"),
        }
    }

    /// A sheet that was looked at in vain.
    async fn page(&self) -> PageId {
        let ids = ids();
        let moment = moment(&ids);
        let batch_id = self
            .store
            .open_batch(&moment, "post", Separation::default())
            .await
            .unwrap();
        let unique = batch_id.to_string();
        let picture = PagePicture {
            blob: Blobs::hash(unique.as_bytes()),
            width_px: 827,
            height_px: 1_169,
            dpi: Some(100.0),
        };
        let file = NewFile {
            batch_id,
            name: "letter.png".to_owned(),
            origin: unique.clone(),
            media_type: "image/png".to_owned(),
            size_bytes: 1,
            blob: Some(picture.blob.clone()),
            pages: vec![NewPage {
                page_idx: 0,
                outcome: PageOutcome::Picture(picture),
            }],
        };
        let Intake::Recorded { mut page_ids, .. } =
            self.store.record_file(&moment, file).await.unwrap()
        else {
            panic!("a new file was not recorded");
        };
        let warning = Warning {
            code: WarningCode::NoCode,
            cause: "No code.".to_owned(),
            next_action: "Look.".to_owned(),
        };
        let page_id = page_ids.remove(0);
        self.store
            .quarantine_page(&moment, &page_id, &warning)
            .await
            .unwrap();
        page_id
    }
}

fn moment(ids: &schemas::RandomIds) -> Moment<'_> {
    Moment {
        now: SystemClock.now(),
        ids,
    }
}
