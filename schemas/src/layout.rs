//! Layouts: one definition prints a leaflet and reads it.
//!
//! A layout is a JSON file; every box is `[x, y, width, height]` in millimetres from the page's top-left
//! corner. The file is checked when it is parsed, so that a [`Layout`] in hand is always usable.

mod check;
mod printed;
mod serial;

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::geometry::{BoxMm, Point};
use crate::payload::COVER;

pub use check::{
    FOLD_MARGIN_MM, LayoutFault, PRINTER_MARGIN_MM, QUIET_ZONE_MM, edge_fault, fold_fault,
};
pub use printed::{Align, Colour, Picture, PrintedText, Shape, Tone, Weight};
pub use serial::{SERIAL_CELL_HEIGHT_MM, SERIAL_PITCH_MM, SerialStyle, serial_cells};

/// The name of a layout: small letters, digits and hyphens, for example `story-a4`.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
pub struct LayoutId(String);

/// Why a layout cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LayoutError {
    /// The text is not a layout in JSON.
    #[error("the layout is not valid JSON of the layout schema")]
    Json(#[from] serde_json::Error),
    /// The layout contradicts itself.
    #[error("the layout {id} has {} fault(s): {}", faults.len(), list(faults))]
    Faults {
        /// Which layout.
        id: LayoutId,
        /// What is wrong, in the order of the file.
        faults: Vec<LayoutFault>,
    },
    /// A name with characters that a layout's name cannot have.
    #[error("{0:?} is not a layout id: small letters, digits and hyphens, at most 40")]
    Id(String),
}

/// A printed form and what each part of it means.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// The JSON Schema of this file; for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The name, printed in words and inside the code.
    pub id: LayoutId,
    /// Counts up with every change of print.
    pub version: u32,
    /// What people call it.
    pub title: String,
    /// The size of the paper.
    pub page: PageSize,
    /// The layout that this one is the large print of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub large_print_of: Option<LayoutId>,
    /// Where the sheet is folded before it is posted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub folds: Vec<Fold>,
    /// How the serial is printed.
    #[serde(default, skip_serializing_if = "SerialStyle::is_default")]
    pub serial: SerialStyle,
    /// The printed sides; side 1 first.
    pub sides: Vec<Side>,
}

/// A fold, straight from edge to edge; the same on every side.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fold {
    /// Which way it runs.
    pub runs: FoldDirection,
    /// How far it is from the top edge (across) or from the left edge (down).
    pub at_mm: f64,
}

/// Which way a fold runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FoldDirection {
    /// From the left edge to the right one.
    Across,
    /// From the top edge to the bottom one.
    Down,
}

/// The size of a page.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageSize {
    /// Width in millimetres.
    pub width_mm: f64,
    /// Height in millimetres.
    pub height_mm: f64,
}

/// One printed side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Side {
    /// The number of the side, from 1.
    pub side: u32,
    /// Where the QR code is; only forms that somebody else printed may have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<CodePlace>,
    /// The registration marks; at least three, not on one line. Forms that somebody else printed may have none.
    #[serde(default)]
    pub marks: Vec<RegistrationMark>,
    /// The picture of the empty form, for one that somebody else printed: a file beside the layout or the hash of
    /// a blob. It shows the whole page and nothing else. Without it the side is drawn from this definition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blank: Option<String>,
    /// What is printed to please and to guide; nothing is read from it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shapes: Vec<Shape>,
    /// Printed words that belong to no region.
    #[serde(default)]
    pub texts: Vec<PrintedText>,
    /// What is to be read, in the order in which a person fills it in.
    pub regions: Vec<Region>,
}

/// Where the QR code is printed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CodePlace {
    /// The modules' square, without the quiet zone.
    #[serde(rename = "box")]
    pub area: BoxMm,
}

/// A solid black disc that the page is registered by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegistrationMark {
    /// Its name, for example `top-left`.
    pub id: String,
    /// The centre of the disc, in millimetres.
    pub centre: Point,
    /// The diameter of the disc.
    pub diameter_mm: f64,
}

/// A part of the page that a person fills in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Region {
    /// Its name, unique on the layout.
    pub id: String,
    /// The printed label, above the box.
    pub label: String,
    /// Printed words of help, beside the label; `\n` begins a line below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Where it is.
    #[serde(rename = "box")]
    pub area: BoxMm,
    /// What it means.
    pub reads: Meaning,
    /// How it is filled in.
    #[serde(flatten)]
    pub kind: RegionKind,
}

/// How a region is filled in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum RegionKind {
    /// One handwritten line.
    Line {},
    /// A block of lines; ruled when a pitch is given.
    Text {
        /// The distance between two rules.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pitch_mm: Option<f64>,
    },
    /// One character a cell, all cells of equal width across the box.
    Comb {
        /// How many cells.
        cells: u32,
    },
    /// Boxes to tick.
    Marks {
        /// How many of them may be ticked.
        choose: Choose,
        /// The boxes.
        options: Vec<MarkOption>,
    },
    /// Free space for a drawing.
    Drawing {},
    /// Printed only; nothing is read.
    None {},
}

