//! What was changed from each of a story's three texts to the next, side by side.

use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use similar::{ChangeTag, TextDiff};

use super::form::StoryForm;
use crate::app::Shared;
use crate::error::WebError;
use crate::session::{Duty, Posted};
use crate::text::tidy;

/// The texts that were made from another one, where they differ.
#[derive(Clone, Default, Template)]
#[template(path = "components/differences.html")]
pub(super) struct Differences {
    steps: Vec<Step>,
}

/// One text and the one made from it.
#[derive(Clone)]
struct Step {
    from: Side,
    to: Side,
}

#[derive(Clone)]
struct Side {
    name: &'static str,
    spans: Vec<Span>,
}

/// Words in a row that the other side has as well, or has not.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Span {
    words: String,
    differs: bool,
}

const AS_WRITTEN: &str = "As written";
const READABLE: &str = "Readable";
const PUBLISHED: &str = "For publication";

impl Differences {
    pub(super) fn of(form: &StoryForm) -> Self {
        let texts = [
            (AS_WRITTEN, &form.as_written),
            (READABLE, &form.readable),
            (PUBLISHED, &form.published_text),
        ];
        let steps = texts.windows(2).filter_map(|pair| {
            let [(from, old), (to, new)] = [pair[0], pair[1]];
            step((from, &tidy(old)), (to, &tidy(new)))
        });
        Self {
            steps: steps.collect(),
        }
    }
}

/// `POST /stories/{id}/differences`: of what is typed so far; the script asks.
pub(crate) async fn post(
    State(_bench): State<Shared>,
    posted: Posted<StoryForm>,
) -> Result<Response, WebError> {
    posted.who.must(Duty::WorkStories)?;
    let html = Differences::of(&posted.form).render()?;
    Ok(Html(html).into_response())
}

fn step((from, old): (&'static str, &str), (to, new): (&'static str, &str)) -> Option<Step> {
    if old == new {
        return None;
    }
    let diff = TextDiff::from_words(old, new);
    let mut sides = (Vec::new(), Vec::new());
    for change in diff.iter_all_changes() {
        match change.tag() {
            ChangeTag::Equal => {
                put(&mut sides.0, change.value(), false);
                put(&mut sides.1, change.value(), false);
            }
            ChangeTag::Delete => put(&mut sides.0, change.value(), true),
            ChangeTag::Insert => put(&mut sides.1, change.value(), true),
        }
    }
    let side = |name, spans| Side { name, spans };
    Some(Step {
        from: side(from, sides.0),
        to: side(to, sides.1),
    })
}

fn put(spans: &mut Vec<Span>, words: &str, differs: bool) {
    match spans.last_mut() {
        Some(last) if last.differs == differs => last.words.push_str(words),
        _ => spans.push(Span {
            words: words.to_owned(),
            differs,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(side: &Side) -> Vec<(&str, bool)> {
        let spans = side.spans.iter();
        spans
            .map(|span| (span.words.as_str(), span.differs))
            .collect()
    }

    #[test]
    fn the_words_that_differ_are_marked_on_their_own_side() {
        let form = StoryForm {
            as_written: "teh nurse was kind".to_owned(),
            readable: "the nurse was kind".to_owned(),
            published_text: "the nurse was kind".to_owned(),
            ..StoryForm::default()
        };
        let differences = Differences::of(&form);
        let [step] = differences.steps.as_slice() else {
            panic!("{} steps", differences.steps.len());
        };
        assert_eq!((step.from.name, step.to.name), (AS_WRITTEN, READABLE));
        assert_eq!(
            told(&step.from),
            [("teh", true), (" nurse was kind", false)]
        );
        assert_eq!(told(&step.to), [("the", true), (" nurse was kind", false)]);
    }

    #[test]
    fn how_a_browser_ends_lines_is_no_difference() {
        let form = StoryForm {
            as_written: "one\r\ntwo".to_owned(),
            readable: "one\ntwo".to_owned(),
            published_text: "one\ntwo".to_owned(),
            ..StoryForm::default()
        };
        assert!(Differences::of(&form).steps.is_empty());
    }
}
