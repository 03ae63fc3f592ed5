//! What people are told while a mailbox cannot be worked off.

use std::io::{self, ErrorKind};
use std::path::Path;

use store::TroubleWords;

use super::error::MailboxError;
use super::settings::MailboxSettings;
use crate::held_up::Held;

const WAITING: &str = "Nothing is lost: the mails wait in the mailbox.";
const HELD: Held = Held { waiting: WAITING };

/// Why a whole look failed.
pub(super) fn of_look(
    error: &MailboxError,
    settings: &MailboxSettings,
    blobs: &Path,
) -> TroubleWords {
    match error {
        MailboxError::Intake(error) => HELD.of_intake(error, blobs),
        MailboxError::Store(error) => HELD.of_store(error),
        error => {
            let words = of_sign_in(error, settings);
            TroubleWords {
                cause: words.cause,
                next_action: format!("{WAITING} {} Intake goes on by itself.", words.next_action),
            }
        }
    }
}

/// Some mails that are in could not be moved.
pub(super) fn not_moved(settings: &MailboxSettings, n_mails: usize) -> TroubleWords {
    TroubleWords {
        cause: format!("{n_mails} mail(s) that are in cannot be moved out of the way."),
        next_action: format!(
            "Nothing is lost, and nothing is taken twice. See that {} may put mails into the folders {} and {}, and \
             that the mailbox is not full; it is tried again by itself.",
            settings.user, settings.done, settings.problem
        ),
    }
}

/// What is wrong with the server or the settings, and what to do.
pub(super) fn of_sign_in(error: &MailboxError, settings: &MailboxSettings) -> TroubleWords {
    let (cause, next_action) = words(error, settings);
    TroubleWords { cause, next_action }
}

fn words(error: &MailboxError, settings: &MailboxSettings) -> (String, String) {
    let MailboxSettings { server, port, .. } = settings;
    let at = format!("{server}:{port}");
    match error {
        MailboxError::Password { path, source } => (
            format!("The password cannot be read from {}: {source}.", path.display()),
            "Put the mailbox's password into this file, and let Postbag read it (mailbox.password_file).".to_owned(),
        ),
        MailboxError::Certificate { path, source } => (
            format!("No certificate can be read from {}: {source}.", path.display()),
            "Name a PEM file with the certificate of your authority, or none (mailbox.ca_file).".to_owned(),
        ),
        MailboxError::Connect(source) => (
            format!("The mail server {at} cannot be reached: {}.", of_connect(source)),
            "See that it runs, and that name and port are right (mailbox.server, mailbox.port).".to_owned(),
        ),
        MailboxError::Tls(source) => (
            format!("The mail server {at} cannot be trusted: {source}."),
            "See that mailbox.server is the name in its certificate, that mailbox.ca_file names the authority that \
             signed it, and that mailbox.tls fits the port."
                .to_owned(),
        ),
        MailboxError::NoStartTls => (
            format!("The mail server {at} offers no private connection here."),
            "Set mailbox.tls to \"tls\", with the port for it (993).".to_owned(),
        ),
        MailboxError::SignIn => (
            format!("The mail server {server} does not let {} in: name or password is wrong.", settings.user),
            "Put the right password into the file that mailbox.password_file names, and see that mailbox.user is right. \
             Some servers want a password that is made for one program."
                .to_owned(),
        ),
        MailboxError::Folder { folder } => (
            format!("The folder {folder} of the mailbox cannot be opened or made."),
            "Make it in a mail program, or name another (mailbox.folder, mailbox.done, mailbox.problem).".to_owned(),
        ),
        MailboxError::Lost(_) | MailboxError::Silent => (
            format!("The mail server {at} broke off or does not answer."),
            "See that it runs, and that mailbox.tls fits the port.".to_owned(),
        ),
        MailboxError::Refused { action } => (
            format!("The mail server {server} refuses to {action}."),
            "See in a mail program whether the mailbox works.".to_owned(),
        ),
        error => {
            let words = HELD.unexpected(error);
            (words.cause, "Please tell an administrator.".to_owned())
        }
    }
}

fn of_connect(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::ConnectionRefused => "nobody listens there".to_owned(),
        ErrorKind::TimedOut => "it does not answer".to_owned(),
        _ => error.to_string(),
    }
}
