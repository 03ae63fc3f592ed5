//! Handwriting: open fonts whose letters never come out twice the same, and the pens of real people.
#![expect(
    clippy::cast_possible_truncation,
    reason = "outlines are drawn in single precision"
)]

use std::sync::Arc;

use resvg::tiny_skia::{Path, PathBuilder, Transform};
use schemas::geometry::Point;
use ttf_parser::{Face, OutlineBuilder};

use crate::SampleError;
use crate::collected::PenHand;
use crate::dice::Dice;
use crate::ink::{Pen, Sheet};
use crate::leaflet::Leaflet;
use crate::strokes::Stroke;

/// A font that stands for someone's handwriting.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Script {
    /// The font's name.
    pub(crate) name: &'static str,
    bytes: &'static [u8],
    /// Height of a small x that looks natural in this font, on 9 mm rules.
    x_height_mm: f64,
    /// Whether its capitals are flourishes that nobody puts into a postcode.
    cursive: bool,
}

impl Script {
    /// The script that the same person uses for block capitals.
    pub(crate) const fn capitals(&self) -> &Self {
        if self.cursive { &SCRIPTS[1] } else { self }
    }
}

macro_rules! script {
    ($name:literal, $file:literal, $x_height_mm:literal, $cursive:literal) => {
        Script {
            name: $name,
            bytes: include_bytes!(concat!("../fonts/", $file, "_400Regular.ttf")),
            x_height_mm: $x_height_mm,
            cursive: $cursive,
        }
    };
}

/// The hands, from the easiest to read to the hardest. Licences are beside the fonts.
pub(crate) const SCRIPTS: [Script; 6] = [
    script!("Gochi Hand", "GochiHand", 2.5, false),
    script!("Indie Flower", "IndieFlower", 2.6, false),
    script!("Shadows Into Light", "ShadowsIntoLight", 2.7, false),
    script!("Nothing You Could Do", "NothingYouCouldDo", 2.2, false),
    script!("Reenie Beanie", "ReenieBeanie", 2.6, false),
    script!("Homemade Apple", "HomemadeApple", 1.9, true),
];

/// How high a small x is in the writing of real people, on 9 mm rules.
const PEN_X_HEIGHT_MM: f64 = 2.4;

/// Where the letters come from.
#[derive(Clone)]
enum Letters {
    Font(Box<Face<'static>>),
    Pen(Arc<PenHand>),
}

/// One letter, in units of where it comes from; y up.
enum Shape<'a> {
    Outline(Path),
    Strokes(&'a [Stroke]),
}

/// Someone's handwriting: letters with habits.
pub(crate) struct Hand {
    letters: Letters,
    mm_per_unit: f64,
    x_height_mm: f64,
    /// Leaning, as the tangent of an angle.
    slant: f64,
    /// How unsteady the hand is; 1 is ordinary.
    unsteady: f64,
}

impl Hand {
    /// The hand of the person who fills in a leaflet.
    pub(crate) fn of(leaflet: &Leaflet, dice: &mut Dice) -> Result<Self, SampleError> {
        match &leaflet.own_hand {
            Some(hand) => Ok(Self::with_pen(hand, dice)),
            None => Self::new(&leaflet.script, dice),
        }
    }

    /// How the same person writes block capitals.
    pub(crate) fn for_capitals(leaflet: &Leaflet, dice: &mut Dice) -> Result<Self, SampleError> {
        match &leaflet.own_hand {
            Some(hand) => Ok(Self::with_pen(hand, dice)),
            None => Self::new(leaflet.script.capitals(), dice),
        }
    }

    fn with_pen(hand: &Arc<PenHand>, dice: &mut Dice) -> Self {
        let x_height_mm = PEN_X_HEIGHT_MM * dice.between(0.9, 1.1);
        Self {
            letters: Letters::Pen(Arc::clone(hand)),
            mm_per_unit: x_height_mm,
            x_height_mm,
            slant: dice.spread(0.08),
            unsteady: dice.between(0.4, 0.9),
        }
    }

