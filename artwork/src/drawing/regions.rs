//! The parts that a person fills in.

use schemas::geometry::{BoxMm, Point};
use schemas::layout::{Align, Layout, MarkOption, MarkSymbol, Region, RegionKind, Weight};

use super::canvas::{CAP_HEIGHT, Canvas, Words};
use super::{ACCENT, FRAME, LEADING, RULE, TINT, faces};
use crate::fonts::mm;
use crate::svg::Svg;

/// From a label's last baseline to its box, in letter sizes; 2.9 mm at 14 pt.
const LABEL_GAP: f64 = 0.5872;
/// The disc behind the number of a step, in letter sizes; 3.4 mm at 14 pt.
const STEP_RADIUS: f64 = 0.688_41;
/// From a box to the words on its right.
const OPTION_GAP_MM: f64 = 2.8;

/// Draws one region with its label.
pub(super) fn draw(canvas: &mut Canvas, layout: &Layout, region: &Region) {
    let letters_pt = layout.letters_pt();
    label(canvas, region, letters_pt);
    let area = &region.area;
    let svg = &mut canvas.svg;
    match &region.kind {
        RegionKind::Line {} | RegionKind::Drawing {} => frame(svg, area),
        RegionKind::Text { pitch_mm } => {
            if let Some(pitch) = pitch_mm {
                rules(svg, area, *pitch);
            }
            frame(svg, area);
        }
        RegionKind::Comb { .. } => {
            separators(svg, region);
            frame(svg, area);
        }
        RegionKind::Marks { options, .. } => {
            for each in options {
                option(canvas, each, letters_pt);
            }
        }
        RegionKind::None {} => {}
    }
}

/// The number of a step, hanging in the margin, when the margin has room for it.
pub(super) fn step_number(canvas: &mut Canvas, layout: &Layout, region: &Region, step: u32) {
    let letters_pt = layout.letters_pt();
    let radius_mm = mm(letters_pt) * STEP_RADIUS;
    let baseline = label_baseline(region, letters_pt);
    let centre = Point::new(
        region.area.x - 3.0 - radius_mm,
        baseline - mm(letters_pt) * CAP_HEIGHT / 2.0,
    );
    if centre.x - radius_mm < 5.0 {
        return;
    }
    canvas.svg.circle(centre, radius_mm, &[("fill", TINT)]);
    let words = Words {
        weight: Weight::Bold,
        colour: ACCENT,
        align: Align::Middle,
        ..Words::new(Point::new(centre.x, baseline), letters_pt)
    };
    canvas.words(&words, &step.to_string(), "");
}

/// The label in bold with the hint behind it; a line break in the hint begins a line below.
fn label(canvas: &mut Canvas, region: &Region, letters_pt: f64) {
    let hint = region.hint.as_deref().unwrap_or_default();
    let (beside, below) = hint.split_once('\n').unwrap_or((hint, ""));
    let at = Point::new(region.area.x, label_baseline(region, letters_pt));
    let words = Words::new(at, letters_pt);
    let bold = Words {
        weight: Weight::Bold,
        ..words
    };
    canvas.words(&bold, &region.label, beside);
    for (i, line) in (1u32..).zip(below.split('\n')) {
        let down = f64::from(i) * mm(letters_pt) * LEADING;
        canvas.words(&words.lower_by(down), line, "");
    }
}

/// The baseline of a label's first line.
fn label_baseline(region: &Region, letters_pt: f64) -> f64 {
    let n_below = region
        .hint
        .iter()
        .flat_map(|hint| hint.matches('\n'))
        .count();
    let below = (0..n_below).map(|_| mm(letters_pt) * LEADING).sum::<f64>();
    region.area.y - mm(letters_pt) * LABEL_GAP - below
}

fn frame(svg: &mut Svg, area: &BoxMm) {
    let paint = [
        ("rx", "1.8"),
        ("fill", "none"),
        ("stroke", FRAME),
        ("stroke-width", "0.45"),
    ];
    svg.rectangle(area, &paint);
}

/// The rules of a text block; the frame is the last one.
fn rules(svg: &mut Svg, area: &BoxMm, pitch_mm: f64) {
    let rules = (1u32..).map(|i| area.y + f64::from(i) * pitch_mm);
    for y in rules.take_while(|y| *y < area.bottom() - pitch_mm / 2.0) {
        let (from, to) = (
            Point::new(area.x + 3.0, y),
            Point::new(area.right() - 3.0, y),
        );
        light_line(svg, from, to);
    }
}

fn separators(svg: &mut Svg, region: &Region) {
    for cell in region.cells().iter().skip(1) {
        let from = Point::new(cell.x, cell.y);
        light_line(svg, from, Point::new(cell.x, cell.bottom()));
    }
}

fn light_line(svg: &mut Svg, from: Point, to: Point) {
    svg.line(from, to, &[("stroke", RULE), ("stroke-width", "0.35")]);
}

fn option(canvas: &mut Canvas, option: &MarkOption, letters_pt: f64) {
    let size_mm = mm(letters_pt);
    let area = &option.area;
    let words = if option.symbol.is_face() {
        faces::draw(&mut canvas.svg, option.symbol, area);
        Words {
            align: Align::Middle,
            ..Words::new(
                Point::new(area.centre().x, area.bottom() + size_mm * 1.1),
                letters_pt,
            )
        }
    } else {
        match option.symbol {
            MarkSymbol::Bubble => bubble(&mut canvas.svg, area),
            _ => tick_box(&mut canvas.svg, area),
        }
        let at = Point::new(
            area.right() + OPTION_GAP_MM,
            area.centre().y + size_mm * CAP_HEIGHT / 2.0,
        );
        Words::new(at, letters_pt)
    };
    for (i, line) in (0u32..).zip(option.label.split('\n')) {
        let down = f64::from(i) * size_mm * LEADING;
        canvas.words(&words.lower_by(down), line, "");
    }
}

fn tick_box(svg: &mut Svg, area: &BoxMm) {
    let paint = [
        ("rx", "0.8"),
        ("fill", "none"),
        ("stroke", FRAME),
        ("stroke-width", "0.5"),
    ];
    svg.rectangle(area, &paint);
}

fn bubble(svg: &mut Svg, area: &BoxMm) {
    let paint = [("fill", "none"), ("stroke", FRAME), ("stroke-width", "0.5")];
    let radius_mm = area.width.min(area.height) / 2.0;
    svg.circle(area.centre(), radius_mm, &paint);
}
