//! Fit: the map from paper to scan that suits pairs of points best.
//!
//! Source: R. Hartley and A. Zisserman, *Multiple View Geometry*, chapter 4 (normalised direct linear
//! transformation, with the last entry held at one after normalisation).

use schemas::geometry::{Homography, Point};

/// A point on paper and where it lies in the scan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// On paper, in millimetres.
    pub paper: Point,
    /// In the scan, in pixels.
    pub scan: Point,
}

/// Moves, turns and scales evenly; two pairs are enough.
pub fn similarity(pairs: &[Pair]) -> Option<Homography> {
    fit(pairs, 4, |p, s| {
        [
            (vec![p.x, -p.y, 1.0, 0.0], s.x),
            (vec![p.y, p.x, 0.0, 1.0], s.y),
        ]
    })
    .map(|v| {
        Homography([
            v.0[0], -v.0[1], v.0[2], v.0[1], v.0[0], v.0[3], 0.0, 0.0, 1.0,
        ])
    })
    .and_then(|map| denormalised(&map, pairs))
}

/// Keeps parallels; three pairs are enough.
pub fn affine(pairs: &[Pair]) -> Option<Homography> {
    fit(pairs, 6, |p, s| {
        [
            (vec![p.x, p.y, 1.0, 0.0, 0.0, 0.0], s.x),
            (vec![0.0, 0.0, 0.0, p.x, p.y, 1.0], s.y),
        ]
    })
    .map(|v| {
        Homography([
            v.0[0], v.0[1], v.0[2], v.0[3], v.0[4], v.0[5], 0.0, 0.0, 1.0,
        ])
    })
    .and_then(|map| denormalised(&map, pairs))
}

/// Keeps straight lines; four pairs are enough.
pub fn homography(pairs: &[Pair]) -> Option<Homography> {
    fit(pairs, 8, |p, s| {
        [
            (
                vec![p.x, p.y, 1.0, 0.0, 0.0, 0.0, -p.x * s.x, -p.y * s.x],
                s.x,
            ),
            (
                vec![0.0, 0.0, 0.0, p.x, p.y, 1.0, -p.x * s.y, -p.y * s.y],
                s.y,
            ),
        ]
    })
    .map(|v| {
        let mut cells = [1.0; 9];
        cells[..8].copy_from_slice(&v.0);
        Homography(cells)
    })
    .and_then(|map| denormalised(&map, pairs))
}

/// The root mean square distance, in the scan's unit, between where the map puts the points and where they are.
pub fn residual(map: &Homography, pairs: &[Pair]) -> f64 {
    let squares = pairs
        .iter()
        .map(|pair| map.apply(pair.paper).distance(pair.scan).powi(2));
    (squares.sum::<f64>() / pairs.len().max(1) as f64).sqrt()
}

/// What [`robust`] made of its pairs.
#[derive(Clone, Debug)]
pub struct RobustFit {
    /// The map that suits the pairs that agree.
    pub map: Homography,
    /// The pairs that agree with it.
    pub agreeing: Vec<Pair>,
}

/// Rounds after which the pairs that agree no longer change.
const ROUNDS: usize = 8;

/// The map that suits most of the pairs: those that lie farther off than `tolerance` (in the scan's unit) and three
/// times the usual distance are left out, and the rest is fitted again, beginning with what most of them say about
/// move, turn and scale.
///
/// A map that keeps parallels is taken when one with perspective is no better: its far ends are steadier.
pub fn robust(pairs: &[Pair], tolerance: f64) -> Option<RobustFit> {
    let mut map = affine(&central(pairs)?)?;
    let mut agreeing: Vec<Pair> = Vec::new();
    for round in 0..ROUNDS {
        let limit = limit(&map, pairs, tolerance, round);
        let near = |pair: &&Pair| map.apply(pair.paper).distance(pair.scan) <= limit;
        let now: Vec<Pair> = pairs.iter().filter(near).copied().collect();
        if now == agreeing && round > 2 {
            break;
        }
        agreeing = now;
        map = simplest(&agreeing, round)?;
    }
    Some(RobustFit { map, agreeing })
}

