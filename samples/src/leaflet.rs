//! What one person does with a leaflet, before it is scanned.

use std::sync::Arc;

use schemas::payload::Serial;

use crate::collected::PenHand;
use crate::dice::Dice;
use crate::doodles::DOODLES;
use crate::hand::{SCRIPTS, Script};
use crate::ink::{PENS, Pen};
use crate::strokes::Stroke;
use crate::texts::{Story, stories};

/// Everything that is put on one printed leaflet.
#[derive(Clone, Debug)]
pub(crate) struct Leaflet {
    /// The printed number.
    pub(crate) serial: Option<Serial>,
    /// The words; an empty relationship ticks nothing.
    pub(crate) story: Story,
    /// Whether publication is agreed to.
    pub(crate) consent: bool,
    /// Whose writing it is, unless it is somebody's own.
    pub(crate) script: Script,
    /// Somebody's own writing.
    pub(crate) own_hand: Option<Arc<PenHand>>,
    /// Somebody's own drawings; nothing when they are ours.
    pub(crate) own_doodles: Vec<Arc<Vec<Stroke>>>,
    /// What it is written with.
    pub(crate) pen: Pen,
    /// How boxes are ticked.
    pub(crate) mark: MarkStyle,
    /// How the postcode is put into its cells.
    pub(crate) spaced_postcode: bool,
    /// What is in the space for a drawing.
    pub(crate) drawing: Drawing,
    /// Whether a heart is drawn into the story's box.
    pub(crate) heart_in_story: bool,
    /// The words for everything else that a layout may ask.
    pub(crate) answers: Answers,
    /// What else this person does.
    pub(crate) habits: Habits,
}

/// Words for what only some layouts ask; empty ones are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Answers {
    /// More services, each with its postcode.
    pub(crate) services: Vec<(String, String)>,
    /// How the story goes on, where there is more space for it.
    pub(crate) more: Vec<String>,
    /// The name that the story is published under.
    pub(crate) username: String,
    /// An e-mail address.
    pub(crate) email: String,
    /// A telephone number.
    pub(crate) phone: String,
    /// A name.
    pub(crate) name: String,
    /// When it happened.
    pub(crate) date: String,
    /// Short answers to printed questions, one after the other.
    pub(crate) short: Vec<String>,
    /// The value of the face that is marked.
    pub(crate) feeling: String,
}

/// What people do that a form does not foresee.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each of them is a habit that one has or has not, whatever the others"
)]
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Habits {
    /// The leaflet is sent back as it was.
    pub(crate) leaves_blank: bool,
    /// Everything is in capital letters.
    pub(crate) in_capitals: bool,
    /// How far a line may run over the right edge of its box.
    pub(crate) runs_over_mm: f64,
    /// How often a word is struck out.
    pub(crate) strikes_out: f64,
    /// Whether another box was ticked first and then blacked out.
    pub(crate) changes_mind: bool,
    /// What is written beside everything, if anything.
    pub(crate) note: Option<&'static str>,
    /// Which of the drawings is drawn into the story's box.
    pub(crate) doodles_in_story: Option<usize>,
    /// Whether the code is scribbled over.
    pub(crate) scribbles_on_code: bool,
    /// How much larger than usual everything is written; 0 is as usual.
    pub(crate) larger: f64,
}

/// How someone ticks a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MarkStyle {
    /// A tick, often longer than the box.
    Tick,
    /// A cross.
    Cross,
    /// A circle round the box.
    Ring,
    /// One stroke through the box.
    Stroke,
    /// A tick that stays well inside the box.
    SmallTick,
    /// A tick with hardly any pressure.
    FaintTick,
}

/// What is in the space for a drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Drawing {
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
    pub(crate) const fn draws(self) -> bool {
        matches!(self, Self::Pen | Self::Crayons | Self::Both)
    }

    /// Whether something is written.
    pub(crate) const fn writes(self) -> bool {
        matches!(self, Self::Words | Self::Both)
    }
}

impl Leaflet {
    /// What the writing is called in the truth.
    pub(crate) fn hand_name(&self) -> &str {
        let own = self.own_hand.as_ref().map(|hand| hand.name.as_str());
        own.unwrap_or(self.script.name)
    }

    /// One of the drawings that this person can make; any number names one.
    pub(crate) fn doodle(&self, which: usize) -> Vec<Stroke> {
        match self.own_doodles.len() {
            0 => DOODLES[which % DOODLES.len()](),
            n => self.own_doodles[which % n].to_vec(),
        }
    }

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
            own_hand: None,
            own_doodles: Vec::new(),
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
            answers: Answers::default(),
            habits: Habits::default(),
        }
    }
}
