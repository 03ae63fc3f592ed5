use schemas::record::WebhookEvent;
use serde::Serialize;
use store::{Publication, WebhookDelivery};

use crate::opinion::Opinion;
use crate::outlet::Notice;
use crate::when;

/// What a webhook is sent.
#[derive(Serialize)]
struct Body<'a> {
    event: &'static str,
    /// The same each time that this is sent.
    key: &'a str,
    /// The public number of the story; a test has none.
    number: Option<i64>,
    occurred_at: String,
    /// What was taken down is not sent along.
    opinion: Option<Opinion>,
}

/// Writes down what is told. The same delivery is always told in the same words.
pub(super) fn notice(
    delivery: &WebhookDelivery,
    publication: Option<&Publication>,
    base: &str,
) -> serde_json::Result<Notice> {
    let shown = publication.filter(|_| delivery.event != WebhookEvent::Withdrawn);
    let body = Body {
        event: delivery.event.as_str(),
        key: delivery.id.as_str(),
        number: delivery.number,
        occurred_at: when::machine(delivery.created_at),
        opinion: shown.map(|publication| Opinion::of(publication, base)),
    };
    Ok(Notice {
        event: delivery.event,
        key: delivery.id.to_string(),
        body: serde_json::to_string(&body)?,
    })
}
