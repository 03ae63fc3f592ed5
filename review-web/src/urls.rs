//! Every address of the bench, as functions: templates and redirects take links from here only.

use schemas::layout::LayoutId;
use schemas::record::StoryState;
use schemas::{BatchId, PageId, StoryId, UserId, WebhookDeliveryId};

pub(crate) const HOME: &str = "/";
pub(crate) const SIGN_IN: &str = "/sign-in";
pub(crate) const SIGN_OUT: &str = "/sign-out";
pub(crate) const QUEUE: &str = "/queue";
pub(crate) const NEXT_STORY: &str = "/queue/next";
pub(crate) const TOLD_STORY: &str = "/stories/told";
pub(crate) const QUARANTINE: &str = "/quarantine";
pub(crate) const MAIL_ROOM: &str = "/mail-room";
pub(crate) const MAIL_ROOM_EVENTS: &str = "/mail-room/events";
pub(crate) const DAYS: &str = "/mail-room/days";
pub(crate) const BATCHES: &str = "/batches";
pub(crate) const COVER: &str = "/batches/cover";
pub(crate) const DROP: &str = "/drop/";
pub(crate) const LAYOUTS: &str = "/layouts";
pub(crate) const NEW_LAYOUT: &str = "/layouts/new";
pub(crate) const DELIVERIES: &str = "/deliveries";
pub(crate) const TEST_DELIVERY: &str = "/deliveries/test";
pub(crate) const EXPORT_CSV: &str = "/export.csv";
pub(crate) const EXPORT_JSON: &str = "/export.json";
pub(crate) const PEOPLE: &str = "/people";
pub(crate) const CHOOSE_PASSWORD: &str = "/choose-password";
pub(crate) const ACCOUNT: &str = "/account";
pub(crate) const CHANGE_PASSWORD: &str = "/account/password";
pub(crate) const END_SESSION: &str = "/account/sessions/end";
pub(crate) const END_OTHER_SESSIONS: &str = "/account/sessions/end-others";
pub(crate) const AUDIT: &str = "/audit";
pub(crate) const AUDIT_CSV: &str = "/audit.csv";
pub(crate) const SERVICES: &str = "/services";
pub(crate) const SITEMAP: &str = "/sitemap.xml";
pub(crate) const ROBOTS: &str = "/robots.txt";
pub(crate) const FEED: &str = "/feed.atom";
pub(crate) const OPINIONS_JSON: &str = "/api/v2/opinions";

pub(crate) fn queue_of(state: StoryState) -> String {
    format!("{QUEUE}?state={state}")
}

pub(crate) fn story(id: &StoryId) -> String {
    format!("/stories/{id}")
}

pub(crate) fn history(id: &StoryId) -> String {
    format!("/stories/{id}/history")
}

pub(crate) fn lease(id: &StoryId) -> String {
    format!("/stories/{id}/lease")
}

pub(crate) fn give_back(id: &StoryId) -> String {
    format!("/stories/{id}/give-back")
}

/// One kind of the stories in a state.
pub(crate) fn queue_only(state: StoryState, kind: &str) -> String {
    format!("{QUEUE}?state={state}&only={kind}")
}

/// The stories in a state behind one of them.
pub(crate) fn queue_after(state: StoryState, kind: &str, last: &StoryId) -> String {
    format!("{QUEUE}?state={state}&only={kind}&after={last}")
}

pub(crate) fn undo(id: &StoryId) -> String {
    format!("/stories/{id}/undo")
}

/// Where what should be looked at in a text is found.
pub(crate) fn checks(id: &StoryId) -> String {
    format!("/stories/{id}/checks")
}

/// Where the story page's script asks how the texts differ.
pub(crate) fn differences(id: &StoryId) -> String {
    format!("/stories/{id}/differences")
}

/// Where what is typed is kept before it is saved.
pub(crate) fn draft(id: &StoryId) -> String {
    format!("/stories/{id}/draft")
}

pub(crate) fn straightened(id: &StoryId, page: &PageId) -> String {
    format!("/stories/{id}/pages/{page}/pictures/straightened")
}

pub(crate) fn drawing(id: &StoryId, page: &PageId, region_id: &str) -> String {
    format!("/stories/{id}/pages/{page}/pictures/drawing/{region_id}")
}

pub(crate) fn page_picture(id: &PageId) -> String {
    format!("/pages/{id}/picture")
}

pub(crate) fn layout(id: &LayoutId, version: u32) -> String {
    format!("{LAYOUTS}/{id}/{version}")
}

/// A page or a picture that belongs to one side of a layout.
pub(crate) fn layout_side(id: &LayoutId, version: u32, what: LayoutPart, side: u32) -> String {
    format!("{LAYOUTS}/{id}/{version}/{}/{side}", what.as_str())
}

/// Something that is done with a layout.
pub(crate) fn layout_step(id: &LayoutId, version: u32, step: &str) -> String {
    format!("{LAYOUTS}/{id}/{version}/{step}")
}

/// What there is of each side of a layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LayoutPart {
    /// The page where boxes are drawn.
    Side,
    /// The page where corners are set.
    Corners,
    /// The picture of the empty form.
    Blank,
    /// The picture that was uploaded.
    Source,
}

