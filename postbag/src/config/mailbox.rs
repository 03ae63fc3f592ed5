use std::net::IpAddr;
use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use ingest::mailbox::{MailboxSettings, Tls};
use serde::{Deserialize, Serialize};

/// A mailbox that scans are sent to. Without a server there is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Mailbox {
    pub(crate) server: Option<String>,
    pub(crate) tls: TlsName,
    /// Without one, that which belongs to `tls`.
    pub(crate) port: Option<u16>,
    /// The certificate of an authority of one's own.
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) user: Option<String>,
    /// A file that holds the password.
    pub(crate) password_file: Option<PathBuf>,
    /// Where mails arrive.
    pub(crate) folder: String,
    /// Where they go when all is in.
    pub(crate) done: String,
    /// Where they go when a person must look.
    pub(crate) problem: String,
    /// The time between two looks.
    pub(crate) poll_s: u64,
}

/// How the connection is kept private.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum TlsName {
    #[default]
    Tls,
    StartTls,
    None,
}

impl Default for Mailbox {
    fn default() -> Self {
        Self {
            server: None,
            tls: TlsName::default(),
            port: None,
            ca_file: None,
            user: None,
            password_file: None,
            folder: "INBOX".to_owned(),
            done: "Postbag/done".to_owned(),
            problem: "Postbag/problem".to_owned(),
            // Each look is a new connection, which providers count; nobody waits at the door for a mail.
            poll_s: 60,
        }
    }
}

impl Mailbox {
    /// What types cannot say.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        self.settings().map(drop)
    }

    /// The settings, when there is a mailbox.
    pub(crate) fn settings(&self) -> anyhow::Result<Option<MailboxSettings>> {
        let Some(server) = self.server.clone() else {
            return Ok(None);
        };
        ensure!(
            self.tls != TlsName::None || is_this_machine(&server),
            "mailbox.tls = \"none\" is for a server on this machine; the password would travel in the clear to {server}"
        );
        ensure!(self.poll_s > 0, "mailbox.poll_s must be at least 1");
        self.check_folders()?;
        let user = self.user.clone();
        let password_file = self.password_file.clone();
        Ok(Some(MailboxSettings {
            server,
            port: self.port.unwrap_or(match self.tls {
                TlsName::Tls => 993,
                TlsName::StartTls | TlsName::None => 143,
            }),
            tls: match self.tls {
                TlsName::Tls => Tls::FromTheStart,
                TlsName::StartTls => Tls::AfterGreeting,
                TlsName::None => Tls::None,
            },
            ca_file: self.ca_file.clone(),
            user: user.context("mailbox.server is set; set mailbox.user as well")?,
            password_file: password_file
                .context("mailbox.server is set; set mailbox.password_file as well")?,
            folder: self.folder.clone(),
            done: self.done.clone(),
            problem: self.problem.clone(),
            poll_ms: self.poll_s.saturating_mul(1_000),
        }))
    }

    /// A mail that is moved into the folder where mails arrive would be taken again and again.
    fn check_folders(&self) -> anyhow::Result<()> {
        let folders = [&self.folder, &self.done, &self.problem];
        for folder in folders {
            let is_plain =
                |c: char| c.is_ascii() && !c.is_ascii_control() && !r#""\*%&"#.contains(c);
            ensure!(
                !folder.is_empty() && folder.chars().all(is_plain),
                "the name of the mailbox's folder {folder:?} needs plain letters, without any of \" \\ * % &"
            );
        }
        let is_inbox = |folder: &String| folder.eq_ignore_ascii_case(&self.folder);
        ensure!(
            !is_inbox(&self.done) && !is_inbox(&self.problem),
            "mailbox.done and mailbox.problem must be other folders than mailbox.folder"
        );
        Ok(())
    }
}

fn is_this_machine(server: &str) -> bool {
    let address: Result<IpAddr, _> = server.parse();
    server == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mailbox(server: &str) -> Mailbox {
        Mailbox {
            server: Some(server.to_owned()),
            user: Some("scans".to_owned()),
            password_file: Some(PathBuf::from("password")),
            ..Mailbox::default()
        }
    }

    #[test]
    fn without_a_server_there_is_none_and_with_one_the_port_follows() {
        assert_eq!(Mailbox::default().settings().unwrap(), None);
        let port = |tls| {
            let mailbox = Mailbox {
                tls,
                ..mailbox("localhost")
            };
            mailbox.settings().unwrap().unwrap().port
        };
        assert_eq!((port(TlsName::Tls), port(TlsName::StartTls)), (993, 143));
    }

    #[test]
    fn a_password_never_travels_in_the_clear() {
        for (server, is_allowed) in [("127.0.0.1", true), ("::1", true), ("mail.example", false)] {
            let tls = TlsName::None;
            let mailbox = Mailbox {
                tls,
                ..mailbox(server)
            };
            assert_eq!(mailbox.check().is_ok(), is_allowed, "{server}");
        }
    }

    #[test]
    fn folders_differ_and_have_plain_names() {
        for done in ["inbox", "", "Done*", "Erledigt für immer"] {
            let done = done.to_owned();
            let mailbox = Mailbox {
                done,
                ..mailbox("localhost")
            };
            assert!(mailbox.check().is_err());
        }
    }
}
