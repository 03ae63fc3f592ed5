//! What the regions say: their lines and combs go through the text engine, and the readings are put together.

use image::GrayImage;
use schemas::geometry::{BoxMm, BoxPx};
use schemas::layout::Meaning;
use schemas::postcode::Postcode;
use schemas::reading::{Candidate, LineReading, RegionReading};

use super::drafts::thousandths;
use super::page::{Laid, on_picture};
use super::regions::Examined;
use crate::engine::{Alphabet, EngineError, LineText, TextEngine};
use crate::postcode::{PostcodeEvidence, resolve};

/// What the text engine read.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// For each region its lines, in the order of the regions.
    prose: Vec<(String, Vec<LineText>)>,
    combs: Vec<(String, LineText)>,
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
    let ids = combs.iter().map(|e| e.region.id.clone());
    texts.combs = ids.zip(postcodes).collect();
    texts
}

/// Puts what was seen and what was read together.
pub(super) fn reading(
    laid: &Laid<'_>,
    examined: Examined,
    texts: &Texts,
    denied: &[Postcode],
) -> RegionReading {
    let on_picture = |area: &BoxMm| on_picture(laid, area);
    let lines = line_readings(&examined, texts, on_picture);
    let candidates = candidates(&examined, texts, denied);
    let text: Vec<&str> = lines
        .iter()
        .map(|line| line.text.as_str())
        .filter(|t| !t.is_empty())
        .collect();
    let read = (!text.is_empty()).then(|| text.join("\n"));
    // A comb that is no postcode has no grammar: what the engine read stands as it is.
    let as_read =
        comb_text(&examined, texts).filter(|_| examined.region.reads != Meaning::Postcode);
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
        LineReading {
            box_px: on_picture(area),
            text: text.text,
            confidence: thousandths(text.confidence),
            predicted_cer: text.predicted_cer.map(thousandths),
        }
    };
    examined.lines.iter().enumerate().map(line).collect()
}

fn candidates(examined: &Examined, texts: &Texts, denied: &[Postcode]) -> Vec<Candidate> {
    let Some(comb) = examined
        .comb
        .as_ref()
        .filter(|_| examined.region.reads == Meaning::Postcode)
    else {
        return Vec::new();
    };
    let line = comb_line(examined, texts);
    let evidence = PostcodeEvidence {
        cells: comb.guesses.clone(),
        line: line.cloned().unwrap_or_default(),
    };
    resolve(&evidence, denied)
}

fn comb_line<'a>(examined: &Examined, texts: &'a Texts) -> Option<&'a LineText> {
    let of_region = texts.combs.iter().find(|(id, _)| *id == examined.region.id);
    of_region.map(|(_, line)| line)
}

fn comb_text(examined: &Examined, texts: &Texts) -> Option<String> {
    let text = comb_line(examined, texts)?.text.clone();
    (!text.is_empty()).then_some(text)
}
