//! What the code of a leaflet says: parsed, printed and parsed again.
#![no_main]

use fuzz::panics;
use libfuzzer_sys::fuzz_target;
use schemas::payload::{CHECK_ALPHABET, CodePayload, DEFAULT_PREFIX, check_characters};

fuzz_target!(init: panics::watch(), |text: &str| {
    // Under no prefix the fuzzer need not find ours first.
    for prefix in [DEFAULT_PREFIX, ""] {
        match CodePayload::parse(text, prefix) {
            Ok(payload) => check(&payload),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
});

fn check(payload: &CodePayload) {
    let printed = payload.to_text(DEFAULT_PREFIX);
    assert_eq!(
        CodePayload::parse(&printed, DEFAULT_PREFIX).as_ref(),
        Ok(payload)
    );
    if let Some(serial) = &payload.serial {
        let CodePayload {
            layout,
            version,
            side,
            ..
        } = payload;
        let found = check_characters(layout, *version, *side, serial);
        assert!(found.iter().all(|found| CHECK_ALPHABET.contains(found)));
    }
}
