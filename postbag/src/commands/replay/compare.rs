//! What two readings of a leaflet leave to do, against what a moderator kept. Data to data.

use schemas::layout::Meaning;
use schemas::postcode::Postcode;
use schemas::reading::{Candidate, Reading, RegionReading};
use serde::Serialize;
use store::StoryFields;

use super::marks;
use super::silent::{self, Silent};
use crate::commands::eval::{cer, edits, spaced};

/// A leaflet that was read twice.
pub(super) struct Leaflet<'a> {
    /// What the moderator let stand.
    pub(super) kept: &'a StoryFields,
    /// What the moderator was shown, page by page.
    pub(super) before: Vec<&'a Reading>,
    /// What the new engine reads on the same pages.
    pub(super) after: Vec<&'a Reading>,
}

/// What both readings leave to do.
#[derive(Debug, Default)]
pub(super) struct Compared {
    pub(super) fields: Vec<Field>,
    /// For service and postcode, where one of the readings suggests anything.
    pub(super) first: Vec<(Kind, BeforeAfter<bool>)>,
    /// Nothing when the leaflet has no place for a story, or the moderator left no text.
    pub(super) draft: Option<BeforeAfter<Draft>>,
    pub(super) silent: BeforeAfter<Vec<Silent>>,
    /// Lines that no field of a story holds, so that no moderator's text says what is right; and those of them that are
    /// read otherwise now.
    pub(super) unjudged: usize,
    pub(super) read_otherwise: usize,
}

/// Kinds of fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    Story,
    Service,
    Postcode,
    OtherLine,
    Mark,
}

/// Of the reading of then, and of the new one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct BeforeAfter<T> {
    pub(super) before: T,
    pub(super) after: T,
}

/// One field, or one box to tick, and the characters or ticks to put right in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) kind: Kind,
    pub(super) edits: BeforeAfter<usize>,
}

/// What a person finds in the field of the story.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Draft {
    /// Nothing: nothing was read.
    #[default]
    Empty,
    /// Nothing, or not all: too much was expected to be wrong.
    Withheld,
    /// A draft.
    Shown {
        /// The share of its characters that is expected to be wrong, where the engine can tell.
        predicted_cer: Option<f64>,
        /// The share that is.
        cer: f64,
    },
}

impl Leaflet<'_> {
    pub(super) fn compare(&self) -> Compared {
        let (unjudged, read_otherwise) = self.unjudged();
        let draft = self.drafts();
        let silent = |readings: &[&Reading], draft: Option<Draft>| {
            silent::errors(self.kept, readings, draft.unwrap_or_default())
        };
        let mut fields = self.texts();
        fields.extend(marks::fields(self));
        Compared {
            fields,
            first: self.first(),
            draft,
            silent: BeforeAfter {
                before: silent(&self.before, draft.map(|draft| draft.before)),
                after: silent(&self.after, draft.map(|draft| draft.after)),
            },
            unjudged,
            read_otherwise,
        }
    }

    /// The fields that are typed. What stands in them before a person comes is what the store makes of the readings.
    fn texts(&self) -> Vec<Field> {
        let before = StoryFields::from_readings(self.before.iter().copied());
        let after = StoryFields::from_readings(self.after.iter().copied());
        let field = |kind, meaning, text: fn(&StoryFields) -> String| {
            let edits = |read| edits(&text(self.kept), &text(read));
            let edits = BeforeAfter {
                before: edits(&before),
                after: edits(&after),
            };
            self.asks(meaning).then_some(Field { kind, edits })
        };
        let story = field(Kind::Story, Meaning::Story, story);
        [
            story.filter(|_| self.has_story()),
            field(Kind::Service, Meaning::Service, |f| spaced(&f.service)),
            field(Kind::Postcode, Meaning::Postcode, |f| postcode(&f.postcode)),
            field(Kind::OtherLine, Meaning::Relationship, |f| {
                spaced(&f.relationship)
            }),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// Whether the leaflet asks for this, in writing.
    fn asks(&self, meaning: Meaning) -> bool {
        let pages = self.before.iter().chain(&self.after);
        let mut regions = pages.flat_map(|page| &page.regions);
        regions.any(|region| region.reads == meaning && region.kind != marks::KIND)
    }

    /// Whether there is a story to compare: a moderator who left no text of all of it says nothing about how it was read.
    fn has_story(&self) -> bool {
        self.asks(Meaning::Story) && !text_of(self.kept).is_empty()
    }

    fn drafts(&self) -> Option<BeforeAfter<Draft>> {
        self.has_story().then(|| BeforeAfter {
            before: draft(self.kept, &self.before),
            after: draft(self.kept, &self.after),
        })
    }

    fn first(&self) -> Vec<(Kind, BeforeAfter<bool>)> {
        let of = |kind, meaning, kept: &str, right: fn(&Candidate, &StoryFields) -> bool| {
            let before = best(&self.before, meaning);
            let after = best(&self.after, meaning);
            let is_right =
                |best: Option<&Candidate>| best.is_some_and(|best| right(best, self.kept));
            let known = !kept.is_empty() && (before.is_some() || after.is_some());
            let right = BeforeAfter {
                before: is_right(before),
                after: is_right(after),
            };
            known.then_some((kind, right))
        };
        let kept = self.kept;
        let service = of(Kind::Service, Meaning::Service, &kept.service, is_service);
        let postcode = of(
            Kind::Postcode,
            Meaning::Postcode,
            &kept.postcode,
            is_postcode,
        );
        service.into_iter().chain(postcode).collect()
    }

    /// Lines for which a story has no field.
    fn unjudged(&self) -> (usize, usize) {
        let (mut n, mut n_otherwise) = (0, 0);
        for (before, after) in self.before.iter().zip(&self.after) {
            for region in before.regions.iter().filter(|region| is_unjudged(region)) {
                n += 1;
                let now = after.region(&region.id).and_then(|now| now.value.as_ref());
                n_otherwise += usize::from(now != region.value.as_ref());
            }
        }
        (n, n_otherwise)
    }
}

fn is_unjudged(region: &RegionReading) -> bool {
    let is_line = ["line", "text", "comb"].contains(&region.kind.as_str());
    let has_field = matches!(
        region.reads,
        Meaning::Story | Meaning::Service | Meaning::Postcode | Meaning::Relationship
    );
    is_line && !has_field
}

/// The best suggestion of the first region that makes any.
pub(super) fn best<'r>(readings: &[&'r Reading], meaning: Meaning) -> Option<&'r Candidate> {
    let regions = readings.iter().flat_map(|page| &page.regions);
    let mut asked = regions.filter(|region| region.reads == meaning);
    asked.find_map(|region| region.candidates.first())
}

