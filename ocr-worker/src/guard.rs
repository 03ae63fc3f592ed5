//! Guard: libraries that may panic on what they find in a picture.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// What `run` gives; nothing when it panics. A picture must not end the worker.
pub fn guarded<T>(run: impl FnOnce() -> T) -> Option<T> {
    let outer = GUARDED.replace(true);
    let found = catch_unwind(AssertUnwindSafe(run)).ok();
    GUARDED.set(outer);
    found
}

/// Whether this thread runs something whose panic is caught here and tells nothing: a program's panic hook stays silent then.
pub fn is_guarded() -> bool {
    GUARDED.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_gives_nothing_and_is_known_to_be_guarded() {
        assert_eq!(guarded(is_guarded), Some(true));
        assert!(!is_guarded());
        let caught: Option<()> = guarded(|| std::panic::resume_unwind(Box::new("broken")));
        assert_eq!((caught, is_guarded()), (None, false));
    }
}
