//! The figures for a person at a terminal.

use std::collections::BTreeMap;

use super::compare::Compared;
use super::faults::Fault;
use super::figures::{
    Bar, Figures, Margin, Marks, Naming, Part, Placed, Registrations, Spread, States,
};
use crate::output::{line, table};

/// At most so many of a list are printed; the JSON has all.
const SHOWN: usize = 20;

/// Prints the figures.
pub(super) fn print(figures: &Figures) -> anyhow::Result<()> {
    let engine = &figures.engine;
    line(&format!(
        "{} pages, read by Postbag {}, text by {}, layouts {}\n",
        figures.pages, engine.postbag, engine.text, engine.layouts
    ))?;
    bars(&figures.bars)?;
    line("")?;
    naming("code whole", &figures.code_whole)?;
    naming("code destroyed", &figures.code_destroyed)?;
    naming("no code printed", &figures.no_code)?;
    list("orientation wrong", &figures.orientation_wrong)?;
    registration(&figures.registration)?;
    marks("marks", &figures.marks)?;
    placed(&figures.placed)?;
    states(&figures.drawings)?;
    margin(&figures.margin)?;
    texts(figures)?;
    counts("warnings", &figures.warnings)?;
    counts(
        "warnings on undamaged pages",
        &figures.warnings_without_damage,
    )?;
    parts("BY LAYOUT", &figures.by_layout)?;
    parts("BY DAMAGE", &figures.by_damage)?;
    parts("BY DPI", &figures.by_dpi)
}

/// Prints the pages that went most wrong, with the reasons.
pub(super) fn worst(pages: &[(&Compared, Vec<Fault>)]) -> anyhow::Result<()> {
    line("\nWORST")?;
    for (page, faults) in pages {
        line(&format!("{} {} {:?}", page.name, page.layout, page.damages))?;
        for fault in faults {
            line(&format!("    {}", fault.text))?;
        }
    }
    Ok(())
}

fn bars(bars: &[Bar]) -> anyhow::Result<()> {
    let heading = ["ASKED FOR", "FOUND", "BAR", "REACHED"].map(str::to_owned);
    let mut rows = vec![heading.to_vec()];
    for bar in bars {
        let (found, reached) = match bar.reached {
            Some(true) => (format!("{:.5}", bar.found), "yes"),
            Some(false) => (format!("{:.5}", bar.found), "NO"),
            None => ("not measured".to_owned(), ""),
        };
        rows.push(vec![
            bar.what.to_owned(),
            found,
            bar.asked.to_owned(),
            reached.to_owned(),
        ]);
    }
    table(&rows)
}

fn naming(what: &str, naming: &Naming) -> anyhow::Result<()> {
    if naming.pages == 0 {
        return Ok(());
    }
    line(&format!(
        "{what}: {} pages; layout {}, version {}, side {}, serial {} right; all four {} ({}); {} by print",
        naming.pages,
        naming.layout_right,
        naming.version_right,
        naming.side_right,
        naming.serial_right,
        naming.all_right,
        percent(naming.all_right_share),
        naming.by_print
    ))
}

fn registration(registration: &Registrations) -> anyhow::Result<()> {
    line(&format!(
        "registration: {} accepted, {} refused that can be read ({})",
        registration.accepted,
        registration.refused,
        percent(registration.refused_share)
    ))?;
    spread("  residual, mm", &registration.residual_mm)?;
    spread("  largest on the page, mm", &registration.largest_mm)?;
    spread("  largest in the regions, mm", &registration.regions_mm)?;
    list("  accepted but off", &registration.accepted_but_off)?;
    line(&format!(
        "  must be warned of: {}; {} read with a warning about the sheet",
        registration.must_be_warned, registration.warned_of_the_sheet
    ))?;
    list("  neither refused nor warned of", &registration.not_warned)
}

/// Of pages that nobody placed, nothing is said.
fn placed(placed: &Placed) -> anyhow::Result<()> {
    if placed.pages == 0 {
        return Ok(());
    }
    line(&format!(
        "placed pages: {} of {} that were set aside are read",
        placed.read, placed.pages
    ))?;
    spread("  largest on the page, mm", &placed.largest_mm)?;
    marks("placed pages, marks", &placed.marks)
}

fn marks(what: &str, marks: &Marks) -> anyhow::Result<()> {
    line(&format!(
        "{what}: {} boxes, {} decided, {} wrong of them ({} in effect), {} to a person ({})",
        marks.boxes,
        marks.decided,
        marks.wrong,
        marks.wrong_in_effect,
        marks.unsure,
        percent(marks.unsure_share)
    ))?;
    counts("  as they are → as they were read", &marks.confusion)?;
    list("  wrong", &marks.wrong_list)?;
    list("  unsure", &marks.unsure_list)
}

