//! Fills in a printed leaflet and says what was put where.

use schemas::geometry::{BoxMm, Point};
use schemas::layout::{MarkOption, Meaning, Region, RegionKind, Side};
use schemas::reading::InkState;

use crate::SampleError;
use crate::dice::Dice;
use crate::doodles::{self, DOODLES};
use crate::hand::Hand;
use crate::ink::{CRAYONS, Sheet};
use crate::leaflet::{Drawing, Leaflet, MarkStyle};
use crate::strokes::{Stroke, lines, wobbly};
use crate::truth::{RegionTruth, TickTruth};

/// Words that people put beside or instead of a drawing.
const CAPTIONS: [&str; 5] = [
    "Thank you everyone!",
    "My view from the ward",
    "I cannot draw, sorry!",
    "Me, going home at last",
    "Love to all the nurses",
];

/// What was put on a page.
#[derive(Debug, Default)]
pub(crate) struct Filled {
    pub(crate) regions: Vec<RegionTruth>,
    pub(crate) ticks: Vec<TickTruth>,
    pub(crate) story: Vec<String>,
}

/// Someone at a table with a leaflet.
struct Writer<'a> {
    leaflet: &'a Leaflet,
    hand: Hand,
    capitals: Hand,
    sheet: &'a mut Sheet,
    dice: &'a mut Dice,
    filled: Filled,
}

/// Writes, ticks and draws everything of `leaflet` on `sheet`.
pub(crate) fn fill(
    side: &Side,
    leaflet: &Leaflet,
    sheet: &mut Sheet,
    dice: &mut Dice,
) -> Result<Filled, SampleError> {
    let mut writer = Writer {
        hand: Hand::new(&leaflet.script, dice)?,
        capitals: Hand::new(leaflet.script.capitals(), dice)?,
        leaflet,
        sheet,
        dice,
        filled: Filled::default(),
    };
    for region in &side.regions {
        let state = writer.region(region);
        writer.filled.regions.push(RegionTruth {
            id: region.id.clone(),
            reads: region.reads,
            state,
        });
    }
    Ok(writer.filled)
}

