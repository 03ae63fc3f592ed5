//! A picture that is read as one region, without a layout: a letter, a line, a postcode, the name of a service.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::reading::{Candidate, Engine, LineReading, Warning};

/// What a picture without a layout shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReadAs {
    /// Any number of lines: a letter, a page.
    Text,
    /// One line.
    Line,
    /// A postcode, in one line.
    Postcode,
    /// The name of a service, in one line.
    Service,
}

/// A picture, read as one region.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LoneReading {
    /// The file that the picture came from, as it was named.
    pub file: String,
    /// Which page of the file, from 0.
    pub page_idx: u32,
    /// What it was read as.
    pub read_as: ReadAs,
    /// The best reading, lines joined by `\n`; nothing when there is no writing.
    pub value: Option<String>,
    /// The share of the characters of `value` that are expected to be wrong, 0 to 1; nothing where the engine cannot tell.
    pub predicted_cer: Option<f64>,
    /// Possible readings, best first; for postcodes and services.
    pub candidates: Vec<Candidate>,
    /// The lines from top to bottom; their boxes are in pixels of the picture as it was given, upright.
    pub lines: Vec<LineReading>,
    /// What a person should know.
    pub warnings: Vec<Warning>,
    /// What read it, with versions.
    pub engine: Engine,
}
