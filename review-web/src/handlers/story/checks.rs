//! What a moderator should look at in the text for publication. Each finding is a suggestion: one key puts something else in
//! its place, another one keeps it. None decides.

use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use checks::privacy::{self, About};
use checks::{Finding, Kind, tidy};
use schemas::TimeMs;

use super::form::StoryForm;
use super::rules::MAX_WORDS;
use crate::app::Shared;
use crate::error::WebError;
use crate::session::{Duty, Posted};
use crate::when;

/// What stands between the things that were kept, in the form.
const SEPARATOR: char = '\u{1f}';

/// The findings of a text, as the page lists them.
#[derive(Clone, Default, Template)]
#[template(path = "components/checks.html")]
pub(super) struct Checks {
    /// What nothing can be put in place of.
    notes: Vec<&'static str>,
    pub(super) findings: Vec<Found>,
}

/// One of them.
#[derive(Clone)]
pub(super) struct Found {
    what: &'static str,
    /// The words themselves.
    words: String,
    why: String,
    /// What may stand in their place.
    with: Option<String>,
    /// What the button that replaces sends.
    replace: String,
    /// What the button that keeps sends.
    keep: String,
    /// Its place in UTF-16 units, for scripts.
    start_utf16: usize,
    end_utf16: usize,
}

impl Checks {
    /// Those of the text for publication that nobody chose to keep.
    pub(super) fn of(form: &StoryForm, now: TimeMs) -> Self {
        let text = &form.published_text;
        let kept: Vec<&str> = form.kept.split(SEPARATOR).collect();
        let found = found(form).into_iter().map(|finding| shown(text, finding));
        Self {
            notes: notes(form, now),
            findings: found
                .filter(|found| !kept.contains(&found.words.as_str()))
                .collect(),
        }
    }
}

/// `POST /stories/{id}/checks`: the same for what is typed so far; the script asks.
pub(crate) async fn post(
    State(bench): State<Shared>,
    posted: Posted<StoryForm>,
) -> Result<Response, WebError> {
    posted.who.must(Duty::WorkStories)?;
    let html = Checks::of(&posted.form, bench.now()).render()?;
    Ok(Html(html).into_response())
}

/// Carries out what a button of the list says, in the form; whether it was one.
pub(super) fn carry_out(form: &mut StoryForm) -> bool {
    let Some((what, place)) = form.pick.split_once('@') else {
        return false;
    };
    // A browser that sends the form by itself ends lines in its own way; the places are those of the text as it was shown.
    form.published_text = form.published_text.replace("\r\n", "\n");
    let mut findings = found(form);
    let here = |finding: &Finding| place_of(finding) == place;
    let Some(finding) = findings.iter().position(here).map(|i| findings.remove(i)) else {
        return false;
    };
    match what {
        "replace" => {
            form.published_text = checks::apply(&form.published_text, &[finding]);
        }
        "keep" => {
            let words = form.published_text.get(finding.start..finding.end);
            form.kept = format!("{}{SEPARATOR}{}", form.kept, words.unwrap_or_default());
        }
        _ => return false,
    }
    true
}

/// What was kept, in words, for the history.
pub(super) fn kept_words(kept: &str) -> Option<String> {
    let kept: Vec<&str> = kept
        .split(SEPARATOR)
        .filter(|words| !words.is_empty())
        .collect();
    (!kept.is_empty()).then(|| format!("Looked at and kept: {}", kept.join(", ")))
}

/// What should be known before a story is published, beside the words themselves. That a title, a rating or a description is
/// missing is said at the field when it is approved.
fn notes(form: &StoryForm, now: TimeMs) -> Vec<&'static str> {
    let n_words = form.published_text.split_whitespace().count();
    let happened = form.happened().unwrap_or_default();
    let shows_without_words = form.show_drawing == "yes" && form.drawing_alt.trim().is_empty();
    let said = [
        (
            form.consent != "yes",
            "The author has not agreed to publication.",
        ),
        (
            form.service.trim().is_empty(),
            "No service is named: nobody is told of this story.",
        ),
        (n_words > MAX_WORDS, "The text is longer than 1,000 words."),
        (
            when::is_over_three_years_ago(&happened, now),
            "It happened more than three years ago.",
        ),
        (
            shows_without_words,
            "The drawing is published without words for those who cannot see it.",
        ),
    ];
    let said = said.into_iter().filter(|(is_so, _)| *is_so);
    said.map(|(_, words)| words).collect()
}

fn found(form: &StoryForm) -> Vec<Finding> {
    let about = About {
        is_positive: form.criticality == "0",
    };
    let mut found = privacy::find(&form.published_text, &about);
    // What will be taken out need not be spelled right.
    let overlaps = |a: &Finding, b: &Finding| a.start < b.end && b.start < a.end;
    let mut tidied = tidy::suggest(&form.published_text);
    tidied.retain(|finding| !found.iter().any(|other| overlaps(finding, other)));
    found.append(&mut tidied);
    found.sort_by_key(|finding| finding.start);
    found
}

