//! What the drawing page shows.

use askama::Template;
use schemas::layout::{Layout, Region, RegionKind};
use schemas::record::LayoutState;
use store::LayoutDecision;

use super::boxes::{BoxForm, KINDS, MEANINGS, mm};
use super::form::DrawForm;
use super::grid::GridForm;
use super::problems::Problem;
use crate::chrome::Chrome;
use crate::urls::{self, LayoutPart};
use crate::{when, words};

/// A state as a coloured word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tag {
    pub(super) words: &'static str,
    pub(super) class: &'static str,
}

pub(super) const fn tag_of(state: LayoutState) -> Tag {
    match state {
        LayoutState::Draft => Tag {
            words: "Draft",
            class: "draft",
        },
        LayoutState::InUse => Tag {
            words: "In use",
            class: "in-use",
        },
        LayoutState::Retired => Tag {
            words: "Retired",
            class: "retired",
        },
    }
}

#[derive(Template)]
#[template(path = "pages/layout_draw.html")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what a template shows or leaves out"
)]
pub(super) struct DrawPage {
    pub(super) chrome: Chrome,
    pub(super) heading: String,
    pub(super) name: String,
    pub(super) tag: Tag,
    /// Who changed it or decided last.
    pub(super) told: Vec<String>,
    /// Somebody else saved meanwhile: who.
    pub(super) conflict: Option<String>,
    /// A grid that could not be laid.
    pub(super) grid_fault: Option<String>,
    pub(super) editable: bool,
    pub(super) may_draw: bool,
    pub(super) is_drawn: bool,
    pub(super) is_retired: bool,
    pub(super) tabs: Vec<SideTab>,
    pub(super) corners_url: Option<String>,
    pub(super) blank_url: String,
    pub(super) action: String,
    pub(super) check_url: String,
    pub(super) grid_url: String,
    pub(super) lay_url: String,
    pub(super) retire_url: String,
    pub(super) copy_url: String,
    pub(super) width: String,
    pub(super) height: String,
    pub(super) expected_revision: u32,
    pub(super) title: String,
    pub(super) code: String,
    pub(super) marks: String,
    pub(super) boxes: Vec<BoxView>,
    /// An empty box, for the script to copy.
    pub(super) pattern: BoxView,
    pub(super) grid: GridForm,
    /// What an option can be printed as, beside a box: its name and words.
    pub(super) symbols: [(&'static str, &'static str); 6],
    /// What keeps the layout from being used.
    pub(super) faults: Vec<Problem>,
    /// What is worth a look.
    pub(super) advice: Vec<Problem>,
}

/// A link to a side.
pub(super) struct SideTab {
    pub(super) label: String,
    pub(super) url: String,
    pub(super) here: bool,
}

/// One box: its fields, and what is drawn of it.
pub(super) struct BoxView {
    /// Its number in the form; the pattern's is a word for the script to replace.
    pub(super) number: String,
    pub(super) typed: BoxForm,
    pub(super) kinds: Vec<Choice>,
    pub(super) meanings: Vec<Choice>,
    pub(super) drawn: Option<Drawn>,
    pub(super) problems: Vec<String>,
}

/// A choice of a list.
pub(super) struct Choice {
    pub(super) value: &'static str,
    pub(super) words: &'static str,
    pub(super) chosen: bool,
}

/// A box as it lies on the form, in millimetres.
pub(super) struct Drawn {
    pub(super) place: Place,
    /// Cells, options or rules inside it.
    pub(super) parts: Vec<Place>,
}

/// A rectangle in millimetres.
pub(super) struct Place {
    pub(super) x: String,
    pub(super) y: String,
    pub(super) width: String,
    pub(super) height: String,
}

impl BoxView {
    pub(super) fn of(number: String, typed: &BoxForm, problems: Vec<String>) -> Self {
        Self {
            kinds: choices(KINDS.iter().copied(), &typed.kind),
            meanings: choices(
                MEANINGS.iter().map(|(m, words)| (m.as_str(), *words)),
                &typed.reads,
            ),
            drawn: typed.region().ok().as_ref().map(drawn),
            number,
            typed: typed.clone(),
            problems,
        }
    }

    pub(super) fn all(form: &DrawForm, problems: &[Problem]) -> Vec<Self> {
        let of = |(i, typed)| {
            let here = problems.iter().filter(|problem| problem.box_idx == Some(i));
            let here = here.map(|problem| problem.words.clone()).collect();
            Self::of(i.to_string(), typed, here)
        };
        form.boxes.iter().enumerate().map(of).collect()
    }

    /// The empty box that the script copies.
    pub(super) fn pattern() -> Self {
        let typed = BoxForm {
            kind: "line".to_owned(),
            reads: "answer".to_owned(),
            choose: "one".to_owned(),
            ..BoxForm::default()
        };
        Self::of("__".to_owned(), &typed, Vec::new())
    }
}

fn choices(all: impl Iterator<Item = (&'static str, &'static str)>, chosen: &str) -> Vec<Choice> {
    all.map(|(value, words)| Choice {
        value,
        words,
        chosen: value == chosen,
    })
    .collect()
}

fn drawn(region: &Region) -> Drawn {
    let parts = match &region.kind {
        RegionKind::Comb { cells } if *cells <= 100 => region.cells(),
        RegionKind::Marks { options, .. } => options.iter().map(|option| option.area).collect(),
        _ => Vec::new(),
    };
    let place = |area: &schemas::geometry::BoxMm| Place {
        x: mm(area.x),
        y: mm(area.y),
        width: mm(area.width.max(0.0)),
        height: mm(area.height.max(0.0)),
    };
    Drawn {
        place: place(&region.area),
        parts: parts.iter().map(place).collect(),
    }
}

pub(super) fn tabs(layout: &Layout, here: u32) -> Vec<SideTab> {
    let tab = |side: &schemas::layout::Side| SideTab {
        label: format!("Side {}", side.side),
        url: urls::layout_side(&layout.id, layout.version, LayoutPart::Side, side.side),
        here: side.side == here,
    };
    layout.sides.iter().map(tab).collect()
}

/// `In use since …, by Ada. 3 quarantined sheets were sent to be read again.`
pub(super) fn decided(decision: &LayoutDecision) -> String {
    let what = match decision.state {
        LayoutState::Draft => "Opened again",
        LayoutState::InUse => "Put in use",
        LayoutState::Retired => "Retired",
    };
    let at = when::day_and_time(decision.at);
    let told = format!("{what} by {}, {at}.", decision.user_name);
    if decision.state != LayoutState::InUse {
        return told;
    }
    match decision.n_pages {
        0 => format!("{told} No quarantined sheet was waiting for it."),
        n => format!(
            "{told} {} sent to be read again.",
            words::count(
                u64::from(n),
                "quarantined sheet was",
                "quarantined sheets were"
            )
        ),
    }
}
