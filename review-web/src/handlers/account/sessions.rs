use axum::extract::State;
use axum::response::Response;
use schemas::UserId;
use serde::Deserialize;

use crate::app::Shared;
use crate::error::WebError;
use crate::flash::{Flash, Happened};
use crate::handlers::sign_out::Nothing;
use crate::session::{Duty, Posted, SignedIn};
use crate::{urls, when};

/// A session as a person tells it from others.
pub(crate) struct SessionRow {
    /// The hash of its token, for the button that ends it. In a form, as addresses are logged.
    pub(crate) name: String,
    pub(crate) browser: String,
    pub(crate) since: String,
    pub(crate) since_machine: String,
    pub(crate) seen: String,
    pub(crate) seen_machine: String,
    pub(crate) is_this: bool,
}

/// Which session to end.
#[derive(Deserialize)]
pub(crate) struct Named {
    #[serde(default)]
    pub(crate) session: String,
}

/// The open sessions of somebody, ready to print.
pub(crate) async fn session_rows(
    bench: &Shared,
    who: &SignedIn,
    user_id: &UserId,
) -> Result<Vec<SessionRow>, WebError> {
    let now = bench.now();
    let sessions = bench.store().sessions_of(user_id, now).await?;
    let row = |session: store::OpenSession| SessionRow {
        is_this: session.token_hash == who.token_hash,
        name: session.token_hash,
        browser: match session.browser.as_str() {
            "" => "A browser".to_owned(),
            words => words.to_owned(),
        },
        since: when::day_and_time(session.created_at),
        since_machine: when::machine(session.created_at),
        seen: when::ago(session.last_seen_at, now),
        seen_machine: when::machine(session.last_seen_at),
    };
    Ok(sessions.into_iter().map(row).collect())
}

/// `POST /account/sessions/end`
pub(crate) async fn end(
    State(bench): State<Shared>,
    Posted { who, form }: Posted<Named>,
) -> Result<Response, WebError> {
    who.must(Duty::KeepAccount)?;
    let own = &who.user.id;
    bench
        .store()
        .end_session(&bench.moment(), own, own, &form.session)
        .await?;
    Ok(Flash::new(Happened::SessionEnded).then(urls::ACCOUNT, bench.settings()))
}

/// `POST /account/sessions/end-others`
pub(crate) async fn end_others(
    State(bench): State<Shared>,
    Posted { who, .. }: Posted<Nothing>,
) -> Result<Response, WebError> {
    who.must(Duty::KeepAccount)?;
    let own = &who.user.id;
    bench
        .store()
        .end_sessions_of(&bench.moment(), own, own, Some(&who.token_hash))
        .await?;
    Ok(Flash::new(Happened::SessionsEnded).then(urls::ACCOUNT, bench.settings()))
}
