use schemas::TimeMs;
use schemas::record::HoldKind;
use serde::Deserialize;
use store::StoryFields;

use crate::text::tidy;
use crate::when;

/// What the story page sends, whichever button was pressed.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct StoryForm {
    /// The button: a word of [`super::rules::Action`].
    pub(super) action: String,
    /// The suggestion that was taken: `postcode:1`, `found:CODE`; or `find`, the button that searches.
    pub(super) pick: String,
    /// What is searched for in the directory of services.
    pub(super) find: String,
    /// What somebody looked at in the text for publication and kept, one behind the other.
    pub(super) kept: String,
    /// The revision that the person saw.
    pub(super) expected_revision: u32,
    pub(super) title: String,
    pub(super) service: String,
    pub(super) postcode: String,
    /// Further services, one in a line.
    pub(super) also_about: String,
    /// The month in which it happened.
    pub(super) happened: String,
    pub(super) relationship: String,
    /// `yes` or anything else.
    pub(super) consent: String,
    /// `0` to `5`, or nothing.
    pub(super) criticality: String,
    pub(super) as_written: String,
    pub(super) readable: String,
    pub(super) published_text: String,
    /// `yes` or anything else.
    pub(super) show_drawing: String,
    pub(super) drawing_alt: String,
    pub(super) tags_good: String,
    pub(super) tags_better: String,
    pub(super) tags_felt: String,
    /// What kind of change it is: one of those that the page lists.
    pub(super) change: String,
    /// Why the fields were changed, in words.
    pub(super) reason: String,
    /// What it waits for, when it is put on hold: a word of [`HoldKind`].
    pub(super) hold_for: String,
    /// Why it was rejected, held, withdrawn or opened again.
    pub(super) decision_reason: String,
}

impl std::fmt::Debug for StoryForm {
    /// Without a word of the story: this may end up in a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoryForm")
            .field("action", &self.action)
            .field("expected_revision", &self.expected_revision)
            .finish_non_exhaustive()
    }
}

impl StoryForm {
    /// The form as it is first shown.
    pub(super) fn of(fields: &StoryFields, revision_no: u32) -> Self {
        Self {
            expected_revision: revision_no,
            title: fields.title.clone(),
            service: fields.service.clone(),
            postcode: fields.postcode.clone(),
            also_about: fields.also_about.clone(),
            happened: fields.happened.clone(),
            relationship: fields.relationship.clone(),
            consent: yes_no(fields.consent),
            criticality: fields
                .criticality
                .map(|level| level.to_string())
                .unwrap_or_default(),
            as_written: fields.as_written.clone(),
            readable: fields.readable.clone(),
            published_text: fields.published_text.clone(),
            show_drawing: yes_no(fields.show_drawing),
            drawing_alt: fields.drawing_alt.clone(),
            tags_good: fields.tags_good.clone(),
            tags_better: fields.tags_better.clone(),
            tags_felt: fields.tags_felt.clone(),
            ..Self::default()
        }
    }

    /// What it shall wait for.
    pub(super) fn hold(&self) -> HoldKind {
        HoldKind::parse(&self.hold_for).unwrap_or(HoldKind::Other)
    }

    /// The month that was typed, as `2026-03`; nothing when none was, `None` when it is no month.
    pub(super) fn happened(&self) -> Option<String> {
        let typed = self.happened.trim();
        if typed.is_empty() {
            return Some(String::new());
        }
        let (one, other) = typed.split_once(['-', '/', '.', ' '])?;
        let (year, month) = if one.len() == 4 {
            (one, other)
        } else {
            (other, one)
        };
        let year: u16 = year
            .parse()
            .ok()
            .filter(|year| (1900..2200).contains(year))?;
        let month: u8 = month
            .parse()
            .ok()
            .filter(|month| (1..=12).contains(month))?;
        Some(format!("{year}-{month:02}"))
    }

    /// What is wrong with the month that was typed.
    pub(super) fn happened_fault(&self, now: TimeMs) -> Option<&'static str> {
        match self.happened() {
            None => Some("Please write the month as a year and a number, like 2026-03."),
            Some(month) if when::is_to_come(&month, now) => Some("This month has not begun yet."),
            Some(_) => None,
        }
    }

    /// Makes a text anew from the one before, when a button says so; whether it was one.
    pub(super) fn start_again(&mut self) -> bool {
        match self.pick.as_str() {
            "again:readable" => self.readable.clone_from(&self.as_written),
            "again:published_text" => self.published_text.clone_from(&self.readable),
            _ => return false,
        }
        true
    }

    /// Adds a service to the further ones, once.
    pub(super) fn add_service(&mut self, name: &str) {
        self.also_about = list(&format!("{}\n{name}", self.also_about), &['\n'], "\n");
    }

    /// What was typed, ready to be stored; `before` is what stood there.
    pub(super) fn fields(&self, before: &StoryFields) -> StoryFields {
        let typed = StoryFields {
            title: one_line(&self.title),
            service: one_line(&self.service),
            postcode: one_line(&self.postcode).to_uppercase(),
            relationship: one_line(&self.relationship),
            consent: self.consent == "yes",
            criticality: self.criticality.parse().ok().filter(|level| *level <= 5),
            as_written: tidy(&self.as_written),
            readable: tidy(&self.readable),
            published_text: tidy(&self.published_text),
            show_drawing: self.show_drawing == "yes",
            drawing_alt: one_line(&self.drawing_alt),
            also_about: list(&self.also_about, &['\n'], "\n"),
            happened: self.happened().unwrap_or_default(),
            tags_good: tags(&self.tags_good),
            tags_better: tags(&self.tags_better),
            tags_felt: tags(&self.tags_felt),
        };
        follow(typed, before)
    }
}

