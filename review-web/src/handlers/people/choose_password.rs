use askama::Template;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use store::User;

use crate::app::Shared;
use crate::digest::sha256_hex;
use crate::error::WebError;
use crate::flash::{Flash, Happened};
use crate::password::MIN_LENGTH;
use crate::password_turn::{self, TypedTwice};
use crate::session::parse;
use crate::{stranger, urls};

#[derive(Template)]
#[template(path = "pages/choose_password.html")]
struct ChoosePage {
    site_name: String,
    form_token: String,
    link: String,
    /// Whose password it will be; nobody's when the link is not good any more.
    person: Option<Person>,
    min_length: usize,
    problem: Option<String>,
}

struct Person {
    name: String,
    signs_in_as: String,
}

impl From<User> for Person {
    fn from(user: User) -> Self {
        Self {
            name: user.display_name,
            signs_in_as: user.name,
        }
    }
}

/// The token of the link.
#[derive(Deserialize)]
pub(crate) struct Link {
    #[serde(default)]
    link: String,
}

/// `GET /choose-password?link=…`: for whoever has the link. Nobody is signed in here.
pub(crate) async fn get(
    State(bench): State<Shared>,
    Query(Link { link }): Query<Link>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let form_token = stranger::form_token(&bench, &headers);
    answer(&bench, form_token, link, None).await
}

/// `POST /choose-password`
pub(crate) async fn post(
    State(bench): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, WebError> {
    let form_token = stranger::sent_token(&bench, &headers, &body)?;
    let Link { link } = parse(&body)?;
    let typed: TypedTwice = parse(&body)?;
    let token_hash = sha256_hex(link.as_bytes());
    if bench
        .store()
        .link_owner(&token_hash, bench.now())
        .await?
        .is_none()
    {
        return answer(&bench, form_token, link, None).await;
    }
    let password_hash = match password_turn::choose(&bench, typed).await? {
        Ok(hash) => hash,
        Err(problem) => return answer(&bench, form_token, link, Some(problem)).await,
    };
    let moment = bench.moment();
    let store = bench.store();
    if store.use_link(&moment, &token_hash, &password_hash).await? {
        let told = Flash::new(Happened::PasswordChosen);
        return Ok(told.then(urls::SIGN_IN, bench.settings()));
    }
    answer(&bench, form_token, link, None).await
}

async fn answer(
    bench: &Shared,
    form_token: String,
    link: String,
    problem: Option<String>,
) -> Result<Response, WebError> {
    let token_hash = sha256_hex(link.as_bytes());
    let owner = bench.store().link_owner(&token_hash, bench.now()).await?;
    let status = match (&owner, &problem) {
        (None, _) => StatusCode::NOT_FOUND,
        (Some(_), Some(_)) => StatusCode::UNPROCESSABLE_ENTITY,
        (Some(_), None) => StatusCode::OK,
    };
    let page = ChoosePage {
        site_name: bench.settings().site_name.clone(),
        form_token,
        link,
        person: owner.map(Person::from),
        min_length: MIN_LENGTH,
        problem,
    };
    stranger::answer(bench, status, &page.form_token, &page)
}
