use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use schemas::record::StoryState;
use schemas::{StoryId, TimeMs, UserId};
use serde::Deserialize;
use store::{OnlyStories, StoryFilter, StorySummary};

use crate::app::Shared;
use crate::chrome::{Chrome, Part, page};
use crate::error::WebError;
use crate::ledger::LedgerView;
use crate::session::{Duty, SignedIn};
use crate::{sheet, urls, when, words};

/// Rows on one page: what fits into a morning.
const ROWS: u32 = 100;

/// The states that always have a tab; the others have one while there is a story in them.
const TABS: [StoryState; 4] = [
    StoryState::ToReview,
    StoryState::Published,
    StoryState::Rejected,
    StoryState::Held,
];

#[derive(Template)]
#[template(path = "pages/queue.html")]
struct QueuePage {
    chrome: Chrome,
    heading: String,
    lead: String,
    may_work: bool,
    waiting: u64,
    ledger: LedgerView,
    tabs: Vec<Tab>,
    kinds: Vec<Kind>,
    /// What was looked for.
    find: String,
    rows: Vec<Row>,
    more: Option<String>,
    /// Where the list goes on.
    later: Option<String>,
    empty_title: &'static str,
    empty_words: &'static str,
}

struct Tab {
    label: &'static str,
    url: String,
    count: u64,
    here: bool,
}

/// A kind of story that can be listed by itself.
struct Kind {
    label: &'static str,
    url: String,
    here: bool,
}

struct Row {
    flagged: bool,
    waits: Option<String>,
    url: String,
    title: String,
    service: String,
    received: String,
    received_machine: String,
    sheet: String,
    has_drawing: bool,
    holder: Option<String>,
}

/// Which stories to show.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    state: String,
    only: String,
    /// The last story of the part before.
    after: String,
    /// What a person has in hand of one story.
    find: String,
}

/// The kinds of story that can be listed by themselves: what the address says, and what people read.
const KINDS: [(&str, &str); 5] = [
    ("flagged", "Somebody may be in danger"),
    ("no-service", "Needs a service"),
    ("no-draft", "To be typed"),
    ("drawing", "With a drawing"),
    ("mine", "My own"),
];

fn only(word: &str, who: &SignedIn) -> Option<OnlyStories> {
    match word {
        "flagged" => Some(OnlyStories::Flagged),
        "no-service" => Some(OnlyStories::NoService),
        "no-draft" => Some(OnlyStories::NoDraft),
        "drawing" => Some(OnlyStories::Drawing),
        "mine" => Some(OnlyStories::Of(who.user.id.clone())),
        _ => None,
    }
}

