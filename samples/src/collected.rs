//! What real people wrote and drew, for those who have collected it: handwriting from UNIPEN and drawings from
//! *Quick, Draw!*; and the services that there really are. Without it there are the fonts, drawings and services that come with
//! Postbag.

mod doodles;
mod pens;

use std::path::Path;
use std::sync::Arc;

pub(crate) use pens::PenHand;

use crate::SampleError;
use crate::strokes::Stroke;

/// Handwriting and drawings of real people, and real services; each may be missing.
#[derive(Clone, Debug, Default)]
pub struct Collected {
    pub(crate) hands: Vec<Arc<PenHand>>,
    /// Each a drawing in a square of side 1.
    pub(crate) doodles: Vec<Arc<Vec<Stroke>>>,
    /// Names of services with their postcodes.
    pub(crate) services: Vec<(String, String)>,
}

impl Collected {
    /// Reads handwriting from a UNIPEN folder (with `data/` and `include/`) and drawings from a folder of `.bin` files with 28 × 28
    /// bytes a drawing.
    ///
    /// # Errors
    /// When a folder cannot be read or has nothing in it that can be used.
    pub fn read(unipen: Option<&Path>, doodles: Option<&Path>) -> Result<Self, SampleError> {
        Ok(Self {
            hands: unipen.map(pens::read).transpose()?.unwrap_or_default(),
            doodles: doodles.map(doodles::read).transpose()?.unwrap_or_default(),
            services: Vec::new(),
        })
    }

    /// The same, with services (name and postcode) that leaflets are about instead of the invented ones.
    #[must_use]
    pub fn about(self, services: Vec<(String, String)>) -> Self {
        Self { services, ..self }
    }
}
