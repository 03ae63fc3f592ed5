//! Looks: what the ink of a page looks like from afar, so that a sheet that was scanned twice is known again.
//!
//! The looks are a square grid of numbers, each of which says how much ink is in a cell. Two scans of one sheet differ in light
//! and resolution, and by a few degrees; what one person wrote differs from what others wrote far more, even where they
//! wrote the same words or filled in the same form. [`Looks::compared`] lays one grid on the other, turned and shifted until
//! they fit best. Nobody can compare a page with all that ever came in: [`Looks::keys`] gives numbers of which two scans of
//! one sheet nearly always share some when one of them is looked for by its [`Looks::probes`].
//!
//! Source of the keys: M. Charikar, "Similarity estimation techniques from rounding algorithms", STOC 2002 (the signs of
//! random projections, in bands). How well it tells sheets apart: `docs/ACCURACY.md`.

mod grid;

use std::fmt::Write as _;

use grid::{Centred, moved, worst_block};

/// Cells along one edge of the grid.
pub const CELLS: usize = 64;
/// A cell is one hexadecimal digit.
const LEVELS: f64 = 16.0;
/// A cell with so many times the ink of the usual one is full.
const FULL: f64 = 2.0;
/// With its ink on fewer cells than this a page looks like others by chance: a few ticks, one word.
const LEAST_INKED: f64 = 160.0;

/// One sheet, when the correlation of the two grids is no less. Different people who wrote the same text on empty paper reach
/// 0.8, two scans of one sheet 0.94.
const SAME_SHEET: f64 = 0.9;
/// And when no block of cells differs by more than this share of its ink: an unknown form that two people filled in is
/// the same but for what they wrote.
const SAME_BLOCK: f64 = 0.05;

/// How many keys a page has.
const BANDS: u64 = 24;
/// How many signs a key is made of.
const SIGNS: u64 = 14;
/// A sheet without print lies in the scanner any way up.
const QUARTER_TURNS: usize = 4;
/// The skews that a sheet is looked for by, in radians.
const PROBED_SKEWS: [f64; 5] = [-0.04, -0.02, 0.0, 0.02, 0.04];
/// The skews that two sheets are compared at: up to three degrees.
const SKEWS: [f64; 11] = [
    -0.05, -0.04, -0.03, -0.02, -0.01, 0.0, 0.01, 0.02, 0.03, 0.04, 0.05,
];
/// How far one sheet is shifted against the other, in cells.
const SHIFTS: [f64; 3] = [-0.7, 0.0, 0.7];

/// The looks of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looks {
    /// 0 to 15 each, row by row.
    levels: Vec<u8>,
}

/// How alike two pages look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Likeness {
    /// The correlation of all their cells, -1 to 1.
    pub correlation: f64,
    /// The share of its ink by which that part differs that differs most, 0 to 1 and more.
    pub worst_block: f64,
}

impl Likeness {
    /// Whether they are one sheet, as far as looks can tell.
    pub fn is_same_sheet(&self) -> bool {
        self.correlation >= SAME_SHEET && self.worst_block <= SAME_BLOCK
    }
}

impl Looks {
    /// From how much ink is in each of [`CELLS`] × [`CELLS`] cells, row by row, in any unit; nothing where there is too
    /// little of it to tell pages apart.
    pub fn of(ink: &[f64]) -> Option<Self> {
        let total: f64 = ink.iter().sum();
        let squares: f64 = ink.iter().map(|cell| cell * cell).sum();
        if ink.len() != CELLS * CELLS || squares <= 0.0 {
            return None;
        }
        // So many cells would have ink if each had as much as the usual one.
        let n_inked = total * total / squares;
        let full = FULL * squares / total;
        let level = |cell: &f64| ((cell / full).clamp(0.0, 1.0).sqrt() * (LEVELS - 1.0)).round();
        (n_inked >= LEAST_INKED).then(|| Self {
            levels: ink.iter().map(|cell| level(cell) as u8).collect(),
        })
    }

    /// As text: one hexadecimal digit a cell.
    pub fn to_text(&self) -> String {
        let mut text = String::with_capacity(self.levels.len());
        for level in &self.levels {
            // Writing to a string cannot fail.
            let _ = write!(text, "{level:x}");
        }
        text
    }

