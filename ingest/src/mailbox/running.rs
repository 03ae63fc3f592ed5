use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{Event, Mailbox, MailboxError, trouble};
use crate::rounds::Rounds;

/// The longest pause after looks that failed.
///
/// 5 minutes: servers shut out whoever tries a wrong password too often.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// Reads the mailbox until `stop`. Failures are logged, noted as a trouble and tried again; they never end it.
pub async fn run(mut mailbox: Mailbox, stop: CancellationToken) {
    let poll = Duration::from_millis(mailbox.settings.poll_ms);
    let part = format!("Mailbox {}", mailbox.settings.name());
    let mut rounds = Rounds::new(&mailbox.intake, "mailbox", part, LONGEST_PAUSE);
    while !stop.is_cancelled() {
        // Boxed: it holds connections and mails, and waits most of the time.
        match Box::pin(mailbox.step(&stop)).await {
            Ok(events) => {
                events.iter().for_each(log);
                rounds.went_well(mailbox.hindrance()).await;
            }
            Err(MailboxError::Stopping) => return,
            Err(error) => {
                let blobs = mailbox.intake.blobs.root();
                let words = trouble::of_look(&error, &mailbox.settings, blobs);
                rounds.failed(&error, words).await;
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(rounds.pause(poll)) => {}
        }
    }
}

fn log(event: &Event) {
    match event {
        Event::Taken(taken) if taken.n_to_look_at == 0 => tracing::info!(
            n_files = taken.n_files,
            n_left_out = taken.n_left_out,
            "mail taken in"
        ),
        Event::Taken(taken) => tracing::warn!(
            n_files = taken.n_files,
            n_to_look_at = taken.n_to_look_at,
            "mail taken in; a person must look at some of it"
        ),
        Event::NotMoved(_) => tracing::warn!("a mail that is in cannot be moved; trying again"),
    }
}
