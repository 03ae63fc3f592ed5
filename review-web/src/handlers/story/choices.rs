//! What the story page offers to choose from.

use schemas::record::{HoldKind, StoryState};

use super::desk::Desk;
use crate::words;

const REJECT_REASONS: &[&str] = &[
    "Not about a health or care service",
    "Happened more than three years ago",
    "A second account of the same episode",
    "Advertising",
    "Obscene or abusive",
    "Cannot be read",
    "The author does not agree to publication",
];
const HOLD_REASONS: &[&str] = &[
    "Safeguarding: a senior moderator decides",
    "Waiting for the author",
    "Waiting for the provider",
];

/// What kinds of change a reason may name; a digit takes one.
const CHANGES: [&str; 7] = [
    "Misread by the machine",
    "Spelling, capitals and layout",
    "Could identify somebody",
    "Staff named where the story is critical",
    "Obscene or discriminatory words",
    "Shorter or clearer",
    "As the author asked",
];

/// One of a list: what is sent, and what people read.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) words: String,
}

/// A decision other than approval.
pub(super) struct Way {
    pub(super) action: &'static str,
    pub(super) words: &'static str,
    pub(super) class: &'static str,
}

/// What can be decided but approval, as the story lies on the desk.
pub(super) fn ways_back(desk: &Desk, state: StoryState, flagged: bool) -> Vec<Way> {
    let hold = Way {
        action: "hold",
        words: "Put on hold",
        class: "secondary",
    };
    let reject = Way {
        action: "reject",
        words: "Reject",
        class: "danger",
    };
    let reopen = Way {
        action: "reopen",
        words: "Open again",
        class: "secondary",
    };
    let withdraw = Way {
        action: "withdraw",
        words: "Take down",
        class: "danger",
    };
    let send_back = Way {
        action: "reopen",
        words: "Send it back",
        class: "secondary",
    };
    let take_back = Way {
        action: "reopen",
        words: "Take it back",
        class: "secondary",
    };
    let flag = if flagged {
        Way {
            action: "clear-flag",
            words: "Nobody is in danger",
            class: "secondary",
        }
    } else {
        Way {
            action: "flag",
            words: "Somebody may be in danger",
            class: "secondary",
        }
    };
    match (desk, state) {
        (Desk::Mine(_), StoryState::SecondReview) => vec![send_back, hold, reject, flag],
        (Desk::Mine(_), _) => vec![hold, reject, flag],
        (Desk::WaitsForOpinion, _) => vec![take_back],
        (Desk::Decided, StoryState::Published) => vec![withdraw],
        (Desk::Decided, _) => vec![reopen],
        _ => Vec::new(),
    }
}

pub(super) fn changes() -> Vec<Choice> {
    let numbered = CHANGES.iter().zip(1..);
    numbered
        .map(|(words, digit)| Choice {
            value: (*words).to_owned(),
            words: format!("{digit} {words}"),
        })
        .collect()
}

pub(super) fn holds(chosen: &str) -> Vec<Choice> {
    let known = HoldKind::ALL.iter();
    let mut choices: Vec<Choice> = known
        .map(|kind| Choice {
            value: kind.as_str().to_owned(),
            words: words::hold(*kind).to_owned(),
        })
        .collect();
    choices.sort_by_key(|choice| choice.value != chosen);
    choices
}

pub(super) fn reasons(desk: &Desk) -> Vec<&'static str> {
    if desk.may_change() {
        [HOLD_REASONS, REJECT_REASONS].concat()
    } else {
        Vec::new()
    }
}

pub(super) fn relationships(current: &str) -> Vec<Choice> {
    let choice = |value: &str, words: &str| Choice {
        value: value.to_owned(),
        words: words.to_owned(),
    };
    let mut choices = vec![choice("", "not said")];
    choices.extend(
        words::RELATIONSHIPS
            .iter()
            .map(|(value, words)| choice(value, words)),
    );
    if !choices.iter().any(|known| known.value == current) {
        choices.push(choice(current, current));
    }
    choices
}

pub(super) fn criticalities() -> Vec<Choice> {
    let levels = [
        "not critical",
        "minimally",
        "mildly",
        "moderately",
        "strongly",
        "severely",
    ];
    let rated = levels.iter().enumerate().map(|(level, words)| Choice {
        value: level.to_string(),
        words: format!("{level} – {words}"),
    });
    std::iter::once(Choice {
        value: String::new(),
        words: "not rated yet".to_owned(),
    })
    .chain(rated)
    .collect()
}
