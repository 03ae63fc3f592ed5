//! Draws a layout: the one drawing of a leaflet, as SVG, PDF, PNG and as the blank reference picture.
//!
//! Nothing about a layout is drawn twice. [`svg`] makes the drawing in millimetres; everything else is that
//! drawing through another renderer:
//!
//! - [`pdf`] prints leaflets, vector, with the fonts embedded;
//! - [`raster()`] and [`png()`] make a picture of one;
//! - [`blank`] makes the picture that a reading subtracts: without serial and without the code's modules.
//!
//! No font of the machine is used: the letters are in `fonts/` and compiled in, so that a leaflet looks the
//! same wherever it is printed. To change how a kind of region looks, see `drawing.rs`.

mod code;
mod cover;
mod drawing;
mod fonts;
mod glyph;
mod preflight;
mod print;
mod raster;
mod svg;

use schemas::payload::{DEFAULT_PREFIX, Serial};

pub use cover::{Cover, cover_pdf};
pub use glyph::glyph;
pub use preflight::preflight;
pub use print::{Finish, outlined_svg, pdf};
pub use raster::{blank, png, raster};

use schemas::layout::{Layout, Side};

/// What differs between two prints of the same layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Print {
    /// What the text of the code begins with.
    pub prefix: String,
    /// The number of this very leaflet.
    pub serial: Option<Serial>,
}

impl Default for Print {
    fn default() -> Self {
        Self {
            prefix: DEFAULT_PREFIX.to_owned(),
            serial: None,
        }
    }
}

impl Print {
    /// A print with the default prefix and this serial.
    pub fn numbered(serial: Serial) -> Self {
        Self {
            serial: Some(serial),
            ..Self::default()
        }
    }
}

/// Why a layout could not be drawn.
#[derive(Debug, thiserror::Error)]
pub enum ArtworkError {
    /// The text of the code is too long for its place.
    #[error("the code {text:?} does not fit into {width_mm} mm with modules of at least 0.7 mm")]
    CodeTooLong {
        /// What the code should have said.
        text: String,
        /// How wide its place is.
        width_mm: f64,
    },
    /// The drawing could not be understood by the renderer.
    #[error("the drawing of {layout} side {side} is not an SVG that can be rendered")]
    Svg {
        /// Which layout.
        layout: String,
        /// Which side.
        side: u32,
        /// What the renderer says.
        #[source]
        source: Box<resvg::usvg::Error>,
    },
    /// The page has no area, or more pixels than a picture can have.
    #[error("a page of {width_mm} × {height_mm} mm at {dpi} dpi is no picture")]
    Size {
        /// The page's width.
        width_mm: f64,
        /// The page's height.
        height_mm: f64,
        /// Dots per inch asked for.
        dpi: f64,
    },
    /// The PDF could not be written.
    #[error("the PDF could not be written: {0}")]
    Pdf(String),
    /// The PNG could not be written.
    #[error("the PNG could not be written")]
    Png(#[from] ::png::EncodingError),
}

/// The drawing of one side as an SVG in millimetres (`viewBox` is the page).
///
/// Text stays text in the font family `Atkinson Hyperlegible Next`; for a file that other programs open, use
/// [`outlined_svg`].
///
/// # Errors
/// [`ArtworkError::CodeTooLong`] when the code does not fit.
pub fn svg(layout: &Layout, side: &Side, print: &Print) -> Result<String, ArtworkError> {
    drawing::draw(layout, side, &drawing::Content::Leaflet(print))
}
