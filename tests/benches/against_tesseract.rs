//! `postbag read` beside the `tesseract` command, on the same files in the same run:
//! `cargo bench -p tests --bench against_tesseract`. Prints a ratio a file; below 1, Postbag is quicker.
//! Fails when a ratio is 1 or more.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

const ROUNDS: usize = 7;
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
        let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
        quicker &= ratio < 1.0;
        println!(
            "{file:<18} {:>7} ms {:>7} ms {ratio:>7.2}",
            ours.as_millis(),
            theirs.as_millis()
        );
    }
    if quicker {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
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
