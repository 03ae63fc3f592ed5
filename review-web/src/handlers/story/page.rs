use askama::Template;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use schemas::TimeMs;
use schemas::reading::Warning;
use schemas::record::{Route, StoryState};
use store::{ALONE_UP_TO, Lease, StoryRecord};

use super::checks::Checks;
use super::choices::{
    Choice, Way, changes, criticalities, holds, reasons, relationships, ways_back,
};
use super::desk::Desk;
use super::differences::Differences;
use super::form::StoryForm;
use super::notices::{Notice, notices};
use super::paper::{Crop, PageParts, PartKind, Picture, Suggestion, pages, pictures};
use super::rules::Faults;
use super::services;
use crate::app::Shared;
use crate::chrome::{self, Chrome, page_with};
use crate::error::WebError;
use crate::session::SignedIn;
use crate::{sheet, text, urls, when, words};

/// The script renews a lease this often, as a share of its length: two calls may fail before it runs out.
const HEARTBEATS_PER_LEASE: i64 = 3;

/// What the page is made from.
pub(super) struct Given<'a> {
    story: &'a StoryRecord,
    desk: &'a Desk,
    form: StoryForm,
    /// What is stored, when somebody else changed it meanwhile.
    theirs: Option<StoryForm>,
    pub(super) faults: Faults,
    pub(super) problem: Option<Problem>,
    /// The services that were searched for; `None` when nobody searched.
    pub(super) found: Option<Vec<Suggestion>>,
    /// What the services that are suggested belong to.
    organisations: Vec<Suggestion>,
    now: TimeMs,
    /// Before when nothing is published.
    publish_from: Option<TimeMs>,
}

/// Why the page comes back.
pub(super) enum Problem {
    /// Fields must be put right.
    Faults,
    /// Somebody else saved in between.
    Conflict,
    /// Somebody else holds the story now.
    LeaseLost(Lease),
    /// The story is decided by now.
    Closed,
    /// It is not allowed.
    Refused(String),
}

#[derive(Template)]
#[template(path = "pages/story.html")]
struct StoryPage<'a> {
    chrome: Chrome,
    view: View,
    fields: Fields,
    problem: Option<Banner>,
    search: Search,
    /// What should be looked at before it is public; nothing for whoever only reads.
    checks: String,
    differences: String,
    organisations: &'a [Suggestion],
}

/// The search box for services.
struct Search {
    typed: String,
    found: Vec<Suggestion>,
    nothing: bool,
}

/// A problem, ready to print.
struct Banner {
    class: &'static str,
    title: &'static str,
    words: String,
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "each is something else that the page shows or not"
)]
struct View {
    url: String,
    heading: String,
    queue_url: String,
    state_words: &'static str,
    sheet: String,
    file: String,
    history_url: String,
    lease_url: String,
    give_back_url: String,
    draft_url: String,
    checks_url: String,
    differences_url: String,
    /// How it was told, where that was not on a sheet.
    told: Option<&'static str>,
    /// The kinds of change, with the digit that takes each.
    changes: Vec<Choice>,
    /// What somebody looked at and kept.
    kept: String,
    revision_no: u32,
    editable: bool,
    consent_missing: bool,
    /// Somebody may be in danger.
    flagged: bool,
    /// What it waits for, in words.
    waits_for: Option<String>,
    approve_words: &'static str,
    /// Whether somebody else can be asked to look at it before it is published.
    may_ask: bool,
    /// From this level on somebody else must be asked.
    asks_from: u8,
    holds: Vec<Choice>,
    hold: Hold,
    warnings: Vec<Warning>,
    notices: Vec<Notice>,
    pictures: Vec<Picture>,
    pages: Vec<PageParts>,
    relationships: Vec<Choice>,
    criticalities: Vec<Choice>,
    ways_back: Vec<Way>,
    other_ways: &'static str,
    reason_open: bool,
    reasons: Vec<&'static str>,
}

/// Who has the story.
struct Hold {
    mine: bool,
    until: String,
    heartbeat_ms: i64,
    note: Option<String>,
}

/// One field: what was typed, what is wrong with it, what somebody else made of it.
#[derive(Clone, Default)]
struct Field {
    value: String,
    error: Option<&'static str>,
    theirs: Option<String>,
}

