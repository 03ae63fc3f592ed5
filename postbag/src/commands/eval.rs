//! `postbag eval DIR`: how well scans are read, against the truth beside them.

mod compare;
mod figures;
mod qr;
mod report;
mod truths;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use ingest::Limits;
use ocr_worker::engine::NoText;
use ocr_worker::{PageSource, Reader};
use rayon::prelude::*;
use schemas::reading::Reading;

use crate::cli::{Eval, EvalWhat};
use crate::config::Config;
use crate::output;
use crate::parts::layouts;
use crate::roles::{build_reader, build_reader_with, limits};
use compare::{Compared, compare};
use figures::Figures;
use truths::Scan;

/// Reads every scan that has a truth beside it and says what is right and what is not.
pub(crate) async fn eval(config: &Config, args: Eval) -> anyhow::Result<ExitCode> {
    if let Some(EvalWhat::Qr { dir, json }) = args.what {
        let prefix = config.reading.code_prefix.clone();
        tokio::task::spawn_blocking(move || qr::eval(&dir, &prefix, json)).await??;
        return Ok(ExitCode::SUCCESS);
    }
    let dir = args.dir.clone().context("name the folder with the scans")?;
    let reader = if args.no_text {
        build_reader_with(&config.reading, Box::new(NoText))?
    } else {
        build_reader(&config.reading)?
    };
    let layouts = layouts::load(&config.reading)?;
    let limits = limits(&config.ingest);
    // Reading computes for minutes; it has threads of its own.
    tokio::task::spawn_blocking(move || {
        let compared = read_all(&reader, &limits, &layouts, &dir)?;
        let figures = Figures::of(&compared);
        if args.json {
            output::line(&serde_json::to_string_pretty(&figures)?)?;
        } else {
            report::print(&figures)?;
        }
        if args.worst > 0 {
            report::worst(&compared, args.worst)?;
        }
        anyhow::Ok(())
    })
    .await??;
    Ok(ExitCode::SUCCESS)
}

fn read_all(
    reader: &Reader,
    limits: &Limits,
    layouts: &[schemas::layout::Layout],
    dir: &Path,
) -> anyhow::Result<Vec<Compared>> {
    let scans = truths::find(dir)?;
    if scans.is_empty() {
        bail!(
            "there is no truth file (NAME.truth.json) in {}; `postbag samples make` makes scans with their truth",
            dir.display()
        );
    }
    let compared: Vec<Vec<Compared>> = scans
        .par_iter()
        .map(|scan| {
            let readings = read_pages(reader, limits, scan);
            scan.truths
                .iter()
                .map(|truth| {
                    let idx = usize::try_from(truth.page_idx).unwrap_or(usize::MAX);
                    let layout = layouts
                        .iter()
                        .find(|l| l.id == truth.layout && l.version == truth.version);
                    compare(truth, readings.get(idx), layout)
                })
                .collect()
        })
        .collect();
    Ok(compared.into_iter().flatten().collect())
}

/// Every page of a scan, as `postbag read` would read it.
fn read_pages(reader: &Reader, limits: &Limits, scan: &Scan) -> Vec<Reading> {
    let name = scan.file.display().to_string();
    let source = |page_idx, dpi| PageSource {
        file: name.clone(),
        page_idx,
        dpi,
        placement: None,
    };
    let pages = std::fs::read(&scan.file)
        .map_err(|error| super::read::unreadable(&error))
        .and_then(|bytes| ingest::open::pages_named(&name, bytes, limits));
    match pages {
        Err(warning) => vec![reader.without_picture(source(0, None), warning).reading],
        Ok(pages) => pages
            .zip(0..)
            .map(|(page, page_idx)| match page {
                Ok(page) => {
                    reader
                        .read(&page.picture, source(page_idx, page.dpi))
                        .reading
                }
                Err(warning) => {
                    reader
                        .without_picture(source(page_idx, None), warning)
                        .reading
                }
            })
            .collect(),
    }
}
