//! The seam for text engines: lines of ink in, text out.

use image::GrayImage;
use schemas::geometry::BoxPx;
use schemas::reading::LineReading;

/// Reads pictures of single lines.
pub trait TextEngine: Send + Sync {
    /// The engine and its version, for example `tesseract 5.3.0`.
    fn version(&self) -> String;

    /// Reads black lines on white paper; the answer has one text for each line, in the same order.
    ///
    /// # Errors
    /// [`EngineError`] when the engine is missing, too slow or fails. Blocks.
    fn read(&self, lines: &[GrayImage], alphabet: Alphabet) -> Result<Vec<LineText>, EngineError>;
}

/// What may occur in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// Anything.
    Prose,
    /// Capitals and digits.
    Postcode,
}

/// One line, read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LineText {
    /// What was read; empty when nothing was.
    pub text: String,
    /// 0 to 1.
    pub confidence: f64,
    /// The share of characters that are expected to be wrong, 0 to 1, where the engine can tell; measured, unlike `confidence`.
    pub predicted_cer: Option<f64>,
    /// Of a postcode, the whole ones that it may be (no space), best first, where the engine can tell.
    pub postcodes: Vec<TextGuess>,
}

impl LineText {
    /// The line as readings keep it.
    pub(crate) fn at(self, box_px: BoxPx) -> LineReading {
        LineReading {
            box_px,
            text: self.text,
            confidence: thousandths(self.confidence),
            predicted_cer: self.predicted_cer.map(thousandths),
        }
    }
}

/// The text of some lines, joined by `\n`; nothing when they say nothing.
pub(crate) fn joined(lines: &[LineReading]) -> Option<String> {
    let texts = lines.iter().map(|line| line.text.as_str());
    let said: Vec<&str> = texts.filter(|text| !text.is_empty()).collect();
    (!said.is_empty()).then(|| said.join("\n"))
}

/// A text that may have been written.
#[derive(Clone, Debug, PartialEq)]
pub struct TextGuess {
    /// The text.
    pub text: String,
    /// How much less likely it is than what was read, in nats; 0 for what was read.
    pub cost: f64,
}

/// A confidence or a share as readings keep it: more digits than these say nothing.
pub(crate) fn thousandths(share: f64) -> f64 {
    (share * 1000.0).round() / 1000.0
}

/// An engine that reads nothing: for measuring everything else, and for pages whose text nobody needs.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoText;

impl TextEngine for NoText {
    fn version(&self) -> String {
        "none".to_owned()
    }

    fn read(&self, lines: &[GrayImage], _: Alphabet) -> Result<Vec<LineText>, EngineError> {
        Ok(vec![LineText::default(); lines.len()])
    }
}

/// Why an engine read nothing.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The program is not there.
    #[error("the program {program:?} is not installed")]
    Missing {
        /// How it was called.
        program: String,
    },
    /// It took too long and was ended.
    #[error("the text engine took longer than {limit_ms} ms")]
    TooSlow {
        /// How long it may take.
        limit_ms: u64,
    },
    /// It ended with an error.
    #[error("the text engine ended with {status}")]
    Failed {
        /// How it ended.
        status: String,
    },
    /// Files or pipes to it failed.
    #[error("the text engine could not be fed")]
    Io(#[from] std::io::Error),
}
