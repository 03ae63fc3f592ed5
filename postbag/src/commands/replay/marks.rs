//! Boxes to tick, against what a moderator kept.

use std::collections::BTreeMap;

use schemas::layout::Meaning;
use schemas::reading::{MarkDecision, Reading};
use store::{CONSENT_GIVEN, StoryFields};

use super::compare::{BeforeAfter, Field, Kind, Leaflet};

/// What a region with boxes is called in a reading.
pub(super) const KIND: &str = "marks";
/// Boxes for which a story has a field.
const KEPT: [Meaning; 2] = [Meaning::Consent, Meaning::Relationship];

/// What the machine says of a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Seen {
    Empty,
    Unsure,
    Ticked,
}

/// A box by its meaning and its value.
type Name = (&'static str, String);

/// Every box of which it is known what the moderator kept; each is a field of one click.
pub(super) fn fields(leaflet: &Leaflet<'_>) -> Vec<Field> {
    let (before, after) = (seen(&leaflet.before), seen(&leaflet.after));
    let mut names = after.clone();
    names.extend(before.clone());
    let field = |(name, ticked): (Name, bool)| Field {
        kind: Kind::Mark,
        edits: BeforeAfter {
            before: clicks(before.get(&name).copied(), ticked),
            after: clicks(after.get(&name).copied(), ticked),
        },
    };
    kept(leaflet.kept, &names).into_iter().map(field).collect()
}

/// The boxes that the machine decided otherwise than the moderator.
pub(super) fn decided_wrong(story: &StoryFields, readings: &[&Reading]) -> Vec<Name> {
    let seen = seen(readings);
    let wrong = |name: &Name, ticked: bool| match seen.get(name) {
        Some(Seen::Ticked) => !ticked,
        Some(Seen::Empty) => ticked,
        Some(Seen::Unsure) | None => false,
    };
    let mut kept = kept(story, &seen);
    kept.retain(|name, ticked| wrong(name, *ticked));
    kept.into_keys().collect()
}

/// An unsure box is always looked at; one that was not seen is empty.
fn clicks(seen: Option<Seen>, ticked: bool) -> usize {
    let right = match seen {
        Some(Seen::Unsure) => false,
        Some(Seen::Ticked) => ticked,
        Some(Seen::Empty) | None => !ticked,
    };
    usize::from(!right)
}

/// What all pages together say of each box: a tick on one of them is a tick.
fn seen(readings: &[&Reading]) -> BTreeMap<Name, Seen> {
    let mut boxes = BTreeMap::new();
    let regions = readings.iter().flat_map(|page| &page.regions);
    for region in regions.filter(|region| KEPT.contains(&region.reads)) {
        for mark in &region.marks {
            let name = (region.reads.as_str(), mark.value.clone());
            let found = boxes.entry(name).or_insert(Seen::Empty);
            *found = (*found).max(look(mark.decision));
        }
    }
    boxes
}

const fn look(decision: MarkDecision) -> Seen {
    match decision {
        MarkDecision::Ticked => Seen::Ticked,
        MarkDecision::Unsure => Seen::Unsure,
        // One that was blacked out is none.
        MarkDecision::Empty | MarkDecision::Cancelled => Seen::Empty,
    }
}

/// Which of these boxes the moderator's fields call ticked, and which not. Where somebody typed a relationship that has
/// no box, nothing is known of the boxes.
fn kept(story: &StoryFields, boxes: &BTreeMap<Name, Seen>) -> BTreeMap<Name, bool> {
    let ticked: Vec<&str> = story.relationship.split(',').map(str::trim).collect();
    let has_box = |value: &&str| {
        let name = (Meaning::Relationship.as_str(), (*value).to_owned());
        value.is_empty() || boxes.contains_key(&name)
    };
    let all_have_boxes = ticked.iter().all(has_box);
    let mut kept = BTreeMap::new();
    for (meaning, value) in boxes.keys() {
        let is_ticked = if *meaning == Meaning::Consent.as_str() {
            (value == CONSENT_GIVEN).then_some(story.consent)
        } else {
            all_have_boxes.then_some(ticked.contains(&value.as_str()))
        };
        if let Some(is_ticked) = is_ticked {
            kept.insert((*meaning, value.clone()), is_ticked);
        }
    }
    kept
}
