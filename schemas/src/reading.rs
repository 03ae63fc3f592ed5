//! What the worker found on one page. A bad scan is data, not an error: every page gets a [`Reading`],
//! with warnings that say what is wrong and what to do next.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::geometry::{BoxPx, MM_PER_INCH, Point};
use crate::layout::{LayoutId, Meaning};

/// One page, read.
///
/// All pixel boxes are in the straightened picture, which shows the whole page upright at
/// [`Straightened::dpi`]; its top-left corner is the page's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reading {
    /// The file that the page came from, as it was named.
    pub file: String,
    /// Which page of the file, from 0.
    pub page_idx: u32,
    /// Whether the page could be read.
    pub status: Status,
    /// Which layout it is.
    pub layout: Option<LayoutId>,
    /// Which version of the layout.
    pub version: Option<u32>,
    /// Which side, from 1.
    pub side: Option<u32>,
    /// The printed number of this leaflet, or of this cover sheet.
    pub serial: Option<String>,
    /// What the sheet is, when it is no leaflet and nobody has to look at it for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_leaflet: Option<NoLeaflet>,
    /// How far the page lies turned clockwise in the scan, in degrees, -180 to 180.
    pub orientation_deg: Option<f64>,
    /// How well the page lies on its layout.
    pub registration: Option<Registration>,
    /// The picture that the boxes refer to.
    pub straightened: Option<Straightened>,
    /// What was found in each region, in the order of the layout.
    pub regions: Vec<RegionReading>,
    /// Where something was written or drawn outside of every region.
    #[serde(default)]
    pub margin: Vec<BoxPx>,
    /// What a page without a layout says when a person takes it for a letter; its boxes are in pixels of the
    /// straightened picture, which the reading has when the page does not lie upright, else of the scan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter: Option<RegionReading>,
    /// What a person should know.
    pub warnings: Vec<Warning>,
    /// What read it, with versions.
    pub engine: Engine,
}

/// The id of the one region that a letter is, and of the picture of it that lies upright.
pub const LETTER: &str = "letter";

/// Whether a page could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Read through a trusted registration.
    Read,
    /// Not read: a person must look; the warnings say why.
    Quarantined,
}

/// What a sheet is that is no leaflet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NoLeaflet {
    /// It lay on top of a pile.
    Cover,
    /// Nothing is on it, not even print.
    Blank,
}

/// How well the page lies on its layout.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Registration {
    /// The root mean square distance between the marks and where the fit puts them.
    pub residual_mm: f64,
    /// How many registration marks were found.
    pub marks_found: u32,
    /// The share of the printed places that were found where they should be, 0 to 1.
    #[serde(default)]
    pub agreement: f64,
    /// What the page was recognised by.
    #[serde(default)]
    pub by: RecognisedBy,
    /// Where the page's corners lie in the scan, in pixels, clockwise from the page's top-left.
    pub corners_px: [Point; 4],
}

/// What a page was recognised by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RecognisedBy {
    /// Its code.
    #[default]
    Code,
    /// Its printed lines and marks; no code could be read.
    Print,
    /// A person said what it is, or where its corners are.
    Person,
}

/// The straightened picture.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Straightened {
    /// Width.
    pub width_px: u32,
    /// Height.
    pub height_px: u32,
    /// Dots per inch on paper.
    pub dpi: f64,
}

impl Straightened {
    /// A sheet as it was scanned, upright. Where its file does not say how fine, it is taken for A4.
    pub fn as_scanned(width_px: u32, height_px: u32, dpi: Option<f64>) -> Self {
        const A4_HEIGHT_MM: f64 = 297.0;
        let by_size = f64::from(height_px) * MM_PER_INCH / A4_HEIGHT_MM;
        Self {
            width_px,
            height_px,
            dpi: dpi.unwrap_or(by_size),
        }
    }
}

/// What was found in one region.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RegionReading {
    /// The region's id in the layout.
    pub id: String,
    /// The region's kind in the layout.
    pub kind: String,
    /// What the region means.
    pub reads: Meaning,
    /// Where it is.
    pub box_px: BoxPx,
    /// What kind of ink is in it.
    pub state: InkState,
    /// The best reading, as text: lines joined by `\n`, or the values of the ticked boxes joined by `,`.
    pub value: Option<String>,
    /// Possible readings, best first. For postcodes and services; never a silent correction.
    pub candidates: Vec<Candidate>,
    /// The lines of handwriting, in reading order.
    pub lines: Vec<LineReading>,
    /// The share of the characters of `value` that are expected to be wrong, 0 to 1; nothing where the engine cannot tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predicted_cer: Option<f64>,
    /// Whether so much is expected to be wrong that typing is quicker than correcting: `value` is then no draft.
    #[serde(default)]
    pub withheld: bool,
    /// The boxes to tick, in the order of the layout.
    pub marks: Vec<MarkReading>,
    /// The drawings in the region, each cut to its outline, in reading order.
    #[serde(default)]
    pub drawings: Vec<BoxPx>,
}

