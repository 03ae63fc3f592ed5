//! Lines: the ink of a text block, line by line, and a picture of each for the recogniser.

mod find;
mod fragments;
mod trace;

use image::GrayImage;

pub use find::{find, find_single, letter_height};
pub use trace::Curve;

use super::ink::Ink;
use crate::picture::mask::Area;
use crate::picture::{Component, Mask};

/// Less ink than this is no line: a full stop of a felt pen has half of it.
const MIN_LINE_MM2: f64 = 1.0;
/// White around a line's picture.
const PADDING_PX: usize = 12;
/// Tesseract's recogniser looks at lines of 36 pixels; more than twice as much only costs time.
const MAX_LINE_HEIGHT_PX: usize = 80;

/// One line of handwriting.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The box around its ink, in pixels of the ink's picture.
    pub bounds: Area,
    /// Its ink.
    pub pieces: Vec<Component>,
    /// Where its middle runs, when that is known.
    pub curve: Option<Curve>,
}

impl Line {
    /// The line made of these pieces.
    pub fn of_pieces(pieces: Vec<Component>) -> Option<Self> {
        let bounds = pieces
            .iter()
            .map(|piece| piece.bounds)
            .reduce(Area::union)?;
        Some(Self {
            bounds,
            pieces,
            curve: None,
        })
    }

    /// How many pixels of ink it has.
    pub fn ink_px(&self) -> usize {
        self.pieces.iter().map(|piece| piece.area_px).sum()
    }
}

/// Rows of ink, from top to bottom, cut where the rows of pixels have next to none.
pub fn unruled(pieces: Vec<Component>, height_px: usize, usual_px: f64) -> Vec<Vec<Component>> {
    let rows = smoothed(&row_profile(&pieces, height_px), (usual_px / 6.0) as usize);
    let bands = busy_bands(&rows, usual_px / 3.0);
    let mut lines: Vec<Vec<Component>> = vec![Vec::new(); bands.len()];
    for piece in pieces {
        let middle = piece.middle_y();
        let distance = |band: &(usize, usize)| {
            let (from, to) = (band.0 as f64, band.1 as f64);
            (from - middle).max(middle - to).max(0.0)
        };
        let nearest =
            (0..bands.len()).min_by(|a, b| distance(&bands[*a]).total_cmp(&distance(&bands[*b])));
        if let Some(line_idx) = nearest {
            lines[line_idx].push(piece);
        }
    }
    lines
}

/// The lines that hold enough ink to be read.
pub fn kept(lines: Vec<Line>, ink: &Ink) -> Vec<Line> {
    let min_px = ink.px(1.0).powi(2) * MIN_LINE_MM2;
    let enough = |line: &Line| line.ink_px() as f64 >= min_px;
    lines.into_iter().filter(enough).collect()
}

/// A picture of a line's ink and nothing else: black on white, with white around it, not too high.
pub fn picture(even: &GrayImage, line: &Line) -> GrayImage {
    shrunk(painted(even, line, PADDING_PX))
}

/// A picture of some ink and nothing else, cut to its box.
pub fn ink_only(even: &GrayImage, line: &Line) -> GrayImage {
    painted(even, line, 1)
}

/// The same, cut to the line's bounds, however much smaller its ink is.
pub fn on_white(even: &GrayImage, line: &Line) -> GrayImage {
    painted(even, line, 0)
}

fn painted(even: &GrayImage, line: &Line, padding_px: usize) -> GrayImage {
    let level = Level::of(line, padding_px);
    let (width, height) = (even.width() as usize, even.height() as usize);
    let mut out = vec![255; level.width * level.height];
    for run in line.pieces.iter().flat_map(|piece| &piece.runs) {
        // One pixel around belongs to the stroke: its soft edge.
        let part = Area {
            x0: run.x0,
            y0: run.y,
            x1: run.x1,
            y1: run.y + 1,
        }
        .grown(1)
        .clipped(width, height);
        for (from_x, to_x) in level.stretches(part.x0, part.x1) {
            for y in part.y0..part.y1 {
                let Some(to) = level.place(from_x, y) else {
                    continue;
                };
                let from = y * width + from_x;
                let end = (to + to_x - from_x).min((to / level.width + 1) * level.width);
                out[to..end].copy_from_slice(&even.as_raw()[from..from + end - to]);
            }
        }
    }
    let picture = GrayImage::from_raw(level.width as u32, level.height as u32, out);
    picture.expect("one byte for each pixel")
}