/// Lets a text go along with the one that it is made from: as long as nobody has made them different, a
/// correction of the first need not be typed three times.
fn follow(mut typed: StoryFields, before: &StoryFields) -> StoryFields {
    let goes_along = |text: &str, of: &str| text.is_empty() || text == of;
    if typed.readable == tidy(&before.readable) && goes_along(&before.readable, &before.as_written)
    {
        typed.readable.clone_from(&typed.as_written);
    }
    if typed.published_text == tidy(&before.published_text)
        && goes_along(&before.published_text, &before.readable)
    {
        typed.published_text.clone_from(&typed.readable);
    }
    typed
}

fn yes_no(yes: bool) -> String {
    if yes { "yes" } else { "no" }.to_owned()
}

/// Words with a comma between, whatever stood between them.
fn tags(typed: &str) -> String {
    list(typed, &[',', ';', '\n'], ", ")
}

/// The entries of a list that was typed, each once, with `between` between them.
fn list(typed: &str, at: &[char], between: &str) -> String {
    let mut entries: Vec<String> = Vec::new();
    for entry in typed.split(at).map(one_line) {
        let is_new = |known: &String| known.to_lowercase() != entry.to_lowercase();
        if !entry.is_empty() && entries.iter().all(is_new) {
            entries.push(entry);
        }
    }
    entries.join(between)
}

fn one_line(typed: &str) -> String {
    typed.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> StoryFields {
        StoryFields {
            as_written: text.to_owned(),
            readable: text.to_owned(),
            published_text: text.to_owned(),
            ..StoryFields::default()
        }
    }

    #[test]
    fn a_correction_of_the_first_text_reaches_the_others_until_they_differ() {
        let before = fields("teh ward");
        let mut form = StoryForm::of(&before, 0);
        form.as_written = "the ward".to_owned();
        let after = form.fields(&before);
        assert_eq!(
            (after.readable.as_str(), after.published_text.as_str()),
            ("the ward", "the ward")
        );

        form.published_text = "a ward".to_owned();
        let after = form.fields(&before);
        assert_eq!(
            (after.readable.as_str(), after.published_text.as_str()),
            ("the ward", "a ward")
        );
        let mut form = StoryForm::of(&after, 1);
        form.as_written = "The ward!".to_owned();
        let last = form.fields(&after);
        assert_eq!(
            (last.readable.as_str(), last.published_text.as_str()),
            ("The ward!", "a ward")
        );
    }

    #[test]
    fn a_page_that_is_saved_unchanged_changes_nothing() {
        let before = StoryFields {
            consent: true,
            criticality: Some(2),
            title: "Kind".to_owned(),
            ..fields("one\n\ntwo")
        };
        let mut form = StoryForm::of(&before, 3);
        form.as_written = "one\r\n\r\ntwo".to_owned();
        assert_eq!(form.fields(&before), before);
    }

    #[test]
    fn lists_are_typed_in_any_way_and_kept_in_one() {
        let form = StoryForm {
            tags_good: " kind nurses;clean ward,\nKind Nurses ".to_owned(),
            also_about: "Ward 7\r\n\r\n ward  7 \nThe pharmacy".to_owned(),
            ..StoryForm::default()
        };
        let fields = form.fields(&StoryFields::default());
        assert_eq!(fields.tags_good, "kind nurses, clean ward");
        assert_eq!(fields.also_about, "Ward 7\nThe pharmacy");
    }

    #[test]
    fn a_month_is_a_year_and_a_number_in_any_order() {
        let month = |typed: &str| {
            StoryForm {
                happened: typed.to_owned(),
                ..StoryForm::default()
            }
            .happened()
        };
        for typed in ["2026-03", "3/2026", "03.2026", " 2026-3 "] {
            assert_eq!(month(typed).as_deref(), Some("2026-03"), "{typed}");
        }
        assert_eq!(month("").as_deref(), Some(""));
        for typed in ["2026", "March", "2026-13", "0-2026", "12-03-2026"] {
            assert_eq!(month(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_form_never_shows_its_words_when_it_is_logged() {
        let form = StoryForm::of(&fields("my secret"), 0);
        assert!(!format!("{form:?}").contains("secret"));
    }
}
