use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use super::dice::Dice;
use super::pile::Scan;

/// The longest pause between two pieces of a file: longer than the inbox lets a file settle, half of what it gives a
/// file that stays half-written.
const LONGEST_PAUSE_MS: u64 = 700;
const MOST_PIECES: u64 = 5;

/// Writes into the inbox, whether or not anybody takes files out of it.
pub(super) struct Scanner {
    inbox: PathBuf,
    writing: Vec<JoinHandle<()>>,
    n_half_written: Arc<AtomicUsize>,
    /// Everything that was ever put on it.
    pub(super) scans: Vec<Scan>,
}

/// When a file is begun, and how long the scanner pauses before each further piece.
struct Plan {
    begin: Duration,
    pauses: Vec<Duration>,
}

impl Scanner {
    pub(super) fn new(inbox: PathBuf) -> Self {
        Self {
            inbox,
            writing: Vec::new(),
            n_half_written: Arc::default(),
            scans: Vec::new(),
        }
    }

    /// Begins each of these files at some moment of the next `life_ms`; some end later.
    pub(super) fn scan_within(&mut self, life_ms: u64, scans: Vec<Scan>, dice: &mut Dice) {
        for scan in scans {
            let n_pauses = if scan.in_pieces {
                1 + dice.below(MOST_PIECES - 1)
            } else {
                0
            };
            let plan = Plan {
                begin: Duration::from_millis(dice.below(life_ms + 1)),
                pauses: (0..n_pauses)
                    .map(|_| Duration::from_millis(20 + dice.below(LONGEST_PAUSE_MS - 20)))
                    .collect(),
            };
            self.scans.push(scan.clone());
            let (inbox, n_half_written) = (self.inbox.clone(), Arc::clone(&self.n_half_written));
            self.writing.push(std::thread::spawn(move || {
                write(&inbox, &scan, &plan, &n_half_written);
            }));
        }
    }

    /// How many files are half-written at this moment.
    pub(super) fn n_half_written(&self) -> usize {
        self.n_half_written.load(Ordering::SeqCst)
    }

    /// Waits until all is written.
    pub(super) fn finish(&mut self) {
        for writing in self.writing.drain(..) {
            writing.join().unwrap();
        }
    }
}

fn write(inbox: &Path, scan: &Scan, plan: &Plan, n_half_written: &AtomicUsize) {
    std::thread::sleep(plan.begin);
    let path = inbox.join(&scan.name);
    if plan.pauses.is_empty() {
        let unfinished = inbox.join(format!("{}.part", scan.name));
        std::fs::write(&unfinished, &scan.bytes).unwrap();
        std::fs::rename(unfinished, path).unwrap();
        return;
    }
    n_half_written.fetch_add(1, Ordering::SeqCst);
    let mut file = std::fs::File::create(path).unwrap();
    let mut pieces = scan
        .bytes
        .chunks(scan.bytes.len().div_ceil(plan.pauses.len() + 1));
    file.write_all(pieces.next().unwrap()).unwrap();
    for (piece, pause) in pieces.zip(&plan.pauses) {
        std::thread::sleep(*pause);
        file.write_all(piece).unwrap();
    }
    n_half_written.fetch_sub(1, Ordering::SeqCst);
}
