//! The twelve committed samples through `postbag read --json`, against their schema and against the truth.

use std::path::{Path, PathBuf};

use samples::Truth;
use schemas::layout::Meaning;
use schemas::reading::{InkState, MarkDecision, Reading, Status};

use crate::support::{run_watched, workspace};

fn scans() -> Vec<PathBuf> {
    let folder = workspace().join("samples/leaflets");
    let mut scans: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension != "json")
        })
        .collect();
    scans.sort();
    scans
}

fn truth_of(scan: &Path) -> Truth {
    let name = samples::truth_name(scan.file_name().unwrap().to_str().unwrap());
    let json = std::fs::read_to_string(scan.with_file_name(name)).unwrap();
    Truth::parse(&json).unwrap()
}

/// One line of JSON a page, each proved against the committed schema.
fn read_all(scans: &[PathBuf]) -> Vec<Reading> {
    let folder = tempfile::tempdir().unwrap();
    let mut arguments = vec!["read", "--json"];
    arguments.extend(scans.iter().map(|scan| scan.to_str().unwrap()));
    let finished = run_watched(&arguments, &Vec::new(), folder.path());
    assert!(finished.status.success(), "{finished:?}");
    let schema =
        std::fs::read_to_string(workspace().join("schemas/json/reading.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let line = |line: &str| {
        let value = serde_json::from_str(line).unwrap();
        let faults: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| error.to_string())
            .collect();
        assert!(faults.is_empty(), "{faults:?} in {line}");
        serde_json::from_value(value).unwrap()
    };
    finished.output.lines().map(line).collect()
}

#[test]
fn the_configuration_says_which_engine_reads() {
    let scan = workspace().join("samples/leaflets/12-few-words.png");
    let folder = tempfile::tempdir().unwrap();
    for (name, begins) in [
        ("tesseract", "tesseract 5."),
        ("handwriting", "postbag-lines"),
    ] {
        let set = vec![("POSTBAG__READING__TEXT_ENGINE", name.to_owned())];
        let read = run_watched(
            &["read", "--json", scan.to_str().unwrap()],
            &set,
            folder.path(),
        );
        let reading: Reading = serde_json::from_str(read.output.trim()).unwrap();
        assert!(
            reading.engine.text.starts_with(begins),
            "{}",
            reading.engine.text
        );
    }
}

/// What must be right about a page. Each names what differs, or nothing.
struct Verdict {
    identity: Option<String>,
    ticks: Option<String>,
    drawing: Option<String>,
    postcode: Option<String>,
}

fn judge(reading: &Reading, truth: &Truth) -> Verdict {
    Verdict {
        identity: wrong_identity(reading, truth),
        ticks: wrong_ticks(reading, truth),
        drawing: wrong_drawing(reading, truth),
        postcode: missing_postcode(reading, truth),
    }
}

/// Layout, side, serial and how the page lies.
fn wrong_identity(reading: &Reading, truth: &Truth) -> Option<String> {
    /// Half a degree: the corners of the code alone give that much.
    const ALLOWED_DEG: f64 = 0.5;
    let off = reading.orientation_deg.map_or(f64::INFINITY, |deg| {
        let turned = (deg - truth.orientation_deg).rem_euclid(360.0);
        turned.min(360.0 - turned)
    });
    let right = reading.status == Status::Read
        && reading.layout.as_ref() == Some(&truth.layout)
        && (reading.version, reading.side) == (Some(truth.version), Some(truth.side))
        && reading.serial == truth.serial
        && off <= ALLOWED_DEG;
    (!right).then(|| {
        let Reading {
            status,
            layout,
            serial,
            orientation_deg,
            warnings,
            ..
        } = reading;
        format!("{status:?} {layout:?} {serial:?} {orientation_deg:?} {warnings:?}, not {truth:?}")
    })
}

fn wrong_ticks(reading: &Reading, truth: &Truth) -> Option<String> {
    let wrong: Vec<String> = truth
        .ticks
        .iter()
        .filter_map(|tick| {
            let region = reading.region(&tick.region)?;
            let mark = region.marks.iter().find(|mark| mark.value == tick.value)?;
            let expected = if tick.ticked {
                MarkDecision::Ticked
            } else {
                MarkDecision::Empty
            };
            (mark.decision != expected).then(|| format!("{} {mark:?}", tick.region))
        })
        .collect();
    let n_marks: usize = reading
        .regions
        .iter()
        .map(|region| region.marks.len())
        .sum();
    if n_marks != truth.ticks.len() {
        return Some(format!("{n_marks} boxes instead of {}", truth.ticks.len()));
    }
    (!wrong.is_empty()).then(|| wrong.join("; "))
}

/// Where there is a drawing, and whether the space for drawings is blank, written in, drawn in or both.
fn wrong_drawing(reading: &Reading, truth: &Truth) -> Option<String> {
    let wrong: Vec<String> = truth
        .regions
        .iter()
        .filter_map(|region| {
            let found: InkState = reading.region(&region.id)?.state;
            let same = if region.reads == Meaning::Drawing {
                found == region.state
            } else {
                found.has_drawing() == region.state.has_drawing()
            };
            (!same).then(|| format!("{}: {found:?}, not {:?}", region.id, region.state))
        })
        .collect();
    if reading.regions.len() != truth.regions.len() {
        return Some(format!(
            "{} regions instead of {}",
            reading.regions.len(),
            truth.regions.len()
        ));
    }
    (!wrong.is_empty()).then(|| wrong.join("; "))
}

fn missing_postcode(reading: &Reading, truth: &Truth) -> Option<String> {
    let region = reading.region_for(Meaning::Postcode);
    let candidates: Vec<&str> = region
        .iter()
        .flat_map(|region| &region.candidates)
        .map(|candidate| candidate.text.as_str())
        .collect();
    let found = match &truth.postcode {
        Some(postcode) => candidates.contains(&postcode.as_str()),
        None => candidates.is_empty(),
    };
    (!found).then(|| format!("{:?} is not among {candidates:?}", truth.postcode))
}

/// Prints a figure and returns how many were right.
fn count(what: &str, scans: &[PathBuf], wrong: &[Option<String>]) -> usize {
    let right = wrong.iter().filter(|wrong| wrong.is_none()).count();
    println!("{what}: {right}/{} right", wrong.len());
    for (scan, wrong) in scans.iter().zip(wrong) {
        if let Some(wrong) = wrong {
            println!("  {}: {wrong}", scan.file_name().unwrap().display());
        }
    }
    right
}

#[test]
fn the_twelve_samples_are_read_as_they_must_be() {
    let scans = scans();
    assert_eq!(scans.len(), 12);
    let readings = read_all(&scans);
    assert_eq!(readings.len(), 12, "one line a page");
    let verdicts: Vec<Verdict> = readings
        .iter()
        .zip(&scans)
        .map(|(reading, scan)| judge(reading, &truth_of(scan)))
        .collect();
    let figure = |what: &str, part: fn(&Verdict) -> &Option<String>| {
        let wrong: Vec<_> = verdicts
            .iter()
            .map(|verdict| part(verdict).clone())
            .collect();
        count(what, &scans, &wrong)
    };
    let identity = figure("layout, serial and orientation", |verdict| {
        &verdict.identity
    });
    let ticks = figure("ticks", |verdict| &verdict.ticks);
    let drawing = figure("drawing state", |verdict| &verdict.drawing);
    let postcode = figure("postcode among the candidates", |verdict| &verdict.postcode);
    assert_eq!((identity, ticks, drawing), (12, 12, 12));
    assert!(postcode >= 10, "{postcode} postcodes");
}
