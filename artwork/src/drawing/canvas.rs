//! What a side is drawn on: an SVG, and a list of the words on it with their places.

use schemas::geometry::{BoxMm, Point};
use schemas::layout::{Align, Weight};

use super::INK;
use crate::fonts::{self, FAMILY, mm};
use crate::svg::Svg;

/// Height of capitals in letter sizes, of Atkinson Hyperlegible Next.
pub(super) const CAP_HEIGHT: f64 = 0.668;
/// How far letters such as g reach below the baseline, in letter sizes.
const DESCENT: f64 = 0.2;
/// White between words and those that stand aside of them.
const ASIDE_GAP_MM: f64 = 2.2;

/// A drawing that is being made.
pub(super) struct Canvas {
    pub(super) svg: Svg,
    /// Every line of words so far.
    pub(super) words: Vec<PrintedWords>,
    /// What is being drawn, for a person.
    pub(super) place: String,
}

/// One line of words on a side.
pub(crate) struct PrintedWords {
    /// What they belong to.
    pub(crate) place: String,
    /// The words.
    pub(crate) text: String,
    /// From the capitals' tops to the descenders.
    pub(crate) area: BoxMm,
    /// The size of the letters.
    pub(crate) size_pt: f64,
    /// The colour of the letters.
    pub(crate) colour: &'static str,
}

/// How one line of words is set.
#[derive(Clone, Copy)]
pub(super) struct Words {
    pub(super) at: Point,
    pub(super) size_pt: f64,
    pub(super) weight: Weight,
    pub(super) align: Align,
    pub(super) colour: &'static str,
    pub(super) turned: bool,
}

impl Words {
    /// Regular words in ink that begin at `at`.
    pub(super) fn new(at: Point, size_pt: f64) -> Self {
        Self {
            at,
            size_pt,
            weight: Weight::Regular,
            align: Align::Start,
            colour: INK,
            turned: false,
        }
    }

    /// The same words further down, as the one who reads them sees it.
    pub(super) fn lower_by(self, down_mm: f64) -> Self {
        let down = if self.turned { -down_mm } else { down_mm };
        Self {
            at: Point::new(self.at.x, self.at.y + down),
            ..self
        }
    }

    /// The place that a line takes when it is so wide.
    fn area(&self, width_mm: f64) -> BoxMm {
        let size_mm = mm(self.size_pt);
        let (above, below) = (size_mm * CAP_HEIGHT, size_mm * DESCENT);
        let before = width_mm
            * match self.align {
                Align::Start => 0.0,
                Align::Middle => 0.5,
                Align::End => 1.0,
            };
        let (left, up) = if self.turned {
            (width_mm - before, below)
        } else {
            (before, above)
        };
        BoxMm::from([self.at.x - left, self.at.y - up, width_mm, above + below])
    }
}

impl Canvas {
    /// An empty side.
    pub(super) fn new(width_mm: f64, height_mm: f64) -> Self {
        Self {
            svg: Svg::new(width_mm, height_mm),
            words: Vec::new(),
            place: String::new(),
        }
    }

    /// Draws one line; `aside` stands behind it in regular letters.
    pub(super) fn words(&mut self, how: &Words, text: &str, aside: &str) {
        if text.is_empty() && aside.is_empty() {
            return;
        }
        draw(&mut self.svg, how, text, aside);
        let mut width = fonts::width_mm(text, how.size_pt, how.weight);
        if !aside.is_empty() {
            width += ASIDE_GAP_MM + fonts::width_mm(aside, how.size_pt, Weight::Regular);
        }
        self.words.push(PrintedWords {
            place: self.place.clone(),
            text: [text, aside].join(" ").trim().to_owned(),
            area: how.area(width),
            size_pt: how.size_pt,
            colour: how.colour,
        });
    }
}

/// Draws one line of words without noting it.
pub(super) fn draw(svg: &mut Svg, how: &Words, text: &str, aside: &str) {
    let turn = format!("rotate(180 {:.3} {:.3})", how.at.x, how.at.y);
    let mut attributes = vec![
        ("x", how.at.x.into()),
        ("y", how.at.y.into()),
        ("font-family", FAMILY.into()),
        ("font-size", mm(how.size_pt).into()),
        ("font-weight", weight(how.weight).into()),
        ("fill", how.colour.into()),
        ("text-anchor", anchor(how.align).into()),
    ];
    if how.turned {
        attributes.push(("transform", turn.as_str().into()));
    }
    svg.parent("text", &attributes, |svg| {
        svg.words(text);
        if !aside.is_empty() {
            let plain = [("font-weight", "400".into()), ("dx", ASIDE_GAP_MM.into())];
            svg.parent("tspan", &plain, |svg| svg.words(aside));
        }
    });
}

fn weight(weight: Weight) -> &'static str {
    match weight {
        Weight::Regular => "400",
        Weight::Bold => "700",
    }
}

fn anchor(align: Align) -> &'static str {
    match align {
        Align::Start => "start",
        Align::Middle => "middle",
        Align::End => "end",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turned_words_take_the_place_on_the_other_side_of_their_point() {
        let words = Words::new(Point::new(50.0, 50.0), 14.0);
        let upright = words.area(20.0);
        let turned = Words {
            turned: true,
            ..words
        }
        .area(20.0);
        assert!((upright.x - 50.0).abs() < 1e-9 && upright.y < 47.0);
        assert!((turned.right() - 50.0).abs() < 1e-9 && turned.bottom() > 53.0);
        let middle = Words {
            align: Align::Middle,
            ..words
        };
        assert!((middle.area(20.0).centre().x - 50.0).abs() < 1e-9);
    }
}
