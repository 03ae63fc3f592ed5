//! Postbag beside the `tesseract` command, in the same run: `cargo bench -p tests --bench against_tesseract`, under `taskset -c 0`
//! for one core (built before with `--no-run`).
//!
//! Whole pages through `postbag read`, and a dozen written lines through both text engines, Tesseract with all lines in one call.
//! Prints a ratio each; below 1, Postbag is quicker. Fails when a page takes more than 0.8 or a line more than a third of Tesseract's
//! time.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use image::GrayImage;
use ocr_worker::engine::{Alphabet, TextEngine};
use ocr_worker::handwriting::Handwriting;
use ocr_worker::tesseract::{Tesseract, TesseractSettings};

const ROUNDS: usize = 7;
/// Of Tesseract's time.
const MAX_OF_PAGE: f64 = 0.8;
const MAX_OF_LINES: f64 = 1.0 / 3.0;
/// Times that each of the written lines is read in one call.
const REPEATED: usize = 4;
const FILES: [&str; 2] = ["01-ordinary.png", "02-colour.jpg"];

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let postbag = build(&root);
    println!(
        "{:<18} {:>10} {:>10} {:>7}",
        "file", "postbag", "tesseract", "ratio"
    );
    let mut quicker = true;
    for file in FILES {
        let path = root.join("samples/leaflets").join(file);
        let (ours, theirs) = measure(&postbag, &path);
        quicker &= report(file, ours, theirs, MAX_OF_PAGE);
    }
    let (ours, theirs) = lines(&root);
    quicker &= report("a dozen lines", ours, theirs, MAX_OF_LINES);
    if quicker {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn report(what: &str, ours: Duration, theirs: Duration, most: f64) -> bool {
    let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
    println!(
        "{what:<18} {:>7} ms {:>7} ms {ratio:>7.2}",
        ours.as_millis(),
        theirs.as_millis()
    );
    ratio <= most
}

/// The written lines of the recogniser's own tests, through both engines in turns.
fn lines(root: &Path) -> (Duration, Duration) {
    let folder = root.join("ocr-worker/tests/lines");
    let picture = |i| {
        let file = folder.join(format!("line-{i}.png"));
        image::open(file).expect("the line is there").into_luma8()
    };
    let lines: Vec<GrayImage> = (0..3 * REPEATED).map(|i| picture(i % 3)).collect();
    let own = Handwriting::load().expect("the network can be run");
    let tesseract = Tesseract::new(TesseractSettings::default());
    let read = |engine: &dyn TextEngine| {
        let start = Instant::now();
        let texts = engine.read(&lines, Alphabet::Prose);
        assert_eq!(texts.expect("the engine reads").len(), lines.len());
        start.elapsed()
    };
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(read(&own));
        theirs.push(read(&tesseract));
    }
    (median(ours), median(theirs))
}

/// The release binary; built when it is not there yet.
fn build(root: &Path) -> PathBuf {
    let output = Command::new(env!("CARGO"))
        .args([
            "build",
            "--release",
            "--locked",
            "-p",
            "postbag",
            "--message-format=json",
        ])
        .current_dir(root)
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "the release build failed");
    let messages = String::from_utf8_lossy(&output.stdout);
    let mut executables = messages.lines().filter_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        message["executable"].as_str().map(PathBuf::from)
    });
    executables.next_back().expect("cargo names the binary")
}

/// The median of each, run in turns so that both meet the same machine.
fn measure(postbag: &Path, file: &Path) -> (Duration, Duration) {
    let mut ours = Vec::new();
    let mut theirs = Vec::new();
    for _ in 0..ROUNDS {
        ours.push(time(
            Command::new(postbag).arg("read").arg("--json").arg(file),
        ));
        theirs.push(time(Command::new("tesseract").arg(file).arg("-")));
    }
    (median(ours), median(theirs))
}

fn time(command: &mut Command) -> Duration {
    let start = Instant::now();
    let status = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("the program is installed");
    assert!(status.success(), "{command:?} failed");
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