/// How many boxes of a group may be ticked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Choose {
    /// At most one.
    One,
    /// Any number.
    Many,
}

/// A box to tick.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkOption {
    /// What a tick means, unique in the group.
    pub value: String,
    /// The printed words, to the right of the box or below the face; `\n` begins a new line.
    pub label: String,
    /// What is printed.
    #[serde(default, skip_serializing_if = "MarkSymbol::is_box")]
    pub symbol: MarkSymbol,
    /// The outline of the box, or the square around the face.
    #[serde(rename = "box")]
    pub area: BoxMm,
}

/// What is printed for an option.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MarkSymbol {
    /// A box to tick.
    #[default]
    Box,
    /// A circle to fill in, as on answer sheets: full of ink it is ticked, where a box would be cancelled.
    Bubble,
    /// A face to circle: very happy.
    FaceVeryHappy,
    /// A face to circle: happy.
    FaceHappy,
    /// A face to circle: neither.
    FaceSoSo,
    /// A face to circle: sad.
    FaceSad,
    /// A face to circle: very sad.
    FaceVerySad,
}

impl MarkSymbol {
    /// Whether a person circles it (or ticks, crosses or colours it) instead of ticking a box.
    pub const fn is_face(self) -> bool {
        !matches!(self, Self::Box | Self::Bubble)
    }

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde calls it with a reference"
    )]
    const fn is_box(&self) -> bool {
        matches!(self, Self::Box)
    }
}

/// What a region means.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Meaning {
    /// The name of the health service.
    Service,
    /// The postcode of the service.
    Postcode,
    /// The story itself.
    Story,
    /// A picture.
    Drawing,
    /// When it happened.
    Date,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A name.
    Name,
    /// Permission to publish.
    Consent,
    /// Who the author is to the patient.
    Relationship,
    /// The name that a story is published under; not the author's.
    Username,
    /// How it felt, as a face.
    Feeling,
    /// The answer to a printed question, in words.
    Answer,
    /// Nothing.
    None,
}

impl Meaning {
    /// The name, as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Postcode => "postcode",
            Self::Story => "story",
            Self::Drawing => "drawing",
            Self::Date => "date",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Name => "name",
            Self::Consent => "consent",
            Self::Relationship => "relationship",
            Self::Username => "username",
            Self::Feeling => "feeling",
            Self::Answer => "answer",
            Self::None => "none",
        }
    }
}

impl RegionKind {
    /// The name, as in JSON.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Line {} => "line",
            Self::Text { .. } => "text",
            Self::Comb { .. } => "comb",
            Self::Marks { .. } => "marks",
            Self::Drawing {} => "drawing",
            Self::None {} => "none",
        }
    }
}

impl LayoutId {
    /// Reads a layout's name.
    ///
    /// # Errors
    /// [`LayoutError::Id`] when the text has other characters or is too long.
    pub fn parse(text: &str) -> Result<Self, LayoutError> {
        let valid = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let ok = (1..=40).contains(&text.len()) && text.bytes().all(valid);
        if ok {
            Ok(Self(text.to_owned()))
        } else {
            Err(LayoutError::Id(text.chars().take(60).collect()))
        }
    }

