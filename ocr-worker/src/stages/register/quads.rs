//! Guesses from discs: which of the dark round things on a page are its marks.

use schemas::geometry::{Homography, Point};
use schemas::layout::{PageSize, Side};

use super::marks::code_area;
use super::px_per_mm_at;
use crate::stages::code::FoundCode;
use crate::stages::discs::Disc;
use crate::stages::fit::{self, Pair};
use crate::stages::outline::hull::area;

/// Four discs must make a figure whose sides are as long to each other as the page's, give or take this factor: a
/// photo from aside makes one side a quarter shorter.
const SIDE_RATIO: f64 = 1.5;
/// More guesses than these are not worth their time.
const MAX_GUESSES: usize = 60;
/// A disc's diameter to the distance of two marks, against that of the layout.
const DIAMETER_RATIO: f64 = 1.7;

/// Maps from paper to scan that put three or four marks onto discs, for a page of which nothing is known; for each
/// set of discs all turns of the page that suit. Those with four marks, and then the largest, come first.
pub fn mark_guesses(discs: &[Disc], side: &Side, paper: PageSize) -> Vec<Homography> {
    if side.marks.len() != 4 {
        return Vec::new();
    }
    let printed: Vec<Point> = clockwise(side.marks.iter().map(|mark| mark.centre).collect());
    let diameter_mm = side.marks[0].diameter_mm;
    let mut guesses: Vec<(bool, f64, Homography)> = Vec::new();
    for quad in fours(discs) {
        let corners = clockwise(quad.iter().map(|disc| disc.centre).collect());
        for turn in 0..4 {
            let turned: Vec<Point> = (0..4).map(|i| corners[(i + turn) % 4]).collect();
            if let Some(map) = suits(&printed, &turned, diameter_mm, quad[0].diameter_px, paper) {
                guesses.push((true, area(&corners), map));
            }
        }
    }
    for three in threes(discs) {
        guesses.extend(of_three(&printed, &three, diameter_mm));
    }
    guesses.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.total_cmp(&a.1)));
    guesses.truncate(MAX_GUESSES);
    guesses.into_iter().map(|(.., map)| map).collect()
}

/// Maps that put the code where it was found and three marks onto discs.
pub(super) fn guesses_with_code(
    discs: &[Disc],
    side: &Side,
    code: &FoundCode,
    guess: &Homography,
) -> Vec<Homography> {
    let code_paper = code_area(side).corners();
    let near: Vec<Vec<Pair>> = side
        .marks
        .iter()
        .map(|mark| {
            let expected = guess.apply(mark.centre);
            let reach = 0.3 * expected.distance(guess.apply(code_area(side).centre()));
            let close = discs
                .iter()
                .filter(|disc| disc.centre.distance(expected) < reach);
            close
                .map(|disc| Pair {
                    paper: mark.centre,
                    scan: disc.centre,
                })
                .collect()
        })
        .collect();
    let mut guesses = Vec::new();
    for skipped in 0..near.len() {
        let sets: Vec<&Vec<Pair>> = (0..near.len())
            .filter(|i| *i != skipped)
            .map(|i| &near[i])
            .collect();
        let [a, b, c] = sets.as_slice() else { continue };
        for (a, b, c) in triples(a, b, c) {
            guesses.extend(with_code(&[a, b, c], &code_paper, code));
        }
    }
    guesses.sort_by(|a: &(f64, Homography), b| a.0.total_cmp(&b.0));
    guesses.truncate(6);
    guesses.into_iter().map(|(_, map)| map).collect()
}

fn triples<'a>(
    a: &'a [Pair],
    b: &'a [Pair],
    c: &'a [Pair],
) -> impl Iterator<Item = (Pair, Pair, Pair)> + 'a {
    a.iter().flat_map(move |a| {
        b.iter()
            .flat_map(move |b| c.iter().map(move |c| (*a, *b, *c)))
    })
}

/// The map of three marks and the code's middle, and how badly it suits the code's corners, in modules or so.
fn with_code(
    marks: &[Pair; 3],
    code_paper: &[Point; 4],
    code: &FoundCode,
) -> Option<(f64, Homography)> {
    let mut pairs = marks.to_vec();
    pairs.extend(
        code_paper
            .iter()
            .zip(code.corners_px)
            .map(|(paper, scan)| Pair {
                paper: *paper,
                scan,
            }),
    );
    let map = fit::homography(&pairs)?;
    let code_px = code.corners_px[0].distance(code.corners_px[2]);
    let misfit = fit::residual(&map, &pairs) / code_px;
    (misfit < 0.12).then_some((misfit, map))
}

