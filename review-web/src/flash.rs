use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use schemas::{PageId, StoryId};

use crate::app::WebSettings;
use crate::cookies::Cookie;
use crate::urls::{self, SheetStep};

/// What just happened, told once on the next page. It travels in a cookie as a word and ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Flash {
    pub(crate) what: Happened,
    pub(crate) story_id: Option<StoryId>,
    pub(crate) page_id: Option<PageId>,
}

macro_rules! happened {
    ($($name:ident = $code:literal: $words:literal,)*) => {
        /// The things that are told.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Happened { $($name,)* }

        impl Happened {
            const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            fn parse(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$name),)* _ => None }
            }

            /// A sentence for the person who did it.
            pub(crate) const fn words(self) -> &'static str {
                match self { $(Self::$name => $words,)* }
            }
        }
    };
}

happened! {
    Approved = "approved": "Approved. The story will be on the public page in a moment.",
    Rejected = "rejected": "Rejected. The story will not be published.",
    Held = "held": "Put on hold. The story keeps its place under “On hold”.",
    SecondAsked = "second-asked": "A senior moderator is asked for a second opinion.",
    Undone = "undone": "Undone. The story is as it was before.",
    TooLateToUndo = "too-late-to-undo": "It is too late to undo that. What can still be done is at the end of this page.",
    Flagged = "flagged": "Flagged. A senior moderator sees it first.",
    FlagCleared = "flag-cleared": "The flag is taken away. The reason is kept in the history.",
    Reopened = "reopened": "Opened again. The story is back under “To review”.",
    Withdrawn = "withdrawn": "Withdrawn. The story is no longer on the public page.",
    Saved = "saved": "Saved.",
    Unchanged = "unchanged": "Nothing had changed, so nothing was saved.",
    GivenBack = "given-back": "Given back. Somebody else can take the story now.",
    Kept = "kept": "The story stays with you for now.",
    NothingWaiting = "nothing-waiting": "No story is waiting that nobody else has open.",
    LayoutSaved = "layout-saved": "Saved. Only people who draw layouts see it until you put it in use.",
    LayoutFits = "layout-fits": "The page fits. Now draw a box around each part that people fill in.",
    LayoutCopied = "layout-copied": "This is a new version. The one before stays in use until you retire it.",
    LayoutRetired = "layout-retired": "Retired. No more sheets are read with it; what was read stays.",
    LayoutInUse = "layout-in-use": "In use. Sheets of this form are read from now on.",
    Placed = "placed": "The sheet is being read again. It goes into the queue, or comes back here with the reason.",
    Discarded = "discarded": "The sheet is discarded. It stays in the count.",
    Restored = "restored": "The sheet is back.",
    TakenAsLetter = "letter": "Taken as a letter. It waits in the queue.",
    MadeStory = "made-story": "The side is a story of its own now. It waits in the queue.",
    TooLate = "too-late": "Somebody has dealt with this sheet meanwhile. Nothing was changed.",
    FilesTaken = "files-taken": "The files are in. Each sheet is below; it is being read now.",
    FilesNoNumber = "files-no-number": "The files are in, but a number was not understood: type the count below in digits, for example 48.",
    NoFile = "no-file": "No file was chosen, so nothing was sent.",
    Counted = "counted": "The count is kept.",
    NoNumber = "no-number": "Type the number of sheets in digits, for example 48. Nothing was changed.",
    Explained = "explained": "The reason is kept with the pile.",
    NoReason = "no-reason": "Say in a few words why the numbers differ. Nothing was changed.",
    Joined = "joined": "Put together. The two sides are one leaflet with one story.",
    TogetherAlready = "together": "These two sides were together already.",
    Parted = "parted": "Taken apart. Each side stands for itself.",
    PassesJoined = "passes": "Fronts and backs are together.",
    SentAgain = "sent-again": "It is being sent again. Reload the page in a moment to see the answer.",
    NotSentAgain = "not-sent-again": "It is not given up any more, so it was not sent again.",
    TestSent = "test-sent": "A test is on its way. Reload the page in a moment to see the answer.",
    PersonDisabled = "person-disabled": "Shut out. The person’s sessions have ended, and they cannot sign in.",
    PersonEnabled = "person-enabled": "The person can sign in again.",
    RoleChanged = "role-changed": "The role is changed. The person signs in again to work in it.",
    OwnAccount = "own-account": "Nobody shuts out or demotes themselves. Another administrator can do that.",
    LastAdministrator = "last-administrator": "This is the last administrator, so nothing was changed. Make somebody else an administrator first.",
    SessionEnded = "session-ended": "The session has ended.",
    SessionsEnded = "sessions-ended": "The sessions have ended.",
    PasswordChanged = "password-changed": "Your password is changed. Your other sessions have ended.",
    PasswordChosen = "password-chosen": "Your password is set. Sign in with it now.",
    SignedOut = "signed-out": "You are signed out.",
}

impl Flash {
    pub(crate) const fn new(what: Happened) -> Self {
        Self {
            what,
            story_id: None,
            page_id: None,
        }
    }

    pub(crate) const fn about(what: Happened, story_id: StoryId) -> Self {
        Self {
            what,
            story_id: Some(story_id),
            page_id: None,
        }
    }

    pub(crate) const fn about_page(what: Happened, page_id: PageId) -> Self {
        Self {
            what,
            story_id: None,
            page_id: Some(page_id),
        }
    }

    /// What the browser brought along.
    pub(crate) fn read(headers: &HeaderMap, settings: &WebSettings) -> Option<Self> {
        let value = Cookie::Flash.read(headers, settings)?;
        let mut words = value.split('.');
        let what = Happened::parse(words.next()?)?;
        let mut id = || words.next().unwrap_or_default();
        Some(Self {
            what,
            story_id: StoryId::parse(id()).ok(),
            page_id: PageId::parse(id()).ok(),
        })
    }

    /// Sends the browser on to `path`, where this will be told.
    pub(crate) fn then(&self, path: &str, settings: &WebSettings) -> Response {
        let story_id = self.story_id.as_ref().map_or("", StoryId::as_str);
        let page_id = self.page_id.as_ref().map_or("", PageId::as_str);
        let value = format!("{}.{story_id}.{page_id}", self.what.code());
        let mut response = Redirect::to(path).into_response();
        response
            .headers_mut()
            .append(header::SET_COOKIE, Cookie::Flash.set(&value, settings));
        response
    }

    /// The link that leads to it.
    pub(crate) fn link(&self) -> Option<(&'static str, String)> {
        let words = match self.what {
            Happened::TakenAsLetter => "Open it now",
            Happened::Approved
            | Happened::Rejected
            | Happened::Held
            | Happened::SecondAsked
            | Happened::Undone
            | Happened::Placed
            | Happened::TooLate
            | Happened::MadeStory
            | Happened::Reopened
            | Happened::Withdrawn
            | Happened::GivenBack => "Show it",
            _ => return None,
        };
        let story = self.story_id.as_ref().map(urls::story);
        let page = || self.page_id.as_ref().map(urls::quarantined);
        story.or_else(page).map(|url| (words, url))
    }

    /// Where a button takes it back.
    pub(crate) fn undo(&self) -> Option<String> {
        match self.what {
            Happened::Discarded => {
                let page_id = self.page_id.as_ref()?;
                Some(urls::sheet_step(page_id, SheetStep::Restore))
            }
            Happened::Approved | Happened::Rejected | Happened::Held | Happened::SecondAsked => {
                self.story_id.as_ref().map(urls::undo)
            }
            _ => None,
        }
    }
}
