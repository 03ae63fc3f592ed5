use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{finish, free_port, kill_hard};

/// PostgreSQL refuses to run as root; this is the user that Debian makes for it.
const USER: &str = "postgres";

/// A PostgreSQL server of its own, so that it can be killed without disturbing others.
pub(crate) struct Cluster {
    folder: tempfile::TempDir,
    port: u16,
    child: Child,
}

impl Cluster {
    /// Makes one, starts it and waits until it answers.
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        if is_root() {
            finish(Command::new("chown").arg(USER).arg(folder.path()));
        }
        let data = folder.path().join("data");
        finish(
            server_command("initdb")
                .args(["-U", USER, "-A", "trust", "-E", "UTF8", "-D"])
                .arg(&data),
        );
        let port = free_port();
        let child = spawn(folder.path(), port);
        let mut cluster = Self {
            folder,
            port,
            child,
        };
        cluster.wait();
        cluster
    }

    /// Where its only database is.
    pub(crate) fn url(&self) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/postgres", self.port)
    }

    /// Pulls the plug.
    pub(crate) fn kill(&mut self) {
        kill_hard(self.pid().expect("the server runs"));
        self.child.wait().unwrap();
    }

    /// Starts it again on what is left on the disk.
    pub(crate) fn start_again(&mut self) {
        self.child = spawn(self.folder.path(), self.port);
        self.wait();
    }

    fn pid(&self) -> Option<u32> {
        let file = std::fs::read_to_string(self.folder.path().join("data/postmaster.pid")).ok()?;
        file.lines().next()?.parse().ok()
    }

    fn wait(&mut self) {
        const LONGEST_START: Duration = Duration::from_mins(1);
        let started = Instant::now();
        while !self.answers() {
            let ended = self.child.try_wait().unwrap().is_some();
            if ended || started.elapsed() > LONGEST_START {
                let log =
                    std::fs::read_to_string(self.folder.path().join("output")).unwrap_or_default();
                panic!("no PostgreSQL server could be started:\n{log}");
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn answers(&self) -> bool {
        let mut psql = Command::new("psql");
        psql.args(["--no-psqlrc", &self.url(), "-c", "SELECT 1"])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        psql.status().unwrap().success()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(pid) = self.pid() {
            kill_hard(pid);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(folder: &Path, port: u16) -> Child {
    let output = File::options()
        .append(true)
        .create(true)
        .open(folder.join("output"))
        .unwrap();
    server_command("postgres")
        .arg("-D")
        .arg(folder.join("data"))
        .args(["-p", &port.to_string(), "-k"])
        .arg(folder)
        .args(["-c", "listen_addresses=127.0.0.1"])
        .stdout(output.try_clone().unwrap())
        .stderr(output)
        .spawn()
        .unwrap()
}

/// A program of the server, as a user that may run it.
fn server_command(program: &str) -> Command {
    let program = server_program(program);
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", USER, "--"]).arg(program);
    command
}

/// Debian keeps the server's programs beside each version; elsewhere they are on the path.
fn server_program(name: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut found: Vec<PathBuf> = versions
        .map(|version| version.path().join("bin").join(name))
        .filter(|program| program.is_file())
        .collect();
    found.sort();
    found.pop().unwrap_or_else(|| PathBuf::from(name))
}

fn is_root() -> bool {
    finish(Command::new("id").arg("-u")).trim() == "0"
}
