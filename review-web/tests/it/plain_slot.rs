//! A slot in a door without a letter box behind it: each file is kept and recorded as one page. What really opens files is
//! the binary's.

use schemas::separation::Separation;
use std::sync::Arc;

use review_web::{MailSlot, PageToLookAt, Pile, SentFile, TakenFile, Taking};
use schemas::reading::{Warning, WarningCode};
use schemas::{Clock, IdSource};
use store::{Blobs, Intake, Moment, NewFile, NewPage, PageOutcome, PagePicture, Store};

/// See the module.
pub(crate) struct PlainSlot {
    pub(crate) store: Store,
    pub(crate) blobs: Blobs,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn IdSource>,
}

/// As the binary's.
const PILE_IDLE_MS: i64 = 120_000;

impl MailSlot for PlainSlot {
    fn max_file_bytes(&self) -> u64 {
        1 << 20
    }

    /// `no picture` cannot be opened, and for `no disk` there is no room.
    fn take(&self, file: SentFile) -> Taking<'_> {
        Box::pin(async move {
            if file.bytes == b"no disk" {
                return Err("the disk is full".into());
            }
            let is_broken = file.bytes == b"no picture";
            let size_bytes = file.bytes.len() as u64;
            let blob = self.blobs.put(file.bytes).await?;
            let warning = is_broken.then(|| Warning {
                code: WarningCode::UnknownFormat,
                cause: "The file is no picture.".to_owned(),
                next_action: "Scan the sheet again.".to_owned(),
            });
            let outcome = if let Some(warning) = warning.clone() {
                PageOutcome::Quarantined(warning)
            } else {
                PageOutcome::Picture(PagePicture {
                    blob: blob.clone(),
                    width_px: 827,
                    height_px: 1169,
                    dpi: None,
                })
            };
            let moment = Moment {
                now: self.clock.now(),
                ids: self.ids.as_ref(),
            };
            let batch_id = match file.pile {
                Pile::Opened(id) => id,
                Pile::From(source) => {
                    let store = &self.store;
                    let batch = store.go_on_with_batch(
                        &moment,
                        &source,
                        Separation::default(),
                        PILE_IDLE_MS,
                    );
                    batch.await?
                }
            };
            let new = NewFile {
                batch_id,
                name: file.name,
                origin: file.origin,
                media_type: "image/png".to_owned(),
                size_bytes,
                blob: Some(blob),
                pages: vec![NewPage {
                    page_idx: 0,
                    outcome,
                }],
            };
            Ok(match self.store.record_file(&moment, new).await? {
                Intake::Recorded { page_ids, .. } => TakenFile::In {
                    n_pages: page_ids.len(),
                    to_look_at: warning
                        .map(|warning| PageToLookAt { number: 1, warning })
                        .into_iter()
                        .collect(),
                },
                Intake::AlreadyRecorded { .. } => TakenFile::WasIn,
                Intake::Duplicate { .. } => TakenFile::SameAsAnother,
            })
        })
    }
}
