//! What the fuzz targets share.
//!
//! - [`panics`]: a panic in our own code is a finding, one that a guard catches in a library is not;
//! - [`opened`]: a file goes through `ingest::open`, and what comes out is checked;
//! - [`decoded`]: a picture goes through the worker's decoder.
//!
//! To add a target, write a file in `fuzz_targets/`, name it in `Cargo.toml` and in `scripts/fuzz.sh`.

pub mod decoded;
pub mod opened;
pub mod panics;
