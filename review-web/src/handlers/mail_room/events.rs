//! Tells the mail-room page that something has changed; the page then asks for itself again.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::Stream;
use futures_util::stream::unfold;
use store::StoreError;

use crate::app::Shared;
use crate::error::WebError;
use crate::session::{Duty, SignedIn};

/// A scanner delivers a sheet a second; people need not see each by itself.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// After this long the browser comes back by itself, so that nobody who has signed out goes on listening.
const LOOKS: u32 = 300;
/// How long the browser then waits.
const COME_BACK: Duration = Duration::from_secs(3);

/// What one listener was told last.
struct Listener {
    bench: Shared,
    told: Option<String>,
    looks_left: u32,
}

/// `GET /mail-room/events`: one event at once, for what has changed since the page was made, and one for each change.
/// Browsers overlook events without data.
pub(crate) async fn get(
    State(bench): State<Shared>,
    who: SignedIn,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, WebError> {
    who.must(Duty::SeeSheets)?;
    let listener = Listener {
        bench,
        told: None,
        looks_left: LOOKS,
    };
    let changes = unfold(listener, |mut listener| async {
        let event = listener.next_change().await?;
        Some((Ok(event), listener))
    });
    Ok(Sse::new(changes).keep_alive(KeepAlive::default()))
}

impl Listener {
    /// Waits until something is different; nothing when it is time to come back, or the program stops.
    async fn next_change(&mut self) -> Option<Event> {
        while self.looks_left > 0 {
            self.looks_left -= 1;
            // A database that is away for a moment is no reason to end: the page stands as it is.
            if let Ok(pulse) = self.pulse().await
                && self.told.as_ref() != Some(&pulse)
            {
                self.told = Some(pulse);
                let event = Event::default().retry(COME_BACK);
                return Some(event.event("changed").data("look"));
            }
            tokio::select! {
                () = self.bench.stopping.cancelled() => return None,
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
        None
    }

    /// Changes with what came in and with what is wrong.
    async fn pulse(&self) -> Result<String, StoreError> {
        let mut pulse = self.bench.store().pulse().await?;
        for trouble in self.bench.store().troubles(self.bench.now()).await {
            pulse += &trouble.part;
            pulse += &trouble.words.cause;
        }
        Ok(pulse)
    }
}