/// The pairs that suit what the median says about a move and a scale: gross errors are left out at once.
fn central(pairs: &[Pair]) -> Option<Vec<Pair>> {
    let rough = similarity(pairs)?;
    let mut apart: Vec<(f64, Pair)> = pairs
        .iter()
        .map(|pair| (rough.apply(pair.paper).distance(pair.scan), *pair))
        .collect();
    apart.sort_by(|a, b| a.0.total_cmp(&b.0));
    apart.truncate((pairs.len() * 4).div_ceil(5).max(3));
    Some(apart.into_iter().map(|(_, pair)| pair).collect())
}

fn limit(map: &Homography, pairs: &[Pair], tolerance: f64, round: usize) -> f64 {
    let mut apart: Vec<f64> = pairs
        .iter()
        .map(|pair| map.apply(pair.paper).distance(pair.scan))
        .collect();
    apart.sort_by(f64::total_cmp);
    let median = apart.get(apart.len() / 2).copied().unwrap_or(0.0);
    // In the first rounds the map is still pulled by what will be left out.
    let usual = if round < 2 {
        2.5 * median
    } else {
        3.0 * median
    };
    if round < 2 {
        usual.max(tolerance)
    } else {
        usual.clamp(0.25 * tolerance, tolerance)
    }
}

/// Without perspective as long as that is as good.
fn simplest(pairs: &[Pair], round: usize) -> Option<Homography> {
    let flat = affine(pairs)?;
    let Some(deep) = homography(pairs).filter(|_| round > 0 && pairs.len() >= 6) else {
        return Some(flat);
    };
    let (flat_px, deep_px) = (residual(&flat, pairs), residual(&deep, pairs));
    Some(if deep_px < 0.8 * flat_px { deep } else { flat })
}

struct Solution(Vec<f64>);

/// Solves the normal equations of two rows for each pair of normalised points.
fn fit(
    pairs: &[Pair],
    n_unknowns: usize,
    rows: impl Fn(Point, Point) -> [(Vec<f64>, f64); 2],
) -> Option<Solution> {
    if pairs.len() * 2 < n_unknowns {
        return None;
    }
    let (paper, scan) = normalisers(pairs)?;
    let mut matrix = vec![vec![0.0; n_unknowns + 1]; n_unknowns];
    for pair in pairs {
        for (row, value) in rows(paper.apply(pair.paper), scan.apply(pair.scan)) {
            for i in 0..n_unknowns {
                for j in 0..n_unknowns {
                    matrix[i][j] += row[i] * row[j];
                }
                matrix[i][n_unknowns] += row[i] * value;
            }
        }
    }
    solve(matrix).map(Solution)
}

fn denormalised(map: &Homography, pairs: &[Pair]) -> Option<Homography> {
    let (paper, scan) = normalisers(pairs)?;
    let whole = paper.then(map).then(&scan.inverse()?);
    let scale = whole.0[8];
    let usable = scale.is_finite() && scale.abs() > 1e-12;
    usable.then(|| Homography(whole.0.map(|cell| cell / scale)))
}

/// The maps that bring either side's points around the origin, at a mean distance of one.
fn normalisers(pairs: &[Pair]) -> Option<(Homography, Homography)> {
    let paper = normaliser(pairs.iter().map(|pair| pair.paper))?;
    let scan = normaliser(pairs.iter().map(|pair| pair.scan))?;
    Some((paper, scan))
}

fn normaliser(points: impl Iterator<Item = Point> + Clone) -> Option<Homography> {
    let n = points.clone().count() as f64;
    let middle = Point::new(
        points.clone().map(|p| p.x).sum::<f64>() / n,
        points.clone().map(|p| p.y).sum::<f64>() / n,
    );
    let spread = points.map(|p| p.distance(middle)).sum::<f64>() / n;
    let usable = spread.is_finite() && spread > 1e-9;
    usable.then(|| {
        Homography::translation(-middle.x, -middle.y).then(&Homography::scaling(1.0 / spread))
    })
}

