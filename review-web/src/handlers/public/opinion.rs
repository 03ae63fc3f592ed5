use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use store::Publication;

use super::{HTML, by_line, cached, title};
use crate::app::Shared;
use crate::error::WebError;
use crate::{text, urls, when};

#[derive(Template)]
#[template(path = "pages/opinion.html")]
struct OpinionPage {
    site_name: String,
    title: String,
    service: String,
    service_url: String,
    also_about: Vec<String>,
    /// When it happened, in words; may be empty.
    happened: String,
    tags: Vec<Tags>,
    paragraphs: Vec<String>,
    drawing: Option<Drawing>,
    by: String,
}

/// The answers to one question.
struct Tags {
    question: &'static str,
    class: &'static str,
    names: Vec<String>,
}

struct Drawing {
    url: String,
    alt: String,
}

#[derive(Template)]
#[template(path = "pages/withdrawn.html")]
struct WithdrawnPage {
    site_name: String,
}

/// `GET /opinions/{number}`; one that was taken down leaves a stub without a word of it.
pub(crate) async fn get(
    State(bench): State<Shared>,
    headers: HeaderMap,
    Path(number): Path<String>,
) -> Result<Response, WebError> {
    let publication = find(&bench, &number).await?;
    let site_name = bench.settings().site_name.clone();
    if publication.withdrawn {
        let page = WithdrawnPage { site_name };
        let mut response = cached(&headers, HTML, page.render()?);
        *response.status_mut() = StatusCode::GONE;
        return Ok(response);
    }
    Ok(cached(
        &headers,
        HTML,
        page(site_name, &publication).render()?,
    ))
}

/// The publication with the number of an address.
pub(super) async fn find(bench: &Shared, number: &str) -> Result<Publication, WebError> {
    let number = number.parse().map_err(|_| WebError::NotFound)?;
    bench
        .store()
        .publication(number)
        .await?
        .ok_or(WebError::NotFound)
}

fn tags(publication: &Publication) -> Vec<Tags> {
    let asked = [
        ("What was good", "good", &publication.tags_good),
        ("What could be better", "better", &publication.tags_better),
        ("How it felt", "felt", &publication.tags_felt),
    ];
    let answered = asked.into_iter().filter(|(.., names)| !names.is_empty());
    answered
        .map(|(question, class, names)| Tags {
            question,
            class,
            names: names.clone(),
        })
        .collect()
}

fn page(site_name: String, publication: &Publication) -> OpinionPage {
    OpinionPage {
        site_name,
        title: title(publication),
        service: publication.service.clone(),
        service_url: urls::service(&publication.service),
        also_about: publication.also_about.clone(),
        happened: when::month(&publication.happened).unwrap_or_default(),
        tags: tags(publication),
        paragraphs: text::paragraphs(&publication.body),
        drawing: publication.drawing.as_ref().map(|_| Drawing {
            url: urls::opinion_drawing(publication.number),
            alt: publication.drawing_alt.clone(),
        }),
        by: by_line(publication),
    }
}
