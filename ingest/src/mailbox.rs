//! A mailbox that scans are sent to, read over IMAP.
//!
//! At each look the mails of its folder are taken, oldest first: everything that is attached to one is a file of one
//! batch and goes the way of every other file. After the commit, never before, the mail moves to the folder `done`, or
//! to `problem` when a person must look at something in it; none is deleted. A crash between commit and move only
//! repeats: a file is known by the mail's numbers (UIDVALIDITY and UID), its place in the mail and its content. A mail
//! that brings no scan is taken as a sheet that a person must look at, so that it does not vanish in a folder.
//!
//! Each look is a connection of its own. When it fails (the server is away, the password is wrong), mails stay where
//! they are, the store notes the trouble so that pages can say it, and the next look comes after a growing pause.
//!
//! Of what a mail says nothing is logged, and of its headers only the sender's address is kept.

mod connection;
mod error;
mod folders;
mod logo;
mod mail;
mod running;
mod settings;
mod take;
mod tls;
mod trouble;
mod within;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use async_imap::types::Fetch;
use chrono::{DateTime, FixedOffset};
use futures_util::TryStreamExt as _;
use store::TroubleWords;
use tokio_util::sync::CancellationToken;

use self::connection::{LONGEST_ANSWER, SignedIn, in_time, sign_in, sign_out};
pub use self::error::MailboxError;
use self::folders::{Folders, Moved};
pub use self::running::run;
use self::settings::MailPlace;
pub use self::settings::{MailboxSettings, Tls};
pub use self::take::TakenMail;
use self::take::{Arrived, MailContent};
use crate::intake::Intake;

/// How much larger a mail is than what is attached to it: letters instead of bytes, line ends, and a little.
const MAIL_TO_FILE: f64 = 1.4;
/// How slowly a mail may come: 64 KiB in a second, a poor line to the internet.
const LEAST_BYTES_PER_S: u64 = 64 << 10;

/// What happened to one mail in one look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// It was taken in (or had been, before a crash) and moved.
    Taken(TakenMail),
    /// It was taken in, and could not be moved; that will be tried again.
    NotMoved(TakenMail),
}

/// Reads one mailbox.
#[derive(Debug)]
pub struct Mailbox {
    intake: Intake,
    settings: MailboxSettings,
    /// Mails that are in, and could not be moved yet.
    unmoved: BTreeMap<MailPlace, TakenMail>,
    /// Mails at which a look failed. They come last, so that one that the server cannot hand out holds up no other.
    stumbled_at: BTreeSet<MailPlace>,
}

impl Mailbox {
    /// A mailbox that nobody has looked into yet.
    pub fn new(intake: Intake, settings: MailboxSettings) -> Self {
        Self {
            intake,
            settings,
            unmoved: BTreeMap::new(),
            stumbled_at: BTreeSet::new(),
        }
    }

    /// Looks once and takes what is there, oldest first; ends after the mail in hand when `stop` says so.
    ///
    /// # Errors
    /// When the server or the store fails. Nothing is lost; look again.
    pub async fn step(&mut self, stop: &CancellationToken) -> Result<Vec<Event>, MailboxError> {
        let mut session = sign_in(&self.settings).await?;
        let looked = self.look(&mut session, stop).await;
        sign_out(session).await;
        looked
    }

    async fn look(
        &mut self,
        session: &mut SignedIn,
        stop: &CancellationToken,
    ) -> Result<Vec<Event>, MailboxError> {
        let folders = Folders::prepare(session, &self.settings).await?;
        let uid_validity = folders.open_inbox(session).await?;
        let mut places: Vec<_> = in_time(waiting(session))
            .await?
            .into_iter()
            .map(|uid| MailPlace { uid_validity, uid })
            .collect();
        self.unmoved.retain(|place, _| places.contains(place));
        self.stumbled_at.retain(|place| places.contains(place));
        places.sort_by_key(|place| (self.stumbled_at.contains(place), place.uid));
        let mut events = Vec::new();
        for place in places {
            if stop.is_cancelled() {
                break;
            }
            self.stumbled_at.insert(place);
            events.extend(self.take(session, &folders, place).await?);
            self.stumbled_at.remove(&place);
        }
        Ok(events)
    }

    /// Nothing, when somebody else has moved the mail meanwhile.
    async fn take(
        &mut self,
        session: &mut SignedIn,
        folders: &Folders,
        place: MailPlace,
    ) -> Result<Option<Event>, MailboxError> {
        let taken = if let Some(taken) = self.unmoved.get(&place) {
            *taken
        } else {
            let Some(arrived) = self.fetch(session, place).await? else {
                return Ok(None);
            };
            take::take_mail(&self.intake, &self.settings, arrived).await?
        };
        let target = match taken.n_to_look_at {
            0 => &folders.done,
            _ => &folders.problem,
        };
        let moved = folders.move_mail(session, place.uid, target).await?;
        Ok(Some(match moved {
            Moved::Yes => {
                self.unmoved.remove(&place);
                Event::Taken(taken)
            }
            Moved::No => {
                self.unmoved.insert(place, taken);
                Event::NotMoved(taken)
            }
        }))
    }

