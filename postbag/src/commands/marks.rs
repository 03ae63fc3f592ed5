//! `postbag marks report DIR`: every box of some scans, sorted by score, so that thresholds can be tuned;
//! `postbag marks boxes DIR`: the same for the training of the network.

mod boxes;
mod gallery;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use ingest::Limits;
use ocr_worker::crops::box_crops;
use ocr_worker::engine::NoText;
use ocr_worker::thresholds::MarkThresholds;
use ocr_worker::{PageRead, Reader};
use schemas::layout::Layout;
use schemas::reading::{MarkDecision, MarkReading};

use super::eval::{Known, told_of};
use super::read::for_each_page;
use crate::cli::Marks;
use crate::config::Config;
use crate::output;
use crate::parts::layouts;
use crate::roles::{build_reader_with, limits};

/// The endings of files that can be scans.
const ENDINGS: [&str; 7] = ["png", "jpg", "jpeg", "tif", "tiff", "pdf", "webp"];

/// A box with its picture, and what it should be when that is known.
struct Shown {
    file: String,
    page_idx: u32,
    region: String,
    is_face: bool,
    mark: MarkReading,
    truth: Option<MarkDecision>,
    png: Vec<u8>,
}

impl Shown {
    /// Whether it was decided, and wrongly.
    fn is_wrong(&self) -> bool {
        let decided = self.mark.decision != MarkDecision::Unsure;
        decided && self.truth.is_some_and(|truth| truth != self.mark.decision)
    }
}

/// What became of the scans.
#[derive(Default)]
struct Report {
    n_pages: usize,
    /// Pages that could not be read, by name.
    unread: Vec<String>,
    boxes: Vec<Shown>,
}

/// Reads the scans of a folder and writes the report.
pub(crate) async fn marks(config: &Config, command: Marks) -> anyhow::Result<ExitCode> {
    let (dir, out) = match command {
        Marks::Report { dir, out } => (dir, out),
        Marks::Boxes { dir, out } => return boxes::boxes(config, dir, out).await,
    };
    let reader = build_reader_with(&config.reading, Box::new(NoText))?;
    let layouts = layouts::load(&config.reading)?;
    let limits = limits(&config.ingest);
    // Reading computes for minutes; it has a thread of its own.
    tokio::task::spawn_blocking(move || {
        let mut report = read_all(&reader, &limits, &layouts, &dir)?;
        report
            .boxes
            .sort_by(|a, b| a.mark.score.total_cmp(&b.mark.score));
        let page = gallery::page(&report, &MarkThresholds::default());
        std::fs::write(&out, page).with_context(|| format!("cannot write {}", out.display()))?;
        say(&report, &out)
    })
    .await??;
    Ok(ExitCode::SUCCESS)
}

fn say(report: &Report, out: &Path) -> anyhow::Result<()> {
    let count = |holds: fn(&Shown) -> bool| report.boxes.iter().filter(|b| holds(b)).count();
    output::line(&format!(
        "{} pages, {} boxes, {} for a person to decide, {} of {} with a known truth wrong",
        report.n_pages,
        report.boxes.len(),
        count(|shown| shown.mark.decision == MarkDecision::Unsure),
        count(Shown::is_wrong),
        count(|shown| shown.truth.is_some()),
    ))?;
    for name in &report.unread {
        output::line(&format!("not read: {name}"))?;
    }
    output::line(&format!("written to {}", out.display()))
}

fn read_all(
    reader: &Reader,
    limits: &Limits,
    layouts: &[Layout],
    dir: &Path,
) -> anyhow::Result<Report> {
    let files = scans(dir)?;
    if files.is_empty() {
        bail!(
            "there is no scan in {}: PNG, JPEG, TIFF or PDF",
            dir.display()
        );
    }
    let mut report = Report::default();
    let told = told_of(dir)?;
    for file in files {
        let known = told.iter().find(|scan| scan.file == file);
        let truths = known.map_or(&[][..], |scan| &scan.truths);
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        for_each_page(reader, limits, &file, |page| {
            report.take(&page, &name, layouts, truths);
            Ok(())
        })?;
    }
    Ok(report)
}

fn scans(dir: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries =
        std::fs::read_dir(dir).with_context(|| format!("cannot list {}", dir.display()))?;
    let mut files = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    let ending = |file: &PathBuf| {
        let ending = file.extension()?.to_string_lossy().to_ascii_lowercase();
        Some(ending)
    };
    files.retain(|file| ending(file).is_some_and(|ending| ENDINGS.contains(&ending.as_str())));
    files.sort();
    Ok(files)
}

impl Report {
    fn take(&mut self, page: &PageRead, name: &str, layouts: &[Layout], truths: &[Known]) {
        let reading = &page.reading;
        self.n_pages += 1;
        let layout = layouts
            .iter()
            .find(|l| reading.layout.as_ref() == Some(&l.id) && reading.version == Some(l.version));
        let Some(layout) = layout.filter(|_| !reading.regions.is_empty()) else {
            self.unread
                .push(format!("{name} page {}", reading.page_idx + 1));
            return;
        };
        let truth = truths
            .iter()
            .find(|truth| truth.page_idx == reading.page_idx);
        for crop in box_crops(page, layout) {
            self.boxes.push(Shown {
                file: name.to_owned(),
                page_idx: reading.page_idx,
                truth: truth.and_then(|truth| truth.decided(&crop.region, &crop.mark.value)),
                region: crop.region,
                is_face: crop.is_face,
                mark: crop.mark,
                png: crop.png,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        let reader = Reader::with_engine(
            schemas::layout::builtin(),
            ocr_worker::ReaderSettings::default(),
            Box::new(NoText),
        )
        .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let leaflets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples/leaflets");
        for name in ["12-few-words.png", "12-few-words.truth.json"] {
            std::fs::copy(leaflets.join(name), folder.path().join(name)).unwrap();
        }
        std::fs::write(folder.path().join("empty.png"), b"").unwrap();
        read_all(
            &reader,
            &Limits::default(),
            &schemas::layout::builtin(),
            folder.path(),
        )
        .unwrap()
    }

    #[test]
    fn every_box_of_a_folder_is_shown_with_its_score_and_nothing_from_elsewhere() {
        let report = report();
        assert_eq!((report.n_pages, report.boxes.len()), (2, 5));
        assert_eq!(report.unread, ["empty.png page 1"]);
        assert!(
            report
                .boxes
                .iter()
                .all(|b| b.truth.is_some() && !b.is_wrong())
        );
        let page = gallery::page(&report, &MarkThresholds::default());
        assert_eq!(page.matches("<figure").count(), 5);
        assert_eq!(page.matches("data:image/png;base64,iVBOR").count(), 5);
        assert!(!page.contains("http") && page.contains("0 wrong"));
    }

    #[test]
    fn a_folder_without_scans_is_said_to_have_none() {
        let reader = Reader::with_engine(
            schemas::layout::builtin(),
            ocr_worker::ReaderSettings::default(),
            Box::new(NoText),
        )
        .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let none = read_all(&reader, &Limits::default(), &[], folder.path());
        assert!(none.err().unwrap().to_string().contains("no scan"));
    }
}
