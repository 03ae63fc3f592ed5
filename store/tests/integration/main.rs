//! The conformance suites of the store and of the queue, each run on every engine, and the tests of the blobs.
#![expect(
    clippy::unwrap_used,
    reason = "what cannot be set up or looked up fails the test"
)]

mod bed;
mod blobs;
mod queue;
mod records;
