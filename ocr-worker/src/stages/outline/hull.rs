//! The smallest figures without dents, and with four corners, around points.

use schemas::geometry::Point;

/// The convex hull, clockwise as seen (y down), without points on its edges.
///
/// Source: A. Andrew, *Another efficient algorithm for convex hulls in two dimensions*, 1979.
pub(super) fn hull(mut points: Vec<Point>) -> Vec<Point> {
    points.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    points.dedup();
    if points.len() < 3 {
        return points;
    }
    let mut around = half(points.iter());
    around.pop();
    around.extend(half(points.iter().rev()));
    around.pop();
    around
}

fn half<'a>(points: impl Iterator<Item = &'a Point>) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::new();
    for point in points {
        while let [.., a, b] = kept.as_slice()
            && turn(*a, *b, *point) <= 0.0
        {
            kept.pop();
        }
        kept.push(*point);
    }
    kept
}

/// Above zero when the way over three points turns right, as seen with y down; twice the area of their triangle.
fn turn(a: Point, b: Point, c: Point) -> f64 {
    (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x)
}

/// A figure with four corners around a hull: the edge that adds least when its neighbours are made longer until they
/// meet is taken away, until there are four.
pub(super) fn four_corners(hull: &[Point]) -> Option<[Point; 4]> {
    let mut corners = hull.to_vec();
    while corners.len() > 4 {
        let n = corners.len();
        let without = |i: usize| {
            let [before, from, to, after] = [n - 1, 0, 1, 2].map(|step| corners[(i + step) % n]);
            let meeting = meeting(before, from, after, to)?;
            Some((turn(from, meeting, to).abs(), i, meeting))
        };
        let (_, i, meeting) = (0..n)
            .filter_map(without)
            .min_by(|a, b| a.0.total_cmp(&b.0))?;
        corners[i] = meeting;
        corners.remove((i + 1) % n);
    }
    corners.try_into().ok()
}

/// Where the way from `a` over `b` and the way from `c` over `d` meet, beyond both.
fn meeting(a: Point, b: Point, c: Point, d: Point) -> Option<Point> {
    let (one, other) = ((b.x - a.x, b.y - a.y), (d.x - c.x, d.y - c.y));
    let across = one.0 * other.1 - one.1 * other.0;
    if across.abs() < 1e-9 {
        return None;
    }
    let along = |way: (f64, f64)| ((c.x - a.x) * way.1 - (c.y - a.y) * way.0) / across;
    let (first, second) = (along(other), along(one));
    (first >= 1.0 && second >= 1.0).then(|| Point::new(a.x + first * one.0, a.y + first * one.1))
}

/// The area of a figure.
///
/// Source: the shoelace formula.
pub(in crate::stages) fn area(corners: &[Point]) -> f64 {
    let next = corners.iter().cycle().skip(1);
    let twice: f64 = corners
        .iter()
        .zip(next)
        .map(|(a, b)| a.x * b.y - b.x * a.y)
        .sum();
    twice.abs() / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(places: &[[f64; 2]]) -> Vec<Point> {
        places.iter().map(|at| Point::from(*at)).collect()
    }

    #[test]
    fn a_hull_goes_clockwise_and_leaves_out_what_is_inside_and_on_its_edges() {
        let square = points(&[
            [0.0, 0.0],
            [4.0, 0.0],
            [4.0, 4.0],
            [0.0, 4.0],
            [2.0, 0.0],
            [1.0, 3.0],
        ]);
        let hull = hull(square);
        assert_eq!(
            hull,
            points(&[[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]])
        );
        assert!((area(&hull) - 16.0).abs() < 1e-9);
    }

    #[test]
    fn a_corner_that_is_bent_over_is_where_its_edges_would_meet() {
        let bent = points(&[
            [0.0, 0.0],
            [90.0, 0.0],
            [97.0, 2.0],
            [100.0, 10.0],
            [100.0, 140.0],
            [0.0, 140.0],
        ]);
        let corners = four_corners(&hull(bent)).unwrap();
        let wanted = Point::new(100.0, 0.0);
        assert!(
            corners.iter().any(|at| at.distance(wanted) < 1e-6),
            "{corners:?}"
        );
    }

    #[test]
    fn a_triangle_has_no_four_corners() {
        assert!(four_corners(&points(&[[0.0, 0.0], [9.0, 0.0], [0.0, 9.0]])).is_none());
    }
}
