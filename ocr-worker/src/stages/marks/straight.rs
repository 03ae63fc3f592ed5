//! Straight lines through a box that go on beyond both of its sides: streaks and folds, however faint.

use crate::picture::Mask;
use crate::picture::mask::Area;

/// The share of a line's visible pixels that must be dark, before, in and behind the box.
const MIN_FILL: f64 = 0.7;
/// Fewer visible pixels on one side of the box say nothing about a line.
const MIN_SEEN: usize = 6;
/// A streak is at most this thick.
const MAX_THICK_PX: usize = 9;
/// Besides straight down and along the scan, lines may lean by this much.
const LEANS: [f64; 5] = [0.0, 0.012, -0.012, 0.03, -0.03];

/// What is looked at around a box.
pub(super) struct Window<'a> {
    /// Dark pixels, in places of the window.
    pub(super) mask: &'a Mask,
    /// Pixels that print does not hide.
    pub(super) seen: &'a Mask,
    /// The inside of the box, in places of the window.
    pub(super) inside: Area,
}

/// Which way a line runs: down the page or across it.
#[derive(Clone, Copy)]
struct Way {
    down: bool,
    slope: f64,
}

/// Takes the straight lines out; `slope` is how far a line down the scan moves to the right for each row.
pub(super) fn without_lines(window: &Window<'_>, slope: f64) -> Mask {
    let mut left = window.mask.clone();
    let ways = LEANS.iter().flat_map(|lean| {
        [(true, 0.0), (false, 0.0), (true, slope), (false, -slope)].map(|(down, slope)| Way {
            down,
            slope: slope + lean,
        })
    });
    let mut lines: Vec<(Way, isize)> = Vec::new();
    for way in ways.filter(|way| way.slope.abs() < 1.0) {
        let (from, to) = window.starts(way);
        let found = (from..to).filter(|start| window.is_line(way, *start));
        lines.extend(found.map(|start| (way, start)));
    }
    for (way, start) in lines {
        window.erase(&mut left, way, start);
    }
    left
}

impl Window<'_> {
    /// How long a line is, and where it enters and leaves the box.
    const fn along(&self, way: Way) -> (usize, usize, usize) {
        if way.down {
            (self.mask.height, self.inside.y0, self.inside.y1)
        } else {
            (self.mask.width, self.inside.x0, self.inside.x1)
        }
    }

    /// Where lines begin that pass through the box.
    fn starts(&self, way: Way) -> (isize, isize) {
        let (_, first, last) = self.along(way);
        let (low, high) = if way.down {
            (self.inside.x0, self.inside.x1)
        } else {
            (self.inside.y0, self.inside.y1)
        };
        let by = [first, last].map(|along| (way.slope * along as f64).round() as isize);
        let (lowest, highest) = (by[0].min(by[1]), by[0].max(by[1]));
        (low as isize - highest, high as isize - lowest)
    }

    fn is_line(&self, way: Way, start: isize) -> bool {
        let (length, first, last) = self.along(way);
        let filled = |range: std::ops::Range<usize>, least: usize| {
            let pixels = range.map(|along| pixel(way, start, along));
            let seen: Vec<_> = pixels.filter(|(x, y)| self.seen.at(*x, *y)).collect();
            let dark = seen.iter().filter(|(x, y)| self.mask.at(*x, *y)).count();
            seen.len() >= least && dark as f64 >= MIN_FILL * seen.len() as f64
        };
        filled(first..last, MIN_SEEN)
            && filled(0..first, MIN_SEEN)
            && filled(last..length, MIN_SEEN)
    }

    fn erase(&self, left: &mut Mask, way: Way, start: isize) {
        let (length, ..) = self.along(way);
        let thick = |along: usize, by: isize| {
            let at = |i: usize| pixel(way, start + by * i as isize, along);
            let dark = |i: &usize| {
                let (x, y) = at(*i);
                self.mask.at(x, y)
            };
            (0..MAX_THICK_PX).take_while(dark).count()
        };
        for along in 0..length {
            let (before, behind) = (thick(along, -1), thick(along, 1));
            // Where it is thicker, a stroke crosses it.
            if before + behind > MAX_THICK_PX {
                continue;
            }
            for by in -(before as isize)..=behind as isize {
                let (x, y) = pixel(way, start + by, along);
                if left.at(x, y) {
                    left.bits[y as usize * left.width + x as usize] = false;
                }
            }
        }
    }
}

/// The pixel of a line at a place along it.
fn pixel(way: Way, start: isize, along: usize) -> (isize, isize) {
    let across = start + (way.slope * along as f64).round() as isize;
    if way.down {
        (across, along as isize)
    } else {
        (along as isize, across)
    }
}
