use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use schemas::{TimeMs, UserId};
use store::{AccountChange, ChangeAccount, ChangedAccount, NewLink};

use super::change::told;
use super::load;
use crate::app::Shared;
use crate::chrome::{Chrome, Part, page_with};
use crate::digest::sha256_hex;
use crate::error::WebError;
use crate::handlers::sign_out::Nothing;
use crate::session::{Duty, Posted, SignedIn};
use crate::{random, urls, when};

/// How long a link can be used: over a weekend.
const VALID_MS: i64 = 72 * 3_600_000;

#[derive(Template)]
#[template(path = "pages/person_link.html")]
struct LinkPage {
    chrome: Chrome,
    name: String,
    signs_in_as: String,
    person_url: String,
    link: String,
    until: String,
    until_machine: String,
}

/// A link to choose a password, which is seen once.
pub(super) struct FreshLink {
    token: String,
    expires_at: TimeMs,
}

impl FreshLink {
    pub(super) fn new(bench: &Shared) -> Self {
        Self {
            token: random::token(bench.app.random.as_ref()),
            expires_at: bench.now().plus_ms(VALID_MS),
        }
    }

    /// What is kept of it.
    pub(super) fn stored(&self) -> NewLink {
        NewLink {
            token_hash: sha256_hex(self.token.as_bytes()),
            expires_at: self.expires_at,
        }
    }
}

/// `POST /people/{id}/reset`: the old password is forgotten, and the person gets a link to choose another.
pub(crate) async fn post(
    State(bench): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
    posted: Posted<Nothing>,
) -> Result<Response, WebError> {
    let who = &posted.who;
    who.must(Duty::ManagePeople)?;
    let user = load(&bench, &id).await?;
    let link = FreshLink::new(&bench);
    let what = ChangeAccount {
        user_id: user.id.clone(),
        by: Some(who.user.id.clone()),
        change: AccountChange::Reset(link.stored()),
    };
    match bench.store().change_account(&bench.moment(), what).await? {
        ChangedAccount::Changed => {
            tracing::info!(user.id = %who.user.id, person.id = %user.id, "resets a password");
            show(&bench, who, &headers, &user.id, link).await
        }
        refused => told(&bench, &user.id, refused, None),
    }
}

/// The page with the link, the only time that it is seen.
pub(super) async fn show(
    bench: &Shared,
    who: &SignedIn,
    headers: &HeaderMap,
    user_id: &UserId,
    link: FreshLink,
) -> Result<Response, WebError> {
    let user = load(bench, user_id.as_str()).await?;
    let path = urls::choose_password(&link.token);
    let view = LinkPage {
        chrome: Chrome::new(bench, who, headers, Part::People),
        name: user.display_name,
        signs_in_as: user.name,
        person_url: urls::person(user_id),
        link: format!("{}{path}", origin(bench, headers)),
        until: when::day_and_time(link.expires_at),
        until_machine: when::machine(link.expires_at),
    };
    page_with(StatusCode::OK, bench.settings(), &view.chrome, &view)
}

/// Where this browser reaches the bench, as it said when it sent the form. The public pages may be reached elsewhere.
fn origin(bench: &Shared, headers: &HeaderMap) -> String {
    headers
        .get(header::ORIGIN)
        .and_then(|value| value.to_str().ok())
        .filter(|origin| origin.starts_with("http"))
        .unwrap_or(&bench.settings().public_url)
        .to_owned()
}
