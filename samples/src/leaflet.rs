//! What one person does with a leaflet, before it is scanned.

use schemas::payload::Serial;

use crate::dice::Dice;
use crate::hand::{SCRIPTS, Script};
use crate::ink::{PENS, Pen};
use crate::texts::{Story, stories};

/// Everything that is put on one printed leaflet.
#[derive(Clone, Debug)]
pub struct Leaflet {
    /// The printed number.
    pub serial: Option<Serial>,
    /// The words; an empty relationship ticks nothing.
    pub story: Story,
    /// Whether publication is agreed to.
    pub consent: bool,
    /// Whose writing it is.
    pub script: Script,
    /// What it is written with.
    pub pen: Pen,
    /// How boxes are ticked.
    pub mark: MarkStyle,
    /// How the postcode is put into its cells.
    pub spaced_postcode: bool,
    /// What is in the space for a drawing.
    pub drawing: Drawing,
    /// Whether a heart is drawn into the story's box.
    pub heart_in_story: bool,
}

/// How someone ticks a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkStyle {
    /// A tick, often longer than the box.
    Tick,
    /// A cross.
    Cross,
}

/// What is in the space for a drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawing {
    /// Nothing.
    Nothing,
    /// A few words.
    Words,
    /// One to three drawings in the pen of the writing.
    Pen,
    /// One to three drawings in crayons.
    Crayons,
    /// A drawing and a few words.
    Both,
}

impl Drawing {
    /// Whether something is drawn.
    pub const fn draws(self) -> bool {
        matches!(self, Self::Pen | Self::Crayons | Self::Both)
    }

    /// Whether something is written.
    pub const fn writes(self) -> bool {
        matches!(self, Self::Words | Self::Both)
    }
}

impl Leaflet {
    /// What some person does, by chance.
    pub(crate) fn by_chance(serial: Serial, dice: &mut Dice) -> Self {
        let mut story = dice.pick(stories()).clone();
        if dice.chance(0.08) {
            story.relationship.clear();
        }
        Self {
            serial: Some(serial),
            story,
            consent: dice.chance(0.85),
            script: *dice.pick(&SCRIPTS),
            pen: *dice.pick(&PENS),
            mark: *dice.pick(&[MarkStyle::Tick, MarkStyle::Tick, MarkStyle::Cross]),
            spaced_postcode: dice.chance(0.75),
            drawing: *dice.pick(&[
                Drawing::Nothing,
                Drawing::Nothing,
                Drawing::Nothing,
                Drawing::Pen,
                Drawing::Pen,
                Drawing::Crayons,
                Drawing::Words,
                Drawing::Both,
            ]),
            heart_in_story: dice.chance(0.06),
        }
    }
}
