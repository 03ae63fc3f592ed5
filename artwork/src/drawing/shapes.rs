//! Panels, rules and the hints where to fold.

use schemas::geometry::{BoxMm, Point};
use schemas::layout::{FoldDirection, Layout, Shape, Tone};

use super::canvas::Canvas;
use super::{ACCENT, FRAME, RULE, TINT, pictures};

/// Where the hint of a fold begins: the printer's margin.
const FOLD_HINT_FROM_MM: f64 = 5.0;
/// How long it is.
const FOLD_HINT_MM: f64 = 9.0;

/// Draws one shape.
pub(super) fn draw(canvas: &mut Canvas, shape: &Shape) {
    match shape {
        Shape::Panel { area, tone } => panel(canvas, area, *tone),
        Shape::Rule { from, to, dashed } => {
            let mut pen = vec![("stroke", ACCENT), ("stroke-width", "0.5")];
            if *dashed {
                pen.extend([("stroke-dasharray", "2.4 1.8")]);
            }
            canvas.svg.line(*from, *to, &pen);
        }
        Shape::Picture { name, area, turned } => {
            pictures::draw(&mut canvas.svg, *name, area, *turned);
        }
    }
}

/// Short dashes at both ends of every fold.
pub(super) fn folds(canvas: &mut Canvas, layout: &Layout) {
    let pen = [
        ("stroke", RULE),
        ("stroke-width", "0.4"),
        ("stroke-dasharray", "1.8 1.8"),
    ];
    for fold in &layout.folds {
        let length = match fold.runs {
            FoldDirection::Across => layout.page.width_mm,
            FoldDirection::Down => layout.page.height_mm,
        };
        let point = |along: f64| match fold.runs {
            FoldDirection::Across => Point::new(along, fold.at_mm),
            FoldDirection::Down => Point::new(fold.at_mm, along),
        };
        let end = FOLD_HINT_FROM_MM + FOLD_HINT_MM;
        canvas.svg.line(point(FOLD_HINT_FROM_MM), point(end), &pen);
        let (from, to) = (length - FOLD_HINT_FROM_MM, length - end);
        canvas.svg.line(point(from), point(to), &pen);
    }
}

/// What a panel is filled with; an outline is not.
pub(crate) const fn fill(tone: Tone) -> Option<&'static str> {
    match tone {
        Tone::Tint => Some(TINT),
        Tone::Solid => Some(ACCENT),
        Tone::Outline => None,
    }
}

fn panel(canvas: &mut Canvas, area: &BoxMm, tone: Tone) {
    let paint = match fill(tone) {
        Some(colour) => vec![("rx", "3"), ("fill", colour)],
        None => vec![
            ("rx", "3"),
            ("fill", "none"),
            ("stroke", FRAME),
            ("stroke-width", "0.5"),
        ],
    };
    canvas.svg.rectangle(area, &paint);
}
