//! JPEG files through `ingest::open`.
#![no_main]

use fuzz::{opened, panics};
use ingest::Format;
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: panics::watch(), |file: &[u8]| -> libfuzzer_sys::Corpus {
    opened::check(file, &[Format::Jpeg])
});
