//! The reader: all stages, one after the other, from the bytes of a picture to a reading.

mod danger;
mod drafts;
mod found;
mod identify;
mod known;
mod letter;
mod lone;
mod page;
mod pictures;
mod regions;
mod services;
mod texts;

use std::sync::{Arc, PoisonError, RwLock};

use directory::Index;
use schemas::layout::{Layout, LayoutId};
use schemas::lone::ReadAs;
use schemas::looks::Looks;
use schemas::payload::DEFAULT_PREFIX;
use schemas::placement::Placement;
use schemas::postcode::{OWN_RETURN_ADDRESS, Postcode};
use schemas::reading::{Engine, Reading, Warning};
use schemas::record::PictureRole;

use crate::engine::TextEngine;
use crate::stages::code::{CodeDecoder, decoders};
use crate::stages::decode::DecodeLimits;
use crate::stages::marks::BoxView;
use crate::tesseract::{Tesseract, TesseractSettings};
use crate::thresholds::MarkThresholds;
use known::Catalogue;

pub use known::KnownLayout;
pub use lone::LoneRead;

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
    /// A story of which a larger share of characters is expected to be wrong is no draft, 0 to 1.
    pub draft_limit: f64,
}

/// From about a fifth of wrong characters on, typing is quicker than correcting.
pub const DRAFT_LIMIT: f64 = 0.2;

impl Default for ReaderSettings {
    fn default() -> Self {
        Self {
            code_prefix: DEFAULT_PREFIX.to_owned(),
            tesseract: TesseractSettings::default(),
            thresholds: MarkThresholds::default(),
            limits: DecodeLimits::default(),
            denied_postcodes: vec![OWN_RETURN_ADDRESS.to_owned()],
            draft_limit: DRAFT_LIMIT,
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
    /// Every box to tick as the network saw it.
    pub boxes: Vec<SeenBox>,
    /// What its ink looks like from afar, when there is enough of it to tell pages apart.
    pub looks: Option<Looks>,
}

/// A box to tick as the network saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenBox {
    /// The region's id in the layout.
    pub region: String,
    /// What a tick in it means.
    pub value: String,
    /// What was seen.
    pub view: BoxView,
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

/// Reads pages. Made once and shared: it keeps the print of each layout.
pub struct Reader {
    known: RwLock<Arc<Catalogue>>,
    directory: RwLock<Arc<Index>>,
    settings: ReaderSettings,
    denied: Vec<Postcode>,
    decoders: Vec<Box<dyn CodeDecoder>>,
    engine: Box<dyn TextEngine>,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl Reader {
    /// A reader for layouts of ours, with Tesseract; [`Self::learn`] takes in forms that somebody else printed.
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
            let same = |other: &Layout| other.id == *id && other.version == version;
            if layouts[..i].iter().any(same) {
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
        let known = layouts.into_iter().map(KnownLayout::drawn).collect();
        Ok(Self {
            denied: denied.collect::<Result<_, _>>()?,
            known: RwLock::new(Arc::new(Catalogue::default().with(known))),
            directory: RwLock::default(),
            settings,
            decoders: decoders(),
            engine,
        })
    }

    /// Takes new layouts in, or new definitions of known ones, while pages are being read: the next page that is read
    /// may be of one of them.
    pub fn learn(&self, layouts: Vec<KnownLayout>) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        *known = Arc::new(known.with(layouts));
    }

    /// Forgets layouts that were retired: no page is recognised as one of them any more.
    pub fn forget(&self, gone: &[(LayoutId, u32)]) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        *known = Arc::new(known.without(gone));
    }

    /// Takes another directory of services: the next page is looked up in it. Without one no service is offered.
    pub fn learn_services(&self, directory: Arc<Index>) {
        let mut known = self
            .directory
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *known = directory;
    }

    /// Reads the picture of a page. Never fails: a bad scan is a reading with warnings. Blocks for as long as
    /// the text engine needs.
    pub fn read(&self, picture: &[u8], source: &PageSource) -> PageRead {
        page::read(self, picture, source)
    }

    /// Reads a picture as one region, without any layout: a letter, a line. Never fails. Blocks for as long as the
    /// text engine needs.
    pub fn read_lone(&self, picture: &[u8], source: &PageSource, read_as: ReadAs) -> LoneRead {
        lone::read(self, picture, source, read_as)
    }

    /// The same of a picture that could not be opened.
    pub fn lone_without_picture(
        &self,
        source: &PageSource,
        read_as: ReadAs,
        warning: Warning,
    ) -> LoneRead {
        lone::without_picture(self, source, read_as, warning)
    }

    /// The reading of a page that has no picture: nothing is known of it but why.
    pub fn without_picture(&self, source: &PageSource, warning: Warning) -> PageRead {
        page::without_picture(self, source, warning)
    }

    /// Whether the leaflet that a page belongs to has another side.
    pub fn has_other_side(&self, reading: &Reading) -> bool {
        let (Some(layout), Some(version), Some(side)) =
            (&reading.layout, reading.version, reading.side)
        else {
            return false;
        };
        let known = self.known();
        let found = known.side(layout, version, side);
        found.is_some_and(|side| side.layout().sides.len() > 1)
    }

    /// What reads, with versions.
    pub fn engine(&self) -> Engine {
        Engine {
            postbag: env!("CARGO_PKG_VERSION").to_owned(),
            text: self.engine.version(),
            layouts: self.known().digest(),
        }
    }

    fn directory(&self) -> Arc<Index> {
        let known = self
            .directory
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&known)
    }

    fn known(&self) -> Arc<Catalogue> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&known)
    }
}
