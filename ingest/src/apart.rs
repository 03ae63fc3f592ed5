//! Files are opened in a process of their own, which may come to harm without harm to anybody else (ADR 26).
//!
//! The decoders are the work of others, and the bytes come from anywhere. [`crate::open`] holds against a panic, and against
//! what takes too long; a file that overflows the stack or asks for more memory than there is ends the program. So intake
//! starts this program again for each file, as `postbag open-file` (`inside`), with little memory and no rights to speak
//! of; sends it the file; and gets the pages back, one after the other, as `frames`. What becomes of the process is
//! what becomes of the file (`opening`): when it breaks, the page it was at is damaged, and the pages before it are kept.
//!
//! The process is this program, so that there is nothing to install, and no way to have two versions. It ends when intake
//! ends, however that comes about: it waits for the end of its input all the time.

mod frames;
mod inside;
mod opening;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::process::{Child, Command};

use crate::limits::Limits;

pub(crate) use frames::Order;
pub use inside::open_file;
pub(crate) use opening::Opening;

/// The subcommand of `postbag` that [`open_file`] is behind. Its only argument are the megabytes of memory.
pub const SUBCOMMAND: &str = "open-file";

/// The program that runs, also when another version lies in its place by now.
const THIS_PROGRAM: &str = "/proc/self/exe";

/// See [`Apart::least_patience`]. On a machine that does other things everything takes longer.
const LEAST_PATIENCE: Duration = Duration::from_secs(10);

/// How often a file is opened again whose process was killed: the file itself may be why the machine had no memory left.
const MOST_KILLS: u32 = 3;

/// Opens files in processes of their own. Cheap to clone; clones count together.
#[derive(Clone, Debug)]
pub struct Apart {
    memory_mb: u64,
    /// Instead of this program.
    program: Option<PathBuf>,
    /// How long no word may come from a process, however little time a page is given.
    least_patience: Duration,
    /// How often the process of a file was killed, by the file's origin.
    kills: Arc<Mutex<BTreeMap<String, u32>>>,
}

/// Why no file can be opened, whichever it is. Nothing was recorded; trying again is harmless.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenerError {
    /// The system starts no process.
    #[error("could not start the process that opens files")]
    Start(#[source] io::Error),
    /// It ended, or said nothing, before it had looked at any file.
    #[error("the process that opens files is not ready: {why}")]
    NotReady {
        /// How it ended.
        why: String,
    },
    /// Somebody ended it, or the system did because it needed the memory.
    #[error("the process that opens files was ended from outside by signal {signal}")]
    Ended {
        /// The signal's number.
        signal: i32,
    },
}

impl Apart {
    /// Each process may take so much memory. Of that, 256 MB are set aside for its stack.
    pub fn new(memory_mb: u64) -> Self {
        Self {
            memory_mb,
            program: None,
            least_patience: LEAST_PATIENCE,
            kills: Arc::default(),
        }
    }

    /// Proves that such a process can be started and limited here.
    ///
    /// # Errors
    /// When it cannot.
    pub async fn check(&self) -> Result<(), OpenerError> {
        Opening::start(self, String::new(), Limits::default())
            .await
            .map(drop)
    }

    /// Starts a process that has nothing of ours but the pipes.
    fn start(&self) -> Result<Child, OpenerError> {
        let program = match &self.program {
            Some(program) => program.clone(),
            None => this_program().map_err(OpenerError::Start)?,
        };
        Command::new(program)
            .arg0("postbag")
            .args([SUBCOMMAND, &self.memory_mb.to_string()])
            .env_clear()
            // One heap for all threads: each of its own would set 64 MB of the address space aside.
            .env("MALLOC_ARENA_MAX", "1")
            // Ctrl-C in a terminal is for us; the file in hand is taken to its end.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(OpenerError::Start)
    }

    /// Notes that the process of a file was killed; whether that has happened too often.
    fn is_killed_too_often(&self, origin: &str) -> bool {
        let mut kills = self.kills.lock().unwrap_or_else(PoisonError::into_inner);
        let n_kills = kills.entry(origin.to_owned()).or_default();
        *n_kills += 1;
        *n_kills >= MOST_KILLS
    }

    /// A file that was opened to its end owes nobody anything.
    fn forget(&self, origin: &str) {
        let mut kills = self.kills.lock().unwrap_or_else(PoisonError::into_inner);
        kills.remove(origin);
    }
}

fn this_program() -> io::Result<PathBuf> {
    let path = Path::new(THIS_PROGRAM);
    if path.exists() {
        Ok(path.to_owned())
    } else {
        std::env::current_exe()
    }
}

/// What it means for a file how its process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// Nothing: somebody wanted it so.
    FromOutside { signal: i32 },
    /// It asked for more memory than it may have, or for more stack.
    Costly,
    /// A decoder broke.
    Broken,
}

impl End {
    fn of(status: ExitStatus) -> Self {
        use std::os::unix::process::ExitStatusExt as _;
        match status.signal() {
            Some(signal @ (libc::SIGHUP | libc::SIGINT | libc::SIGKILL | libc::SIGTERM)) => {
                Self::FromOutside { signal }
            }
            Some(libc::SIGABRT) => Self::Costly,
            _ => Self::Broken,
        }
    }
}
