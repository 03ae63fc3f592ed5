//! Comb: one character a cell.

use image::GrayImage;
use schemas::layout::Region;

use super::faint;
use super::ink::Ink;
use super::lines::{Line, picture};
use super::print::Print;
use crate::picture::Component;

/// A piece wider than this many cells is cut where the cells are.
const WIDE_CELLS: f64 = 1.3;
/// How far characters may hang over the edge of the comb.
const OVERHANG_MM: f64 = 1.5;
/// Less ink than this is no character: a full stop has half of it.
const MIN_CHARACTER_MM2: f64 = 0.8;
/// The gap between two characters of the composed line, and between the two parts of a postcode.
const GAP_PX: u32 = 10;
/// See [`GAP_PX`].
const PART_GAP_PX: u32 = 34;

/// With fewer characters than this it is worth looking for faint ones.
const FEW: usize = 5;

/// The ink of each cell, from left to right; nothing for an empty one. Where few hold any, strokes of a hard pencil that are no ink
/// by themselves count, if that fills more cells.
pub fn cells(ink: &Ink, print: &Print, region: &Region) -> Vec<Option<Line>> {
    let dark = shared_out(
        ink,
        region,
        ink.pieces_in(&region.area.shrunk(-OVERHANG_MM)),
    );
    let n_filled = |cells: &[Option<Line>]| cells.iter().flatten().count();
    if n_filled(&dark) >= FEW.min(dark.len()) {
        return dark;
    }
    let faint = shared_out(ink, region, faint::strokes(ink, print, &region.area));
    if n_filled(&faint) > n_filled(&dark) {
        faint
    } else {
        dark
    }
}

/// The pieces, each in the cell that holds its middle.
fn shared_out(ink: &Ink, region: &Region, pieces: Vec<Component>) -> Vec<Option<Line>> {
    let cells = region.cells();
    let (Some(first), n_cells) = (cells.first(), cells.len()) else {
        return Vec::new();
    };
    let left = ink.px(first.x - ink.area.x);
    let width = ink.px(first.width);
    let cell_at = |x: f64| {
        ((x - left) / width)
            .floor()
            .clamp(0.0, n_cells as f64 - 1.0) as usize
    };
    let mut shared: Vec<Vec<Component>> = vec![Vec::new(); n_cells];
    for piece in pieces {
        if piece.bounds.width() as f64 > WIDE_CELLS * width {
            for (cell_idx, part) in cut(&piece, &cell_at, n_cells) {
                shared[cell_idx].push(part);
            }
        } else {
            shared[cell_at(piece.middle_x())].push(piece);
        }
    }
    let min_px = ink.px(1.0).powi(2) * MIN_CHARACTER_MM2;
    shared
        .into_iter()
        .map(|pieces| Line::of_pieces(pieces).filter(|c| c.ink_px() as f64 >= min_px))
        .collect()
}

/// Cuts a piece that runs over several cells, column by column.
fn cut(
    piece: &Component,
    cell_at: &impl Fn(f64) -> usize,
    n_cells: usize,
) -> Vec<(usize, Component)> {
    let mut runs = vec![Vec::new(); n_cells];
    for run in &piece.runs {
        let mut x0 = run.x0;
        for x in run.x0..run.x1 {
            let (here, next) = (cell_at(x as f64 + 0.5), cell_at(x as f64 + 1.5));
            if here != next || x + 1 == run.x1 {
                runs[here].push(crate::picture::components::Run {
                    y: run.y,
                    x0,
                    x1: x + 1,
                });
                x0 = x + 1;
            }
        }
    }
    let parts = runs.into_iter().enumerate();
    parts
        .filter_map(|(cell_idx, runs)| Some((cell_idx, Component::of_runs(runs)?)))
        .collect()
}

