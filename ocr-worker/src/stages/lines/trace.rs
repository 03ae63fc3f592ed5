//! Trace: where the lines of a block of writing run, ruled or not, sloping and bent.
//!
//! Writing is dense along the middle of its lines: there a column crosses the most strokes. The strokes are counted on a coarse
//! grid, sheared until the rows of the block lie level, and smoothed far along the lines and little across. In each strip of
//! the grid the peaks are middles of lines; peaks of neighbouring strips that face each other are one line, and pieces of lines that
//! follow on from each other are joined. The idea is that of the medial seams of N. Arvanitopoulos and S. Süsstrunk (ICFHR 2014),
//! with links in place of their dynamic programming: lines may begin and end anywhere.

use super::fragments::{self, Fragment};
use crate::picture::Component;
use crate::picture::components::Run;
use crate::picture::mask::Area;

/// Strips are so many letters wide.
const STRIP_LETTERS: f64 = 1.2;
/// Rows of the grid in a letter.
const ROWS_IN_LETTER: f64 = 6.0;
/// How far is smoothed along the lines, in letters (standard deviation).
const ALONG_LETTERS: f64 = 3.2;
/// How far across them.
const ACROSS_LETTERS: f64 = 0.55;
/// A run counts no more than this many strokes are thick: bars and underlines are no row of letters.
const RUN_STROKES: f64 = 2.0;
/// A peak has at least this share of the usual one.
const LEAST_PEAK: f64 = 0.3;
/// So many runs tell the slope as well as all.
const SLOPE_RUNS: usize = 4000;
/// Shorter lines are taken for straight.
const BENT_STRIPS: usize = 12;
/// The steepest block, as a tangent, and the steps in which it is looked for.
const STEEPEST: f64 = 0.16;
const SLOPE_STEP: f64 = 0.008;

/// Where the middle of a line runs: rows at even distances, a straight line between them and level beyond.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    first_x: f64,
    step_px: f64,
    rows: Vec<f64>,
    slope: f64,
}

impl Curve {
    /// The row of the middle at a column; beyond the ends the line goes on with the slope of its block.
    pub fn at(&self, x: f64) -> f64 {
        let place = (x - self.first_x) / self.step_px;
        let last = self.rows.len() - 1;
        if place <= 0.0 {
            return self.rows[0] + self.slope * (x - self.first_x);
        }
        if place >= last as f64 {
            return self.rows[last] + self.slope * (x - self.last_x());
        }
        let before = place as usize;
        let share = place - before as f64;
        self.rows[before] * (1.0 - share) + self.rows[before + 1] * share
    }

    /// Its general direction, from a column to the next: a parabola through all of it. Single letters do not bend it.
    pub fn direction(&self) -> Parabola {
        Parabola::through(&self.rows, self.first_x, self.step_px)
    }

    /// The first column at which it was seen.
    pub fn first_x(&self) -> f64 {
        self.first_x
    }

    /// The last one.
    pub fn last_x(&self) -> f64 {
        self.first_x + self.step_px * (self.rows.len() - 1) as f64
    }
}

/// A parabola `a + b t + c t²`, `t` from -1 at the first column to 1 at the last one, and straight beyond.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parabola {
    middle_x: f64,
    half_px: f64,
    terms: [f64; 3],
}

impl Parabola {
    /// The one with the least squares of distances from rows at even steps.
    fn through(rows: &[f64], first_x: f64, step_px: f64) -> Self {
        let n = rows.len() as f64;
        let half = ((n - 1.0) / 2.0).max(0.5);
        let at = |i: usize| (i as f64 - (n - 1.0) / 2.0) / half;
        let sum = |value: &dyn Fn(f64, f64) -> f64| {
            rows.iter()
                .enumerate()
                .map(|(i, row)| value(at(i), *row))
                .sum::<f64>()
        };
        // Odd powers vanish: the places lie evenly around the middle.
        let (t2, t4) = (sum(&|t, _| t * t), sum(&|t, _| t.powi(4)));
        let (y, ty, t2y) = (sum(&|_, y| y), sum(&|t, y| t * y), sum(&|t, y| t * t * y));
        let bend = if rows.len() < BENT_STRIPS {
            0.0
        } else {
            (n * t2y - t2 * y) / (n * t4 - t2 * t2).max(1e-9)
        };
        Self {
            middle_x: first_x + step_px * (n - 1.0) / 2.0,
            half_px: half * step_px,
            terms: [(y - bend * t2) / n, ty / t2.max(1e-9), bend],
        }
    }

