mod describe;
mod lone;

pub(super) use lone::for_each_lone;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use ingest::Limits;
use ingest::open::OpenedPage;
use ocr_worker::{PageRead, PageSource, Picture, Reader};
use schemas::reading::{Status, Warning, WarningCode};

use crate::cli::Read;
use crate::config::Config;
use crate::output;
use crate::roles::{build_reader, limits};

/// `postbag read FILE…`. Every page gets its line; the exit code says whether all were read.
pub(crate) async fn read(config: &Config, args: Read) -> anyhow::Result<ExitCode> {
    let reader = build_reader(&config.reading)?;
    let limits = limits(&config.ingest);
    // Reading computes for seconds; it has a thread of its own.
    tokio::task::spawn_blocking(move || match args.what {
        Some(read_as) => lone::read_files(&reader, &limits, &args, read_as.into()),
        None => read_files(&reader, &limits, &args),
    })
    .await?
}

fn read_files(reader: &Reader, limits: &Limits, args: &Read) -> anyhow::Result<ExitCode> {
    let mut all_read = true;
    for file in &args.files {
        for_each_page(reader, limits, file, |page| {
            all_read &= page.reading.status == Status::Read;
            if args.json {
                output::line(&serde_json::to_string(&page.reading)?)?;
            } else {
                describe::describe(&page.reading)?;
            }
            args.pictures
                .as_deref()
                .map_or(Ok(()), |folder| write_pictures(folder, &page))
        })?;
    }
    Ok(if all_read {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Reads the pages of a file one after the other. What cannot be opened is a quarantined page with the cause.
pub(super) fn for_each_page(
    reader: &Reader,
    limits: &Limits,
    file: &Path,
    mut then: impl FnMut(PageRead) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    for_each_opened(limits, file, |source, page| {
        then(read_opened(reader, &source, &page))
    })
}

/// Reads a page as [`for_each_opened`] opened it, or says why it could not be.
pub(super) fn read_opened(
    reader: &Reader,
    source: &PageSource,
    page: &Result<OpenedPage, Warning>,
) -> PageRead {
    match page {
        Ok(page) => reader.read(&page.picture, source),
        Err(warning) => reader.without_picture(source, warning.clone()),
    }
}

/// Opens the pages of a file one after the other: each with where it comes from, or with the cause why it, or the
/// whole file, cannot be opened.
pub(super) fn for_each_opened(
    limits: &Limits,
    file: &Path,
    mut then: impl FnMut(PageSource, Result<OpenedPage, Warning>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let name = file.display().to_string();
    let source = |page_idx, dpi| PageSource {
        file: name.clone(),
        page_idx,
        dpi,
        placement: None,
    };
    let pages = read_file(file)
        .map_err(|error| unreadable(&error))
        .and_then(|bytes| ingest::open::pages_named(&name, bytes, limits));
    let pages = match pages {
        Ok(pages) => pages,
        Err(warning) => return then(source(0, None), Err(warning)),
    };
    for (page, page_idx) in pages.zip(0..) {
        let dpi = page.as_ref().ok().and_then(|page| page.dpi);
        then(source(page_idx, dpi), page)?;
    }
    Ok(())
}

/// Pipes and devices may never end.
fn read_file(file: &Path) -> std::io::Result<Vec<u8>> {
    if std::fs::metadata(file)?.is_file() {
        return std::fs::read(file);
    }
    Err(std::io::Error::other("it is a folder, a pipe or a device"))
}

fn unreadable(error: &std::io::Error) -> Warning {
    Warning {
        code: WarningCode::DamagedFile,
        cause: format!("The file could not be read from the disk: {error}."),
        next_action: "Check the name and the disk, then try again.".to_owned(),
    }
}

fn write_pictures(folder: &Path, page: &PageRead) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let stem = Path::new(&page.reading.file)
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    for picture in &page.pictures {
        let name = picture_name(&stem, page.reading.page_idx, picture);
        let path = folder.join(name);
        std::fs::write(&path, &picture.bytes)
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

fn picture_name(stem: &str, page_idx: u32, picture: &Picture) -> String {
    let ending = match picture.media_type {
        "image/png" => "png",
        _ => "jpg",
    };
    let region = picture
        .region_id
        .as_ref()
        .map_or_else(String::new, |id| format!("-{id}"));
    format!(
        "{stem}-page{}-{}{region}.{ending}",
        page_idx + 1,
        picture.role
    )
}
