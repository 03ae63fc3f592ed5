use std::net::{IpAddr, SocketAddr};

use askama::Template;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use schemas::UserId;
use schemas::record::{AuditKind, Role};
use serde::Deserialize;
use store::{NewAudit, NewSession, User};

use crate::app::Shared;
use crate::browser_words::browser_words;
use crate::cookies::Cookie;
use crate::digest::sha256_hex;
use crate::error::WebError;
use crate::flash::Flash;
use crate::session::parse;
use crate::{password_turn, random, stranger, urls, when};

const WRONG: &str = "That name and password do not belong together. Please try again.";

#[derive(Template)]
#[template(path = "pages/sign_in.html")]
struct SignInPage {
    site_name: String,
    form_token: String,
    next: String,
    name: String,
    problem: Option<String>,
    told: Option<&'static str>,
}

/// Where to go after signing in.
#[derive(Deserialize)]
pub(crate) struct Way {
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
struct SignInForm {
    name: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// `GET /sign-in`
pub(crate) async fn get(
    State(bench): State<Shared>,
    Query(way): Query<Way>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let page = SignInPage {
        site_name: bench.settings().site_name.clone(),
        form_token: stranger::form_token(&bench, &headers),
        next: way.next,
        name: String::new(),
        problem: None,
        told: Flash::read(&headers, bench.settings()).map(|flash| flash.what.words()),
    };
    stranger::answer(&bench, StatusCode::OK, &page.form_token, &page)
}

/// `POST /sign-in`
pub(crate) async fn post(
    State(bench): State<Shared>,
    connection: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, WebError> {
    let form_token = stranger::sent_token(&bench, &headers, &body)?;
    let form: SignInForm = parse(&body)?;
    let address = connection.map(|Extension(ConnectInfo(address))| address.ip());
    match admit(&bench, &form, address).await? {
        Ok(user) => {
            let opening = Opening {
                user: &user,
                form_token,
                next: &form.next,
            };
            opening.open(&bench, &headers).await
        }
        Err((status, problem)) => {
            let page = SignInPage {
                site_name: bench.settings().site_name.clone(),
                form_token,
                next: form.next,
                name: form.name,
                problem: Some(problem),
                told: None,
            };
            stranger::answer(&bench, status, &page.form_token, &page)
        }
    }
}

type Refusal = (StatusCode, String);

/// Checks name and password. A name that does not exist takes as long as one that does, and is told the same.
async fn admit(
    bench: &Shared,
    form: &SignInForm,
    address: Option<IpAddr>,
) -> Result<Result<User, Refusal>, WebError> {
    if let Some(wait_ms) = bench.throttle.wait_ms(&form.name, address, bench.now()) {
        let wait = when::length(wait_ms + 59_999);
        let words = format!("Too many wrong passwords. Please wait {wait} and try again.");
        return Ok(Err((StatusCode::TOO_MANY_REQUESTS, words)));
    }
    let found = bench.store().user_by_name(form.name.trim()).await?;
    let subject = found.as_ref().map(|user| user.id.clone());
    let user = found.filter(|user| !user.disabled && user.has_password());
    let kept = user.as_ref().map(|user| user.password_hash.clone());
    let fits = password_turn::fits(bench, form.password.clone(), kept).await?;
    if let Some(user) = user.filter(|_| fits) {
        bench.throttle.succeeded(&form.name, address);
        tracing::info!(user.id = %user.id, "signed in");
        return Ok(Ok(user));
    }
    bench.throttle.failed(&form.name, address, bench.now());
    note_refused(bench, subject.as_ref()).await?;
    Ok(Err((StatusCode::UNPROCESSABLE_ENTITY, WRONG.to_owned())))
}

/// The name that was typed is kept nowhere: people type their password into it.
async fn note_refused(bench: &Shared, subject: Option<&UserId>) -> Result<(), WebError> {
    tracing::info!("a sign-in was refused");
    let noted = NewAudit {
        by: None,
        kind: AuditKind::SignInRefused,
        subject: subject.map_or("", UserId::as_str),
        detail: "",
    };
    Ok(bench.store().note_audit(&bench.moment(), noted).await?)
}

/// A session to open for somebody who has shown who they are.
struct Opening<'a> {
    user: &'a User,
    form_token: String,
    next: &'a str,
}

impl Opening<'_> {
    async fn open(self, bench: &Shared, headers: &HeaderMap) -> Result<Response, WebError> {
        let token = random::token(bench.app.random.as_ref());
        let browser = headers
            .get(header::USER_AGENT)
            .and_then(|value| value.to_str().ok())
            .map_or_else(String::new, browser_words);
        let session = NewSession {
            token_hash: sha256_hex(token.as_bytes()),
            user_id: self.user.id.clone(),
            csrf: self.form_token,
            browser,
            expires_at: bench.now().plus_ms(bench.settings().session_ms),
        };
        bench.store().open_session(&bench.moment(), session).await?;
        let path = urls::local_path(self.next).unwrap_or(match self.user.role {
            Role::MailRoom => urls::MAIL_ROOM,
            _ => urls::QUEUE,
        });
        let mut response = Redirect::to(path).into_response();
        let settings = bench.settings();
        let cookie = Cookie::Session.set_for_ms(&token, settings.session_ms, settings);
        response.headers_mut().append(header::SET_COOKIE, cookie);
        Ok(response)
    }
}
