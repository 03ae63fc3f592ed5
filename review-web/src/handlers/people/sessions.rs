use axum::extract::{Path, State};
use axum::response::Response;

use super::load;
use crate::app::Shared;
use crate::error::WebError;
use crate::flash::{Flash, Happened};
use crate::handlers::account::Named;
use crate::handlers::sign_out::Nothing;
use crate::session::{Duty, Posted};
use crate::urls;

/// `POST /people/{id}/sessions/end`
pub(crate) async fn end(
    State(bench): State<Shared>,
    Path(id): Path<String>,
    Posted { who, form }: Posted<Named>,
) -> Result<Response, WebError> {
    who.must(Duty::ManagePeople)?;
    let user = load(&bench, &id).await?;
    bench
        .store()
        .end_session(&bench.moment(), &who.user.id, &user.id, &form.session)
        .await?;
    let told = Flash::new(Happened::SessionEnded);
    Ok(told.then(&urls::person(&user.id), bench.settings()))
}

/// `POST /people/{id}/sessions/end-all`
pub(crate) async fn end_all(
    State(bench): State<Shared>,
    Path(id): Path<String>,
    Posted { who, .. }: Posted<Nothing>,
) -> Result<Response, WebError> {
    who.must(Duty::ManagePeople)?;
    let user = load(&bench, &id).await?;
    bench
        .store()
        .end_sessions_of(&bench.moment(), &who.user.id, &user.id, None)
        .await?;
    let told = Flash::new(Happened::SessionsEnded);
    Ok(told.then(&urls::person(&user.id), bench.settings()))
}
