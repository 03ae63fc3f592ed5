//! `postbag read --as …`: pictures that are one region, without a layout.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use ingest::Limits;
use ocr_worker::{LoneRead, Reader};
use schemas::lone::{LoneReading, ReadAs};

use super::for_each_opened;
use crate::cli::Read;
use crate::output;

/// Every page of every file gets its line; the exit code says whether all could be opened.
pub(super) fn read_files(
    reader: &Reader,
    limits: &Limits,
    args: &Read,
    read_as: ReadAs,
) -> anyhow::Result<ExitCode> {
    let mut all_read = true;
    for file in &args.files {
        for_each_lone(reader, limits, file, read_as, |read| {
            all_read &= read.reading.warnings.is_empty();
            if args.json {
                output::line(&serde_json::to_string(&read.reading)?)?;
            } else {
                describe(&read.reading)?;
            }
            args.pictures
                .as_deref()
                .map_or(Ok(()), |folder| write_lines(folder, &read))
        })?;
    }
    Ok(if all_read {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Reads the pages of a file one after the other.
pub(in crate::commands) fn for_each_lone(
    reader: &Reader,
    limits: &Limits,
    file: &Path,
    read_as: ReadAs,
    mut then: impl FnMut(LoneRead) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    for_each_opened(limits, file, |source, page| {
        then(match page {
            Ok(page) => reader.read_lone(&page.picture, &source, read_as),
            Err(warning) => reader.lone_without_picture(&source, read_as, warning),
        })
    })
}

fn describe(reading: &LoneReading) -> anyhow::Result<()> {
    output::line(&format!("{}, page {}", reading.file, reading.page_idx + 1))?;
    for warning in &reading.warnings {
        output::line(&format!("  ! {} {}", warning.cause, warning.next_action))?;
    }
    if reading.value.is_none() && reading.warnings.is_empty() {
        output::line("  (no writing was found)")?;
    }
    for candidate in &reading.candidates {
        output::line(&format!("  {}  ({})", candidate.text, candidate.evidence))?;
    }
    for line in reading
        .lines
        .iter()
        .filter(|_| reading.candidates.is_empty())
    {
        output::line(&format!("  {}", line.text))?;
    }
    Ok(())
}

fn write_lines(folder: &Path, read: &LoneRead) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let stem = Path::new(&read.reading.file)
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    for (line, line_no) in read.lines.iter().zip(1..) {
        let name = format!(
            "{stem}-page{}-line{line_no:02}.png",
            read.reading.page_idx + 1
        );
        let path = folder.join(name);
        line.save(&path)
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}
