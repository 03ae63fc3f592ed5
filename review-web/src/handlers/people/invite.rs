use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use schemas::record::Role;
use serde::Deserialize;
use store::{AddedUser, Invite};

use super::list::{self, InviteForm};
use super::show_link::{FreshLink, show};
use crate::app::Shared;
use crate::error::WebError;
use crate::session::{Duty, Posted};

/// The longest name, of either kind.
const MAX_CHARS: usize = 80;

/// What is typed.
#[derive(Deserialize)]
pub(crate) struct Typed {
    #[serde(default)]
    name: String,
    #[serde(default)]
    display_name: String,
    #[serde(default)]
    role: String,
}

/// `POST /people`: somebody new, and the link to hand over.
pub(crate) async fn post(
    State(bench): State<Shared>,
    headers: HeaderMap,
    Posted { who, form: typed }: Posted<Typed>,
) -> Result<Response, WebError> {
    who.must(Duty::ManagePeople)?;
    let mut form = InviteForm {
        role: Role::parse(&typed.role),
        name: typed.name,
        display_name: typed.display_name,
        problem: None,
    };
    form.problem = problem(&form);
    if let (Some(role), None) = (form.role, form.problem) {
        let link = FreshLink::new(&bench);
        let invite = Invite {
            name: form.name.clone(),
            display_name: form.display_name.trim().to_owned(),
            role,
            by: who.user.id.clone(),
            link: link.stored(),
        };
        let added = bench.store().invite_user(&bench.moment(), invite).await?;
        if let AddedUser::Added(id) = added {
            tracing::info!(user.id = %who.user.id, person.id = %id, "invites a person");
            return show(&bench, &who, &headers, &id, link).await;
        }
        form.problem = Some("Somebody signs in with this name already. Please choose another one.");
    }
    list::answer(&bench, &who, &headers, form).await
}

fn problem(form: &InviteForm) -> Option<&'static str> {
    let name = form.name.trim();
    let shown = form.display_name.trim();
    let is_long = |text: &str| text.chars().count() > MAX_CHARS;
    match () {
        () if name.is_empty() || shown.is_empty() => Some("Please type both names."),
        () if name.chars().any(|c| c.is_whitespace() || c.is_control()) => {
            Some("The name to sign in with has no spaces in it.")
        }
        () if shown.chars().any(char::is_control) => Some("The shown name is one line of text."),
        () if is_long(name) || is_long(shown) => Some("A name has 80 characters at most."),
        () if form.role.is_none() => Some("Please choose a role."),
        () => None,
    }
}