/// `GET /queue`
pub(crate) async fn get(
    State(bench): State<Shared>,
    who: SignedIn,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Result<Response, WebError> {
    who.must(Duty::SeeStories)?;
    let state = StoryState::parse(&wanted.state).unwrap_or(StoryState::ToReview);
    let only = only(&wanted.only, &who);
    let finds = !wanted.find.trim().is_empty();
    let stories = if finds {
        bench.store().find_stories(&wanted.find).await?
    } else {
        let filter = StoryFilter {
            state: Some(state),
            only: only.clone(),
            after: StoryId::parse(&wanted.after).ok(),
            limit: ROWS,
        };
        bench.store().stories(filter).await?
    };
    if let ([only_one], true) = (stories.as_slice(), finds) {
        return Ok(Redirect::to(&urls::story(&only_one.id)).into_response());
    }
    let counts = bench.store().story_counts().await?;
    let ledger = bench.store().ledger(None).await?;
    let count_of = |state| {
        counts
            .iter()
            .find(|(of, _)| *of == state)
            .map_or(0, |(_, count)| *count)
    };
    let second = if who.may(Duty::GiveOpinions) {
        count_of(StoryState::SecondReview)
    } else {
        0
    };
    let waiting = count_of(StoryState::ToReview) + second;
    let (empty_title, empty_words) = if finds {
        NOT_FOUND
    } else {
        nothing(state, waiting)
    };
    let now = bench.now();
    let view = QueuePage {
        chrome: Chrome::new(&bench, &who, &headers, Part::Stories),
        heading: heading(waiting),
        lead: lead(
            stories.first().filter(|_| wanted.after.is_empty()),
            state,
            now,
        ),
        may_work: who.may(Duty::WorkStories),
        waiting,
        ledger: LedgerView::from(&ledger),
        tabs: tabs(&counts, state),
        kinds: kinds(state, &wanted.only),
        find: wanted.find.clone(),
        more: if finds || !wanted.after.is_empty() {
            None
        } else if only.is_none() {
            more(stories.len(), count_of(state))
        } else {
            more_of_kind(stories.len())
        },
        later: later(&stories, state, &wanted.only).filter(|_| !finds),
        rows: stories
            .iter()
            .map(|story| row(story, &who.user.id, now))
            .collect(),
        empty_title,
        empty_words,
    };
    page(bench.settings(), &view.chrome, &view)
}

fn tabs(counts: &[(StoryState, u64)], here: StoryState) -> Vec<Tab> {
    let count_of = |state| {
        counts
            .iter()
            .find(|(of, _)| *of == state)
            .map_or(0, |(_, count)| *count)
    };
    let others = StoryState::ALL
        .iter()
        .filter(|state| !TABS.contains(state) && count_of(**state) > 0);
    let tab = |state: &StoryState| Tab {
        label: words::state(*state),
        url: urls::queue_of(*state),
        count: count_of(*state),
        here: *state == here,
    };
    TABS.iter().chain(others).map(tab).collect()
}

/// All of a state, or one kind of them.
fn kinds(state: StoryState, only: &str) -> Vec<Kind> {
    let all = Kind {
        label: "All",
        url: urls::queue_of(state),
        here: !KINDS.iter().any(|(word, _)| *word == only),
    };
    let kind = |(word, label): &(&'static str, &'static str)| Kind {
        label,
        url: urls::queue_only(state, word),
        here: *word == only,
    };
    std::iter::once(all).chain(KINDS.iter().map(kind)).collect()
}

/// Where the list goes on, when it does not end on this page.
fn later(stories: &[StorySummary], state: StoryState, only: &str) -> Option<String> {
    let is_full = u32::try_from(stories.len()).is_ok_and(|shown| shown >= ROWS);
    let last = stories.last().filter(|_| is_full)?;
    let only = KINDS.iter().find(|(word, _)| *word == only);
    Some(urls::queue_after(
        state,
        only.map_or("", |(word, _)| word),
        &last.id,
    ))
}

fn more_of_kind(shown: usize) -> Option<String> {
    let is_full = u32::try_from(shown).is_ok_and(|shown| shown >= ROWS);
    is_full.then(|| format!("The first {shown} are shown."))
}

fn waits(story: &StorySummary, now: TimeMs) -> Option<String> {
    let hold = story.hold?;
    let what = words::hold(hold.kind);
    Some(match hold.until {
        Some(until) if until <= now => format!("Waited for {what}: the time is over"),
        Some(until) => format!("Waits for {what}: until {}", when::day_and_time(until)),
        None => format!("Waits for {what}"),
    })
}

fn heading(waiting: u64) -> String {
    match waiting {
        0 => "All caught up".to_owned(),
        1 => "1 story to review".to_owned(),
        _ => format!("{waiting} stories to review"),
    }
}

fn lead(oldest: Option<&StorySummary>, state: StoryState, now: TimeMs) -> String {
    match oldest {
        Some(oldest) if state == StoryState::ToReview => {
            format!("The oldest {}.", sheet::came_in(oldest.received_at, now))
        }
        _ => "Stories are offered in the order in which they came in.".to_owned(),
    }
}

fn more(shown: usize, all: u64) -> Option<String> {
    let shown = u64::try_from(shown).unwrap_or(u64::MAX);
    (all > shown).then(|| format!("The first {shown} of {all} are shown."))
}

const NOT_FOUND: (&str, &str) = (
    "No story has this number",
    "A story is found by its number on the public page, by the number that is printed on its leaflet, or by its id.",
);

const fn nothing(state: StoryState, waiting: u64) -> (&'static str, &'static str) {
    match state {
        StoryState::ToReview => (
            "Nothing is waiting",
            "New leaflets appear here a few seconds after they are scanned. Time for a cup of tea.",
        ),
        StoryState::Held => (
            "Nothing is on hold",
            "Stories that wait for somebody outside are kept here.",
        ),
        StoryState::Rejected => (
            "Nothing has been rejected",
            "Rejected stories stay here with the reason.",
        ),
        StoryState::Withdrawn => (
            "Nothing has been withdrawn",
            "Stories taken down after publication stay here.",
        ),
        _ if waiting > 0 => (
            "Nothing has been published yet",
            "Press “Next story” to read the first one.",
        ),
        _ => (
            "Nothing has been published yet",
            "Approved stories appear here and on the public page.",
        ),
    }
}

fn row(story: &StorySummary, me: &UserId, now: TimeMs) -> Row {
    let holder = story
        .lease
        .as_ref()
        .filter(|lease| lease.until > now)
        .map(|lease| {
            if lease.user_id == *me {
                "With you".to_owned()
            } else {
                format!("With {} until {}", lease.user_name, when::time(lease.until))
            }
        });
    Row {
        flagged: story.flagged,
        waits: waits(story, now),
        url: urls::story(&story.id),
        title: crate::text::title_or_untitled(&story.title),
        service: story.service.clone(),
        received: when::ago(story.received_at, now),
        received_machine: when::machine(story.received_at),
        sheet: sheet::of_story(story),
        has_drawing: story.has_drawing,
        holder,
    }
}
