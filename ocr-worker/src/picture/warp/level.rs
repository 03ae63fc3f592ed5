//! Grey pages that lie level, or upside down, as nearly all do.
//!
//! A row of the result is a straight line through the source, however it is seen, and crosses few of its rows. It is looked up part by
//! part. A part around which all is of one value is filled with it; elsewhere the two rows on either side of the line are mixed
//! first, several columns at once, and then each pixel is looked up between two columns of that.

use std::ops::Range;

use schemas::geometry::Point;

/// A steeper line crosses a row every few pixels: then the general way is quicker.
const MAX_SLOPE: f64 = 0.2;
/// Bits behind the point of a column or a row.
const FRACTION_BITS: u32 = 16;
/// One column or row.
const ONE: f64 = (1u32 << FRACTION_BITS) as f64;
/// Bits behind the point of a line's rows: a line across the widest picture is off by less than a thousandth.
const ROW_BITS: u32 = 32;
/// Bits of a share of one pixel in two.
const SHARE_BITS: u32 = 8;
/// Bytes that come from memory together.
const CACHE_LINE: usize = 64;

/// A line through a source picture.
#[derive(Clone, Copy)]
pub(super) struct Line {
    /// The row at column 0, with [`ROW_BITS`] behind the point.
    at_zero: i64,
    /// How many rows it goes down for each column, in the same bits.
    slope: i64,
}

impl Line {
    /// The line through two places, when it is level enough.
    pub(super) fn through(from: Point, to: Point) -> Option<Self> {
        let slope = (to.y - from.y) / (to.x - from.x);
        let fixed = |rows: f64| (rows * (1i64 << ROW_BITS) as f64) as i64;
        let line = Self {
            at_zero: fixed(from.y - slope * from.x),
            slope: fixed(slope),
        };
        (slope.abs() <= MAX_SLOPE).then_some(line)
    }

    const fn at(&self, column: usize) -> i64 {
        self.at_zero + self.slope * column as i64
    }

    /// The row above the line, which may lie above the picture.
    const fn row(&self, column: usize) -> i64 {
        self.at(column) >> ROW_BITS
    }

    /// The first column behind `column`, and before `end`, where the line has come to another row of the source; else `end`.
    const fn next_crossing(&self, column: usize, end: usize) -> usize {
        if self.row(column) == self.row(end - 1) {
            return end;
        }
        let over = self.at(column) & ((1 << ROW_BITS) - 1);
        let n_columns = if self.slope > 0 {
            (((1 << ROW_BITS) - over) as u64).div_ceil(self.slope.unsigned_abs())
        } else {
            over as u64 / self.slope.unsigned_abs() + 1
        };
        column + n_columns as usize
    }
}

/// The pixels of a source picture along one line after the other, from top to bottom or back.
pub(super) struct Along<'a> {
    pixels: &'a [u8],
    width: usize,
    height: usize,
    /// The rows that have been asked for.
    n_fetched: usize,
}

impl<'a> Along<'a> {
    /// A picture of two rows at least.
    pub(super) const fn new(pixels: &'a [u8], (width, height): (usize, usize)) -> Self {
        Self {
            pixels,
            width,
            height,
            n_fetched: 0,
        }
    }

    /// Touches the rows that a line comes to. A line of a page that lies askew runs through many rows, a little
    /// in each, and a processor fetches only what is read in order.
    pub(super) fn fetch(&mut self, line: &Line, columns: &Range<usize>) {
        let rows = [columns.start, columns.end].map(|column| self.row_of(line, column));
        if self.n_fetched == 0 {
            self.n_fetched = rows[0].min(rows[1]);
        }
        let wanted = (rows[0].max(rows[1]) + 3).min(self.height);
        for row in self.n_fetched..wanted {
            let row = &self.pixels[row * self.width..][..self.width];
            let touched = row.iter().step_by(CACHE_LINE);
            std::hint::black_box(touched.fold(0, |seen, value| seen | value));
        }
        self.n_fetched = self.n_fetched.max(wanted);
    }

    /// Looks up the pixels between two places on a line, which lie inside the picture; says no when they are too far apart, or so
    /// near the right edge that the columns behind them are not all there.
    pub(super) fn look_up(&self, line: &Line, ends: (f64, f64), out: &mut [u8]) -> bool {
        self.look_up_among::<64>(line, ends, out) || self.look_up_among::<128>(line, ends, out)
    }

    /// `N` columns are looked at together, a power of two: with a known number of them the compiler makes few instructions.
    fn look_up_among<const N: usize>(
        &self,
        line: &Line,
        (from, to): (f64, f64),
        out: &mut [u8],
    ) -> bool {
        let (left, right) = if from < to { (from, to) } else { (to, from) };
        let first = left as u32 as usize;
        let n_columns = right as u32 as usize + 2 - first;
        if n_columns > N || first + N > self.width {
            return false;
        }
        if let Some(value) = self.only_value::<N>(line, first) {
            out.fill(value);
            return true;
        }
        let mixed = self.mixed::<N>(line, first, n_columns);
        let at = ((from - first as f64) * ONE) as u32;
        let step = ((to - from) / out.len().max(1) as f64 * ONE) as i32;
        between(&mixed, at, step.cast_unsigned(), out);
        true
    }

