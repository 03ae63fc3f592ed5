//! Find: the lines of a block of writing, each with its own ink.

use super::Line;
use super::trace::{Curve, trace};
use crate::picture::Component;

/// A small letter is this share of the usual piece: most pieces have a head or a tail, or are words with both.
const LETTER_SHARE: f64 = 0.6;
/// Where lines touch, pieces are higher than words: letters may be so much smaller or larger than at first sight.
const SIZES: [f64; 6] = [1.4, 1.0, 0.7, 0.5, 0.35, 0.25];
/// Where there is one line: not much else than at first sight.
const SIZES_OF_ONE: [f64; 2] = [1.4, 1.0];
/// Where lines have rules, a small letter is this share of their distance.
const LETTER_PITCHES: f64 = 0.35;
/// The height of a small letter, in mean distances of a line's ink from its middle.
const LETTER_SPREADS: f64 = 2.4;
/// A letter is no smaller than this many pixels.
const LEAST_LETTER_PX: f64 = 4.0;
/// What a letter beside the end of a line adds to the distance from it, in letters.
const BESIDE: f64 = 0.35;
/// A piece belongs to two lines where more than this share of its ink is nearer to the second, ...
const SHARED: f64 = 0.18;
/// ... reaches its small letters, ...
const CORE_LETTERS: f64 = 0.45;
/// ... and is wider there than a tail, or has more ink there than any.
const WIDER_LETTERS: f64 = 1.4;
const MORE_THAN_TAIL: f64 = 0.35;
/// Runs of a piece that are looked at to know where it lies.
const SAMPLES: usize = 64;

/// The lines of a block, from top to bottom. `pitch_px` is the distance of its rules, where it has some.
pub fn find(pieces: Vec<Component>, pitch_px: Option<f64>) -> Vec<Line> {
    match pitch_px {
        Some(pitch_px) => find_of_sizes(pieces, &[LETTER_PITCHES * pitch_px], Some(pitch_px)),
        None => find_by_height(pieces, &SIZES),
    }
}

/// The lines of a picture that was cut out around one of them: that one, and what is left of its neighbours. Its letters are about
/// as high as most pieces; smaller ones would be the upper and lower halves of its letters.
pub fn find_single(pieces: Vec<Component>) -> Vec<Line> {
    find_by_height(pieces, &SIZES_OF_ONE)
}

fn find_by_height(pieces: Vec<Component>, sizes: &[f64]) -> Vec<Line> {
    let Some(usual) = letter_height(&pieces) else {
        return Vec::new();
    };
    let sizes = sizes.iter().map(|size| size * usual);
    let sizes: Vec<f64> = sizes.filter(|px| *px >= LEAST_LETTER_PX).collect();
    find_of_sizes(pieces, &sizes, None)
}

/// The lines for the height of letters at which the ink keeps closest to them.
fn find_of_sizes(pieces: Vec<Component>, sizes: &[f64], pitch_px: Option<f64>) -> Vec<Line> {
    let traced = sizes
        .iter()
        .map(|letter_px| Traced::of(&pieces, *letter_px, pitch_px));
    let Some(best) = traced.min_by(|a, b| a.looseness().total_cmp(&b.looseness())) else {
        return Vec::new();
    };
    let letter_px = LETTER_SPREADS * best.spread_px;
    let curves = trace(&pieces, letter_px, pitch_px);
    shared_out(pieces, &curves, letter_px)
}

/// The lines of a block, if its letters have some height.
struct Traced {
    /// How far the ink is from the nearest middle of a line, on average.
    spread_px: f64,
    /// The distance of the lines.
    pitch_px: f64,
}

impl Traced {
    fn of(pieces: &[Component], letter_px: f64, pitch_px: Option<f64>) -> Self {
        let curves = trace(pieces, letter_px, pitch_px);
        Self {
            spread_px: spread(pieces, &curves),
            pitch_px: pitch(pieces, &curves),
        }
    }

    /// Ink keeps to the middles of true lines; to middles of nothing it has no closer distance than by chance.
    fn looseness(&self) -> f64 {
        self.spread_px / self.pitch_px.max(1.0)
    }
}

/// The usual distance of the lines; of a single one the height of its ink.
fn pitch(pieces: &[Component], curves: &[Curve]) -> f64 {
    let below = |pair: &[Curve]| {
        let both = (
            pair[0].first_x().max(pair[1].first_x()),
            pair[0].last_x().min(pair[1].last_x()),
        );
        let x = f64::midpoint(both.0, both.1);
        pair[1].at(x) - pair[0].at(x)
    };
    let mut distances: Vec<f64> = curves.windows(2).map(below).collect();
    distances.sort_by(f64::total_cmp);
    let Some(curve) = curves.first() else {
        return 1.0;
    };
    distances
        .get(distances.len() / 2)
        .copied()
        .unwrap_or_else(|| {
            let runs = pieces.iter().flat_map(|piece| &piece.runs);
            let rows = runs.map(|run| run.y as f64 - curve.at(run.x0 as f64));
            let (top, bottom) = rows.fold((0.0f64, 0.0f64), |(top, bottom), y| {
                (top.min(y), bottom.max(y))
            });
            bottom - top
        })
}