fn place_of(finding: &Finding) -> String {
    format!("{}-{}", finding.start, finding.end)
}

fn shown(text: &str, finding: Finding) -> Found {
    let utf16 = |bytes: usize| {
        text.get(..bytes)
            .map_or(0, |part| part.encode_utf16().count())
    };
    let place = place_of(&finding);
    Found {
        what: what(finding.kind),
        words: text
            .get(finding.start..finding.end)
            .unwrap_or_default()
            .to_owned(),
        replace: format!("replace@{place}"),
        keep: format!("keep@{place}"),
        start_utf16: utf16(finding.start),
        end_utf16: utf16(finding.end),
        why: finding.why,
        with: finding.replacement,
    }
}

const fn what(kind: Kind) -> &'static str {
    match kind {
        Kind::Email => "E-mail address",
        Kind::Url => "Web address",
        Kind::Postcode => "Postcode",
        Kind::Number => "Number of a patient",
        Kind::Date => "Exact date",
        Kind::Phone => "Telephone number",
        Kind::Address => "Address",
        Kind::Time => "Exact time",
        Kind::Swearing => "Swearing",
        Kind::Name => "Name",
        Kind::Capitals => "Capitals",
        Kind::Safeguarding => "Danger",
        Kind::Spelling => "Spelling",
        Kind::Typography => "Typing",
        Kind::SentenceCase => "Capital letter",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: TimeMs = TimeMs(1_795_000_000_000);

    #[test]
    fn what_nothing_can_be_put_in_place_of_is_said() {
        let good = StoryForm {
            service: "St Elsewhere".to_owned(),
            consent: "yes".to_owned(),
            happened: "2026-03".to_owned(),
            ..form("All was well.")
        };
        assert_eq!(Checks::of(&good, NOW).notes, [""; 0]);
        let old = StoryForm {
            happened: "2021-03".to_owned(),
            service: String::new(),
            ..good
        };
        let notes = Checks::of(&old, NOW).notes;
        assert_eq!(notes.len(), 2, "{notes:?}");
        assert!(notes[1].contains("three years"), "{notes:?}");
    }

    fn form(text: &str) -> StoryForm {
        StoryForm {
            published_text: text.to_owned(),
            ..StoryForm::default()
        }
    }

    #[test]
    fn one_button_replaces_and_another_keeps() {
        let mut form = form("Naïve me: ask Mrs Gallagher on 07700 900123.");
        let found = Checks::of(&form, NOW).findings;
        let [name, phone] = found.as_slice() else {
            panic!("{} findings", found.len());
        };
        assert_eq!((name.what, name.words.as_str()), ("Name", "Mrs Gallagher"));
        assert_eq!((name.start_utf16, name.end_utf16), (14, 27));
        assert_eq!(phone.what, "Telephone number");
        form.pick.clone_from(&name.keep);
        assert!(carry_out(&mut form));
        assert_eq!(Checks::of(&form, NOW).findings.len(), 1);
        form.pick.clone_from(&phone.replace);
        assert!(carry_out(&mut form));
        assert_eq!(
            form.published_text,
            "Naïve me: ask Mrs Gallagher on [phone number removed]."
        );
        assert!(Checks::of(&form, NOW).findings.is_empty());
        assert_eq!(
            kept_words(&form.kept).as_deref(),
            Some("Looked at and kept: Mrs Gallagher")
        );
    }

    #[test]
    fn spelling_is_put_right_by_the_same_button() {
        let mut form = form("I was recieved kindly.");
        let found = Checks::of(&form, NOW).findings;
        assert_eq!((found.len(), found[0].what), (1, "Spelling"));
        form.pick.clone_from(&found[0].replace);
        assert!(carry_out(&mut form));
        assert_eq!(form.published_text, "I was received kindly.");
    }

    #[test]
    fn lines_end_as_browsers_end_them_and_the_place_is_the_same() {
        let shown = form("Thank you\nMrs Gallagher");
        let pick = Checks::of(&shown, NOW).findings[0].replace.clone();
        let mut sent = StoryForm {
            pick,
            ..form("Thank you\r\nMrs Gallagher")
        };
        assert!(carry_out(&mut sent));
        assert_eq!(sent.published_text, "Thank you\n[name removed]");
    }

    #[test]
    fn a_button_of_an_older_text_does_nothing() {
        let mut form = form("All was well.");
        form.pick = "replace@0-3".to_owned();
        assert!(!carry_out(&mut form));
        assert_eq!(form.published_text, "All was well.");
        assert_eq!(kept_words(""), None);
    }
}
