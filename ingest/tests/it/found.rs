//! What fuzzing has found (`make fuzz`), made as small as it gets.

use std::path::Path;

use ingest::{Limits, open};

/// What comes of each page: its size, or the cause why there is none. Asserts that a page can be decoded.
fn outcome(file: &str) -> Vec<Result<(u32, u32), String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/found")
        .join(file);
    let bytes = std::fs::read(&path).unwrap();
    match open::pages(bytes, &Limits::default()) {
        Ok(pages) => pages
            .map(|page| page.map(|page| size(&page)).map_err(|w| w.cause))
            .collect(),
        Err(warning) => vec![Err(warning.cause)],
    }
}

fn size(page: &open::OpenedPage) -> (u32, u32) {
    let decoded = image::load_from_memory(&page.picture).unwrap();
    assert_eq!(
        (decoded.width(), decoded.height()),
        (page.width_px, page.height_px)
    );
    (page.width_px, page.height_px)
}

fn only_cause(file: &str) -> String {
    let mut pages = outcome(file);
    assert_eq!(pages.len(), 1, "{pages:?}");
    pages.remove(0).unwrap_err()
}

#[test]
fn a_picture_of_palette_colours_without_a_palette_is_damaged() {
    let cause = only_cause("palette-is-missing.png");
    assert!(cause.contains("damaged"), "{cause}");
}

#[test]
fn a_mask_that_no_memory_holds_is_too_large() {
    let cause = only_cause("mask-without-end.pdf");
    assert!(cause.contains("claims to be 999999 × 999999"), "{cause}");
}

#[test]
fn a_row_that_no_memory_holds_is_damage() {
    let cause = only_cause("row-without-end.pdf");
    assert!(cause.contains("damaged"), "{cause}");
}

#[test]
fn a_strip_that_says_it_is_larger_than_its_page_is_damage() {
    let cause = only_cause("strip-larger-than-its-page.tif");
    assert!(cause.contains("damaged"), "{cause}");
}
