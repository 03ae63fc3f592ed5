//! What a page costs beside the decoding of its picture, and which stage takes which share:
//! `cargo bench -p tests --bench page_share`.
//!
//! One core: a pool of one thread, whose own time on the processor is counted, so that other processes do not disturb
//! the figures. The text engine reads nothing. Decoding and reading take turns, and the median of each counts. Fails
//! when everything but decoding and text takes more than 1.5 times the decoding of a filled-in A4 page.
//!
//! Every filled-in A4 page counts: the two committed samples and two pages as the generator of samples scans them. In
//! all of them the scanner made the paper white, so that they are small and quickly decoded; a scan whose paper keeps
//! its noise takes longer both to decode and to read (`docs/ACCURACY.md` has figures of one). Empty pages as they are
//! printed are shown and do not count: nobody sends them in.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod page_share {
    pub(crate) mod clock;
    pub(crate) mod pages;
    pub(crate) mod spans;
}

use std::process::ExitCode;

use ocr_worker::engine::NoText;
use ocr_worker::stages::decode::{DecodeLimits, decode};
use ocr_worker::{PageSource, Reader, ReaderSettings};
use page_share::clock::busy_ns;
use page_share::pages::{Page, pages};
use page_share::spans::{self, Spans};
use schemas::layout::builtin;

const ROUNDS: usize = 11;
/// Everything but decoding and text recognition, for each part of decoding.
const MAX_RATIO: f64 = 1.5;

fn main() -> ExitCode {
    let spans = Spans::start();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let within = pool.expect("one thread can be started").install(|| {
        let reader = Reader::with_engine(builtin(), ReaderSettings::default(), Box::new(NoText))
            .expect("the layouts are sound");
        let heading = ["page", "decoding", "the rest", "ratio"];
        println!(
            "{:<34} {:>9} {:>9} {:>6}",
            heading[0], heading[1], heading[2], heading[3]
        );
        let mut within = true;
        for page in &pages(&asked_for()) {
            within &= measure(&reader, page, &spans);
        }
        within
    });
    if within {
        ExitCode::SUCCESS
    } else {
        println!("more than {MAX_RATIO} times the decoding");
        ExitCode::FAILURE
    }
}

/// After `--` the command line may have a part of the names of the pages to measure, or the path of a PNG.
fn asked_for() -> String {
    let mut parts = std::env::args()
        .skip(1)
        .filter(|arg| !arg.starts_with("--"));
    parts.next().unwrap_or_default()
}

/// Prints the figures of a page and says whether they are within the limit.
fn measure(reader: &Reader, page: &Page, spans: &Spans) -> bool {
    // The first reading draws the blanks of the layout.
    reader.read(&page.png, &PageSource::default());
    let (mut decoding, mut rest) = (Vec::new(), Vec::new());
    spans.clear();
    for _ in 0..ROUNDS {
        decoding.push(time_ms(|| {
            decode(&page.png, DecodeLimits::default()).expect("it is a picture");
        }));
        let decoded_before_ms = spans.total_ms(spans::DECODE);
        let whole_ms = time_ms(|| {
            reader.read(&page.png, &PageSource::default());
        });
        rest.push(whole_ms - (spans.total_ms(spans::DECODE) - decoded_before_ms));
    }
    let (decoding_ms, rest_ms) = (median(decoding), median(rest));
    let ratio = rest_ms / decoding_ms;
    println!(
        "{:<34} {decoding_ms:>6.1} ms {rest_ms:>6.1} ms {ratio:>6.2}",
        page.name
    );
    for (stage, share) in spans.shares() {
        println!("    {stage:<30} {:>6.1} %", 100.0 * share);
    }
    ratio <= MAX_RATIO || !page.counts
}

fn time_ms(run: impl FnOnce()) -> f64 {
    let before = busy_ns();
    run();
    spans::ms(busy_ns() - before)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
