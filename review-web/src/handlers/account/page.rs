use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::sessions::{SessionRow, session_rows};
use crate::app::Shared;
use crate::chrome::{Chrome, Part, page_with};
use crate::error::WebError;
use crate::password::MIN_LENGTH;
use crate::session::{Duty, SignedIn};

#[derive(Template)]
#[template(path = "pages/account.html")]
struct AccountPage {
    chrome: Chrome,
    signs_in_as: String,
    min_length: usize,
    problem: Option<String>,
    sessions: Vec<SessionRow>,
    has_others: bool,
}

/// `GET /account`
pub(crate) async fn get(
    State(bench): State<Shared>,
    who: SignedIn,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    who.must(Duty::KeepAccount)?;
    answer(&bench, &who, &headers, None).await
}

/// The page, and what is wrong with a password that was typed.
pub(super) async fn answer(
    bench: &Shared,
    who: &SignedIn,
    headers: &HeaderMap,
    refused: Option<(StatusCode, String)>,
) -> Result<Response, WebError> {
    let sessions = session_rows(bench, who, &who.user.id).await?;
    let (status, problem) = match refused {
        Some((status, problem)) => (status, Some(problem)),
        None => (StatusCode::OK, None),
    };
    let view = AccountPage {
        chrome: Chrome::new(bench, who, headers, Part::Account),
        signs_in_as: who.user.name.clone(),
        min_length: MIN_LENGTH,
        problem,
        has_others: sessions.len() > 1,
        sessions,
    };
    page_with(status, bench.settings(), &view.chrome, &view)
}
