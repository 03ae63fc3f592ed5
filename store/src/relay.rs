//! Moves jobs from the outbox, where they were written beside their rows, into the queue.

use schemas::TimeMs;
use schemas::reading::{Warning, WarningCode};

use crate::{Moment, Outage, Queue, QueueError, Store, StoreError, TroubleWords};

/// Sends the jobs of the outbox, oldest first, at most a hundred. A job is marked as sent only after the queue
/// has confirmed it; a crash in between sends it twice, which is harmless. Returns how many were sent.
///
/// # Errors
/// When the database or the queue fails; what was not sent is sent by a later step.
#[tracing::instrument(skip_all, name = "relay.step")]
pub async fn step(store: &Store, queue: &Queue, now: TimeMs) -> Result<u32, QueueError> {
    let token = queue.token();
    let jobs = store.claim_outbox(&token, now).await?;
    if jobs.is_empty() {
        return Ok(0);
    }
    let (sent, failure) = queue.publish(&jobs).await;
    store.mark_sent(&token, &sent, now).await?;
    match failure {
        Some(error) => Err(error),
        None => Ok(u32::try_from(sent.len()).unwrap_or(u32::MAX)),
    }
}

/// Quarantines the pages whose job gave up, so that a person looks at the sheet. Returns how many.
///
/// # Errors
/// When the database or the queue fails.
#[tracing::instrument(skip_all, name = "relay.mark_dead")]
pub async fn mark_dead(store: &Store, queue: &Queue, ctx: &Moment<'_>) -> Result<u32, QueueError> {
    queue.collect_dead().await?;
    let warning = gave_up();
    let mut n_pages = 0;
    for page_id in store.pages_of_dead_jobs().await? {
        n_pages += u32::from(store.quarantine_page(ctx, &page_id, &warning).await?);
    }
    Ok(n_pages)
}

fn gave_up() -> Warning {
    Warning {
        code: WarningCode::TextNotRead,
        cause: "The program tried several times to read this sheet and failed each time.".to_owned(),
        next_action: "Look at the sheet. Once the list of failed jobs shows that the cause is gone, run its job again."
            .to_owned(),
    }
}

/// What people are told while jobs cannot be sent.
pub fn trouble_words(error: &QueueError) -> TroubleWords {
    let (cause, next_action) = match error {
        QueueError::Store(error) => store_words(error),
        QueueError::Broker(_) | QueueError::BrokerSilent | QueueError::NotConfirmed { .. } => (
            "The message broker (RabbitMQ) does not answer.",
            "Nothing is lost: sheets are taken in, and wait in the database to be read. Start the broker; reading goes \
             on by itself.",
        ),
        _ => (
            "Sheets cannot be handed on to be read.",
            "Nothing is lost: they wait in the database, and it is tried again. The log of the program says more.",
        ),
    };
    TroubleWords {
        cause: cause.to_owned(),
        next_action: next_action.to_owned(),
    }
}

fn store_words(error: &StoreError) -> (&'static str, &'static str) {
    match error.outage() {
        Some(Outage::Away) => (
            "The database does not answer.",
            "Nothing is lost. Start the database; everything goes on by itself.",
        ),
        Some(Outage::DiskFull) => (
            "The disk of the database is full.",
            "Nothing is lost: sheets that came in are kept. Make room on it; everything goes on by itself.",
        ),
        None => (
            "The database does not do what it is asked.",
            "Nothing is lost, and it is tried again. The log of the program says more.",
        ),
    }
}
