//! Streaks: long straight lines that nobody drew, from dirt on a scanner's glass or a fold in the paper.
//!
//! A streak is as straight as the feed and comes in over an edge of the page; what people draw stays away from
//! the edges. It is found where the ink that lies on one straight line adds up, and then followed.

use image::GrayImage;
use schemas::geometry::px_per_mm;

use crate::picture::Mask;

/// A shorter line may have been drawn.
const MIN_LENGTH_MM: f64 = 70.0;
/// A line that stays farther from every edge of the page was drawn.
const EDGE_MM: f64 = 9.0;
/// A thicker one is no streak but a shadow or a drawing.
const MAX_WIDTH_MM: f64 = 1.3;
/// A line is looked at in parts of this length.
const PART_MM: f64 = 4.0;
/// The share of a part's pixels, and of a line's parts, that must be dark; print hides some.
const MIN_FILL: f64 = 0.5;
/// Pixels of a row that are looked at together.
const PART_PX: usize = 32;
/// One column, in the whole numbers that pixels are counted with.
const COLUMN: f64 = (1i64 << COLUMN_BITS) as f64;
const COLUMN_BITS: u32 = 32;

/// A streak or a fold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Streak {
    /// Whether it runs down the page; across otherwise.
    pub down: bool,
    /// The column (or row, when it runs across) of its middle at the first row (or column) of the page.
    pub at_px: f64,
    /// How many columns (rows) it moves to the side for each row (column).
    pub slope: f64,
    /// How wide it is.
    pub width_px: usize,
    /// The first row (column) that it covers.
    pub from_px: usize,
    /// Behind the last one.
    pub to_px: usize,
}

/// Finds the streaks in the ink of a whole page. `turn_deg` is how far the page lay turned in the scan: streaks
/// follow the scan, folds the paper.
pub fn find(mask: &Mask, dpi: f64, turn_deg: f64) -> Vec<Streak> {
    let mut slopes = vec![0.0];
    let along_scan = slope(turn_deg);
    // Within less than this a line stays on its three pixels from edge to edge.
    if along_scan.abs() > 0.0004 {
        slopes.push(along_scan);
    }
    let pixels = some_pixels(mask);
    let mut found: Vec<Streak> = Vec::new();
    for slope in slopes {
        for (down, slope) in [(true, slope), (false, -slope)] {
            let search = Search {
                mask,
                scale: px_per_mm(dpi),
                down,
                slope,
            };
            for streak in search.streaks(&pixels) {
                if !found.iter().any(|other| other.is_near(&streak)) {
                    found.push(streak);
                }
            }
        }
    }
    found
}

/// How far a line along the scan moves to the right for each row of a page that lay turned; the same line across
/// moves up by as much for each column.
fn slope(turn_deg: f64) -> f64 {
    let askew_deg = (turn_deg + 45.0).rem_euclid(90.0) - 45.0;
    askew_deg.to_radians().tan()
}

/// The ink of every other row: enough to see a line in.
fn some_pixels(mask: &Mask) -> Vec<(u32, u32)> {
    let mut found = Vec::new();
    for y in (0..mask.height).step_by(2) {
        for (part_idx, part) in mask.row(y).chunks(PART_PX).enumerate() {
            // Without a branch for each pixel: most parts are paper.
            if part.iter().fold(false, |any, bit| any | bit) {
                let dark = part.iter().enumerate().filter(|(_, bit)| **bit);
                found.extend(dark.map(|(i, _)| ((part_idx * PART_PX + i) as u32, y as u32)));
            }
        }
    }
    found
}

impl Streak {
    /// The middle at a row (or column).
    fn middle(&self, along: usize) -> f64 {
        self.at_px + self.slope * along as f64
    }

    fn is_near(&self, other: &Self) -> bool {
        let middle = usize::midpoint(other.from_px, other.to_px);
        let reach = (self.width_px + other.width_px) as f64;
        self.down == other.down && (self.middle(middle) - other.middle(middle)).abs() <= reach
    }

