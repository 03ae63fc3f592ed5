//! The sheet as the story page shows it: the picture, and every region in the order of the paper.

use schemas::StoryId;
use schemas::geometry::BoxPx;
use schemas::layout::Meaning;
use schemas::reading::{
    Candidate, InkState, LineReading, MarkDecision, MarkReading, RegionReading,
};
use schemas::record::{PictureRole, Route};
use store::{StoryPage, StoryRecord};

use super::services::place;
use crate::{urls, words};

/// White kept around a region that is cut from the whole picture, so that ascenders and overshoots are seen.
const MARGIN_PX: u32 = 12;

/// Suggestions beside a field: more take longer to read than the postcode takes to type.
pub(super) const MAX_SUGGESTIONS: usize = 4;

/// What is said where a text would take longer to correct than to type.
const NO_DRAFT: &str = "This hand is hard to read for the machine: there is no draft. Please type the story from its lines.";

/// The straightened picture with the regions that can be lit.
pub(super) struct Picture {
    pub(super) url: String,
    pub(super) width_px: u32,
    pub(super) height_px: u32,
    pub(super) areas: Vec<Area>,
}

/// A region on the picture.
pub(super) struct Area {
    pub(super) reads: &'static str,
    pub(super) at: BoxPx,
    /// The id of the field that it belongs to.
    pub(super) target: String,
    /// The lines of a story; of anything else none.
    pub(super) lines: Vec<InkLine>,
}

/// A line of handwriting on the picture.
pub(super) struct InkLine {
    pub(super) at: BoxPx,
    /// How many characters were read in it.
    pub(super) n_chars: usize,
}

/// What a region looks like.
pub(super) enum Crop {
    /// A picture of its own.
    Picture { url: String, alt: String },
    /// A part of the straightened picture.
    Part {
        of: String,
        at: BoxPx,
        width_px: u32,
        height_px: u32,
        alt: String,
    },
    /// Nothing is known of it.
    None,
}

/// One region with its field.
pub(super) struct Part {
    pub(super) kind: PartKind,
    pub(super) reads: &'static str,
    pub(super) label: &'static str,
    pub(super) crop: Crop,
    /// What the machine found, in words; may be empty.
    pub(super) note: String,
    pub(super) candidates: Vec<Suggestion>,
    /// The lines of a story that was too hard to read for a draft, each by itself; otherwise none.
    pub(super) lines: Vec<Crop>,
    pub(super) has_drawing: bool,
}

/// What a field is filled with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PartKind {
    Service,
    Postcode,
    Relationship,
    Story,
    Drawing,
    Consent,
    /// Shown, and not part of a story.
    Other,
}

/// A possible reading.
#[derive(Clone)]
pub(super) struct Suggestion {
    /// What its button sends.
    pub(super) pick: String,
    pub(super) text: String,
    /// Where it is, when it is a service; may be empty.
    pub(super) place: String,
    /// Whether it is one for the service, and not for something else that the leaflet asks for.
    pub(super) is_service: bool,
    /// The postcode that goes with it, when it is a service.
    pub(super) postcode: String,
    pub(super) evidence: String,
}

/// One page of the leaflet with its fields.
pub(super) struct PageParts {
    /// The heading over its fields.
    pub(super) heading: String,
    pub(super) parts: Vec<Part>,
}

/// One page, as part of its story.
#[derive(Clone, Copy)]
struct Leaf<'a> {
    story_id: &'a StoryId,
    page: &'a StoryPage,
}

/// The pictures of the pages that have one, in the order of the sides.
pub(super) fn pictures(story: &StoryRecord) -> Vec<Picture> {
    leaves(story).filter_map(picture).collect()
}

/// Every region of every page in the order of the paper; then the fields that every story has and this leaflet lacks.
pub(super) fn pages(story: &StoryRecord) -> Vec<PageParts> {
    let mut taken: Vec<PartKind> = Vec::new();
    let mut pages: Vec<PageParts> = leaves(story)
        .map(|leaf| PageParts {
            heading: heading(story, leaf.page),
            parts: parts(leaf, &mut taken),
        })
        .collect();
    let lacking = FIELDS
        .into_iter()
        .filter(|meaning| !taken.contains(&kind_of(*meaning)));
    if let Some(last) = pages.last_mut() {
        let is_letter = last_is_letter(story);
        last.parts
            .extend(lacking.map(|meaning| missing(meaning, is_letter)));
    }
    pages
}

/// The fields that every story has.
const FIELDS: [Meaning; 5] = [
    Meaning::Service,
    Meaning::Postcode,
    Meaning::Relationship,
    Meaning::Story,
    Meaning::Consent,
];

fn leaves(story: &StoryRecord) -> impl Iterator<Item = Leaf<'_>> {
    story.pages.iter().map(|page| Leaf {
        story_id: &story.id,
        page,
    })
}

