//! A slot in a door without a letter box behind it: each file is kept and recorded as one page. What really opens files is
//! the binary's.

use std::sync::Arc;

use review_web::{MailSlot, SentFile, TakenFile, Taking};
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

impl MailSlot for PlainSlot {
    /// `no picture` cannot be opened, and for `no disk` there is no room.
    fn take(&self, file: SentFile) -> Taking<'_> {
        Box::pin(async move {
            if file.bytes == b"no disk" {
                return Err("the disk is full".into());
            }
            let is_broken = file.bytes == b"no picture";
            let size_bytes = file.bytes.len() as u64;
            let blob = self.blobs.put(file.bytes).await?;
            let outcome = if is_broken {
                PageOutcome::Quarantined(Warning {
                    code: WarningCode::UnknownFormat,
                    cause: "The file is no picture.".to_owned(),
                    next_action: "Scan the sheet again.".to_owned(),
                })
            } else {
                PageOutcome::Picture(PagePicture {
                    blob: blob.clone(),
                    width_px: 827,
                    height_px: 1169,
                    dpi: None,
                })
            };
            let new = NewFile {
                batch_id: file.batch_id,
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
            let moment = Moment {
                now: self.clock.now(),
                ids: self.ids.as_ref(),
            };
            Ok(match self.store.record_file(&moment, new).await? {
                Intake::Recorded { page_ids, .. } => TakenFile::In {
                    n_pages: page_ids.len(),
                    n_to_look_at: usize::from(is_broken),
                },
                Intake::AlreadyRecorded { .. } => TakenFile::WasIn,
                Intake::Duplicate { .. } => TakenFile::SameAsAnother,
            })
        })
    }
}
