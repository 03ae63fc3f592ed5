//! Whether the label of a box is circled, alone or together with the box.

use schemas::geometry::{BoxMm, Point};
use schemas::layout::MarkOption;

use crate::picture::mask::Area;
use crate::picture::{Component, Mask};
use crate::stages::ink::Ink;
use crate::stages::print::Print;

/// A circle is drawn within this distance of what it surrounds.
const REACH_MM: f64 = 6.0;
/// Smaller pieces surround nothing.
const MIN_PIECE_MM: f64 = 7.0;
/// The words of a label have smaller gaps than this.
const LABEL_GAP_MM: f64 = 6.0;
/// Longer labels are looked at up to here.
const MAX_LABEL_MM: f64 = 90.0;
/// In how many directions something that surrounds is looked for.
const N_RAYS: usize = 48;
/// Rows above and below that a label's letters may take beside its box.
const LABEL_ROWS_MM: f64 = 0.5;

/// The share of the outline that is surrounded, of the label or of box and label together, whichever is more.
pub(super) fn label_circled(ink: &Ink, print: &Print, option: &MarkOption) -> f64 {
    let area = ink.area_px(&option.area);
    let long = |piece: &&Component| {
        let longest = piece.bounds.width().max(piece.bounds.height());
        ink.mm(longest as f64) >= MIN_PIECE_MM
    };
    let window = ink.area_px(&BoxMm {
        width: option.area.width + MAX_LABEL_MM + REACH_MM,
        ..option.area.shrunk(-REACH_MM)
    });
    let pieces: Vec<&Component> = ink
        .pieces
        .iter()
        .filter(|piece| piece.bounds.meets(window))
        .filter(long)
        .collect();
    if pieces.is_empty() {
        return 0.0;
    }
    let label = label(ink, print, area);
    let around = [label, label.map(|label| label.union(area))];
    around
        .into_iter()
        .flatten()
        .map(|inner| surrounded(ink, &pieces, inner))
        .fold(0.0, f64::max)
}

/// The printed words to the right of a box.
fn label(ink: &Ink, print: &Print, area: Area) -> Option<Area> {
    let rows_px = ink.px(LABEL_ROWS_MM) as usize;
    let step_px = ink.px(LABEL_GAP_MM) as usize;
    let first = area.x1 + ink.px(1.0) as usize;
    let rows = area.y0.saturating_sub(rows_px)..area.y1 + rows_px;
    let most = first + ink.px(MAX_LABEL_MM) as usize;
    let end = (first + step_px..most)
        .step_by(step_px)
        .find(|x| print.is_clear(x - step_px..*x, rows.clone()))
        .unwrap_or(most);
    print.bounds_in(Area {
        x0: first,
        y0: rows.start,
        x1: end,
        y1: rows.end,
    })
}

/// The share of an area's outline outside of which some pieces lie close by.
fn surrounded(ink: &Ink, pieces: &[&Component], inner: Area) -> f64 {
    let reach = ink.px(REACH_MM);
    let outer = inner
        .grown(reach as usize + 1)
        .clipped(ink.mask.width, ink.mask.height);
    let mut mask = Mask::empty(outer.width(), outer.height());
    let parts = pieces.iter().filter_map(|piece| piece.clipped(outer));
    for run in parts.flat_map(|part| part.runs) {
        let start = (run.y - outer.y0) * mask.width;
        mask.bits[start + run.x0 - outer.x0..start + run.x1 - outer.x0].fill(true);
    }
    let hit = |(from, to): &(Point, Point)| {
        let n_steps = from.distance(*to).ceil().max(1.0);
        (0..=n_steps as usize).any(|step| {
            let share = step as f64 / n_steps;
            let at = |from: f64, to: f64| (from + (to - from) * share) as isize;
            let (x, y) = (at(from.x, to.x), at(from.y, to.y));
            mask.at(x - outer.x0 as isize, y - outer.y0 as isize)
        })
    };
    let rays = rays(inner, reach);
    rays.iter().filter(|ray| hit(ray)).count() as f64 / rays.len().max(1) as f64
}

/// Short lines outwards, evenly around an area, from a little inside of its outline.
fn rays(inner: Area, reach: f64) -> Vec<(Point, Point)> {
    let (x0, y0) = (inner.x0 as f64, inner.y0 as f64);
    let (width, height) = (inner.width() as f64, inner.height() as f64);
    // A wide area is seen from a line along its middle, not from a point.
    let half = width.min(height) / 2.0;
    let outline = (0..N_RAYS).map(|i| {
        let at = i as f64 / N_RAYS as f64 * 2.0 * (width + height);
        let (x, y) = along_outline(at, width, height);
        Point::new(x0 + x, y0 + y)
    });
    outline
        .map(|edge| {
            let core = Point::new(
                edge.x.clamp(x0 + half, x0 + width - half),
                edge.y.clamp(y0 + half, y0 + height - half),
            );
            let length = edge.distance(core).max(1.0);
            let away = |by: f64| {
                Point::new(
                    edge.x + (edge.x - core.x) * by / length,
                    edge.y + (edge.y - core.y) * by / length,
                )
            };
            (away(-0.25 * length), away(reach))
        })
        .collect()
}

/// A place on the outline of a box, clockwise from its corner.
fn along_outline(at: f64, width: f64, height: f64) -> (f64, f64) {
    if at < width {
        (at, 0.0)
    } else if at < width + height {
        (width, at - width)
    } else if at < 2.0 * width + height {
        (2.0 * width + height - at, height)
    } else {
        (0.0, 2.0 * (width + height) - at)
    }
}
