//! Faint: strokes of a hard pencil or a dry pen that are too light to count as ink by themselves.
//!
//! They are looked for only where nothing else was found, so that a drawing is never taken for an empty space.

use schemas::geometry::BoxMm;

use super::ink::Ink;
use super::print::{NOTHING, Print};
use crate::picture::mask::Area;
use crate::picture::{Component, Mask, components};

/// Faint strokes are darker than this share of the paper.
const FAINT: f64 = 0.84;
/// All strokes together are longer than this; less is a scratch, or some hairs on the glass.
const MIN_LENGTH_MM: f64 = 25.0;
/// Thicker things are stains; a wax crayon leaves two millimetres.
const MAX_STROKE_MM: f64 = 2.6;
/// Beside a stroke, paper is at least this bright.
const PAPER: f64 = 0.91;
/// How soft the edge of a stroke is at most.
const SOFT_EDGE_PX: isize = 3;
/// So much of a piece must have sharp edges.
const SHARP: f64 = 0.6;
/// A straight piece over this share of a region is a streak or a fold.
const ACROSS: f64 = 0.8;
/// The strokes of a piece that turns nowhere are no longer than this many of its diagonals.
const STRAIGHT: f64 = 1.3;

/// What counts as a stroke.
#[derive(Clone, Copy)]
struct Kind {
    /// Crumbs are grown by this much, so that those of one stroke touch.
    grown_mm: f64,
    /// Shorter ones are dirt.
    least_mm: f64,
}

/// Whole strokes; then crumbs in a row; then crumbs that lie farther apart, of which many in a row are wanted.
const KINDS: [Kind; 3] = [
    Kind {
        grown_mm: 0.0,
        least_mm: 2.5,
    },
    Kind {
        grown_mm: 0.4,
        least_mm: 2.5,
    },
    Kind {
        grown_mm: 0.9,
        least_mm: 8.0,
    },
];

/// The faint strokes in a box on paper; none when they are too few to be anybody's. In black and white a pale stroke crumbles:
/// when there is no whole one, crumbs in a row count as one.
pub fn strokes(ink: &Ink, print: &Print, area: &BoxMm) -> Vec<Component> {
    let window = ink.area_px(area);
    let mask = faint_mask(ink, print, window);
    let of_kind = |kind: &Kind| {
        let mask = joined(&mask, ink.px(kind.grown_mm) as usize);
        strokes_of(&mask, window, ink, *kind)
    };
    let mut found = KINDS.iter().map(of_kind);
    found.find(|found| !found.is_empty()).unwrap_or_default()
}

fn strokes_of(mask: &Mask, window: Area, ink: &Ink, kind: Kind) -> Vec<Component> {
    let thickest_mm = MAX_STROKE_MM + 2.0 * kind.grown_mm;
    let is_stroke = |piece: &Component| {
        let longer = piece.bounds.width().max(piece.bounds.height()) as f64;
        ink.mm(longer) >= kind.least_mm
            && ink.mm(piece.stroke_px()) <= thickest_mm
            && !is_straight_across(piece, window)
            && is_sharp(piece, mask, (window, ink), thickest_mm)
    };
    let pieces: Vec<Component> = components(mask)
        .into_iter()
        .filter(is_stroke)
        .map(|piece| piece.moved(window.x0, window.y0))
        .collect();
    let length_px: f64 = pieces.iter().map(Component::length_px).sum();
    if ink.mm(length_px) >= MIN_LENGTH_MM {
        pieces
    } else {
        Vec::new()
    }
}

/// The mask with everything grown by so many pixels in all directions.
fn joined(mask: &Mask, by: usize) -> Mask {
    if by == 0 {
        return mask.clone();
    }
    let mut out = Mask::empty(mask.width, mask.height);
    for at in (0..mask.bits.len()).filter(|at| mask.bits[*at]) {
        let (x, y) = (at % mask.width, at / mask.width);
        for row in y.saturating_sub(by)..(y + by + 1).min(mask.height) {
            let start = row * mask.width;
            let (from, to) = (x.saturating_sub(by), (x + by + 1).min(mask.width));
            out.bits[start + from..start + to].fill(true);
        }
    }
    out
}

fn faint_mask(ink: &Ink, print: &Print, window: Area) -> Mask {
    let level = (255.0 * FAINT) as u8;
    let mut mask = Mask::empty(window.width(), window.height());
    for y in window.y0..window.y1 {
        for x in window.x0..window.x1 {
            let value = ink.even.as_raw()[y * ink.mask.width + x];
            if value < level {
                let (dx, dy) = ink.shifts.at(x, y);
                let kind = print.kind_at(x as isize - dx, y as isize - dy);
                mask.bits[(y - window.y0) * window.width() + x - window.x0] = kind == NOTHING;
            }
        }
    }
    mask
}

