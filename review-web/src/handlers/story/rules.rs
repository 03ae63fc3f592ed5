//! What can be done with a story, and what must be so before it can.

use schemas::record::{DecisionKind, StoryState};
use store::StoryFields;

/// Care Opinion publishes at most so many words.
pub(super) const MAX_WORDS: usize = 1000;

/// A button of the story page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Keep what was typed.
    Save,
    /// Keep it and decide.
    Decide(DecisionKind),
}

impl Action {
    pub(super) fn parse(word: &str) -> Option<Self> {
        match word {
            "save" => Some(Self::Save),
            other => DecisionKind::parse(other).map(Self::Decide),
        }
    }
}

/// What is wrong with a form, field by field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Faults {
    pub(super) title: Option<&'static str>,
    pub(super) happened: Option<&'static str>,
    pub(super) published_text: Option<&'static str>,
    pub(super) drawing_alt: Option<&'static str>,
    pub(super) criticality: Option<&'static str>,
    pub(super) consent: Option<&'static str>,
    pub(super) decision_reason: Option<&'static str>,
}

impl Faults {
    pub(super) fn any(&self) -> bool {
        *self != Self::default()
    }
}

/// Whether the fields of a story in this state can be changed.
pub(super) const fn is_open(state: StoryState) -> bool {
    matches!(state, StoryState::ToReview | StoryState::SecondReview)
}

/// What must be put right before `action`.
pub(super) fn faults(action: Action, fields: &StoryFields, decision_reason: &str) -> Faults {
    let mut faults = Faults::default();
    match action {
        Action::Decide(DecisionKind::Approve | DecisionKind::SecondOpinion) => {
            publishable(fields, &mut faults);
        }
        Action::Decide(
            DecisionKind::Reject
            | DecisionKind::Hold
            | DecisionKind::Withdraw
            | DecisionKind::ClearFlag,
        ) if decision_reason.trim().is_empty() => {
            faults.decision_reason = Some("Please give a reason; it is kept in the history.");
        }
        _ => {}
    }
    faults
}

fn publishable(fields: &StoryFields, faults: &mut Faults) {
    if fields.title.is_empty() {
        faults.title = Some("A story needs a title before it can be published.");
    }
    if fields.published_text.is_empty() && !fields.show_drawing {
        faults.published_text = Some("There is nothing to publish yet.");
    }
    if fields.published_text.split_whitespace().count() > MAX_WORDS {
        faults.published_text = Some("This is longer than 1,000 words.");
    }
    if fields.show_drawing && fields.drawing_alt.is_empty() {
        faults.drawing_alt = Some("Please say in a sentence what the drawing shows.");
    }
    if fields.criticality.is_none() {
        faults.criticality =
            Some("Please rate it, also when nothing is critical: staff are told by this.");
    }
    if !fields.consent {
        faults.consent = Some("It cannot be published: the author has not agreed.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> StoryFields {
        StoryFields {
            title: "Kind nurses".to_owned(),
            published_text: "They were kind.".to_owned(),
            consent: true,
            criticality: Some(0),
            ..StoryFields::default()
        }
    }

    #[test]
    fn a_whole_story_with_consent_can_be_published() {
        let approve = Action::Decide(DecisionKind::Approve);
        assert!(!faults(approve, &good(), "").any());
        let silent = StoryFields {
            consent: false,
            ..good()
        };
        assert!(faults(approve, &silent, "").consent.is_some());
        let long = StoryFields {
            published_text: "word ".repeat(1001),
            ..good()
        };
        assert!(faults(approve, &long, "").published_text.is_some());
    }

    #[test]
    fn a_drawing_needs_words_for_those_who_cannot_see_it() {
        let drawn = StoryFields {
            show_drawing: true,
            published_text: String::new(),
            ..good()
        };
        let faults = faults(Action::Decide(DecisionKind::Approve), &drawn, "");
        assert!(faults.drawing_alt.is_some() && faults.published_text.is_none());
    }

    #[test]
    fn rejecting_and_holding_need_a_reason_and_saving_does_not() {
        let empty = StoryFields::default();
        assert!(faults(Action::Decide(DecisionKind::Reject), &empty, " ").any());
        assert!(faults(Action::Decide(DecisionKind::Hold), &empty, "").any());
        assert!(!faults(Action::Save, &empty, "").any());
    }
}
