//! Overlay: how far the print of a page lies from where registration puts it, square by square.
//!
//! Paper bends, is pulled by the feed and is copied; what is left over differs from place to place. Each square
//! of the page looks, together with its neighbours, for the shift at which print lies on something dark.

use std::cmp::Reverse;

use image::GrayImage;
use schemas::geometry::px_per_mm;

use super::print::{CELL_PX, Print};

/// How far print is looked for.
const REACH_MM: f64 = 1.15;
/// The steps of the first search; print is at least three pixels thick.
const STEP_PX: usize = 2;
/// The places of a point in a row that are looked at together.
const LANES: usize = 24;
/// Print counts as no darker than this: heavy ink beside a light rule must not draw the rule to it.
const MOST_DARKNESS: u8 = 150;
/// Fewer points say nothing about a square.
const MIN_POINTS: usize = 24;
/// A square lies at most this far from the page as a whole.
const MAX_APART_PX: isize = 6;

/// A shift in whole pixels, to the right and down.
pub type Shift = (isize, isize);

/// The shift of each square of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shifts {
    n_columns: usize,
    by_cell: Vec<Shift>,
}

impl Shifts {
    /// The shift at a pixel of the blank.
    pub fn at(&self, x: usize, y: usize) -> Shift {
        let column = (x / CELL_PX).min(self.n_columns.saturating_sub(1));
        let idx = y / CELL_PX * self.n_columns + column;
        let found = self.by_cell.get(idx).or_else(|| self.by_cell.last());
        found.copied().unwrap_or_default()
    }
}

/// Lays the print of a side on a page.
pub fn overlay(even: &GrayImage, print: &Print) -> Shifts {
    // What was found in steps is refined by one pixel to each side; a row of it fits into the lanes.
    let steps_px = (REACH_MM * px_per_mm(print.dpi)) as usize / STEP_PX * STEP_PX;
    let reach = Reach((steps_px + 1).min(LANES / 2 - 1));
    let seen: Vec<Darkness> = print
        .cells
        .iter()
        .map(|points| Darkness::of_points(even, points, reach))
        .collect();
    let n_points: Vec<usize> = print.cells.iter().map(Vec::len).collect();
    let page = Darkness::sum(seen.iter(), reach).best((0, 0));
    let around = Neighbours {
        n_columns: print.n_columns,
        n_rows: print.cells.len() / print.n_columns.max(1),
    };
    let shift_of = |idx: usize| {
        let near = around.of(idx);
        if near.iter().map(|i| n_points[*i]).sum::<usize>() < MIN_POINTS {
            return page;
        }
        let darkness = Darkness::sum(near.iter().map(|i| &seen[*i]), reach);
        let found = darkness.best(page);
        let apart = (found.0 - page.0).abs().max((found.1 - page.1).abs());
        if apart > MAX_APART_PX {
            return page;
        }
        darkness.refined(found)
    };
    Shifts {
        n_columns: print.n_columns,
        by_cell: (0..print.cells.len()).map(shift_of).collect(),
    }
}

/// Lays some printed points on a page, close to where the square around them lies.
pub fn overlay_points(even: &GrayImage, points: &[(isize, isize)], near: Shift) -> Shift {
    let points: Vec<_> = points.iter().collect();
    let reach = -5..=5;
    let shifts = reach
        .clone()
        .flat_map(|dy| reach.clone().map(move |dx| (near.0 + dx, near.1 + dy)));
    let score = |shift: &Shift| weighed(darkness(even, &points, *shift), *shift, near);
    shifts.max_by_key(score).unwrap_or(near)
}

/// The squares around a square, itself included.
struct Neighbours {
    n_columns: usize,
    n_rows: usize,
}

impl Neighbours {
    fn of(&self, idx: usize) -> Vec<usize> {
        let (column, row) = (idx % self.n_columns, idx / self.n_columns);
        let rows = row.saturating_sub(1)..(row + 2).min(self.n_rows);
        let columns = column.saturating_sub(1)..(column + 2).min(self.n_columns);
        rows.flat_map(|row| columns.clone().map(move |c| row * self.n_columns + c))
            .collect()
    }
}

/// How many pixels print is looked for to each side.
#[derive(Clone, Copy)]
struct Reach(usize);

impl Reach {
    const fn n_rows(self) -> usize {
        2 * self.0 + 1
    }

    /// All shifts in steps, those of the refinement left out.
    fn steps(self) -> impl Iterator<Item = Shift> {
        let most = self.0 as isize - 1;
        let steps = move || (-most..=most).step_by(STEP_PX);
        steps().flat_map(move |dy| steps().map(move |dx| (dx, dy)))
    }
}

/// How dark it is where some points come to lie, for every shift within reach.
struct Darkness {
    reach: Reach,
    /// A row of shifts to the right for each shift down.
    rows: Vec<[u32; LANES]>,
}

impl Darkness {
    fn of_points(even: &GrayImage, points: &[(isize, isize)], reach: Reach) -> Self {
        let row = |row_idx: usize| {
            let down = row_idx as isize - reach.0 as isize;
            // A square has at most 64 points, whose sum fits into 16 bits.
            let mut sums = [0u16; LANES];
            for (x, y) in points {
                let place = (*x - reach.0 as isize, y + down);
                match inside(even, place) {
                    Some(row) => add(&mut sums, row),
                    None => add(&mut sums, &over_the_edge(even, place)),
                }
            }
            sums.map(u32::from)
        };
        Self {
            reach,
            rows: (0..reach.n_rows()).map(row).collect(),
        }
    }

