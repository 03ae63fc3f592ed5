use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use store::SetPassword;

use super::page::answer;
use crate::app::Shared;
use crate::error::WebError;
use crate::flash::{Flash, Happened};
use crate::password_turn::{self, TypedTwice};
use crate::session::{Duty, Posted, SignedIn};
use crate::{urls, when};

/// What is typed.
#[derive(Deserialize)]
pub(crate) struct Typed {
    #[serde(default)]
    old: String,
    #[serde(flatten)]
    new: TypedTwice,
}

/// `POST /account/password`
pub(crate) async fn post(
    State(bench): State<Shared>,
    headers: HeaderMap,
    Posted { who, form }: Posted<Typed>,
) -> Result<Response, WebError> {
    who.must(Duty::KeepAccount)?;
    if let Some(refused) = refusal(&bench, &who, form.old).await? {
        return answer(&bench, &who, &headers, Some(refused)).await;
    }
    let password_hash = match password_turn::choose(&bench, form.new).await? {
        Ok(hash) => hash,
        Err(problem) => {
            let refused = (StatusCode::UNPROCESSABLE_ENTITY, problem);
            return answer(&bench, &who, &headers, Some(refused)).await;
        }
    };
    let set = SetPassword {
        user_id: who.user.id.clone(),
        by: Some(who.user.id.clone()),
        password_hash,
        keep_session: Some(who.token_hash),
    };
    bench.store().set_password(&bench.moment(), set).await?;
    tracing::info!(user.id = %who.user.id, "changes the own password");
    Ok(Flash::new(Happened::PasswordChanged).then(urls::ACCOUNT, bench.settings()))
}

/// Whoever finds a browser open must not find out the password by trying, nor change it.
async fn refusal(
    bench: &Shared,
    who: &SignedIn,
    old: String,
) -> Result<Option<(StatusCode, String)>, WebError> {
    let name = &who.user.name;
    if let Some(wait_ms) = bench.throttle.wait_ms(name, None, bench.now()) {
        let wait = when::length(wait_ms + 59_999);
        let words = format!("Too many wrong passwords. Please wait {wait} and try again.");
        return Ok(Some((StatusCode::TOO_MANY_REQUESTS, words)));
    }
    let kept = Some(who.user.password_hash.clone());
    if password_turn::fits(bench, old, kept).await? {
        bench.throttle.succeeded(name, None);
        return Ok(None);
    }
    bench.throttle.failed(name, None, bench.now());
    let words = "That is not your current password. Nothing was changed.".to_owned();
    Ok(Some((StatusCode::UNPROCESSABLE_ENTITY, words)))
}