/// One line of the characters, evenly spaced, with a wider gap before the last three.
pub fn composed(ink: &Ink, cells: &[Option<Line>]) -> Option<GrayImage> {
    let glyphs: Vec<GrayImage> = cells
        .iter()
        .flatten()
        .map(|cell| picture(&ink.even, cell))
        .collect();
    let height = glyphs.iter().map(GrayImage::height).max()?;
    let inward = glyphs.len().saturating_sub(3);
    let gap = |i: usize| {
        if i == inward && i > 0 {
            PART_GAP_PX
        } else {
            GAP_PX
        }
    };
    let widths = glyphs
        .iter()
        .enumerate()
        .map(|(i, glyph)| glyph.width() + gap(i));
    let mut out = GrayImage::from_pixel(widths.sum::<u32>() + GAP_PX, height, image::Luma([255]));
    let mut x = 0;
    for (i, glyph) in glyphs.iter().enumerate() {
        x += gap(i);
        image::imageops::replace(
            &mut out,
            glyph,
            i64::from(x),
            i64::from((height - glyph.height()) / 2),
        );
        x += glyph.width();
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::print::Hidden;
    use schemas::geometry::BoxMm;
    use schemas::layout::{Meaning, RegionKind};

    fn region() -> Region {
        Region {
            id: "postcode".to_owned(),
            label: String::new(),
            hint: None,
            area: BoxMm::from([2.0, 2.0, 40.0, 12.0]),
            reads: Meaning::Postcode,
            kind: RegionKind::Comb { cells: 4 },
        }
    }

    /// Nothing is printed on a paper of 44 × 16 mm.
    fn print() -> Print {
        let blank = GrayImage::from_pixel(346, 126, image::Luma([255]));
        Print::new(&blank, blank.dimensions(), 200.0, &Hidden::default())
    }

    /// Ink in boxes given in millimetres on that paper.
    fn ink(strokes: &[[f64; 4]]) -> Ink {
        inked(strokes, 20)
    }

    fn inked(strokes: &[[f64; 4]], grey: u8) -> Ink {
        let scale = schemas::geometry::px_per_mm(200.0);
        let grey = GrayImage::from_fn(346, 126, |x, y| {
            let (x, y) = (f64::from(x) / scale, f64::from(y) / scale);
            let inside =
                |s: &[f64; 4]| x >= s[0] && y >= s[1] && x < s[0] + s[2] && y < s[1] + s[3];
            image::Luma([if strokes.iter().any(inside) {
                grey
            } else {
                255
            }])
        });
        let blank = GrayImage::from_pixel(346, 126, image::Luma([255]));
        let area = BoxMm::from([0.0, 0.0, 44.0, 16.0]);
        crate::stages::ink::tests::extracted(grey, &blank, area)
    }

    #[test]
    fn each_character_goes_to_the_cell_that_holds_its_middle() {
        let ink = ink(&[[5.0, 4.0, 3.0, 8.0], [20.0, 4.0, 4.5, 8.0]]);
        let cells = cells(&ink, &print(), &region());
        let filled: Vec<bool> = cells.iter().map(Option::is_some).collect();
        assert_eq!(filled, [true, false, true, false]);
        assert!(composed(&ink, &cells).is_some());
    }

    #[test]
    fn a_stroke_through_several_cells_is_cut_and_a_dot_is_no_character() {
        let ink = ink(&[[3.0, 7.0, 28.0, 1.0], [36.0, 7.0, 0.6, 0.6]]);
        let filled: Vec<bool> = cells(&ink, &print(), &region())
            .iter()
            .map(Option::is_some)
            .collect();
        assert_eq!(filled, [true, true, true, false]);
    }

    #[test]
    fn characters_of_a_hard_pencil_are_seen_where_there_is_no_ink() {
        let strokes = [5.0, 15.0, 25.0, 35.0].map(|x| [x, 4.0, 0.5, 7.0]);
        let ink = inked(&strokes, 195);
        assert!(ink.pieces.is_empty(), "it would be ink anyway");
        let filled = cells(&ink, &print(), &region());
        assert!(filled.iter().all(Option::is_some));
    }

    #[test]
    fn an_empty_comb_composes_nothing() {
        let ink = ink(&[]);
        assert!(composed(&ink, &cells(&ink, &print(), &region())).is_none());
    }
}
