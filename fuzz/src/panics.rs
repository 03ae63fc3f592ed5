//! Which panics are findings.
//!
//! The fuzzer takes every panic for a finding. Decoders are the work of others, and that one of them panics is
//! provided for: the page counts as damaged. So a panic in a library only counts, and is a finding when nobody catches
//! it. A panic in our own code is always one.

use std::backtrace::Backtrace;
use std::collections::BTreeSet;
use std::panic::PanicHookInfo;
use std::sync::Mutex;

/// Where cargo keeps the sources of libraries.
const LIBRARIES: &str = "/registry/src/";
/// The standard library's own sources, where they were when it was built, or where `rustup` has put them.
const STANDARD: [&str; 2] = ["/rustc/", "/rustlib/src/rust/library/"];

static SEEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Puts the hook in place of the fuzzer's.
pub fn watch() {
    std::panic::set_hook(Box::new(|info| {
        let place = place(info);
        if !place.contains(LIBRARIES) {
            eprintln!("FINDING: {info}\n{}", Backtrace::force_capture());
            std::process::abort();
        }
        tell_once(place, info);
    }));
}

/// Where it happened; for a panic in the standard library, who called it.
fn place(info: &PanicHookInfo<'_>) -> String {
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    if is_standard(&place) {
        caller(&Backtrace::force_capture().to_string()).unwrap_or(place)
    } else {
        place
    }
}

/// The innermost line of a backtrace that is neither the standard library's nor this file's.
fn caller(backtrace: &str) -> Option<String> {
    let places = backtrace
        .lines()
        .filter_map(|line| line.trim().strip_prefix("at "));
    let mut others = places.filter(|place| !is_standard(place) && !place.contains(file!()));
    others.next().map(str::to_owned)
}

fn is_standard(place: &str) -> bool {
    STANDARD.iter().any(|sources| place.contains(sources))
}

fn tell_once(place: String, info: &PanicHookInfo<'_>) {
    let Ok(mut seen) = SEEN.lock() else { return };
    if !seen.contains(&place) {
        eprintln!("CONTAINED: {place}: {info}");
        seen.insert(place);
    }
}
