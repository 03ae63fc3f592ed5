//! Grey pages that lie level, or upside down, as nearly all do.
//!
//! A row of the result is a straight line through the source, however it is seen, and crosses few of its rows. So the
//! two rows on either side of the line are mixed first, for all columns at once; then each pixel is looked up between two
//! columns of that.

use std::ops::Range;

use schemas::geometry::Point;

/// Columns of the source that one stretch of pixels may be spread over; a power of two.
pub(super) const WINDOW: usize = 128;
/// A steeper line crosses a row every few pixels: then the general way is quicker.
const MAX_SLOPE: f64 = 0.2;
/// Bits behind the point of a column or a row.
const FRACTION_BITS: u32 = 16;
/// One column or row.
const ONE: f64 = (1u32 << FRACTION_BITS) as f64;
/// Bits of a share of one pixel in two.
const SHARE_BITS: u32 = 8;
/// White, as mixed rows have it.
const WHITE: u16 = 255 << SHARE_BITS;
/// Bytes that come from memory together.
const CACHE_LINE: usize = 64;

/// A line through a source picture.
#[derive(Clone, Copy)]
pub(super) struct Line {
    /// The row at column 0.
    at_zero: f64,
    /// How many rows it goes down for each column.
    slope: f64,
    /// How many columns it needs for each row; infinite when it is level.
    columns_a_row: f64,
}

impl Line {
    /// The line through two places, when it is level enough.
    pub(super) fn through(from: Point, to: Point) -> Option<Self> {
        let slope = (to.y - from.y) / (to.x - from.x);
        let line = Self {
            at_zero: from.y - slope * from.x,
            slope,
            columns_a_row: 1.0 / slope,
        };
        (slope.abs() <= MAX_SLOPE).then_some(line)
    }

    fn row_at(&self, column: usize) -> f64 {
        self.at_zero + self.slope * column as f64
    }

    /// The first column behind `column` where the line has come to another row of the source.
    fn next_crossing(&self, column: usize, end: usize) -> usize {
        if self.slope == 0.0 {
            return end;
        }
        let row = whole(self.row_at(column)) as f64;
        let edge = if self.slope > 0.0 { row + 1.0 } else { row };
        // A line that hardly slopes crosses it far away: the number is cut off at the largest.
        let crossing = (edge - self.at_zero) * self.columns_a_row;
        let before = crossing as usize;
        // Going down, a line that comes to the edge is already in the next row.
        let is_there = self.slope > 0.0 && before as f64 >= crossing;
        let next = before.saturating_add(usize::from(!is_there));
        next.clamp(column + 1, end)
    }
}

/// The pixels of a source picture along one line after the other, from top to bottom or back.
pub(super) struct Along<'a> {
    pixels: &'a [u8],
    width: usize,
    height: usize,
    mixed: Vec<u16>,
    /// The rows that have been asked for.
    n_fetched: usize,
}

impl<'a> Along<'a> {
    pub(super) fn new(pixels: &'a [u8], (width, height): (usize, usize)) -> Self {
        Self {
            pixels,
            width,
            height,
            mixed: vec![WHITE; width + WINDOW],
            n_fetched: 0,
        }
    }

    /// Mixes the rows on either side of a line, as far as they lie in the picture.
    pub(super) fn mix(&mut self, line: &Line, columns: Range<usize>) {
        let columns = columns.start..columns.end.min(self.width);
        self.fetch(line, &columns);
        let mut start = columns.start;
        while start < columns.end {
            let end = line.next_crossing(start, columns.end);
            let place = line.row_at(start);
            if place >= 0.0 && place < self.height as f64 - 1.0 {
                let row = place as usize;
                let top = row * self.width;
                let row_of = |at: usize| &self.pixels[at + start..at + end];
                let share = ((place - row as f64) * ONE) as u16;
                let step = (line.slope * ONE) as i32 as u16;
                let (top, bottom) = (row_of(top), row_of(top + self.width));
                mix_rows(top, bottom, (share, step), &mut self.mixed[start..end]);
            }
            start = end;
        }
    }

