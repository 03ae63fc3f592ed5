//! Forms for people who are not signed in: a cookie holds the token that the form repeats.

use askama::Template;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use crate::app::Shared;
use crate::cookies::Cookie;
use crate::error::WebError;
use crate::random;
use crate::session::check_form_token;

/// The token for the next form: that of the browser's cookie, or a fresh one.
pub(crate) fn form_token(bench: &Shared, headers: &HeaderMap) -> String {
    Cookie::Form
        .read(headers, bench.settings())
        .filter(|token| token.len() == 64)
        .unwrap_or_else(|| random::token(bench.app.random.as_ref()))
}

/// The token of a form that was sent.
///
/// # Errors
/// [`WebError::FormToken`] when it is not that of the cookie.
pub(crate) fn sent_token(
    bench: &Shared,
    headers: &HeaderMap,
    form: &[u8],
) -> Result<String, WebError> {
    // Without a cookie there is nothing that the form could repeat, not even nothing.
    let token = Cookie::Form
        .read(headers, bench.settings())
        .filter(|token| !token.is_empty())
        .ok_or(WebError::FormToken)?;
    check_form_token(headers, form, &token)?;
    Ok(token)
}

/// Answers with a page that has such a form; what just happened has been told then.
pub(crate) fn answer(
    bench: &Shared,
    status: StatusCode,
    form_token: &str,
    page: &impl Template,
) -> Result<Response, WebError> {
    let mut response = (status, Html(page.render()?)).into_response();
    let settings = bench.settings();
    let cookies = [
        Cookie::Form.set(form_token, settings),
        Cookie::Flash.clear(settings),
    ];
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
