use async_imap::error::Error;
use futures_util::TryStreamExt as _;

use super::connection::{SignedIn, in_time};
use super::error::MailboxError;
use super::settings::MailboxSettings;

/// Where mails lie and where they go, in the names of this server.
#[derive(Clone, Debug)]
pub(super) struct Folders {
    pub(super) inbox: String,
    pub(super) done: String,
    pub(super) problem: String,
    how: HowToMove,
}

/// What the server can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum HowToMove {
    /// At one stroke (RFC 6851).
    Move,
    /// A copy, and then exactly this one away (RFC 4315).
    CopyAndExpunge,
    /// A copy, and then a mark: to take it away would take away what other people have marked.
    CopyAndMark,
}

/// What became of a mail that was to be moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moved {
    Yes,
    /// The server refused; it lies where it lay.
    No,
}

impl Folders {
    /// Finds out how the server names folders and moves mails, and makes what is missing.
    pub(super) async fn prepare(
        session: &mut SignedIn,
        settings: &MailboxSettings,
    ) -> Result<Self, MailboxError> {
        let delimiter = in_time(delimiter(session)).await?;
        let named = |folder: &str| folder.replace('/', &delimiter);
        let folders = Self {
            inbox: named(&settings.folder),
            done: named(&settings.done),
            problem: named(&settings.problem),
            how: in_time(how_to_move(session)).await?,
        };
        for folder in [&folders.done, &folders.problem] {
            in_time(make_if_missing(session, folder)).await?;
        }
        Ok(folders)
    }

    /// Opens the folder that mails arrive in; its UIDVALIDITY.
    pub(super) async fn open_inbox(&self, session: &mut SignedIn) -> Result<u32, MailboxError> {
        let folder = || MailboxError::Folder {
            folder: self.inbox.clone(),
        };
        let opened = in_time(async {
            let selected = session.select(&self.inbox).await;
            selected.map_err(|error| match error {
                Error::No(_) | Error::Bad(_) => folder(),
                error => MailboxError::of("open a folder", error),
            })
        })
        .await?;
        // Without it nobody could tell a mail from another one that had its number before.
        opened.uid_validity.ok_or_else(folder)
    }

    /// Moves a mail of the open folder. It is never taken away before the server has said that the copy is there.
    pub(super) async fn move_mail(
        &self,
        session: &mut SignedIn,
        uid: u32,
        target: &str,
    ) -> Result<Moved, MailboxError> {
        let uid = uid.to_string();
        let moved = in_time(async {
            let moved = match self.how {
                HowToMove::Move => session.uid_mv(&uid, target).await,
                HowToMove::CopyAndExpunge => copy_and_expunge(session, &uid, target).await,
                HowToMove::CopyAndMark => copy_and_mark(session, &uid, target).await,
            };
            moved.map_err(|error| MailboxError::of("move a mail", error))
        })
        .await;
        match moved {
            Ok(()) => Ok(Moved::Yes),
            Err(MailboxError::Refused { .. }) => Ok(Moved::No),
            Err(error) => Err(error),
        }
    }
}

/// Commands are sent as they are where the library does not look whether the server has refused.
async fn copy_and_expunge(session: &mut SignedIn, uid: &str, target: &str) -> Result<(), Error> {
    copy_and_mark(session, uid, target).await?;
    let expunge = format!("UID EXPUNGE {uid}");
    session.run_command_and_check_ok(expunge).await
}

async fn copy_and_mark(session: &mut SignedIn, uid: &str, target: &str) -> Result<(), Error> {
    session.uid_copy(uid, target).await?;
    let mark = format!("UID STORE {uid} +FLAGS.SILENT (\\Deleted)");
    session.run_command_and_check_ok(mark).await
}

/// What stands between a folder and one inside of it.
async fn delimiter(session: &mut SignedIn) -> Result<String, MailboxError> {
    let of = |error| MailboxError::of("list folders", error);
    let names = session.list(Some(""), None).await.map_err(of)?;
    let names: Vec<_> = names.try_collect().await.map_err(of)?;
    let delimiter = names.first().and_then(|name| name.delimiter());
    Ok(delimiter.unwrap_or("/").to_owned())
}

async fn how_to_move(session: &mut SignedIn) -> Result<HowToMove, MailboxError> {
    let known = session.capabilities().await;
    let known = known.map_err(|error| MailboxError::of("say what it can do", error))?;
    Ok(if known.has_str("MOVE") {
        HowToMove::Move
    } else if known.has_str("UIDPLUS") {
        HowToMove::CopyAndExpunge
    } else {
        HowToMove::CopyAndMark
    })
}

async fn make_if_missing(session: &mut SignedIn, folder: &str) -> Result<(), MailboxError> {
    let of = |error| MailboxError::of("list folders", error);
    let pattern = format!("\"{folder}\"");
    let names = session.list(Some(""), Some(&pattern)).await.map_err(of)?;
    let names: Vec<_> = names.try_collect().await.map_err(of)?;
    if !names.is_empty() {
        return Ok(());
    }
    session.create(folder).await.map_err(|error| match error {
        Error::No(_) | Error::Bad(_) => MailboxError::Folder {
            folder: folder.to_owned(),
        },
        error => MailboxError::of("make a folder", error),
    })
}
