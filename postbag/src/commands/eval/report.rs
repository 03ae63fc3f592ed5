//! The figures for a person at a terminal.

use std::collections::BTreeMap;

use super::compare::Compared;
use super::figures::{Figures, Naming, Part, Spread};
use crate::output::{line, table};

/// At most so many of a list are printed; the JSON has all.
const SHOWN: usize = 20;

/// Prints the figures.
pub(super) fn print(figures: &Figures) -> anyhow::Result<()> {
    line(&format!("{} pages", figures.pages))?;
    naming("code whole", &figures.code_whole)?;
    naming("code destroyed", &figures.code_destroyed)?;
    line(&format!(
        "orientation wrong: {} (must be 0)",
        figures.orientation_wrong
    ))?;
    let registration = &figures.registration;
    line(&format!(
        "registration: {} accepted, {} refused that can be read ({:.2} %)",
        registration.accepted,
        registration.refused,
        100.0 * registration.refused_share
    ))?;
    spread("  residual, mm", &registration.residual_mm)?;
    spread("  largest, mm", &registration.largest_mm)?;
    list(
        "accepted but off by more than 1.2 mm",
        &registration.accepted_but_off,
    )?;
    line(&format!(
        "must be warned of: {}",
        registration.must_be_warned
    ))?;
    list("  neither refused nor warned of", &registration.not_warned)?;
    marks_and_drawings(figures)?;
    if let Some(cer) = &figures.story_cer {
        spread("character errors of stories", cer)?;
    }
    for (code, n) in &figures.warnings {
        line(&format!("warning {code}: {n}"))?;
    }
    parts("BY LAYOUT", &figures.by_layout)?;
    parts("BY DAMAGE", &figures.by_damage)?;
    parts("BY DPI", &figures.by_dpi)
}

fn marks_and_drawings(figures: &Figures) -> anyhow::Result<()> {
    let marks = &figures.marks;
    line(&format!(
        "marks: {} boxes, {} decided, {} wrong of them ({} about taking back), {} to a person ({:.2} %)",
        marks.boxes,
        marks.decided,
        marks.wrong,
        marks.wrong_about_cancelling,
        marks.unsure,
        100.0 * marks.unsure_share
    ))?;
    list("  wrong", &marks.wrong_list)?;
    let drawings = &figures.drawings;
    line(&format!(
        "drawings: {} of {} spaces right ({:.2} %), {} of {} regions for writing; all {:.2} %",
        drawings.spaces_right,
        drawings.spaces,
        100.0 * drawings.spaces_right_share,
        drawings.written_right,
        drawings.written,
        100.0 * drawings.right_share
    ))?;
    for (change, n) in &drawings.confusion {
        line(&format!("  {change}: {n}"))?;
    }
    list("  a drawing called blank", &drawings.called_blank)?;
    list("  wrong", &drawings.wrong_list)?;
    let margin = &figures.margin;
    line(&format!(
        "margin: {} of {} seen, {} false alarms on {} clean pages",
        margin.seen, margin.written, margin.false_alarms, margin.clean
    ))
}

/// Prints the pages that went most wrong, with the reason.
pub(super) fn worst(pages: &[Compared], n: usize) -> anyhow::Result<()> {
    let badness = |page: &Compared| {
        let unnamed = if page.names.all() { 0.0 } else { 10.0 };
        let unread = if page.read { 0.0 } else { 20.0 };
        unnamed + unread + page.off.map_or(0.0, |off| off.max_mm)
    };
    let mut sorted: Vec<&Compared> = pages.iter().collect();
    sorted.sort_by(|a, b| badness(b).total_cmp(&badness(a)));
    line("\nWORST")?;
    for page in sorted.into_iter().take(n) {
        let off = page.off.map_or_else(
            || "not read".to_owned(),
            |off| format!("{:.2} mm", off.max_mm),
        );
        line(&format!(
            "{} {} {:?} {:?} {off} {:?} {:?} {}",
            page.file,
            page.layout,
            page.code,
            page.expected,
            page.damages,
            page.names,
            page.cause.as_deref().unwrap_or_default()
        ))?;
    }
    Ok(())
}

fn naming(what: &str, naming: &Naming) -> anyhow::Result<()> {
    line(&format!(
        "{what}: {} pages; layout {}, version {}, side {}, serial {} right; all {} ({:.2} %); {} by print",
        naming.pages,
        naming.layout_right,
        naming.version_right,
        naming.side_right,
        naming.serial_right,
        naming.all_right,
        100.0 * naming.all_right_share,
        naming.by_print
    ))
}

fn spread(what: &str, spread: &Spread) -> anyhow::Result<()> {
    line(&format!(
        "{what}: median {:.3}, 99th percentile {:.3}, largest {:.3}, mean {:.3}",
        spread.median, spread.p99, spread.max, spread.mean
    ))
}

fn list(what: &str, items: &[String]) -> anyhow::Result<()> {
    line(&format!("{what}: {}", items.len()))?;
    for item in items.iter().take(SHOWN) {
        line(&format!("    {item}"))?;
    }
    Ok(())
}

fn parts(heading: &str, parts: &BTreeMap<String, Part>) -> anyhow::Result<()> {
    let columns = [
        heading,
        "PAGES",
        "NAMED",
        "REFUSED",
        "LARGEST mm",
        "MARKS WRONG",
        "UNSURE",
        "DRAWINGS WRONG",
    ];
    let mut rows = vec![columns.map(str::to_owned).to_vec()];
    for (name, part) in parts {
        rows.push(vec![
            name.clone(),
            part.pages.to_string(),
            part.named_right.to_string(),
            part.refused.to_string(),
            format!("{:.2}", part.largest_mm),
            part.marks_wrong.to_string(),
            part.marks_unsure.to_string(),
            part.drawings_wrong.to_string(),
        ]);
    }
    line("")?;
    table(&rows)
}
