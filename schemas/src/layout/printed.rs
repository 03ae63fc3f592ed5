//! What is printed on a side beside its regions: words, shapes and pictures. Nothing of it is read.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::geometry::{BoxMm, Point};

/// Words printed on the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PrintedText {
    /// Where the first line's baseline begins (or its middle or its end), in millimetres.
    pub at: Point,
    /// The size of the letters in points.
    pub size_pt: f64,
    /// How heavy the letters are.
    #[serde(default)]
    pub weight: Weight,
    /// Which end of each line stands at `at`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub align: Align,
    /// What the words are coloured as.
    #[serde(default, skip_serializing_if = "is_default")]
    pub colour: Colour,
    /// Whether the words stand upside down, turned around `at`: for a panel that is so when folded.
    #[serde(default, skip_serializing_if = "is_default")]
    pub turned: bool,
    /// The words; `\n` begins a new line.
    pub text: String,
}

/// The weight of printed letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// For running text.
    #[default]
    Regular,
    /// For headings and labels.
    Bold,
}

/// Which end of a line of words stands at its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Align {
    /// The beginning.
    #[default]
    Start,
    /// The middle.
    Middle,
    /// The end.
    End,
}

/// A colour by what it is for; every one of them is readable on a black-and-white copy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Colour {
    /// Running words.
    #[default]
    Ink,
    /// Titles.
    Accent,
    /// Words on a solid panel.
    Paper,
}

/// Something printed that is neither words nor a region, in the order in which it is drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Shape {
    /// A panel with round corners.
    Panel {
        /// Where it is.
        #[serde(rename = "box")]
        area: BoxMm,
        /// How it is filled.
        tone: Tone,
    },
    /// A straight line.
    Rule {
        /// One end, in millimetres.
        from: Point,
        /// The other end.
        to: Point,
        /// Whether it is dashed.
        #[serde(default, skip_serializing_if = "is_default")]
        dashed: bool,
    },
    /// A picture, as large as the box allows and in its middle.
    Picture {
        /// Which one.
        name: Picture,
        /// Where it is.
        #[serde(rename = "box")]
        area: BoxMm,
        /// Whether it stands upside down.
        #[serde(default, skip_serializing_if = "is_default")]
        turned: bool,
    },
}

/// How a panel is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Tone {
    /// A light colour that vanishes on a photocopy.
    Tint,
    /// An outline.
    Outline,
    /// The accent colour, for words in the colour of paper.
    Solid,
}

/// The pictures that can be printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Picture {
    /// A friendly bear that waves.
    Bear,
    /// A letter with a heart.
    Letter,
    /// Two speech bubbles.
    Speech,
    /// A pencil that has drawn a line.
    Pencil,
    /// A crayon sun, for children.
    Sun,
    /// Where a stamp would be: a perforated frame.
    Stamp,
    /// The bars by which a sorting machine knows free post.
    FreePostBars,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
