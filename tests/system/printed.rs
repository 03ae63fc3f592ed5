//! What Postbag prints, it reads: every layout as a PDF, made to pictures by another program, as a copier would.

use std::path::{Path, PathBuf};
use std::process::Command;

use schemas::layout::{Layout, builtin};
use schemas::payload::Serial;
use schemas::reading::{InkState, Reading, Status};

use crate::support::run_watched;

const SERIAL: u32 = 41;

/// The newest version of each layout: that is the one that `layout print` prints.
fn layouts() -> Vec<Layout> {
    let all = builtin();
    let newer = |a: &Layout| all.iter().any(|b| b.id == a.id && b.version > a.version);
    all.iter()
        .filter(|layout| !newer(layout))
        .cloned()
        .collect()
}

/// The pages of a printed layout as pictures of 300 dpi, in their order.
fn printed(layout: &Layout, folder: &Path) -> Vec<PathBuf> {
    let pdf = folder.join(format!("{}.pdf", layout.id));
    let (id, serials) = (layout.id.as_str(), SERIAL.to_string());
    let out = pdf.to_str().unwrap();
    let arguments = ["layout", "print", id, "--out", out, "--serials", &serials];
    let finished = run_watched(&arguments, &Vec::new(), folder);
    assert!(finished.status.success(), "{finished:?}");
    let stem = folder.join(id);
    let made = Command::new("pdftoppm")
        .args(["-r", "300", "-png", out, stem.to_str().unwrap()])
        .status()
        .expect("pdftoppm is not installed: make deps installs poppler-utils");
    assert!(made.success(), "{id} is a PDF that pdftoppm cannot open");
    (1..=layout.sides.len())
        .map(|side| folder.join(format!("{id}-{side}.png")))
        .collect()
}

fn read(pages: &[PathBuf], folder: &Path) -> Vec<Reading> {
    let mut arguments = vec!["read", "--json"];
    arguments.extend(pages.iter().map(|page| page.to_str().unwrap()));
    let finished = run_watched(&arguments, &Vec::new(), folder);
    assert!(finished.status.success(), "{finished:?}");
    let reading = |line: &str| serde_json::from_str(line).unwrap();
    finished.output.lines().map(reading).collect()
}

#[test]
fn every_printed_layout_reads_back_by_name_and_without_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    for layout in layouts() {
        let readings = read(&printed(&layout, folder.path()), folder.path());
        assert_eq!(readings.len(), layout.sides.len());
        for (side, reading) in layout.sides.iter().zip(&readings) {
            let name = format!("{} side {}", layout.id, side.side);
            assert_eq!(
                reading.status,
                Status::Read,
                "{name}: {:?}",
                reading.warnings
            );
            assert_eq!(reading.layout.as_ref(), Some(&layout.id), "{name}");
            let found = (reading.version, reading.side);
            assert_eq!(found, (Some(layout.version), Some(side.side)), "{name}");
            let serial = Serial::from_number(SERIAL).to_string();
            assert_eq!(reading.serial.as_deref(), Some(serial.as_str()), "{name}");
            assert!(
                reading.warnings.is_empty(),
                "{name}: {:?}",
                reading.warnings
            );
            let written = |state: InkState| state != InkState::Blank;
            let written = reading
                .regions
                .iter()
                .filter(|region| written(region.state));
            let written: Vec<&str> = written.map(|region| region.id.as_str()).collect();
            assert!(written.is_empty(), "{name}: {written:?} were empty");
            assert!(reading.margin.is_empty(), "{name}: {:?}", reading.margin);
        }
    }
}
