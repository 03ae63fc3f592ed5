use axum::extract::{Path, State};
use axum::response::Response;
use schemas::UserId;
use schemas::record::Role;
use serde::Deserialize;
use store::{AccountChange, ChangeAccount, ChangedAccount};

use super::load;
use crate::app::Shared;
use crate::error::WebError;
use crate::flash::{Flash, Happened};
use crate::handlers::sign_out::Nothing;
use crate::session::{Duty, Posted, SignedIn};
use crate::urls;

/// The role that is chosen.
#[derive(Deserialize)]
pub(crate) struct Chosen {
    #[serde(default)]
    role: String,
}

/// `POST /people/{id}/disable`
pub(crate) async fn disable(
    State(bench): State<Shared>,
    Path(id): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, WebError> {
    change(&bench, &posted.who, &id, AccountChange::Disable).await
}

/// `POST /people/{id}/enable`
pub(crate) async fn enable(
    State(bench): State<Shared>,
    Path(id): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, WebError> {
    change(&bench, &posted.who, &id, AccountChange::Enable).await
}

/// `POST /people/{id}/role`
pub(crate) async fn role(
    State(bench): State<Shared>,
    Path(id): Path<String>,
    posted: Posted<Chosen>,
) -> Result<Response, WebError> {
    posted.who.must(Duty::ManagePeople)?;
    let role = Role::parse(&posted.form.role).ok_or(WebError::BadForm(None))?;
    change(&bench, &posted.who, &id, AccountChange::Role(role)).await
}

async fn change(
    bench: &Shared,
    who: &SignedIn,
    id: &str,
    change: AccountChange,
) -> Result<Response, WebError> {
    who.must(Duty::ManagePeople)?;
    let user = load(bench, id).await?;
    let happened = match &change {
        AccountChange::Disable => Happened::PersonDisabled,
        AccountChange::Enable => Happened::PersonEnabled,
        AccountChange::Role(_) => Happened::RoleChanged,
        AccountChange::Reset(_) => return Err(WebError::Internal("a link must be shown")),
    };
    let what = ChangeAccount {
        user_id: user.id.clone(),
        by: Some(who.user.id.clone()),
        change,
    };
    let changed = bench.store().change_account(&bench.moment(), what).await?;
    tracing::info!(user.id = %who.user.id, person.id = %user.id, "changes an account");
    told(bench, &user.id, changed, Some(happened))
}

/// Leads back to the person, and tells what became of the change.
pub(super) fn told(
    bench: &Shared,
    user_id: &UserId,
    changed: ChangedAccount,
    happened: Option<Happened>,
) -> Result<Response, WebError> {
    let happened = match changed {
        ChangedAccount::Changed => happened,
        ChangedAccount::Unchanged => Some(Happened::Unchanged),
        ChangedAccount::OwnAccount => Some(Happened::OwnAccount),
        ChangedAccount::LastAdministrator => Some(Happened::LastAdministrator),
        ChangedAccount::Missing => None,
    };
    let happened = happened.ok_or(WebError::NotFound)?;
    Ok(Flash::new(happened).then(&urls::person(user_id), bench.settings()))
}
