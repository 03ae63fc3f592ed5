//! Margin: what someone wrote or drew outside of every region, so that nothing is overlooked.
//!
//! A false alarm costs a person's time and a missed sentence costs a voice. So the ink that is left when regions,
//! print, code and streaks are taken away must look like strokes of a pen: dust is too small, a hole and a stain
//! too thick, a staple too straight, a shadow lies at the edge of the page, and what is left of fat print lies
//! along print.

use schemas::geometry::BoxMm;
use schemas::layout::{RegionKind, Side};

use super::ink::Ink;
use super::print::{NOTHING, Print};
use crate::picture::mask::Area;
use crate::picture::{Component, outlines};

/// Letters hang out of a region, and ticks and circles out of boxes, by this much.
const OVERHANG_MM: f64 = 2.5;
/// See [`OVERHANG_MM`].
const OVERHANG_MARKS_MM: f64 = 7.0;
/// The edge of the page is dark where the sheet ends or casts a shadow.
const EDGE_MM: f64 = 2.5;
/// Smaller things are dust or punctuation.
const MIN_PIECE_MM: f64 = 1.3;
/// Pen strokes are thinner than this, a felt pen's as well.
const MAX_STROKE_MM: f64 = 1.5;
/// Thinner slivers along print are what is left of it.
const MIN_STROKE_MM: f64 = 0.2;
/// How close to print what is left of it lies.
const BESIDE_PRINT_MM: f64 = 0.5;
/// Ink with a wider gap is something else.
const GAP_MM: f64 = 4.0;
/// Less than a short word: its ink, and the longer side of its outline.
const MIN_INK_MM2: f64 = 2.5;
/// See [`MIN_INK_MM2`].
const MIN_LENGTH_MM: f64 = 6.0;
/// The shorter side of the outline of a word; a staple or a scratch has less.
const MIN_WIDTH_MM: f64 = 1.8;
/// Straight lines fill their outline's diagonal; letters are this much longer than it.
const MIN_TURNS: f64 = 1.5;

/// The outlines of what is written or drawn outside of every region, from top to bottom.
pub fn find(ink: &Ink, print: &Print, side: &Side) -> Vec<BoxMm> {
    let regions = regions(ink, side);
    let strokes: Vec<&Component> = ink
        .pieces
        .iter()
        .filter(|piece| !regions.iter().any(|region| region.holds(piece.middle())))
        .filter(|piece| {
            is_stroke(piece, ink) && !at_edge(piece, ink) && !is_print(piece, ink, print)
        })
        .collect();
    let boxes: Vec<Area> = strokes.iter().map(|piece| piece.bounds).collect();
    let mut found: Vec<Area> = outlines(&boxes, ink.px(GAP_MM) as usize);
    found.retain(|outline| is_written(*outline, &strokes, ink));
    found.sort_by_key(|outline| (outline.y0, outline.x0));
    found
        .into_iter()
        .map(|outline| ink.area_mm(outline))
        .collect()
}

fn regions(ink: &Ink, side: &Side) -> Vec<Area> {
    let with_ink = side.regions.iter();
    with_ink
        .filter_map(|region| {
            let overhang_mm = match region.kind {
                RegionKind::None {} => return None,
                RegionKind::Marks { .. } => OVERHANG_MARKS_MM,
                _ => OVERHANG_MM,
            };
            Some(ink.area_px(&region.area.shrunk(-overhang_mm)))
        })
        .collect()
}

fn is_stroke(piece: &Component, ink: &Ink) -> bool {
    let longest = piece.bounds.width().max(piece.bounds.height());
    ink.mm(longest as f64) >= MIN_PIECE_MM && ink.mm(piece.stroke_px()) <= MAX_STROKE_MM
}

fn at_edge(piece: &Component, ink: &Ink) -> bool {
    let edge = ink.px(EDGE_MM) as usize;
    let inner = Area {
        x0: edge,
        y0: edge,
        x1: ink.mask.width.saturating_sub(edge),
        y1: ink.mask.height.saturating_sub(edge),
    };
    !inner.contains(piece.bounds)
}

