use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use schemas::TimeMs;
use serde::Deserialize;
use store::Publication;

use super::{HTML, by_line, cached, title};
use crate::app::Shared;
use crate::error::WebError;
use crate::{text, urls};

/// Stories on one page.
const STORIES: u32 = 20;
/// Words of each: two or three sentences.
const FIRST_WORDS: usize = 45;

#[derive(Template)]
#[template(path = "pages/public_list.html")]
struct PublicList {
    site_name: String,
    /// Which service they are about; `None` for all.
    service: Option<String>,
    opinions: Vec<Teaser>,
    older_url: Option<String>,
}

struct Teaser {
    url: String,
    title: String,
    service: String,
    service_url: String,
    first_words: String,
    by: String,
    has_drawing: bool,
}

/// Which stories: those published before this moment.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    before: Option<i64>,
}

/// Which stories about a service.
#[derive(Deserialize)]
pub(crate) struct OfService {
    name: String,
    before: Option<i64>,
}

/// `GET /`
pub(crate) async fn get(
    State(bench): State<Shared>,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Result<Response, WebError> {
    let publications = bench
        .store()
        .publications(STORIES, wanted.before.map(TimeMs))
        .await?;
    let page = list(&bench, &publications, |before| {
        format!("{}?before={before}", urls::HOME)
    });
    Ok(cached(&headers, HTML, page.render()?))
}

/// `GET /services?name=`: what was published about a service.
pub(crate) async fn of_service(
    State(bench): State<Shared>,
    headers: HeaderMap,
    Query(wanted): Query<OfService>,
) -> Result<Response, WebError> {
    let publications = bench
        .store()
        .publications_of_service(&wanted.name, STORIES, wanted.before.map(TimeMs))
        .await?;
    if publications.is_empty() {
        return Err(WebError::NotFound);
    }
    let url = urls::service(&wanted.name);
    let page = PublicList {
        service: Some(wanted.name),
        ..list(&bench, &publications, |before| {
            format!("{url}&before={before}")
        })
    };
    Ok(cached(&headers, HTML, page.render()?))
}

/// The stories, and where older ones are when there may be any.
fn list(
    bench: &Shared,
    publications: &[Publication],
    older_than: impl Fn(i64) -> String,
) -> PublicList {
    let full = u32::try_from(publications.len()) == Ok(STORIES);
    let oldest = publications.last().filter(|_| full);
    PublicList {
        site_name: bench.settings().site_name.clone(),
        service: None,
        older_url: oldest.map(|oldest| older_than(oldest.published_at.0)),
        opinions: publications.iter().map(teaser).collect(),
    }
}

fn teaser(publication: &Publication) -> Teaser {
    Teaser {
        url: urls::opinion(publication.number),
        title: title(publication),
        service: publication.service.clone(),
        service_url: urls::service(&publication.service),
        first_words: text::first_words(&publication.body, FIRST_WORDS),
        by: by_line(publication),
        has_drawing: publication.drawing.is_some(),
    }
}
