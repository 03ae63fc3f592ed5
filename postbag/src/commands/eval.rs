//! `postbag eval DIR`: how well scans are read, against the truth beside them.

mod compare;
mod faults;
mod figures;
mod gallery;
mod known;
mod placed;
mod qr;
mod report;
mod texts;
mod truths;

pub(super) use figures::{cer, edits, name};
pub(super) use known::Known;
pub(super) use texts::spaced;
pub(super) use truths::{Scan, find, told_of};

use std::borrow::Cow;
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context as _;
use ingest::Limits;
use ocr_worker::Reader;
use ocr_worker::engine::NoText;
use rayon::prelude::*;
use schemas::geometry::Point;
use schemas::layout::Layout;
use schemas::reading::Reading;

use super::read::{for_each_opened, read_opened};
use crate::cli::{Eval, EvalWhat};
use crate::config::Config;
use crate::output;
use crate::parts::layouts;
use crate::roles::{build_reader, build_reader_with, limits};
use compare::{Compared, compare};
use figures::Figures;

/// A sign of life is given after so many files.
const PROGRESS_FILES: usize = 100;

/// What the pages are read with.
struct Bench {
    reader: Reader,
    limits: Limits,
    layouts: Vec<Layout>,
    /// Whether pages that were set aside are read again as a person places them.
    placed: bool,
}

/// Reads every scan that has a truth beside it and says what is right and what is not.
pub(crate) async fn eval(config: &Config, args: Eval) -> anyhow::Result<ExitCode> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(args.jobs)
        .build()
        .context("cannot start the threads")?;
    if let Some(EvalWhat::Qr { dir, json }) = args.what {
        let prefix = config.reading.code_prefix.clone();
        let looking = move || pool.install(|| qr::eval(&dir, &prefix, json));
        tokio::task::spawn_blocking(looking).await??;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(EvalWhat::Texts(args)) = args.what {
        let reader = build_reader(&config.reading)?;
        let (limits, tesseract) = (limits(&config.ingest), config.reading.tesseract.clone());
        let reading = move || {
            let reading = texts::Reading {
                reader: &reader,
                limits: &limits,
                tesseract: &tesseract,
            };
            pool.install(|| reading.eval(&args))
        };
        tokio::task::spawn_blocking(reading).await??;
        return Ok(ExitCode::SUCCESS);
    }
    let reader = if args.no_text {
        build_reader_with(&config.reading, Box::new(NoText))?
    } else {
        build_reader(&config.reading)?
    };
    let bench = Bench {
        reader,
        limits: limits(&config.ingest),
        layouts: layouts::load(&config.reading)?,
        placed: args.placed,
    };
    // Reading computes for minutes; it has threads of its own.
    tokio::task::spawn_blocking(move || pool.install(|| measure(&bench, &args))).await??;
    Ok(ExitCode::SUCCESS)
}

fn measure(bench: &Bench, args: &Eval) -> anyhow::Result<()> {
    let dir = args
        .dir
        .as_ref()
        .context("name the folder with the scans")?;
    let scans = find(dir)?;
    let compared = bench.read_all(&scans)?;
    let figures = Figures::of(&compared, bench.reader.engine());
    if args.json {
        output::line(&serde_json::to_string_pretty(&figures)?)?;
    } else {
        report::print(&figures)?;
    }
    let worst = faults::worst(&compared, args.worst);
    if args.worst > 0 && !args.json {
        report::worst(&worst)?;
    }
    match &args.out {
        Some(out) => gallery::write(bench, &scans, &worst, out),
        None => Ok(()),
    }
}

impl Bench {
    /// Reads as many files at once as there are threads; of each page only the comparison is kept.
    fn read_all(&self, scans: &[Scan]) -> anyhow::Result<Vec<Compared>> {
        let n_read = AtomicUsize::new(0);
        let compared: Vec<Vec<Compared>> = scans
            .par_iter()
            .enumerate()
            .map(|(scan_idx, scan)| {
                let compared = self.compare_pages(scan_idx, scan)?;
                let n_read = n_read.fetch_add(1, Ordering::Relaxed) + 1;
                if n_read.is_multiple_of(PROGRESS_FILES) {
                    tracing::info!(files.read = n_read, files.all = scans.len(), "measuring");
                }
                Ok(compared)
            })
            .collect::<anyhow::Result<_>>()?;
        Ok(compared.into_iter().flatten().collect())
    }

    fn compare_pages(&self, scan_idx: usize, scan: &Scan) -> anyhow::Result<Vec<Compared>> {
        let seen = self.read_pages(&scan.file)?;
        let of_page = |known: &known::Known| {
            let name = if seen.len() > 1 {
                format!("{}, page {}", scan.name, known.page_idx + 1)
            } else {
                scan.name.clone()
            };
            let seen = seen.iter().find(|s| s.reading.page_idx == known.page_idx);
            let reading = seen.map(|seen| seen.in_pixels_of(known));
            compare(
                scan_idx,
                name,
                known,
                reading.as_deref(),
                self.layout_of(known),
            )
        };
        let mut compared: Vec<Compared> = scan.truths.iter().map(of_page).collect();
        if self.placed {
            placed::read_again(self, scan, &mut compared)?;
        }
        Ok(compared)
    }

    /// Every page of a file, as `postbag read` reads it.
    fn read_pages(&self, file: &Path) -> anyhow::Result<Vec<Seen>> {
        let mut pages = Vec::new();
        for_each_opened(&self.limits, file, |source, page| {
            let opened = page.as_ref().ok();
            pages.push(Seen {
                width_px: opened.and_then(|page| width_px(&page.picture)),
                reading: read_opened(&self.reader, &source, &page).reading,
            });
            Ok(())
        })?;
        Ok(pages)
    }

    fn layout_of(&self, known: &known::Known) -> Option<&Layout> {
        self.layouts
            .iter()
            .find(|layout| layout.id == known.layout && layout.version == known.version)
    }
}

/// A page as it was read, and how wide its picture was.
struct Seen {
    width_px: Option<u32>,
    reading: Reading,
}

impl Seen {
    /// The reading with its corners in pixels of the scan that the truth tells of: intake makes very large pages of a PDF smaller.
    fn in_pixels_of(&self, known: &known::Known) -> Cow<'_, Reading> {
        let widths = known
            .made
            .as_ref()
            .map(|made| made.width_px)
            .zip(self.width_px);
        let Some((told, seen)) = widths.filter(|(told, seen)| told != seen) else {
            return Cow::Borrowed(&self.reading);
        };
        let mut reading = self.reading.clone();
        let scale = f64::from(told) / f64::from(seen);
        if let Some(registration) = &mut reading.registration {
            let corners = registration.corners_px;
            registration.corners_px = corners.map(|at| Point::new(at.x * scale, at.y * scale));
        }
        Cow::Owned(reading)
    }
}

fn width_px(picture: &[u8]) -> Option<u32> {
    let reader = image::ImageReader::new(std::io::Cursor::new(picture)).with_guessed_format();
    reader.ok()?.into_dimensions().ok().map(|(width, _)| width)
}
