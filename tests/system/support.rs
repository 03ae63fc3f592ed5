//! The real program, started as processes, with a database, a queue and folders of its own.

mod bench;
mod broker;
mod cluster;
mod database;
mod dovecot;
mod installation;
mod mail;
mod peak;
mod person;
mod process;
mod small_disk;

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use samples::Options;
use schemas::RandomIds;
use schemas::layout::builtin;
use tokio::sync::{Mutex, MutexGuard};

pub(crate) use bench::{Answer, Bench};
pub(crate) use broker::Broker;
pub(crate) use cluster::Cluster;
pub(crate) use database::Database;
pub(crate) use dovecot::{Dovecot, PASSWORD as MAIL_PASSWORD, USER as MAIL_USER};
pub(crate) use installation::{Installation, committed_pictures};
pub(crate) use mail::{Mail, Part};
pub(crate) use person::add_person;
pub(crate) use process::{
    Finished, Line, Role, Settings, finish, finish_with_errors, kill_hard, run_line_by_line,
    run_watched,
};
pub(crate) use small_disk::SmallDisk;

/// The root of the workspace.
pub(crate) fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The program, built once for all tests; or the one that `POSTBAG_TEST_PROGRAM` names.
pub(crate) fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| match setting("POSTBAG_TEST_PROGRAM", "") {
        built if built.is_empty() => build(),
        built => PathBuf::from(built),
    })
}

/// The selection is that of `cargo test --workspace`, so that libraries are built with the same features and therefore
/// once: with `-p postbag` alone most of them would be built again.
fn build() -> PathBuf {
    let mut cargo = Command::new(env!("CARGO"));
    for name in set_for_tests() {
        cargo.env_remove(name);
    }
    let built = cargo
        .args(["build", "--workspace", "--bin", "postbag"])
        .args(["--test", "system", "--message-format=json"])
        .current_dir(workspace())
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(built.status.success(), "postbag could not be built");
    let messages = String::from_utf8(built.stdout).unwrap();
    messages.lines().find_map(executable).unwrap()
}

/// What cargo tells the tests that it runs. Some libraries are built anew whenever they see these change.
fn set_for_tests() -> impl Iterator<Item = std::ffi::OsString> {
    const KEPT: [&str; 3] = ["CARGO_HOME", "CARGO_TARGET_DIR", "CARGO_INCREMENTAL"];
    let is_set_for_tests = |name: &str| {
        name == "LD_LIBRARY_PATH" || (name.starts_with("CARGO") && !KEPT.contains(&name))
    };
    std::env::vars_os()
        .map(|(name, _)| name)
        .filter(move |name| name.to_str().is_some_and(is_set_for_tests))
}

fn executable(message: &str) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(message).ok()?;
    let is_program =
        message["target"]["name"] == "postbag" && message["target"]["kind"][0] == "bin";
    is_program.then(|| message["executable"].as_str().map(PathBuf::from))?
}

/// A setting of the tests.
pub(crate) fn setting(name: &str, default: &str) -> String {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests are told where the services are"
    )]
    std::env::var(name).unwrap_or_else(|_| default.to_owned())
}

static TURN: Mutex<()> = Mutex::const_new(());

/// Tests that start many processes wait for each other: side by side they would only measure the machine.
pub(crate) async fn one_at_a_time() -> MutexGuard<'static, ()> {
    TURN.lock().await
}

/// As [`one_at_a_time`], for tests that are not async.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    TURN.blocking_lock()
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// A name that nothing else has, for databases, nodes and queues.
pub(crate) fn fresh_name(what: &str) -> String {
    format!("pbtest_{what}_{:x}", rand::random::<u64>())
}

/// Ids for what the tests write themselves.
pub(crate) fn ids() -> RandomIds {
    RandomIds(rand::random::<u128>)
}

/// Waits until `done` says so; asks several times a second.
pub(crate) async fn wait_until<F>(what: &str, within: Duration, mut done: impl FnMut() -> F)
where
    F: Future<Output = bool>,
{
    let asked = async {
        // What is done at once is seen at once; what takes long is not asked all the time.
        let mut pause = Duration::from_millis(10);
        while !done().await {
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_millis(150));
        }
    };
    let waited = tokio::time::timeout(within, asked).await;
    assert!(waited.is_ok(), "waited {within:?} in vain: {what}");
}

/// A leaflet as it comes from the scanner.
pub(crate) struct ScannedLeaflet {
    /// The file's name.
    pub(crate) name: String,
    /// The file.
    pub(crate) bytes: Vec<u8>,
    /// The number printed on it.
    pub(crate) serial: String,
}

/// How many leaflets go through the system.
pub(crate) const N_LEAFLETS: u32 = 40;
/// Any would do.
const SEED: u64 = 2026;

/// Filled-in leaflets. Made once for all tests.
pub(crate) fn leaflets() -> &'static [ScannedLeaflet] {
    static LEAFLETS: OnceLock<Vec<ScannedLeaflet>> = OnceLock::new();
    LEAFLETS.get_or_init(|| {
        let options = Options::of(builtin().remove(0));
        samples::make(SEED, N_LEAFLETS, &options)
            .map(|sample| sample.unwrap())
            .map(|sample| ScannedLeaflet {
                name: sample.name,
                bytes: sample.bytes,
                serial: sample.truths[0].serial.clone().unwrap(),
            })
            .collect()
    })
}
