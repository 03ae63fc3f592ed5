use std::time::Duration;

use store::QueueError;
use tokio_util::sync::CancellationToken;

use crate::parts::Parts;

/// How soon a job leaves the outbox. A quarter of a second is not felt by a person.
const RELAY_EVERY: Duration = Duration::from_millis(250);
/// How often the jobs that gave up and the pages that nobody works on are looked for.
const TEND_EVERY: Duration = Duration::from_secs(15);

/// Moves jobs from the outbox into the queue, and tends what fell by the wayside. Every process runs one;
/// several at once do no harm.
pub(crate) async fn relay(
    parts: Parts,
    sweep_after_ms: i64,
    stopping: CancellationToken,
) -> anyhow::Result<()> {
    let mut tend = tokio::time::interval(TEND_EVERY);
    let mut send = tokio::time::interval(RELAY_EVERY);
    send.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut quiet = true;
    loop {
        let result = tokio::select! {
            () = stopping.cancelled() => return Ok(()),
            _ = tend.tick() => tend_once(&parts, sweep_after_ms).await,
            _ = send.tick() => send_all(&parts).await,
        };
        quiet = report(result, quiet);
    }
}

/// Sends everything that waits in the outbox.
pub(crate) async fn send_all(parts: &Parts) -> Result<(), QueueError> {
    while store::relay::step(&parts.store, &parts.queue, parts.clock.now()).await? > 0 {}
    Ok(())
}

async fn tend_once(parts: &Parts, sweep_after_ms: i64) -> Result<(), QueueError> {
    let marked = store::relay::mark_dead(&parts.store, &parts.queue).await?;
    let requeued = parts
        .store
        .requeue_stranded(&parts.moment(), sweep_after_ms)
        .await?;
    if marked > 0 || requeued > 0 {
        tracing::warn!(marked, requeued, "pages were set aside or queued again");
    }
    Ok(())
}

/// Logs the first failure of a row and the recovery, not every quarter of a second.
fn report(result: Result<(), QueueError>, was_quiet: bool) -> bool {
    match (result, was_quiet) {
        (Ok(()), true) => true,
        (Ok(()), false) => {
            tracing::info!("jobs can be sent again");
            true
        }
        (Err(error), true) => {
            let cause = crate::output::chain(&error);
            tracing::warn!(cause, "jobs cannot be sent now; they wait in the database");
            false
        }
        (Err(_), false) => false,
    }
}
