use std::net::{IpAddr, SocketAddr};

use askama::Template;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use schemas::record::Role;
use serde::Deserialize;
use store::{NewSession, User};

use crate::app::{Bench, Shared};
use crate::cookies::Cookie;
use crate::digest::sha256_hex;
use crate::error::WebError;
use crate::flash::Flash;
use crate::session::{check_form_token, parse};
use crate::{password, random, urls, when};

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
    let told = Flash::read(&headers, bench.settings()).map(|flash| flash.what.words());
    let form_token = Cookie::Form
        .read(&headers, bench.settings())
        .filter(|token| token.len() == 64)
        .unwrap_or_else(|| random::token(bench.app.random.as_ref()));
    let page = SignInPage {
        site_name: bench.settings().site_name.clone(),
        form_token,
        next: way.next,
        name: String::new(),
        problem: None,
        told,
    };
    answer(&bench, StatusCode::OK, &page)
}

/// `POST /sign-in`
pub(crate) async fn post(
    State(bench): State<Shared>,
    connection: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, WebError> {
    let form_token = Cookie::Form
        .read(&headers, bench.settings())
        .unwrap_or_default();
    check_form_token(&headers, &body, &form_token)?;
    let form: SignInForm = parse(&body)?;
    let address = connection.map(|Extension(ConnectInfo(address))| address.ip());
    match admit(&bench, &form, address).await? {
        Ok(user) => open(&bench, &user, form_token, &form.next).await,
        Err((status, problem)) => {
            let page = SignInPage {
                site_name: bench.settings().site_name.clone(),
                form_token,
                next: form.next,
                name: form.name,
                problem: Some(problem),
                told: None,
            };
            answer(&bench, status, &page)
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
    let user = bench
        .store()
        .user_by_name(form.name.trim())
        .await?
        .filter(|user| !user.disabled);
    let kept = user.as_ref().map(|user| user.password_hash.clone());
    let fits = password_fits(bench, form.password.clone(), kept).await?;
    if let Some(user) = user.filter(|_| fits) {
        bench.throttle.succeeded(&form.name, address);
        tracing::info!(user.id = %user.id, "signed in");
        return Ok(Ok(user));
    }
    bench.throttle.failed(&form.name, address, bench.now());
    tracing::info!("a sign-in was refused");
    Ok(Err((StatusCode::UNPROCESSABLE_ENTITY, WRONG.to_owned())))
}

async fn password_fits(
    bench: &Shared,
    typed: String,
    kept: Option<String>,
) -> Result<bool, WebError> {
    let _turn = bench
        .password_checks
        .acquire()
        .await
        .map_err(|_| WebError::Internal("the password checks are closed"))?;
    let bench = bench.clone();
    let check = move || {
        let hash = kept.as_deref().unwrap_or_else(|| decoy(&bench));
        password::verify(&typed, hash) && kept.is_some()
    };
    Ok(tokio::task::spawn_blocking(check).await?)
}

fn decoy(bench: &Bench) -> &str {
    bench.decoy_hash.get_or_init(|| {
        password::hash("nobody has this password", bench.app.random.as_ref()).unwrap_or_default()
    })
}

async fn open(
    bench: &Shared,
    user: &User,
    form_token: String,
    next: &str,
) -> Result<Response, WebError> {
    let token = random::token(bench.app.random.as_ref());
    let session = NewSession {
        token_hash: sha256_hex(token.as_bytes()),
        user_id: user.id.clone(),
        csrf: form_token,
        expires_at: bench.now().plus_ms(bench.settings().session_ms),
    };
    bench.store().open_session(&bench.moment(), session).await?;
    let path = urls::local_path(next).unwrap_or(match user.role {
        Role::MailRoom => urls::MAIL_ROOM,
        _ => urls::QUEUE,
    });
    let mut response = Redirect::to(path).into_response();
    let cookie = Cookie::Session.set_for_ms(&token, bench.settings().session_ms, bench.settings());
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

fn answer(bench: &Shared, status: StatusCode, page: &SignInPage) -> Result<Response, WebError> {
    let mut response = (status, Html(page.render()?)).into_response();
    let settings = bench.settings();
    let cookies = [
        Cookie::Form.set(&page.form_token, settings),
        Cookie::Flash.clear(settings),
    ];
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
