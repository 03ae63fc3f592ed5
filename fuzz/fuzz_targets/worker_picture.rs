//! Page pictures, PNG or JPEG, through the worker's decoder.
#![no_main]

use fuzz::{decoded, panics};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: panics::watch(), |picture: &[u8]| {
    let _ = decoded::decode(picture);
});
