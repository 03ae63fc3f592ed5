use schemas::layout::Meaning;
use schemas::reading::{MarkDecision, MarkReading, Reading, RegionReading};
use serde::{Deserialize, Serialize};

use crate::StoreError;
use crate::database::{Fields, Value, values};

/// Everything about a story that a person may change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StoryFields {
    /// The headline; the first words of the story until a person writes a better one.
    pub title: String,
    /// The name of the service.
    pub service: String,
    /// The postcode of the service.
    pub postcode: String,
    /// The names of further services that the story is about, one in a line.
    pub also_about: String,
    /// The month in which it happened, as `2026-03`; empty when nobody knows. The day is never kept.
    pub happened: String,
    /// Who the author is to the patient, as the layout calls it.
    pub relationship: String,
    /// Whether the author permits publication.
    pub consent: bool,
    /// How critical the most negative statement is, 0 (not) to 5 (severely). Staff only.
    pub criticality: Option<u8>,
    /// The story, verbatim.
    pub as_written: String,
    /// The story with spelling, capitals and layout put right.
    pub readable: String,
    /// The story as the public sees it.
    pub published_text: String,
    /// Whether a person decided to show the drawing.
    pub show_drawing: bool,
    /// What the drawing shows, in words.
    pub drawing_alt: String,
    /// What was good, in words with a comma between.
    pub tags_good: String,
    /// What could be better, likewise.
    pub tags_better: String,
    /// How it felt, likewise.
    pub tags_felt: String,
}

impl StoryFields {
    /// What the machine's readings of a leaflet's pages make of a story before a person has seen it. The texts are
    /// joined in the order of the pages; of anything else the first word counts, and consent given on one side is
    /// consent.
    pub fn from_readings<'r>(pages: impl IntoIterator<Item = &'r Reading>) -> Self {
        let pages: Vec<&Reading> = pages.into_iter().collect();
        let story = story_of(&pages);
        Self {
            title: first_words(&story),
            service: first_value(&pages, Meaning::Service),
            postcode: pages
                .iter()
                .find_map(|page| best_postcode(page))
                .unwrap_or_default(),
            relationship: first_value(&pages, Meaning::Relationship),
            consent: pages.iter().any(|page| consents(page)),
            as_written: story.clone(),
            readable: story.clone(),
            published_text: story,
            ..Self::default()
        }
    }

    /// The fields as values, in the order of [`story_columns`].
    pub(crate) fn columns(&self) -> Vec<Value> {
        values![
            &self.title,
            &self.service,
            &self.postcode,
            &self.relationship,
            self.consent,
            self.criticality.map(i64::from),
            &self.as_written,
            &self.readable,
            &self.published_text,
            self.show_drawing,
            &self.drawing_alt,
            &self.also_about,
            &self.happened,
            &self.tags_good,
            &self.tags_better,
            &self.tags_felt,
        ]
    }

    pub(crate) fn from_row(row: Fields<'_>) -> Result<Self, StoreError> {
        let criticality = row
            .int_or_null("criticality")?
            .map(u8::try_from)
            .transpose();
        Ok(Self {
            title: row.text("title")?,
            service: row.text("service")?,
            postcode: row.text("postcode")?,
            relationship: row.text("relationship")?,
            consent: row.flag("consent")?,
            criticality: criticality.map_err(|_| row.bad("criticality"))?,
            as_written: row.text("as_written")?,
            readable: row.text("readable")?,
            published_text: row.text("published_text")?,
            show_drawing: row.flag("show_drawing")?,
            drawing_alt: row.text("drawing_alt")?,
            also_about: row.text("also_about")?,
            happened: row.text("happened")?,
            tags_good: row.text("tags_good")?,
            tags_better: row.text("tags_better")?,
            tags_felt: row.text("tags_felt")?,
        })
    }
}

/// The columns of [`StoryFields`], in one order wherever they are read or written.
macro_rules! story_columns {
    () => {
        "title, service, postcode, relationship, consent, criticality, as_written, readable, published_text,
            show_drawing, drawing_alt, also_about, happened, tags_good, tags_better, tags_felt"
    };
}
pub(crate) use story_columns;

/// How long a headline made of the story's first words may get: about one line on a small screen.
const TITLE_CHARS: usize = 60;
/// What the box of the consent region is called when it permits publication.
pub const CONSENT_GIVEN: &str = "yes";

fn story_of(pages: &[&Reading]) -> String {
    let texts: Vec<&str> = regions(pages, Meaning::Story).collect();
    texts.join("\n")
}

fn first_value(pages: &[&Reading], meaning: Meaning) -> String {
    regions(pages, meaning)
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// What was read where the pages ask for `meaning`, without the empty ones.
fn regions<'r>(pages: &[&'r Reading], meaning: Meaning) -> impl Iterator<Item = &'r str> {
    let value = |region: &'r RegionReading| region.value.as_deref();
    pages
        .iter()
        .flat_map(|page| &page.regions)
        .filter(move |region| region.reads == meaning && !region.withheld)
        .filter_map(value)
        .filter(|value| !value.is_empty())
}

/// The first words of a text, at most about one line on a small screen.
pub fn first_words(story: &str) -> String {
    let mut title = String::new();
    for word in story.split_whitespace() {
        if title.chars().count() + word.chars().count() >= TITLE_CHARS {
            let cut: String = word.chars().take(TITLE_CHARS).collect();
            let whole = if title.is_empty() { cut } else { title };
            return format!("{whole}…");
        }
        if !title.is_empty() {
            title.push(' ');
        }
        title.push_str(word);
    }
    title
}

fn best_postcode(reading: &Reading) -> Option<String> {
    let region = reading.region_for(Meaning::Postcode)?;
    let first = region.candidates.first();
    first
        .map(|candidate| candidate.text.clone())
        .or_else(|| region.value.clone())
}

/// Only a clear tick counts; a doubtful one is for a person.
fn consents(reading: &Reading) -> bool {
    let marks = reading
        .region_for(Meaning::Consent)
        .map_or(&[][..], |region| &region.marks);
    let ticked = |mark: &MarkReading| mark.decision == MarkDecision::Ticked;
    marks
        .iter()
        .any(|mark| mark.value == CONSENT_GIVEN && ticked(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_headline_is_the_first_words_of_the_story_and_at_most_one_line() {
        assert_eq!(first_words("The nurse\nwas kind."), "The nurse was kind.");
        let long = first_words(&"waiting ".repeat(40));
        assert!(long.chars().count() <= TITLE_CHARS + 1, "{long}");
        assert!(long.ends_with("waiting…"), "{long}");
        assert!(first_words(&"x".repeat(500)).chars().count() <= TITLE_CHARS + 1);
        assert_eq!(first_words(""), "");
    }
}