    /// The row at a column.
    pub fn at(&self, x: f64) -> f64 {
        let at = (x - self.middle_x) / self.half_px;
        let [level, tilt, bend] = self.terms;
        let square = if at.abs() <= 1.0 {
            at * at
        } else {
            2.0 * at.abs() - 1.0
        };
        level + tilt * at + bend * square
    }
}

/// The middles of the lines of some pieces, from top to bottom. `letter_px` is about the height of a small letter, `pitch_px`
/// the distance of the lines where it is known.
pub(super) fn trace(pieces: &[Component], letter_px: f64, pitch_px: Option<f64>) -> Vec<Curve> {
    let stroke_px = usual_stroke(pieces);
    let Some(mut grid) = Grid::around(pieces, letter_px) else {
        return Vec::new();
    };
    grid.slope = steepness(pieces, &grid, stroke_px);
    grid.count(pieces, stroke_px);
    grid.smooth();
    let peaks = grid.peaks();
    let pitch_rows = pitch_px.map(|pitch| pitch / grid.row_px);
    let found = fragments::joined(&peaks, ROWS_IN_LETTER, pitch_rows);
    let mut curves: Vec<Curve> = found.iter().map(|fragment| grid.curve(fragment)).collect();
    let middle = grid.x0 + grid.width_px() / 2.0;
    let height = |curve: &Curve| {
        let seen = f64::midpoint(curve.first_x, curve.last_x());
        curve.at(seen) - grid.slope * (seen - middle)
    };
    curves.sort_by(|a, b| height(a).total_cmp(&height(b)));
    curves
}

/// How thick strokes usually are.
fn usual_stroke(pieces: &[Component]) -> f64 {
    let mut lengths: Vec<usize> = Vec::new();
    for piece in pieces {
        let sampled = piece.runs.iter().step_by(3);
        lengths.extend(sampled.map(Run::length_px));
    }
    lengths.sort_unstable();
    lengths
        .get(lengths.len() / 2)
        .map_or(2.0, |px| (*px as f64).max(1.0))
}

/// Counts of strokes: strips of columns, rows that follow the slope of the block.
struct Grid {
    x0: f64,
    y0: f64,
    strip_px: f64,
    row_px: f64,
    slope: f64,
    n_strips: usize,
    n_rows: usize,
    counts: Vec<f64>,
}

impl Grid {
    fn around(pieces: &[Component], letter_px: f64) -> Option<Self> {
        let bounds = pieces
            .iter()
            .map(|piece| piece.bounds)
            .reduce(Area::union)?;
        let (strip_px, row_px) = (
            (STRIP_LETTERS * letter_px).max(4.0),
            (letter_px / ROWS_IN_LETTER).max(0.5),
        );
        let rise = STEEPEST * bounds.width() as f64 + 2.0 * letter_px;
        Some(Self {
            x0: bounds.x0 as f64,
            y0: bounds.y0 as f64 - rise,
            strip_px,
            row_px,
            slope: 0.0,
            n_strips: (bounds.width() as f64 / strip_px).ceil() as usize + 1,
            n_rows: ((bounds.height() as f64 + 2.0 * rise) / row_px).ceil() as usize + 1,
            counts: Vec::new(),
        })
    }

    fn width_px(&self) -> f64 {
        self.n_strips as f64 * self.strip_px
    }

    /// The row of the grid of a pixel.
    fn row(&self, x: f64, y: f64, slope: f64) -> usize {
        let level = y - slope * (x - self.x0 - self.width_px() / 2.0);
        ((level - self.y0) / self.row_px).clamp(0.0, self.n_rows as f64 - 1.0) as usize
    }

    fn count(&mut self, pieces: &[Component], stroke_px: f64) {
        self.counts = vec![0.0; self.n_strips * self.n_rows];
        for run in pieces.iter().flat_map(|piece| &piece.runs) {
            let x = run.middle_x();
            let strip = (((x - self.x0) / self.strip_px) as usize).min(self.n_strips - 1);
            let row = self.row(x, run.y as f64, self.slope);
            let length = (run.length_px() as f64).min(RUN_STROKES * stroke_px);
            self.counts[strip * self.n_rows + row] += length;
        }
    }

    fn smooth(&mut self) {
        let across = kernel(ACROSS_LETTERS * ROWS_IN_LETTER);
        for strip in self.counts.chunks_exact_mut(self.n_rows) {
            let smoothed = convolved(strip, &across);
            strip.copy_from_slice(&smoothed);
        }
        let along = kernel(ALONG_LETTERS / STRIP_LETTERS);
        for row in 0..self.n_rows {
            let of_row: Vec<f64> = self
                .counts
                .iter()
                .skip(row)
                .step_by(self.n_rows)
                .copied()
                .collect();
            for (strip, value) in convolved(&of_row, &along).into_iter().enumerate() {
                self.counts[strip * self.n_rows + row] = value;
            }
        }
    }

