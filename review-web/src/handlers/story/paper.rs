//! The sheet as the story page shows it: the picture, and every region in the order of the paper.

use schemas::geometry::BoxPx;
use schemas::layout::Meaning;
use schemas::reading::{InkState, MarkDecision, MarkReading, RegionReading, Straightened};
use schemas::record::PictureRole;
use store::StoryRecord;

use crate::{urls, words};

/// White kept around a region that is cut from the whole picture, so that ascenders and overshoots are seen.
const MARGIN_PX: u32 = 12;

/// Suggestions beside a field: more take longer to read than the postcode takes to type.
const MAX_SUGGESTIONS: usize = 4;

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
pub(super) struct Suggestion {
    pub(super) text: String,
    pub(super) evidence: String,
}

/// The picture of the sheet, when there is one.
pub(super) fn picture(story: &StoryRecord) -> Option<Picture> {
    let Straightened {
        width_px,
        height_px,
        ..
    } = story.reading.straightened?;
    has_picture(story, PictureRole::Straightened, None).then(|| Picture {
        url: urls::straightened(&story.id),
        width_px,
        height_px,
        areas: story.reading.regions.iter().map(area).collect(),
    })
}

/// Every region in the order of the paper; then the fields that every story has and this layout lacks.
pub(super) fn parts(story: &StoryRecord) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for region in story
        .reading
        .regions
        .iter()
        .filter(|region| region.reads != Meaning::None)
    {
        let kind = kind_of(region.reads);
        let taken = parts.iter().any(|part| part.kind == kind);
        let kind = if taken { PartKind::Other } else { kind };
        parts.push(part(story, region, kind));
    }
    for meaning in [
        Meaning::Service,
        Meaning::Postcode,
        Meaning::Relationship,
        Meaning::Story,
        Meaning::Consent,
    ] {
        if !parts.iter().any(|part| part.kind == kind_of(meaning)) {
            parts.push(missing(meaning));
        }
    }
    parts
}

fn part(story: &StoryRecord, region: &RegionReading, kind: PartKind) -> Part {
    Part {
        kind,
        reads: region.reads.as_str(),
        label: label(region.reads),
        crop: crop(story, region),
        note: note(region, kind),
        candidates: suggestions(region),
        has_drawing: region.state.has_drawing(),
    }
}

fn missing(meaning: Meaning) -> Part {
    Part {
        kind: kind_of(meaning),
        reads: meaning.as_str(),
        label: label(meaning),
        crop: Crop::None,
        note: "The leaflet does not ask for it.".to_owned(),
        candidates: Vec::new(),
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
    let only_the_value =
        region.candidates.len() == 1 && Some(&region.candidates[0].text) == region.value.as_ref();
    if only_the_value {
        return Vec::new();
    }
    let suggestion = |candidate: &schemas::reading::Candidate| Suggestion {
        text: candidate.text.clone(),
        evidence: candidate.evidence.clone(),
    };
    region
        .candidates
        .iter()
        .take(MAX_SUGGESTIONS)
        .map(suggestion)
        .collect()
}

fn note(region: &RegionReading, kind: PartKind) -> String {
    match kind {
        PartKind::Relationship => marks_in_words(&region.marks),
        PartKind::Consent => consent_in_words(&region.marks).to_owned(),
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
    }
}

fn crop(story: &StoryRecord, region: &RegionReading) -> Crop {
    let alt = format!("{}, as it is on the paper", label(region.reads));
    let id = Some(region.id.as_str());
    if region.reads == Meaning::Drawing && region.state == InkState::Blank {
        return Crop::None;
    }
    if region.state.has_drawing() && has_picture(story, PictureRole::Drawing, id) {
        return Crop::Picture {
            url: urls::drawing(&story.id, &region.id),
            alt,
        };
    }
    if has_picture(story, PictureRole::Crop, id) {
        return Crop::Picture {
            url: urls::crop(&story.id, &region.id),
            alt,
        };
    }
    match story.reading.straightened {
        Some(page) if has_picture(story, PictureRole::Straightened, None) => Crop::Part {
            of: urls::straightened(&story.id),
            at: with_margin(region.box_px),
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

fn has_picture(story: &StoryRecord, role: PictureRole, region_id: Option<&str>) -> bool {
    story
        .pictures
        .iter()
        .any(|picture| picture.role == role && picture.region_id.as_deref() == region_id)
}