/// Gauss elimination with row exchange; the last column is the right side.
fn solve(mut matrix: Vec<Vec<f64>>) -> Option<Vec<f64>> {
    let n = matrix.len();
    for column in 0..n {
        let pivot = (column..n).max_by(|a, b| {
            matrix[*a][column]
                .abs()
                .total_cmp(&matrix[*b][column].abs())
        })?;
        if matrix[pivot][column].abs() < 1e-12 {
            return None;
        }
        matrix.swap(column, pivot);
        let pivot_row = matrix[column].clone();
        for (row_idx, row) in matrix.iter_mut().enumerate() {
            if row_idx != column {
                let factor = row[column] / pivot_row[column];
                row.iter_mut()
                    .zip(&pivot_row)
                    .for_each(|(cell, above)| *cell -= factor * above);
            }
        }
    }
    Some((0..n).map(|i| matrix[i][n] / matrix[i][i]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pairs(map: &Homography, points: &[[f64; 2]]) -> Vec<Pair> {
        let pair = |p: &[f64; 2]| Pair {
            paper: Point::from(*p),
            scan: map.apply(Point::from(*p)),
        };
        points.iter().map(pair).collect()
    }

    const MARKS: [[f64; 2]; 7] = [
        [10.0, 10.0],
        [200.0, 10.0],
        [200.0, 287.0],
        [10.0, 287.0],
        [172.0, 20.0],
        [192.0, 20.0],
        [172.0, 40.0],
    ];

    #[test]
    fn a_perspective_is_found_again_from_its_points() {
        let truth = Homography([11.8, 0.3, 40.0, -0.2, 11.9, 25.0, 1e-5, -2e-5, 1.0]);
        let found = homography(&pairs(&truth, &MARKS)).unwrap();
        for corner in [[0.0, 0.0], [210.0, 297.0]] {
            let corner = Point::from(corner);
            assert!(found.apply(corner).distance(truth.apply(corner)) < 1e-6);
        }
    }

    #[test]
    fn points_on_one_line_fit_nothing_but_a_similarity() {
        let truth = Homography::scaling(3.0);
        let line = pairs(&truth, &[[0.0, 0.0], [1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]);
        assert!(similarity(&line).is_some());
        assert!(affine(&line).is_none());
        assert!(homography(&line).is_none());
    }

    #[test]
    fn too_few_points_or_the_same_point_thrice_fit_nothing() {
        let truth = Homography::IDENTITY;
        assert!(similarity(&pairs(&truth, &[[1.0, 1.0]])).is_none());
        assert!(affine(&pairs(&truth, &[[1.0, 1.0]; 3])).is_none());
    }

    #[test]
    fn a_fifth_of_wrong_pairs_does_not_move_a_robust_fit() {
        let truth = Homography([5.9, 0.1, 40.0, -0.1, 5.9, 25.0, 2e-5, -3e-5, 1.0]);
        let grid: Vec<[f64; 2]> = (0..40)
            .map(|i| {
                [
                    f64::from(i % 5) * 45.0 + 10.0,
                    f64::from(i / 5) * 38.0 + 10.0,
                ]
            })
            .collect();
        let mut pairs = pairs(&truth, &grid);
        for pair in pairs.iter_mut().step_by(5) {
            pair.scan.x += 30.0;
        }
        let found = robust(&pairs, 3.0).unwrap();
        assert_eq!(found.agreeing.len(), 32);
        for corner in [[0.0, 0.0], [210.0, 297.0]] {
            let corner = Point::from(corner);
            assert!(found.map.apply(corner).distance(truth.apply(corner)) < 0.01);
        }
    }

    proptest! {
        #[test]
        fn a_turned_page_is_found_again_by_every_model(
            deg in -180.0f64..180.0, scale in 2.0f64..25.0, dx in -500.0f64..500.0
        ) {
            let truth = Homography::rotation(deg, Point::new(105.0, 148.0))
                .then(&Homography::scaling(scale))
                .then(&Homography::translation(dx, 31.0));
            let pairs = pairs(&truth, &MARKS);
            for map in [similarity(&pairs), affine(&pairs), homography(&pairs)] {
                prop_assert!(residual(&map.unwrap(), &pairs) < 1e-6);
            }
        }
    }
}
