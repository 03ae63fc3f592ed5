//! What stored words are called on the pages.

use schemas::record::{
    AuditKind, DecisionKind, HoldKind, PageDecisionKind, PageRole, PageState, Role, StoryState,
};
use store::{PageEventKind, PageRecord};

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
        DecisionKind::SecondOpinion => "Asked for a second opinion",
        DecisionKind::Undo => "Undone",
        DecisionKind::Flag => "Flagged: somebody may be in danger",
        DecisionKind::ClearFlag => "Flag taken away",
    }
}

/// What somebody saw or did, in the past tense.
pub(crate) const fn audited(kind: AuditKind) -> &'static str {
    match kind {
        AuditKind::SignedIn => "Signed in",
        AuditKind::SignInRefused => "Was refused at sign-in",
        AuditKind::SignedOut => "Signed out",
        AuditKind::PagePicture => "Saw the scan of a page",
        AuditKind::Straightened => "Saw a straightened page",
        AuditKind::Drawing => "Saw a drawing",
        AuditKind::Story => "Opened a story",
        AuditKind::History => "Opened a history",
        AuditKind::Sheet => "Opened a sheet",
        AuditKind::Export => "Downloaded what is published",
        AuditKind::AuditExport => "Downloaded the audit",
        AuditKind::AccountMade => "Made an account",
        AuditKind::LinkMade => "Made a link to choose a password",
        AuditKind::PasswordSet => "Set a password",
        AuditKind::Disabled => "Shut a person out",
        AuditKind::Enabled => "Let a person in again",
        AuditKind::RoleChanged => "Changed a role",
        AuditKind::SessionsEnded => "Ended sessions",
    }
}

/// What a story on hold waits for.
pub(crate) const fn hold(kind: HoldKind) -> &'static str {
    match kind {
        HoldKind::Safeguarding => "a senior moderator: somebody may be in danger",
        HoldKind::Author => "the author",
        HoldKind::Provider => "the provider, up to 72 hours",
        HoldKind::Other => "something else; the reason says what",
    }
}

/// What a sheet is that is no leaflet.
const fn page_role(role: PageRole) -> &'static str {
    match role {
        PageRole::Cover => "cover sheet",
        PageRole::CoverBack => "back of the cover sheet",
        PageRole::Divider => "blank, between two piles",
        PageRole::BlankBack => "empty back",
        PageRole::Blank => "discarded, empty",
    }
}

/// What became of a sheet.
pub(crate) fn page_state(page: &PageRecord) -> &'static str {
    match page.state {
        PageState::Received => "being read",
        PageState::Read if page.waits_for_other_side() => "waits for its other side",
        PageState::Read => "read",
        PageState::Quarantined => "to be looked at",
        PageState::Discarded => page.role.map_or("discarded", page_role),
    }
}

/// What somebody did with a sheet, in the past tense, beginning a sentence.
pub(crate) fn page_event(event: &PageEventKind) -> String {
    match event {
        PageEventKind::Placed(placement) => {
            let corners = match placement.corners_px {
                Some(_) => ", with its corners",
                None => "",
            };
            format!(
                "Placed as {} version {}, side {}{corners}",
                placement.layout, placement.version, placement.side
            )
        }
        PageEventKind::Decided(PageDecisionKind::Discard) => "Discarded".to_owned(),
        PageEventKind::Decided(PageDecisionKind::Restore) => "Taken back".to_owned(),
        PageEventKind::Decided(PageDecisionKind::Letter) => "Taken as a letter".to_owned(),
        PageEventKind::Decided(PageDecisionKind::Join) => {
            "Put together with its other side".to_owned()
        }
        PageEventKind::Decided(PageDecisionKind::Part) => "Taken out of its leaflet".to_owned(),
        PageEventKind::Decided(PageDecisionKind::Story) => "Made a story as it is".to_owned(),
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
