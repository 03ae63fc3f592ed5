//! Big files on their way in: a PDF of 1,000 pages and a TIFF of 500, through `postbag ingest FILE`:
//! `cargo bench -p tests --bench intake`.
//!
//! The pages are a committed sample at 200 dots per inch, as office machines scan (1,000 pages at 300 would be more than
//! a file may have), each with a stamp of its own, so that no two are the same blob. The PDF holds JPEG (`img2pdf`), the
//! TIFF fax of group 4 (`ppm2tiff`, `tiffcp`); `make deps` installs the tools.
//!
//! Beside it, on one thread: the same pages decoded to pixels and their bytes hashed, with nothing kept. The whole of
//! the intake counts, from the start of the program to its end: opening, checking, hashing, the pictures on the disk, the
//! rows in SQLite. Fails when intake has less than 0.7 of that throughput, or ever holds more than 350 MB.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod intake {
    pub(crate) mod files;
    pub(crate) mod program;
}

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use intake::files::{self, Made};
use intake::program;

const LEAST_SHARE: f64 = 0.7;
const MOST_MB: u64 = 350;

fn main() -> ExitCode {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let program = program::built();
    let mut within = true;
    for make in [files::pdf, files::tiff] {
        within &= measure(&make(folder.path()), &program);
    }
    if within {
        ExitCode::SUCCESS
    } else {
        println!("less than {LEAST_SHARE} of bare decoding, or more than {MOST_MB} MB");
        ExitCode::FAILURE
    }
}

/// Prints the figures of a file and says whether they are within the limits.
fn measure(made: &Made, program: &Path) -> bool {
    let started = Instant::now();
    made.decode_and_hash();
    let bare = started.elapsed();
    let taken = program::ingest(program, &made.path);
    let expected = format!("{} page(s) taken in", made.n_pages);
    assert!(taken.output.contains(&expected), "{}", taken.output);
    let share = bare.as_secs_f64() / taken.time.as_secs_f64();
    let peak_mb = taken.peak_bytes / 1_000_000;
    println!(
        "{}: {} pages, {} MB; bare {}, intake {} (share {share:.2}), {peak_mb} MB at most",
        made.name,
        made.n_pages,
        made.size_bytes() / 1_000_000,
        a_page(bare, made.n_pages),
        a_page(taken.time, made.n_pages),
    );
    share >= LEAST_SHARE && peak_mb <= MOST_MB
}

fn a_page(time: Duration, n_pages: u32) -> String {
    format!(
        "{:.1} ms a page",
        1000.0 * time.as_secs_f64() / f64::from(n_pages)
    )
}
