//! A file goes through `ingest::open`, page by page.

use std::time::Duration;

use cpu_time::ProcessTime;
use ingest::open::{OpenedPage, media_type, pages};
use ingest::{Format, Limits};
use libfuzzer_sys::Corpus;
use schemas::reading::Warning;

use crate::decoded;

/// Small, so that a page costs the fuzzer little; each limit is reached as easily as the real one.
fn limits() -> Limits {
    Limits {
        file_size_bytes: 1 << 20,
        page_px: 1 << 20,
        page_decoded_bytes: 16 << 20,
        file_pages: 3,
        pdf_page_px: 1 << 18,
        pdf_dpi: 60.0,
        page_ms: 60_000,
    }
}

/// What a page may take: real pages of so few pixels take a hundredth of it, and instrumented code is several times
/// slower. Measured on the processor, because the machine may be busy with other things; the limit of the clock above
/// is for what never ends.
const LONGEST_A_PAGE: Duration = Duration::from_secs(8);

/// Opens `file` when it is in one of `formats`; whatever comes out must be a page that the worker can decode, or a
/// warning that helps.
///
/// # Panics
/// When it is neither.
pub fn check(file: &[u8], formats: &[Format]) -> Corpus {
    let found = media_type(file);
    if !formats.iter().any(|format| format.media_type() == found) {
        return Corpus::Reject;
    }
    let limits = limits();
    let mut started = ProcessTime::now();
    let pages = match pages(file, &limits) {
        Ok(pages) => pages,
        Err(warning) => {
            check_warning(&warning);
            check_time(started);
            return Corpus::Keep;
        }
    };
    let mut n_pages = 0;
    for page in pages {
        match page {
            Ok(page) => {
                n_pages += 1;
                check_page(&page, &limits);
            }
            Err(warning) => check_warning(&warning),
        }
        check_time(started);
        started = ProcessTime::now();
    }
    assert!(n_pages <= limits.file_pages, "{n_pages} pages");
    Corpus::Keep
}

fn check_warning(warning: &Warning) {
    let Warning {
        cause, next_action, ..
    } = warning;
    assert!(!cause.is_empty() && !next_action.is_empty());
    assert!(!cause.contains("could not be decoded within"), "{cause}");
}

fn check_time(started: ProcessTime) {
    let taken = started.elapsed();
    assert!(
        taken < LONGEST_A_PAGE,
        "a page took {} ms",
        taken.as_millis()
    );
}

fn check_page(page: &OpenedPage, limits: &Limits) {
    let (width, height) = (page.width_px, page.height_px);
    assert!(matches!(page.media_type, "image/png" | "image/jpeg"));
    assert_eq!(page.media_type, media_type(&page.picture));
    assert!(u64::from(width) * u64::from(height) <= limits.page_px);
    assert!(page.dpi.is_none_or(|dpi| (50.0..=2400.0).contains(&dpi)));
    let decoded = decoded::decode(&page.picture).expect("what was taken in can be decoded");
    let size = decoded.grey.dimensions();
    // A camera's note how the picture lies counts only when it is decoded.
    assert!(
        size == (width, height) || size == (height, width),
        "{size:?} {width} {height}"
    );
}
