//! What stored words are called on the pages.

use schemas::record::{DecisionKind, Role, StoryState};

/// Where a story is, as a label.
pub(crate) const fn state(state: StoryState) -> &'static str {
    match state {
        StoryState::ToReview => "To review",
        StoryState::SecondReview => "Second opinion",
        StoryState::Approved => "Approved, being published",
        StoryState::Published => "Published",
        StoryState::Held => "On hold",
        StoryState::Rejected => "Rejected",
        StoryState::Withdrawn => "Withdrawn",
        StoryState::Erased => "Erased",
    }
}

/// What a person does here.
pub(crate) const fn role(role: Role) -> &'static str {
    match role {
        Role::MailRoom => "Mail room",
        Role::Moderator => "Moderator",
        Role::Senior => "Senior moderator",
        Role::Administrator => "Administrator",
        Role::Auditor => "Auditor",
    }
}

/// What was decided, in the past tense, beginning a sentence.
pub(crate) const fn decided(kind: DecisionKind) -> &'static str {
    match kind {
        DecisionKind::Approve => "Approved for publication",
        DecisionKind::Reject => "Rejected",
        DecisionKind::Hold => "Put on hold",
        DecisionKind::Reopen => "Opened again",
        DecisionKind::Withdraw => "Withdrawn from the public page",
    }
}

/// The relationships that a form can name: what is stored and how it reads after "I am".
pub(crate) const RELATIONSHIPS: &[(&str, &str)] = &[
    ("patient", "the patient"),
    ("relative", "a relative"),
    ("carer", "a carer"),
    ("friend", "a friend"),
    ("parent", "a parent or guardian"),
    ("volunteer", "a volunteer or advocate"),
    ("staff", "staff, for somebody else"),
];

/// How a stored relationship reads; an unknown one reads as it is stored.
pub(crate) fn relationship(value: &str) -> &str {
    RELATIONSHIPS
        .iter()
        .find(|(known, _)| *known == value)
        .map_or(value, |(_, words)| words)
}

/// `1 story`, `2 stories`.
pub(crate) fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
