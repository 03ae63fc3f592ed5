//! Files that are sent to the bench come in as every other file does.

use ingest::intake::{Content, IncomingFile, Intake, Taken, take_file};
use review_web::{MailSlot, SentFile, TakenFile, Taking};
use store::Intake as Recorded;

/// Takes files in.
#[derive(Debug)]
pub(crate) struct Slot {
    intake: Intake,
}

impl Slot {
    pub(crate) fn new(intake: Intake) -> Self {
        Self { intake }
    }
}

impl MailSlot for Slot {
    fn take(&self, file: SentFile) -> Taking<'_> {
        let size_bytes = file.bytes.len() as u64;
        let content = if size_bytes > self.intake.limits.file_size_bytes {
            Content::TooLarge { size_bytes }
        } else {
            Content::Bytes(file.bytes.into())
        };
        let incoming = IncomingFile {
            batch_id: file.batch_id,
            name: file.name,
            origin: file.origin,
            content,
        };
        Box::pin(async move { Ok(told(&take_file(&self.intake, incoming).await?)) })
    }
}

fn told(taken: &Taken) -> TakenFile {
    match &taken.recorded {
        Recorded::Recorded { page_ids, .. } => TakenFile::In {
            n_pages: page_ids.len(),
            n_to_look_at: taken.warnings.len(),
        },
        Recorded::AlreadyRecorded { .. } => TakenFile::WasIn,
        Recorded::Duplicate { .. } => TakenFile::SameAsAnother,
    }
}
