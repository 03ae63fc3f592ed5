//! How a side looks. Colours, weights and distances are in here and nowhere else.
//!
//! The print must survive a photocopier and weak eyes: words are near black and at least 14 pt, frames are
//! dark, and only what handwriting is laid over (rules, separators) is light, so that ink stands out.

mod canvas;
mod faces;
mod foot;
mod pictures;
mod regions;
mod shapes;

use schemas::geometry::BoxMm;
use schemas::layout::{Colour, Layout, Meaning, PrintedText, Region, RegistrationMark, Side};
use schemas::payload::CodePayload;

use crate::code::{self, Code};
use crate::fonts::mm;
use crate::svg::Svg;
use crate::{ArtworkError, Print};

use canvas::{Canvas, Words};

pub(crate) use canvas::PrintedWords;
pub(crate) use foot::serial_character;
pub(crate) use shapes::fill;

/// Words and frames.
const INK: &str = "#1c1a1d";
/// Outlines of the boxes to fill in.
const FRAME: &str = "#4d474c";
/// What handwriting is laid over.
const RULE: &str = "#b9b4b6";
/// The title and the step numbers; a plum that is dark on a photocopy.
const ACCENT: &str = "#5c2346";
/// Behind the step numbers; vanishes on a photocopy without a trace.
const TINT: &str = "#fbe9dc";
/// The paper, and the light modules of the code.
pub(crate) const PAPER: &str = "#fff";
/// The dark modules of the code, and the registration marks.
pub(crate) const CODE: &str = "#000";

/// From one baseline to the next, in letter sizes.
const LEADING: f64 = 1.28;

/// What is drawn on a side.
pub(crate) enum Content<'a> {
    /// A leaflet as it is printed.
    Leaflet(&'a Print),
    /// What every print of the layout has in common: no code, no serial.
    Blank,
}

/// The drawing of one side.
pub(crate) fn draw(
    layout: &Layout,
    side: &Side,
    content: &Content<'_>,
) -> Result<String, ArtworkError> {
    let page = layout.page;
    let mut canvas = Canvas::new(page.width_mm, page.height_mm);
    let area = BoxMm::from([0.0, 0.0, page.width_mm, page.height_mm]);
    canvas.svg.rectangle(&area, &[("fill", PAPER)]);
    everything_common(&mut canvas, layout, side);
    if let Content::Leaflet(print) = content {
        foot::serial(&mut canvas, layout, side, print);
        if let Some(code) = side.code {
            let text = payload(layout, side, print).to_text(&print.prefix);
            let place = code.area;
            modules(&mut canvas.svg, &code::encode(&text, &place)?, &place);
        }
    }
    Ok(canvas.svg.finish())
}

/// The words that every print of the side has, each with the place it takes.
pub(crate) fn words(layout: &Layout, side: &Side) -> Vec<PrintedWords> {
    let mut canvas = Canvas::new(layout.page.width_mm, layout.page.height_mm);
    everything_common(&mut canvas, layout, side);
    canvas.words
}

fn everything_common(canvas: &mut Canvas, layout: &Layout, side: &Side) {
    shapes::folds(canvas, layout);
    for shape in &side.shapes {
        shapes::draw(canvas, shape);
    }
    for mark in &side.marks {
        disc(&mut canvas.svg, mark);
    }
    for (i, text) in side.texts.iter().enumerate() {
        canvas.place = format!("text {}", i + 1);
        printed(canvas, text);
    }
    let earlier = layout.sides.iter().filter(|other| other.side < side.side);
    let mut step: u32 = earlier.flat_map(|other| &other.regions).map(is_step).sum();
    for region in &side.regions {
        canvas.place = format!("region {}", region.id);
        step += is_step(region);
        if is_step(region) > 0 {
            regions::step_number(canvas, layout, region, step);
        }
        regions::draw(canvas, layout, region);
    }
    foot::name(canvas, layout, side);
}

/// 1 for a region that a person is asked to fill in by a label of its own.
fn is_step(region: &Region) -> u32 {
    (!region.label.is_empty() && region.reads != Meaning::None).into()
}

pub(crate) fn payload(layout: &Layout, side: &Side, print: &Print) -> CodePayload {
    CodePayload {
        layout: layout.id.clone(),
        version: layout.version,
        side: side.side,
        serial: print.serial.clone(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a code has at most 177 modules")]
fn modules(svg: &mut Svg, code: &Code, place: &BoxMm) {
    let scale = place.width.min(place.height) / code.n_modules as f64;
    let transform = format!("translate({} {}) scale({scale})", place.x, place.y);
    svg.element(
        "path",
        &[
            ("transform", transform.as_str().into()),
            ("d", code.path.as_str().into()),
            ("fill", CODE.into()),
        ],
    );
}

fn disc(svg: &mut Svg, mark: &RegistrationMark) {
    svg.circle(mark.centre, mark.diameter_mm / 2.0, &[("fill", CODE)]);
}

/// Free words of the layout.
fn printed(canvas: &mut Canvas, text: &PrintedText) {
    let words = Words {
        weight: text.weight,
        align: text.align,
        turned: text.turned,
        colour: match text.colour {
            Colour::Ink => INK,
            Colour::Accent => ACCENT,
            Colour::Paper => PAPER,
        },
        ..Words::new(text.at, text.size_pt)
    };
    for (i, line) in (0u32..).zip(text.text.split('\n')) {
        let down = f64::from(i) * mm(text.size_pt) * LEADING;
        canvas.words(&words.lower_by(down), line, "");
    }
}