struct Fields {
    title: Field,
    service: Field,
    postcode: Field,
    also_about: Field,
    happened: Field,
    relationship: Field,
    consent: Field,
    criticality: Field,
    as_written: Field,
    readable: Field,
    published_text: Field,
    show_drawing: Field,
    drawing_alt: Field,
    tags_good: Field,
    tags_better: Field,
    tags_felt: Field,
    change: Field,
    reason: Field,
    decision_reason: Field,
}

impl<'a> Given<'a> {
    pub(super) async fn new(
        bench: &Shared,
        story: &'a StoryRecord,
        desk: &'a Desk,
        form: StoryForm,
    ) -> Result<Self, WebError> {
        Ok(Self {
            organisations: if desk.may_change() {
                services::organisations(bench, story).await?
            } else {
                Vec::new()
            },
            now: bench.now(),
            publish_from: bench.publish_from(),
            story,
            desk,
            form,
            theirs: None,
            faults: Faults::default(),
            problem: None,
            found: None,
        })
    }

    /// Shows what is stored beside what was typed; saving once more keeps what was typed.
    pub(super) fn show_theirs(&mut self) {
        self.catch_up();
        self.theirs = Some(StoryForm::of(&self.story.fields, self.story.revision_no));
    }

    /// Takes the stored revision for seen.
    pub(super) fn catch_up(&mut self) {
        self.form.expected_revision = self.story.revision_no;
    }
}

/// Answers with the page.
pub(super) fn answer(
    bench: &Shared,
    who: &SignedIn,
    headers: &HeaderMap,
    status: StatusCode,
    given: &Given<'_>,
) -> Result<Response, WebError> {
    let page = StoryPage {
        chrome: Chrome::new(bench, who, headers, chrome::Part::Stories),
        search: search(given),
        checks: if given.desk.may_change() {
            Checks::of(&given.form, given.now).render()?
        } else {
            String::new()
        },
        differences: Differences::of(&given.form).render()?,
        organisations: &given.organisations,
        fields: fields(given),
        problem: given.problem.as_ref().map(banner),
        view: view(given, bench.settings().lease_ms),
    };
    page_with(status, bench.settings(), &page.chrome, &page)
}

fn search(given: &Given<'_>) -> Search {
    let found = given.found.clone();
    Search {
        typed: given.form.find.clone(),
        nothing: found.as_ref().is_some_and(Vec::is_empty),
        found: found.unwrap_or_default(),
    }
}

fn view(given: &Given<'_>, lease_ms: i64) -> View {
    let Given {
        story, desk, form, ..
    } = given;
    let ways_back = ways_back(desk, story.state, story.flagged);
    View {
        url: urls::story(&story.id),
        heading: text::title_or_untitled(&story.fields.title),
        queue_url: urls::queue_of(story.state),
        state_words: words::state(story.state),
        sheet: sheet::of_pages(&story.pages),
        file: sheet::file_of(&story.first_page().page),
        history_url: urls::history(&story.id),
        lease_url: urls::lease(&story.id),
        give_back_url: urls::give_back(&story.id),
        draft_url: urls::draft(&story.id),
        checks_url: urls::checks(&story.id),
        differences_url: urls::differences(&story.id),
        told: told(story.route),
        changes: changes(),
        kept: form.kept.clone(),
        revision_no: form.expected_revision,
        editable: desk.may_change(),
        consent_missing: form.consent != "yes",
        flagged: story.flagged,
        waits_for: story
            .hold
            .map(waits_for)
            .or_else(|| to_be_published(story.state, given.publish_from?, given.now)),
        approve_words: match story.state {
            StoryState::SecondReview => "Agree and publish",
            _ => "Approve and publish",
        },
        may_ask: story.state == StoryState::ToReview,
        asks_from: ALONE_UP_TO + 1,
        holds: holds(&form.hold_for),
        hold: hold(desk, lease_ms),
        warnings: warnings(story),
        notices: notices(story),
        pictures: pictures(story),
        pages: pages(story),
        relationships: relationships(&form.relationship),
        criticalities: criticalities(),
        other_ways: if desk.may_change() {
            "Something else"
        } else {
            "Change the decision"
        },
        reason_open: **desk == Desk::Decided && story.state != StoryState::Published,
        reasons: reasons(desk),
        ways_back,
    }
}

/// What the machine warns of, page by page; what it says of both sides is said once.
fn warnings(story: &StoryRecord) -> Vec<Warning> {
    let mut warnings: Vec<Warning> = Vec::new();
    for warning in story.pages.iter().flat_map(|page| &page.reading.warnings) {
        if !warnings.contains(warning) {
            warnings.push(warning.clone());
        }
    }
    warnings
}

