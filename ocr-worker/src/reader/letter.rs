//! A page without a layout may be a letter: what it says is kept beside it, a draft for whoever takes it for one.

use image::GrayImage;
use schemas::geometry::BoxPx;
use schemas::layout::{Meaning, RegionKind};
use schemas::lone::ReadAs;
use schemas::reading::{InkState, LineReading, Reading, RegionReading};

use super::lone::{Found, joined};
use super::{Reader, drafts};
use crate::engine::Alphabet;
use crate::stages::bare::DUST_ON_PAGE;
use crate::warnings;

/// The region's id: a letter has only this one.
const ID: &str = "letter";

/// Reads all lines of a page. Where there are none, nothing is added.
pub(super) fn add(reader: &Reader, grey: &GrayImage, reading: &mut Reading) {
    let found = Found::on(grey, DUST_ON_PAGE, ReadAs::Text);
    match reader.engine.read(&found.shown, Alphabet::Prose) {
        Ok(texts) => {
            let limit = reader.settings.draft_limit;
            reading.letter = region(found.readings(texts), limit);
        }
        Err(error) => reading.warnings.push(warnings::text_not_read(&error)),
    }
}

fn region(lines: Vec<LineReading>, draft_limit: f64) -> Option<RegionReading> {
    let value = joined(&lines)?;
    let box_px = lines.iter().map(|line| line.box_px).reduce(around)?;
    let mut regions = [RegionReading {
        id: ID.to_owned(),
        kind: RegionKind::Text { pitch_mm: None }.as_str().to_owned(),
        reads: Meaning::Story,
        box_px,
        state: InkState::Writing,
        value: Some(value),
        candidates: Vec::new(),
        lines,
        predicted_cer: None,
        withheld: false,
        marks: Vec::new(),
        drawings: Vec::new(),
    }];
    drafts::judge(&mut regions, draft_limit);
    let [region] = regions;
    Some(region)
}

/// The box that holds both.
fn around(a: BoxPx, b: BoxPx) -> BoxPx {
    let (x, y) = (a.x.min(b.x), a.y.min(b.y));
    BoxPx {
        x,
        y,
        width: (a.x + a.width).max(b.x + b.width) - x,
        height: (a.y + a.height).max(b.y + b.height) - y,
    }
}