/// How far each column of a line is moved up so that its middle lies level.
struct Level {
    x0: usize,
    top: isize,
    width: usize,
    height: usize,
    padding_px: usize,
    moves: Vec<isize>,
}

impl Level {
    /// The line's box, or, where its middle is known, the box of its ink when that is level.
    fn of(line: &Line, padding_px: usize) -> Self {
        let area = line.bounds;
        let columns = area.x0..area.x1 + 1;
        let moves: Vec<isize> = match line.curve.as_ref().map(Curve::direction) {
            Some(direction) => {
                let middle = direction.at((area.x0 + area.x1) as f64 / 2.0);
                let away = |x: usize| (direction.at(x as f64) - middle).round() as isize;
                columns.map(away).collect()
            }
            None => vec![0; columns.len()],
        };
        let (mut top, mut bottom) = (area.y0 as isize, area.y1 as isize);
        if line.curve.is_some() {
            let runs = line.pieces.iter().flat_map(|piece| &piece.runs);
            let rows = runs.map(|run| run.y as isize - moves[run.x0 - area.x0]);
            (top, bottom) = rows.fold((isize::MAX, isize::MIN), |(top, bottom), y| {
                (top.min(y), bottom.max(y + 1))
            });
        }
        Self {
            x0: area.x0,
            top,
            width: area.width() + 2 * padding_px,
            height: (bottom - top).max(1) as usize + 2 * padding_px,
            padding_px,
            moves,
        }
    }

    /// How far a column is moved.
    fn moved(&self, x: usize) -> isize {
        self.moves[x.saturating_sub(self.x0).min(self.moves.len() - 1)]
    }

    /// The columns from `x0` to `x1` in stretches that are moved alike.
    fn stretches(&self, x0: usize, x1: usize) -> impl Iterator<Item = (usize, usize)> {
        let mut from = x0;
        std::iter::from_fn(move || {
            let first = self.moved(from);
            let end = (from..x1).find(|x| self.moved(*x) != first).unwrap_or(x1);
            let stretch = (from, end);
            from = end;
            (stretch.0 < stretch.1).then_some(stretch)
        })
    }

    /// Where a pixel comes to lie among those of the picture; nothing outside of it.
    fn place(&self, x: usize, y: usize) -> Option<usize> {
        let to_x = (x + self.padding_px).checked_sub(self.x0)?;
        let to_y = y as isize - self.moved(x) - self.top + self.padding_px as isize;
        let to_y = usize::try_from(to_y).ok()?;
        (to_x < self.width && to_y < self.height).then_some(to_y * self.width + to_x)
    }
}

fn shrunk(picture: GrayImage) -> GrayImage {
    let height = picture.height() as usize;
    if height <= MAX_LINE_HEIGHT_PX + 2 * PADDING_PX {
        return picture;
    }
    let scale = MAX_LINE_HEIGHT_PX as f64 / height as f64;
    let size = |px: u32| (f64::from(px) * scale).round().max(1.0) as u32;
    let (width, height) = (size(picture.width()), size(picture.height()));
    image::imageops::resize(
        &picture,
        width,
        height,
        image::imageops::FilterType::Triangle,
    )
}

fn row_profile(pieces: &[Component], height_px: usize) -> Vec<f64> {
    let mut rows = vec![0.0; height_px];
    for run in pieces.iter().flat_map(|piece| &piece.runs) {
        if let Some(row) = rows.get_mut(run.y) {
            *row += (run.x1 - run.x0) as f64;
        }
    }
    rows
}

fn smoothed(rows: &[f64], reach: usize) -> Vec<f64> {
    let window = |y: usize| &rows[y.saturating_sub(reach)..(y + reach + 1).min(rows.len())];
    (0..rows.len())
        .map(|y| window(y).iter().sum::<f64>() / window(y).len() as f64)
        .collect()
}

/// The stretches of rows with ink, none of them thinner than `min_px`.
fn busy_bands(rows: &[f64], min_px: f64) -> Vec<(usize, usize)> {
    let quiet = rows.iter().copied().fold(0.0, f64::max) * 0.12;
    let mut bands: Vec<(usize, usize)> = Vec::new();
    let mut first = None;
    for (y, ink) in rows.iter().copied().chain([0.0]).enumerate() {
        match (ink > quiet, first) {
            (true, None) => first = Some(y),
            (false, Some(from)) => {
                bands.push((from, y));
                first = None;
            }
            _ => {}
        }
    }
    let thick: Vec<(usize, usize)> = bands
        .iter()
        .copied()
        .filter(|(from, to)| (to - from) as f64 >= min_px)
        .collect();
    if thick.is_empty() { bands } else { thick }
}

