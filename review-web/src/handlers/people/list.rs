use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use schemas::TimeMs;
use schemas::record::Role;
use store::User;

use super::state;
use crate::app::Shared;
use crate::chrome::{Chrome, Part, page_with};
use crate::error::WebError;
use crate::session::{Duty, SignedIn};
use crate::{urls, when, words};

#[derive(Template)]
#[template(path = "pages/people.html")]
struct PeoplePage {
    chrome: Chrome,
    lead: String,
    rows: Vec<Row>,
    invite: Option<InviteForm>,
}

/// One account.
struct Row {
    name: String,
    url: String,
    signs_in_as: String,
    role: &'static str,
    state: String,
    calls: bool,
    /// When the person last signed in, for people and for machines.
    last: Option<(String, String)>,
}

/// The form for somebody new, with what was typed.
#[derive(Default)]
pub(super) struct InviteForm {
    pub(super) name: String,
    pub(super) display_name: String,
    pub(super) role: Option<Role>,
    pub(super) problem: Option<&'static str>,
}

impl InviteForm {
    /// Every role, and whether it is chosen.
    fn roles(&self) -> Vec<(&'static str, &'static str, bool)> {
        role_choices(self.role.unwrap_or(Role::Moderator))
    }
}

/// What a list of roles offers: as stored, as shown, whether it is chosen.
pub(super) fn role_choices(chosen: Role) -> Vec<(&'static str, &'static str, bool)> {
    Role::ALL
        .iter()
        .map(|role| (role.as_str(), words::role(*role), *role == chosen))
        .collect()
}

/// `GET /people`
pub(crate) async fn get(
    State(bench): State<Shared>,
    who: SignedIn,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    who.must(Duty::SeePeople)?;
    answer(&bench, &who, &headers, InviteForm::default()).await
}

/// The list, with a form that may have come back.
pub(super) async fn answer(
    bench: &Shared,
    who: &SignedIn,
    headers: &HeaderMap,
    form: InviteForm,
) -> Result<Response, WebError> {
    let status = match form.problem {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let users = bench.store().users().await?;
    let links = bench.store().open_links(bench.now()).await?;
    let n_users = users.len() as u64;
    let view = PeoplePage {
        chrome: Chrome::new(bench, who, headers, Part::People),
        lead: format!(
            "{} here. Nobody is ever deleted: what they did stays theirs.",
            words::count(n_users, "person has an account", "people have an account")
        ),
        rows: users
            .iter()
            .map(|user| row(user, links.get(&user.id).copied(), bench.now()))
            .collect(),
        invite: who.may(Duty::ManagePeople).then_some(form),
    };
    page_with(status, bench.settings(), &view.chrome, &view)
}

fn row(user: &User, link_until: Option<TimeMs>, now: TimeMs) -> Row {
    Row {
        name: user.display_name.clone(),
        url: urls::person(&user.id),
        signs_in_as: user.name.clone(),
        role: words::role(user.role),
        state: state(user, link_until),
        calls: !user.disabled && !user.has_password() && link_until.is_none(),
        last: user
            .last_signed_in_at
            .map(|at| (when::ago(at, now), when::machine(at))),
    }
}
