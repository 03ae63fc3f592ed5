use axum::extract::State;
use axum::response::Response;

use crate::app::Shared;
use crate::error::WebError;
use crate::flash::{Flash, Happened};
use crate::handlers::sign_out::Nothing;
use crate::session::{Duty, Posted};
use crate::urls;

/// `POST /deliveries/test`: tells the webhook nothing but that it can be told.
pub(crate) async fn post(
    State(bench): State<Shared>,
    posted: Posted<Nothing>,
) -> Result<Response, WebError> {
    posted.who.must(Duty::SendDeliveries)?;
    if !bench.store().has_webhook() {
        return Err(WebError::NotFound);
    }
    bench.store().test_webhook(&bench.moment()).await?;
    Ok(Flash::new(Happened::TestSent).then(urls::DELIVERIES, bench.settings()))
}
