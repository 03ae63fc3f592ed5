use std::process::Command;
use std::time::Duration;

use crate::support::{Role, finish};

/// Files are opened within milliseconds.
const LOOK_EVERY: Duration = Duration::from_millis(5);
const PATIENCE: Duration = Duration::from_mins(1);

/// The process that opens a file.
pub(super) struct Opener {
    pid: u32,
}

impl Opener {
    /// The one that a role has started; waits until there is one, and until it has got the file and works on it.
    pub(super) async fn of(role: &Role) -> Self {
        let found = async {
            loop {
                let found = role.children().into_iter().find(|pid| is_at_work(*pid));
                if let Some(pid) = found {
                    return Self { pid };
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        let found = tokio::time::timeout(PATIENCE, found).await;
        found.expect("a file is opened")
    }

    /// Sends a signal that ends it, and waits for that.
    pub(super) fn signal(&self, signal: &str) {
        finish(Command::new("kill").args([&format!("-{signal}"), &self.pid.to_string()]));
        while !self.is_gone() {
            std::thread::sleep(LOOK_EVERY);
        }
    }

    /// One that has ended and that nobody has asked about yet is gone as well.
    pub(super) fn is_gone(&self) -> bool {
        !is_opener(self.pid)
    }
}

/// One thread started it, one waits for the end of the input, one decodes.
fn is_at_work(pid: u32) -> bool {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task"));
    is_opener(pid) && threads.is_ok_and(|threads| threads.count() == 3)
}

fn is_opener(pid: u32) -> bool {
    let command = std::fs::read(format!("/proc/{pid}/cmdline"));
    command.is_ok_and(|command| command.starts_with(b"postbag\0open-file\0"))
}
