use schemas::reading::{Reading, RegionReading, Status};

use crate::output;

/// A reading in words, for a person at a terminal.
pub(super) fn describe(reading: &Reading) -> anyhow::Result<()> {
    output::line(&heading(reading))?;
    for warning in &reading.warnings {
        output::line(&format!("  ! {} {}", warning.cause, warning.next_action))?;
    }
    let regions = reading.regions.iter().chain(&reading.letter);
    let rows: Vec<Vec<String>> = regions.map(row).collect();
    output::table(&rows)
}

fn heading(reading: &Reading) -> String {
    let page = format!("{}, page {}", reading.file, reading.page_idx + 1);
    if reading.status == Status::Quarantined {
        return format!("{page}: NOT READ");
    }
    let layout = reading.layout.as_ref().map_or("?", |id| id.as_str());
    let serial = reading.serial.as_deref().unwrap_or("without a serial");
    let residual_mm = reading.registration.as_ref().map_or(0.0, |r| r.residual_mm);
    format!(
        "{page}: {layout} version {} side {}, {serial}, turned {:.1}°, registered to {residual_mm:.2} mm",
        reading.version.unwrap_or(0),
        reading.side.unwrap_or(0),
        reading.orientation_deg.unwrap_or(0.0),
    )
}

fn row(region: &RegionReading) -> Vec<String> {
    let state = serde_json::to_value(region.state).unwrap_or_default();
    let state = state.as_str().unwrap_or_default().to_owned();
    let value = region
        .value
        .clone()
        .unwrap_or_default()
        .replace('\n', " / ");
    vec![format!("  {}", region.id), state, value]
}
