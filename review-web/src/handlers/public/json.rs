use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use store::Publication;

use super::opinion::find;
use super::{cached, title};
use crate::app::Shared;
use crate::error::WebError;
use crate::{text, urls, when, words};

const JSON: &str = "application/json";
/// Opinions in one answer when nothing is asked for.
const TAKE: u32 = 20;
/// The most that one answer holds.
const MAX_TAKE: u32 = 100;
/// The furthest that may be skipped: beyond it the list costs more than a reader can want.
const MAX_SKIP: u32 = 10_000;

/// A story in the shape of the Care Opinion API v2. What Postbag does not know is `null`: how critical a
/// story is stays with the staff, and the author's age is not asked for.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Opinion {
    id: i64,
    title: String,
    /// Markdown.
    body: String,
    date_of_submission: String,
    date_of_publication: String,
    criticality: Option<u8>,
    progress: Option<String>,
    author_role: Option<String>,
    author_age_group: Option<String>,
    submission_route: &'static str,
    links: Vec<Link>,
}

#[derive(Serialize)]
struct Link {
    rel: &'static str,
    href: String,
}

/// Which part of the list.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    skip: Option<u32>,
    take: Option<u32>,
}

/// `GET /api/v2/opinions?skip=&take=`: newest first.
pub(crate) async fn get_list(
    State(bench): State<Shared>,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Result<Response, WebError> {
    let skip = wanted.skip.unwrap_or(0).min(MAX_SKIP);
    let take = wanted.take.unwrap_or(TAKE).clamp(1, MAX_TAKE);
    let publications = bench.store().publications(skip + take, None).await?;
    let skipped = usize::try_from(skip).unwrap_or(usize::MAX);
    let base = &bench.settings().public_url;
    let opinions: Vec<Opinion> = publications
        .iter()
        .skip(skipped)
        .map(|publication| opinion(publication, base))
        .collect();
    answer(&headers, &opinions)
}

/// `GET /api/v2/opinions/{id}`
pub(crate) async fn get_one(
    State(bench): State<Shared>,
    headers: HeaderMap,
    Path(number): Path<String>,
) -> Result<Response, WebError> {
    let publication = find(&bench, &number).await?;
    if publication.withdrawn {
        return Err(WebError::NotFound);
    }
    answer(
        &headers,
        &opinion(&publication, &bench.settings().public_url),
    )
}

fn answer(headers: &HeaderMap, body: &impl Serialize) -> Result<Response, WebError> {
    let body =
        serde_json::to_string(body).map_err(|_| WebError::Internal("an opinion is not JSON"))?;
    Ok(cached(headers, JSON, body))
}

fn opinion(publication: &Publication, base: &str) -> Opinion {
    let link = |rel, path: String| Link {
        rel,
        href: format!("{base}{path}"),
    };
    let number = publication.number;
    let mut links = vec![
        link("self", urls::opinion_json(number)),
        link("alternate", urls::opinion(number)),
    ];
    if publication.drawing.is_some() {
        links.push(link("drawing", urls::opinion_drawing(number)));
    }
    let role = publication.relationship.as_str();
    Opinion {
        id: number,
        title: title(publication),
        body: text::markdown(&publication.body),
        date_of_submission: when::machine(publication.submitted_at),
        date_of_publication: when::machine(publication.published_at),
        criticality: None,
        progress: None,
        author_role: (!role.is_empty()).then(|| words::relationship(role).to_owned()),
        author_age_group: None,
        submission_route: "leaflet",
        links,
    }
}
