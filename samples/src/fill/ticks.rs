//! Boxes that are ticked, faces that are circled, and ticks that are taken back.

use schemas::geometry::{BoxMm, Point};
use schemas::layout::{Choose, MarkOption, Meaning, Region};
use schemas::reading::InkState;

use super::Writer;
use crate::leaflet::MarkStyle;
use crate::strokes::{Stroke, arc, lines, wobbly};
use crate::truth::TickTruth;

impl Writer<'_> {
    pub(super) fn tick(
        &mut self,
        region: &Region,
        choose: Choose,
        options: &[MarkOption],
    ) -> InkState {
        let wanted = self.wanted(region.reads, options);
        let taken_back = self.taken_back(choose, options, wanted);
        for (i, option) in options.iter().enumerate() {
            let (ticked, cancelled) = (Some(i) == wanted, Some(i) == taken_back);
            if ticked || cancelled {
                self.mark(option);
            }
            if cancelled {
                self.black_out(&option.area);
            }
            self.filled.ticks.push(TickTruth {
                region: region.id.clone(),
                value: option.value.clone(),
                ticked,
                cancelled,
            });
        }
        if wanted.or(taken_back).is_some() {
            InkState::Writing
        } else {
            InkState::Blank
        }
    }

    /// Which option this person means.
    fn wanted(&mut self, meaning: Meaning, options: &[MarkOption]) -> Option<usize> {
        if self.leaflet.habits.leaves_blank {
            return None;
        }
        let value = match meaning {
            Meaning::Relationship => self.leaflet.story.relationship.as_str(),
            Meaning::Consent if self.leaflet.consent => "yes",
            Meaning::Consent => "no",
            Meaning::Feeling => self.leaflet.answers.feeling.as_str(),
            // Some question: any answer, or none.
            Meaning::Answer if self.dice.chance(0.8) => {
                return Some(self.dice.index(options.len()));
            }
            _ => "",
        };
        options.iter().position(|option| option.value == value)
    }

    /// Which option was ticked first and then blacked out.
    fn taken_back(
        &mut self,
        choose: Choose,
        options: &[MarkOption],
        wanted: Option<usize>,
    ) -> Option<usize> {
        let wanted = wanted?;
        let could = choose == Choose::One && options.len() > 1;
        (could && self.leaflet.habits.changes_mind).then(|| {
            let others = 1 + self.dice.index(options.len() - 1);
            (wanted + others) % options.len()
        })
    }

    fn mark(&mut self, option: &MarkOption) {
        let size = self.dice.between(0.95, 1.25);
        let (dx, dy) = (self.dice.spread(0.12), self.dice.spread(0.1));
        let style = match self.leaflet.mark {
            MarkStyle::Stroke | MarkStyle::SmallTick if option.symbol.is_face() => MarkStyle::Ring,
            style => style,
        };
        let (strokes, size) = match style {
            MarkStyle::Tick | MarkStyle::FaintTick => (
                vec![lines(&[[0.12, 0.5], [0.4, 0.86], [1.02, -0.02]])],
                size,
            ),
            MarkStyle::SmallTick => (
                vec![lines(&[[0.12, 0.5], [0.4, 0.86], [0.95, 0.1]])],
                0.55 * size,
            ),
            MarkStyle::Cross => (
                vec![
                    lines(&[[0.12, 0.14], [0.9, 0.88]]),
                    lines(&[[0.88, 0.1], [0.1, 0.9]]),
                ],
                size,
            ),
            MarkStyle::Stroke => (vec![lines(&[[0.08, 0.94], [0.95, 0.02]])], size),
            MarkStyle::Ring => {
                // Round a box there is some room; round a face the circle is printed almost.
                let radius = if option.symbol.is_face() { 0.62 } else { 0.92 };
                let from = self.dice.between(-140.0, -60.0);
                let round = self.dice.between(340.0, 385.0);
                (
                    vec![arc([0.5, 0.5], [radius, radius * 0.94], from, from + round)],
                    size.min(1.12),
                )
            }
        };
        let area = &option.area;
        let place = |p: &Point| {
            Point::new(
                area.x + area.width * (0.5 + (p.x - 0.5) * size + dx),
                area.y + area.height * (0.5 + (p.y - 0.5) * size + dy),
            )
        };
        for stroke in strokes {
            let exact: Stroke = stroke.iter().map(place).collect();
            self.draw_mark(&exact, style);
        }
    }

    fn draw_mark(&mut self, exact: &[Point], style: MarkStyle) {
        let drawn = wobbly(exact, 0.25, self.dice);
        let pen = &self.leaflet.pen;
        let (width_mm, colour) = if style == MarkStyle::FaintTick {
            let paler = |c: u8| c / 2 + 75;
            (pen.width_mm.min(0.5) * 0.75, pen.colour.map(paler))
        } else {
            (pen.width_mm * 1.1, pen.colour)
        };
        self.sheet.stroke(&drawn, width_mm, colour);
    }

    /// Fills a box until nothing white is left, to and fro.
    fn black_out(&mut self, area: &BoxMm) {
        let pen = &self.leaflet.pen;
        let width_mm = pen.width_mm.max(0.6);
        let n_strokes = (area.height / width_mm * 1.5).ceil();
        let mut path = Vec::new();
        let mut down = 0.0;
        while down <= n_strokes {
            let y = area.y + area.height * down / n_strokes;
            let ends = [area.x, area.right()];
            let ends = if path.len() % 4 == 0 {
                ends
            } else {
                [ends[1], ends[0]]
            };
            for x in ends {
                path.push(Point::new(
                    x + self.dice.spread(0.5),
                    y + self.dice.spread(0.3),
                ));
            }
            down += 1.0;
        }
        for pair in path.windows(2) {
            self.sheet.stroke(pair, width_mm, pen.colour);
        }
    }
}