    /// The size is looked at first: nobody knows what a mail is that has more bytes than there is memory.
    async fn fetch(
        &self,
        session: &mut SignedIn,
        place: MailPlace,
    ) -> Result<Option<Arrived>, MailboxError> {
        let head = in_time(fetch_one(session, place, "(UID RFC822.SIZE INTERNALDATE)")).await?;
        let Some(head) = head else {
            return Ok(None);
        };
        let size_bytes = u64::from(head.size.unwrap_or(0));
        let content = if size_bytes > self.max_mail_bytes() {
            MailContent::TooLarge { size_bytes }
        } else {
            match whole(session, place, size_bytes).await? {
                Some(raw) => MailContent::Whole(raw),
                None => return Ok(None),
            }
        };
        Ok(Some(Arrived {
            place,
            received: received(&head),
            content,
        }))
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "a limit need not be exact to the byte"
    )]
    fn max_mail_bytes(&self) -> u64 {
        (self.intake.limits.file_size_bytes as f64 * MAIL_TO_FILE) as u64
    }

    /// Why mails stay where they are, although the look as a whole succeeded.
    fn hindrance(&self) -> Option<TroubleWords> {
        let n_unmoved = self.unmoved.len();
        (n_unmoved > 0).then(|| trouble::not_moved(&self.settings, n_unmoved))
    }
}

/// Tries to sign in and to open the folders, without taking anything. What it says is for people.
///
/// # Errors
/// What is wrong and what to do, in words.
pub async fn check(settings: &MailboxSettings) -> Result<String, String> {
    let checked = async {
        let mut session = sign_in(settings).await?;
        let looked = async {
            let folders = Folders::prepare(&mut session, settings).await?;
            folders.open_inbox(&mut session).await?;
            in_time(waiting(&mut session)).await
        };
        let looked = looked.await;
        sign_out(session).await;
        looked.map(|mails| mails.len())
    };
    match checked.await {
        Ok(0) => Ok("can be read; no mail waits".to_owned()),
        Ok(n_mails) => Ok(format!("can be read; {n_mails} mail(s) wait")),
        Err(error) => {
            let words = trouble::of_sign_in(&error, settings);
            Err(format!("{} {}", words.cause, words.next_action))
        }
    }
}

/// The mails of the open folder that nobody has marked as deleted, oldest first.
async fn waiting(session: &mut SignedIn) -> Result<Vec<u32>, MailboxError> {
    let uids = session.uid_search("UNDELETED").await;
    let uids = uids.map_err(|error| MailboxError::of("list mails", error))?;
    let mut uids: Vec<u32> = uids.into_iter().collect();
    uids.sort_unstable();
    Ok(uids)
}

async fn whole(
    session: &mut SignedIn,
    place: MailPlace,
    size_bytes: u64,
) -> Result<Option<Vec<u8>>, MailboxError> {
    let longest = LONGEST_ANSWER + Duration::from_secs(size_bytes / LEAST_BYTES_PER_S);
    // With PEEK it stays unread for the people who look into the mailbox as well.
    let fetching = fetch_one(session, place, "(UID BODY.PEEK[])");
    let fetched = tokio::time::timeout(longest, fetching).await;
    let Some(mail) = fetched.unwrap_or(Err(MailboxError::Silent))? else {
        return Ok(None);
    };
    let raw = mail.body().ok_or(NOT_HANDED_OUT)?;
    Ok(Some(raw.to_vec()))
}

const NOT_HANDED_OUT: MailboxError = MailboxError::Refused {
    action: "hand out a mail",
};

/// Nothing, when somebody else has moved the mail meanwhile.
async fn fetch_one(
    session: &mut SignedIn,
    place: MailPlace,
    what: &str,
) -> Result<Option<Fetch>, MailboxError> {
    let of = |error| MailboxError::of("hand out a mail", error);
    let fetches = session.uid_fetch(place.uid.to_string(), what).await;
    let fetches: Vec<Fetch> = fetches.map_err(of)?.try_collect().await.map_err(of)?;
    // The server may tell of other mails in between.
    let is_it = |fetch: &Fetch| fetch.uid == Some(place.uid);
    match fetches.into_iter().find(is_it) {
        Some(fetch) => Ok(Some(fetch)),
        None if is_gone(session, place).await? => Ok(None),
        None => Err(NOT_HANDED_OUT),
    }
}

/// The library tells a mail that cannot be handed out from one that is not there no more than a connection that has
/// ended: no answer is all it gives.
async fn is_gone(session: &mut SignedIn, place: MailPlace) -> Result<bool, MailboxError> {
    let alive = session.noop().await;
    alive.map_err(|error| MailboxError::of("go on", error))?;
    Ok(!waiting(session).await?.contains(&place.uid))
}

fn received(head: &Fetch) -> Option<DateTime<FixedOffset>> {
    head.internal_date()
}
