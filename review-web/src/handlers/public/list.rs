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
    opinions: Vec<Teaser>,
    older_url: Option<String>,
}

struct Teaser {
    url: String,
    title: String,
    service: String,
    first_words: String,
    by: String,
    has_drawing: bool,
}

/// Which stories: those published before this moment.
#[derive(Deserialize)]
pub(crate) struct Wanted {
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
    let full = u32::try_from(publications.len()) == Ok(STORIES);
    let oldest = publications.last().filter(|_| full);
    let page = PublicList {
        site_name: bench.settings().site_name.clone(),
        older_url: oldest.map(|oldest| format!("{}?before={}", urls::HOME, oldest.published_at.0)),
        opinions: publications.iter().map(teaser).collect(),
    };
    Ok(cached(&headers, HTML, page.render()?))
}

fn teaser(publication: &Publication) -> Teaser {
    Teaser {
        url: urls::opinion(publication.number),
        title: title(publication),
        service: publication.service.clone(),
        first_words: text::first_words(&publication.body, FIRST_WORDS),
        by: by_line(publication),
        has_drawing: publication.drawing.is_some(),
    }
}