impl Writer<'_> {
    fn region(&mut self, region: &Region) -> InkState {
        match &region.kind {
            RegionKind::Marks { options, .. } => self.tick(region, options),
            RegionKind::Drawing {} => self.draw(&region.area),
            RegionKind::Text { pitch_mm } if region.reads == Meaning::Story => {
                self.tell(&region.area, pitch_mm.unwrap_or(10.0))
            }
            RegionKind::Line {} if region.reads == Meaning::Service => self.name(&region.area),
            RegionKind::Comb { .. } if region.reads == Meaning::Postcode => self.spell(region),
            _ => InkState::Blank,
        }
    }

    fn name(&mut self, area: &BoxMm) -> InkState {
        let service = self.leaflet.story.service.clone();
        let room_mm = area.width - 8.0;
        let larger = 1.15_f64.min(room_mm / self.hand.width_mm(&service));
        let at = Point::new(
            area.x + self.dice.between(3.0, 5.0),
            area.y + 0.66 * area.height + self.dice.spread(0.8),
        );
        let hand = self.hand.scaled(larger);
        hand.write(self.sheet, &self.leaflet.pen, self.dice, at, &service);
        writing_if(!service.is_empty())
    }

    fn spell(&mut self, region: &Region) -> InkState {
        let postcode = &self.leaflet.story.postcode;
        let cells = region.cells();
        let spaced = self.leaflet.spaced_postcode && postcode.chars().count() <= cells.len();
        let in_cells: Vec<char> = postcode.chars().filter(|c| spaced || *c != ' ').collect();
        let hand = self.capitals.scaled(1.45);
        for (c, cell) in in_cells.iter().zip(&cells) {
            if *c != ' ' {
                let pen = &self.leaflet.pen;
                hand.write_centred(self.sheet, pen, self.dice, cell.centre(), *c);
            }
        }
        writing_if(!postcode.is_empty())
    }

    fn tell(&mut self, area: &BoxMm, pitch_mm: f64) -> InkState {
        let rules = (1u32..=100).map(|i| f64::from(i) * pitch_mm);
        let n_lines = rules.take_while(|y| *y <= area.height + 0.01).count();
        let (hand, lines) = self.fitting(area.width - 9.0, n_lines);
        let left = area.x + self.dice.between(3.5, 5.0);
        let above_mm = 0.35 * hand.x_height_mm();
        for (i, line) in (1u32..).zip(&lines) {
            let rule = area.y + f64::from(i) * pitch_mm;
            let at = Point::new(
                left + self.dice.spread(0.8),
                rule - above_mm + self.dice.spread(0.5),
            );
            hand.write(self.sheet, &self.leaflet.pen, self.dice, at, line);
        }
        self.filled.story = lines;
        if self.leaflet.heart_in_story {
            let corner = BoxMm::from([area.right() - 24.0, area.bottom() - 22.0, 18.0, 18.0]);
            self.doodle(doodles::heart, &corner, self.leaflet.pen.colour);
            return InkState::Both;
        }
        writing_if(!self.filled.story.is_empty())
    }

    /// The story in lines, in a hand that is small enough for it.
    fn fitting(&self, width_mm: f64, n_lines: usize) -> (Hand, Vec<String>) {
        let text = &self.leaflet.story.story;
        let mut hand = self.hand.scaled(1.0);
        loop {
            let lines = hand.wrap(text, width_mm);
            if lines.len() <= n_lines || hand.x_height_mm() < 1.0 {
                return (hand, lines);
            }
            hand = hand.scaled(0.95);
        }
    }

    fn tick(&mut self, region: &Region, options: &[MarkOption]) -> InkState {
        let wanted = match region.reads {
            Meaning::Relationship => self.leaflet.story.relationship.as_str(),
            Meaning::Consent if self.leaflet.consent => "yes",
            _ => "",
        };
        for option in options {
            let ticked = option.value == wanted;
            if ticked {
                self.mark(&option.area);
            }
            self.filled.ticks.push(TickTruth {
                region: region.id.clone(),
                value: option.value.clone(),
                ticked,
                cancelled: false,
            });
        }
        writing_if(options.iter().any(|option| option.value == wanted))
    }

    fn mark(&mut self, area: &BoxMm) {
        let size = self.dice.between(0.95, 1.25);
        let (dx, dy) = (self.dice.spread(0.12), self.dice.spread(0.1));
        let strokes = match self.leaflet.mark {
            MarkStyle::Tick => vec![lines(&[[0.12, 0.5], [0.4, 0.86], [1.02, -0.02]])],
            MarkStyle::Cross => vec![
                lines(&[[0.12, 0.14], [0.9, 0.88]]),
                lines(&[[0.88, 0.1], [0.1, 0.9]]),
            ],
        };
        let place = |p: &Point| {
            Point::new(
                area.x + area.width * (0.5 + (p.x - 0.5) * size + dx),
                area.y + area.height * (0.5 + (p.y - 0.5) * size + dy),
            )
        };
        for stroke in strokes {
            let exact: Stroke = stroke.iter().map(place).collect();
            let drawn = wobbly(&exact, 0.25, self.dice);
            let pen = &self.leaflet.pen;
            self.sheet.stroke(&drawn, pen.width_mm * 1.1, pen.colour);
        }
    }

    fn draw(&mut self, area: &BoxMm) -> InkState {
        let drawing = self.leaflet.drawing;
        let inside = area.shrunk(3.0);
        let mut left_mm = inside.x + self.dice.between(0.0, 12.0);
        if drawing.draws() {
            left_mm = self.doodles(&inside, left_mm, drawing);
        }
        if drawing.writes() {
            self.caption(&inside, left_mm);
        }
        match (drawing.draws(), drawing.writes()) {
            (true, true) => InkState::Both,
            (true, false) => InkState::Drawing,
            (false, writes) => writing_if(writes),
        }
    }

    /// Draws one to three different things from `left_mm` on, as far as there is room, and says where the
    /// next thing may begin.
    fn doodles(&mut self, inside: &BoxMm, mut left_mm: f64, drawing: Drawing) -> f64 {
        let most = if drawing.writes() { 2 } else { 3 };
        let mut which = self.dice.index(DOODLES.len());
        for _ in 0..=self.dice.index(most) {
            let size = inside.height * self.dice.between(0.72, 1.0);
            if left_mm + size > inside.right() {
                break;
            }
            let top = inside.y + (inside.height - size) * self.dice.unit();
            let colour = match drawing {
                Drawing::Crayons => *self.dice.pick(&CRAYONS),
                _ => self.leaflet.pen.colour,
            };
            let place = BoxMm::from([left_mm, top, size, size]);
            self.doodle(DOODLES[which], &place, colour);
            which = (which + 1 + self.dice.index(DOODLES.len() - 1)) % DOODLES.len();
            left_mm += size + self.dice.between(5.0, 14.0);
        }
        left_mm
    }

    fn caption(&mut self, inside: &BoxMm, left_mm: f64) {
        let caption = *self.dice.pick(&CAPTIONS);
        let room_mm = inside.right() - left_mm;
        let hand = self
            .hand
            .scaled(1.2_f64.min(room_mm / self.hand.width_mm(caption)));
        let down = inside.height * self.dice.between(0.35, 0.75);
        let at = Point::new(left_mm, inside.y + down);
        hand.write(self.sheet, &self.leaflet.pen, self.dice, at, caption);
    }

    fn doodle(&mut self, doodle: doodles::Doodle, place: &BoxMm, colour: [u8; 3]) {
        let tilt = self.dice.spread(0.12);
        let to_mm = |p: &Point| {
            let (x, y) = (p.x - 0.5, p.y - 0.5);
            Point::new(
                place.centre().x + place.width * (x - tilt * y),
                place.centre().y + place.height * (y + tilt * x),
            )
        };
        let width_mm = self.leaflet.pen.width_mm * self.dice.between(1.1, 1.6);
        for stroke in doodle() {
            let exact: Stroke = stroke.iter().map(to_mm).collect();
            let drawn = wobbly(&exact, 0.45, self.dice);
            let pressed = width_mm * self.dice.between(0.85, 1.15);
            self.sheet.stroke(&drawn, pressed, colour);
        }
    }
}

const fn writing_if(written: bool) -> InkState {
    if written {
        InkState::Writing
    } else {
        InkState::Blank
    }
}
