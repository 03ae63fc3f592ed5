//! What is found in each region: first by looking at its ink, then by reading it.

use image::GrayImage;
use rayon::prelude::*;
use schemas::geometry::BoxMm;
use schemas::layout::{Choose, MarkOption, MarkSymbol, Region, RegionKind};
use schemas::reading::{InkState, MarkDecision, MarkReading, Warning};
use tracing::debug_span;

use super::known::SidePrint;
use super::page::Laid;
use super::{INK_DPI, SeenBox};
use crate::engine::thousandths;
use crate::picture::Component;
use crate::stages::drawing::Sorted;
use crate::stages::ink::{Ink, extract};
use crate::stages::lines::{self, Line};
use crate::stages::print::Print;
use crate::stages::straighten::{View, view, whole_area};
use crate::stages::{bubble, comb, drawing, faint, margin, marks};
use crate::thresholds::{self, MarkThresholds};
use crate::warnings;

/// The frame of a region and what is left over of it.
const FRAME_MM: f64 = 0.8;
/// How far letters may hang over the edge of their region.
const OVERHANG_MM: f64 = 1.5;

/// Fewer pixels than this are no trace of a tick.
const LEAST_TRACES: usize = 2;

/// A region whose ink was looked at, with what is to be read.
#[derive(Debug)]
pub(super) struct Examined {
    pub(super) region: Region,
    pub(super) state: InkState,
    /// The outline of each drawing on paper, in reading order.
    pub(super) drawings: Vec<BoxMm>,
    /// All its ink.
    pub(super) pieces: Vec<Component>,
    pub(super) warnings: Vec<Warning>,
    pub(super) marks: Vec<MarkReading>,
    pub(super) boxes: Vec<SeenBox>,
    /// The value when it is known without reading.
    pub(super) value: Option<String>,
    pub(super) lines: Vec<(BoxMm, GrayImage)>,
    pub(super) comb: Option<CombInk>,
}

/// The characters of a comb.
#[derive(Debug)]
pub(super) struct CombInk {
    /// One after the other in a line.
    pub(super) composed: GrayImage,
    /// Each by itself, cut to its box.
    pub(super) cells: Vec<GrayImage>,
}

/// A page whose ink was looked at.
#[derive(Debug)]
pub(super) struct Looked {
    pub(super) view: View,
    pub(super) ink: Ink,
    /// What was found in each region, in the order of the layout.
    pub(super) regions: Vec<Examined>,
    /// Where something is written or drawn outside of every region.
    pub(super) margin: Vec<BoxMm>,
}

/// Looks at the ink of a page, region by region.
pub(super) fn look(laid: &Laid<'_>, of_side: &SidePrint, thresholds: &MarkThresholds) -> Looked {
    let print = of_side.print();
    let area = whole_area(laid.layout.page);
    let view = debug_span!("read.straighten")
        .in_scope(|| view(laid.page, &laid.registered, area, INK_DPI));
    let ink = debug_span!("read.ink").in_scope(|| extract(&view, print));
    let sight = Sight {
        ink: &ink,
        page: &view.grey,
        print,
        blank: &of_side.blank,
    };
    let examined = laid
        .side
        .regions
        .par_iter()
        .filter(|region| !matches!(region.kind, RegionKind::None {}))
        .map(|region| examine(region, &sight, thresholds));
    let regions = debug_span!("read.regions").in_scope(|| examined.collect());
    Looked {
        margin: debug_span!("read.margin").in_scope(|| margin::find(&ink, print, laid.side)),
        view,
        ink,
        regions,
    }
}

/// What there is to look at.
struct Sight<'a> {
    ink: &'a Ink,
    /// The page as it was taken, at the same place and size as the ink and the blank.
    page: &'a GrayImage,
    print: &'a Print,
    blank: &'a GrayImage,
}

fn examine(region: &Region, sight: &Sight<'_>, thresholds: &MarkThresholds) -> Examined {
    let ink = sight.ink;
    let mut examined = Examined::new(region);
    examined.pieces = ink.pieces_in(&region.area.shrunk(-OVERHANG_MM));
    match &region.kind {
        RegionKind::Marks { choose, options } => {
            let scores = examined.see_boxes(sight, options);
            examined.examine_marks(options, &scores, *choose, thresholds);
        }
        RegionKind::Comb { .. } => examined.examine_comb(ink, sight.print),
        RegionKind::None {} => {}
        _ => examined.examine_space(ink, sight.print),
    }
    examined
}

impl Examined {
    /// Nothing was found yet.
    fn new(region: &Region) -> Self {
        Self {
            region: region.clone(),
            state: InkState::Blank,
            drawings: Vec::new(),
            pieces: Vec::new(),
            warnings: Vec::new(),
            marks: Vec::new(),
            boxes: Vec::new(),
            value: None,
            lines: Vec::new(),
            comb: None,
        }
    }

