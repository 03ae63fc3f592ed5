//! What people put where nothing is to be put.

use schemas::geometry::{BoxMm, Point};
use schemas::layout::{PageSize, Side};

use super::Writer;
use super::drawing::{around, rounded};
use crate::strokes::wobbly;

/// How far a note stays away from regions, marks and the code.
const CLEAR_MM: f64 = 2.5;

impl Writer<'_> {
    /// A note beside everything, a scribble over the code.
    pub(super) fn beside(&mut self, page: PageSize, side: &Side) {
        if let Some(note) = self.leaflet.habits.note {
            self.note(page, side, note);
        }
        if let (true, Some(code)) = (self.leaflet.habits.scribbles_on_code, side.code) {
            self.scribble(&code.area);
        }
    }

    /// Written level or along an edge, where there is room; left out when there is none.
    fn note(&mut self, page: PageSize, side: &Side, note: &str) {
        let hand = self.hand.scaled(self.dice.between(0.8, 1.2));
        let (length, height) = (hand.width_mm(note) * 1.06 + 1.0, 3.2 * hand.x_height_mm());
        for _ in 0..60 {
            let upright = self.dice.chance(0.5);
            let [w, h] = if upright {
                [height, length]
            } else {
                [length, height]
            };
            let x = 4.0 + (page.width_mm - w - 8.0) * self.dice.unit();
            let y = 4.0 + (page.height_mm - h - 8.0) * self.dice.unit();
            let place = BoxMm::from([x, y, w, h]);
            if w > page.width_mm - 8.0 || h > page.height_mm - 8.0 || !is_free(side, &place) {
                continue;
            }
            let centre = place.centre();
            let at = Point::new(
                centre.x - length / 2.0 + 0.5,
                centre.y + 0.5 * hand.x_height_mm(),
            );
            let turn_deg = if upright {
                -90.0
            } else {
                self.dice.spread(4.0)
            };
            let (pen, dice) = (&self.leaflet.pen, &mut *self.dice);
            self.sheet.turned(centre, turn_deg, |sheet| {
                hand.write(sheet, pen, dice, at, note);
            });
            self.filled.margin.push(rounded(&place));
            return;
        }
    }

    /// To and fro with something thick, until no decoder can read what is below.
    fn scribble(&mut self, area: &BoxMm) {
        let width_mm = self.dice.between(3.0, 4.5);
        let mut path = Vec::new();
        let mut y = area.y + 1.0;
        let mut right = false;
        while y < area.bottom() + 1.0 {
            let x = if right { area.right() } else { area.x };
            path.push(Point::new(x + self.dice.spread(3.0), y));
            right = !right;
            y += width_mm * self.dice.between(0.7, 1.0);
        }
        let drawn = wobbly(&path, 1.0, self.dice);
        let dark = self.leaflet.pen.colour.map(|c| c.min(70));
        self.sheet.stroke(&drawn, width_mm, dark);
        self.filled.margin.extend(around(&drawn, width_mm));
    }
}

fn is_free(side: &Side, place: &BoxMm) -> bool {
    let place = place.shrunk(-CLEAR_MM);
    let marks = side.marks.iter().map(|mark| {
        let d = mark.diameter_mm;
        BoxMm::from([mark.centre.x - d / 2.0, mark.centre.y - d / 2.0, d, d])
    });
    let code = side.code.iter().map(|code| code.area.shrunk(-3.0));
    let regions = side.regions.iter().map(|region| region.area);
    marks
        .chain(code)
        .chain(regions)
        .all(|area| !area.overlaps(&place))
}
