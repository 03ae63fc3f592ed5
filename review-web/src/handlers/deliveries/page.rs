use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use schemas::TimeMs;
use schemas::record::{WebhookEvent, WebhookState};
use store::WebhookDelivery;

use crate::app::Shared;
use crate::chrome::{Chrome, Part, page};
use crate::error::WebError;
use crate::session::{Duty, SignedIn};
use crate::{urls, when, words};

/// The newest, as many as anybody looks through.
const ROWS: u32 = 100;

#[derive(Template)]
#[template(path = "pages/deliveries.html")]
struct DeliveriesPage {
    chrome: Chrome,
    lead: String,
    has_webhook: bool,
    may_send: bool,
    rows: Vec<Row>,
}

/// Something that was told, or will be.
struct Row {
    happened: String,
    happened_machine: String,
    event: &'static str,
    /// The number of the story and its page.
    story: Option<(i64, String)>,
    state: &'static str,
    calls: bool,
    n_attempts: u32,
    last: Option<Last>,
    /// Where a button sends it again.
    again_url: Option<String>,
}

/// What came back last.
struct Last {
    answer: String,
    at: String,
    at_machine: String,
}

/// `GET /deliveries`
pub(crate) async fn get(
    State(bench): State<Shared>,
    who: SignedIn,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    who.must(Duty::SeeDeliveries)?;
    let store = bench.store();
    let deliveries = store.webhook_deliveries(ROWS).await?;
    let given_up = store
        .count_webhook_deliveries(WebhookState::GivenUp)
        .await?;
    let may_send = who.may(Duty::SendDeliveries);
    let may_send_again = may_send && store.has_webhook();
    let now = bench.now();
    let view = DeliveriesPage {
        chrome: Chrome::new(&bench, &who, &headers, Part::Deliveries),
        lead: lead(store.has_webhook(), given_up),
        has_webhook: store.has_webhook(),
        may_send,
        rows: deliveries
            .iter()
            .map(|delivery| row(delivery, may_send_again, now))
            .collect(),
    };
    page(bench.settings(), &view.chrome, &view)
}

fn lead(has_webhook: bool, given_up: u64) -> String {
    match given_up {
        _ if !has_webhook => "No webhook is set up, so nobody outside is told.".to_owned(),
        0 => "Whoever shows our stories elsewhere is told when one is published or taken down."
            .to_owned(),
        n => format!(
            "{} given up.",
            words::count(n, "delivery was", "deliveries were")
        ),
    }
}

fn row(delivery: &WebhookDelivery, may_send_again: bool, now: TimeMs) -> Row {
    let is_given_up = delivery.state == WebhookState::GivenUp;
    Row {
        happened: when::day_and_time(delivery.created_at),
        happened_machine: when::machine(delivery.created_at),
        event: event(delivery.event),
        story: delivery
            .number
            .map(|number| (number, urls::opinion(number))),
        state: state(delivery.state),
        calls: is_given_up,
        n_attempts: delivery.n_attempts,
        last: last(delivery, now),
        again_url: (is_given_up && may_send_again).then(|| urls::delivery_again(&delivery.id)),
    }
}

fn last(delivery: &WebhookDelivery, now: TimeMs) -> Option<Last> {
    let at = delivery.last_attempt_at?;
    Some(Last {
        answer: delivery.last_answer.clone()?,
        at: when::ago(at, now),
        at_machine: when::machine(at),
    })
}

const fn event(event: WebhookEvent) -> &'static str {
    match event {
        WebhookEvent::Published => "Published",
        WebhookEvent::Corrected => "Corrected",
        WebhookEvent::Withdrawn => "Taken down",
        WebhookEvent::Test => "Test",
    }
}

const fn state(state: WebhookState) -> &'static str {
    match state {
        WebhookState::Waiting => "Waiting",
        WebhookState::Delivered => "Delivered",
        WebhookState::GivenUp => "Given up",
        WebhookState::Overtaken => "Not sent: the story was taken down first",
    }
}
