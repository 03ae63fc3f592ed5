use std::time::Duration;

use store::QueueError;
use tokio_util::sync::CancellationToken;

use crate::parts::Parts;

/// How soon a job leaves the outbox. A quarter of a second is not felt by a person.
const RELAY_EVERY: Duration = Duration::from_millis(250);
/// How often the jobs that gave up and the pages that nobody works on are looked for.
const TEND_EVERY: Duration = Duration::from_secs(15);

/// What pages call the way from the records to the readers.
const PART: &str = "Queue";
/// The longest pause after failures. Whoever has started the broker looks whether it goes on.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

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
    let mut n_failures = 0;
    loop {
        let result = tokio::select! {
            () = stopping.cancelled() => return Ok(()),
            _ = tend.tick() => tend_once(&parts, sweep_after_ms).await.map(|()| true),
            _ = send.tick() => send_or_ask(&parts, n_failures > 0).await,
        };
        n_failures = note(&parts, &result, n_failures).await;
        tokio::select! {
            () = stopping.cancelled() => return Ok(()),
            () = tokio::time::sleep(back_off(n_failures)) => {}
        }
    }
}

/// Sends what waits. Whether the queue has given a sign of life: with nothing to send it is asked for one only when
/// it had failed.
async fn send_or_ask(parts: &Parts, had_failed: bool) -> Result<bool, QueueError> {
    if send_all(parts).await? {
        return Ok(true);
    }
    if had_failed {
        parts.queue.ping().await?;
    }
    Ok(had_failed)
}

/// Notes and logs how it went; how often it has failed in a row.
async fn note(parts: &Parts, result: &Result<bool, QueueError>, n_failures: u32) -> u32 {
    let now = parts.clock.now();
    match result {
        Ok(answered) => {
            if *answered {
                parts.store.clear_trouble(PART, now).await;
            }
            if n_failures > 0 {
                tracing::info!(n_failures, "jobs can be sent again");
            }
            0
        }
        Err(error) => {
            if n_failures == 0 {
                let cause = crate::output::chain(error);
                tracing::warn!(cause, "jobs cannot be sent now; they wait in the database");
            }
            let words = store::relay::trouble_words(error);
            parts.store.note_trouble(PART, words, now).await;
            n_failures.saturating_add(1)
        }
    }
}

fn back_off(n_failures: u32) -> Duration {
    match n_failures {
        0 => Duration::ZERO,
        n => RELAY_EVERY.saturating_mul(1 << n.min(8)).min(LONGEST_PAUSE),
    }
}

/// Sends everything that waits in the outbox; whether there was anything.
pub(crate) async fn send_all(parts: &Parts) -> Result<bool, QueueError> {
    let mut any = false;
    while store::relay::step(&parts.store, &parts.queue, parts.clock.now()).await? > 0 {
        any = true;
    }
    Ok(any)
}

async fn tend_once(parts: &Parts, sweep_after_ms: i64) -> Result<(), QueueError> {
    let marked = store::relay::mark_dead(&parts.store, &parts.queue, &parts.moment()).await?;
    let requeued = parts
        .store
        .requeue_stranded(&parts.moment(), sweep_after_ms)
        .await?;
    parts.store.fold_tallies().await?;
    if marked > 0 || requeued > 0 {
        tracing::warn!(marked, requeued, "pages were set aside or queued again");
    }
    Ok(())
}
