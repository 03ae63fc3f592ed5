//! The job against a store in a fresh folder.

use std::sync::Arc;

use ocr_worker::job::{ReadContext, read_page};
use ocr_worker::{Reader, ReaderSettings};
use schemas::reading::{Warning, WarningCode};
use schemas::record::{PageState, StoryState};
use schemas::separation::Separation;
use schemas::{FixedClock, PageId, RandomIds, TimeMs};
use store::{Blobs, Intake, JobError, Moment, NewFile, NewPage, PageOutcome, PagePicture, Store};

use crate::{Committed, committed};

const NOW: TimeMs = TimeMs(1_790_000_000_000);

/// Different every time, the same in every run.
fn counting() -> u128 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(1);
    u128::from(NEXT.fetch_add(1, Ordering::Relaxed))
}

struct Office {
    _folder: tempfile::TempDir,
    ctx: ReadContext,
}

async fn office() -> Office {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("postbag.db").display());
    let store = Store::connect(&url, 2).await.unwrap();
    store.migrate().await.unwrap();
    let blobs = Blobs::open(&folder.path().join("blobs").display().to_string())
        .await
        .unwrap();
    let reader = Reader::new(schemas::layout::builtin(), ReaderSettings::default()).unwrap();
    let ctx = ReadContext {
        store,
        blobs,
        clock: Arc::new(FixedClock::new(NOW)),
        ids: Arc::new(RandomIds(counting)),
        reader: Arc::new(reader),
    };
    Office {
        _folder: folder,
        ctx,
    }
}

impl Office {
    async fn take_in(&self, name: &str, outcome: PageOutcome) -> PageId {
        let ids = RandomIds(counting);
        let moment = Moment {
            now: NOW,
            ids: &ids,
        };
        let batch_id = self
            .ctx
            .store
            .open_batch(&moment, "test", Separation::default())
            .await
            .unwrap();
        let file = NewFile {
            batch_id,
            name: name.to_owned(),
            origin: format!("/inbox/{name}"),
            media_type: "image/png".to_owned(),
            size_bytes: 1,
            blob: Some(Blobs::hash(name.as_bytes())),
            pages: vec![NewPage {
                page_idx: 0,
                outcome,
            }],
        };
        match self.ctx.store.record_file(&moment, file).await.unwrap() {
            Intake::Recorded { page_ids, .. } => page_ids[0].clone(),
            other => panic!("{other:?}"),
        }
    }

    async fn take_in_sample(&self, sample: &Committed) -> PageId {
        let blob = self.ctx.blobs.put(sample.bytes.clone()).await.unwrap();
        let picture = PagePicture {
            blob,
            width_px: sample.truth.width_px,
            height_px: sample.truth.height_px,
            dpi: Some(sample.truth.dpi),
        };
        self.take_in(&sample.truth.file, PageOutcome::Picture(picture))
            .await
    }
}

#[tokio::test]
async fn a_page_that_is_read_becomes_one_story_however_often_the_job_runs() {
    let office = office().await;
    let sample = committed().remove(0);
    let page_id = office.take_in_sample(&sample).await;
    for _ in 0..2 {
        read_page(&office.ctx, &page_id).await.unwrap();
    }
    let store = &office.ctx.store;
    let page = store.page(&page_id).await.unwrap().unwrap();
    assert_eq!(page.state, PageState::Read);
    let counts = store.story_counts().await.unwrap();
    let waiting = counts
        .iter()
        .find(|(state, _)| *state == StoryState::ToReview);
    assert_eq!(waiting.map(|(_, n)| *n), Some(1));
}

#[tokio::test]
async fn a_page_that_cannot_be_read_is_quarantined_with_its_cause() {
    let office = office().await;
    let blob = office
        .ctx
        .blobs
        .put(b"not a picture".to_vec())
        .await
        .unwrap();
    let picture = PagePicture {
        blob,
        width_px: 10,
        height_px: 10,
        dpi: None,
    };
    let page_id = office
        .take_in("odd.png", PageOutcome::Picture(picture))
        .await;
    read_page(&office.ctx, &page_id).await.unwrap();
    let page = office.ctx.store.page(&page_id).await.unwrap().unwrap();
    assert_eq!(page.state, PageState::Quarantined);
    assert_eq!(page.warning.unwrap().code, WarningCode::UnknownFormat);
}

#[tokio::test]
async fn a_page_that_is_not_there_or_has_no_picture_is_given_up() {
    let office = office().await;
    let unknown = PageId::parse("01ARZ3NDEKTSV4RRFFQ69G5FAV").unwrap();
    assert!(matches!(
        read_page(&office.ctx, &unknown).await,
        Err(JobError::GiveUp(_))
    ));
    let warning = Warning {
        code: WarningCode::DamagedFile,
        cause: "It is torn.".to_owned(),
        next_action: "Scan it again.".to_owned(),
    };
    let broken = office
        .take_in("torn.png", PageOutcome::Quarantined(warning))
        .await;
    assert!(matches!(
        read_page(&office.ctx, &broken).await,
        Err(JobError::GiveUp(_))
    ));
}

#[tokio::test]
async fn a_picture_that_is_missing_for_now_is_tried_again() {
    let office = office().await;
    let picture = PagePicture {
        blob: Blobs::hash(b"elsewhere"),
        width_px: 10,
        height_px: 10,
        dpi: None,
    };
    let page_id = office
        .take_in("later.png", PageOutcome::Picture(picture))
        .await;
    assert!(matches!(
        read_page(&office.ctx, &page_id).await,
        Err(JobError::Retry(_))
    ));
}