/// Whether a piece goes straight through the whole window.
fn is_straight_across(piece: &Component, window: Area) -> bool {
    let (width, height) = (piece.bounds.width() as f64, piece.bounds.height() as f64);
    let straight = piece.length_px() <= STRAIGHT * width.hypot(height);
    let across =
        width >= ACROSS * window.width() as f64 || height >= ACROSS * window.height() as f64;
    straight && across
}

/// Whether a piece has paper on both sides, and at once: the edge of a stain fades on one side.
fn is_sharp(piece: &Component, mask: &Mask, (window, ink): (Area, &Ink), reach_mm: f64) -> bool {
    let light = (255.0 * PAPER) as u8;
    let reach = ink.px(reach_mm) as isize;
    let ends_in_paper = |x: isize, y: isize, dx: isize, dy: isize| {
        let out = (1..=reach).find(|by| !mask.at(x + by * dx, y + by * dy));
        out.is_some_and(|by| {
            let by = by + SOFT_EDGE_PX - 1;
            let x = (x + by * dx + window.x0 as isize).clamp(0, ink.mask.width as isize - 1);
            let y = (y + by * dy + window.y0 as isize).clamp(0, ink.mask.height as isize - 1);
            ink.even.as_raw()[y as usize * ink.mask.width + x as usize] >= light
        })
    };
    let sharp = piece.runs.iter().filter(|run| {
        let (x, y) = (usize::midpoint(run.x0, run.x1) as isize, run.y as isize);
        let across = ends_in_paper(x, y, 1, 0) && ends_in_paper(x, y, -1, 0);
        across || (ends_in_paper(x, y, 0, 1) && ends_in_paper(x, y, 0, -1))
    });
    sharp.count() as f64 >= SHARP * piece.runs.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::ink::tests::extracted;
    use crate::stages::print::Hidden;
    use image::GrayImage;
    use schemas::geometry::px_per_mm;

    const AREA: [f64; 4] = [0.0, 0.0, 60.0, 40.0];

    fn found(grey: impl Fn(f64, f64) -> u8) -> usize {
        let scale = px_per_mm(200.0);
        let scan = GrayImage::from_fn(472, 315, |x, y| {
            image::Luma([grey(f64::from(x) / scale, f64::from(y) / scale)])
        });
        let blank = GrayImage::from_pixel(472, 315, image::Luma([255]));
        let print = Print::new(&blank, blank.dimensions(), 200.0, &Hidden::default());
        let ink = extracted(scan, &blank, BoxMm::from(AREA));
        assert_eq!(ink.pieces.len(), 0, "it would be ink anyway");
        strokes(&ink, &print, &BoxMm::from(AREA)).len()
    }

    #[test]
    fn a_faint_drawing_is_seen_in_pencil_and_in_crayon() {
        for half_mm in [0.25, 1.0] {
            let ring = |x: f64, y: f64| ((x - 30.0).hypot(y - 20.0) - 8.0).abs() < half_mm;
            assert_eq!(found(|x, y| if ring(x, y) { 195 } else { 250 }), 1);
        }
    }

    #[test]
    fn a_drawing_of_which_crumbs_are_left_is_seen_and_scattered_dust_is_not() {
        let on = |x: f64, y: f64, at: (f64, f64)| (x - at.0).hypot(y - at.1) < 0.15;
        let crumb = |i: usize| {
            let turn = i as f64 * std::f64::consts::TAU / 40.0;
            (30.0 + 10.0 * turn.cos(), 20.0 + 10.0 * turn.sin())
        };
        let ring = |x: f64, y: f64| (0..40).any(|i| on(x, y, crumb(i)));
        assert_eq!(found(|x, y| if ring(x, y) { 195 } else { 250 }), 1);
        let speck = |i: usize| ((i * 23 % 59) as f64, (i * 17 % 39) as f64);
        let dust = |x: f64, y: f64| (0..40).any(|i| on(x, y, speck(i)));
        assert_eq!(found(|x, y| if dust(x, y) { 195 } else { 250 }), 0);
    }

    #[test]
    fn stains_faint_streaks_and_scratches_are_not() {
        let stain = |x: f64, y: f64| (x - 30.0).hypot(y - 20.0) < 6.0;
        assert_eq!(found(|x, y| if stain(x, y) { 200 } else { 250 }), 0);
        assert_eq!(
            found(|x, _| if (x - 30.0).abs() < 0.3 { 200 } else { 250 }),
            0
        );
        let hair = |x: f64, y: f64| (x - y).abs() < 0.2 && (20.0..26.0).contains(&x);
        assert_eq!(found(|x, y| if hair(x, y) { 200 } else { 250 }), 0);
    }
}