/// What kind of ink a region holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum InkState {
    /// No ink beyond the print.
    Blank,
    /// Writing, ticks.
    Writing,
    /// A drawing.
    Drawing,
    /// Writing and a drawing.
    Both,
}

impl InkState {
    /// Whether there is a drawing.
    pub const fn has_drawing(self) -> bool {
        matches!(self, Self::Drawing | Self::Both)
    }
}

/// One possible reading.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Candidate {
    /// The text.
    pub text: String,
    /// 0 to 1; comparable inside one region only.
    pub confidence: f64,
    /// Why it is offered, in words.
    pub evidence: String,
    /// Which entry of the directory it is, when it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<ListedService>,
}

/// An entry of the directory of services.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ListedService {
    /// Its code.
    pub code: String,
    /// Its town; may be empty.
    pub town: String,
    /// Its postcode; may be empty.
    pub postcode: String,
}

/// One line of handwriting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LineReading {
    /// Where the line is.
    pub box_px: BoxPx,
    /// What was read.
    pub text: String,
    /// 0 to 1.
    pub confidence: f64,
    /// The share of its characters that are expected to be wrong, 0 to 1; nothing where the engine cannot tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predicted_cer: Option<f64>,
}

/// One box to tick.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MarkReading {
    /// What a tick means.
    pub value: String,
    /// The share of the box's inside that is covered by new ink, 0 to 1. Kept raw, so that thresholds can
    /// move without reading again.
    pub score: f64,
    /// What the thresholds make of it.
    pub decision: MarkDecision,
}

/// What the thresholds make of a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MarkDecision {
    /// Ticked.
    Ticked,
    /// Empty.
    Empty,
    /// Between the thresholds: a person decides.
    Unsure,
    /// Blacked out: the tick was taken back.
    Cancelled,
}

/// Something a person should know about a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Warning {
    /// Which kind.
    pub code: WarningCode,
    /// What happened, in plain words.
    pub cause: String,
    /// What to do next, in plain words.
    pub next_action: String,
}

/// The kinds of warning.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum WarningCode {
    /// The file is empty.
    EmptyFile,
    /// The file is no picture that is known here.
    UnknownFormat,
    /// The file is damaged.
    DamagedFile,
    /// The picture or file is larger than allowed.
    TooLarge,
    /// The file is locked with a password.
    Encrypted,
    /// No leaflet's code was found.
    NoCode,
    /// A code of somebody else is on the page.
    ForeignCode,
    /// The code names a layout, version or side that is not known here.
    UnknownLayout,
    /// Too few registration marks, or they do not fit.
    NotRegistered,
    /// One registration mark is missing; the others fit.
    LostMark,
    /// The scan has fewer dots per inch than handwriting needs.
    LowResolution,
    /// A drawing covers a region meant for writing.
    DrawingOverText,
    /// Several boxes are ticked where one is allowed, or a box is unsure.
    UnclearMark,
    /// Text could not be read by the engine.
    TextNotRead,
    /// The code could not be read; the page was recognised by its print.
    RecognisedByPrint,
    /// The printed number of the leaflet could not be read.
    SerialNotRead,
    /// The scanner's glass is dirty: a streak runs down the page, or specks lie on it.
    DirtyGlass,
    /// The sheet was pulled or folded while it was scanned.
    Stretched,
    /// Two sheets lie over each other.
    SeveralSheets,
    /// A part of the page is outside of the picture.
    CutOff,
    /// Something is written or drawn outside of every region.
    WritingInMargin,
    /// The sheet lay on top of a pile.
    CoverSheet,
    /// Nothing is on the page.
    BlankPage,
    /// Words on the page may say that somebody is in danger.
    MaybeDanger,
}

/// What read a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Engine {
    /// Postbag's own version.
    pub postbag: String,
    /// The text engine and its version, for example `tesseract 5.3.0`.
    pub text: String,
    /// A short name for the set of layouts that were known.
    #[serde(default)]
    pub layouts: String,
}

impl Reading {
    /// A reading of which nothing is known but what was read, and by what.
    pub fn blank(file: impl Into<String>, page_idx: u32, status: Status, engine: Engine) -> Self {
        Self {
            file: file.into(),
            page_idx,
            status,
            layout: None,
            version: None,
            side: None,
            serial: None,
            orientation_deg: None,
            registration: None,
            straightened: None,
            regions: Vec::new(),
            margin: Vec::new(),
            no_leaflet: None,
            letter: None,
            warnings: Vec::new(),
            engine,
        }
    }

    /// Whether words on the page may say that somebody is in danger.
    pub fn may_be_danger(&self) -> bool {
        let is_danger = |warning: &Warning| warning.code == WarningCode::MaybeDanger;
        self.warnings.iter().any(is_danger)
    }

    /// The region with this id.
    pub fn region(&self, id: &str) -> Option<&RegionReading> {
        self.regions.iter().find(|region| region.id == id)
    }

    /// The first region with this meaning.
    pub fn region_for(&self, meaning: Meaning) -> Option<&RegionReading> {
        self.regions.iter().find(|region| region.reads == meaning)
    }
}
