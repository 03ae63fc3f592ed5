//! Everything that Postbag keeps: records, the queue and blobs. The only crate with SQL and AMQP in it.

mod blobs;
mod database;
mod decisions;
mod error;
mod history;
mod intake;
mod leases;
mod ledger;
mod outbox;
mod pages;
mod people;
mod publications;
mod queue;
mod readings;
pub mod relay;
mod revisions;
mod sessions;
mod stories;
mod sweep;

pub use blobs::{BlobError, Blobs};
pub use database::{MigrationReport, SchemaVersion, Store};
pub use decisions::{Decide, Decided};
pub use error::StoreError;
pub use history::{FieldChange, HistoryEntry, HistoryKind};
pub use intake::{Intake, NewFile, NewPage, PageOutcome, PagePicture};
pub use leases::{Claim, Lease};
pub use ledger::{BatchDetail, BatchSummary, Ledger, Sheet};
pub use pages::PageRecord;
pub use people::{AddedUser, NewUser, User};
pub use publications::Publication;
pub use queue::{DeadJob, Delivery, JobError, Queue, QueueError, QueueSettings, Retried};
pub use readings::{NewReading, ReadingPicture, RecordedReading};
pub use revisions::{Revise, Revised};
pub use sessions::{NewSession, Session};
pub use stories::{StoryFields, StoryFilter, StoryRecord, StorySummary};

use schemas::{IdSource, TimeMs};

/// When something happens, and where its ids come from. Every write takes one, so that tests can repeat it.
#[derive(Clone, Copy)]
pub struct Moment<'a> {
    /// The present moment.
    pub now: TimeMs,
    /// Makes ids.
    pub ids: &'a dyn IdSource,
}

impl std::fmt::Debug for Moment<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Moment")
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

pub(crate) fn to_json<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    Ok(serde_json::to_string(value)?)
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
