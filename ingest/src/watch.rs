//! The inbox: a folder that scanners write into.
//!
//! The folder is looked at again and again; notices from the operating system only bring the next look forward, for
//! they get lost on network shares. A file is taken when its size and time have not changed between two looks *and*
//! it can be read to its end. One that cannot is tried again, with growing pauses, until the grace period is over;
//! then it is recorded as broken. After the commit, never before, the file moves to `done/` or `problem/` beside the
//! others; nothing is deleted and nothing overwritten. A crash between commit and move only repeats: the store knows
//! the file by its path, time and content.
//!
//! When a look fails as a whole (the disk is full, the database is away, the folder is gone), everything stays where it
//! is, the store notes the trouble so that pages can say it, and the next look comes after a growing pause.
//!
//! Hidden and temporary names are left alone; links, pipes, devices and folders are refused.
//!
//! Files that come within [`WatchSettings::batch_idle_ms`] of each other form one batch: one pile on the feeder.

mod entries;
mod moving;
mod running;
mod trouble;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use schemas::reading::Warning;
use schemas::{BatchId, TimeMs};
use store::{StoreError, TroubleWords};

use self::entries::{Entry, Look, Signature};
pub use self::running::run;
use crate::intake::{
    BATCH_IDLE_MS, Content, IncomingFile, Intake, IntakeError, Taken, TakenIfWhole, origin_of,
    take_file, take_if_whole,
};

/// How the inbox is watched.
#[derive(Clone, Debug, PartialEq)]
pub struct WatchSettings {
    /// The folder.
    pub inbox: PathBuf,
    /// The time between two looks.
    ///
    /// 1,000 ms: people do not wait for less, and listing a folder costs nothing.
    pub poll_ms: u64,
    /// How long a file's size and time must not have changed.
    ///
    /// 1,000 ms: longer than a scanner pauses between two blocks; shorter pauses are caught by reading to the end.
    pub settle_ms: i64,
    /// How long a file that cannot be read to its end is given.
    ///
    /// 30,000 ms: slow network copies pause for seconds; a clerk at the scanner still wants to hear of a bad file.
    pub grace_ms: i64,
    /// The longest pause between two tries of a file that is not whole. The first is `settle_ms`, then it doubles.
    ///
    /// 10,000 ms: a third of the grace period.
    pub longest_pause_ms: i64,
    /// After how long without a file the next one begins a new batch.
    ///
    /// [`BATCH_IDLE_MS`], as at every way in where files come by themselves.
    pub batch_idle_ms: i64,
}

impl WatchSettings {
    /// The usual settings for this folder.
    pub fn new(inbox: impl Into<PathBuf>) -> Self {
        Self {
            inbox: inbox.into(),
            poll_ms: 1_000,
            settle_ms: 1_000,
            grace_ms: 30_000,
            longest_pause_ms: 10_000,
            batch_idle_ms: BATCH_IDLE_MS,
        }
    }
}

/// What happened to one entry of the inbox in one look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// It was taken in (or had been, before a crash) and moved to where it lies now.
    Taken {
        /// Its name in the inbox.
        name: String,
        /// What the store made of it.
        taken: Taken,
        /// Where it lies now.
        moved_to: PathBuf,
    },
    /// It is not whole yet and will be tried again.
    NotWhole {
        /// Its name in the inbox.
        name: String,
        /// What is wrong with it so far.
        warning: Warning,
    },
    /// It is no file, and stays where it is. Said once.
    Refused {
        /// Its name in the inbox.
        name: String,
        /// What it is: "a link", "a folder", …
        what: &'static str,
    },
    /// It could not be read or moved, and will be tried again.
    Unreachable {
        /// Its name in the inbox.
        name: String,
        /// Why, as the operating system says it.
        cause: String,
    },
}