    /// The name that is kept for cover sheets.
    pub(crate) fn cover() -> Self {
        Self(COVER.to_owned())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LayoutId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for LayoutId {
    type Error = LayoutError;

    fn try_from(text: String) -> Result<Self, LayoutError> {
        Self::parse(&text)
    }
}

impl From<LayoutId> for String {
    fn from(id: LayoutId) -> Self {
        id.0
    }
}

impl Layout {
    /// Reads and checks a layout file.
    ///
    /// # Errors
    /// [`LayoutError::Json`] when it is not a layout at all, [`LayoutError::Faults`] with everything that
    /// is wrong when it is one that cannot be used.
    pub fn parse(json: &str) -> Result<Self, LayoutError> {
        let layout: Self = serde_json::from_str(json)?;
        let faults = layout.faults();
        if faults.is_empty() {
            Ok(layout)
        } else {
            Err(LayoutError::Faults {
                id: layout.id,
                faults,
            })
        }
    }

    /// The smallest letters that a person is asked to read, and those of labels: 14 pt, in large print 18 pt.
    pub fn letters_pt(&self) -> f64 {
        if self.large_print_of.is_some() {
            18.0
        } else {
            14.0
        }
    }

    /// Everything that is wrong with it, in the order of the file; a draft may have faults, a layout that was
    /// [parsed](Self::parse) has none.
    pub fn faults(&self) -> Vec<LayoutFault> {
        check::faults(self)
    }

    /// The side with this number.
    pub fn side(&self, number: u32) -> Option<&Side> {
        self.sides.iter().find(|side| side.side == number)
    }
}

impl Side {
    /// The regions that mean `meaning`, in the order of the layout.
    pub fn regions_for(&self, meaning: Meaning) -> impl Iterator<Item = &Region> {
        self.regions.iter().filter(move |r| r.reads == meaning)
    }
}

impl RegistrationMark {
    /// The square around the disc.
    pub fn area(&self) -> BoxMm {
        let (x, y, r) = (self.centre.x, self.centre.y, self.diameter_mm / 2.0);
        BoxMm::from([x - r, y - r, 2.0 * r, 2.0 * r])
    }
}

impl Region {
    /// The cells of a comb, from left to right; empty for every other kind.
    pub fn cells(&self) -> Vec<BoxMm> {
        let RegionKind::Comb { cells } = self.kind else {
            return Vec::new();
        };
        let width = self.area.width / f64::from(cells);
        (0..cells)
            .map(|i| BoxMm {
                x: self.area.x + width * f64::from(i),
                width,
                ..self.area
            })
            .collect()
    }
}

/// The layouts that come with Postbag; the first print of `story-a4`, of which there are leaflets about, is the
/// first, and newer versions come after older ones.
///
/// # Panics
/// Never: a test parses every file that is compiled in.
pub fn builtin() -> Vec<Layout> {
    FILES
        .iter()
        .map(|json| Layout::parse(json).expect("the layouts that are compiled in are valid"))
        .collect()
}

const FILES: [&str; 9] = [
    include_str!("../layouts/story-a4.json"),
    include_str!("../layouts/story-a4-v2.json"),
    include_str!("../layouts/story-a5.json"),
    include_str!("../layouts/bear-a4.json"),
    include_str!("../layouts/taking-a-story-a4.json"),
    include_str!("../layouts/story-a4-large.json"),
    include_str!("../layouts/story-a5-large.json"),
    include_str!("../layouts/bear-a4-large.json"),
    include_str!("../layouts/taking-a-story-a4-large.json"),
];

fn list(faults: &[LayoutFault]) -> String {
    let texts: Vec<String> = faults.iter().map(ToString::to_string).collect();
    texts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layouts_that_come_with_postbag_are_valid() {
        let layouts = builtin();
        let ids: Vec<&str> = layouts.iter().map(|l| l.id.as_str()).collect();
        assert_eq!(
            ids,
            [
                "story-a4",
                "story-a4",
                "story-a5",
                "bear-a4",
                "taking-a-story-a4",
                "story-a4-large",
                "story-a5-large",
                "bear-a4-large",
                "taking-a-story-a4-large",
            ]
        );
        assert_eq!([layouts[0].version, layouts[1].version], [1, 2]);
    }

    #[test]
    fn every_layout_exists_in_large_print() {
        let layouts = builtin();
        for layout in layouts.iter().filter(|l| l.large_print_of.is_none()) {
            let large = layouts
                .iter()
                .find(|l| l.large_print_of.as_ref() == Some(&layout.id))
                .unwrap();
            assert_eq!(large.id.as_str(), format!("{}-large", layout.id));
            let meanings = |layout: &Layout| -> std::collections::BTreeSet<Meaning> {
                let regions = layout.sides.iter().flat_map(|side| &side.regions);
                regions.map(|region| region.reads).collect()
            };
            let (ours, theirs) = (meanings(layout), meanings(&large.clone()));
            assert!(
                ours.is_subset(&theirs),
                "{}: {ours:?} {theirs:?}",
                layout.id
            );
        }
    }

    #[test]
    fn the_cells_of_a_comb_fill_its_box() {
        let layout = &builtin()[0];
        let comb = layout.sides[0]
            .regions_for(Meaning::Postcode)
            .next()
            .unwrap();
        let cells = comb.cells();
        assert_eq!(cells.len(), 8);
        assert!((cells[7].right() - comb.area.right()).abs() < 1e-9);
    }

    #[test]
    fn a_layout_comes_back_from_its_file_to_the_last_digit() {
        let mut layout = builtin().remove(0);
        for mm in [22.950_136_971_990_926, 14.091_691_100_636_963] {
            layout.sides[0].regions[0].area.width = mm;
            let json = serde_json::to_string(&layout).unwrap();
            assert_eq!(Layout::parse(&json).unwrap(), layout);
        }
    }

    #[test]
    fn unknown_keys_in_a_layout_are_errors() {
        let json = include_str!("../layouts/story-a4.json");
        for (key, typo) in [
            ("title", "titel"),
            ("kind\": \"line", "kind\": \"line\", \"cels\": \"8"),
        ] {
            let json = json.replacen(key, typo, 1);
            assert!(
                matches!(Layout::parse(&json), Err(LayoutError::Json(_))),
                "{typo}"
            );
        }
    }
}
