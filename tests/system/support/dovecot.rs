use std::fs::File;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::{finish, free_port, kill_hard};

/// Where Debian puts it.
const SERVER: &str = "/usr/sbin/dovecot";
/// Whoever signs in; the only one there is.
pub(crate) const USER: &str = "scans";
pub(crate) const PASSWORD: &str = "the \"mailbox's\" pass\\word";
/// Dovecot serves mails as nobody but root: with Debian's users, or all as the user of the tests.
const OWNER: &str = "nobody";

/// A Dovecot of its own, with one mailbox.
pub(crate) struct Dovecot {
    folder: tempfile::TempDir,
    port: u16,
    tls_port: u16,
    child: Child,
    n_delivered: AtomicU32,
}

impl Dovecot {
    /// Starts one and waits until it answers.
    pub(crate) fn start() -> Self {
        Self::start_with("")
    }

    /// Starts one that says that it can do no more than these things (RFC 3501, CAPABILITY).
    pub(crate) fn start_that_can_only(capabilities: &str) -> Self {
        Self::start_with(&format!("imap_capability = {capabilities}\n"))
    }

    fn start_with(more_config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        make_certificates(folder.path());
        let (port, tls_port) = (free_port(), free_port());
        let config = config(folder.path(), port, tls_port) + more_config;
        std::fs::write(folder.path().join("dovecot.conf"), config).unwrap();
        let users = format!("{USER}:{PASSWORD}::::::\n");
        std::fs::write(folder.path().join("users"), users).unwrap();
        for name in ["mail", "mail/tmp", "mail/new", "mail/cur"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        give_away(folder.path(), &["mail"]);
        finish(Command::new("chmod").arg("755").arg(folder.path()));
        let child = spawn(folder.path());
        let mut dovecot = Self {
            folder,
            port,
            tls_port,
            child,
            n_delivered: AtomicU32::new(0),
        };
        dovecot.wait();
        dovecot
    }

    /// Where connections begin in the clear.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Where they are private from the start.
    pub(crate) fn tls_port(&self) -> u16 {
        self.tls_port
    }

    /// The authority that signed the server's certificate.
    pub(crate) fn ca_file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// Pulls the plug.
    pub(crate) fn kill(&mut self) {
        kill_hard(self.child.id());
        self.child.wait().unwrap();
    }

    /// Starts it again on what is left on the disk.
    pub(crate) fn start_again(&mut self) {
        self.child = spawn(self.folder.path());
        self.wait();
    }

    /// Puts a mail into the folder that mails arrive in, as a mail server does; also while nobody serves it.
    pub(crate) fn deliver(&self, mail: &[u8]) {
        let name = name_of(self.n_delivered.fetch_add(1, Ordering::SeqCst));
        let unfinished = self.folder.path().join("mail/tmp").join(&name);
        std::fs::write(&unfinished, mail).unwrap();
        give_away(self.folder.path(), &[&format!("mail/tmp/{name}")]);
        std::fs::rename(unfinished, self.folder.path().join("mail/new").join(name)).unwrap();
    }

    /// Marks the mail that was delivered last as deleted, as somebody else may who looks into the mailbox.
    pub(crate) fn mark_as_deleted(&self) {
        let n_delivered = self.n_delivered.load(Ordering::SeqCst) - 1;
        let mail = self.folder.path().join("mail");
        let name = name_of(n_delivered);
        let marked = mail.join("cur").join(format!("{name}:2,T"));
        std::fs::rename(mail.join("new").join(&name), marked).unwrap();
    }

    /// Keeps the server from reading the mail that was delivered last, as a disk with a fault does.
    pub(crate) fn break_mail(&self) {
        let n_delivered = self.n_delivered.load(Ordering::SeqCst) - 1;
        let path = self
            .folder
            .path()
            .join("mail/new")
            .join(name_of(n_delivered));
        finish(Command::new("chmod").arg("000").arg(path));
    }

    /// Undoes [`Self::break_mail`].
    pub(crate) fn mend_mails(&self) {
        finish(
            Command::new("chmod")
                .args(["-R", "u+rwX"])
                .arg(self.folder.path().join("mail")),
        );
    }

    /// How many mails of the folder that mails arrive in are marked as deleted.
    pub(crate) fn n_marked_as_deleted(&self) -> usize {
        let entries = std::fs::read_dir(self.folder.path().join("mail/cur"))
            .into_iter()
            .flatten()
            .flatten();
        let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        let is_marked = |name: &String| {
            name.rsplit_once(":2,")
                .is_some_and(|(_, flags)| flags.contains('T'))
        };
        names.filter(is_marked).count()
    }

    /// How many mails are in a folder: "" is the one that mails arrive in.
    pub(crate) fn n_mails(&self, folder: &str) -> usize {
        let files = |inside: &str| {
            let entries = std::fs::read_dir(self.maildir(folder).join(inside));
            entries.into_iter().flatten().count()
        };
        files("new") + files("cur")
    }

    /// Lets nobody put anything into a folder, or everybody again.
    pub(crate) fn lock(&self, folder: &str) {
        self.set_mode(folder, "0500");
    }

    /// Undoes [`Self::lock`].
    pub(crate) fn unlock(&self, folder: &str) {
        self.set_mode(folder, "0700");
    }

    fn set_mode(&self, folder: &str, mode: &str) {
        for inside in ["tmp", "new", "cur"] {
            let path = self.maildir(folder).join(inside);
            finish(Command::new("chmod").arg(mode).arg(path));
        }
    }

    fn maildir(&self, folder: &str) -> PathBuf {
        let mail = self.folder.path().join("mail");
        if folder.is_empty() {
            return mail;
        }
        mail.join(format!(".{}", folder.replace('/', ".")))
    }

    fn wait(&mut self) {
        const LONGEST_START: Duration = Duration::from_secs(30);
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let ended = self.child.try_wait().unwrap().is_some();
            if ended || started.elapsed() > LONGEST_START {
                let read = |name: &str| {
                    std::fs::read_to_string(self.folder.path().join(name)).unwrap_or_default()
                };
                panic!(
                    "no Dovecot could be started ({SERVER}; install dovecot-imapd):\n{}{}",
                    read("output"),
                    read("log")
                );
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            let tail: Vec<&str> = log.lines().rev().take(15).collect();
            eprintln!("--- the last of dovecot");
            tail.into_iter().rev().for_each(|line| eprintln!("{line}"));
        }
        kill_hard(self.child.id());
        let _ = self.child.wait();
    }
}

/// Dovecot numbers mails that it finds together by their names.
fn name_of(n_delivered: u32) -> String {
    format!("{}.M{n_delivered}.tests", 1_790_000_000 + n_delivered)
}

fn spawn(folder: &Path) -> Child {
    let output = File::options()
        .append(true)
        .create(true)
        .open(folder.join("output"))
        .unwrap();
    Command::new(SERVER)
        .args(["-F", "-c"])
        .arg(folder.join("dovecot.conf"))
        .stdout(output.try_clone().unwrap())
        .stderr(output)
        .spawn()
        .unwrap_or_else(|error| {
            panic!("{SERVER} cannot be started: {error}; install dovecot-imapd")
        })
}

fn config(folder: &Path, port: u16, tls_port: u16) -> String {
    let at = |name: &str| folder.join(name).display().to_string();
    let users = if is_root() {
        format!("mail_uid = {OWNER}\nmail_gid = nogroup\nfirst_valid_uid = 1\n")
    } else {
        let me = finish(Command::new("id").arg("-un"));
        let me = me.trim();
        format!(
            "default_internal_user = {me}\ndefault_login_user = {me}\nmail_uid = {me}\n\
             service imap-login {{\n  chroot =\n}}\nservice anvil {{\n  chroot =\n}}\n"
        )
    };
    format!(
        "protocols = imap\nlisten = 127.0.0.1\nbase_dir = {}\nstate_dir = {}\nlog_path = {}\n\
         mail_location = maildir:{}\ndisable_plaintext_auth = no\nauth_failure_delay = 0\n\
         ssl = yes\nssl_cert = <{}\nssl_key = <{}\n{users}\
         passdb {{\n  driver = passwd-file\n  args = scheme=PLAIN {}\n}}\n\
         userdb {{\n  driver = static\n  args = home={}\n}}\n\
         service imap-login {{\n  inet_listener imap {{\n    port = {port}\n  }}\n  \
         inet_listener imaps {{\n    port = {tls_port}\n    ssl = yes\n  }}\n}}\n",
        at("run"),
        at("state"),
        at("log"),
        at("mail"),
        at("server.pem"),
        at("server.key"),
        at("users"),
        at("mail"),
    )
}

/// An authority of one's own, and a certificate for `localhost` that it signed.
fn make_certificates(folder: &Path) {
    std::fs::write(
        folder.join("names"),
        "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n",
    )
    .unwrap();
    let openssl = |arguments: &str| {
        let mut openssl = Command::new("openssl");
        finish(openssl.args(arguments.split(' ')).current_dir(folder));
    };
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    openssl(&format!(
        "req -x509 {key} -keyout ca.key -out ca.pem -days 2 -subj /CN=tests"
    ));
    openssl(&format!(
        "req -new {key} -keyout server.key -out server.csr -subj /CN=localhost"
    ));
    openssl(
        "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.pem",
    );
}

fn give_away(folder: &Path, names: &[&str]) {
    if is_root() {
        for name in names {
            finish(
                Command::new("chown")
                    .args(["-R", OWNER])
                    .arg(folder.join(name)),
            );
        }
    }
}

fn is_root() -> bool {
    finish(Command::new("id").arg("-u")).trim() == "0"
}