fn last_is_letter(story: &StoryRecord) -> bool {
    story
        .pages
        .last()
        .is_some_and(|page| page.reading.layout.is_none())
}

fn heading(story: &StoryRecord, page: &StoryPage) -> String {
    let only = story.pages.len() == 1;
    match (page.reading.side, only) {
        _ if story.route != Route::Leaflet => "What is told".to_owned(),
        (_, true) => "On the sheet".to_owned(),
        (Some(side), false) => format!("On side {side}, sheet {}", page.page.position),
        (None, false) => format!("On sheet {}", page.page.position),
    }
}

fn picture(leaf: Leaf<'_>) -> Option<Picture> {
    let reading = &leaf.page.reading;
    let size = reading.straightened?;
    has_picture(leaf, PictureRole::Straightened, None).then(|| Picture {
        url: urls::straightened(leaf.story_id, &leaf.page.page.id),
        width_px: size.width_px,
        height_px: size.height_px,
        areas: reading.regions.iter().map(area).collect(),
    })
}

/// The regions of one page. A field stands beside the first region that fills it; further ones are shown as read.
fn parts(leaf: Leaf<'_>, taken: &mut Vec<PartKind>) -> Vec<Part> {
    let regions = leaf.page.reading.regions.iter();
    let mut parts = Vec::new();
    for region in regions.filter(|region| region.reads != Meaning::None) {
        let kind = kind_of(region.reads);
        let kind = if taken.contains(&kind) {
            PartKind::Other
        } else {
            kind
        };
        taken.push(kind);
        parts.push(part(leaf, region, kind));
    }
    parts
}

fn part(leaf: Leaf<'_>, region: &RegionReading, kind: PartKind) -> Part {
    Part {
        kind,
        reads: region.reads.as_str(),
        label: label(region.reads),
        crop: crop(leaf, region),
        note: note(region, kind),
        candidates: suggestions(region),
        lines: if region.withheld {
            line_crops(leaf, region)
        } else {
            Vec::new()
        },
        has_drawing: region.state.has_drawing(),
    }
}

/// A field that the leaflet has no region for; on a letter nothing else is to be expected.
fn missing(meaning: Meaning, is_letter: bool) -> Part {
    let note = if is_letter {
        ""
    } else {
        "The leaflet does not ask for it."
    };
    Part {
        kind: kind_of(meaning),
        reads: meaning.as_str(),
        label: label(meaning),
        crop: Crop::None,
        note: note.to_owned(),
        candidates: Vec::new(),
        lines: Vec::new(),
        has_drawing: false,
    }
}

const fn kind_of(meaning: Meaning) -> PartKind {
    match meaning {
        Meaning::Service => PartKind::Service,
        Meaning::Postcode => PartKind::Postcode,
        Meaning::Relationship => PartKind::Relationship,
        Meaning::Story => PartKind::Story,
        Meaning::Drawing => PartKind::Drawing,
        Meaning::Consent => PartKind::Consent,
        Meaning::Date
        | Meaning::Email
        | Meaning::Phone
        | Meaning::Name
        | Meaning::Username
        | Meaning::Feeling
        | Meaning::Answer
        | Meaning::None => PartKind::Other,
    }
}

const fn label(meaning: Meaning) -> &'static str {
    match meaning {
        Meaning::Service => "Service",
        Meaning::Postcode => "Postcode",
        Meaning::Story => "Story",
        Meaning::Drawing => "Drawing",
        Meaning::Date => "Date",
        Meaning::Email => "E-mail address",
        Meaning::Phone => "Telephone",
        Meaning::Name => "Name",
        Meaning::Consent => "Consent",
        Meaning::Relationship => "The author is",
        Meaning::Username => "Username",
        Meaning::Feeling => "It felt",
        Meaning::Answer => "Answer",
        Meaning::None => "",
    }
}

/// Two suggestions are worth a click; one that is already in the field is not.
fn suggestions(region: &RegionReading) -> Vec<Suggestion> {
    let only_the_value = region.candidates.len() == 1
        && region.candidates[0].service.is_none()
        && Some(&region.candidates[0].text) == region.value.as_ref();
    if only_the_value {
        return Vec::new();
    }
    let candidates = region.candidates.iter().take(MAX_SUGGESTIONS).enumerate();
    candidates
        .map(|(i, candidate)| suggestion(region, i, candidate))
        .collect()
}

fn suggestion(region: &RegionReading, i: usize, candidate: &Candidate) -> Suggestion {
    let service = candidate.service.as_ref();
    Suggestion {
        pick: format!("{}:{i}", region.reads.as_str()),
        text: candidate.text.clone(),
        evidence: candidate.evidence.clone(),
        is_service: region.reads == Meaning::Service,
        place: service.map_or_else(String::new, |s| place(&s.town, &s.postcode)),
        postcode: service.map_or_else(String::new, |s| s.postcode.clone()),
    }
}

