use schemas::record::HoldKind;
use serde::Deserialize;
use store::StoryFields;

use crate::text::tidy;

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
    /// Why the fields were changed.
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
            ..Self::default()
        }
    }

    /// What it shall wait for.
    pub(super) fn hold(&self) -> HoldKind {
        HoldKind::parse(&self.hold_for).unwrap_or(HoldKind::Other)
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
    fn a_form_never_shows_its_words_when_it_is_logged() {
        let form = StoryForm::of(&fields("my secret"), 0);
        assert!(!format!("{form:?}").contains("secret"));
    }
}
