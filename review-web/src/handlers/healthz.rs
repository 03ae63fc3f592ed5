use axum::extract::State;

use crate::app::Shared;
use crate::error::WebError;

/// `GET /healthz`: whether the records can be reached.
pub(crate) async fn get(State(bench): State<Shared>) -> Result<&'static str, WebError> {
    bench.store().ping().await?;
    Ok("ok\n")
}
