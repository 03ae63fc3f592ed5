//! The scans of a folder and what is really on them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::known::Known;

/// A file and the truth about each of its pages.
#[derive(Debug)]
pub(in crate::commands) struct Scan {
    pub(in crate::commands) file: PathBuf,
    /// The file as it is called in reports: from the folder on.
    pub(super) name: String,
    /// Where each truth was told, in the order of `truths`.
    pub(super) truth_files: Vec<PathBuf>,
    pub(in crate::commands) truths: Vec<Known>,
}

/// Every scan below a folder that has a truth beside it, in the order of the names; at least one.
pub(in crate::commands) fn find(dir: &Path) -> anyhow::Result<Vec<Scan>> {
    let scans = told_of(dir)?;
    if scans.is_empty() {
        bail!(
            "there is no truth file (NAME.truth.json) in {}; `postbag samples make` makes scans with their truth",
            dir.display()
        );
    }
    Ok(scans)
}

/// The same, perhaps none.
pub(in crate::commands) fn told_of(dir: &Path) -> anyhow::Result<Vec<Scan>> {
    let mut scans: BTreeMap<PathBuf, (Vec<PathBuf>, Vec<Known>)> = BTreeMap::new();
    for path in truth_files(dir)? {
        let truth = load(&path)?;
        let beside = path.parent().unwrap_or(dir).join(&truth.file);
        if !beside.is_file() {
            bail!(
                "{} tells of the scan {}, which is not there",
                path.display(),
                beside.display()
            );
        }
        let (truth_files, truths) = scans.entry(beside).or_default();
        truth_files.push(path);
        truths.push(truth);
    }
    let scan = |(file, (truth_files, truths)): (PathBuf, _)| Scan {
        name: file
            .strip_prefix(dir)
            .unwrap_or(&file)
            .display()
            .to_string(),
        file,
        truth_files,
        truths,
    };
    Ok(scans.into_iter().map(scan).collect())
}

fn load(path: &Path) -> anyhow::Result<Known> {
    let json = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the truth {}", path.display()))?;
    Known::parse(&json).with_context(|| format!("{} is not a truth file", path.display()))
}

fn truth_files(dir: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries =
        std::fs::read_dir(dir).with_context(|| format!("cannot list {}", dir.display()))?;
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.with_context(|| format!("cannot list {}", dir.display()))?;
        let path = entry.path();
        // The kind of the entry itself: a link to a folder above would never end.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            found.extend(truth_files(&path)?);
        } else if path.to_string_lossy().ends_with(".truth.json") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRUTH: &str = r#"{"file": "a.png", "layout": "theirs", "version": 1, "side": 1"#;

    #[test]
    fn the_pages_of_one_file_come_together_from_wherever_they_lie() {
        let dir = tempfile::tempdir().unwrap();
        let deep = dir.path().join("b/c");
        std::fs::create_dir_all(&deep).unwrap();
        std::fs::write(deep.join("a.png"), "").unwrap();
        for page_idx in 0..2 {
            let json = format!("{TRUTH}, \"page_idx\": {page_idx}}}");
            std::fs::write(deep.join(format!("a.p{page_idx}.truth.json")), json).unwrap();
        }
        let scans = find(dir.path()).unwrap();
        assert_eq!(scans.len(), 1);
        assert_eq!(
            (scans[0].name.as_str(), scans[0].truths.len()),
            ("b/c/a.png", 2)
        );
    }

    #[test]
    fn a_truth_without_its_scan_is_named() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.truth.json"), format!("{TRUTH}}}")).unwrap();
        let error = find(dir.path()).unwrap_err().to_string();
        assert!(
            error.contains("a.truth.json") && error.contains("a.png"),
            "{error}"
        );
    }
}
