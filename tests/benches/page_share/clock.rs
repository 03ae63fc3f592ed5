//! The time that this thread was on a processor.

use std::sync::OnceLock;
use std::time::Instant;

/// Nanoseconds that this thread was on a processor. Where the system does not tell (it is Linux that does), the time
/// on the wall: then nothing else may run.
pub(crate) fn busy_ns() -> u64 {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|stat| stat.split_whitespace().next()?.parse().ok())
        .unwrap_or_else(wall_ns)
}

fn wall_ns() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    let start = START.get_or_init(Instant::now);
    u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX)
}
