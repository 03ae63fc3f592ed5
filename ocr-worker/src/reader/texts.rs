//! What the regions say: their lines and combs go through the text engine, and the readings are put together.

use directory::Index;
use image::GrayImage;
use schemas::geometry::{BoxMm, BoxPx};
use schemas::layout::Meaning;
use schemas::postcode::{CharGuess, Postcode};
use schemas::reading::{Candidate, LineReading, RegionReading};

use super::page::{Laid, on_picture};
use super::regions::Examined;
use crate::engine::{Alphabet, EngineError, LineText, TextEngine, joined};
use crate::postcode::{PostcodeEvidence, resolve};
use crate::stages::glyph;

/// What the text engine read.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// For each region its lines, in the order of the regions.
    prose: Vec<(String, Vec<LineText>)>,
    /// For each region with a comb what was read of it.
    combs: Vec<(String, PostcodeEvidence)>,
    /// Why it read nothing.
    pub(super) error: Option<EngineError>,
}

/// Reads all lines of a page with one call, and its combs with another at the same time.
pub(super) fn read(engine: &dyn TextEngine, examined: &[Examined]) -> Texts {
    let of_lines = |e: &Examined| {
        e.lines
            .iter()
            .map(|(_, picture)| picture.clone())
            .collect::<Vec<_>>()
    };
    let lines: Vec<GrayImage> = examined.iter().flat_map(of_lines).collect();
    let combs: Vec<&Examined> = examined.iter().filter(|e| e.comb.is_some()).collect();
    let composed: Vec<GrayImage> = combs
        .iter()
        .filter_map(|e| Some(e.comb.as_ref()?.composed.clone()))
        .collect();
    let (prose, postcodes) = std::thread::scope(|scope| {
        let postcodes = scope.spawn(|| engine.read(&composed, Alphabet::Postcode));
        let prose = engine.read(&lines, Alphabet::Prose);
        (prose, postcodes.join().unwrap_or_else(|_| Ok(Vec::new())))
    });
    let mut texts = Texts::default();
    let mut take = |read: Result<Vec<LineText>, EngineError>| {
        read.map_err(|error| texts.error = Some(error))
            .unwrap_or_default()
            .into_iter()
    };
    let (mut prose, postcodes) = (take(prose), take(postcodes));
    for region in examined {
        let of_region = prose.by_ref().take(region.lines.len()).collect();
        texts.prose.push((region.region.id.clone(), of_region));
    }
    let lines = postcodes.chain(std::iter::repeat_with(LineText::default));
    for (examined, line) in combs.into_iter().zip(lines) {
        let cells = texts.cells_of(examined);
        let comb = PostcodeEvidence { cells, line };
        texts.combs.push((examined.region.id.clone(), comb));
    }
    texts
}

impl Texts {
    /// The guesses of a postcode's cells; there are none when they could not be looked at, and then the line has to do.
    fn cells_of(&mut self, examined: &Examined) -> Vec<Vec<CharGuess>> {
        let is_postcode = examined.region.reads == Meaning::Postcode;
        let comb = examined.comb.as_ref().filter(|_| is_postcode);
        let guesses = glyph::guesses(comb.map_or(&[], |comb| &comb.cells));
        guesses.unwrap_or_else(|error| {
            self.error = Some(EngineError::Failed {
                status: error.to_string(),
            });
            Vec::new()
        })
    }

    fn comb(&self, examined: &Examined) -> Option<&PostcodeEvidence> {
        let of_region = self.combs.iter().find(|(id, _)| *id == examined.region.id);
        of_region.map(|(_, comb)| comb)
    }
}

/// Puts what was seen and what was read together.
pub(super) fn reading(
    laid: &Laid<'_>,
    examined: Examined,
    texts: &Texts,
    denied: &[Postcode],
    directory: &Index,
) -> RegionReading {
    let on_picture = |area: &BoxMm| on_picture(laid, area);
    let lines = line_readings(&examined, texts, on_picture);
    let candidates = candidates(&examined, texts, denied, directory);
    let read = joined(&lines);
    // A comb that is no postcode has no grammar: what the engine read stands as it is.
    let as_read = texts
        .comb(&examined)
        .filter(|_| examined.region.reads != Meaning::Postcode)
        .map(|comb| comb.line.text.clone())
        .filter(|text| !text.is_empty());
    let best = candidates.first().map(|candidate| candidate.text.clone());
    RegionReading {
        box_px: on_picture(&examined.region.area),
        kind: examined.region.kind.as_str().to_owned(),
        reads: examined.region.reads,
        state: examined.state,
        value: examined.value.or(best).or(read).or(as_read),
        candidates,
        lines,
        predicted_cer: None,
        withheld: false,
        marks: examined.marks,
        drawings: examined.drawings.iter().map(on_picture).collect(),
        id: examined.region.id,
    }
}

fn line_readings(
    examined: &Examined,
    texts: &Texts,
    on_picture: impl Fn(&BoxMm) -> BoxPx,
) -> Vec<LineReading> {
    let of_region = texts.prose.iter().find(|(id, _)| *id == examined.region.id);
    let read = of_region
        .map(|(_, lines)| lines.as_slice())
        .unwrap_or_default();
    let line = |(i, (area, _)): (usize, &(BoxMm, GrayImage))| {
        let text = read.get(i).cloned().unwrap_or_default();
        text.at(on_picture(area))
    };
    examined.lines.iter().enumerate().map(line).collect()
}

fn candidates(
    examined: &Examined,
    texts: &Texts,
    denied: &[Postcode],
    directory: &Index,
) -> Vec<Candidate> {
    let is_postcode = examined.region.reads == Meaning::Postcode;
    let Some(comb) = texts.comb(examined).filter(|_| is_postcode) else {
        return Vec::new();
    };
    resolve(comb, denied, directory)
}
