//! Handwriting: our own recogniser of written lines.
//!
//! A line is [normalised](mod@normalise), the [network] says how likely each character is in each of its frames, and the
//! [decoder](decode) finds the text: a [search](beam) with a model of the [language], which also says how far the text is
//! [to be trusted](confidence).

mod align;
pub mod beam;
mod capitals;
pub mod confidence;
pub mod decode;
pub mod language;
pub mod network;
pub mod normalise;
mod prefixes;

use image::GrayImage;
use rayon::prelude::*;

use crate::engine::{Alphabet, EngineError, LineText, TextEngine};
use decode::Decoder;
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

    /// Reads one line.
    fn line(&self, line: &GrayImage, alphabet: Alphabet) -> Result<LineText, NetworkError> {
        let scores = self.network.scores(&normalise(line))?;
        let reading = self.decoder.read(&scores, alphabet);
        Ok(LineText {
            confidence: (1.0 - reading.predicted_cer).clamp(0.0, 1.0),
            predicted_cer: Some(reading.predicted_cer),
            text: reading.text,
            postcodes: match alphabet {
                Alphabet::Postcode => self.decoder.postcodes(&scores),
                Alphabet::Prose => Vec::new(),
            },
        })
    }
}

impl TextEngine for Handwriting {
    fn version(&self) -> String {
        "postbag-lines 4".to_owned()
    }

    fn read(&self, lines: &[GrayImage], alphabet: Alphabet) -> Result<Vec<LineText>, EngineError> {
        let read = |line: &GrayImage| {
            let failed = |error: NetworkError| EngineError::Failed {
                status: error.to_string(),
            };
            self.line(line, alphabet).map_err(failed)
        };
        self.network
            .with_threads(|| lines.par_iter().map(read).collect())
    }
}