    /// From that text; nothing when it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let digit = |c: char| c.to_digit(16).map(|digit| digit as u8);
        let levels: Vec<u8> = text.chars().map(digit).collect::<Option<_>>()?;
        (levels.len() == CELLS * CELLS).then_some(Self { levels })
    }

    /// How alike two pages look when the other one is turned and shifted until it fits best.
    pub fn compared(&self, other: &Self) -> Likeness {
        let own = self.numbers();
        let centred = Centred::of(&own);
        let fit = |cells: Vec<f64>| (centred.correlation(&Centred::of(&cells)), cells);
        let (turned, skew) = best_turn(other, &centred);
        let shifts = SHIFTS.into_iter().flat_map(|dx| SHIFTS.map(|dy| (dx, dy)));
        let fits = shifts.map(|shift| fit(moved(&turned, skew, shift)));
        let best = fits.max_by(|a, b| a.0.total_cmp(&b.0));
        let (correlation, cells) = best.unwrap_or_default();
        Likeness {
            correlation,
            worst_block: worst_block(&own, &cells),
        }
    }

    /// What the page is found again by.
    pub fn keys(&self) -> Vec<u64> {
        keys(&self.numbers())
    }

    /// The keys that a page like this one has which was scanned in another way, one list for each way.
    pub fn probes(&self) -> Vec<Vec<u64>> {
        let probe =
            |turned: Vec<f64>| PROBED_SKEWS.map(|skew| keys(&moved(&turned, skew, (0.0, 0.0))));
        self.turns().flat_map(probe).collect()
    }

    /// The page as it lies, and turned by one, two and three quarters.
    fn turns(&self) -> impl Iterator<Item = Vec<f64>> {
        let next = |cells: &Vec<f64>| Some(grid::turned(cells));
        std::iter::successors(Some(self.numbers()), next).take(QUARTER_TURNS)
    }

    fn numbers(&self) -> Vec<f64> {
        self.levels.iter().map(|level| f64::from(*level)).collect()
    }
}

/// A page as it lies best, and by how much it is askew then.
fn best_turn(other: &Looks, own: &Centred) -> (Vec<f64>, f64) {
    let fit = |turned: Vec<f64>, skew: f64| {
        let fit = own.correlation(&Centred::of(&moved(&turned, skew, (0.0, 0.0))));
        (fit, turned, skew)
    };
    let ways = other
        .turns()
        .flat_map(|turned| SKEWS.map(|skew| fit(turned.clone(), skew)));
    let best = ways.max_by(|a, b| a.0.total_cmp(&b.0));
    best.map_or_else(
        || (other.numbers(), 0.0),
        |(_, turned, skew)| (turned, skew),
    )
}

/// For each band its number and the signs of its projections.
fn keys(cells: &[f64]) -> Vec<u64> {
    let coarse = Centred::of(&grid::high_pass(&grid::coarse(cells)));
    let signs_of = |band: u64| {
        (0..SIGNS).fold(0, |signs, i| {
            let is_above = coarse.projected(band * SIGNS + i) > 0.0;
            (signs << 1) | u64::from(is_above)
        })
    };
    (0..BANDS)
        .map(|band| (band << SIGNS) | signs_of(band))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of words: some ink in cells that the seed chooses.
    fn page(seed: u64) -> Vec<f64> {
        let word = |i: usize| {
            let (x, y) = (i % CELLS, i / CELLS);
            let inside = (8..56).contains(&x) && (6..58).contains(&y) && y % 8 < 5;
            let chosen = grid::mixed((seed << 32) | ((y as u64 / 8) << 8) | (x as u64 / 4)) % 8;
            if inside { chosen as f64 } else { 0.0 }
        };
        (0..CELLS * CELLS).map(word).collect()
    }

    fn looks(cells: &[f64]) -> Looks {
        Looks::of(cells).expect("there is ink enough")
    }

    fn finds(a: &Looks, b: &Looks) -> bool {
        let keys = b.keys();
        let mut probes = a.probes().into_iter().flatten();
        probes.any(|key| keys.contains(&key))
    }

    #[test]
    fn a_sheet_is_known_again_however_it_lies() {
        let first = looks(&page(1));
        let mut ink = page(1);
        for _ in 0..QUARTER_TURNS {
            let again = looks(&moved(&ink, 0.02, (0.0, 0.0)));
            ink = grid::turned(&ink);
            let likeness = again.compared(&first);
            assert!(likeness.is_same_sheet(), "{likeness:?}");
            assert!(finds(&again, &first) && finds(&first, &again));
        }
    }

    #[test]
    fn what_others_wrote_on_the_same_lines_is_another_sheet() {
        let first = looks(&page(1));
        for seed in 2..12 {
            let likeness = looks(&page(seed)).compared(&first);
            assert!(!likeness.is_same_sheet(), "{likeness:?}");
        }
    }

    #[test]
    fn a_form_with_one_other_answer_is_another_sheet() {
        let mut other = page(1);
        for y in 40..44 {
            other[y * CELLS + 10..y * CELLS + 26].fill(0.0);
        }
        let likeness = looks(&other).compared(&looks(&page(1)));
        assert!(likeness.correlation > SAME_SHEET, "{likeness:?}");
        assert!(!likeness.is_same_sheet(), "{likeness:?}");
    }

    #[test]
    fn a_page_with_hardly_anything_on_it_looks_like_nothing() {
        let mut cells = vec![0.0; CELLS * CELLS];
        assert_eq!(Looks::of(&cells), None);
        cells[100..180].fill(1.0);
        assert_eq!(Looks::of(&cells), None);
        assert_eq!(Looks::of(&[1.0]), None);
    }

    #[test]
    fn looks_survive_as_text_and_other_text_is_none() {
        let first = looks(&page(3));
        assert_eq!(Looks::parse(&first.to_text()), Some(first));
        assert_eq!(Looks::parse("0123"), None);
        assert_eq!(Looks::parse(&"z".repeat(CELLS * CELLS)), None);
    }
}
