//! Lines that a hand draws: never quite straight, never quite closed.

use schemas::geometry::Point;

use crate::dice::Dice;

/// One stroke of a pen: points in order, in the unit of whoever made them.
pub(crate) type Stroke = Vec<Point>;

/// Part of an ellipse, clockwise as seen, from and to an angle in degrees (0 is to the right).
pub(crate) fn arc(centre: [f64; 2], radius: [f64; 2], from_deg: f64, to_deg: f64) -> Stroke {
    (0..=72)
        .map(|i| {
            let turn = (from_deg + (to_deg - from_deg) * f64::from(i) / 72.0).to_radians();
            Point::new(
                centre[0] + radius[0] * turn.cos(),
                centre[1] + radius[1] * turn.sin(),
            )
        })
        .collect()
}

/// A round shape that is closed with a little overlap.
pub(crate) fn ring(centre: [f64; 2], radius: f64) -> Stroke {
    arc(centre, [radius, radius], -95.0, 275.0)
}

/// Straight pieces through `points`.
pub(crate) fn lines(points: &[[f64; 2]]) -> Stroke {
    points.iter().copied().map(Point::from).collect()
}

/// What becomes of an exact stroke in millimetres when a hand draws it.
pub(crate) fn wobbly(stroke: &[Point], amount_mm: f64, dice: &mut Dice) -> Stroke {
    let waves: Vec<[f64; 4]> = (0..3)
        .map(|_| {
            let period_mm = dice.between(5.0, 22.0);
            [
                period_mm,
                dice.unit() * 6.3,
                dice.unit() * 6.3,
                dice.between(0.4, 1.0),
            ]
        })
        .collect();
    let mut along = 0.0;
    let mut last = None;
    let dense = densified(stroke);
    dense
        .iter()
        .map(|point| {
            along += last.map_or(0.0, |before: Point| before.distance(*point));
            last = Some(*point);
            let shift = |phase: usize| -> f64 {
                let wave = |w: &[f64; 4]| w[3] * (along / w[0] * 6.3 + w[phase]).sin();
                waves.iter().map(wave).sum::<f64>() * amount_mm / 2.0
            };
            Point::new(point.x + shift(1), point.y + shift(2))
        })
        .collect()
}

/// The same stroke with a point at least every millimetre and a half.
fn densified(stroke: &[Point]) -> Stroke {
    const STEP_MM: f64 = 1.5;
    let mut dense: Stroke = stroke.first().copied().into_iter().collect();
    for pair in stroke.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let mut done = STEP_MM;
        let length = from.distance(to);
        while done < length {
            let t = done / length;
            dense.push(Point::new(
                from.x + (to.x - from.x) * t,
                from.y + (to.y - from.y) * t,
            ));
            done += STEP_MM;
        }
        dense.push(to);
    }
    dense
}
