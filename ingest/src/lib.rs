//! Scans become pages: the way in, and the only one.
//!
//! - [`open`]: a file's bytes → pages, recognised by content, within [`Limits`];
//! - [`apart`]: the same in a process of its own, which a hostile file may break;
//! - [`intake`]: one file → blobs and rows, in one transaction; every way in ends there;
//! - [`watch`]: the inbox folder that scanners write into;
//! - [`mailbox`]: mails that scans are attached to.
//!
//! A file that cannot be opened is no error: it is a sheet that a person must look at. So everything that can be wrong
//! with a file ends as a [`schemas::reading::Warning`]: what happened in plain words, and what to do next.
//!
//! To add a format: name it in `format.rs`, give it a module under `open/` that yields pages, and put a good, a cut and
//! an oversized file of it into `tests/`.

mod bytes;
mod fault;
mod format;
mod held_up;
mod limits;
mod rounds;

pub mod apart;
pub mod intake;
pub mod mailbox;
pub mod open;
pub mod watch;

pub use bytes::FileBytes;
pub use format::Format;
pub use limits::Limits;
