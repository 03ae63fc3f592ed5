//! Drawings, and words where a drawing should be.

use schemas::geometry::{BoxMm, Point};
use schemas::layout::Region;
use schemas::reading::InkState;

use super::Writer;
use crate::doodles::DOODLES;
use crate::ink::CRAYONS;
use crate::leaflet::Drawing;
use crate::strokes::{Stroke, wobbly};
use crate::truth::DrawingTruth;

/// Words that people put beside or instead of a drawing.
const CAPTIONS: [&str; 5] = [
    "Thank you everyone!",
    "My view from the ward",
    "I cannot draw, sorry!",
    "Me, going home at last",
    "Love to all the nurses",
];

impl Writer<'_> {
    pub(super) fn draw(&mut self, region: &Region) -> InkState {
        let drawing = self.leaflet.drawing;
        let inside = region.area.shrunk(3.0);
        let mut left_mm = inside.x + self.dice.between(0.0, 12.0);
        if drawing.draws() {
            left_mm = self.doodles(region, &inside, left_mm, drawing);
        }
        if drawing.writes() {
            self.caption(region, &inside, left_mm);
        }
        match (drawing.draws(), drawing.writes()) {
            (true, true) => InkState::Both,
            (true, false) => InkState::Drawing,
            (false, true) => InkState::Writing,
            (false, false) => InkState::Blank,
        }
    }

    /// Draws one to three different things from `left_mm` on, as far as there is room, and says where the
    /// next thing may begin.
    fn doodles(
        &mut self,
        region: &Region,
        inside: &BoxMm,
        mut left_mm: f64,
        drawing: Drawing,
    ) -> f64 {
        let most = if drawing.writes() { 2 } else { 3 };
        // Beside drawings as broad as the space there would be no room for words.
        let share = if drawing.writes() { 0.6 } else { 1.0 };
        let room_mm = inside.width * if drawing.writes() { share } else { 0.9 };
        let end_mm = inside.x + share * inside.width;
        let mut which = self.dice.index(DOODLES.len());
        for i in 0..=self.dice.index(most) {
            let size = (inside.height * self.dice.between(0.72, 1.0)).min(room_mm);
            if i > 0 && left_mm + size > end_mm {
                break;
            }
            left_mm = left_mm.min(end_mm - size);
            let top = inside.y + (inside.height - size) * self.dice.unit();
            let colour = match drawing {
                Drawing::Crayons => *self.dice.pick(&CRAYONS),
                _ => self.leaflet.pen.colour,
            };
            let place = BoxMm::from([left_mm, top, size, size]);
            self.doodle(region, &self.leaflet.doodle(which), &place, colour);
            which = (which + 1 + self.dice.index(DOODLES.len() - 1)) % DOODLES.len();
            left_mm += size + self.dice.between(5.0, 14.0);
        }
        left_mm
    }

    fn caption(&mut self, region: &Region, inside: &BoxMm, left_mm: f64) {
        // However much was drawn, there is some room for words.
        let left_mm = left_mm.min(inside.right() - 0.3 * inside.width);
        let caption = *self.dice.pick(&CAPTIONS);
        let room_mm = inside.right() - left_mm;
        let hand = self
            .hand
            .scaled(1.2_f64.min(room_mm / self.hand.width_mm(caption)));
        let down = inside.height * self.dice.between(0.35, 0.75);
        let at = Point::new(left_mm, inside.y + down);
        hand.write(self.sheet, &self.leaflet.pen, self.dice, at, caption);
        self.wrote(region, caption.to_owned());
    }

    /// Draws strokes of a square of side 1 into a place.
    pub(super) fn doodle(
        &mut self,
        region: &Region,
        strokes: &[Stroke],
        place: &BoxMm,
        colour: [u8; 3],
    ) {
        let tilt = self.dice.spread(0.12);
        let to_mm = |p: &Point| {
            let (x, y) = (p.x - 0.5, p.y - 0.5);
            Point::new(
                place.centre().x + place.width * (x - tilt * y),
                place.centre().y + place.height * (y + tilt * x),
            )
        };
        let width_mm = self.leaflet.pen.width_mm * self.dice.between(1.1, 1.6);
        let mut ink = Vec::new();
        for stroke in strokes {
            let exact: Stroke = stroke.iter().map(to_mm).collect();
            let drawn = wobbly(&exact, 0.45, self.dice);
            let pressed = width_mm * self.dice.between(0.85, 1.15);
            self.sheet.stroke(&drawn, pressed, colour);
            ink.extend(drawn);
        }
        if let Some(area) = around(&ink, width_mm) {
            self.filled.drawings.push(DrawingTruth {
                region: region.id.clone(),
                area,
            });
        }
    }
}

/// The box around a stroke of this width, to the hundredth of a millimetre, so that it is the same on every machine.
pub(super) fn around(points: &[Point], width_mm: f64) -> Option<BoxMm> {
    let first = points.first()?;
    let (mut low, mut high) = (*first, *first);
    for point in points {
        low = Point::new(low.x.min(point.x), low.y.min(point.y));
        high = Point::new(high.x.max(point.x), high.y.max(point.y));
    }
    let exact = [low.x, low.y, high.x - low.x, high.y - low.y];
    Some(rounded(&BoxMm::from(exact).shrunk(-width_mm / 2.0)))
}

/// A box to the hundredth of a millimetre.
pub(super) fn rounded(area: &BoxMm) -> BoxMm {
    BoxMm::from(<[f64; 4]>::from(*area).map(|mm| (mm * 100.0).round() / 100.0))
}