    /// A script with the habits of one writer.
    pub(crate) fn new(script: &Script, dice: &mut Dice) -> Result<Self, SampleError> {
        let face = Face::parse(script.bytes, 0).map_err(|_| SampleError::Font(script.name))?;
        let x = face
            .glyph_index('x')
            .and_then(|id| face.glyph_bounding_box(id));
        let x = x.ok_or(SampleError::Font(script.name))?;
        let x_height_mm = script.x_height_mm * dice.between(0.94, 1.06);
        Ok(Self {
            mm_per_unit: x_height_mm / f64::from(x.y_max),
            letters: Letters::Font(Box::new(face)),
            x_height_mm,
            slant: dice.spread(0.08),
            unsteady: dice.between(0.7, 1.3),
        })
    }

    /// The same hand, smaller or larger.
    pub(crate) fn scaled(&self, factor: f64) -> Self {
        Self {
            letters: self.letters.clone(),
            mm_per_unit: self.mm_per_unit * factor,
            x_height_mm: self.x_height_mm * factor,
            ..*self
        }
    }

    /// Height of a small x.
    pub(crate) fn x_height_mm(&self) -> f64 {
        self.x_height_mm
    }

    /// How long `text` will be, but for chance.
    pub(crate) fn width_mm(&self, text: &str) -> f64 {
        text.chars().map(|c| self.advance_mm(c)).sum()
    }

    /// The lines that `text` needs in a column.
    pub(crate) fn wrap(&self, text: &str, width_mm: f64) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for word in text.split_whitespace() {
            match lines.last_mut() {
                Some(line)
                    if self.width_mm(line) + self.width_mm(word) + self.advance_mm(' ')
                        <= width_mm =>
                {
                    line.push(' ');
                    line.push_str(word);
                }
                _ => lines.push(word.to_owned()),
            }
        }
        lines
    }

    /// Writes `text` from `at`, the beginning of its baseline.
    pub(crate) fn write(
        &self,
        sheet: &mut Sheet,
        pen: &Pen,
        dice: &mut Dice,
        at: Point,
        text: &str,
    ) {
        let rise = dice.spread(0.008 * self.unsteady);
        let (phase, period_mm) = (dice.unit() * 6.3, dice.between(25.0, 60.0));
        let mut x = at.x;
        for c in text.chars() {
            let along = x - at.x;
            let drift = 0.25 * self.unsteady * (along / period_mm * 6.3 + phase).sin();
            let jump = dice.spread(0.10 * self.unsteady);
            let baseline = at.y - rise * along + drift + jump;
            self.letter(sheet, pen, dice, Point::new(x, baseline), c);
            x += self.advance_mm(c) * (1.0 + dice.spread(0.05 * self.unsteady));
        }
    }

    /// Writes one capital or digit in the middle of a cell.
    pub(crate) fn write_centred(
        &self,
        sheet: &mut Sheet,
        pen: &Pen,
        dice: &mut Dice,
        centre: Point,
        c: char,
    ) {
        let Some(shape) = self.shape(c, dice) else {
            return;
        };
        let middle = shape.middle();
        let at = Point::new(
            centre.x - middle.x * self.mm_per_unit + dice.spread(0.7 * self.unsteady),
            centre.y + middle.y * self.mm_per_unit + dice.spread(0.7 * self.unsteady),
        );
        self.draw(sheet, pen, dice, at, Some(shape));
    }

    fn letter(&self, sheet: &mut Sheet, pen: &Pen, dice: &mut Dice, at: Point, c: char) {
        let shape = self.shape(c, dice);
        self.draw(sheet, pen, dice, at, shape);
    }

