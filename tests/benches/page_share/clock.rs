//! The time that this thread was on a processor.

use cpu_time::ThreadTime;

/// Nanoseconds that this thread was on a processor, so that other processes do not disturb the figures. What Linux
/// writes into `/proc` is no clock for this: on many machines it moves in steps of four milliseconds.
pub(crate) fn busy_ns() -> u64 {
    let busy = ThreadTime::now().as_duration();
    u64::try_from(busy.as_nanos()).unwrap_or(u64::MAX)
}
