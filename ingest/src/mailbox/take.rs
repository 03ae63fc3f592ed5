//! One mail is taken in: everything that is attached to it, as one batch.

use chrono::{DateTime, FixedOffset};
use schemas::BatchId;
use schemas::reading::{Warning, WarningCode};
use store::StoreError;

use super::error::MailboxError;
use super::mail::{self, Attached, Mail};
use super::settings::{MailPlace, MailboxSettings};
use crate::intake::{Content, IncomingFile, Intake, take_file};

/// What the mail itself is called, when it stands for what is wrong with it.
const MAIL_NAME: &str = "mail.eml";
/// The part that is the mail as a whole.
const WHOLE: &str = "whole";

/// A mail as the server has it.
pub(super) struct Arrived {
    pub(super) place: MailPlace,
    /// When the server got it, in the server's own time.
    pub(super) received: Option<DateTime<FixedOffset>>,
    pub(super) content: MailContent,
}

/// What the server has of a mail.
pub(super) enum MailContent {
    Whole(Vec<u8>),
    /// It has more bytes than are fetched.
    TooLarge {
        size_bytes: u64,
    },
}

/// What became of a mail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TakenMail {
    /// How many files it brought.
    pub n_files: usize,
    /// How many pages of them, or of the mail itself, a person must look at.
    pub n_to_look_at: usize,
    /// How many small pictures inside its text were left out.
    pub n_left_out: usize,
}

/// Takes in a mail. When it has been taken before, nothing is changed.
pub(super) async fn take_mail(
    ctx: &Intake,
    settings: &MailboxSettings,
    arrived: Arrived,
) -> Result<TakenMail, MailboxError> {
    let (raw, mail) = match arrived.content {
        MailContent::Whole(raw) => {
            let (raw, mail) = take_apart(raw).await?;
            (Content::Bytes(raw.into()), mail)
        }
        MailContent::TooLarge { size_bytes } => {
            let warning = Lack::TooLarge { size_bytes }.warning(settings);
            let unread = Content::NotRead {
                size_bytes,
                warning,
            };
            (unread, Some(Mail::default()))
        }
    };
    let source = source(mail.as_ref(), arrived.received);
    let files = files(raw, mail, settings);
    let mut taking = Taking {
        ctx,
        origin: &|part| settings.origin(arrived.place, part),
        source,
        batch_id: None,
        taken: TakenMail::default(),
    };
    for file in files.files {
        taking.take(file).await?;
    }
    taking.taken.n_left_out = files.n_left_out;
    Ok(taking.taken)
}

/// Nothing, when the parser failed: that is a mistake of ours, and the mail is kept for a person.
async fn take_apart(raw: Vec<u8>) -> Result<(Vec<u8>, Option<Mail>), MailboxError> {
    let taken_apart = tokio::task::spawn_blocking(move || {
        let mail = std::panic::catch_unwind(|| mail::take_apart(&raw)).ok();
        (raw, mail)
    });
    taken_apart.await.map_err(|_| MailboxError::Stopping)
}

/// What the pile is called. A mail's subject may say anything about anybody, and is left out.
fn source(mail: Option<&Mail>, received: Option<DateTime<FixedOffset>>) -> String {
    let sender = mail.and_then(|mail| mail.sender.as_deref());
    let from = sender.unwrap_or("an unknown sender");
    match received {
        Some(at) => format!("mail of {} from {from}", at.format("%-d %b %Y, %H:%M")),
        None => format!("mail from {from}"),
    }
}

struct Files {
    files: Vec<FileOfMail>,
    n_left_out: usize,
}

struct FileOfMail {
    part: String,
    name: String,
    content: Content,
}

/// What is taken in of a mail; the mail itself when there is nothing else, or when there is more than was found.
fn files(raw: Content, mail: Option<Mail>, settings: &MailboxSettings) -> Files {
    let Some(mail) = mail else {
        return Files::of_mail(raw, Some(Lack::Unreadable), settings);
    };
    let n_left_out = mail.n_left_out;
    let lack = if mail.has_more {
        Some(Lack::More)
    } else if mail.attached.is_empty() {
        Some(Lack::NoScan)
    } else {
        None
    };
    let mut files = Files::of_mail(raw, lack, settings);
    files.n_left_out = n_left_out;
    let attached = mail.attached.into_iter().map(FileOfMail::of);
    files.files.splice(0..0, attached);
    files
}

