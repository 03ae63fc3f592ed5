//! The states that stored things go through. Each has one text form, used in the database, in JSON and in links.

use serde::{Deserialize, Serialize};

macro_rules! states {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $text)] $variant,)*
        }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The text form.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }

            /// The value with this text form.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == text)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    )*};
}

states! {
    /// What became of a file.
    FileState {
        /// Stored; its pages are recorded.
        Stored = "stored",
        /// The same bytes came in before; it has no pages of its own.
        Duplicate = "duplicate",
        /// It could not be opened; it has one quarantined page that stands for it.
        Broken = "broken",
    }

    /// What became of a page.
    PageState {
        /// Waiting to be read.
        Received = "received",
        /// Read; it belongs to a leaflet.
        Read = "read",
        /// A person must look.
        Quarantined = "quarantined",
        /// A person threw it away, with a reason.
        Discarded = "discarded",
    }

    /// What a page is among those of its pile, when it is no part of a leaflet.
    PageRole {
        /// A cover sheet, on the side that says so.
        Cover = "cover",
        /// The other side of a cover sheet.
        CoverBack = "cover-back",
        /// A blank sheet that somebody laid between two piles.
        Divider = "divider",
        /// The empty other side of a sheet without a form.
        BlankBack = "blank-back",
        /// Nothing is on it; a person says whether it belongs to something.
        Blank = "blank",
    }

    /// What a layout drawn in the bench is good for.
    LayoutState {
        /// People still draw it; nothing is read with it.
        Draft = "draft",
        /// Pages are read with it; it never changes again.
        InUse = "in-use",
        /// No longer read; what was read with it stays.
        Retired = "retired",
    }

    /// Where a story is on its way.
    StoryState {
        /// Waiting for a person.
        ToReview = "to-review",
        /// Waiting for a second person.
        SecondReview = "second-review",
        /// Approved; the publication is under way.
        Approved = "approved",
        /// On the public page.
        Published = "published",
        /// Waiting for something outside.
        Held = "held",
        /// Will not be published.
        Rejected = "rejected",
        /// Taken down after publication.
        Withdrawn = "withdrawn",
        /// Erased; only this row is left.
        Erased = "erased",
    }

    /// What a person decided about a story.
    DecisionKind {
        /// Publish it.
        Approve = "approve",
        /// Do not publish it.
        Reject = "reject",
        /// Wait.
        Hold = "hold",
        /// Back to review.
        Reopen = "reopen",
        /// Take it down.
        Withdraw = "withdraw",
        /// Somebody else shall look at it before it is published.
        SecondOpinion = "second-opinion",
        /// The last decision was a slip.
        Undo = "undo",
        /// Somebody may be in danger.
        Flag = "flag",
        /// Nobody is in danger, or what was to be done is done.
        ClearFlag = "clear-flag",
    }

    /// What a story on hold waits for.
    HoldKind {
        /// A senior moderator, because somebody may be in danger.
        Safeguarding = "safeguarding",
        /// An answer of the author.
        Author = "author",
        /// The provider, who may look at it for 72 hours.
        Provider = "provider",
        /// Something else; the reason says what.
        Other = "other",
    }

    /// How an author told a story.
    Route {
        /// On a leaflet, or another sheet that came by post.
        Leaflet = "leaflet",
        /// On the telephone; somebody wrote it down.
        Phone = "phone",
        /// On a form that somebody filled in beside the author, typed from there.
        Form = "form",
    }

    /// What the webhook is told.
    WebhookEvent {
        /// A story is on the public page.
        Published = "published",
        /// A published story was corrected. Nothing in the bench corrects a published story yet.
        Corrected = "corrected",
        /// A story was taken down.
        Withdrawn = "withdrawn",
        /// Nothing has happened; somebody wants to see whether it arrives.
        Test = "test",
    }

    /// How far the webhook has been told.
    WebhookState {
        /// It will be tried, perhaps again.
        Waiting = "waiting",
        /// The other side has said that it has it.
        Delivered = "delivered",
        /// It was tried as often as is allowed, or the other side does not want it.
        GivenUp = "given-up",
        /// The story was taken down before it was told; it will not be.
        Overtaken = "overtaken",
    }

    /// What a person decided about a page.
    PageDecisionKind {
        /// Throw it away.
        Discard = "discard",
        /// Take it back.
        Restore = "restore",
        /// It is a letter: it becomes a story that is typed by hand.
        Letter = "letter",
        /// It becomes a story as it is, though nothing is on it or its other side is missing.
        Story = "story",
        /// It is put together with its other side.
        Join = "join",
        /// It is taken out of its leaflet.
        Part = "part",
    }

    /// What a person may do.
    Role {
        /// Feeds the scanner, sees the ledger.
        MailRoom = "mail-room",
        /// Corrects, decides, publishes.
        Moderator = "moderator",
        /// Also second opinions and safeguarding.
        Senior = "senior",
        /// Also users and settings.
        Administrator = "administrator",
        /// Reads everything, changes nothing.
        Auditor = "auditor",
    }

    /// What is written down about who saw what, who signed in and what was done with accounts.
    AuditKind {
        /// Signed in; about the person's own account.
        SignedIn = "signed-in",
        /// Was refused; about the account with the name that was typed, if there is one.
        SignInRefused = "sign-in-refused",
        /// Signed out.
        SignedOut = "signed-out",
        /// Saw the scan of a page.
        PagePicture = "page-picture",
        /// Saw the straightened picture of a page.
        Straightened = "straightened",
        /// Saw a drawing in the bench; about its page.
        Drawing = "drawing",
        /// Opened a story.
        Story = "story",
        /// Opened the history of a story.
        History = "history",
        /// Opened a sheet that needs a look.
        Sheet = "sheet",
        /// Downloaded what is published.
        Export = "export",
        /// Downloaded a part of this list.
        AuditExport = "audit-export",
        /// Made an account.
        AccountMade = "account-made",
        /// Made a link to choose a new password; the old one is gone.
        LinkMade = "link-made",
        /// A password was chosen.
        PasswordSet = "password-set",
        /// An account was shut.
        Disabled = "disabled",
        /// An account was opened again.
        Enabled = "enabled",
        /// An account has another role.
        RoleChanged = "role-changed",
        /// Sessions were ended from elsewhere.
        SessionsEnded = "sessions-ended",
    }

    /// What a picture of a reading shows.
    PictureRole {
        /// The whole page, upright.
        Straightened = "straightened",
        /// One drawing, cropped to its outline.
        Drawing = "drawing",
        /// The ink of one region, without the print.
        Ink = "ink",
        /// The page as it was scanned, with what was found on it marked; for a page that could not be read.
        Found = "found",
    }
}

impl PageRole {
    /// Whether it only shows where a pile begins: nobody counts it among the sheets that came in the post.
    pub const fn is_between_piles(self) -> bool {
        matches!(self, Self::Cover | Self::CoverBack | Self::Divider)
    }
}

impl StoryState {
    /// Whether nobody has decided yet: the fields may change, and further pages may join.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::ToReview | Self::SecondReview | Self::Held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_read_back_from_its_text() {
        for state in StoryState::ALL {
            assert_eq!(StoryState::parse(state.as_str()), Some(*state));
        }
        assert_eq!(Role::parse("emperor"), None);
    }
}
