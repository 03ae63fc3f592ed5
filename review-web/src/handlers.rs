//! One endpoint a file; a page is a template beside its handler.

pub(crate) mod account;
pub(crate) mod audit;
pub(crate) mod batches;
pub(crate) mod deliveries;
pub(crate) mod drop;
pub(crate) mod healthz;
pub(crate) mod layouts;
pub(crate) mod mail_room;
pub(crate) mod next_story;
pub(crate) mod page_picture;
pub(crate) mod people;
pub(crate) mod public;
pub(crate) mod quarantine;
pub(crate) mod queue;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
pub(crate) mod story;
pub(crate) mod told_story;
