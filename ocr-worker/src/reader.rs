//! The reader: all stages, one after the other, from the bytes of a picture to a reading.

mod page;
mod pictures;
mod prints;
mod regions;
mod texts;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use image::GrayImage;
use schemas::layout::{Layout, LayoutId, Side};
use schemas::payload::{CodePayload, DEFAULT_PREFIX};
use schemas::placement::Placement;
use schemas::postcode::{OWN_RETURN_ADDRESS, Postcode};
use schemas::reading::{Engine, Reading, Warning};
use schemas::record::PictureRole;

use crate::engine::TextEngine;
use crate::stages::code::{CodeDecoder, Rqrr};
use crate::stages::decode::DecodeLimits;
use crate::tesseract::{Tesseract, TesseractSettings};
use crate::thresholds::MarkThresholds;

/// The straightened picture's resolution: enough to read handwriting on a screen.
pub const STRAIGHTENED_DPI: f64 = 150.0;
/// The resolution at which ink is looked at: a rule of 0.35 mm has nearly three pixels, a line of writing 60 to
/// 80. Higher values cost time and read no better.
pub const INK_DPI: f64 = 200.0;

/// What can be set about reading.
#[derive(Clone, Debug)]
pub struct ReaderSettings {
    /// What the text of our codes begins with.
    pub code_prefix: String,
    /// The text engine.
    pub tesseract: TesseractSettings,
    /// When a box counts as ticked.
    pub thresholds: MarkThresholds,
    /// The largest pictures that are decoded.
    pub limits: DecodeLimits,
    /// Postcodes that are never offered: our own return address.
    pub denied_postcodes: Vec<String>,
}

impl Default for ReaderSettings {
    fn default() -> Self {
        Self {
            code_prefix: DEFAULT_PREFIX.to_owned(),
            tesseract: TesseractSettings::default(),
            thresholds: MarkThresholds::default(),
            limits: DecodeLimits::default(),
            denied_postcodes: vec![OWN_RETURN_ADDRESS.to_owned()],
        }
    }
}

/// Why a reader cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ReaderError {
    /// Two layouts have the same name and version.
    #[error("the layout {id} version {version} is given twice")]
    LayoutTwice {
        /// The name.
        id: LayoutId,
        /// The version.
        version: u32,
    },
    /// A denied postcode is no postcode.
    #[error("{text:?} in the list of denied postcodes is no postcode")]
    Denied {
        /// What was given.
        text: String,
        /// Why it is none.
        #[source]
        source: schemas::postcode::PostcodeError,
    },
}

/// Where a page comes from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PageSource {
    /// The file's name.
    pub file: String,
    /// Which page of the file, from 0.
    pub page_idx: u32,
    /// Dots per inch as the file says; only a hint, scanners get it wrong.
    pub dpi: Option<f64>,
    /// What a person said about the page.
    pub placement: Option<Placement>,
}

/// A page, read.
#[derive(Clone, Debug)]
pub struct PageRead {
    /// What was found.
    pub reading: Reading,
    /// The straightened page, the regions and the drawings.
    pub pictures: Vec<Picture>,
}

/// A picture that belongs to a reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// What it shows.
    pub role: PictureRole,
    /// Which region, when it shows one.
    pub region_id: Option<String>,
    /// What its bytes are.
    pub media_type: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

/// Reads pages. Made once and shared: it keeps the blank reference of each layout.
pub struct Reader {
    layouts: Vec<Layout>,
    settings: ReaderSettings,
    denied: Vec<Postcode>,
    decoders: Vec<Box<dyn CodeDecoder>>,
    engine: Box<dyn TextEngine>,
    blanks: Mutex<HashMap<BlankKey, Arc<GrayImage>>>,
    prints: prints::Prints,
}

/// Layout, version and side.
type BlankKey = (LayoutId, u32, u32);

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader")
            .field("layouts", &self.layouts.len())
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl Reader {
    /// A reader for these layouts, with Tesseract.
    ///
    /// # Errors
    /// [`ReaderError`] when the layouts or settings contradict themselves.
    pub fn new(layouts: Vec<Layout>, settings: ReaderSettings) -> Result<Self, ReaderError> {
        let engine = Box::new(Tesseract::new(settings.tesseract.clone()));
        Self::with_engine(layouts, settings, engine)
    }

    /// A reader with another text engine.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with_engine(
        layouts: Vec<Layout>,
        settings: ReaderSettings,
        engine: Box<dyn TextEngine>,
    ) -> Result<Self, ReaderError> {
        for (i, layout) in layouts.iter().enumerate() {
            let (id, version) = (&layout.id, layout.version);
            if layouts[..i]
                .iter()
                .any(|l| l.id == *id && l.version == version)
            {
                return Err(ReaderError::LayoutTwice {
                    id: id.clone(),
                    version,
                });
            }
        }
        let denied = settings.denied_postcodes.iter().map(|text| {
            Postcode::parse(text).map_err(|source| ReaderError::Denied {
                text: text.clone(),
                source,
            })
        });
        Ok(Self {
            denied: denied.collect::<Result<_, _>>()?,
            layouts,
            settings,
            decoders: vec![Box::new(Rqrr)],
            engine,
            blanks: Mutex::default(),
            prints: prints::Prints::default(),
        })
    }

    /// Reads the picture of a page. Never fails: a bad scan is a reading with warnings. Blocks for as long as
    /// the text engine needs.
    pub fn read(&self, picture: &[u8], source: PageSource) -> PageRead {
        page::read(self, picture, source)
    }

    /// The reading of a page that has no picture: nothing is known of it but why.
    pub fn without_picture(&self, source: PageSource, warning: Warning) -> PageRead {
        page::without_picture(self, source, warning)
    }

    /// What reads, with versions.
    pub fn engine(&self) -> Engine {
        Engine {
            postbag: env!("CARGO_PKG_VERSION").to_owned(),
            text: self.engine.version(),
        }
    }

    /// The layout and side that a code names.
    fn side(&self, payload: &CodePayload) -> Option<(&Layout, &Side)> {
        let same = |l: &&Layout| l.id == payload.layout && l.version == payload.version;
        let layout = self.layouts.iter().find(same)?;
        Some((layout, layout.side(payload.side)?))
    }

    /// The blank reference of a side at [`INK_DPI`], drawn once. A layout that cannot be drawn has white paper for
    /// a reference: then print counts as ink, and a person sees it.
    fn blank(&self, layout: &Layout, side: &Side) -> Arc<GrayImage> {
        let key = (layout.id.clone(), layout.version, side.side);
        let mut blanks = self
            .blanks
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let draw = || {
            let white = || GrayImage::from_pixel(1, 1, image::Luma([255]));
            Arc::new(artwork::blank(layout, side, INK_DPI).unwrap_or_else(|_| white()))
        };
        Arc::clone(blanks.entry(key).or_insert_with(draw))
    }
}
