//! The pages that went most wrong, in one HTML page: the scan, what was found and what is true.

mod drawn;

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context as _;
use image::{DynamicImage, ImageFormat};
use ocr_worker::stages::decode::{DecodeLimits, decode};
use schemas::reading::Reading;

use super::Bench;
use super::compare::Compared;
use super::faults::Fault;
use super::known::Known;
use super::truths::Scan;
use crate::html::escape;

/// The long edge of a picture in the gallery: enough to see ticks.
const PREVIEW_PX: u32 = 1400;
const PREVIEW: &str = "preview.jpg";

/// One page to show.
struct Shown<'a> {
    scan: &'a Scan,
    truth_idx: usize,
    compared: &'a Compared,
    faults: &'a [Fault],
    reading: Option<Reading>,
}

/// Copies the pages into `out`, a folder each, and writes `index.html` beside them.
pub(super) fn write(
    bench: &Bench,
    scans: &[Scan],
    worst: &[(&Compared, Vec<Fault>)],
    out: &Path,
) -> anyhow::Result<()> {
    let mut html = include_str!("gallery/head.html").to_owned();
    if worst.is_empty() {
        html.push_str("<p>No page went wrong.</p>\n");
    }
    std::fs::create_dir_all(out).with_context(|| format!("cannot make {}", out.display()))?;
    for (number, (compared, faults)) in (1..).zip(worst) {
        let scan = &scans[compared.scan_idx];
        let pages = bench.read_pages(&scan.file)?.into_iter();
        let mut readings = pages.map(|page| page.reading);
        let of_page = |known: &Known| known.page_idx == compared.page_idx;
        let shown = Shown {
            scan,
            truth_idx: scan.truths.iter().position(of_page).unwrap_or_default(),
            compared,
            faults,
            reading: readings.find(|reading| reading.page_idx == compared.page_idx),
        };
        let folder = format!("{number:03}");
        html.push_str(
            &article(bench, &shown, out, &folder)
                .with_context(|| format!("cannot show {}", compared.name))?,
        );
    }
    html.push_str("</body>\n</html>\n");
    let index = out.join("index.html");
    std::fs::write(&index, html).with_context(|| format!("cannot write {}", index.display()))?;
    tracing::info!(pages = worst.len(), file = %index.display(), "wrote the gallery");
    Ok(())
}

fn article(bench: &Bench, shown: &Shown<'_>, out: &Path, folder: &str) -> anyhow::Result<String> {
    copy(shown, &out.join(folder))?;
    let mut html = String::from("<article>\n<div class=\"scan\">");
    if let Some(picture) = picture(bench, shown) {
        let preview = picture.thumbnail(PREVIEW_PX, PREVIEW_PX);
        let preview = DynamicImage::ImageRgb8(preview.into_rgb8());
        preview.save_with_format(out.join(folder).join(PREVIEW), ImageFormat::Jpeg)?;
        let known = &shown.scan.truths[shown.truth_idx];
        let overlay = drawn::Overlay {
            known,
            compared: shown.compared,
            reading: shown.reading.as_ref(),
            layout: bench.layout_of(known),
        };
        write!(html, "<img src=\"{folder}/{PREVIEW}\" alt=\"the scan\">")?;
        html.push_str(&overlay.svg(picture.width(), picture.height()));
    } else {
        html.push_str("<p>The scan cannot be opened.</p>");
    }
    html.push_str("</div>\n");
    html.push_str(&words(shown)?);
    html.push_str("</article>\n");
    Ok(html)
}

/// The scan and its truth, so that they can be measured and read alone.
fn copy(shown: &Shown<'_>, folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let truth = &shown.scan.truth_files[shown.truth_idx];
    for file in [&shown.scan.file, truth] {
        let to = folder.join(file.file_name().unwrap_or_default());
        std::fs::copy(file, &to)
            .with_context(|| format!("cannot copy {} to {}", file.display(), to.display()))?;
    }
    Ok(())
}

/// The page as it was scanned; nothing when it cannot be opened.
fn picture(bench: &Bench, shown: &Shown<'_>) -> Option<DynamicImage> {
    let bytes = std::fs::read(&shown.scan.file).ok()?;
    let mut pages = ingest::open::pages_named(&shown.scan.name, bytes, &bench.limits).ok()?;
    let page_idx = usize::try_from(shown.compared.page_idx).ok()?;
    let opened = pages.nth(page_idx)?.ok()?;
    let page = decode(&opened.picture, DecodeLimits::default()).ok()?;
    Some(page.into_picture())
}

fn words(shown: &Shown<'_>) -> Result<String, std::fmt::Error> {
    let compared = shown.compared;
    let mut html = format!("<div>\n<h2>{}</h2>\n<dl>\n", escape(&compared.name));
    let faults: Vec<&str> = shown
        .faults
        .iter()
        .map(|fault| fault.text.as_str())
        .collect();
    entry(&mut html, "Wrong", &faults)?;
    let damages: Vec<&str> = compared.damages.iter().map(String::as_str).collect();
    entry(&mut html, "Done to it", &damages)?;
    entry(&mut html, "It is", &[&is(shown)])?;
    if let Some(reading) = &shown.reading {
        entry(&mut html, "Read as", &[&read_as(reading)])?;
        let causes: Vec<&str> = reading.warnings.iter().map(|w| w.cause.as_str()).collect();
        entry(&mut html, "Warnings", &causes)?;
    }
    html.push_str("</dl>\n</div>\n");
    Ok(html)
}

fn entry(html: &mut String, what: &str, items: &[&str]) -> std::fmt::Result {
    if items.is_empty() {
        return Ok(());
    }
    write!(html, "<dt>{what}</dt><dd><ul>")?;
    for item in items {
        write!(html, "<li>{}</li>", escape(item))?;
    }
    html.push_str("</ul></dd>\n");
    Ok(())
}

fn is(shown: &Shown<'_>) -> String {
    let known = &shown.scan.truths[shown.truth_idx];
    let serial = known.made.as_ref().and_then(|made| made.serial.as_deref());
    format!(
        "{}, serial {}, code {:?}, expected {:?}",
        shown.compared.layout,
        serial.unwrap_or("none"),
        known.code,
        known.expected
    )
}

fn read_as(reading: &Reading) -> String {
    let layout = reading.layout.as_ref().map_or("?", |id| id.as_str());
    let text = format!(
        "{layout}.{}.{}, serial {}",
        reading.version.unwrap_or_default(),
        reading.side.unwrap_or_default(),
        reading.serial.as_deref().unwrap_or("none")
    );
    reading
        .registration
        .as_ref()
        .map_or(text.clone(), |registration| {
            format!(
                "{text}, by {:?}, residual {:.3} mm, agreement {:.3}, {} marks",
                registration.by,
                registration.residual_mm,
                registration.agreement,
                registration.marks_found
            )
        })
}