    /// The rows of the peaks of each strip.
    fn peaks(&self) -> Vec<Vec<f64>> {
        let strips = || self.counts.chunks_exact(self.n_rows);
        let mut highest: Vec<f64> = strips().flat_map(tops).map(|(_, value)| value).collect();
        highest.sort_by(f64::total_cmp);
        // Lines are longer than what is no line, so that most peaks are lines.
        let usual = highest.get(highest.len() * 2 / 3).copied().unwrap_or(0.0);
        let high = |(_, value): &(f64, f64)| *value >= LEAST_PEAK * usual && *value > 0.0;
        strips()
            .map(|strip| tops(strip).filter(high).map(|(row, _)| row).collect())
            .collect()
    }

    fn curve(&self, fragment: &Fragment) -> Curve {
        let first_x = self.x0 + (fragment.first as f64 + 0.5) * self.strip_px;
        let middle = self.x0 + self.width_px() / 2.0;
        let rows = fragment.rows.iter().enumerate().map(|(i, row)| {
            let x = first_x + i as f64 * self.strip_px;
            self.y0 + (row + 0.5) * self.row_px + self.slope * (x - middle)
        });
        Curve {
            first_x,
            step_px: self.strip_px,
            rows: rows.collect(),
            slope: self.slope,
        }
    }
}

/// The slope at which the rows of the block stand out the most from the paper between them.
fn steepness(pieces: &[Component], grid: &Grid, stroke_px: f64) -> f64 {
    let n_runs: usize = pieces.iter().map(|piece| piece.runs.len()).sum();
    let runs = pieces.iter().flat_map(|piece| &piece.runs);
    let sampled: Vec<(f64, f64, f64)> = runs
        .step_by(n_runs.div_ceil(SLOPE_RUNS).max(1))
        .map(|run| {
            let length = (run.length_px() as f64).min(RUN_STROKES * stroke_px);
            (run.middle_x(), run.y as f64, length)
        })
        .collect();
    let smooth = kernel(ROWS_IN_LETTER / 3.0);
    let contrast = |slope: f64| {
        let mut rows = vec![0.0; grid.n_rows];
        for (x, y, length) in &sampled {
            rows[grid.row(*x, *y, slope)] += length;
        }
        let rows = convolved(&rows, &smooth);
        // A little for being level: a single short word says nothing.
        rows.iter().map(|n| n * n).sum::<f64>() * (1.0 - 0.3 * slope.abs())
    };
    let n_steps = (STEEPEST / SLOPE_STEP) as i32;
    let slopes = (-n_steps..=n_steps).map(|step| f64::from(step) * SLOPE_STEP);
    let scored = slopes.map(|slope| (slope, contrast(slope)));
    let best = scored.max_by(|a, b| a.1.total_cmp(&b.1));
    best.map_or(0.0, |(slope, _)| slope)
}

/// Places and values of the local highest values, between the rows by a parabola.
fn tops(values: &[f64]) -> impl Iterator<Item = (f64, f64)> {
    values.windows(3).enumerate().filter_map(|(i, window)| {
        let [before, top, after] = *window else {
            return None;
        };
        (top > before && top >= after).then(|| {
            let bend = before - 2.0 * top + after;
            let off = if bend < 0.0 {
                0.5 * (before - after) / bend
            } else {
                0.0
            };
            ((i + 1) as f64 + off, top)
        })
    })
}

fn kernel(deviation: f64) -> Vec<f64> {
    let reach = (3.0 * deviation).ceil() as i32;
    let weights: Vec<f64> = (-reach..=reach)
        .map(|at| (-0.5 * (f64::from(at) / deviation).powi(2)).exp())
        .collect();
    let total: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / total).collect()
}

/// Smoothed by a kernel of odd length; nothing lies beyond the ends.
fn convolved(values: &[f64], kernel: &[f64]) -> Vec<f64> {
    let reach = kernel.len() / 2;
    let mut out = vec![0.0; values.len()];
    for (i, value) in values.iter().enumerate().filter(|(_, value)| **value > 0.0) {
        let from = reach.saturating_sub(i);
        let first = i + from - reach;
        for (to, weight) in out[first..].iter_mut().zip(&kernel[from..]) {
            *to += value * weight;
        }
    }
    out
}