fn note(region: &RegionReading, kind: PartKind) -> String {
    match kind {
        PartKind::Relationship => marks_in_words(&region.marks),
        PartKind::Consent => consent_in_words(&region.marks).to_owned(),
        _ if region.withheld => NO_DRAFT.to_owned(),
        PartKind::Other => region
            .value
            .clone()
            .unwrap_or_else(|| ink_in_words(region.state).to_owned()),
        PartKind::Drawing => drawing_in_words(region.state).to_owned(),
        _ => ink_in_words(region.state).to_owned(),
    }
}

const fn ink_in_words(state: InkState) -> &'static str {
    match state {
        InkState::Blank => "Nothing is written here.",
        InkState::Writing => "",
        InkState::Drawing => "There is a drawing here instead of words.",
        InkState::Both => "There is a drawing over the words.",
    }
}

const fn drawing_in_words(state: InkState) -> &'static str {
    match state {
        InkState::Blank => "Nothing is drawn here.",
        InkState::Writing => "There are words here and no drawing.",
        InkState::Drawing => "",
        InkState::Both => "There are words beside the drawing.",
    }
}

fn marks_in_words(marks: &[MarkReading]) -> String {
    let told = marks.iter().filter_map(|mark| {
        let name = words::relationship(&mark.value);
        match mark.decision {
            MarkDecision::Ticked => Some(format!("“{name}” is ticked.")),
            MarkDecision::Unsure => Some(format!("“{name}” may be ticked: please look.")),
            MarkDecision::Cancelled => Some(format!("“{name}” was blacked out.")),
            MarkDecision::Empty => None,
        }
    });
    let told: Vec<String> = told.collect();
    if told.is_empty() {
        "No box is ticked.".to_owned()
    } else {
        told.join(" ")
    }
}

fn consent_in_words(marks: &[MarkReading]) -> &'static str {
    match marks
        .iter()
        .find(|mark| mark.value == "yes")
        .map(|mark| mark.decision)
    {
        Some(MarkDecision::Ticked) => "The box is ticked.",
        Some(MarkDecision::Unsure) => "The box may be ticked: please look.",
        Some(MarkDecision::Cancelled) => "The box was ticked and then blacked out.",
        Some(MarkDecision::Empty) | None => "The box is not ticked.",
    }
}

fn area(region: &RegionReading) -> Area {
    let field = match kind_of(region.reads) {
        PartKind::Story => "as_written",
        _ => region.reads.as_str(),
    };
    Area {
        reads: region.reads.as_str(),
        at: region.box_px,
        target: format!("field-{field}"),
        lines: match kind_of(region.reads) {
            PartKind::Story => region.lines.iter().map(ink_line).collect(),
            _ => Vec::new(),
        },
    }
}

fn ink_line(line: &LineReading) -> InkLine {
    InkLine {
        at: line.box_px,
        n_chars: line.text.chars().count(),
    }
}

fn crop(leaf: Leaf<'_>, region: &RegionReading) -> Crop {
    let alt = format!("{}, as it is on the paper", label(region.reads));
    let id = Some(region.id.as_str());
    let page_id = &leaf.page.page.id;
    if region.reads == Meaning::Drawing && region.state == InkState::Blank {
        return Crop::None;
    }
    if region.state.has_drawing() && has_picture(leaf, PictureRole::Drawing, id) {
        return Crop::Picture {
            url: urls::drawing(leaf.story_id, page_id, &region.id),
            alt,
        };
    }
    part_of_sheet(leaf, region.box_px, alt)
}

/// Each line of a region, in reading order.
fn line_crops(leaf: Leaf<'_>, region: &RegionReading) -> Vec<Crop> {
    let lines = region.lines.iter().zip(1..);
    lines
        .map(|(line, line_no)| {
            part_of_sheet(leaf, line.box_px, format!("Line {line_no} of the story"))
        })
        .collect()
}

/// A part of the straightened picture with some white around it.
fn part_of_sheet(leaf: Leaf<'_>, at: BoxPx, alt: String) -> Crop {
    match leaf.page.reading.straightened {
        Some(page) if has_picture(leaf, PictureRole::Straightened, None) => Crop::Part {
            of: urls::straightened(leaf.story_id, &leaf.page.page.id),
            at: with_margin(at),
            width_px: page.width_px,
            height_px: page.height_px,
            alt,
        },
        _ => Crop::None,
    }
}

fn with_margin(at: BoxPx) -> BoxPx {
    let (x, y) = (
        at.x.saturating_sub(MARGIN_PX),
        at.y.saturating_sub(MARGIN_PX),
    );
    BoxPx {
        x,
        y,
        width: at.x + at.width + MARGIN_PX - x,
        height: at.y + at.height + MARGIN_PX - y,
    }
}

fn has_picture(leaf: Leaf<'_>, role: PictureRole, region_id: Option<&str>) -> bool {
    let pictures = &leaf.page.pictures;
    pictures
        .iter()
        .any(|picture| picture.role == role && picture.region_id.as_deref() == region_id)
}
