use askama::Template;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use store::Trouble;

use crate::app::{Shared, WebSettings};
use crate::cookies::Cookie;
use crate::error::WebError;
use crate::flash::Flash;
use crate::session::{Duty, SignedIn};
use crate::urls;
use crate::when;
use crate::words;

/// What surrounds every page of the bench: the name, the ways to go, who is signed in, what just happened.
#[derive(Clone, Debug)]
pub(crate) struct Chrome {
    pub(crate) site_name: String,
    pub(crate) ways: Vec<Way>,
    pub(crate) user_name: String,
    pub(crate) role: &'static str,
    pub(crate) form_token: String,
    pub(crate) told: Option<Told>,
    pub(crate) troubles: Vec<TroubleView>,
}

/// Something that is wrong right now, ready to print.
#[derive(Clone, Debug)]
pub(crate) struct TroubleView {
    pub(crate) part: String,
    pub(crate) cause: String,
    pub(crate) next_action: String,
    pub(crate) since: String,
    pub(crate) since_machine: String,
}

/// A link in the navigation.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    pub(crate) label: &'static str,
    pub(crate) url: &'static str,
    pub(crate) here: bool,
}

/// What just happened, ready to print.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) words: &'static str,
    pub(crate) link: Option<(&'static str, String)>,
    /// Where a button takes it back.
    pub(crate) undo: Option<String>,
}

/// The parts of the bench that the navigation tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// What comes in.
    MailRoom,
    /// Stories.
    Stories,
    /// Sheets that need a look.
    Sheets,
    /// Printed forms and what each part of them means.
    Layouts,
    /// What is published beyond our own pages.
    Deliveries,
    /// Who has an account.
    People,
    /// Who saw and changed what.
    Audit,
    /// The own account, which the name leads to.
    Account,
}

impl Chrome {
    pub(crate) fn new(bench: &Shared, who: &SignedIn, headers: &HeaderMap, part: Part) -> Self {
        Self {
            site_name: bench.settings().site_name.clone(),
            ways: ways(who, part),
            user_name: who.user.display_name.clone(),
            role: words::role(who.user.role),
            form_token: who.form_token.clone(),
            told: Flash::read(headers, bench.settings()).map(|flash| told(who, &flash)),
            troubles: who.troubles.iter().map(trouble).collect(),
        }
    }
}

/// The mail room is not led to stories.
fn told(who: &SignedIn, flash: &Flash) -> Told {
    let may_follow = flash.story_id.is_none() || who.may(Duty::SeeStories);
    Told {
        words: flash.what.words(),
        link: flash.link().filter(|_| may_follow),
        undo: flash.undo(),
    }
}

fn trouble(trouble: &Trouble) -> TroubleView {
    TroubleView {
        part: trouble.part.clone(),
        cause: trouble.words.cause.clone(),
        next_action: trouble.words.next_action.clone(),
        since: when::day_and_time(trouble.since),
        since_machine: when::machine(trouble.since),
    }
}

fn ways(who: &SignedIn, part: Part) -> Vec<Way> {
    let all = [
        (
            "Mail room",
            urls::MAIL_ROOM,
            Duty::SeeSheets,
            Part::MailRoom,
        ),
        ("Stories", urls::QUEUE, Duty::SeeStories, Part::Stories),
        ("Sheets", urls::QUARANTINE, Duty::SeeSheets, Part::Sheets),
        ("Layouts", urls::LAYOUTS, Duty::SeeLayouts, Part::Layouts),
        (
            "Deliveries",
            urls::DELIVERIES,
            Duty::SeeDeliveries,
            Part::Deliveries,
        ),
        ("People", urls::PEOPLE, Duty::SeePeople, Part::People),
        ("Audit", urls::AUDIT, Duty::SeeAudit, Part::Audit),
    ];
    all.into_iter()
        .filter(|(_, _, duty, _)| who.may(*duty))
        .map(|(label, url, _, of)| Way {
            label,
            url,
            here: of == part,
        })
        .collect()
}

/// Answers with a page of the bench; what just happened has been told then.
pub(crate) fn page(
    settings: &WebSettings,
    chrome: &Chrome,
    template: &impl Template,
) -> Result<Response, WebError> {
    page_with(StatusCode::OK, settings, chrome, template)
}

/// The same with another status, for forms that come back.
pub(crate) fn page_with(
    status: StatusCode,
    settings: &WebSettings,
    chrome: &Chrome,
    template: &impl Template,
) -> Result<Response, WebError> {
    let mut response = (status, Html(template.render()?)).into_response();
    if chrome.told.is_some() {
        response
            .headers_mut()
            .append(header::SET_COOKIE, Cookie::Flash.clear(settings));
    }
    Ok(response)
}
