mod check;
mod export;
mod photocopy;
mod print;

use std::process::ExitCode;

use schemas::layout::{Layout, RegionKind};

use crate::cli::Layout as LayoutCommand;
use crate::config::Config;
use crate::output;
use crate::parts::layouts;

/// `postbag layout list|show|print|export|check`.
pub(crate) async fn layout(config: &Config, command: LayoutCommand) -> anyhow::Result<ExitCode> {
    match command {
        LayoutCommand::List => list(&layouts::load(&config.reading)?)?,
        LayoutCommand::Show { id, json } => show(&layouts::find(&config.reading, &id)?, json)?,
        LayoutCommand::Export { id, out, version } => {
            export::export(config, &id, version, &out).await?;
        }
        LayoutCommand::Check { file } => return check::check(&file, &config.reading.code_prefix),
        LayoutCommand::Print { id, how } => {
            print::print(&layouts::find(&config.reading, &id)?, &config.reading, &how)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn list(layouts: &[Layout]) -> anyhow::Result<()> {
    let mut rows = vec![
        ["ID", "VERSION", "SIDES", "PAPER", "TITLE"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for layout in layouts {
        rows.push(vec![
            layout.id.to_string(),
            layout.version.to_string(),
            layout.sides.len().to_string(),
            format!("{} × {} mm", layout.page.width_mm, layout.page.height_mm),
            layout.title.clone(),
        ]);
    }
    output::table(&rows)
}

fn show(layout: &Layout, json: bool) -> anyhow::Result<()> {
    if json {
        return output::line(&serde_json::to_string_pretty(layout)?);
    }
    output::line(&format!(
        "{} version {}: {} ({} × {} mm)",
        layout.id, layout.version, layout.title, layout.page.width_mm, layout.page.height_mm
    ))?;
    for side in &layout.sides {
        output::line(&format!(
            "\nside {}: {} registration marks",
            side.side,
            side.marks.len()
        ))?;
        let heading = ["REGION", "KIND", "READS", "BOX (mm)", "DETAIL"];
        let mut rows = vec![heading.map(str::to_owned).to_vec()];
        for region in &side.regions {
            let [x, y, width, height] = <[f64; 4]>::from(region.area);
            rows.push(vec![
                region.id.clone(),
                region.kind.as_str().to_owned(),
                region.reads.as_str().to_owned(),
                format!("{x}, {y}, {width} × {height}"),
                detail(&region.kind),
            ]);
        }
        output::table(&rows)?;
    }
    Ok(())
}

fn detail(kind: &RegionKind) -> String {
    match kind {
        RegionKind::Comb { cells } => format!("{cells} cells"),
        RegionKind::Text {
            pitch_mm: Some(pitch),
        } => format!("ruled every {pitch} mm"),
        RegionKind::Marks { options, .. } => {
            let values: Vec<&str> = options.iter().map(|option| option.value.as_str()).collect();
            values.join(" | ")
        }
        _ => String::new(),
    }
}