fn states(states: &States) -> anyhow::Result<()> {
    if states.spaces + states.written == 0 {
        return Ok(());
    }
    line(&format!(
        "drawings: {} of {} spaces right ({}), {} of {} regions for writing; all {}",
        states.spaces_right,
        states.spaces,
        percent(states.spaces_right_share),
        states.written_right,
        states.written,
        percent(states.right_share)
    ))?;
    for (kind, confusion) in &states.confusion {
        counts(&format!("  {kind}"), confusion)?;
    }
    list("  a drawing called blank", &states.called_blank)?;
    list("  wrong", &states.wrong_list)
}

fn margin(margin: &Margin) -> anyhow::Result<()> {
    if margin.written + margin.clean == 0 {
        return Ok(());
    }
    line(&format!(
        "margin: {} of {} seen, {} false alarms on {} clean pages",
        margin.seen, margin.written, margin.false_alarms, margin.clean
    ))?;
    list("  missed", &margin.missed_list)?;
    list("  false alarms", &margin.false_list)
}

fn texts(figures: &Figures) -> anyhow::Result<()> {
    let texts = &figures.texts;
    if texts.story_cer.n > 0 {
        spread("character errors of stories", &texts.story_cer)?;
        line(&format!(
            "services: {} of {} to the letter",
            texts.services_exact, texts.services
        ))?;
    }
    if texts.postcodes == 0 {
        return Ok(());
    }
    line(&format!(
        "postcodes: {} of {} first, {} among the candidates",
        texts.postcodes_first, texts.postcodes, texts.postcodes_among
    ))?;
    if texts.offered == 0 {
        return Ok(());
    }
    line(&format!(
        "services of the directory: {} of {} first, {} among three; {} sure, {} of them wrong",
        texts.offered_first,
        texts.offered,
        texts.offered_among_three,
        texts.offered_sure,
        texts.offered_sure_and_wrong
    ))
}

/// Of nothing, nothing is said.
fn spread(what: &str, spread: &Spread) -> anyhow::Result<()> {
    if spread.n == 0 {
        return Ok(());
    }
    line(&format!(
        "{what}: median {:.3}, 99th percentile {:.3}, largest {:.3}, mean {:.3} of {}",
        spread.median, spread.p99, spread.max, spread.mean, spread.n
    ))
}

fn list(what: &str, items: &[String]) -> anyhow::Result<()> {
    line(&format!("{what}: {}", items.len()))?;
    for item in items.iter().take(SHOWN) {
        line(&format!("    {item}"))?;
    }
    if items.len() > SHOWN {
        line(&format!("    … and {} more", items.len() - SHOWN))?;
    }
    Ok(())
}

fn counts(what: &str, counts: &BTreeMap<String, usize>) -> anyhow::Result<()> {
    let counts: Vec<String> = counts
        .iter()
        .map(|(what, n)| format!("{what} {n}"))
        .collect();
    let counts = if counts.is_empty() {
        "none".to_owned()
    } else {
        counts.join(", ")
    };
    line(&format!("{what}: {counts}"))
}

fn parts(heading: &str, parts: &BTreeMap<String, Part>) -> anyhow::Result<()> {
    let columns = [
        heading,
        "PAGES",
        "NAMED",
        "REFUSED",
        "MEDIAN mm",
        "LARGEST",
        "OFF",
        "BOXES",
        "WRONG",
        "UNSURE",
        "REGIONS",
        "WRONG",
        "BLANK",
        "MARGIN missed",
        "false",
    ];
    let mut rows = vec![columns.map(str::to_owned).to_vec()];
    for (name, part) in parts {
        let mut row = vec![name.clone()];
        row.extend([part.pages, part.named_right, part.refused].map(|n| n.to_string()));
        row.extend([part.residual_mm.median, part.largest_mm].map(|mm| format!("{mm:.2}")));
        let rest = [
            part.off,
            part.boxes,
            part.marks_wrong,
            part.marks_unsure,
            part.regions,
            part.drawings_wrong,
            part.called_blank,
            part.margin_missed,
            part.margin_false,
        ];
        row.extend(rest.map(|n| n.to_string()));
        rows.push(row);
    }
    line("")?;
    table(&rows)
}

fn percent(share: f64) -> String {
    format!("{:.2} %", 100.0 * share)
}