    fn sum<'a>(all: impl Iterator<Item = &'a Self>, reach: Reach) -> Self {
        let rows = vec![[0; LANES]; reach.n_rows()];
        let mut sum = Self { reach, rows };
        for each in all {
            let lanes = sum.rows.as_flattened_mut().iter_mut();
            for (sum, value) in lanes.zip(each.rows.as_flattened()) {
                *sum = sum.wrapping_add(*value);
            }
        }
        sum
    }

    fn at(&self, (dx, dy): Shift) -> u32 {
        let place = |by: isize| (by + self.reach.0 as isize) as usize;
        self.rows[place(dy)][place(dx)]
    }

    fn best(&self, near: Shift) -> Shift {
        let score = |shift: &Shift| weighed(self.at(*shift), *shift, near);
        self.reach.steps().max_by_key(score).unwrap_or(near)
    }

    fn refined(&self, around: Shift) -> Shift {
        let near = (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (around.0 + dx, around.1 + dy)));
        near.max_by_key(|shift| weighed(self.at(*shift), *shift, around))
            .unwrap_or(around)
    }
}

fn add(sums: &mut [u16; LANES], values: &[u8; LANES]) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum = sum.wrapping_add(u16::from((255 - value).min(MOST_DARKNESS)));
    }
}

/// A piece of a row, when it lies inside of the picture.
fn inside(even: &GrayImage, (x, y): (isize, isize)) -> Option<&[u8; LANES]> {
    let (width, height) = (even.width() as isize, even.height() as isize);
    let within = x >= 0 && y >= 0 && x + LANES as isize <= width && y < height;
    let start = within.then(|| (y * width + x) as usize)?;
    even.as_raw()[start..].first_chunk()
}

/// A piece of a row that may lie outside: beyond an edge the edge goes on.
fn over_the_edge(even: &GrayImage, (x, y): (isize, isize)) -> [u8; LANES] {
    let (width, height) = (even.width() as isize, even.height() as isize);
    let start = y.clamp(0, height - 1) * width;
    let at = |x: isize| (start + x.clamp(0, width - 1)) as usize;
    std::array::from_fn(|i| even.as_raw()[at(x + i as isize)])
}

fn darkness(even: &GrayImage, points: &[&(isize, isize)], (dx, dy): Shift) -> u32 {
    let (width, height) = (even.width() as isize, even.height() as isize);
    let pixels = even.as_raw();
    let at = |(x, y): &(isize, isize)| {
        let (x, y) = ((x + dx).clamp(0, width - 1), (y + dy).clamp(0, height - 1));
        u32::from((255 - pixels[(y * width + x) as usize]).min(MOST_DARKNESS))
    };
    points.iter().map(|point| at(point)).sum()
}

/// Of two places that suit equally the nearer one is right: a rule can be moved along itself.
fn weighed(darkness: u32, shift: Shift, near: Shift) -> (u64, Reverse<u64>) {
    let (dx, dy) = (shift.0 - near.0, shift.1 - near.1);
    let apart = (dx * dx + dy * dy) as u64;
    (
        u64::from(darkness) * 100_000 / (1000 + apart),
        Reverse(apart),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::print::Hidden;

    fn form(dx: i64, dy: i64) -> GrayImage {
        GrayImage::from_fn(500, 400, |x, y| {
            let (x, y) = (i64::from(x) - dx, i64::from(y) - dy);
            let inside = (40..460).contains(&x) && (50..340).contains(&y);
            let deep = (43..457).contains(&x) && (53..337).contains(&y);
            image::Luma([if inside && !deep { 60 } else { 255 }])
        })
    }

    #[test]
    fn a_page_that_lies_a_little_off_is_found_again() {
        let print = Print::new(&form(0, 0), (500, 400), 200.0, &Hidden::default());
        for (dx, dy) in [(0, 0), (3, -2), (-5, 4), (7, 7)] {
            let shifts = overlay(&form(dx, dy), &print);
            assert_eq!(shifts.at(60, 60), (dx as isize, dy as isize));
        }
    }

    #[test]
    fn a_page_that_is_pulled_longer_has_another_shift_below_than_above() {
        let print = Print::new(&form(0, 0), (500, 400), 200.0, &Hidden::default());
        let longer = [0, 1, 2, 3].map(|dy| form(0, dy));
        let scan = GrayImage::from_fn(500, 400, |x, y| *longer[y as usize / 100].get_pixel(x, y));
        let shifts = overlay(&scan, &print);
        assert_eq!((shifts.at(200, 60).1, shifts.at(200, 330).1), (0, 3));
    }

    #[test]
    fn an_empty_page_and_heavy_ink_beside_the_print_move_nothing() {
        let print = Print::new(&form(0, 0), (500, 400), 200.0, &Hidden::default());
        let white = GrayImage::from_pixel(500, 400, image::Luma([255]));
        assert_eq!(overlay(&white, &print).at(250, 200), (0, 0));
        let mut scan = form(0, 0);
        for (x, y, pixel) in scan.enumerate_pixels_mut() {
            if (55..60).contains(&y) && x % 20 < 12 {
                pixel.0[0] = 0;
            }
        }
        assert_eq!(overlay(&scan, &print).at(250, 60), (0, 0));
    }

    #[test]
    fn points_are_laid_on_what_is_close_by() {
        let print = Print::new(&form(0, 0), (500, 400), 200.0, &Hidden::default());
        let points = print.points_in(crate::picture::mask::Area::whole(100, 100), 500);
        assert_eq!(overlay_points(&form(4, 3), &points, (1, 1)), (4, 3));
    }
}
