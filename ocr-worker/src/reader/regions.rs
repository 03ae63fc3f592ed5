//! What is found in each region: first by looking at its ink, then by reading it.

use image::GrayImage;
use rayon::prelude::*;
use schemas::geometry::{BoxMm, BoxPx};
use schemas::layout::{Choose, MarkOption, Meaning, Region, RegionKind};
use schemas::postcode::Postcode;
use schemas::reading::{Candidate, InkState, LineReading, MarkReading, RegionReading, Warning};

use super::page::Laid;
use super::{INK_DPI, STRAIGHTENED_DPI};
use crate::engine::{Alphabet, EngineError, LineText, TextEngine};
use crate::postcode::{PostcodeEvidence, resolve};
use crate::stages::ink::{Ink, blank_under, extract};
use crate::stages::lines::{self, Line};
use crate::stages::straighten::{box_px, view};
use crate::stages::{comb, drawing, glyph, marks};
use crate::thresholds::{self, MarkThresholds};
use crate::warnings;

/// Paper around a region that is looked at with it: letters hang over, and the frame helps to align.
const AROUND_MM: f64 = 4.0;
/// How far letters may hang over the edge of their region.
const OVERHANG_MM: f64 = 1.5;

/// A region whose ink was looked at, with what is to be read.
#[derive(Debug)]
pub(super) struct Examined {
    pub(super) region: Region,
    pub(super) state: InkState,
    /// The outline of a drawing on paper.
    pub(super) drawing: Option<BoxMm>,
    pub(super) warnings: Vec<Warning>,
    marks: Vec<MarkReading>,
    /// The value when it is known without reading.
    value: Option<String>,
    lines: Vec<(BoxMm, GrayImage)>,
    comb: Option<CombInk>,
}

#[derive(Debug)]
struct CombInk {
    composed: GrayImage,
    guesses: Vec<Vec<schemas::postcode::CharGuess>>,
}

/// What the text engine read.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// For each region its lines, in the order of the regions.
    prose: Vec<(String, Vec<LineText>)>,
    combs: Vec<(String, LineText)>,
    /// Why it read nothing.
    pub(super) error: Option<EngineError>,
}

/// Looks at the ink of every region, in the order of the layout.
pub(super) fn examine_all(
    laid: &Laid<'_>,
    blank: &GrayImage,
    thresholds: &MarkThresholds,
) -> Vec<Examined> {
    laid.side
        .regions
        .par_iter()
        .filter(|region| !matches!(region.kind, RegionKind::None {}))
        .map(|region| {
            let ink = ink_of(laid, blank, region);
            examine(region, &ink, thresholds)
        })
        .collect()
}

fn ink_of(laid: &Laid<'_>, blank: &GrayImage, region: &Region) -> Ink {
    let area = region.area.shrunk(-AROUND_MM);
    let view = view(laid.page, &laid.registered, area, INK_DPI);
    extract(&view, &blank_under(blank, &area, INK_DPI))
}

fn examine(region: &Region, ink: &Ink, thresholds: &MarkThresholds) -> Examined {
    let mut examined = Examined {
        region: region.clone(),
        state: InkState::Blank,
        drawing: None,
        warnings: Vec::new(),
        marks: Vec::new(),
        value: None,
        lines: Vec::new(),
        comb: None,
    };
    match &region.kind {
        RegionKind::Marks { choose, options } => {
            examined.examine_marks(ink, options, *choose, thresholds);
        }
        RegionKind::Comb { .. } => examined.examine_comb(ink),
        RegionKind::Line {} => examined.examine_text(ink, Some(region.area.height)),
        RegionKind::Text { pitch_mm } => examined.examine_text(ink, *pitch_mm),
        RegionKind::Drawing {} => examined.examine_drawing(ink),
        RegionKind::None {} => {}
    }
    examined
}

impl Examined {
    fn examine_marks(
        &mut self,
        ink: &Ink,
        options: &[MarkOption],
        choose: Choose,
        thresholds: &MarkThresholds,
    ) {
        let mark = |option: &MarkOption| {
            let score = marks::score(ink, option);
            MarkReading {
                value: option.value.clone(),
                score: (score * 1000.0).round() / 1000.0,
                decision: thresholds.decide(score),
            }
        };
        self.marks = options.iter().map(mark).collect();
        let group = thresholds::group(&self.marks, choose);
        self.state = group.state;
        self.value = group.value;
        let unclear = group
            .unclear
            .map(|why| warnings::unclear_mark(&self.region.label, why));
        self.warnings.extend(unclear);
    }

    fn examine_comb(&mut self, ink: &Ink) {
        let cells = comb::cells(ink, &self.region);
        let Some(composed) = comb::composed(ink, &cells) else {
            return;
        };
        self.state = InkState::Writing;
        let guesses = cells
            .iter()
            .flatten()
            .map(|cell| glyph::guesses(&ink.even, cell));
        self.comb = Some(CombInk {
            composed,
            guesses: guesses.collect(),
        });
    }

    fn examine_text(&mut self, ink: &Ink, pitch_mm: Option<f64>) {
        let pieces = ink.pieces_in(&self.region.area.shrunk(-OVERHANG_MM));
        let pitch_px = pitch_mm.map(|mm| ink.px(mm));
        let sorted = drawing::sort_text(pieces, ink, pitch_px);
        self.state = sorted.state;
        self.drawing = sorted.drawn.map(|area| ink.area_mm(area));
        if self.state.has_drawing() {
            self.warnings
                .push(warnings::drawing_over_text(&self.region.label));
        }
        let height = ink.mask.height;
        let lines = match (&self.region.kind, pitch_px) {
            (RegionKind::Line {}, _) => vec![sorted.written],
            (_, Some(pitch_px)) => lines::ruled(sorted.written, height, pitch_px),
            (_, None) => lines::unruled(sorted.written, height, ink.px(9.0)),
        };
        let lines = lines::kept(lines, ink);
        if lines.is_empty() && !self.state.has_drawing() {
            self.state = InkState::Blank;
        }
        self.lines = line_pictures(ink, &lines);
    }

    fn examine_drawing(&mut self, ink: &Ink) {
        let pieces = ink.pieces_in(&self.region.area.shrunk(0.5));
        let sorted = drawing::sort_drawing(pieces, ink);
        self.state = sorted.state;
        self.drawing = sorted.drawn.map(|area| ink.area_mm(area));
        if matches!(self.state, InkState::Writing | InkState::Both) {
            let lines = lines::unruled(sorted.written, ink.mask.height, ink.px(9.0));
            self.lines = line_pictures(ink, &lines::kept(lines, ink));
        }
    }
}

fn line_pictures(ink: &Ink, lines: &[Line]) -> Vec<(BoxMm, GrayImage)> {
    let picture = |line: &Line| (ink.area_mm(line.bounds), lines::picture(&ink.even, line));
    lines.iter().map(picture).collect()
}

/// Reads all lines of a page with one call, and its combs with another at the same time.
pub(super) fn read_texts(engine: &dyn TextEngine, examined: &[Examined]) -> Texts {
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
    let on_picture = |area: &BoxMm| -> BoxPx { box_px(area, laid.layout.page, STRAIGHTENED_DPI) };
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
        marks: examined.marks,
        drawings: Vec::new(),
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
            confidence: (text.confidence * 1000.0).round() / 1000.0,
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
