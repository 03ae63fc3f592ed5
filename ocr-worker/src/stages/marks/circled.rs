//! Whether a box, its label or both are circled.

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
/// Rows above and below that a label's letters may take beside its box.
const LABEL_ROWS_MM: f64 = 0.5;

/// The share of the side that is surrounded least, of the box, its label or both together.
pub(super) fn circled(ink: &Ink, print: &Print, option: &MarkOption) -> f64 {
    let area = ink.area_px(&option.area);
    let long = |piece: &&Component| {
        let longest = piece.bounds.width().max(piece.bounds.height());
        ink.mm(longest as f64) >= MIN_PIECE_MM
    };
    let window = ink.area_px(&schemas::geometry::BoxMm {
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
    let around = [Some(area), label, label.map(|label| label.union(area))];
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

/// The share of its side that is surrounded least by some pieces.
fn surrounded(ink: &Ink, pieces: &[&Component], inner: Area) -> f64 {
    let reach = ink.px(REACH_MM) as usize;
    let outer = inner.grown(reach).clipped(ink.mask.width, ink.mask.height);
    let mut mask = Mask::empty(outer.width(), outer.height());
    for run in pieces
        .iter()
        .filter_map(|piece| piece.clipped(outer))
        .flat_map(|part| part.runs)
    {
        let start = (run.y - outer.y0) * mask.width;
        mask.bits[start + run.x0 - outer.x0..start + run.x1 - outer.x0].fill(true);
    }
    let any = |x0: usize, y0: usize, x1: usize, y1: usize| {
        let part = Area { x0, y0, x1, y1 };
        usize::from(mask.count_in(part) > 0)
    };
    let (left, top) = (inner.x0 - outer.x0, inner.y0 - outer.y0);
    let (right, bottom) = (inner.x1 - outer.x0, inner.y1 - outer.y0);
    let across: Vec<usize> = (left..right).step_by(4).collect();
    let down: Vec<usize> = (top..bottom).step_by(4).collect();
    let share = |n: usize, of: &[usize]| n as f64 / of.len().max(1) as f64;
    let sides = [
        share(across.iter().map(|x| any(*x, 0, x + 1, top)).sum(), &across),
        share(
            across
                .iter()
                .map(|x| any(*x, bottom, x + 1, mask.height))
                .sum(),
            &across,
        ),
        share(down.iter().map(|y| any(0, *y, left, y + 1)).sum(), &down),
        share(
            down.iter().map(|y| any(right, *y, mask.width, y + 1)).sum(),
            &down,
        ),
    ];
    sides.into_iter().fold(1.0, f64::min)
}
