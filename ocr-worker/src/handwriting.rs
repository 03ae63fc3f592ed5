//! Handwriting: our own recogniser of written lines.
//!
//! A line is [normalised](mod@normalise), the [network] says how likely each character is in each of its frames, and the
//! [decoder](decode) finds the text: a [search](beam) with a model of the [language], which also says how far the text is
//! [to be trusted](confidence).

mod align;
pub mod beam;
pub mod confidence;
pub mod decode;
pub mod language;
pub mod network;
pub mod normalise;
mod prefixes;

use image::GrayImage;
use rayon::prelude::*;

use crate::engine::{Alphabet, EngineError, LineText, TextEngine};
use decode::{Decoder, Reading};
use network::{Network, NetworkError};
use normalise::normalise;

/// The recogniser.
#[derive(Clone, Debug)]
pub struct Handwriting {
    network: Network,
    decoder: Decoder,
}

impl Handwriting {
    /// Makes it ready; never from a thread of a pool.
    ///
    /// # Errors
    /// [`NetworkError`] when the network cannot be run.
    pub fn load() -> Result<Self, NetworkError> {
        Ok(Self {
            network: Network::load()?,
            decoder: Decoder::default(),
        })
    }

    /// Reads one line, with the places of its words.
    ///
    /// # Errors
    /// [`NetworkError`] when the network does not run.
    pub fn reading(&self, line: &GrayImage, alphabet: Alphabet) -> Result<Reading, NetworkError> {
        let scores = self.network.scores(&normalise(line))?;
        Ok(self.decoder.read(&scores, alphabet))
    }
}

impl TextEngine for Handwriting {
    fn version(&self) -> String {
        "postbag-lines 2".to_owned()
    }

    fn read(&self, lines: &[GrayImage], alphabet: Alphabet) -> Result<Vec<LineText>, EngineError> {
        let read = |line: &GrayImage| {
            let failed = |error: NetworkError| EngineError::Failed {
                status: error.to_string(),
            };
            let reading = self.reading(line, alphabet).map_err(failed)?;
            Ok(LineText {
                confidence: (1.0 - reading.predicted_cer).clamp(0.0, 1.0),
                predicted_cer: Some(reading.predicted_cer),
                text: reading.text,
            })
        };
        self.network
            .with_threads(|| lines.par_iter().map(read).collect())
    }
}