    /// The score of each box, face or bubble; what the network saw of it is kept.
    fn see_boxes(&mut self, sight: &Sight<'_>, options: &[MarkOption]) -> Vec<f64> {
        let (ink, print) = (sight.ink, sight.print);
        let mut see = |option: &MarkOption| {
            if option.symbol == MarkSymbol::Bubble {
                return bubble::filled(sight.page, sight.blank, ink.area_px(&option.area));
            }
            let view = marks::view(ink, print, &option.area);
            let score = marks::score(ink, print, option, &view);
            self.boxes.push(SeenBox {
                region: self.region.id.clone(),
                value: option.value.clone(),
                view,
            });
            score
        };
        options.iter().map(&mut see).collect()
    }

    fn examine_marks(
        &mut self,
        options: &[MarkOption],
        scores: &[f64],
        choose: Choose,
        thresholds: &MarkThresholds,
    ) {
        let decisions = thresholds.decide_all(options, scores, choose);
        let mark = |((option, score), decision): ((&MarkOption, &f64), _)| MarkReading {
            value: option.value.clone(),
            score: thousandths(*score),
            decision,
        };
        let marked = options.iter().zip(scores).zip(decisions);
        self.marks = marked.map(mark).collect();
        if choose == Choose::One {
            self.doubt_traces();
        }
        let group = thresholds::group(&self.marks, choose, thresholds.weaker);
        self.state = group.state;
        self.value = group.value;
        if group.unclear == Some(thresholds::Unclear::TooMany) {
            // Of several ticks one counts, and which is for a person to say.
            let ticked = self
                .marks
                .iter_mut()
                .filter(|m| m.decision == MarkDecision::Ticked);
            ticked.for_each(|mark| mark.decision = MarkDecision::Unsure);
        }
        let unclear = group
            .unclear
            .map(|why| warnings::unclear_mark(&self.region.label, why));
        self.warnings.extend(unclear);
    }

    /// Where nothing is ticked and one box alone shows traces of ink, they may be a tick that the scan has nearly lost: a person
    /// looks.
    fn doubt_traces(&mut self) {
        let settled = |mark: &MarkReading| {
            matches!(mark.decision, MarkDecision::Ticked | MarkDecision::Unsure)
        };
        if self.marks.iter().any(settled) || self.boxes.len() != self.marks.len() {
            return;
        }
        let traces: Vec<usize> = self.boxes.iter().map(|seen| seen.view.traces()).collect();
        let empty = |i: &usize| self.marks[*i].decision == MarkDecision::Empty;
        let mut doubtful = (0..traces.len()).filter(|i| empty(i) && traces[*i] > 0);
        if let (Some(i), None) = (doubtful.next(), doubtful.next())
            && traces[i] >= LEAST_TRACES
        {
            self.marks[i].decision = MarkDecision::Unsure;
        }
    }

    fn examine_comb(&mut self, ink: &Ink, print: &Print) {
        let cells = comb::cells(ink, print, &self.region);
        let Some(composed) = comb::composed(ink, &cells) else {
            return;
        };
        self.state = InkState::Writing;
        let filled = cells.iter().flatten();
        self.comb = Some(CombInk {
            composed,
            cells: filled
                .map(|cell| lines::on_white(&ink.even, cell))
                .collect(),
        });
    }

    /// Where nothing is found at first, faint strokes count: nothing that was drawn or written shall be overlooked.
    fn examine_space(&mut self, ink: &Ink, print: &Print) {
        self.examine_pieces(ink);
        if self.state == InkState::Blank {
            let faint = faint::strokes(ink, print, &self.region.area.shrunk(FRAME_MM));
            if !faint.is_empty() {
                self.pieces.extend(faint);
                self.examine_pieces(ink);
            }
        }
    }

    fn examine_pieces(&mut self, ink: &Ink) {
        match self.region.kind {
            RegionKind::Text { pitch_mm } => self.examine_text(ink, pitch_mm),
            RegionKind::Drawing {} => self.examine_drawing(ink),
            _ => self.examine_text(ink, Some(self.region.area.height)),
        }
    }

    fn examine_text(&mut self, ink: &Ink, pitch_mm: Option<f64>) {
        let pitch_px = pitch_mm.map(|mm| ink.px(mm));
        let sorted = drawing::sort_text(self.pieces.clone(), ink, pitch_px);
        self.keep_drawings(&sorted, ink);
        if self.state.has_drawing() {
            self.warnings
                .push(warnings::drawing_over_text(&self.region.label));
        }
        let lines = match (&self.region.kind, pitch_px) {
            (RegionKind::Line {}, _) => Line::of_pieces(sorted.written).into_iter().collect(),
            (_, pitch_px) => lines::find(sorted.written, pitch_px),
        };
        let lines = lines::kept(lines, ink);
        if lines.is_empty() && !self.state.has_drawing() {
            self.state = InkState::Blank;
        }
        self.lines = line_pictures(ink, &lines);
    }