/// Why a look failed as a whole. The next one starts where this one stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WatchError {
    /// The folder cannot be listed, or its subfolders cannot be made.
    #[error("could not {action} {}", path.display())]
    Folder {
        /// What was tried.
        action: &'static str,
        /// With which folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file could not be taken in.
    #[error("could not take in a file")]
    Intake(#[from] IntakeError),
    /// A batch could not be opened or found.
    #[error("could not open a batch")]
    Store(#[from] StoreError),
    /// The program is being shut down.
    #[error("the program is stopping")]
    Stopping,
}

/// Watches one inbox.
#[derive(Debug)]
pub struct Watcher {
    intake: Intake,
    settings: WatchSettings,
    seen: BTreeMap<String, Seen>,
    refused: BTreeSet<String>,
}

/// A file as it looked last time.
#[derive(Clone, Debug)]
struct Seen {
    signature: Signature,
    since: TimeMs,
    next_try: TimeMs,
    pause_ms: i64,
    /// Why the operating system did not let it be read or moved at the last try.
    hindrance: Option<TroubleWords>,
}

impl Watcher {
    /// A watcher that has not looked yet. Makes the folder and its subfolders when they are missing.
    ///
    /// # Errors
    /// When they cannot be made.
    pub fn new(intake: Intake, settings: WatchSettings) -> Result<Self, WatchError> {
        moving::make_folders(&settings.inbox)?;
        Ok(Self {
            intake,
            settings,
            seen: BTreeMap::new(),
            refused: BTreeSet::new(),
        })
    }

    /// Looks at the inbox once and takes what is ready, oldest first.
    ///
    /// # Errors
    /// When the folder cannot be listed or the store fails. Nothing is lost; look again.
    pub async fn step(&mut self) -> Result<Vec<Event>, WatchError> {
        let looked = self.look().await;
        if looked.is_err() {
            self.begin_grace_anew();
        }
        looked
    }

    /// Whoever was writing a file may be held up by the same outage: it does not use up the grace period.
    fn begin_grace_anew(&mut self) {
        let now = self.intake.clock.now();
        self.seen.values_mut().for_each(|seen| seen.since = now);
    }

    async fn look(&mut self) -> Result<Vec<Event>, WatchError> {
        let inbox = self.settings.inbox.clone();
        let Look { files, others } = blocking(move || entries::look(&inbox)).await??;
        self.seen
            .retain(|name, _| files.iter().any(|file| file.name == *name));
        self.refused
            .retain(|name| others.iter().any(|(other, _)| other == name));
        let mut events = self.refuse(others);
        for file in files {
            if self.is_due(&file) {
                events.push(self.take(file).await?);
            }
        }
        Ok(events)
    }

    fn refuse(&mut self, others: Vec<(String, &'static str)>) -> Vec<Event> {
        let is_new = |(name, _): &(String, _)| self.refused.insert(name.clone());
        let refused = others.into_iter().filter(is_new);
        refused
            .map(|(name, what)| Event::Refused { name, what })
            .collect()
    }

    /// Whether a file has settled and its pause is over. Notes what it looks like now.
    fn is_due(&mut self, file: &Entry) -> bool {
        let now = self.intake.clock.now();
        match self.seen.get(&file.name) {
            Some(seen) if seen.signature == file.signature => now >= seen.next_try,
            _ => {
                let settle_ms = self.settings.settle_ms;
                let seen = Seen {
                    signature: file.signature.clone(),
                    since: now,
                    next_try: now.plus_ms(settle_ms),
                    pause_ms: settle_ms,
                    hindrance: None,
                };
                self.seen.insert(file.name.clone(), seen);
                false
            }
        }
    }

    async fn take(&mut self, file: Entry) -> Result<Event, WatchError> {
        let content = match self.load(&file).await? {
            Ok(content) => content,
            Err(error) => return Ok(self.unreachable(file.name, &error)),
        };
        let incoming = IncomingFile {
            batch_id: self.batch().await?,
            name: file.name.clone(),
            origin: origin_of(&file.path, file.signature.modified),
            content,
        };
        // Boxed: most looks take nothing, and need no room for it.
        let taken = if self.is_grace_over(&file.name) {
            let taken = Box::pin(take_file(&self.intake, incoming)).await;
            taken.map(TakenIfWhole::Taken)
        } else {
            Box::pin(take_if_whole(&self.intake, incoming)).await
        };
        match taken {
            Ok(TakenIfWhole::Taken(taken)) => self.move_away(file, taken).await,
            Ok(TakenIfWhole::NotWhole(warning)) => {
                self.pause(&file.name);
                let name = file.name;
                Ok(Event::NotWhole { name, warning })
            }
            Err(IntakeError::File(error)) => Ok(self.unreachable(file.name, &error)),
            Err(error) => Err(error.into()),
        }
    }

    /// The outer error: stopping. The inner one: this file cannot be read.
    async fn load(&self, file: &Entry) -> Result<std::io::Result<Content>, WatchError> {
        let (file, limits) = (file.clone(), self.intake.limits.clone());
        blocking(move || entries::load(&file, &limits)).await
    }

    async fn move_away(&mut self, file: Entry, taken: Taken) -> Result<Event, WatchError> {
        let folder = if taken.warnings.is_empty() {
            moving::DONE
        } else {
            moving::PROBLEM
        };
        let target = self.settings.inbox.join(folder);
        let name = file.name.clone();
        match blocking(move || moving::move_into(&file, &target)).await? {
            Ok(moved_to) => {
                self.seen.remove(&name);
                Ok(Event::Taken {
                    name,
                    taken,
                    moved_to,
                })
            }
            Err(error) => Ok(self.unreachable(name, &error)),
        }
    }

    fn unreachable(&mut self, name: String, error: &std::io::Error) -> Event {
        self.pause(&name);
        if let Some(seen) = self.seen.get_mut(&name) {
            seen.hindrance = trouble::of_file(&name, error, &self.settings.inbox);
        }
        Event::Unreachable {
            name,
            cause: error.to_string(),
        }
    }

    fn is_grace_over(&self, name: &str) -> bool {
        let now = self.intake.clock.now();
        let over = |seen: &Seen| now >= seen.since.plus_ms(self.settings.grace_ms);
        self.seen.get(name).is_some_and(over)
    }

    fn pause(&mut self, name: &str) {
        let now = self.intake.clock.now();
        if let Some(seen) = self.seen.get_mut(name) {
            let grace_over = seen.since.plus_ms(self.settings.grace_ms);
            let next_try = now.plus_ms(seen.pause_ms);
            // The last try is not put off beyond the end of the grace period.
            seen.next_try = if now < grace_over {
                next_try.min(grace_over)
            } else {
                next_try
            };
            seen.pause_ms = (seen.pause_ms * 2).min(self.settings.longest_pause_ms);
        }
    }

    /// The batch of the pile that is on the feeder now. It goes on after a restart, too.
    async fn batch(&self) -> Result<BatchId, StoreError> {
        let Intake { store, .. } = &self.intake;
        let idle_ms = self.settings.batch_idle_ms;
        let moment = self.intake.moment();
        let (source, separation) = (self.source(), self.intake.separation);
        store
            .go_on_with_batch(&moment, &source, separation, idle_ms)
            .await
    }

    fn source(&self) -> String {
        format!("inbox {}", self.settings.inbox.display())
    }

    /// Why a file cannot be read or moved, although the look as a whole succeeded.
    fn hindrance(&self) -> Option<TroubleWords> {
        self.seen.values().find_map(|seen| seen.hindrance.clone())
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, WatchError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| WatchError::Stopping)
}
