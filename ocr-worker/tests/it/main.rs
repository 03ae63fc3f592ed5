//! The reader against the committed samples, and the job against a store.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod glyphs;
mod golden;
mod hostile;
mod job;
mod letter;
mod lines;
mod looks;
mod truth;

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use ocr_worker::{PageRead, PageSource, Reader, ReaderSettings};
use samples::Truth;

/// One reader for all tests: the blank reference is drawn once.
static READER: LazyLock<Reader> =
    LazyLock::new(|| Reader::new(schemas::layout::builtin(), ReaderSettings::default()).unwrap());

/// A committed sample that is one PNG or JPEG file; TIFF and PDF need `ingest` and are read in `tests/`.
struct Committed {
    truth: Truth,
    bytes: Vec<u8>,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../samples/leaflets")
}

fn committed() -> Vec<Committed> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let truths = files
        .iter()
        .filter(|path| path.to_string_lossy().ends_with(".truth.json"));
    truths
        .map(|path| Truth::parse(&fs::read_to_string(path).unwrap()).unwrap())
        .filter(|truth| matches!(truth.media_type.as_str(), "image/png" | "image/jpeg"))
        .map(|truth| Committed {
            bytes: fs::read(folder().join(&truth.file)).unwrap(),
            truth,
        })
        .collect()
}

fn read(sample: &Committed) -> PageRead {
    let source = PageSource {
        file: sample.truth.file.clone(),
        page_idx: sample.truth.page_idx,
        dpi: Some(sample.truth.dpi),
        placement: None,
    };
    READER.read(&sample.bytes, &source)
}
