//! Reads a page: from the picture of a scanned leaflet to a [`schemas::reading::Reading`].
//!
//! The reading is a row of named stages with plain data between them, each callable alone:
//!
//! `decode → find code → register → straighten → ink → marks | comb | lines | drawing → reading`
//!
//! [`Reader::read`] is the convenience on top. A bad scan is data, not an error: whatever the picture, the
//! result is a reading, with warnings in plain words when something is wrong.
//!
//! Distances on paper are millimetres from the page's top-left corner; a point in a picture is in pixels from
//! the outer corner of its first pixel, y down, so that the middle of that pixel is `(0.5, 0.5)`.
//!
//! To add a stage, write a file in `stages/` that turns data into data, and call it from `reader.rs`. To add a
//! text engine, implement [`engine::TextEngine`]; to add a code decoder, [`stages::code::CodeDecoder`].

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    reason = "pixel code: sizes are limited to 40,000 an edge when a picture is decoded"
)]

pub mod crops;
pub mod engine;
pub mod guard;
pub mod handwriting;
pub mod job;
pub mod picture;
pub mod postcode;
pub mod reader;
pub mod stages;
pub mod tesseract;
pub mod thresholds;
mod warnings;

pub use reader::{
    KnownLayout, LoneRead, PageRead, PageSource, Picture, Reader, ReaderError, ReaderSettings,
    SeenBox,
};
pub use tesseract::TesseractSettings;