/// About the height of a small letter: by the pieces as high as the usual one, wide ones counting more. Nothing without ink.
pub fn letter_height(pieces: &[Component]) -> Option<f64> {
    let mut sizes: Vec<(usize, usize)> = pieces
        .iter()
        .map(|piece| (piece.bounds.height(), piece.area_px))
        .collect();
    sizes.sort_unstable();
    let half = sizes.iter().map(|(_, ink)| ink).sum::<usize>() / 2;
    let mut seen = 0;
    let usual = sizes.iter().find(|(_, ink)| {
        seen += ink;
        seen >= half
    });
    usual.map(|(height, _)| (LETTER_SHARE * *height as f64).max(3.0))
}

/// The mean distance of the ink from the nearest middle of a line.
fn spread(pieces: &[Component], curves: &[Curve]) -> f64 {
    let (mut sum, mut n) = (0.0, 0.0);
    for run in pieces.iter().flat_map(|piece| piece.runs.iter().step_by(2)) {
        let x = run.middle_x();
        let off = curves
            .iter()
            .map(|curve| (run.y as f64 - curve.at(x)).abs());
        sum += off.fold(f64::INFINITY, f64::min).min(1e6) * run.length_px() as f64;
        n += run.length_px() as f64;
    }
    sum / f64::max(n, 1.0)
}

/// Gives each piece to the line that it lies on; one that is written into two lines is cut between them.
fn shared_out(pieces: Vec<Component>, curves: &[Curve], letter_px: f64) -> Vec<Line> {
    let mut lines: Vec<Vec<Component>> = vec![Vec::new(); curves.len()];
    for piece in pieces {
        let Some(own) = nearest(&piece, curves, letter_px) else {
            continue;
        };
        match second(&piece, curves, own, letter_px) {
            Some(other) => {
                for (line, part) in cut(&piece, curves, own, other) {
                    lines[line].push(part);
                }
            }
            None => lines[own].push(piece),
        }
    }
    let made = lines.into_iter().zip(curves);
    made.filter_map(|(mut pieces, curve)| {
        pieces.sort_by_key(|piece| piece.bounds.x0);
        let line = Line::of_pieces(pieces)?;
        Some(Line {
            curve: Some(curve.clone()),
            ..line
        })
    })
    .collect()
}

fn nearest(piece: &Component, curves: &[Curve], letter_px: f64) -> Option<usize> {
    let step = piece.runs.len().div_ceil(SAMPLES).max(1);
    let distance = |curve: &Curve| {
        let (mut sum, mut n) = (0.0, 0.0);
        for run in piece.runs.iter().step_by(step) {
            let x = run.middle_x();
            sum += (run.y as f64 - curve.at(x)).abs();
            n += 1.0;
        }
        let (left, right) = (piece.bounds.x0 as f64, piece.bounds.x1 as f64);
        let beside = (curve.first_x() - right)
            .max(left - curve.last_x())
            .max(0.0);
        sum / f64::max(n, 1.0) + BESIDE * beside.min(40.0 * letter_px)
    };
    (0..curves.len()).min_by(|a, b| distance(&curves[*a]).total_cmp(&distance(&curves[*b])))
}

/// Another line that the piece is written into as well.
fn second(piece: &Component, curves: &[Curve], own: usize, letter_px: f64) -> Option<usize> {
    if (piece.bounds.height() as f64) < 2.0 * letter_px {
        return None;
    }
    let neighbours = [
        own.checked_sub(1),
        (own + 1 < curves.len()).then_some(own + 1),
    ];
    neighbours.into_iter().flatten().find(|other| {
        let (mut ink, mut left, mut right, mut reaches) = (0, usize::MAX, 0, false);
        for run in &piece.runs {
            let x = run.middle_x();
            let off = |line: usize| (run.y as f64 - curves[line].at(x)).abs();
            if off(*other) < off(own) {
                ink += run.length_px();
                (left, right) = (left.min(run.x0), right.max(run.x1));
                reaches |= off(*other) < CORE_LETTERS * letter_px;
            }
        }
        let wide = right.saturating_sub(left) as f64 > WIDER_LETTERS * letter_px;
        let share = ink as f64 / piece.area_px as f64;
        reaches && (wide && share > SHARED || share > MORE_THAN_TAIL)
    })
}

fn cut(piece: &Component, curves: &[Curve], own: usize, other: usize) -> Vec<(usize, Component)> {
    let mut parts = [(own, Vec::new()), (other, Vec::new())];
    for run in &piece.runs {
        let x = run.middle_x();
        let off = |line: usize| (run.y as f64 - curves[line].at(x)).abs();
        parts[usize::from(off(other) < off(own))].1.push(*run);
    }
    let made = parts.into_iter();
    made.filter_map(|(line, runs)| Some((line, Component::of_runs(runs)?)))
        .collect()
}
