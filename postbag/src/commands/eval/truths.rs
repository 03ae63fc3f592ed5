//! The scans of a folder and what is really on them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use samples::Truth;

/// A file and the truth about each of its pages.
pub(super) struct Scan {
    pub(super) file: PathBuf,
    pub(super) truths: Vec<Truth>,
}

/// Every scan below a folder that has a truth beside it, in the order of the names.
pub(super) fn find(dir: &Path) -> anyhow::Result<Vec<Scan>> {
    let mut scans: BTreeMap<PathBuf, Vec<Truth>> = BTreeMap::new();
    for path in truth_files(dir)? {
        let json = std::fs::read_to_string(&path)
            .with_context(|| format!("cannot read the truth {}", path.display()))?;
        let truth = Truth::parse(&json)
            .with_context(|| format!("{} is not a truth file", path.display()))?;
        scans
            .entry(path.with_file_name(&truth.file))
            .or_default()
            .push(truth);
    }
    let scan = |(file, truths)| Scan { file, truths };
    Ok(scans.into_iter().map(scan).collect())
}

fn truth_files(dir: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries =
        std::fs::read_dir(dir).with_context(|| format!("cannot list {}", dir.display()))?;
    let mut found = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(truth_files(&path)?);
        } else if path.to_string_lossy().ends_with(".truth.json") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
