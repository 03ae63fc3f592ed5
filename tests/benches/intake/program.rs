#[path = "../../system/support/peak.rs"]
mod peak;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use peak::Peak;

/// The program, built as it is delivered; or the one that `POSTBAG_TEST_PROGRAM` names.
pub(crate) fn built() -> PathBuf {
    #[expect(
        clippy::disallowed_methods,
        reason = "benchmarks are told which program to measure, as tests are"
    )]
    let named = std::env::var("POSTBAG_TEST_PROGRAM").ok();
    named.map_or_else(build, PathBuf::from)
}

fn build() -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let built = Command::new(env!("CARGO"))
        .args(["build", "--release", "--workspace", "--bin", "postbag"])
        .current_dir(workspace)
        .status()
        .expect("cargo runs");
    assert!(built.success(), "postbag could not be built");
    let this = std::env::current_exe().expect("a benchmark knows where it is");
    this.parent()
        .and_then(Path::parent)
        .expect("a benchmark lies below the program")
        .join("postbag")
}

/// What taking a file in has cost.
pub(crate) struct Taken {
    pub(crate) output: String,
    pub(crate) time: Duration,
    /// The most memory that was ever held, with the processes that files are opened in.
    pub(crate) peak_bytes: u64,
}

/// `postbag ingest FILE` into a new database.
pub(crate) fn ingest(program: &Path, file: &Path) -> Taken {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let inside = |name: &str| folder.path().join(name).display().to_string();
    let output = inside("output");
    let started = Instant::now();
    let mut child = Command::new(program)
        .arg("ingest")
        .arg(file)
        .env(
            "POSTBAG__DATABASE__URL",
            format!("sqlite://{}", inside("postbag.db")),
        )
        .env("POSTBAG__BLOBS__URL", inside("blobs"))
        .current_dir(folder.path())
        .stdout(File::create(&output).expect("a file can be made"))
        .stderr(Stdio::inherit())
        .spawn()
        .expect("the program starts");
    let peak = Peak::of(child.id());
    child.wait().expect("it is a child");
    let time = started.elapsed();
    let peak_bytes = peak.bytes();
    assert!(peak_bytes > 0, "its memory was never seen");
    let output = std::fs::read_to_string(output).expect("it was written");
    Taken {
        output,
        time,
        peak_bytes,
    }
}
