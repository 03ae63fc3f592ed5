//! How much memory a process takes, together with those that it starts: files are opened in processes of their own.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

const LOOK_EVERY: Duration = Duration::from_millis(5);

/// Looks at the memory of a process, and of those that it started, until it is asked.
pub(crate) struct Peak {
    is_over: Arc<AtomicBool>,
    looking: JoinHandle<u64>,
}

impl Peak {
    pub(crate) fn of(pid: u32) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&is_over);
        let looking = std::thread::spawn(move || {
            let mut peak_bytes = 0;
            let mut family = Family::of(pid);
            while !until.load(Ordering::Relaxed) {
                peak_bytes = peak_bytes.max(family.together());
                std::thread::sleep(LOOK_EVERY);
            }
            peak_bytes
        });
        Self { is_over, looking }
    }

    /// The most that they held at once.
    pub(crate) fn bytes(self) -> u64 {
        self.is_over.store(true, Ordering::Relaxed);
        self.looking.join().expect("looking cannot fail")
    }
}

/// A process and those that it starts.
struct Family {
    pid: u32,
    /// Every process that was seen, and whether it is a child: each is asked once. To ask all of them every time takes a
    /// third of a core, and what is measured would be slower for it.
    is_child: HashMap<u32, bool>,
}

impl Family {
    fn of(pid: u32) -> Self {
        Self {
            pid,
            is_child: HashMap::new(),
        }
    }

    fn together(&mut self) -> u64 {
        let mut pids = vec![self.pid];
        for other in processes() {
            let is_child = self.is_child.entry(other);
            if *is_child.or_insert_with(|| parent(other) == Some(self.pid)) {
                pids.push(other);
            }
        }
        pids.into_iter().filter_map(high_water_mark).sum()
    }
}

/// The largest resident set of a process so far, as the kernel keeps it; it only grows, so that asking often loses little.
fn high_water_mark(pid: u32) -> Option<u64> {
    let kib: u64 = status(pid, "VmHWM:")?
        .strip_suffix(" kB")?
        .trim()
        .parse()
        .ok()?;
    Some(kib * 1024)
}

/// The processes that there are.
pub(crate) fn processes() -> impl Iterator<Item = u32> {
    let listed = std::fs::read_dir("/proc").expect("there is a list of processes");
    listed
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// The process that started a process.
pub(crate) fn parent(pid: u32) -> Option<u32> {
    status(pid, "PPid:")?.parse().ok()
}

fn status(pid: u32, key: &str) -> Option<String> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let value = status.lines().find_map(|line| line.strip_prefix(key))?;
    Some(value.trim().to_owned())
}
