use std::io;
use std::path::PathBuf;

use store::StoreError;

use crate::intake::IntakeError;

/// Why a mailbox could not be worked off. The next look starts where this one stopped.
///
/// No text holds anything of a mail: what the server sent and could not be understood is left out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MailboxError {
    /// The password cannot be read.
    #[error("could not read the password from {}", path.display())]
    Password {
        /// Its file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The certificate of one's own authority cannot be read.
    #[error("could not read a certificate from {}", path.display())]
    Certificate {
        /// Its file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Nobody answers at this address.
    #[error("could not connect to the mail server")]
    Connect(#[source] io::Error),
    /// Somebody answers, and it is not certain who.
    #[error("could not agree with the mail server on a private connection")]
    Tls(#[source] io::Error),
    /// The server does not offer what the settings ask for.
    #[error("the mail server does not offer STARTTLS")]
    NoStartTls,
    /// Name or password is wrong, or the server wants another way of signing in.
    #[error("the mail server refused the sign-in")]
    SignIn,
    /// A folder cannot be opened or made.
    #[error("the mail server did not open or make the folder {folder:?}")]
    Folder {
        /// Its name.
        folder: String,
    },
    /// The connection broke off.
    #[error("the connection to the mail server broke off")]
    Lost(#[source] io::Error),
    /// The server did not answer in time.
    #[error("the mail server did not answer in time")]
    Silent,
    /// The server refused something that every server does.
    #[error("the mail server refused to {action}")]
    Refused {
        /// What was asked.
        action: &'static str,
    },
    /// The server sent what is no IMAP.
    #[error("the answer of the mail server could not be understood")]
    Garbled,
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

impl MailboxError {
    /// What a failed command means. The library's own texts may quote a mail and are left out.
    pub(super) fn of(action: &'static str, error: async_imap::error::Error) -> Self {
        use async_imap::error::Error;
        match error {
            // What cannot be parsed comes as this kind, with the bytes in its text.
            Error::Io(error) if error.kind() == io::ErrorKind::Other => Self::Garbled,
            Error::Io(error) => Self::Lost(error),
            Error::ConnectionLost => Self::Lost(io::ErrorKind::ConnectionAborted.into()),
            Error::Bad(_) | Error::No(_) => Self::Refused { action },
            _ => Self::Garbled,
        }
    }
}
