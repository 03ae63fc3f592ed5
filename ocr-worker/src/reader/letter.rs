//! A page without a layout may be a letter: what it says is kept beside it, a draft for whoever takes it for one.
//!
//! A letter may lie any way up, and has no code to tell which. The recogniser knows how much of what it reads makes no
//! sense: read upside down, several times as much as upright (`docs/ACCURACY.md`).

use std::borrow::Cow;

use image::{DynamicImage, GrayImage};
use schemas::geometry::BoxPx;
use schemas::layout::{Meaning, RegionKind};
use schemas::lone::ReadAs;
use schemas::reading::{InkState, LETTER, LineReading, Reading, RegionReading, Straightened};
use schemas::record::PictureRole;

use super::lone::Found;
use super::{PageSource, Picture, Reader, drafts};
use crate::engine::{Alphabet, EngineError, joined};
use crate::picture::jpeg::jpeg;
use crate::stages::bare::DUST_ON_PAGE;
use crate::stages::decode::Page;
use crate::warnings;

/// How far a page may lie turned clockwise, the most frequent first.
const TURNS_DEG: [u16; 4] = [0, 180, 90, 270];
/// When no more of it is expected to be wrong, a page is upright: upside down it is always more.
const UPRIGHT_CER: f64 = 0.15;
/// A page is turned when that leaves no more than this share of what is expected to be wrong: a drawing makes as little sense
/// one way up as another.
const CLEARLY: f64 = 0.7;
/// And when less than this share of it is expected to be wrong then: else it is hardly writing.
const WRITING_CER: f64 = 0.4;
/// A page with more lines is no letter, or lies on its side: then each line falls into many.
const MAX_LINES: usize = 120;

/// The lines of a page that was turned upright by some degrees.
struct Turned {
    turn_deg: u16,
    lines: Vec<LineReading>,
    predicted_cer: f64,
}

impl Turned {
    fn read(reader: &Reader, found: &Found, turn_deg: u16) -> Result<Self, EngineError> {
        let mut lines = Vec::new();
        if found.shown.len() <= MAX_LINES {
            lines = found.readings(reader.engine.read(&found.shown, Alphabet::Prose)?);
        }
        // An engine that cannot tell is believed when it says something.
        let says_nothing = joined(&lines).is_none();
        let told = drafts::predicted_cer(&lines);
        Ok(Self {
            turn_deg,
            lines,
            predicted_cer: told.unwrap_or(f64::from(u8::from(says_nothing))),
        })
    }

    fn is_clearer_than(&self, other: &Self) -> bool {
        let limit = if other.turn_deg == 0 {
            WRITING_CER.min(CLEARLY * other.predicted_cer)
        } else {
            other.predicted_cer
        };
        self.predicted_cer < limit
    }
}

/// Adds what a page says. Where it has to be turned for that, gives the picture that the boxes refer to.
pub(super) fn add(
    reader: &Reader,
    page: &Page,
    source: &PageSource,
    reading: &mut Reading,
) -> Option<Picture> {
    let found = match upright(reader, &page.grey) {
        Ok(found) => found?,
        Err(error) => {
            reading.warnings.push(warnings::text_not_read(&error));
            return None;
        }
    };
    reading.letter = region(found.lines, reader.settings.draft_limit);
    if found.turn_deg == 0 || reading.letter.is_none() {
        return None;
    }
    let scanned = match &page.colour {
        Some(colour) => DynamicImage::ImageRgb8(colour.clone()),
        None => DynamicImage::ImageLuma8(page.grey.clone()),
    };
    let shown = turned(scanned, found.turn_deg);
    reading.orientation_deg = Some(f64::from(found.turn_deg));
    reading.straightened = Some(Straightened::as_scanned(
        shown.width(),
        shown.height(),
        source.dpi,
    ));
    Some(Picture {
        role: PictureRole::Straightened,
        region_id: Some(LETTER.to_owned()),
        media_type: "image/jpeg",
        bytes: jpeg(&shown)?,
    })
}

/// The way up in which the page makes the most sense; nothing where there are no lines.
fn upright(reader: &Reader, grey: &GrayImage) -> Result<Option<Turned>, EngineError> {
    let mut best: Option<Turned> = None;
    for turn_deg in TURNS_DEG {
        let found = Found::on(&grey_turned(grey, turn_deg), DUST_ON_PAGE, ReadAs::Text);
        if found.shown.is_empty() {
            break;
        }
        let now = Turned::read(reader, &found, turn_deg)?;
        let is_upright = now.predicted_cer <= UPRIGHT_CER;
        if best.as_ref().is_none_or(|best| now.is_clearer_than(best)) {
            best = Some(now);
        }
        if is_upright {
            break;
        }
    }
    Ok(best)
}

fn grey_turned(grey: &GrayImage, turn_deg: u16) -> Cow<'_, GrayImage> {
    if turn_deg == 0 {
        return Cow::Borrowed(grey);
    }
    let picture = turned(DynamicImage::ImageLuma8(grey.clone()), turn_deg);
    Cow::Owned(picture.into_luma8())
}

fn turned(picture: DynamicImage, turn_deg: u16) -> DynamicImage {
    match turn_deg {
        90 => picture.rotate270(),
        180 => picture.rotate180(),
        270 => picture.rotate90(),
        _ => picture,
    }
}

fn region(lines: Vec<LineReading>, draft_limit: f64) -> Option<RegionReading> {
    let value = joined(&lines)?;
    let box_px = lines.iter().map(|line| line.box_px).reduce(around)?;
    let mut regions = [RegionReading {
        id: LETTER.to_owned(),
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
