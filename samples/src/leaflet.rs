//! What one person does with a leaflet, before it is scanned.

use schemas::payload::Serial;

use crate::dice::Dice;
use crate::hand::{SCRIPTS, Script};
use crate::ink::{PENS, Pen};
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
    /// Whose writing it is.
    pub(crate) script: Script,
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
            answers: Answers::default(),
            habits: Habits::default(),
        }
    }
}
