use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use schemas::layout::{Layout, LayoutError, RegionKind, Side};
use schemas::payload::Serial;

use crate::cli::Layout as LayoutCommand;
use crate::config::Config;
use crate::output;
use crate::parts::layouts;

/// A run of serials is one file; more than this is a typing error.
const MAX_SERIALS: u32 = 10_000;

/// `postbag layout list|show|print|check`.
pub(crate) fn layout(config: &Config, command: LayoutCommand) -> anyhow::Result<ExitCode> {
    match command {
        LayoutCommand::List => list(&layouts::load(&config.reading)?)?,
        LayoutCommand::Show { id, json } => show(&layouts::find(&config.reading, &id)?, json)?,
        LayoutCommand::Check { file } => return check(&file),
        LayoutCommand::Print {
            id,
            out,
            serials,
            side,
            dpi,
        } => {
            let copies = Copies {
                layout: layouts::find(&config.reading, &id)?,
                serials: parse_serials(serials.as_deref())?,
                prefix: &config.reading.code_prefix,
                side,
                dpi,
            };
            print(&copies, &out)?;
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

fn check(file: &Path) -> anyhow::Result<ExitCode> {
    let json =
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    match Layout::parse(&json) {
        Ok(layout) => {
            output::line(&format!(
                "{} version {} is sound",
                layout.id, layout.version
            ))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(LayoutError::Faults { id, faults }) => {
            output::line(&format!("{id} cannot be used:"))?;
            for fault in faults {
                output::line(&format!("  {fault}"))?;
            }
            Ok(ExitCode::FAILURE)
        }
        Err(error) => Err(error).with_context(|| format!("{} is not a layout", file.display())),
    }
}

/// What to print.
struct Copies<'a> {
    layout: Layout,
    serials: Vec<Option<Serial>>,
    prefix: &'a str,
    side: u32,
    dpi: u32,
}

/// `A..B` (both ends included) as serials; one copy without a serial when there is no range.
fn parse_serials(range: Option<&str>) -> anyhow::Result<Vec<Option<Serial>>> {
    let Some(range) = range else {
        return Ok(vec![None]);
    };
    let (first, last) = range.split_once("..").unwrap_or((range, range));
    let parse = |text: &str| {
        text.trim()
            .parse::<u32>()
            .with_context(|| format!("{range:?} is not a range of serials such as 1..500"))
    };
    let (first, last) = (parse(first)?, parse(last)?);
    if first > last {
        bail!("the serials {range} go backwards");
    }
    if last - first >= MAX_SERIALS {
        bail!(
            "the serials {range} are more than {MAX_SERIALS} leaflets; print them in several files"
        );
    }
    Ok((first..=last)
        .map(|number| Some(Serial::from_number(number)))
        .collect())
}

fn print(copies: &Copies<'_>, out: &Path) -> anyhow::Result<()> {
    let ending = out
        .extension()
        .and_then(|ending| ending.to_str())
        .unwrap_or_default();
    let bytes = match ending.to_ascii_lowercase().as_str() {
        "pdf" => print_pdf(copies)?,
        "svg" => print_svg(copies)?.into_bytes(),
        "png" => print_png(copies)?,
        _ => bail!("{} must end in .pdf, .svg or .png", out.display()),
    };
    std::fs::write(out, bytes).with_context(|| format!("cannot write {}", out.display()))?;
    output::line(&format!("wrote {}", out.display()))
}

fn print_pdf(copies: &Copies<'_>) -> anyhow::Result<Vec<u8>> {
    let serials: Vec<Serial> = copies.serials.iter().flatten().cloned().collect();
    Ok(artwork::pdf(&copies.layout, copies.prefix, &serials)?)
}

fn print_svg(copies: &Copies<'_>) -> anyhow::Result<String> {
    let (side, print) = copies.single()?;
    Ok(artwork::outlined_svg(&copies.layout, side, &print)?)
}

fn print_png(copies: &Copies<'_>) -> anyhow::Result<Vec<u8>> {
    let (side, print) = copies.single()?;
    Ok(artwork::png(
        &copies.layout,
        side,
        f64::from(copies.dpi),
        &print,
    )?)
}

impl Copies<'_> {
    /// The side and serial of a picture, which shows one side of one leaflet.
    fn single(&self) -> anyhow::Result<(&Side, artwork::Print)> {
        let [serial] = self.serials.as_slice() else {
            bail!("a picture shows one leaflet; print several serials as .pdf");
        };
        if !(50..=1200).contains(&self.dpi) {
            bail!("--dpi must be 50 to 1200");
        }
        let side = self
            .layout
            .side(self.side)
            .with_context(|| format!("{} has no side {}", self.layout.id, self.side))?;
        let print = artwork::Print {
            prefix: self.prefix.to_owned(),
            serial: serial.clone(),
        };
        Ok((side, print))
    }
}
