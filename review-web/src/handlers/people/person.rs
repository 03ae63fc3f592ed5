use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use store::User;

use super::list::role_choices;
use super::{load, state};
use crate::app::Shared;
use crate::chrome::{Chrome, Part, page};
use crate::error::WebError;
use crate::handlers::account::{SessionRow, session_rows};
use crate::session::{Duty, SignedIn};
use crate::urls::{self, PersonStep};
use crate::{when, words};

#[derive(Template)]
#[template(path = "pages/person.html")]
struct PersonPage {
    chrome: Chrome,
    name: String,
    signs_in_as: String,
    role: &'static str,
    state: String,
    since: String,
    last: Option<(String, String)>,
    is_own: bool,
    manage: Option<Manage>,
}

/// What an administrator sees and does.
struct Manage {
    roles: Vec<(&'static str, &'static str, bool)>,
    role_url: String,
    reset_url: String,
    has_password: bool,
    disabled: bool,
    disable_url: String,
    enable_url: String,
    sessions: Vec<SessionRow>,
    end_url: String,
    end_all_url: String,
}

/// `GET /people/{id}`
pub(crate) async fn get(
    State(bench): State<Shared>,
    who: SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    who.must(Duty::SeePeople)?;
    let user = load(&bench, &id).await?;
    let links = bench.store().open_links(bench.now()).await?;
    let is_own = user.id == who.user.id;
    let manage = if who.may(Duty::ManagePeople) && !is_own {
        Some(manage(&bench, &who, &user).await?)
    } else {
        None
    };
    let view = PersonPage {
        chrome: Chrome::new(&bench, &who, &headers, Part::People),
        role: words::role(user.role),
        state: state(&user, links.get(&user.id).copied()),
        since: when::day(user.created_at),
        last: user
            .last_signed_in_at
            .map(|at| (when::day_and_time(at), when::machine(at))),
        name: user.display_name,
        signs_in_as: user.name,
        is_own,
        manage,
    };
    page(bench.settings(), &view.chrome, &view)
}

async fn manage(bench: &Shared, who: &SignedIn, user: &User) -> Result<Manage, WebError> {
    let step = |step| urls::person_step(&user.id, step);
    Ok(Manage {
        roles: role_choices(user.role),
        role_url: step(PersonStep::Role),
        reset_url: step(PersonStep::Reset),
        has_password: user.has_password(),
        disabled: user.disabled,
        disable_url: step(PersonStep::Disable),
        enable_url: step(PersonStep::Enable),
        sessions: session_rows(bench, who, &user.id).await?,
        end_url: step(PersonStep::EndSession),
        end_all_url: step(PersonStep::EndSessions),
    })
}
