use axum::extract::State;
use axum::http::header;
use axum::response::Response;
use serde::Deserialize;

use crate::app::Shared;
use crate::cookies::Cookie;
use crate::error::WebError;
use crate::flash::{Flash, Happened};
use crate::session::Posted;
use crate::urls;

/// A form that holds nothing but its token.
#[derive(Debug, Deserialize)]
pub(crate) struct Nothing {}

/// `POST /sign-out`
pub(crate) async fn post(
    State(bench): State<Shared>,
    posted: Posted<Nothing>,
) -> Result<Response, WebError> {
    let who = &posted.who;
    let moment = bench.moment();
    let store = bench.store();
    store
        .sign_out(&moment, &who.user.id, &who.token_hash)
        .await?;
    let settings = bench.settings();
    let mut response = Flash::new(Happened::SignedOut).then(urls::SIGN_IN, settings);
    for cookie in [Cookie::Session, Cookie::Form] {
        response
            .headers_mut()
            .append(header::SET_COOKIE, cookie.clear(settings));
    }
    Ok(response)
}
