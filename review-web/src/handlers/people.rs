//! Who has an account: the list, inviting somebody, one person's account, and the page where a password is chosen.

mod change;
mod choose_password;
mod invite;
mod list;
mod person;
mod sessions;
mod show_link;

pub(crate) use change::{disable, enable, role};
pub(crate) use choose_password::{get as choose_password, post as set_password};
pub(crate) use invite::post as invite;
pub(crate) use list::get as list;
pub(crate) use person::get as show;
pub(crate) use sessions::{end as end_session, end_all as end_sessions};
pub(crate) use show_link::post as reset;

use schemas::{TimeMs, UserId};
use store::User;

use crate::app::Shared;
use crate::error::WebError;
use crate::when;

/// The person with the id of an address.
async fn load(bench: &Shared, id: &str) -> Result<User, WebError> {
    let id = UserId::parse(id).map_err(|_| WebError::NotFound)?;
    bench.store().user(&id).await?.ok_or(WebError::NotFound)
}

/// How an account stands.
fn state(user: &User, link_until: Option<TimeMs>) -> String {
    match link_until {
        _ if user.disabled => "Shut out".to_owned(),
        _ if user.has_password() => "Can sign in".to_owned(),
        Some(until) => format!(
            "Has a link to choose a password, until {}",
            when::day_and_time(until)
        ),
        None => "Has no password, and no link".to_owned(),
    }
}