fn hold(desk: &Desk, lease_ms: i64) -> Hold {
    let note = match desk {
        Desk::Theirs(lease) => Some(format!(
            "{} has this story open until {}. You can read it; to work on it, please wait or ask.",
            lease.user_name,
            when::time(lease.until)
        )),
        Desk::WaitsForOpinion => Some(
            "This story waits for a second opinion. A senior moderator gives it who has not worked on this text."
                .to_owned(),
        ),
        Desk::Mine(_) | Desk::Decided | Desk::ReadOnly => None,
    };
    let until = match desk {
        Desk::Mine(lease) => when::time(lease.until),
        _ => String::new(),
    };
    Hold {
        mine: desk.may_change(),
        until,
        heartbeat_ms: (lease_ms / HEARTBEATS_PER_LEASE).max(1_000),
        note,
    }
}

const fn told(route: Route) -> Option<&'static str> {
    match route {
        Route::Leaflet => None,
        Route::Phone => Some(
            "Told on the telephone. Write down what the author says, in the author’s own words; read it back before you go on, and ask whether it may be published.",
        ),
        Route::Form => Some(
            "Typed from a form that somebody filled in with the author. Type it as it stands there.",
        ),
    }
}

fn waits_for(hold: store::Hold) -> String {
    let what = words::hold(hold.kind);
    match hold.until {
        Some(until) => format!("It waits for {what}: until {}.", when::day_and_time(until)),
        None => format!("It waits for {what}."),
    }
}

/// What is approved while the office is closed.
fn to_be_published(state: StoryState, from: TimeMs, now: TimeMs) -> Option<String> {
    let waits = state == StoryState::Approved && from > now;
    waits.then(|| {
        let opens = when::day_and_time(from);
        format!("It is published when the office opens: {opens}.")
    })
}

fn banner(problem: &Problem) -> Banner {
    let (title, words) = match problem {
        Problem::Faults => ("Not quite yet", "Please look at the fields that are marked. Nothing was saved so far.".to_owned()),
        Problem::Conflict => (
            "Somebody else saved this story while you were typing",
            "Your words are still here. Where the saved ones differ, they are shown below the field. If you save now, yours are kept.".to_owned(),
        ),
        Problem::LeaseLost(lease) => (
            "Somebody else has this story now",
            format!(
                "{} has it until {}. Nothing was saved, and what you typed is still here: keep this page open, or copy it.",
                lease.user_name,
                when::time(lease.until)
            ),
        ),
        Problem::Closed => (
            "This story has been decided meanwhile",
            "Nothing was saved. What you typed is still here, so that you can copy it.".to_owned(),
        ),
        Problem::Refused(words) => ("That is not possible", words.clone()),
    };
    Banner {
        class: "wrong",
        title,
        words,
    }
}

fn fields(given: &Given<'_>) -> Fields {
    let Given {
        form,
        theirs,
        faults,
        ..
    } = given;
    let field = |of: fn(&StoryForm) -> &String, error: Option<&'static str>| Field {
        value: of(form).clone(),
        error,
        theirs: theirs
            .as_ref()
            .map(of)
            .filter(|theirs| *theirs != of(form))
            .cloned(),
    };
    Fields {
        title: field(|form| &form.title, faults.title),
        service: field(|form| &form.service, None),
        postcode: field(|form| &form.postcode, None),
        also_about: field(|form| &form.also_about, None),
        happened: field(|form| &form.happened, faults.happened),
        relationship: field(|form| &form.relationship, None),
        consent: field(|form| &form.consent, faults.consent),
        criticality: field(|form| &form.criticality, faults.criticality),
        as_written: field(|form| &form.as_written, None),
        readable: field(|form| &form.readable, None),
        published_text: field(|form| &form.published_text, faults.published_text),
        show_drawing: field(|form| &form.show_drawing, None),
        drawing_alt: field(|form| &form.drawing_alt, faults.drawing_alt),
        tags_good: field(|form| &form.tags_good, None),
        tags_better: field(|form| &form.tags_better, None),
        tags_felt: field(|form| &form.tags_felt, None),
        change: Field {
            theirs: None,
            ..field(|form| &form.change, None)
        },
        reason: Field {
            theirs: None,
            ..field(|form| &form.reason, None)
        },
        decision_reason: Field {
            theirs: None,
            ..field(|form| &form.decision_reason, faults.decision_reason)
        },
    }
}