/// Whether a piece is a sliver along print.
fn is_print(piece: &Component, ink: &Ink, print: &Print) -> bool {
    if ink.mm(piece.stroke_px()) > 2.0 * MIN_STROKE_MM {
        return false;
    }
    let reach = ink.px(BESIDE_PRINT_MM) as isize;
    let beside = |run: &&crate::picture::components::Run| {
        let (x, y) = (usize::midpoint(run.x0, run.x1), run.y);
        let (dx, dy) = ink.shifts.at(x, y);
        let (x, y) = (x as isize - dx, y as isize - dy);
        [(0, 0), (reach, 0), (-reach, 0), (0, reach), (0, -reach)]
            .into_iter()
            .any(|(by_x, by_y)| print.kind_at(x + by_x, y + by_y) != NOTHING)
    };
    piece.runs.iter().filter(beside).count() * 2 > piece.runs.len()
}

/// Whether the strokes of an outline are more than a scratch.
fn is_written(outline: Area, strokes: &[&Component], ink: &Ink) -> bool {
    let own: Vec<_> = strokes
        .iter()
        .filter(|piece| outline.contains(piece.bounds))
        .collect();
    let area_px: usize = own.iter().map(|piece| piece.area_px).sum();
    let length_px: f64 = own.iter().map(|piece| piece.length_px()).sum();
    let (width, height) = (
        ink.mm(outline.width() as f64),
        ink.mm(outline.height() as f64),
    );
    let turns = ink.mm(length_px) / width.hypot(height);
    ink.mm(1.0).powi(2) * area_px as f64 >= MIN_INK_MM2
        && width.max(height) >= MIN_LENGTH_MM
        && width.min(height) >= MIN_WIDTH_MM
        && turns >= MIN_TURNS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::ink::tests::extracted;
    use crate::stages::print::Hidden;
    use image::GrayImage;
    use schemas::geometry::px_per_mm;

    /// What is found on a page of 100 × 100 mm whose lower half is one region, with ink where a test says.
    fn found(has_ink: impl Fn(f64, f64) -> bool) -> Vec<BoxMm> {
        let scale = px_per_mm(200.0);
        let grey = GrayImage::from_fn(787, 787, |x, y| {
            let dark = has_ink(f64::from(x) / scale, f64::from(y) / scale);
            image::Luma([if dark { 30 } else { 250 }])
        });
        let blank = GrayImage::from_pixel(787, 787, image::Luma([255]));
        let ink = extracted(grey, &blank, BoxMm::from([0.0, 0.0, 100.0, 100.0]));
        let print = Print::new(&blank, blank.dimensions(), 200.0, &Hidden::default());
        let mut side = schemas::layout::builtin().remove(0).sides.remove(0);
        side.regions.retain(|region| region.id == "story");
        side.regions[0].area = BoxMm::from([5.0, 50.0, 90.0, 45.0]);
        find(&ink, &print, &side)
    }

    /// Six letters of 3 mm in a row.
    fn word(x: f64, y: f64) -> bool {
        let inside = (0.0..24.0).contains(&x) && (0.0..4.0).contains(&y);
        inside && ((x.rem_euclid(4.0) - 1.6).hypot(y - 1.8) - 1.4).abs() < 0.25
    }

    #[test]
    fn a_word_above_the_region_is_found_and_one_inside_is_not() {
        let outside = found(|x, y| word(x - 30.0, y - 20.0));
        assert_eq!(outside.len(), 1);
        assert!((outside[0].x - 30.2).abs() < 1.0 && (outside[0].width - 23.0).abs() < 2.0);
        assert_eq!(found(|x, y| word(x - 30.0, y - 70.0)), []);
    }

    #[test]
    fn holes_staples_dust_stains_and_the_edge_are_nobodys_writing() {
        let hole = |x: f64, y: f64| (x - 12.0).hypot(y - 30.0) < 3.0;
        let staple = |x: f64, y: f64| (x - y).abs() < 0.5 && (60.0..68.0).contains(&x) && y < 70.0;
        let staple = |x: f64, y: f64| staple(x, y + 50.0);
        let dust = |x: f64, y: f64| (x.rem_euclid(9.0) - 4.0).hypot(y.rem_euclid(7.0) - 3.0) < 0.4;
        let shadow = |x: f64, y: f64| x > 98.5 || y < 1.0;
        for (name, damage) in [
            ("hole", &hole as &dyn Fn(f64, f64) -> bool),
            ("staple", &staple),
            ("dust", &dust),
            ("shadow", &shadow),
        ] {
            assert_eq!(found(|x, y| y < 45.0 && damage(x, y)), [], "{name}");
        }
    }
}
