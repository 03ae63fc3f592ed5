//! Files that are sent to the bench come in as every other file does.

use ingest::intake::{BATCH_IDLE_MS, Content, IncomingFile, Intake, IntakeError, Taken, take_file};
use review_web::{MailSlot, PageToLookAt, Pile, SentFile, TakenFile, Taking};
use store::{Blobs, Intake as Recorded};

/// Takes files in.
#[derive(Debug)]
pub(crate) struct Slot {
    intake: Intake,
}

impl Slot {
    pub(crate) fn new(intake: Intake) -> Self {
        Self { intake }
    }

    async fn take_into(&self, file: SentFile) -> Result<TakenFile, IntakeError> {
        let store = &self.intake.store;
        let batch_id = match file.pile {
            Pile::Opened(id) => id,
            Pile::From(source) => {
                if store
                    .is_recorded(&file.origin, &Blobs::hash(&file.bytes))
                    .await?
                {
                    return Ok(TakenFile::WasIn);
                }
                let moment = self.intake.moment();
                let batch =
                    store.go_on_with_batch(&moment, &source, self.intake.separation, BATCH_IDLE_MS);
                batch.await?
            }
        };
        let incoming = IncomingFile {
            batch_id,
            name: file.name,
            origin: file.origin,
            content: Content::Bytes(file.bytes.into()).within(&self.intake.limits),
        };
        Ok(told(take_file(&self.intake, incoming).await?))
    }
}

impl MailSlot for Slot {
    fn max_file_bytes(&self) -> u64 {
        self.intake.limits.file_size_bytes
    }

    fn take(&self, file: SentFile) -> Taking<'_> {
        Box::pin(async move { Ok(self.take_into(file).await?) })
    }
}

fn told(taken: Taken) -> TakenFile {
    match taken.recorded {
        Recorded::Recorded { page_ids, .. } => TakenFile::In {
            n_pages: page_ids.len(),
            to_look_at: taken.warnings.into_iter().map(to_look_at).collect(),
        },
        Recorded::AlreadyRecorded { .. } => TakenFile::WasIn,
        Recorded::Duplicate { .. } => TakenFile::SameAsAnother,
    }
}

fn to_look_at((page_idx, warning): (u32, schemas::reading::Warning)) -> PageToLookAt {
    PageToLookAt {
        number: page_idx + 1,
        warning,
    }
}
