//! Every form that scans come in, made with the tools of others (`scripts/formats.sh`), reads as the picture that it was
//! made from.

mod same;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use schemas::reading::{Reading, Status};

use self::same::{Allowed, differences};
use crate::support::{alone, run_watched, workspace};

/// Fewer would mean that the script has lost some.
const LEAST_FILES: usize = 60;

/// A line of `formats.csv`.
struct Made {
    file: String,
    expectation: String,
    /// For each page the picture that it was made from.
    pages: Vec<String>,
}

impl Made {
    fn parse(line: &str) -> Self {
        let fields: Vec<&str> = line.split(',').collect();
        let [file, expectation, pages, _made_with] = fields[..] else {
            panic!("{line:?} is not four fields");
        };
        Self {
            file: file.to_owned(),
            expectation: expectation.to_owned(),
            pages: pages.split('+').map(str::to_owned).collect(),
        }
    }
}

/// Makes the files in `folder`.
fn make(folder: &Path) -> Vec<Made> {
    let leaflets = workspace().join("samples/leaflets");
    let status = Command::new(workspace().join("scripts/formats.sh"))
        .arg(folder)
        .args(["01-ordinary.png", "02-colour.jpg"].map(|name| leaflets.join(name)))
        .status()
        .unwrap();
    assert!(
        status.success(),
        "the files could not be made, see above; make deps installs the tools"
    );
    let list = std::fs::read_to_string(folder.join("formats.csv")).unwrap();
    list.lines().skip(1).map(Made::parse).collect()
}

/// The readings of each file, page after page, through the program as it is.
fn read<'a>(folder: &Path, files: impl Iterator<Item = &'a str>) -> BTreeMap<String, Vec<Reading>> {
    let arguments: Vec<&str> = ["read", "--json"].into_iter().chain(files).collect();
    // Whether a page opens is asked here, not how fast a busy machine is.
    let patient = vec![("POSTBAG__INGEST__MAX_PAGE_MS", "120000".to_owned())];
    let finished = run_watched(&arguments, &patient, folder);
    let mut readings: BTreeMap<String, Vec<Reading>> = BTreeMap::new();
    for line in finished.output.lines() {
        let reading: Reading = serde_json::from_str(line).unwrap();
        readings
            .entry(reading.file.clone())
            .or_default()
            .push(reading);
    }
    readings
}

/// What is wrong with the readings of a file; nothing when all is well.
fn faults(made: &Made, readings: &BTreeMap<String, Vec<Reading>>) -> Vec<String> {
    let Some(read) = readings.get(&made.file) else {
        return vec!["no reading at all".to_owned()];
    };
    let allowed = match made.expectation.as_str() {
        "refused" => return not_refused(&made.file, read),
        "exact" => Allowed::Nothing,
        "same" => Allowed::AFewCharacters,
        "bitonal" => Allowed::OtherText,
        other => panic!("{other:?} is no expectation"),
    };
    if read.len() != made.pages.len() {
        return vec![format!(
            "{} pages instead of {}",
            read.len(),
            made.pages.len()
        )];
    }
    let original = |picture: &str| &readings[&format!("{picture}.png")][0];
    let pages = read.iter().zip(&made.pages);
    pages
        .flat_map(|(reading, picture)| differences(reading, original(picture), allowed))
        .collect()
}

/// The cause names the reason, and what to do next is said.
fn not_refused(file: &str, readings: &[Reading]) -> Vec<String> {
    const REASONS: [(&str, &str); 2] =
        [("locked", "password"), ("arithmetic", "arithmetic coding")];
    let reason = REASONS.iter().find(|(part, _)| file.contains(part));
    let (_, reason) = reason.unwrap_or_else(|| panic!("why {file} is refused is not said here"));
    let is_plain = |reading: &Reading| {
        reading.status == Status::Quarantined
            && reading.warnings.iter().any(|warning| {
                warning.cause.contains(reason) && warning.next_action.contains("scan")
            })
    };
    let unclear = readings.iter().filter(|reading| !is_plain(reading));
    unclear
        .map(|reading| format!("{:?} {:?}", reading.status, reading.warnings))
        .collect()
}

#[test]
fn every_format_reads_as_the_picture_that_it_was_made_from() {
    // A page that takes too long is refused, and on a busy machine any page may.
    let _turn = alone();
    let folder = tempfile::tempdir().unwrap();
    let files = make(folder.path());
    assert!(files.len() >= LEAST_FILES, "only {} files", files.len());
    let originals = ["grey.png", "colour.png", "bitonal.png"];
    let names = files.iter().map(|made| made.file.as_str());
    let readings = read(folder.path(), originals.into_iter().chain(names));
    for original in originals {
        assert_eq!(readings[original][0].status, Status::Read, "{original}");
    }
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    let mut wrong = Vec::new();
    for made in &files {
        let faults = faults(made, &readings);
        if faults.is_empty() {
            *counts.entry(&made.expectation).or_default() += 1;
        } else {
            wrong.push(format!(
                "{} ({}): {}",
                made.file,
                made.expectation,
                faults.join("; ")
            ));
        }
    }
    println!(
        "{} files in other formats, as they must be: {counts:?}, wrong: {}",
        files.len(),
        wrong.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
