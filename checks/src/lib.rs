//! What a moderator should look at in a story before it is published. No IO: a text comes in, findings go out.
//!
//! - [`privacy`]: what could tell who somebody is, and words that are not published;
//! - [`safeguarding`]: words that raise a flag, because somebody may be in danger;
//! - [`tidy`]: spelling, capitals, spaces and stops;
//! - [`measure`]: how often the findings are right, against texts that people marked.
//!
//! A [`Finding`] is a suggestion: a place in the text in bytes, a reason in plain words, and what may stand there
//! instead. Findings of one call are sorted by place and never overlap, and their ends lie between characters. Nothing
//! here decides: a person does, finding by finding.
//!
//! To add a kind, add it to [`Kind`], write a module with one function from the text to its findings, and call it
//! where the others are called (for privacy in `privacy.rs`).

mod finding;
mod lists;
pub mod measure;
pub mod privacy;
pub mod safeguarding;
mod text;
pub mod tidy;

pub use finding::{Finding, Kind, apply};
