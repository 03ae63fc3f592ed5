//! The numbers of a square grid, row by row: moved, made coarse, compared.

use super::CELLS;

/// Cells along one edge of the coarse grid.
const COARSE: usize = 16;
/// Cells along one edge of the blocks that are compared one by one; they lie half over each other.
const BLOCK: usize = 8;

/// Turned by a quarter.
pub(super) fn turned(cells: &[f64]) -> Vec<f64> {
    let from = |i: usize| cells[(CELLS - 1 - i % CELLS) * CELLS + i / CELLS];
    (0..CELLS * CELLS).map(from).collect()
}

/// Turned about its middle by a small angle in radians, and shifted by some cells.
pub(super) fn moved(cells: &[f64], skew: f64, (dx, dy): (f64, f64)) -> Vec<f64> {
    let middle = (CELLS as f64 - 1.0) / 2.0;
    let from = |i: usize| {
        let (x, y) = ((i % CELLS) as f64, (i / CELLS) as f64);
        let (right, down) = (x - middle, y - middle);
        between(cells, x - skew * down + dx, y + skew * right + dy)
    };
    (0..CELLS * CELLS).map(from).collect()
}

/// What lies between four cells.
fn between(cells: &[f64], x: f64, y: f64) -> f64 {
    let (left, top) = (x.floor(), y.floor());
    let (to_right, to_bottom) = (x - left, y - top);
    let (left, top) = (left as isize, top as isize);
    let upper = at(cells, left, top) * (1.0 - to_right) + at(cells, left + 1, top) * to_right;
    let lower =
        at(cells, left, top + 1) * (1.0 - to_right) + at(cells, left + 1, top + 1) * to_right;
    upper * (1.0 - to_bottom) + lower * to_bottom
}

/// A cell; nothing is outside.
fn at(cells: &[f64], x: isize, y: isize) -> f64 {
    let inside = |v: isize| v >= 0 && (v as usize) < CELLS;
    if inside(x) && inside(y) {
        cells[y as usize * CELLS + x as usize]
    } else {
        0.0
    }
}

/// The sums of squares of cells.
pub(super) fn coarse(cells: &[f64]) -> Vec<f64> {
    const EACH: usize = CELLS / COARSE;
    let mut coarse = vec![0.0; COARSE * COARSE];
    for (i, cell) in cells.iter().enumerate() {
        coarse[i / CELLS / EACH * COARSE + i % CELLS / EACH] += cell;
    }
    coarse
}

/// What each cell of a coarse grid has more than those around it: that people write where the form has room for it says
/// nothing.
pub(super) fn high_pass(coarse: &[f64]) -> Vec<f64> {
    let near = |v: usize| v.saturating_sub(1)..(v + 2).min(COARSE);
    let more = |i: usize| {
        let (x, y) = (i % COARSE, i / COARSE);
        let around = near(y).flat_map(|y| near(x).map(move |x| coarse[y * COARSE + x]));
        let n_around = near(y).len() * near(x).len();
        coarse[i] - around.sum::<f64>() / n_around as f64
    };
    (0..COARSE * COARSE).map(more).collect()
}

/// The share of its ink by which the block differs that differs most. A block with less ink than the mean has that of the
/// mean: dust is no difference.
pub(super) fn worst_block(a: &[f64], b: &[f64]) -> f64 {
    let (a, b) = (blurred(a), blurred(b));
    let both = |(a, b): (&f64, &f64)| a * a + b * b;
    let all: f64 = a.iter().zip(&b).map(both).sum();
    let mean = all / 2.0 * (BLOCK * BLOCK) as f64 / (CELLS * CELLS) as f64;
    let starts = || (0..=CELLS - BLOCK).step_by(BLOCK / 2);
    let differs = |(x, y): (usize, usize)| {
        let rows = (y..y + BLOCK).map(|y| y * CELLS + x..y * CELLS + x + BLOCK);
        let (difference, ink) = rows.fold((0.0, 0.0), |(difference, ink), row| {
            let pairs = || a[row.clone()].iter().zip(&b[row.clone()]);
            let squares: f64 = pairs().map(|(a, b)| (a - b) * (a - b)).sum();
            (difference + squares, ink + pairs().map(both).sum::<f64>())
        });
        difference / ink.max(mean).max(f64::MIN_POSITIVE)
    };
    let blocks = starts().flat_map(|y| starts().map(move |x| (x, y)));
    blocks.map(differs).fold(0.0, f64::max)
}

/// Each cell with half of its neighbours: half a cell off is no difference.
fn blurred(cells: &[f64]) -> Vec<f64> {
    let along = |cells: &[f64], (dx, dy): (isize, isize)| -> Vec<f64> {
        let mean = |i: usize| {
            let (x, y) = ((i % CELLS) as isize, (i / CELLS) as isize);
            let beside = at(cells, x - dx, y - dy) + at(cells, x + dx, y + dy);
            f64::midpoint(cells[i], beside / 2.0)
        };
        (0..CELLS * CELLS).map(mean).collect()
    };
    along(&along(cells, (1, 0)), (0, 1))
}

/// Numbers about their mean, all together of length 1.
pub(super) struct Centred(Vec<f64>);

impl Centred {
    pub(super) fn of(values: &[f64]) -> Self {
        let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
        let squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
        let length = squares.sqrt().max(f64::MIN_POSITIVE);
        Self(values.iter().map(|v| (v - mean) / length).collect())
    }

    pub(super) fn correlation(&self, other: &Self) -> f64 {
        self.0.iter().zip(&other.0).map(|(a, b)| a * b).sum()
    }

    /// Onto the direction with this number: each value counts for it or against it.
    pub(super) fn projected(&self, direction: u64) -> f64 {
        let signed = |(i, value): (u64, &f64)| {
            let is_for = mixed((direction << 32) | i) & 1 == 1;
            if is_for { *value } else { -*value }
        };
        (0..).zip(&self.0).map(signed).sum()
    }
}

/// Source: `SplitMix64` (G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
pub(super) const fn mixed(seed: u64) -> u64 {
    let z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
