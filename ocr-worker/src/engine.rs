//! The seam for text engines: lines of ink in, text out.

use image::GrayImage;

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
}

/// The share of characters that are expected to be wrong in a story: the mean over its characters; nothing without lines that
/// tell.
pub fn predicted_cer(lines: &[LineText]) -> Option<f64> {
    let length = |line: &LineText| line.text.chars().count() as f64;
    let told = lines
        .iter()
        .filter_map(|line| Some((length(line), line.predicted_cer?)));
    let (n, wrong) = told.fold((0.0, 0.0), |(n, wrong), (length, cer)| {
        (n + length, wrong + length * cer)
    });
    (n > 0.0).then(|| wrong / n)
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
