//! Pure types and contracts that every other crate of Postbag shares.
//!
//! Nothing in here does IO. Time, ids and randomness come in as arguments ([`Clock`], [`IdSource`]).
//!
//! - [`layout`]: one definition that prints a leaflet and reads it;
//! - [`payload`]: what the QR code of a leaflet says;
//! - [`reading`]: what the worker found on one page;
//! - [`job`]: the work that travels through the queue;
//! - [`lone`]: what was read in a picture without a layout;
//! - [`record`]: the states that stored things go through;
//! - [`looks`]: what a page looks like from afar;
//! - [`file_name`]: names that strangers gave to files;
//! - [`geometry`]: boxes, points and homographies;
//! - [`separation`]: where one pile ends and the next one begins;
//! - [`placement`]: what a person says about a page that the machine could not place;
//! - [`postcode`]: the grammar of United Kingdom postcodes.
//!
//! To add a layout, put its JSON file into `schemas/layouts/` and name it in [`layout::builtin`].

mod clock;
mod fnv;
mod ids;

pub mod file_name;
pub mod geometry;
pub mod job;
pub mod layout;
pub mod lone;
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "cells of a grid are few, and their levels small"
)]
pub mod looks;
pub mod payload;
pub mod placement;
pub mod postcode;
pub mod reading;
pub mod record;
pub mod separation;

pub use clock::{Clock, DAY_MS, FixedClock, SystemClock, TimeMs};
pub use fnv::fnv1a;
pub use ids::{
    AuditId, BatchCountId, BatchExplanationId, BatchId, BlobHash, DecisionId, DropId, FileId,
    IdError, IdSource, JobId, LeafletId, PageDecisionId, PageId, PlacementId, PublicationId,
    RandomIds, ReadingId, RevisionId, SessionId, StoryId, UserId, WebhookDeliveryId,
};
