use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use store::NewCover;

use super::{numbers, pile_name};
use crate::app::Shared;
use crate::chrome::{Chrome, Part, page_with};
use crate::error::WebError;
use crate::paper::on_paper;
use crate::session::{Duty, Posted, SignedIn};

/// What is typed.
#[derive(Default, Deserialize)]
pub(crate) struct Typed {
    #[serde(default)]
    name: String,
    #[serde(default)]
    papers: String,
    #[serde(default)]
    sides: String,
}

#[derive(Template)]
#[template(path = "pages/cover.html")]
struct CoverPage {
    chrome: Chrome,
    typed: Typed,
    problem: Option<&'static str>,
}

/// `GET /batches/cover`
pub(crate) async fn get(
    State(bench): State<Shared>,
    who: SignedIn,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    who.must(Duty::PlaceSheets)?;
    form(&bench, &who, &headers, Typed::default(), None)
}

/// `POST /batches/cover`: the sheet as a PDF. Without a name it is one that can be used for any pile.
pub(crate) async fn post(
    State(bench): State<Shared>,
    headers: HeaderMap,
    Posted { who, form: typed }: Posted<Typed>,
) -> Result<Response, WebError> {
    who.must(Duty::PlaceSheets)?;
    let new = match cover_of(&typed) {
        Ok(new) => new,
        Err(problem) => return form(&bench, &who, &headers, typed, Some(problem)),
    };
    let number = match &new {
        Some(new) => Some(bench.store().add_cover(&bench.moment(), new).await?),
        None => None,
    };
    let printed = on_paper(&bench, move |paper| paper.cover(new.as_ref(), number)).await?;
    let pdf = printed.ok_or(WebError::Internal("the cover sheet could not be drawn"))?;
    let about = [
        (header::CONTENT_TYPE, "application/pdf"),
        (
            header::CONTENT_DISPOSITION,
            "inline; filename=\"cover-sheet.pdf\"",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((about, pdf).into_response())
}

/// Nothing for a sheet that can be used for any pile.
fn cover_of(typed: &Typed) -> Result<Option<NewCover>, &'static str> {
    let name = pile_name(&typed.name);
    let n_papers = numbers::papers(&typed.papers)?;
    match (name.is_empty(), n_papers) {
        (true, Some(_)) => {
            Err("A count belongs to one pile: give the pile a name, or leave both empty.")
        }
        (true, None) => Ok(None),
        (false, n_papers) => Ok(Some(NewCover {
            name,
            n_papers,
            n_sides: numbers::sides(&typed.sides),
        })),
    }
}

fn form(
    bench: &Shared,
    who: &SignedIn,
    headers: &HeaderMap,
    typed: Typed,
    problem: Option<&'static str>,
) -> Result<Response, WebError> {
    let view = CoverPage {
        chrome: Chrome::new(bench, who, headers, Part::MailRoom),
        typed,
        problem,
    };
    let status = match problem {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    page_with(status, bench.settings(), &view.chrome, &view)
}
