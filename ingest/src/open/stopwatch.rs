//! How long a decoder has worked on a page, by the processor's time where the system tells: on a machine that is busy with
//! other things a good page is not refused because it waited.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// Whatever the processor's time says, nobody waits longer than so many times the limit: a decoder may also sleep.
const PATIENCE: u32 = 6;
/// The pause between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Set by the thread that decodes, read by the one that waits for it.
#[derive(Clone, Debug, Default)]
pub(super) struct Worker(Arc<OnceLock<PathBuf>>);

impl Worker {
    /// Called on the thread that decodes. Where there is no `/proc`, the clock on the wall decides alone.
    pub(super) fn is_this_thread(&self) {
        if let Ok(thread) = fs::read_link("/proc/thread-self") {
            let _ = self.0.set(PathBuf::from("/proc").join(thread));
        }
    }

    /// How long the thread has run on a processor since it began.
    fn processor_time(&self) -> Option<Duration> {
        // Time on the processor, time spent waiting for one, slices; the first two in nanoseconds.
        let stat = fs::read_to_string(self.0.get()?.join("schedstat")).ok()?;
        stat.split(' ')
            .next()?
            .parse()
            .ok()
            .map(Duration::from_nanos)
    }
}

/// Measures one page.
#[derive(Debug)]
pub(super) struct Stopwatch<'a> {
    worker: &'a Worker,
    limit: Duration,
    began: Instant,
    processor_before: Option<Duration>,
}

impl<'a> Stopwatch<'a> {
    /// Begins now.
    pub(super) fn start(worker: &'a Worker, limit_ms: u64) -> Self {
        Self {
            worker,
            limit: Duration::from_millis(limit_ms),
            began: Instant::now(),
            processor_before: worker.processor_time(),
        }
    }

    /// How long to wait before looking again; nothing when the page has had its time.
    pub(super) fn next_look(&self) -> Option<Duration> {
        let waited = self.began.elapsed();
        let left = self.limit.saturating_sub(self.used().unwrap_or(waited));
        let patience_left = (self.limit * PATIENCE).saturating_sub(waited);
        let pause = left.min(patience_left).min(LOOK_EVERY);
        (!pause.is_zero()).then_some(pause)
    }

    fn used(&self) -> Option<Duration> {
        let now = self.worker.processor_time()?;
        // The thread may have begun only now.
        Some(now.saturating_sub(self.processor_before.unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    /// A thread that begins with `work` and then waits to be let go.
    fn look_at(limit_ms: u64, work: fn(Duration), length: Duration) -> bool {
        let worker = Worker::default();
        let (ready, is_ready) = channel();
        let (done, is_done) = channel::<()>();
        let of_thread = worker.clone();
        let thread = std::thread::spawn(move || {
            of_thread.is_this_thread();
            ready.send(()).unwrap();
            work(length);
            ready.send(()).unwrap();
            let _ = is_done.recv();
        });
        is_ready.recv().unwrap();
        let stopwatch = Stopwatch::start(&worker, limit_ms);
        is_ready.recv().unwrap();
        let has_time = stopwatch.next_look().is_some();
        drop(done);
        thread.join().unwrap();
        has_time
    }

    fn compute(length: Duration) {
        let began = cpu_time::ThreadTime::now();
        while began.elapsed() < length {
            std::hint::black_box(0);
        }
    }

    #[test]
    fn a_page_has_had_its_time_when_it_was_worked_on_so_long() {
        assert!(!look_at(100, compute, Duration::from_millis(160)));
    }

    #[test]
    fn a_page_that_only_waited_has_its_time_left_until_patience_ends() {
        assert!(look_at(100, std::thread::sleep, Duration::from_millis(250)));
        assert!(!look_at(20, std::thread::sleep, Duration::from_millis(130)));
    }
}