    /// Takes the streak out of a page; strokes that cross it stay whole.
    pub fn erase(&self, mask: &mut Mask, even: &mut GrayImage) {
        let (width, height) = (mask.width, mask.height);
        let (n_across, pixel) = if self.down {
            (width, (width, 1))
        } else {
            (height, (1, width))
        };
        let reach = self.width_px / 2 + 2;
        for along in self.from_px..self.to_px {
            let middle = self.middle(along).round();
            if middle < 0.0 || middle >= n_across as f64 {
                continue;
            }
            let first = (middle as usize).saturating_sub(reach);
            let last = (middle as usize + reach).min(n_across - 1);
            let at = |across: usize| along * pixel.0 + across * pixel.1;
            let crossing = mask.bits[at(first)] && mask.bits[at(last)];
            let light = even.as_raw()[at(first)].max(even.as_raw()[at(last)]);
            for across in first + 1..last {
                mask.bits[at(across)] = crossing;
                even.as_mut()[at(across)] = even.as_raw()[at(across)].max(light);
            }
        }
    }
}

/// The search along one direction.
struct Search<'a> {
    mask: &'a Mask,
    scale: f64,
    down: bool,
    slope: f64,
}

impl Search<'_> {
    const fn len_along(&self) -> usize {
        if self.down {
            self.mask.height
        } else {
            self.mask.width
        }
    }

    fn streaks(&self, pixels: &[(u32, u32)]) -> Vec<Streak> {
        let before = (self.slope.abs() * self.len_along() as f64).ceil() + 2.0;
        let across = self.mask.width.max(self.mask.height) as f64;
        let mut bins = vec![0u32; (across + 2.0 * before) as usize + 4];
        let (slope, first) = ((self.slope * COLUMN) as i64, (before * COLUMN) as i64);
        for (x, y) in pixels {
            let (across, along) = if self.down { (*x, *y) } else { (*y, *x) };
            let bin = (i64::from(across) << COLUMN_BITS) - slope * i64::from(along) + first;
            bins[(bin >> COLUMN_BITS) as usize] += 1;
        }
        // Every other row was looked at, and an across line lies in half of them only when it is thin.
        let least = (MIN_LENGTH_MM * self.scale * MIN_FILL / 2.0) as u32;
        let sums: Vec<u32> = bins.windows(3).map(|w| w.iter().sum()).collect();
        let is_peak = |i: usize| {
            let near = &sums[i.saturating_sub(3)..(i + 4).min(sums.len())];
            sums[i] >= least && near.iter().all(|sum| *sum <= sums[i])
        };
        (0..sums.len())
            .filter(|i| is_peak(*i))
            .filter_map(|i| self.followed(i as f64 + 1.5 - before))
            .collect()
    }

    fn dark(&self, across: isize, along: usize) -> bool {
        let along = along as isize;
        if self.down {
            self.mask.at(across, along)
        } else {
            self.mask.at(along, across)
        }
    }

    /// The streak that begins at `at_px`, when what lies there is one.
    fn followed(&self, at_px: f64) -> Option<Streak> {
        let middle = |along: usize| (at_px + self.slope * along as f64).floor() as isize;
        let part_px = (PART_MM * self.scale) as usize;
        let covered = |along: &usize| (-1..=1).any(|by| self.dark(middle(*along) + by, *along));
        let is_on = |part: usize| {
            let rows = part * part_px..(part + 1) * part_px;
            rows.filter(covered).count() as f64 >= MIN_FILL * part_px as f64
        };
        let n_parts = self.len_along() / part_px;
        // Most candidates are lines of writing, which stay away from the edges.
        let at_edge = (EDGE_MM / PART_MM) as usize + 1;
        let mut edges = (0..n_parts).filter(|part| (*part).min(n_parts - 1 - part) < at_edge);
        if !edges.any(is_on) {
            return None;
        }
        let parts: Vec<bool> = (0..n_parts).map(is_on).collect();
        let first = parts.iter().position(|on| *on)?;
        let last = parts.iter().rposition(|on| *on)?;
        let n_on = parts[first..=last].iter().filter(|on| **on).count();
        let length_mm = (last + 1 - first) as f64 * PART_MM;
        let from_edge = first.min(parts.len() - 1 - last) as f64 * PART_MM;
        let filled = n_on as f64 >= MIN_FILL * (last + 1 - first) as f64;
        let (from_px, to_px) = (first * part_px, (last + 1) * part_px);
        let width_px = self.width_px(&middle, from_px..to_px)?;
        let narrow = width_px as f64 <= MAX_WIDTH_MM * self.scale;
        let is_streak = length_mm >= MIN_LENGTH_MM && from_edge <= EDGE_MM && filled && narrow;
        is_streak.then(|| Streak {
            down: self.down,
            at_px,
            slope: self.slope,
            width_px,
            // What is fainter at either end goes with it.
            from_px: from_px.saturating_sub(part_px),
            to_px: (to_px + part_px).min(self.len_along()),
        })
    }

    /// How wide it usually is.
    fn width_px(
        &self,
        middle: &impl Fn(usize) -> isize,
        rows: std::ops::Range<usize>,
    ) -> Option<usize> {
        const REACH: isize = 16;
        let width_at = |along: usize| {
            let at = (-1..=1)
                .map(|by| middle(along) + by)
                .find(|at| self.dark(*at, along))?;
            let right = (0..REACH)
                .take_while(|by| self.dark(at + by, along))
                .count();
            let left = (1..REACH)
                .take_while(|by| self.dark(at - by, along))
                .count();
            Some(left + right)
        };
        let mut widths: Vec<usize> = rows.step_by(3).filter_map(width_at).collect();
        widths.sort_unstable();
        widths.get(widths.len() * 3 / 4).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DPI: f64 = 100.0;

    fn page(dark: impl Fn(f64, f64) -> bool) -> Mask {
        let (width, height) = (800, 1100);
        let bit = |i: usize| dark((i % width) as f64, (i / width) as f64);
        Mask {
            width,
            height,
            bits: (0..width * height).map(bit).collect(),
        }
    }

    #[test]
    fn a_streak_down_the_whole_page_is_found_and_taken_out() {
        let turn_deg = 1.5f64;
        let slope = turn_deg.to_radians().tan();
        let streak = |x: f64, y: f64| (x - 300.0 - slope * y).abs() < 1.2;
        let word =
            |x: f64, y: f64| (500.0..600.0).contains(&y) && (y - 2.0 * x + 130.0).abs() < 8.0;
        let mut mask = page(|x, y| streak(x, y) || word(x, y));
        let found = find(&mask, DPI, turn_deg);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].down && (found[0].at_px - 300.0).abs() < 2.0);
        let words = page(word).count();
        let mut even = GrayImage::from_pixel(800, 1100, image::Luma([40]));
        found[0].erase(&mut mask, &mut even);
        assert!(
            mask.count().abs_diff(words) < words / 8,
            "{} {words}",
            mask.count()
        );
    }

    #[test]
    fn a_fold_across_the_page_is_found_however_the_page_lay() {
        let mask = page(|_, y| (y - 400.0).abs() < 1.5);
        for turn_deg in [0.0, 37.0, 180.0] {
            let found = find(&mask, DPI, turn_deg);
            assert_eq!(found.len(), 1, "{turn_deg}: {found:?}");
            assert!(!found[0].down);
        }
    }

    #[test]
    fn a_line_that_was_drawn_stays() {
        let drawn = page(|x, y| (100.0..700.0).contains(&x) && (y - 900.0).abs() < 2.0);
        assert_eq!(find(&drawn, DPI, 0.0), []);
        let thick = page(|x, _| (x - 400.0).abs() < 12.0);
        assert_eq!(find(&thick, DPI, 0.0), []);
        let short = page(|x, y| y < 200.0 && (x - 400.0).abs() < 1.2);
        assert_eq!(find(&short, DPI, 0.0), []);
    }
}