/// Whether a suggestion is the service that was kept. By its name: the postcode beside it is often that of somewhere
/// else on the paper.
pub(super) fn is_service(candidate: &Candidate, kept: &StoryFields) -> bool {
    directory::same_name(&candidate.text, &kept.service)
}

/// Whether a suggestion is the postcode that was kept.
pub(super) fn is_postcode(candidate: &Candidate, kept: &StoryFields) -> bool {
    postcode(&candidate.text) == postcode(&kept.postcode)
}

/// The story word for word: as written, or where nobody kept that, the readable text. Never the published one, from
/// which names were taken on purpose. How lines are broken does not matter.
fn story(fields: &StoryFields) -> String {
    spaced(text_of(fields))
}

fn text_of(fields: &StoryFields) -> &str {
    if fields.as_written.trim().is_empty() {
        fields.readable.trim()
    } else {
        &fields.as_written
    }
}

/// In its usual form, when it is one.
fn postcode(text: &str) -> String {
    Postcode::parse(text).map_or_else(|_| spaced(text), |postcode| postcode.to_string())
}

/// What a person finds in the field of the story, and how much of it is wrong.
fn draft(kept: &StoryFields, readings: &[&Reading]) -> Draft {
    let pages = readings.iter().flat_map(|page| &page.regions);
    let regions: Vec<&RegionReading> = pages.filter(|r| r.reads == Meaning::Story).collect();
    if regions.iter().any(|region| region.withheld) {
        return Draft::Withheld;
    }
    let read = story(&StoryFields::from_readings(readings.iter().copied()));
    if read.is_empty() {
        return Draft::Empty;
    }
    Draft::Shown {
        predicted_cer: predicted_cer(&regions),
        cer: cer(&story(kept), &read),
    }
}

/// The mean over the characters of some regions; nothing when one of them does not tell.
fn predicted_cer(regions: &[&RegionReading]) -> Option<f64> {
    let (mut n_all, mut n_wrong) = (0.0, 0.0);
    for region in regions {
        let n = length(region.value.as_deref().unwrap_or_default());
        if n > 0.0 {
            n_all += n;
            n_wrong += n * region.predicted_cer?;
        }
    }
    (n_all > 0.0).then(|| n_wrong / n_all)
}

#[expect(clippy::cast_precision_loss, reason = "a count of characters")]
fn length(text: &str) -> f64 {
    text.chars().count() as f64
}

#[cfg(test)]
mod tests;