/// The map of four marks when the figure suits the page.
fn suits(
    marks: &[Point],
    corners: &[Point],
    diameter_mm: f64,
    diameter_px: f64,
    size: PageSize,
) -> Option<Homography> {
    let ratio = |i: usize| {
        let j = (i + 1) % 4;
        corners[i].distance(corners[j]) / marks[i].distance(marks[j])
    };
    let scales: Vec<f64> = (0..4).map(ratio).collect();
    let (low, high) = scales
        .iter()
        .fold((f64::INFINITY, 0.0f64), |(l, h), s| (l.min(*s), h.max(*s)));
    let round = diameter_px / diameter_mm / f64::midpoint(low, high);
    if high / low > SIDE_RATIO || !(1.0 / DIAMETER_RATIO..DIAMETER_RATIO).contains(&round) {
        return None;
    }
    let pairs: Vec<Pair> = pairs(marks, corners);
    let map = fit::homography(&pairs)?;
    let middle = Point::new(size.width_mm / 2.0, size.height_mm / 2.0);
    px_per_mm_at(&map, middle).is_finite().then_some(map)
}

/// The maps of three marks: the fourth is lost.
fn of_three(marks: &[Point], three: &[Disc; 3], diameter_mm: f64) -> Vec<(bool, f64, Homography)> {
    let corners = clockwise(three.iter().map(|disc| disc.centre).collect());
    let mut found = Vec::new();
    for lost in 0..4 {
        let kept: Vec<Point> = (1..4).map(|i| marks[(lost + i) % 4]).collect();
        for turn in 0..3 {
            let turned: Vec<Point> = (0..3).map(|i| corners[(i + turn) % 3]).collect();
            let scales: Vec<f64> = (0..3)
                .map(|i| {
                    let j = (i + 1) % 3;
                    turned[i].distance(turned[j]) / kept[i].distance(kept[j])
                })
                .collect();
            let high = scales.iter().copied().fold(0.0, f64::max);
            let low = scales.iter().copied().fold(f64::INFINITY, f64::min);
            let round = three[0].diameter_px / diameter_mm / high;
            // Without the fourth mark perspective cannot be told: only pages that lie nearly flat.
            if high / low < 1.06 && (1.0 / DIAMETER_RATIO..DIAMETER_RATIO).contains(&round) {
                found.extend(
                    fit::affine(&pairs(&kept, &turned)).map(|map| (false, area(&corners), map)),
                );
            }
        }
    }
    found
}

fn pairs(paper: &[Point], scan: &[Point]) -> Vec<Pair> {
    let pair = |(paper, scan): (&Point, &Point)| Pair {
        paper: *paper,
        scan: *scan,
    };
    paper.iter().zip(scan).map(pair).collect()
}

/// Points in clockwise order around their middle, y down.
fn clockwise(mut points: Vec<Point>) -> Vec<Point> {
    let n = points.len().max(1) as f64;
    let middle = Point::new(
        points.iter().map(|p| p.x).sum::<f64>() / n,
        points.iter().map(|p| p.y).sum::<f64>() / n,
    );
    let angle = |p: &Point| (p.y - middle.y).atan2(p.x - middle.x);
    points.sort_by(|a, b| angle(a).total_cmp(&angle(b)));
    points
}

/// All sets of four discs of like size: those of three, each with one that comes after them.
fn fours(discs: &[Disc]) -> Vec<[Disc; 4]> {
    let with_fourth =
        |[i, j, k]: [usize; 3]| later(discs, i, k).map(move |l| [i, j, k, l].map(|idx| discs[idx]));
    threes_by_index(discs).flat_map(with_fourth).collect()
}

fn threes(discs: &[Disc]) -> Vec<[Disc; 3]> {
    threes_by_index(discs)
        .map(|three| three.map(|idx| discs[idx]))
        .collect()
}

fn threes_by_index(discs: &[Disc]) -> impl Iterator<Item = [usize; 3]> {
    (0..discs.len())
        .flat_map(|i| later(discs, i, i).map(move |j| (i, j)))
        .flat_map(|(i, j)| later(discs, i, j).map(move |k| [i, j, k]))
}

/// The discs behind `after` that are like the one at `first`.
fn later(discs: &[Disc], first: usize, after: usize) -> impl Iterator<Item = usize> {
    (after + 1..discs.len()).filter(move |idx| alike(&discs[first], &discs[*idx]))
}

fn alike(a: &Disc, b: &Disc) -> bool {
    (a.diameter_px / b.diameter_px).ln().abs() < 0.45
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::layout::builtin;

    #[test]
    fn the_right_map_is_among_the_guesses_from_discs_with_others_between_them() {
        let layout = builtin().remove(0);
        let side = &layout.sides[0];
        let truth = Homography([5.8, 0.4, 90.0, -0.3, 5.9, 120.0, 2e-4, -1e-4, 1.0]);
        let mut discs: Vec<Disc> = side
            .marks
            .iter()
            .map(|mark| Disc {
                centre: truth.apply(mark.centre),
                diameter_px: 29.0,
            })
            .collect();
        let others = [[500.0, 300.0], [340.0, 900.0], [700.0, 1100.0]];
        discs.extend(others.map(|at| Disc {
            centre: Point::from(at),
            diameter_px: 27.0,
        }));
        let close = |map: &Homography| {
            let corner = Point::new(210.0, 297.0);
            map.apply(corner).distance(truth.apply(corner)) < 1.0
        };
        assert!(mark_guesses(&discs, side, layout.page).iter().any(close));
    }
}
