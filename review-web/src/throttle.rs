use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use schemas::TimeMs;

/// Entries that are remembered before old ones are swept out; about a megabyte.
const SWEEP_ABOVE: usize = 10_000;

/// Slows down guessing: counts wrong passwords by name and address.
///
/// It lives in memory: a restart forgets it, and with several web processes each counts for itself.
#[derive(Debug)]
pub(crate) struct Throttle {
    attempts: u32,
    wait_ms: i64,
    failures: Mutex<HashMap<Key, Failures>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    name: String,
    address: Option<IpAddr>,
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    until: TimeMs,
}

impl Throttle {
    pub(crate) fn new(attempts: u32, wait_ms: i64) -> Self {
        Self {
            attempts: attempts.max(1),
            wait_ms,
            failures: Mutex::default(),
        }
    }

    /// How long this name has to wait before it may try again from this address; `None` when it may now.
    pub(crate) fn wait_ms(&self, name: &str, address: Option<IpAddr>, now: TimeMs) -> Option<i64> {
        let failures = self.lock();
        let found = failures.get(&key(name, address))?;
        let left_ms = found.until.0 - now.0;
        (found.count >= self.attempts && left_ms > 0).then_some(left_ms)
    }

    /// Notes a wrong password.
    pub(crate) fn failed(&self, name: &str, address: Option<IpAddr>, now: TimeMs) {
        let mut failures = self.lock();
        if failures.len() > SWEEP_ABOVE {
            failures.retain(|_, found| found.until > now);
        }
        let until = now.plus_ms(self.wait_ms);
        let found = failures
            .entry(key(name, address))
            .or_insert(Failures { count: 0, until });
        if found.until <= now {
            found.count = 0;
        }
        found.count += 1;
        found.until = until;
    }

    /// Forgets the wrong passwords of somebody who knew the right one.
    pub(crate) fn succeeded(&self, name: &str, address: Option<IpAddr>) {
        self.lock().remove(&key(name, address));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Failures>> {
        // A panic between two counts leaves counts: nothing that could not be used on.
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(name: &str, address: Option<IpAddr>) -> Key {
    // A stranger may send any name; what is kept of it is short.
    let name = name.trim().to_lowercase().chars().take(80).collect();
    Key { name, address }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_waits_after_too_many_wrong_passwords_and_may_try_again_later() {
        let throttle = Throttle::new(2, 1_000);
        throttle.failed("ada", None, TimeMs(0));
        assert_eq!(throttle.wait_ms("ada", None, TimeMs(0)), None);
        throttle.failed("Ada ", None, TimeMs(100));
        assert_eq!(throttle.wait_ms("ada", None, TimeMs(600)), Some(500));
        assert_eq!(throttle.wait_ms("bob", None, TimeMs(600)), None);
        assert_eq!(throttle.wait_ms("ada", None, TimeMs(1_200)), None);
    }

    #[test]
    fn the_right_password_clears_the_count() {
        let throttle = Throttle::new(1, 1_000);
        throttle.failed("ada", None, TimeMs(0));
        throttle.succeeded("ada", None);
        assert_eq!(throttle.wait_ms("ada", None, TimeMs(1)), None);
    }
}