    fn examine_drawing(&mut self, ink: &Ink) {
        let sorted = drawing::sort_drawing(self.pieces.clone(), ink);
        self.keep_drawings(&sorted, ink);
        if matches!(self.state, InkState::Writing | InkState::Both) {
            let lines = lines::find(sorted.written, None);
            self.lines = line_pictures(ink, &lines::kept(lines, ink));
        }
    }

    fn keep_drawings(&mut self, sorted: &Sorted, ink: &Ink) {
        self.state = sorted.state;
        let areas = sorted.drawn.iter().map(|area| ink.area_mm(*area));
        self.drawings = areas.collect();
    }
}

fn line_pictures(ink: &Ink, lines: &[Line]) -> Vec<(BoxMm, GrayImage)> {
    let picture = |line: &Line| (ink.area_mm(line.bounds), lines::picture(&ink.even, line));
    lines.iter().map(picture).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::marks::{BoxView, VIEW_LEN, VIEW_PX};
    use schemas::layout::builtin;

    fn decisions(symbol: MarkSymbol, scores: &[f64]) -> Vec<MarkDecision> {
        decided(symbol, scores, Choose::Many)
    }

    fn decided(symbol: MarkSymbol, scores: &[f64], choose: Choose) -> Vec<MarkDecision> {
        decided_by(&mut group(), symbol, scores, choose)
    }

    fn group() -> Examined {
        let layout = builtin().remove(0);
        let mut regions = layout.sides[0].regions.iter();
        Examined::new(regions.find(|r| r.kind.as_str() == "marks").unwrap())
    }

    fn decided_by(
        examined: &mut Examined,
        symbol: MarkSymbol,
        scores: &[f64],
        choose: Choose,
    ) -> Vec<MarkDecision> {
        let option = |value: usize| MarkOption {
            value: value.to_string(),
            label: String::new(),
            symbol,
            area: BoxMm::from([0.0, 0.0, 6.0, 6.0]),
        };
        let options: Vec<MarkOption> = (0..scores.len()).map(option).collect();
        let thresholds = MarkThresholds::default();
        examined.examine_marks(&options, scores, choose, &thresholds);
        examined.marks.iter().map(|mark| mark.decision).collect()
    }

    #[test]
    fn of_two_ticks_where_one_is_allowed_neither_is_decided() {
        use MarkDecision::{Empty, Unsure};
        let found = decided(MarkSymbol::Box, &[0.5, 0.0, 0.49], Choose::One);
        assert_eq!(found, [Unsure, Empty, Unsure]);
    }

    #[test]
    fn traces_in_one_box_alone_are_put_before_a_person() {
        use MarkDecision::{Cancelled, Empty, Ticked, Unsure};
        let decide = |scores: &[f64], traces: &[usize]| {
            let view = |n: usize| {
                let mut view = BoxView(vec![0; VIEW_LEN]);
                (0..n).for_each(|i| view.0[(18 + i) * VIEW_PX + 18 + i] = 30);
                view
            };
            let mut examined = group();
            let seen = |n: &usize| SeenBox {
                region: String::new(),
                value: String::new(),
                view: view(*n),
            };
            examined.boxes = traces.iter().map(seen).collect();
            decided_by(&mut examined, MarkSymbol::Box, scores, Choose::One)
        };
        let (none, full) = (0.001, 0.98);
        assert_eq!(decide(&[none; 3], &[0, 4, 0]), [Empty, Unsure, Empty]);
        assert_eq!(decide(&[none, full], &[5, 12]), [Unsure, Cancelled]);
        assert_eq!(decide(&[none, full], &[1, 12]), [Empty, Cancelled]);
        assert_eq!(decide(&[none; 2], &[4, 4]), [Empty, Empty], "dirt");
        assert_eq!(decide(&[none, 0.5], &[4, 0]), [Empty, Ticked]);
    }

    #[test]
    fn a_bubble_that_is_full_is_ticked_and_a_box_that_is_full_is_cancelled() {
        use MarkDecision::{Cancelled, Empty, Ticked, Unsure};
        let scores = [0.0, 0.5, 0.7, 0.98];
        let as_boxes = decisions(MarkSymbol::Box, &scores);
        assert_eq!(as_boxes, [Empty, Ticked, Unsure, Cancelled]);
        let as_bubbles = decisions(MarkSymbol::Bubble, &scores);
        assert_eq!(as_bubbles, [Empty, Ticked, Ticked, Ticked]);
    }
}
