//! Words in lines, in combs and in blocks of lines.

use schemas::geometry::{BoxMm, Point};
use schemas::layout::{Meaning, Region};
use schemas::reading::InkState;

use super::Writer;
use crate::doodles;
use crate::hand::Hand;
use crate::strokes::wobbly;

/// The height of a line and the pitch of rules for which the hands have their natural size.
const LINE_MM: f64 = 12.0;
const PITCH_MM: f64 = 9.0;

impl Writer<'_> {
    pub(super) fn name(&mut self, region: &Region) -> InkState {
        let area = &region.area;
        let text = self.answer_to(region.reads);
        let room_mm = area.width - 8.0 + self.leaflet.habits.runs_over_mm;
        let natural = 1.15 * (area.height / LINE_MM);
        let larger = natural.min(room_mm / self.hand.width_mm(&text));
        let at = Point::new(
            area.x + self.dice.between(3.0, 5.0),
            area.y + 0.66 * area.height + self.dice.spread(0.8),
        );
        let hand = self.hand.scaled(larger);
        hand.write(self.sheet, &self.leaflet.pen, self.dice, at, &text);
        self.wrote(region, text)
    }

    pub(super) fn spell(&mut self, region: &Region) -> InkState {
        let text = self.answer_to(region.reads);
        let cells = region.cells();
        let spaced = self.leaflet.spaced_postcode && text.chars().count() <= cells.len();
        let in_cells: Vec<char> = text.chars().filter(|c| spaced || *c != ' ').collect();
        let hand = self.capitals.scaled(1.45);
        for (c, cell) in in_cells.iter().zip(&cells) {
            if *c != ' ' {
                let pen = &self.leaflet.pen;
                hand.write_centred(self.sheet, pen, self.dice, cell.centre(), *c);
            }
        }
        self.wrote(region, text)
    }

    pub(super) fn tell(&mut self, region: &Region, pitch_mm: Option<f64>) -> InkState {
        let area = &region.area;
        let text = self.answer_to(region.reads);
        if text.is_empty() {
            return InkState::Blank;
        }
        let pitch_mm = pitch_mm.unwrap_or(10.0);
        let rules = (1u32..=100).map(|i| f64::from(i) * pitch_mm);
        let n_lines = rules
            .take_while(|y| *y <= area.height + 0.01)
            .count()
            .max(1);
        let width_mm = area.width - 9.0 + self.leaflet.habits.runs_over_mm;
        let (hand, lines) = self.fitting(&text, pitch_mm / PITCH_MM, width_mm, n_lines);
        self.lines(&hand, area, pitch_mm, &lines);
        let state = self.wrote(region, lines.join("\n"));
        if region.reads != Meaning::Story {
            return state;
        }
        self.filled.story.extend(lines);
        if self.doodles_among_words(region) {
            return InkState::Both;
        }
        state
    }

    fn lines(&mut self, hand: &Hand, area: &BoxMm, pitch_mm: f64, lines: &[String]) {
        let left = area.x + self.dice.between(3.5, 5.0);
        let above_mm = 0.35 * hand.x_height_mm();
        for (i, line) in (1u32..).zip(lines) {
            let rule = area.y + f64::from(i) * pitch_mm;
            let at = Point::new(
                left + self.dice.spread(0.8),
                rule - above_mm + self.dice.spread(0.5),
            );
            hand.write(self.sheet, &self.leaflet.pen, self.dice, at, line);
            let often = self.leaflet.habits.strikes_out;
            if often > 0.0 && self.dice.chance(often) {
                self.strike_out(hand, at, line);
            }
        }
    }

    /// A line, or two, through one of the words.
    fn strike_out(&mut self, hand: &Hand, at: Point, line: &str) {
        let words: Vec<&str> = line.split(' ').collect();
        let which = self.dice.index(words.len());
        let before = words[..which].join(" ") + if which > 0 { " " } else { "" };
        let from = at.x + hand.width_mm(&before);
        let to = from + hand.width_mm(words[which]);
        let y = at.y - 0.5 * hand.x_height_mm();
        for _ in 0..=self.dice.index(2) {
            let off = self.dice.spread(0.5);
            let stroke = [
                Point::new(from - 0.5, y + off),
                Point::new(to + 0.5, y + off - 0.3),
            ];
            let drawn = wobbly(&stroke, 0.3, self.dice);
            let pen = &self.leaflet.pen;
            self.sheet.stroke(&drawn, pen.width_mm, pen.colour);
        }
    }

    /// A drawing at the end of the story, when this person makes one.
    fn doodles_among_words(&mut self, region: &Region) -> bool {
        let area = &region.area;
        if self.leaflet.heart_in_story {
            let corner = BoxMm::from([area.right() - 24.0, area.bottom() - 22.0, 18.0, 18.0]);
            self.doodle(region, &doodles::heart(), &corner, self.leaflet.pen.colour);
            return true;
        }
        let Some(which) = self.leaflet.habits.doodles_in_story else {
            return false;
        };
        let size = (area.height * 0.8).min(self.dice.between(16.0, 40.0));
        let place = BoxMm::from([
            area.right() - size - 4.0 - self.dice.unit() * 0.4 * area.width,
            area.bottom() - size - 2.0,
            size,
            size,
        ]);
        let colour = self.leaflet.pen.colour;
        self.doodle(region, &self.leaflet.doodle(which), &place, colour);
        true
    }

    /// The text in lines, in a hand that is small enough for it.
    fn fitting(
        &self,
        text: &str,
        natural: f64,
        width_mm: f64,
        n_lines: usize,
    ) -> (Hand, Vec<String>) {
        let mut hand = self.hand.scaled(natural);
        loop {
            let lines = hand.wrap(text, width_mm);
            if lines.len() <= n_lines || hand.x_height_mm() < 1.0 {
                return (hand, lines);
            }
            hand = hand.scaled(0.95);
        }
    }
}
