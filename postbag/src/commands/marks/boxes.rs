//! `postbag marks boxes DIR`: every box with a known truth as the network sees it.
//!
//! A record a box, one after the other: a byte (0 empty, 1 ticked, 2 blacked out), then the view ([`VIEW_LEN`] bytes).

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use ocr_worker::engine::NoText;
use ocr_worker::stages::marks::VIEW_LEN;
use rayon::prelude::*;
use schemas::reading::MarkDecision;

use super::super::eval::{Known, Scan, find};
use super::for_each_page;
use crate::config::Config;
use crate::output;
use crate::roles::{build_reader_with, limits};

/// Reads the scans of a folder on all cores and writes their boxes.
pub(super) async fn boxes(config: &Config, dir: PathBuf, out: PathBuf) -> anyhow::Result<ExitCode> {
    let reader = build_reader_with(&config.reading, Box::new(NoText))?;
    let limits = limits(&config.ingest);
    let all = move || -> anyhow::Result<Vec<u8>> {
        let of_scan = |scan: &Scan| {
            let mut records = Vec::new();
            for_each_page(&reader, &limits, &scan.file, |page| {
                let page_idx = page.reading.page_idx;
                let truth = scan.truths.iter().find(|t| t.page_idx == page_idx);
                if let Some(truth) = truth.filter(|truth| truth.expected == samples::Expected::Read)
                {
                    records.extend(page.boxes.iter().filter_map(|seen| record(seen, truth)));
                }
                Ok(())
            })?;
            Ok(records.concat())
        };
        let found: Vec<Vec<u8>> = find(&dir)?
            .par_iter()
            .map(of_scan)
            .collect::<anyhow::Result<_>>()?;
        let bytes = found.concat();
        std::fs::write(&out, &bytes).with_context(|| format!("cannot write {}", out.display()))?;
        Ok(bytes)
    };
    let bytes = tokio::task::spawn_blocking(all).await??;
    output::line(&format!("{} boxes", bytes.len() / (VIEW_LEN + 1)))?;
    Ok(ExitCode::SUCCESS)
}

fn record(seen: &ocr_worker::SeenBox, truth: &Known) -> Option<Vec<u8>> {
    let answer = match truth.decided(&seen.region, &seen.value)? {
        MarkDecision::Empty => 0,
        MarkDecision::Ticked => 1,
        MarkDecision::Cancelled => 2,
        MarkDecision::Unsure => return None,
    };
    Some([&[answer], seen.view.0.as_slice()].concat())
}