    /// Touches the rows that a line comes to. A line of a page that lies askew runs through many rows, a little
    /// in each, and a processor fetches only what is read in order.
    fn fetch(&mut self, line: &Line, columns: &Range<usize>) {
        let lowest = line.row_at(columns.start).max(line.row_at(columns.end));
        let wanted = (lowest.max(0.0) as usize + 3).min(self.height);
        if self.n_fetched == 0 {
            let highest = line.row_at(columns.start).min(line.row_at(columns.end));
            self.n_fetched = (highest.max(0.0) as usize).min(self.height);
        }
        for row in self.n_fetched..wanted {
            let row = &self.pixels[row * self.width..][..self.width];
            let touched = row.iter().step_by(CACHE_LINE);
            std::hint::black_box(touched.fold(0, |seen, value| seen | value));
        }
        self.n_fetched = self.n_fetched.max(wanted);
    }

    /// Looks up the pixels between two places on the line that was mixed; says no when they are too far apart.
    pub(super) fn look_up(&self, from: f64, to: f64, out: &mut [u8]) -> bool {
        let first = from.min(to) as usize;
        let span = from.max(to) as usize + 2 - first;
        let window = self.mixed.get(first..first + WINDOW);
        let Some(window) = window.and_then(|window| <&[u16; WINDOW]>::try_from(window).ok()) else {
            return false;
        };
        if span > WINDOW {
            return false;
        }
        // Most of a page is paper.
        let same = |part: &[u16]| part.iter().fold(0, |differs, v| differs | (v ^ window[0])) == 0;
        if same(&window[..span]) {
            out.fill((window[0] >> SHARE_BITS) as u8);
            return true;
        }
        let at = ((from - first as f64) * ONE) as u32;
        let step = ((to - from) / out.len().max(1) as f64 * ONE) as i32;
        between(window, at, step.cast_unsigned(), out);
        true
    }
}

/// The whole number below, of a place that may lie above the picture.
const fn whole(place: f64) -> i64 {
    place as i64 - (place < 0.0) as i64
}

/// Each value between one of a row and the one below it. The share of the lower one begins at `share` and grows by
/// `step` from column to column; both are fractions of 65,536.
fn mix_rows(top: &[u8], bottom: &[u8], (share, step): (u16, u16), out: &mut [u16]) {
    // Counted in 16 bits, as everything here, so that the compiler makes one instruction of several columns.
    for (column, ((out, top), bottom)) in out.iter_mut().zip(top).zip(bottom).enumerate() {
        let share = share.wrapping_add(step.wrapping_mul(column as u16));
        *out = mixed(*top, *bottom, share);
    }
}

#[inline]
const fn mixed(top: u8, bottom: u8, share: u16) -> u16 {
    let share = share >> (16 - SHARE_BITS);
    let top = (top as u16).wrapping_mul((1 << SHARE_BITS) - share);
    top.wrapping_add((bottom as u16).wrapping_mul(share))
}

/// The pixels at `at`, `at + step`, …: columns of the window with 16 bits behind the point.
fn between(window: &[u16; WINDOW], mut at: u32, step: u32, out: &mut [u8]) {
    const HALF: u32 = 1 << (2 * SHARE_BITS - 1);
    for value in out {
        let column = (at >> FRACTION_BITS) as usize;
        let share = (at >> (FRACTION_BITS - SHARE_BITS)) & 0xff;
        // Both are within the window; the remainder only tells the compiler so.
        let left = u32::from(window[column % WINDOW]);
        let right = u32::from(window[(column + 1) % WINDOW]);
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
        let mut along = Along::new(&pixels, (50, 4));
        let line = Line::through(Point::new(0.0, 0.5), Point::new(40.0, 2.5)).unwrap();
        along.mix(&line, 0..41);
        for column in 0..41 {
            let expected = 20.0 + 2.0 * column as f64;
            let found = f64::from(along.mixed[column]) / 256.0;
            assert!((found - expected).abs() < 0.5, "{found} at {column}");
        }
    }
}