/// The mask of some pieces, in a picture of the given size.
pub fn mask_of(pieces: &[Component], (width, height): (usize, usize)) -> Mask {
    let mut mask = Mask::empty(width, height);
    for run in pieces.iter().flat_map(|piece| &piece.runs) {
        mask.bits[run.y * width + run.x0..run.y * width + run.x1].fill(true);
    }
    mask
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::components;
    use proptest::prelude::*;

    /// Small boxes in rows; `tops` says where each row begins.
    fn writing(tops: &[usize], letter_px: usize) -> Vec<Component> {
        let mut mask = Mask::empty(300, 300);
        for top in tops {
            for letter in 0..10 {
                for y in *top..top + letter_px {
                    let start = y * 300 + 20 + letter * 25;
                    mask.bits[start..start + 14].fill(true);
                }
            }
        }
        components(&mask)
    }

    fn sizes(lines: &[Line]) -> Vec<usize> {
        lines.iter().map(|line| line.pieces.len()).collect()
    }

    #[test]
    fn writing_on_rules_is_cut_between_its_lines_wherever_it_sits() {
        for offset in [2, 20, 40, 60] {
            let tops = [offset, offset + 70, offset + 140];
            let lines = find(writing(&tops, 36), Some(70.0));
            assert_eq!(sizes(&lines), [10, 10, 10], "offset {offset}");
        }
    }

    #[test]
    fn writing_without_rules_is_cut_where_the_paper_is_empty() {
        let lines = find(writing(&[10, 90, 150], 30), None);
        assert_eq!(sizes(&lines), [10, 10, 10]);
    }

    #[test]
    fn rows_of_ink_are_cut_where_the_paper_is_empty() {
        let rows = unruled(writing(&[10, 90, 150], 30), 300, 60.0);
        assert_eq!(rows.iter().map(Vec::len).collect::<Vec<_>>(), [10, 10, 10]);
    }

    #[test]
    fn a_tail_that_hangs_into_the_next_line_does_not_pull_it_along() {
        let mut pieces = writing(&[10, 80], 36);
        let mut mask = mask_of(&pieces, (300, 300));
        (40..84).for_each(|y| mask.bits[y * 300 + 22] = true);
        pieces = components(&mask);
        let lines = find(pieces, Some(70.0));
        assert_eq!(sizes(&lines), [10, 10]);
    }

    #[test]
    fn lines_that_slope_together_are_found_and_come_out_level() {
        let straight = writing(&[60, 130, 200], 30);
        let sloping = straight
            .iter()
            .map(|piece| piece.clone().moved(0, piece.bounds.x0 / 12));
        let lines = find(sloping.collect(), None);
        assert_eq!(sizes(&lines), [10, 10, 10]);
        let even = GrayImage::from_pixel(300, 300, image::Luma([90]));
        for line in &lines {
            let height = picture(&even, line).height() as usize - 2 * PADDING_PX;
            assert!((30..=34).contains(&height), "{height}");
        }
    }

    #[test]
    fn a_line_picture_shows_its_own_ink_only() {
        let line = find(writing(&[10, 80], 36), Some(70.0)).remove(0);
        let even = GrayImage::from_pixel(300, 300, image::Luma([90]));
        let picture = picture(&even, &line);
        assert_eq!(picture.height() as usize, 36 + 2 * PADDING_PX);
        assert_eq!(picture.get_pixel(0, 0).0[0], 255);
        assert_eq!(
            picture.get_pixel(PADDING_PX as u32, PADDING_PX as u32).0[0],
            90
        );
    }

    proptest! {
        #[test]
        fn no_ink_is_lost_or_doubled_between_the_lines(
            tops in proptest::collection::vec(0usize..250, 1..6), pitch in 20.0f64..120.0
        ) {
            let pieces = writing(&tops, 40);
            let before: usize = pieces.iter().map(|p| p.area_px).sum();
            let lines = find(pieces, Some(pitch));
            let after: usize = lines.iter().map(Line::ink_px).sum();
            prop_assert_eq!(before, after);
        }
    }
}