/// Why the mail itself is shown to a person.
#[derive(Clone, Copy)]
enum Lack {
    NoScan,
    More,
    Unreadable,
    TooLarge { size_bytes: u64 },
}

impl Files {
    fn of_mail(raw: Content, lack: Option<Lack>, settings: &MailboxSettings) -> Self {
        let content = match (raw, lack) {
            (Content::Bytes(bytes), Some(lack)) => Some(Content::NoScan {
                bytes,
                warning: lack.warning(settings),
            }),
            (Content::Bytes(_), None) => None,
            (other, _) => Some(other),
        };
        let file = content.map(|content| FileOfMail {
            part: WHOLE.to_owned(),
            name: MAIL_NAME.to_owned(),
            content,
        });
        Self {
            files: file.into_iter().collect(),
            n_left_out: 0,
        }
    }
}

impl Lack {
    fn warning(self, settings: &MailboxSettings) -> Warning {
        let (code, cause) = match self {
            Self::NoScan => (
                WarningCode::UnknownFormat,
                "The mail brings no scan: nothing is attached to it.".to_owned(),
            ),
            Self::More => (
                WarningCode::TooLarge,
                "The mail has more attachments, or more mails within each other, than are taken: some are missing."
                    .to_owned(),
            ),
            Self::Unreadable => (
                WarningCode::DamagedFile,
                "The mail could not be taken apart.".to_owned(),
            ),
            Self::TooLarge { size_bytes } => (
                WarningCode::TooLarge,
                format!("The mail has {} MB, more than is fetched.", size_bytes >> 20),
            ),
        };
        Warning {
            code,
            cause,
            next_action: format!(
                "Look at it in a mail program: mailbox {}, folder {}. If there are scans in it, save them and send them in \
                 the mail room; then discard this sheet.",
                settings.user, settings.problem
            ),
        }
    }
}

impl FileOfMail {
    fn of(attached: Attached) -> Self {
        let bytes = attached.bytes.into();
        let content = if attached.is_damaged {
            let warning = Warning {
                code: WarningCode::DamagedFile,
                cause: "The attachment is damaged: it did not arrive in the mail as it was sent."
                    .to_owned(),
                next_action: "Ask the sender to send it again, or scan the sheets again."
                    .to_owned(),
            };
            Content::NoScan { bytes, warning }
        } else {
            Content::Bytes(bytes)
        };
        Self {
            part: attached.place,
            name: attached.name,
            content,
        }
    }
}

struct Taking<'a> {
    ctx: &'a Intake,
    origin: &'a (dyn Fn(&str) -> String + Sync),
    source: String,
    batch_id: Option<BatchId>,
    taken: TakenMail,
}

impl Taking<'_> {
    async fn take(&mut self, file: FileOfMail) -> Result<(), MailboxError> {
        let origin = (self.origin)(&file.part);
        let incoming = IncomingFile {
            batch_id: self.batch(&origin).await?,
            name: file.name,
            origin,
            content: file.content.within(&self.ctx.limits),
        };
        let taken = take_file(self.ctx, incoming).await?;
        self.taken.n_files += 1;
        self.taken.n_to_look_at += taken.warnings.len();
        Ok(())
    }

    /// The batch of this mail. After a crash in its middle, the one that was begun goes on, also when it is empty yet.
    async fn batch(&mut self, first_origin: &str) -> Result<BatchId, StoreError> {
        if let Some(id) = &self.batch_id {
            return Ok(id.clone());
        }
        let store = &self.ctx.store;
        let id = if let Some(id) = store.batch_of_origin(first_origin).await? {
            id
        } else {
            let (moment, separation) = (self.ctx.moment(), self.ctx.separation);
            store
                .go_on_with_batch(&moment, &self.source, separation, 0)
                .await?
        };
        self.batch_id = Some(id.clone());
        Ok(id)
    }
}
