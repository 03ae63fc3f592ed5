//! A picture that is read as one region, without a layout.

use image::GrayImage;
use schemas::geometry::BoxPx;
use schemas::lone::{LoneReading, ReadAs};
use schemas::reading::{LineReading, Warning};

use super::drafts::predicted_cer;
use super::{PageSource, Reader};
use crate::engine::{Alphabet, LineText, joined};
use crate::picture::mask::Area;
use crate::postcode::{PostcodeEvidence, resolve};
use crate::stages::bare::{Bare, DUST_IN_LINE, DUST_ON_PAGE, ink};
use crate::stages::decode::decode;
use crate::stages::label;
use crate::stages::lines::{self, Line};
use crate::warnings;

/// A row of ink with less than this share of the ink of the largest one is no line: dust, a tail, a page number.
const LEAST_LINE: f64 = 0.02;
/// Nor is one that is lower than this share of the others' height.
const LEAST_HEIGHT: f64 = 0.3;

/// A picture that was read as one region.
#[derive(Clone, Debug)]
pub struct LoneRead {
    /// What was found.
    pub reading: LoneReading,
    /// Each line as the text engine saw it.
    pub lines: Vec<GrayImage>,
}

/// Reads the picture. Never fails: what cannot be read is a reading with a warning.
pub(super) fn read(
    reader: &Reader,
    picture: &[u8],
    source: &PageSource,
    read_as: ReadAs,
) -> LoneRead {
    let page = match decode(picture, reader.settings.limits) {
        Ok(page) => page,
        Err(error) => return without_picture(reader, source, read_as, warnings::of_decode(&error)),
    };
    let dust = match read_as {
        ReadAs::Text => DUST_ON_PAGE,
        ReadAs::Line | ReadAs::Postcode | ReadAs::Service => DUST_IN_LINE,
    };
    let found = Found::on(&page.grey, dust, read_as);
    let alphabet = match read_as {
        ReadAs::Postcode => Alphabet::Postcode,
        ReadAs::Text | ReadAs::Line | ReadAs::Service => Alphabet::Prose,
    };
    let mut reading = unread(reader, source, read_as);
    match reader.engine.read(&found.shown, alphabet) {
        Ok(texts) => fill(&mut reading, reader, &found, texts),
        Err(error) => reading.warnings.push(warnings::text_not_read(&error)),
    }
    LoneRead {
        reading,
        lines: found.shown,
    }
}

/// The lines of a picture without a layout.
pub(super) struct Found {
    /// Where each one is, in the picture as it was given.
    boxes: Vec<BoxPx>,
    /// Each one as the text engine is to see it.
    pub(super) shown: Vec<GrayImage>,
}

impl Found {
    pub(super) fn on(grey: &GrayImage, dust: f64, read_as: ReadAs) -> Self {
        let bare = ink(grey, dust);
        let found = lines_of(&bare, read_as);
        Self {
            boxes: found
                .iter()
                .map(|line| box_px(line.bounds, bare.scale))
                .collect(),
            shown: found
                .iter()
                .map(|line| lines::picture(&bare.even, line))
                .collect(),
        }
    }

    /// The lines with what was read in them.
    pub(super) fn readings(&self, texts: Vec<LineText>) -> Vec<LineReading> {
        let lines = self.boxes.iter().zip(texts);
        lines.map(|(box_px, text)| text.at(*box_px)).collect()
    }
}

/// A picture that could not be opened.
pub(super) fn without_picture(
    reader: &Reader,
    source: &PageSource,
    read_as: ReadAs,
    warning: Warning,
) -> LoneRead {
    let mut reading = unread(reader, source, read_as);
    reading.warnings.push(warning);
    LoneRead {
        reading,
        lines: Vec::new(),
    }
}

fn unread(reader: &Reader, source: &PageSource, read_as: ReadAs) -> LoneReading {
    LoneReading {
        file: source.file.clone(),
        page_idx: source.page_idx,
        read_as,
        value: None,
        predicted_cer: None,
        candidates: Vec::new(),
        lines: Vec::new(),
        warnings: Vec::new(),
        engine: reader.engine(),
    }
}

fn lines_of(bare: &Bare, read_as: ReadAs) -> Vec<Line> {
    if read_as != ReadAs::Text {
        let found = lines::find_single(bare.pieces.clone());
        let written = label::written(&found, bare.even.height() as usize);
        return written.into_iter().collect();
    }
    let found = lines::find(bare.pieces.clone(), None);
    let most = found.iter().map(Line::ink_px).max().unwrap_or(0);
    let mut heights: Vec<usize> = found.iter().map(|line| line.bounds.height()).collect();
    heights.sort_unstable();
    let usual = heights.get(heights.len() / 2).copied().unwrap_or(0);
    let is_line = |line: &Line| {
        line.ink_px() as f64 >= LEAST_LINE * most as f64
            && line.bounds.height() as f64 >= LEAST_HEIGHT * usual as f64
    };
    found.into_iter().filter(is_line).collect()
}

fn fill(reading: &mut LoneReading, reader: &Reader, found: &Found, texts: Vec<LineText>) {
    if reading.read_as == ReadAs::Postcode {
        let evidence = PostcodeEvidence {
            cells: Vec::new(),
            line: texts.first().cloned().unwrap_or_default(),
        };
        reading.candidates = resolve(&evidence, &reader.denied, &reader.directory());
    }
    reading.lines = found.readings(texts);
    reading.predicted_cer = predicted_cer(&reading.lines);
    let best = reading.candidates.first();
    reading.value = best
        .map(|best| best.text.clone())
        .or_else(|| joined(&reading.lines));
}

/// The box in the picture as it was given.
fn box_px(area: Area, scale: f64) -> BoxPx {
    let px = |value: usize| (value as f64 * scale).round() as u32;
    BoxPx {
        x: px(area.x0),
        y: px(area.y0),
        width: px(area.width()),
        height: px(area.height()),
    }
}
