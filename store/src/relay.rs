//! Moves jobs from the outbox, where they were written beside their rows, into the queue.

use schemas::TimeMs;

use crate::{Moment, Queue, QueueError, Store};

/// Sends the jobs of the outbox, oldest first, at most a hundred. A job is marked as sent only after the queue
/// has confirmed it; a crash in between sends it twice, which is harmless. Returns how many were sent.
///
/// # Errors
/// When the database or the queue fails; what was not sent is sent by a later step.
pub async fn step(store: &Store, queue: &Queue, now: TimeMs) -> Result<u32, QueueError> {
    todo!()
}

/// Quarantines the pages whose job gave up, so that a person looks at the sheet. Returns how many.
///
/// # Errors
/// When the database or the queue fails.
pub async fn mark_dead(store: &Store, queue: &Queue, ctx: &Moment<'_>) -> Result<u32, QueueError> {
    todo!()
}
