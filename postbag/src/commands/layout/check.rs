//! `postbag layout check`: the preflight.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use image::{DynamicImage, GrayImage, RgbaImage, imageops};
use ocr_worker::picture::Pyramid;
use ocr_worker::stages::code::{decoders, find};
use schemas::geometry::{BoxMm, px_per_mm};
use schemas::layout::{Layout, LayoutFault, Side};
use schemas::payload::{CodePayload, Serial};

use super::photocopy::{PRINT_DPI, SCAN_DPI, photocopied};
use crate::output;

/// Prints every fault of a layout file; the exit status says whether there are any.
pub(super) fn check(file: &Path, prefix: &str) -> anyhow::Result<ExitCode> {
    let json =
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let layout: Layout = serde_json::from_str(&json)
        .with_context(|| format!("{} is not a layout", file.display()))?;
    let faults = faults(&layout, prefix);
    let name = format!("{} version {}", layout.id, layout.version);
    if faults.is_empty() {
        output::line(&format!("{name} is sound"))?;
        return Ok(ExitCode::SUCCESS);
    }
    output::line(&format!("{name} cannot be used:"))?;
    for fault in faults {
        output::line(&format!("  {fault}"))?;
    }
    Ok(ExitCode::FAILURE)
}

/// Everything that would keep the layout from being printed and read. The photocopier comes last: it needs a
/// layout that can be drawn.
fn faults(layout: &Layout, prefix: &str) -> Vec<LayoutFault> {
    let mut faults = layout.faults();
    faults.extend(artwork::preflight(layout, prefix));
    if faults.is_empty() {
        let ours = layout.sides.iter().filter(|side| side.blank.is_none());
        faults.extend(ours.filter_map(|side| unreadable_copy(layout, side, prefix)));
    }
    faults.dedup();
    faults
}

/// What is copied round the code; the rest of the page has no part in whether it reads.
const AROUND_MM: f64 = 25.0;

/// Prints a side, photocopies it, scans the copy as coarsely as an office might, and looks for its code.
fn unreadable_copy(layout: &Layout, side: &Side, prefix: &str) -> Option<LayoutFault> {
    let code = side.code?;
    let place = format!("side {}, code", side.side);
    let serial = Serial::from_number(123);
    let print = artwork::Print {
        prefix: prefix.to_owned(),
        serial: Some(serial.clone()),
    };
    let picture = match artwork::raster(layout, side, PRINT_DPI, &print) {
        Ok(picture) => cut(picture, &code.area.shrunk(-AROUND_MM)),
        Err(error) => {
            let problem = error.to_string();
            return Some(LayoutFault { place, problem });
        }
    };
    let printed = CodePayload {
        layout: layout.id.clone(),
        version: layout.version,
        side: side.side,
        serial: Some(serial),
    };
    let search = find(&Pyramid::new(&photocopied(&picture)), &decoders(), prefix);
    let read = search.ours.is_some_and(|(payload, _)| payload == printed);
    (!read).then(|| LayoutFault {
        place,
        problem: format!(
            "does not read from a photocopy scanned at {SCAN_DPI} dpi; make it larger or keep print away from it"
        ),
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float saturates when it becomes an integer"
)]
fn cut(picture: RgbaImage, area: &BoxMm) -> GrayImage {
    let [x, y, right, bottom] = [area.x, area.y, area.right(), area.bottom()]
        .map(|mm| (mm * px_per_mm(PRINT_DPI)).round() as u32);
    let picture = DynamicImage::from(picture).into_luma8();
    imageops::crop_imm(&picture, x, y, right - x, bottom - y).to_image()
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::layout::{Shape, Tone, builtin};
    use schemas::payload::DEFAULT_PREFIX;

    #[test]
    fn every_layout_that_comes_with_postbag_passes_the_whole_preflight() {
        for layout in builtin() {
            assert_eq!(faults(&layout, DEFAULT_PREFIX), [], "{}", layout.id);
        }
    }

    #[test]
    fn faults_of_the_numbers_and_of_the_print_are_found_together() {
        let mut layout = builtin().remove(1);
        layout.sides[0].marks[0].centre.x = 6.0;
        layout.sides[0].regions[0].hint = Some("words and words ".repeat(20));
        let faults: Vec<String> = faults(&layout, DEFAULT_PREFIX)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert!(
            faults[0].contains("mark top-left: is 3.5 mm from the edge"),
            "{faults:?}"
        );
        assert!(
            faults
                .iter()
                .any(|f| f.contains("beyond the edge of the page")),
            "{faults:?}"
        );
    }

    #[test]
    fn a_code_that_a_photocopy_spoils_is_found() {
        let mut layout = builtin().remove(1);
        // Outlines through the code: nothing that the numbers or the words tell.
        let code = layout.sides[0].code.unwrap().area;
        for i in 0..6 {
            let x = code.x + 1.0 + 4.0 * f64::from(i);
            let area = BoxMm::from([x, code.y - 1.0, 2.0, code.height + 2.0]);
            let tone = Tone::Outline;
            layout.sides[0].shapes.push(Shape::Panel { area, tone });
        }
        let fault = unreadable_copy(&layout, &layout.sides[0], DEFAULT_PREFIX).unwrap();
        assert_eq!(fault.place, "side 1, code");
        assert!(
            fault.problem.contains("photocopy scanned at 150 dpi"),
            "{fault}"
        );
    }

    #[test]
    fn a_page_of_no_size_is_a_fault_and_no_panic() {
        let mut layout = builtin().remove(1);
        layout.page.width_mm = 1e9;
        let fault = unreadable_copy(&layout, &layout.sides[0], DEFAULT_PREFIX).unwrap();
        assert!(fault.problem.contains("is no picture"), "{fault}");
        layout.page.width_mm = -5.0;
        assert!(!faults(&layout, DEFAULT_PREFIX).is_empty());
    }
}
