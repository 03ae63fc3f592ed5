use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use futures_util::{Stream, TryStreamExt as _, stream};
use schemas::AuditId;
use schemas::record::AuditKind;
use serde::Deserialize;
use store::{AuditEntry, AuditFilter, Store};

use crate::app::Shared;
use crate::error::WebError;
use crate::export::{ExportError, harmless, write};
use crate::session::{Duty, SignedIn};
use crate::when;

/// So many rows are in memory at once.
const PAGE: u32 = 1_000;

const HEADING: [&str; 7] = [
    "at",
    "user_id",
    "user_name",
    "kind",
    "subject",
    "subject_name",
    "detail",
];

/// The first and the last day, as browsers send them: `2026-11-23`. What is missing is not a limit.
#[derive(Deserialize)]
pub(crate) struct Days {
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
}

/// `GET /audit.csv?from=…&until=…`: the newest first, as on the page.
pub(crate) async fn get(
    State(bench): State<Shared>,
    who: SignedIn,
    Query(days): Query<Days>,
) -> Result<Response, WebError> {
    who.must(Duty::SeeAudit)?;
    let filter = days.filter();
    who.sees(&bench, AuditKind::AuditExport, "").await?;
    // The head has left by the time that anything fails: the download breaks off, and the browser says so.
    let parts = parts(bench.store().clone(), filter).inspect_err(|error| {
        tracing::error!(error = %error, error.causes = crate::error::causes(error), "an export broke off");
    });
    let head = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=audit.csv",
        ),
    ];
    Ok((head, Body::from_stream(parts)).into_response())
}

impl Days {
    fn filter(&self) -> AuditFilter {
        let newest = AuditFilter::newest(PAGE);
        let from = when::start_of_date(&self.from).map(AuditId::first_of);
        let until = when::end_of_date(&self.until).map(AuditId::first_of);
        AuditFilter {
            from: from.unwrap_or(newest.from),
            before: until.unwrap_or(newest.before),
            ..newest
        }
    }
}

/// How far it is: the heading, then everything before a key.
enum At {
    Beginning,
    Page,
    End,
}

fn parts(
    store: Store,
    filter: AuditFilter,
) -> impl Stream<Item = Result<String, ExportError>> + Send {
    let begin = (store, filter, At::Beginning);
    stream::try_unfold(begin, async |(store, mut filter, at)| {
        let (part, next) = match at {
            At::Beginning => (write(|table| table.write_record(HEADING))?, At::Page),
            At::End => return Ok(None),
            At::Page => {
                let entries = store.audit(&filter).await?;
                let next = match entries.last() {
                    Some(last) => {
                        filter.before = last.id.clone();
                        At::Page
                    }
                    None => At::End,
                };
                (rows(&entries)?, next)
            }
        };
        Ok(Some((part, (store, filter, next))))
    })
}

fn rows(entries: &[AuditEntry]) -> csv::Result<String> {
    write(|table| {
        for entry in entries {
            let cells = cells(entry);
            table.write_record(cells.iter().map(|cell| harmless(cell).into_owned()))?;
        }
        Ok(())
    })
}

fn cells(entry: &AuditEntry) -> [String; HEADING.len()] {
    let user_id = entry.user_id.as_ref();
    [
        when::machine(entry.at),
        user_id.map_or_else(String::new, ToString::to_string),
        entry.user_name.clone().unwrap_or_default(),
        entry.kind.to_string(),
        entry.subject.clone(),
        entry.subject_name.clone().unwrap_or_default(),
        entry.detail.clone(),
    ]
}
