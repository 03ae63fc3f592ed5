//! What is really on a sample, to be compared with what was read.

use schemas::geometry::{BoxMm, Homography};
use schemas::layout::{LayoutId, Meaning};
use schemas::reading::InkState;
use serde::{Deserialize, Serialize};

/// The truth about one scanned page; written as JSON beside the picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Truth {
    /// The file's name.
    pub file: String,
    /// The file's media type.
    pub media_type: String,
    /// Which page of the file, from 0.
    pub page_idx: u32,
    /// Which layout was printed.
    pub layout: LayoutId,
    /// Which version of it.
    pub version: u32,
    /// Which side, from 1.
    pub side: u32,
    /// The printed number of the leaflet; nothing when neither the code nor the paper tells it any more.
    pub serial: Option<String>,
    /// The printed number where it should not be legible any more; who reads it all the same reads it right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden_serial: Option<String>,
    /// Width of the scan.
    pub width_px: u32,
    /// Height of the scan.
    pub height_px: u32,
    /// Dots per inch of the scan; of a photograph, in the middle of the page.
    pub dpi: f64,
    /// What the file says about them.
    #[serde(default)]
    pub dpi_tag: DpiTag,
    /// How far the page lies turned clockwise in the scan, in degrees, -180 to 180; with the skew.
    pub orientation_deg: f64,
    /// The whole quarter turns of that, clockwise: 0, 90, 180 or 270.
    pub turned_deg: u32,
    /// From millimetres on the page to pixels of the scan.
    pub homography: Homography,
    /// The service as it was written.
    pub service: Option<String>,
    /// The postcode with its space, whether or not the space was written.
    pub postcode: Option<String>,
    /// The value of the ticked relationship.
    pub relationship: Option<String>,
    /// Whether publication was agreed to.
    pub consent: bool,
    /// The lines of the story as they were written.
    pub story: Vec<String>,
    /// What kind of ink each region has, in the order of the layout.
    pub regions: Vec<RegionTruth>,
    /// Every box to tick, in the order of the layout.
    pub ticks: Vec<TickTruth>,
    /// The font that stands for the handwriting.
    pub hand: String,
    /// What it was written with.
    pub pen: String,
    /// Whether the code came through.
    #[serde(default)]
    pub code: CodeTruth,
    /// What was done to the sheet and to its picture, by name, in the order in which it was done.
    #[serde(default)]
    pub damages: Vec<String>,
    /// Whether the page can be read at all.
    #[serde(default)]
    pub expected: Expected,
    /// Whether something was written or drawn that lies wholly outside of every region.
    #[serde(default)]
    pub in_margin: bool,
    /// Everything that was written, in the order in which it was.
    #[serde(default)]
    pub fields: Vec<FieldTruth>,
    /// Where drawings are: boxes around their ink, in millimetres.
    #[serde(default)]
    pub drawings: Vec<DrawingTruth>,
    /// Where something lies outside of every region: boxes around the ink, in millimetres.
    #[serde(default)]
    pub margin: Vec<BoxMm>,
}

/// What a file says about its dots per inch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DpiTag {
    /// The truth.
    #[default]
    Right,
    /// Another number.
    Wrong(f64),
    /// Nothing.
    Missing,
}

/// What was written into a region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldTruth {
    /// The region's id in the layout.
    pub region: String,
    /// What the region means.
    pub reads: Meaning,
    /// The words as they were written; a line break where one is on the paper.
    pub text: String,
}

/// A drawing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrawingTruth {
    /// The region's id in the layout.
    pub region: String,
    /// Around its ink, in millimetres.
    #[serde(rename = "box")]
    pub area: BoxMm,
}

/// Whether the code came through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CodeTruth {
    /// It was hurt no more than its error correction should mend.
    #[default]
    Whole,
    /// It was torn off, covered or blotted out: no decoder can be expected to read it.
    Destroyed,
}

/// Whether a page can be read at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expected {
    /// It can; setting it aside costs a person time.
    #[default]
    Read,
    /// It must be set aside or at least come with a warning: two sheets at once, a stretched feed.
    Warned,
}

/// What kind of ink a region has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegionTruth {
    /// The region's id in the layout.
    pub id: String,
    /// What the region means.
    pub reads: Meaning,
    /// What kind of ink it has.
    pub state: InkState,
}

/// Whether a box was ticked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TickTruth {
    /// The region's id in the layout.
    pub region: String,
    /// What a tick means.
    pub value: String,
    /// Whether it counts as ticked.
    pub ticked: bool,
    /// Whether a tick was taken back by blacking out the box.
    #[serde(default)]
    pub cancelled: bool,
}

impl Truth {
    /// Reads the truth beside a sample.
    ///
    /// # Errors
    /// When the text is not a truth in JSON.
    pub fn parse(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// What kind of ink the region with this id has.
    pub fn state(&self, region: &str) -> Option<InkState> {
        let found = self.regions.iter().find(|truth| truth.id == region)?;
        Some(found.state)
    }
}
