use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use schemas::record::AuditKind;
use store::{FieldChange, HistoryEntry, HistoryKind, StoryRecord};

use super::load;
use crate::app::Shared;
use crate::chrome::{Chrome, Part, page};
use crate::error::WebError;
use crate::session::{Duty, SignedIn};
use crate::{sheet, text, urls, when, words};

#[derive(Template)]
#[template(path = "pages/history.html")]
struct HistoryPage {
    chrome: Chrome,
    story_url: String,
    lead: String,
    entries: Vec<Entry>,
}

struct Entry {
    what: String,
    who: String,
    at: String,
    at_machine: String,
    reason: String,
    changes: Vec<Change>,
}

struct Change {
    field: String,
    before: String,
    after: String,
}

/// `GET /stories/{id}/history`
pub(crate) async fn get(
    State(bench): State<Shared>,
    who: SignedIn,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    who.must(Duty::SeeStories)?;
    let story = load(&bench, &id).await?;
    who.sees(&bench, AuditKind::History, story.id.as_str())
        .await?;
    let history = bench.store().history(&story.id).await?;
    let view = HistoryPage {
        chrome: Chrome::new(&bench, &who, &headers, Part::Stories),
        story_url: urls::story(&story.id),
        lead: lead(&story),
        entries: history.into_iter().map(entry).collect(),
    };
    page(bench.settings(), &view.chrome, &view)
}

fn lead(story: &StoryRecord) -> String {
    let title = text::title_or_untitled(&story.fields.title);
    format!(
        "“{title}”, {}. Nothing here is ever changed or removed.",
        sheet::of_pages(&story.pages)
    )
}

fn entry(entry: HistoryEntry) -> Entry {
    let machine = || "by the machine".to_owned();
    let (what, changes) = told(entry.what);
    Entry {
        what,
        who: entry
            .user_name
            .map_or_else(machine, |name| format!("by {name}")),
        at: when::day_and_time(entry.at),
        at_machine: when::machine(entry.at),
        reason: entry.reason,
        changes,
    }
}

fn told(what: HistoryKind) -> (String, Vec<Change>) {
    match what {
        HistoryKind::Read { engine } => (format!("Read with {engine}"), Vec::new()),
        HistoryKind::Page(event) => (words::page_event(&event), Vec::new()),
        HistoryKind::Revised { mut changes } => {
            changes.sort_by_key(|change| place(&change.field));
            (
                "Corrected".to_owned(),
                changes.into_iter().map(change).collect(),
            )
        }
        HistoryKind::Decided { kind } => (words::decided(kind).to_owned(), Vec::new()),
        HistoryKind::Published { number } => (format!("Published as number {number}"), Vec::new()),
    }
}

fn change(change: FieldChange) -> Change {
    Change {
        field: field_name(&change.field).to_owned(),
        before: change.before,
        after: change.after,
    }
}

/// The fields in the order of the page, and what they are called there.
const FIELDS: [(&str, &str); 16] = [
    ("service", "Service"),
    ("also_about", "Also about"),
    ("postcode", "Postcode"),
    ("relationship", "The author is"),
    ("as_written", "As written"),
    ("readable", "Readable"),
    ("show_drawing", "Publish the drawing"),
    ("drawing_alt", "What the drawing shows"),
    ("consent", "May be published"),
    ("title", "Title"),
    ("published_text", "Text for publication"),
    ("happened", "When it happened"),
    ("tags_good", "What was good"),
    ("tags_better", "What could be better"),
    ("tags_felt", "How it felt"),
    ("criticality", "How critical"),
];

fn place(field: &str) -> usize {
    FIELDS
        .iter()
        .position(|(known, _)| *known == field)
        .unwrap_or(FIELDS.len())
}

fn field_name(field: &str) -> &str {
    FIELDS.get(place(field)).map_or(field, |(_, name)| name)
}
