use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ingest::{Limits, open};

/// Broken, fuzzed and odd files from other projects. Not part of this one: see `DATA.md` of the project's notes.
const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/hostile");

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries
        .flatten()
        .flat_map(|entry| match entry.path() {
            path if path.is_dir() => files_below(&path),
            path => vec![path],
        })
        .collect();
    files.sort();
    files
}

/// How many pages, and how many of them are pictures. Asserts that whatever is none has a cause.
fn outcome(path: &Path) -> (usize, usize) {
    let bytes = std::fs::read(path).unwrap();
    let name = path.file_name().unwrap().to_string_lossy();
    let pages = match open::pages_named(&name, bytes, &Limits::default()) {
        Ok(pages) => pages.collect::<Vec<_>>(),
        Err(warning) => vec![Err(warning)],
    };
    assert!(
        !pages.is_empty(),
        "{} is neither pages nor a cause",
        path.display()
    );
    let warnings = pages.iter().filter_map(|page| page.as_ref().err());
    assert!(
        warnings
            .clone()
            .all(|warning| !warning.cause.is_empty() && !warning.next_action.is_empty())
    );
    (pages.len(), pages.len() - warnings.count())
}

#[test]
fn every_hostile_file_becomes_pages_or_a_cause_within_ten_seconds() {
    let files = files_below(Path::new(CORPUS));
    if files.is_empty() {
        println!(
            "SKIPPED every_hostile_file_becomes_pages_or_a_cause_within_ten_seconds: {CORPUS} is not here"
        );
        return;
    }
    let (mut n_pages, mut n_pictures, mut slowest) = (0, 0, (Duration::ZERO, PathBuf::new()));
    for path in &files {
        let started = Instant::now();
        let (pages, pictures) = outcome(path);
        let taken = started.elapsed();
        n_pages += pages;
        n_pictures += pictures;
        // A file with many pages may take longer; no page may.
        let allowed = Duration::from_secs(10) * u32::try_from(pages).unwrap();
        assert!(taken <= allowed, "{} took {taken:?}", path.display());
        if taken > slowest.0 {
            slowest = (taken, path.clone());
        }
    }
    println!(
        "{} files, {n_pages} pages, {n_pictures} pictures; slowest {slowest:?}",
        files.len()
    );
    assert!(n_pictures > 100, "the corpus holds good files too");
}
