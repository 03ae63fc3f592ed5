//! The directory of health services, and which of them a leaflet is about. No IO: files come in as bytes.
//!
//! - [`files`]: what the files of the organisation data service, of Scotland and Northern Ireland, and our own say;
//! - [`Index`]: every open service in memory, made once and shared;
//! - [`resolve`]: name × postcode × directory, to candidates with evidence, or to none;
//! - [`search`]: what a person types, found;
//! - [`postcodes`]: the districts of the postcode files.
//!
//! To read another kind of file, add a module to `files/` and name it in [`files::parse`].

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "counts of services and letters, far below what a float holds"
)]

mod alike;
mod confidence;
mod evidence;
pub mod files;
mod index;
mod postal;
pub mod postcodes;
mod reading;
mod resolve;
mod search;
mod service;
#[cfg(test)]
mod tests;
mod vocabulary;
mod words;

pub use alike::alike;
pub use confidence::{Features, N_FEATURES, SURE, WEIGHTS};
pub use index::Index;
pub use postal::{Nearness, PostcodeGuess};
pub use resolve::{Query, Resolution, ServiceCandidate, resolve};
pub use search::search;
pub use service::{Kind, Service};
pub use words::same_name;