    /// A blank takes as much of chance as a letter does.
    fn draw(
        &self,
        sheet: &mut Sheet,
        pen: &Pen,
        dice: &mut Dice,
        at: Point,
        shape: Option<Shape<'_>>,
    ) {
        let own = Transform::from_row(
            (self.mm_per_unit * (1.0 + dice.spread(0.05 * self.unsteady))) as f32,
            0.0,
            (self.mm_per_unit * (self.slant + dice.spread(0.05 * self.unsteady))) as f32,
            -(self.mm_per_unit * (1.0 + dice.spread(0.06 * self.unsteady))) as f32,
            0.0,
            0.0,
        );
        let turn = Transform::from_rotate(dice.spread(2.2 * self.unsteady) as f32);
        let place = Transform::from_translate(at.x as f32, at.y as f32);
        let all = own.post_concat(turn).post_concat(place);
        let pressure = dice.between(0.75, 1.3);
        match shape {
            None => {}
            Some(Shape::Outline(path)) => {
                let pressed = Pen {
                    thicken_mm: pen.thicken_mm * pressure,
                    ..*pen
                };
                if let Some(path) = path.transform(all) {
                    sheet.fill(&path, &pressed);
                }
            }
            Some(Shape::Strokes(strokes)) => {
                for stroke in strokes {
                    let points: Stroke = stroke.iter().map(|p| moved(*p, all)).collect();
                    sheet.stroke(&points, pen.width_mm * pressure, pen.colour);
                }
            }
        }
    }

    /// A letter, as it comes out this time; nothing for blanks and what this hand does not know.
    fn shape(&self, c: char, dice: &mut Dice) -> Option<Shape<'_>> {
        match &self.letters {
            Letters::Font(face) => {
                let mut outline = Outline(PathBuilder::new());
                face.outline_glyph(face.glyph_index(c)?, &mut outline)?;
                outline.0.finish().map(Shape::Outline)
            }
            Letters::Pen(hand) => match hand.variants(c) {
                [] => None,
                variants => Some(Shape::Strokes(&dice.pick(variants).strokes)),
            },
        }
    }

    /// How far the next letter is, in units; nothing for what this hand does not know.
    fn advance(&self, c: char) -> Option<f64> {
        match &self.letters {
            Letters::Font(face) => {
                let units = face.glyph_hor_advance(face.glyph_index(c)?);
                units.map(f64::from)
            }
            Letters::Pen(hand) => hand.advance(c),
        }
    }

    fn advance_mm(&self, c: char) -> f64 {
        let units = self.advance(c);
        let natural = units.map_or(self.x_height_mm, |units| units * self.mm_per_unit);
        if c == ' ' {
            natural.max(1.1 * self.x_height_mm)
        } else {
            natural
        }
    }
}

fn moved(point: Point, by: Transform) -> Point {
    let mut at = resvg::tiny_skia::Point::from_xy(point.x as f32, point.y as f32);
    by.map_point(&mut at);
    Point::new(f64::from(at.x), f64::from(at.y))
}

impl Shape<'_> {
    /// The middle of the box around it.
    fn middle(&self) -> Point {
        match self {
            Self::Outline(path) => {
                let bounds = path.bounds();
                Point::new(
                    f64::from(bounds.left() + bounds.right()) / 2.0,
                    f64::from(bounds.top() + bounds.bottom()) / 2.0,
                )
            }
            Self::Strokes(strokes) => {
                let along = |of: fn(&Point) -> f64| {
                    let all = strokes.iter().flatten().map(of);
                    let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| {
                        (l.min(v), h.max(v))
                    });
                    f64::midpoint(low, high)
                };
                Point::new(along(|p| p.x), along(|p| p.y))
            }
        }
    }
}

struct Outline(PathBuilder);

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.0.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.0.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.0.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::stories;

    #[test]
    fn every_hand_knows_every_letter_of_the_stories() {
        for script in &SCRIPTS {
            let hand = Hand::new(script, &mut Dice::new(1, 1)).unwrap();
            let texts = stories()
                .iter()
                .flat_map(|s| [&s.story, &s.service, &s.postcode]);
            for c in texts.flat_map(|text| text.chars()) {
                assert!(hand.advance(c).is_some(), "{} has no {c:?}", script.name);
            }
        }
    }

    #[test]
    fn wrapped_lines_keep_every_word_and_fit() {
        let hand = Hand::new(&SCRIPTS[0], &mut Dice::new(1, 1)).unwrap();
        let text = &stories()[1].story;
        let lines = hand.wrap(text, 100.0);
        assert_eq!(&lines.join(" "), text);
        assert!(lines.iter().all(|line| hand.width_mm(line) <= 100.0));
    }
}
