//! What people draw: strokes in a square of side 1, y down.

use crate::strokes::{Stroke, arc, lines, ring};

/// One drawing.
pub(crate) type Doodle = fn() -> Vec<Stroke>;

/// All drawings that people can make here.
pub(crate) const DOODLES: [Doodle; 9] =
    [sun, house, flower, face, tree, heart, cat, rainbow, teacup];

fn sun() -> Vec<Stroke> {
    let mut strokes = vec![ring([0.5, 0.5], 0.22)];
    for i in 0..10 {
        let (sin, cos) = (f64::from(i) * 36.0_f64).to_radians().sin_cos();
        let at = |r: f64| [0.5 + r * cos, 0.5 + r * sin];
        strokes.push(lines(&[at(0.29), at(0.47)]));
    }
    strokes
}

fn house() -> Vec<Stroke> {
    vec![
        lines(&[
            [0.12, 0.45],
            [0.12, 0.97],
            [0.88, 0.97],
            [0.88, 0.45],
            [0.12, 0.45],
        ]),
        lines(&[[0.05, 0.47], [0.5, 0.05], [0.95, 0.47]]),
        lines(&[[0.43, 0.97], [0.43, 0.68], [0.58, 0.68], [0.58, 0.97]]),
        lines(&[
            [0.2, 0.55],
            [0.34, 0.55],
            [0.34, 0.7],
            [0.2, 0.7],
            [0.2, 0.55],
        ]),
        lines(&[[0.27, 0.55], [0.27, 0.7]]),
        lines(&[
            [0.68, 0.55],
            [0.81, 0.55],
            [0.81, 0.7],
            [0.68, 0.7],
            [0.68, 0.55],
        ]),
        lines(&[[0.72, 0.24], [0.72, 0.1], [0.8, 0.1], [0.8, 0.32]]),
    ]
}

fn flower() -> Vec<Stroke> {
    let mut strokes = vec![ring([0.5, 0.3], 0.09)];
    for i in 0..6 {
        let (sin, cos) = (f64::from(i) * 60.0_f64).to_radians().sin_cos();
        strokes.push(ring([0.5 + 0.19 * cos, 0.3 + 0.19 * sin], 0.095));
    }
    strokes.push(lines(&[[0.5, 0.5], [0.49, 0.72], [0.51, 0.98]]));
    strokes.push(arc([0.65, 0.78], [0.15, 0.07], 170.0, 400.0));
    strokes.push(arc([0.36, 0.85], [0.14, 0.06], -220.0, 20.0));
    strokes
}

fn face() -> Vec<Stroke> {
    vec![
        ring([0.5, 0.5], 0.44),
        ring([0.35, 0.4], 0.045),
        ring([0.65, 0.4], 0.045),
        lines(&[[0.5, 0.46], [0.47, 0.58], [0.53, 0.58]]),
        arc([0.5, 0.55], [0.24, 0.22], 20.0, 160.0),
        arc([0.5, 0.16], [0.3, 0.14], 190.0, 350.0),
    ]
}

fn tree() -> Vec<Stroke> {
    vec![
        lines(&[[0.44, 0.98], [0.46, 0.62]]),
        lines(&[[0.57, 0.98], [0.55, 0.62]]),
        arc([0.3, 0.46], [0.2, 0.17], 60.0, 280.0),
        arc([0.5, 0.24], [0.25, 0.2], 170.0, 370.0),
        arc([0.72, 0.46], [0.2, 0.17], -95.0, 120.0),
        arc([0.5, 0.58], [0.22, 0.1], 10.0, 170.0),
        lines(&[[0.15, 0.98], [0.85, 0.98]]),
    ]
}

/// The usual curve of a heart in its angle `t`.
pub(crate) fn heart() -> Vec<Stroke> {
    let at = |i: u32| {
        let t = (f64::from(i) * 5.0).to_radians();
        let up = 13.0 * t.cos() - 5.0 * (2.0 * t).cos() - 2.0 * (3.0 * t).cos() - (4.0 * t).cos();
        [0.5 + 0.028 * 16.0 * t.sin().powi(3), 0.48 - 0.028 * up]
    };
    vec![lines(&(0..=72).map(at).collect::<Vec<_>>())]
}

fn cat() -> Vec<Stroke> {
    let mut strokes = vec![
        ring([0.5, 0.55], 0.34),
        lines(&[[0.22, 0.36], [0.2, 0.06], [0.4, 0.22]]),
        lines(&[[0.6, 0.22], [0.8, 0.06], [0.78, 0.36]]),
        ring([0.38, 0.48], 0.04),
        ring([0.62, 0.48], 0.04),
        lines(&[[0.46, 0.6], [0.54, 0.6], [0.5, 0.65], [0.46, 0.6]]),
        arc([0.44, 0.66], [0.06, 0.07], 0.0, 150.0),
        arc([0.56, 0.66], [0.06, 0.07], 30.0, 180.0),
    ];
    for (i, y) in [0.58, 0.64, 0.7].into_iter().enumerate() {
        let tilt = [-0.04, 0.0, 0.04][i];
        strokes.push(lines(&[[0.36, y], [0.04, y + tilt]]));
        strokes.push(lines(&[[0.64, y], [0.96, y + tilt]]));
    }
    strokes
}

fn rainbow() -> Vec<Stroke> {
    let bow = |r: f64| arc([0.5, 0.9], [r, r * 1.4], 180.0, 360.0);
    vec![bow(0.48), bow(0.41), bow(0.34), bow(0.27)]
}

fn teacup() -> Vec<Stroke> {
    vec![
        arc([0.45, 0.45], [0.33, 0.07], 0.0, 365.0),
        arc([0.45, 0.45], [0.33, 0.42], 0.0, 180.0),
        arc([0.8, 0.56], [0.13, 0.12], -110.0, 110.0),
        lines(&[[0.1, 0.93], [0.82, 0.93]]),
        lines(&[[0.33, 0.3], [0.37, 0.2], [0.32, 0.12], [0.36, 0.03]]),
        lines(&[[0.53, 0.3], [0.57, 0.2], [0.52, 0.12], [0.56, 0.03]]),
    ]
}
