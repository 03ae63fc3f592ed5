use axum::extract::{Path, State};
use axum::response::Response;
use schemas::WebhookDeliveryId;

use crate::app::Shared;
use crate::error::WebError;
use crate::flash::{Flash, Happened};
use crate::handlers::sign_out::Nothing;
use crate::session::{Duty, Posted};
use crate::urls;

/// `POST /deliveries/{id}/again`: what was given up is tried again, from the first attempt.
pub(crate) async fn post(
    State(bench): State<Shared>,
    Path(id): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, WebError> {
    posted.who.must(Duty::SendDeliveries)?;
    let id = WebhookDeliveryId::parse(&id).map_err(|_| WebError::NotFound)?;
    let store = bench.store();
    let is_sent = store.has_webhook() && store.send_webhook_again(&bench.moment(), &id).await?;
    let happened = if is_sent {
        tracing::info!(user.id = %posted.who.user.id, delivery.id = %id, "sends again");
        Happened::SentAgain
    } else {
        Happened::NotSentAgain
    };
    Ok(Flash::new(happened).then(urls::DELIVERIES, bench.settings()))
}
