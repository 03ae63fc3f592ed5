use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use store::{Claim, Lease};

use super::{load, rules::is_open};
use crate::app::Shared;
use crate::error::WebError;
use crate::flash::{Flash, Happened};
use crate::handlers::sign_out::Nothing;
use crate::session::{Duty, Posted};
use crate::{urls, when};

/// What the heartbeat is told.
#[derive(Serialize)]
pub(super) struct Held {
    mine: bool,
    name: String,
    until: String,
}

/// `POST /stories/{id}/lease`: keeps the story for longer. The script asks for JSON; the button is led back.
pub(crate) async fn post(
    State(bench): State<Shared>,
    headers: HeaderMap,
    Path(id): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, WebError> {
    posted.who.must(Duty::WorkStories)?;
    let story = load(&bench, &id).await?;
    if !is_open(story.state) {
        return Ok(StatusCode::CONFLICT.into_response());
    }
    let lease_ms = bench.settings().lease_ms;
    let claim = bench
        .store()
        .claim_story(&bench.moment(), &story.id, &posted.who.user.id, lease_ms)
        .await?;
    if !asks_for_json(&headers) {
        let flash = Flash::about(Happened::Kept, story.id.clone());
        return Ok(flash.then(&urls::story(&story.id), bench.settings()));
    }
    match claim {
        Claim::Granted(lease) => Ok((StatusCode::OK, Json(held(true, lease))).into_response()),
        Claim::HeldBy(lease) => {
            Ok((StatusCode::CONFLICT, Json(held(false, lease))).into_response())
        }
        Claim::NotThere => Err(WebError::NotFound),
    }
}

pub(super) fn held(mine: bool, lease: Lease) -> Held {
    Held {
        mine,
        name: lease.user_name,
        until: when::time(lease.until),
    }
}

fn asks_for_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .is_some_and(|accept| accept.as_bytes().starts_with(b"application/json"))
}
