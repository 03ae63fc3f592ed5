use std::path::PathBuf;

/// Which mailbox is read, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailboxSettings {
    /// The name of the IMAP server.
    pub server: String,
    /// Its port.
    pub port: u16,
    /// How the connection is kept private.
    pub tls: Tls,
    /// A file with the certificate of an authority of one's own, instead of those that the system trusts.
    pub ca_file: Option<PathBuf>,
    /// Who signs in.
    pub user: String,
    /// The file that holds the password. It is read at every sign-in, so that a new one needs no restart.
    pub password_file: PathBuf,
    /// Where mails arrive. In all three names a `/` stands between a folder and one inside of it.
    pub folder: String,
    /// Where a mail goes of which everything is in.
    pub done: String,
    /// Where a mail goes that a person must look at.
    pub problem: String,
    /// The time between two looks.
    pub poll_ms: u64,
}

/// How the connection is kept private.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// From the first byte on; port 993.
    FromTheStart,
    /// After a greeting in the clear; port 143. Whoever is in between can only break it off.
    AfterGreeting,
    /// Not at all: for a server on this machine.
    None,
}

impl MailboxSettings {
    /// The mailbox as people name it.
    pub(super) fn name(&self) -> String {
        format!("{} at {}", self.user, self.server)
    }

    /// Where the part of a mail comes from: the same for ever, whatever happens in between.
    pub(super) fn origin(&self, mail: MailPlace, part: &str) -> String {
        let Self {
            user,
            server,
            folder,
            ..
        } = self;
        let MailPlace { uid_validity, uid } = mail;
        format!("mailbox {user}@{server} {folder} {uid_validity}/{uid} part {part}")
    }
}

/// What tells a mail from every other one of its folder: no server ever uses the pair again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct MailPlace {
    pub(super) uid_validity: u32,
    pub(super) uid: u32,
}