    /// The one value that all pixels around a part of a line have: most of a page is paper.
    fn only_value<const N: usize>(&self, line: &Line, first: usize) -> Option<u8> {
        let (from, to) = (self.row_of(line, first), self.row_of(line, first + N - 1));
        let rows = from.min(to)..=from.max(to) + 1;
        let value = self.pixels[*rows.start() * self.width + first];
        let mut differs = 0;
        for row in rows {
            let row = self.columns::<N>(row, first);
            differs |= row.iter().fold(0, |seen, other| seen | (value ^ other));
        }
        (differs == 0).then_some(value)
    }

    /// The columns from `first` on, as the line runs between their rows.
    fn mixed<const N: usize>(&self, line: &Line, first: usize, n_columns: usize) -> [u16; N] {
        let mut mixed = [0; N];
        let mut start = 0;
        while start < n_columns {
            let row = self.row_of(line, first + start);
            // Cut off towards zero, so that a share does not run over before its row ends.
            let step = (line.slope / (1 << (ROW_BITS - FRACTION_BITS))) as u16;
            let share = (line.at(first + start) >> (ROW_BITS - FRACTION_BITS)) as u16;
            let share = share.wrapping_sub(step.wrapping_mul(start as u16));
            let rows = [row, row + 1].map(|row| self.columns::<N>(row, first));
            // What comes before was mixed of other rows; what comes behind is mixed anew.
            let from_here = mixed_rows(rows, share, step);
            mixed[start..].copy_from_slice(&from_here[start..]);
            start = line.next_crossing(first + start, first + n_columns) - first;
        }
        mixed
    }

    fn columns<const N: usize>(&self, row: usize, first: usize) -> &[u8; N] {
        let columns = self.pixels[row * self.width + first..].first_chunk();
        columns.unwrap_or(&[0; N])
    }

    /// The row above a line, as far as it has one below it.
    fn row_of(&self, line: &Line, column: usize) -> usize {
        line.row(column).clamp(0, self.height as i64 - 2) as usize
    }
}

/// Each value between one of a row and the one below it. The share of the lower one begins at `share` and grows by
/// `step` from column to column; both are fractions of 65,536.
fn mixed_rows<const N: usize>([top, bottom]: [&[u8; N]; 2], share: u16, step: u16) -> [u16; N] {
    // Counted in 16 bits, as everything here, so that the compiler makes one instruction of several columns.
    std::array::from_fn(|column| {
        let share = share.wrapping_add(step.wrapping_mul(column as u16));
        mixed(top[column], bottom[column], share)
    })
}

#[inline]
const fn mixed(top: u8, bottom: u8, share: u16) -> u16 {
    let share = share >> (16 - SHARE_BITS);
    let top = (top as u16).wrapping_mul((1 << SHARE_BITS) - share);
    top.wrapping_add((bottom as u16).wrapping_mul(share))
}

/// The pixels at `at`, `at + step`, …: columns of the window with 16 bits behind the point.
fn between<const N: usize>(window: &[u16; N], mut at: u32, step: u32, out: &mut [u8]) {
    const HALF: u32 = 1 << (2 * SHARE_BITS - 1);
    for value in out {
        let column = (at >> FRACTION_BITS) as usize;
        let share = (at >> (FRACTION_BITS - SHARE_BITS)) & 0xff;
        // Both are within the window; the remainder only tells the compiler so.
        let left = u32::from(window[column % N]);
        let right = u32::from(window[(column + 1) % N]);
        let sum = (left << SHARE_BITS).wrapping_add(right.wrapping_sub(left).wrapping_mul(share));
        *value = (sum.wrapping_add(HALF) >> (2 * SHARE_BITS)) as u8;
        at = at.wrapping_add(step);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steep_line_is_not_followed() {
        let from = Point::new(0.0, 10.0);
        assert!(Line::through(from, Point::new(100.0, 12.0)).is_some());
        assert!(Line::through(from, Point::new(-100.0, 12.0)).is_some());
        assert!(Line::through(from, Point::new(10.0, 100.0)).is_none());
        assert!(Line::through(from, from).is_none());
    }

    #[test]
    fn rows_are_mixed_where_a_line_runs_between_them() {
        let pixels: Vec<u8> = (0..4).flat_map(|row| [row * 40; 50]).collect();
        let along = Along::new(&pixels, (50, 4));
        let line = Line::through(Point::new(0.0, 0.5), Point::new(40.0, 2.5)).unwrap();
        let mixed = along.mixed::<40>(&line, 3, 38);
        for column in 3..41 {
            let expected = 20.0 + 2.0 * column as f64;
            let found = f64::from(mixed[column - 3]) / 256.0;
            assert!((found - expected).abs() < 0.5, "{found} at {column}");
        }
    }

    #[test]
    fn paper_is_filled_in_and_a_stroke_beside_it_is_not_overlooked() {
        let mut pixels = vec![250; 80 * 6];
        let line = Line::through(Point::new(0.0, 2.2), Point::new(80.0, 3.4)).unwrap();
        let looked_up = |pixels: &[u8]| {
            let mut out = [0; 32];
            let found = Along::new(pixels, (80, 6)).look_up(&line, (4.5, 50.5), &mut out);
            found.then_some(out)
        };
        assert_eq!(looked_up(&pixels), Some([250; 32]));
        pixels[3 * 80 + 19..3 * 80 + 22].fill(10);
        let darkest = looked_up(&pixels).unwrap().into_iter().min();
        assert!(darkest.is_some_and(|value| value < 150), "{darkest:?}");
    }
}