impl LayoutPart {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Side => "side",
            Self::Corners => "corners",
            Self::Blank => "blank",
            Self::Source => "source",
        }
    }
}

/// A small picture of the page.
pub(crate) fn page_thumb(id: &PageId) -> String {
    format!("/pages/{id}/small")
}

/// A picture of the page too small to read.
pub(crate) fn page_tile(id: &PageId) -> String {
    format!("/pages/{id}/tile")
}

/// A pile with its sheets.
pub(crate) fn batch(id: &BatchId) -> String {
    format!("{BATCHES}/{id}")
}

/// Something that is done with a pile.
pub(crate) fn batch_step(id: &BatchId, step: &str) -> String {
    format!("{BATCHES}/{id}/{step}")
}

/// What was found on a page that could not be read.
pub(crate) fn page_found(id: &PageId) -> String {
    format!("/pages/{id}/found")
}

/// The page where a person says what a sheet is.
pub(crate) fn quarantined(id: &PageId) -> String {
    format!("{QUARANTINE}/{id}")
}

/// Something that is done with a sheet.
pub(crate) fn sheet_step(id: &PageId, step: SheetStep) -> String {
    format!("{QUARANTINE}/{id}/{}", step.as_str())
}

/// The things that are done with sheets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SheetStep {
    /// Say which leaflet it is.
    Place,
    /// Take it as a letter.
    Letter,
    /// Throw it away.
    Discard,
    /// Take it back.
    Restore,
    /// Make a story of it as it is.
    Story,
}

impl SheetStep {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Letter => "letter",
            Self::Discard => "discard",
            Self::Restore => "restore",
            Self::Story => "story",
        }
    }
}

/// The page that makes a new layout, with a quarantined sheet for a blank.
pub(crate) fn new_layout_from(page: &PageId) -> String {
    format!("{NEW_LAYOUT}?page={page}")
}

/// The page about somebody with an account.
pub(crate) fn person(id: &UserId) -> String {
    format!("{PEOPLE}/{id}")
}

/// Something that is done with an account.
pub(crate) fn person_step(id: &UserId, step: PersonStep) -> String {
    format!("{PEOPLE}/{id}/{}", step.as_str())
}

/// The things that are done with accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PersonStep {
    /// Shut the person out.
    Disable,
    /// Let the person in again.
    Enable,
    /// Give the person other work.
    Role,
    /// Make a link to choose a new password.
    Reset,
    /// End one session.
    EndSession,
    /// End every session.
    EndSessions,
}

impl PersonStep {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::Role => "role",
            Self::Reset => "reset",
            Self::EndSession => "sessions/end",
            Self::EndSessions => "sessions/end-all",
        }
    }
}

/// A part of the list of who saw and changed what.
pub(crate) fn audit_of(query: &str) -> String {
    format!("{AUDIT}?{query}")
}

/// Where an invited person chooses a password. The token stands in the query, which is never logged.
pub(crate) fn choose_password(token: &str) -> String {
    format!("{CHOOSE_PASSWORD}?link={token}")
}

/// Sends what was given up again.
pub(crate) fn delivery_again(id: &WebhookDeliveryId) -> String {
    format!("{DELIVERIES}/{id}/again")
}

/// The public page of a service: what was published about it.
pub(crate) fn service(name: &str) -> String {
    let query = serde_urlencoded::to_string([("name", name)]).unwrap_or_default();
    format!("{SERVICES}?{query}")
}

/// A part of the map of the site, from 1.
pub(crate) fn sitemap_part(number: i64) -> String {
    format!("/sitemap/{number}")
}

pub(crate) fn opinion(number: i64) -> String {
    format!("/opinions/{number}")
}

pub(crate) fn opinion_drawing(number: i64) -> String {
    format!("/opinions/{number}/drawing")
}

pub(crate) fn opinion_json(number: i64) -> String {
    format!("/api/v2/opinions/{number}")
}

/// The sign-in page that leads back to `path` afterwards.
pub(crate) fn sign_in_then(path: &str) -> String {
    let query = serde_urlencoded::to_string([("next", path)]).unwrap_or_default();
    format!("{SIGN_IN}?{query}")
}

/// `path` when it leads to a page of ours; browsers take `//host` and `/\host` for another machine.
pub(crate) fn local_path(path: &str) -> Option<&str> {
    let mut chars = path.chars();
    let ours = chars.next() == Some('/') && !matches!(chars.next(), Some('/' | '\\'));
    let plain = path.len() <= 500 && path.chars().all(|c| c.is_ascii_graphic());
    (ours && plain).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sign_in_leads_back_to_our_own_pages_only() {
        assert_eq!(local_path("/queue?state=held"), Some("/queue?state=held"));
        assert_eq!(local_path("/"), Some("/"));
        for elsewhere in [
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "",
            "/a\nb",
        ] {
            assert_eq!(local_path(elsewhere), None, "{elsewhere:?}");
        }
    }

    #[test]
    fn the_way_back_survives_as_one_parameter() {
        assert_eq!(
            sign_in_then("/queue?state=held"),
            "/sign-in?next=%2Fqueue%3Fstate%3Dheld"
        );
    }
}
