//! Everything that Postbag keeps: records, the queue and blobs. The only crate with SQL and AMQP in it.
//!
//! - [`Store`] is the database, SQLite or PostgreSQL, with one SQL text for both. Every write takes a [`Moment`], so
//!   that time and ids are arguments. A write that depends on what a row says first locks the row, by an update that
//!   changes nothing, which both engines understand; on SQLite the whole transaction is alone anyway.
//! - [`Queue`] is the queue, a table of the database or RabbitMQ. A job is written into the outbox beside the row that
//!   causes it; [`relay::step`] sends it, and a worker receives, works, commits and then finishes it. Jobs may run
//!   twice. Those that give up are kept in the database, whichever engine it was.
//! - [`Blobs`] are pictures and files by the hash of their content.
//!
//! To add a table, write a migration into `store/migrations/` and name it in `database/migrate.rs`. To add a
//! statement, put it into its module's `statements!`, which has it prepared on both engines by a test and looked at for
//! whole tables that it would read by another (`records/plans.rs`). To add a test,
//! put it into `tests/integration/` under `on_engines!`, which runs it on
//! every engine.

mod accounts;
mod approvals;
mod audit;
mod blobs;
mod counts;
mod covers;
mod database;
mod decisions;
mod drafts;
mod drops;
mod error;
mod history;
mod intake;
mod layouts;
mod leaflets;
mod leases;
mod ledger;
mod letters;
mod links;
mod looks;
mod opinions;
mod outbox;
mod page_decisions;
mod page_events;
mod pages;
mod pairing;
mod people;
mod piles;
mod placements;
mod publications;
mod queue;
mod readings;
pub mod relay;
mod revisions;
mod services;
mod sessions;
mod sorting;
mod stories;
mod sweep;
mod tallies;
mod told;
mod troubles;
mod twins;
mod webhook;

pub use accounts::{AccountChange, ChangeAccount, ChangedAccount, SetPassword};
pub use approvals::{Approval, ApprovalFilter};
pub use audit::{AuditEntry, AuditFilter, NewAudit};
pub use blobs::{BlobError, Blobs, Hashing};
pub use counts::{BatchCount, BatchExplanation, CountBatch, Counted, ExplainBatch};
pub use covers::NewCover;
pub use database::{MigrationReport, Plan, SchemaVersion, Store};
pub use decisions::{Decide, Decided};
pub use drafts::{KeepDraft, KeptDraft};
pub use drops::{AddedDrop, DropAddress, NewDrop};
pub use error::{Outage, StoreError};
pub use history::{FieldChange, HistoryEntry, HistoryKind};
pub use intake::{Intake, NewFile, NewPage, PageOutcome, PagePicture};
pub use layouts::{
    BlankSource, ChangeLayout, ChangedLayout, LayoutDecision, LayoutRecord, PutInUse, SaveLayout,
    SavedLayout,
};
pub use leases::{Claim, Lease, Offer};
pub use ledger::{BatchDetail, BatchSummary, Ledger, Pile, Sheet};
pub use letters::{TakeLetter, TakenLetter};
pub use links::{Invite, NewLink};
pub use opinions::ALONE_UP_TO;
pub use page_decisions::{DecidePage, PageChange};
pub use page_events::{PageEvent, PageEventKind};
pub use pages::{PageReading, PageRecord};
pub use pairing::{JoinPasses, JoinSides, Joined, Mismatch, PassOrder, Passes};
pub use people::{AddedUser, NewUser, User};
pub use placements::{NumberedPlacement, PlacePage};
pub use publications::Publication;
pub use queue::{DeadJob, Delivery, JobError, Queue, QueueError, QueueSettings, Retried};
pub use readings::{NewReading, ReadingPicture, RecordedReading};
pub use revisions::{Revise, Revised};
pub use services::{CONFIRMATIONS, ConfirmAlias, ImportedServices, ServiceDirectory};
pub use sessions::{NewSession, OpenSession, Session};
pub use stories::{
    CONSENT_GIVEN, Hold, OnlyStories, StoryFields, StoryFilter, StoryPage, StoryRecord,
    StorySummary, first_words,
};
pub use told::OpenTold;
pub use troubles::{Trouble, TroubleWords};
pub use twins::{Twin, TwinBy};
pub use webhook::WebhookDelivery;

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

/// Sorts behind every id: where a list begins that goes on before an id.
pub(crate) const BEHIND_ALL: &str = "~";

pub(crate) fn to_json<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    Ok(serde_json::to_string(value)?)
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or('0');
    let digits = |byte: &u8| [digit(byte >> 4), digit(byte & 15)];
    bytes.iter().flat_map(digits).collect()
}
