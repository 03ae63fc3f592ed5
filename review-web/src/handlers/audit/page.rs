use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use schemas::record::AuditKind;
use store::{AuditEntry, User};

use super::asked::Asked;
use crate::app::Shared;
use crate::chrome::{Chrome, Part, page};
use crate::error::WebError;
use crate::session::{Duty, SignedIn};
use crate::{urls, when, words};

/// Rows on one page.
const ROWS: u32 = 100;

/// What a list offers: as stored, as shown, whether it is chosen.
type Choice = (String, String, bool);

#[derive(Template)]
#[template(path = "pages/audit.html")]
struct AuditPage {
    chrome: Chrome,
    asked: Asked,
    is_narrow: bool,
    people: Vec<Choice>,
    kinds: Vec<Choice>,
    rows: Vec<Row>,
    older_url: Option<String>,
    /// The days that the form for a file begins with.
    today: String,
}

/// Something that somebody saw or did.
struct Row {
    at: String,
    at_machine: String,
    who: String,
    what: String,
    /// What it is about, and the list of everything about it.
    about: Option<(String, String)>,
}

/// `GET /audit`
pub(crate) async fn get(
    State(bench): State<Shared>,
    who: SignedIn,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    who.must(Duty::SeeAudit)?;
    let entries = bench.store().audit(&asked.filter(ROWS)).await?;
    let users = bench.store().users().await?;
    let is_full = entries.len() == ROWS as usize;
    let last = entries.last().filter(|_| is_full);
    let view = AuditPage {
        chrome: Chrome::new(&bench, &who, &headers, Part::Audit),
        is_narrow: asked.is_narrow(),
        people: users.iter().map(|user| person(user, &asked)).collect(),
        kinds: AuditKind::ALL
            .iter()
            .map(|kind| choice(*kind, &asked))
            .collect(),
        older_url: last.map(|entry| urls::audit_of(&asked.older_than(&entry.id).query())),
        rows: entries.into_iter().map(row).collect(),
        today: when::date(bench.now()),
        asked,
    };
    page(bench.settings(), &view.chrome, &view)
}

fn person(user: &User, asked: &Asked) -> Choice {
    let id = user.id.to_string();
    let is_chosen = id == asked.person;
    (id, user.display_name.clone(), is_chosen)
}

fn choice(kind: AuditKind, asked: &Asked) -> Choice {
    let value = kind.as_str();
    let is_chosen = value == asked.kind;
    (value.to_owned(), words::audited(kind).to_owned(), is_chosen)
}

fn row(entry: AuditEntry) -> Row {
    let is_own = entry.user_id.as_ref().map(schemas::UserId::as_str) == Some(&entry.subject);
    let everything = urls::audit_of(&Asked::about(&entry.subject).query());
    let about = entry.subject_name.unwrap_or(entry.subject);
    let what = words::audited(entry.kind);
    Row {
        at: when::day_and_time(entry.at),
        at_machine: when::machine(entry.at),
        who: entry.user_name.unwrap_or_else(|| nobody(entry.kind)),
        what: match entry.detail.as_str() {
            "" => what.to_owned(),
            detail => format!("{what}: {detail}"),
        },
        about: (!is_own && !about.is_empty()).then_some((about, everything)),
    }
}

/// Who it was when it was nobody who is known.
fn nobody(kind: AuditKind) -> String {
    match kind {
        AuditKind::SignInRefused => "somebody".to_owned(),
        _ => "the command line".to_owned(),
    }
}
