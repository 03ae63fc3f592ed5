use std::sync::{Arc, OnceLock};

use schemas::layout::Layout;
use schemas::{Clock, IdSource, TimeMs};
use serde::{Deserialize, Serialize};
use store::{Blobs, Moment, ServiceDirectory, Store};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::mail_slot::MailSlot;
use crate::office_hours::OfficeHours;
use crate::paper::Paper;
use crate::random::Randomness;
use crate::throttle::Throttle;

/// How many passwords are checked at the same moment: each takes 19 MiB and a core for some 20 ms, so more
/// would let a stranger slow down the people who work here.
const PASSWORD_CHECKS_AT_ONCE: usize = 2;

/// How many files are received at the same moment; the largest is a quarter of a gigabyte.
const FILES_AT_ONCE: usize = 4;

/// The same for files of bureaus, apart: a slow bureau must not keep the people at the bench waiting.
const DROPS_AT_ONCE: usize = 2;

/// Everything that the bench is built from.
#[derive(Clone)]
pub struct App {
    /// The records.
    pub store: Store,
    /// The pictures.
    pub blobs: Blobs,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes ids.
    pub ids: Arc<dyn IdSource>,
    /// Makes tokens and salts that nobody can guess.
    pub random: Arc<dyn Randomness>,
    /// Opens and straightens pictures of paper.
    pub paper: Arc<dyn Paper>,
    /// Takes in files that are sent to the bench.
    pub mail_slot: Arc<dyn MailSlot>,
    /// The layouts that come with the installation; those drawn in the bench are in the records.
    pub layouts: Vec<Layout>,
    /// What an operator may choose.
    pub settings: WebSettings,
}

/// What an operator may choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WebSettings {
    /// Where readers find the public pages, without a slash at the end; used in the feed and in JSON.
    pub public_url: String,
    /// The name at the top of every page.
    pub site_name: String,
    /// How long a story stays with the person who opened it. Fifteen minutes cover a telephone call and
    /// are what volunteers elsewhere found right (Concordia).
    pub lease_ms: i64,
    /// How long a decision can be undone; an approved story is published after that. Twenty seconds are enough to see
    /// that it was the wrong button.
    pub undo_ms: i64,
    /// When the office is open: what is approved at another time is published when it opens. `None` publishes at any time.
    pub office_hours: Option<OfficeHours>,
    /// How long a person stays signed in: one long working day.
    pub session_ms: i64,
    /// Whether cookies travel over HTTPS only. Switch on wherever the bench is reached over a network.
    pub secure_cookies: bool,
    /// Wrong passwords for one name from one address before it has to wait.
    pub sign_in_attempts: u32,
    /// How long it then waits.
    pub sign_in_wait_ms: i64,
}

impl Default for WebSettings {
    fn default() -> Self {
        Self {
            public_url: "http://127.0.0.1:8080".to_owned(),
            site_name: "Postbag".to_owned(),
            lease_ms: 15 * 60 * 1000,
            undo_ms: 20_000,
            office_hours: None,
            session_ms: 12 * 60 * 60 * 1000,
            secure_cookies: false,
            sign_in_attempts: 5,
            sign_in_wait_ms: 5 * 60 * 1000,
        }
    }
}

/// The app with what it keeps in memory while it runs.
pub(crate) struct Bench {
    pub(crate) app: App,
    pub(crate) throttle: Throttle,
    /// The services, for searching.
    pub(crate) directory: ServiceDirectory,
    pub(crate) password_checks: Semaphore,
    /// One person's scan at a time is opened and straightened.
    pub(crate) paper_turn: Semaphore,
    /// Files that are received at the same moment: each is in memory until it is kept.
    pub(crate) sending_turns: Semaphore,
    /// Files of bureaus that are received at the same moment.
    pub(crate) drop_turns: Semaphore,
    /// Counts tokens that nobody knows.
    pub(crate) token_guesses: Throttle,
    /// When the program stops, answers that would go on for ever end.
    pub(crate) stopping: CancellationToken,
    /// A hash that no password fits: checked for unknown names, so that they take as long as known ones.
    pub(crate) decoy_hash: OnceLock<String>,
}

/// What every handler is given.
pub(crate) type Shared = Arc<Bench>;

impl Bench {
    pub(crate) fn new(app: App, stopping: CancellationToken) -> Self {
        let (attempts, wait_ms) = (app.settings.sign_in_attempts, app.settings.sign_in_wait_ms);
        Self {
            throttle: Throttle::new(attempts, wait_ms),
            directory: ServiceDirectory::default(),
            password_checks: Semaphore::new(PASSWORD_CHECKS_AT_ONCE),
            paper_turn: Semaphore::new(1),
            sending_turns: Semaphore::new(FILES_AT_ONCE),
            drop_turns: Semaphore::new(DROPS_AT_ONCE),
            token_guesses: Throttle::new(attempts, wait_ms),
            stopping,
            decoy_hash: OnceLock::new(),
            app,
        }
    }

    /// Before when nothing is published, as it is not a time for it now.
    pub(crate) fn publish_from(&self) -> Option<TimeMs> {
        let office_hours = self.settings().office_hours.as_ref();
        office_hours.map(|office| office.next_open(self.now()))
    }

    pub(crate) fn now(&self) -> TimeMs {
        self.app.clock.now()
    }

    pub(crate) fn moment(&self) -> Moment<'_> {
        Moment {
            now: self.now(),
            ids: self.app.ids.as_ref(),
        }
    }

    pub(crate) fn store(&self) -> &Store {
        &self.app.store
    }

    pub(crate) fn settings(&self) -> &WebSettings {
        &self.app.settings
    }
}
