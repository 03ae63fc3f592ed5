//! The printed discs and the eyes of the code: found one by one, to a fraction of a pixel.

use std::f64::consts::PI;

use image::GrayImage;
use schemas::geometry::{BoxMm, Homography, Point};
use schemas::layout::{RegistrationMark, Side};

use super::px_per_mm_at;
use crate::stages::blob::{self, Wanted};
use crate::stages::code::FoundCode;
use crate::stages::fit::{self, Pair};

/// How far around the guess a mark is looked for, in millimetres, one after the other.
const REACHES_MM: [f64; 3] = [4.0, 9.0, 16.0];
/// When the page is known to lie well, a mark lies no farther off than this.
const SURE_REACH_MM: f64 = 1.5;
/// The marks of a sheet that was pulled are looked for this far from where they should be.
const PULLED_REACHES_MM: [f64; 3] = [6.0, 12.0, 20.0];
/// Two marks of the same edge are moved by the same way when they differ by no more than this.
const TOGETHER_MM: f64 = 3.0;
/// The fewest modules that a code has.
const MIN_MODULES: u32 = 21;

/// A mark that was found, by its name.
pub(super) type FoundMark = (String, Pair);

/// Where the code is printed; a side without one has been recognised by other means.
pub(super) fn code_area(side: &Side) -> BoxMm {
    side.code.map_or(BoxMm::from([0.0; 4]), |code| code.area)
}

/// The code's corners; only their place, turn and scale: what a code of 26 mm says about perspective is noise.
pub(super) fn guess_from_code(code: &FoundCode, side: &Side) -> Option<Homography> {
    let printed = code_area(side).corners();
    let pairs: Vec<Pair> = printed
        .into_iter()
        .zip(code.corners_px)
        .map(|(paper, scan)| Pair { paper, scan })
        .collect();
    fit::similarity(&pairs)
}

/// The dark squares in the middle of the code's three finder patterns; none when the number of modules is unknown.
pub(super) fn find_eyes(
    page: &GrayImage,
    code: &FoundCode,
    side: &Side,
    guess: &Homography,
) -> Vec<Pair> {
    let area = code_area(side);
    let Some(n_modules) = code.n_modules.filter(|n| *n >= MIN_MODULES) else {
        return Vec::new();
    };
    let module_mm = area.width / f64::from(n_modules);
    let (near, far) = (3.5 * module_mm, area.width - 3.5 * module_mm);
    let scale = px_per_mm_at(guess, area.centre());
    let places = [(near, near), (far, near), (near, far)];
    let eye = |(x, y): (f64, f64)| {
        let paper = Point::new(area.x + x, area.y + y);
        let wanted = Wanted {
            near: guess.apply(paper),
            reach_px: 2.5 * module_mm * scale,
            area_px: (3.0 * module_mm * scale).powi(2),
            fill: (0.45, 1.01),
        };
        blob::find(page, &wanted).map(|scan| Pair { paper, scan })
    };
    places.into_iter().filter_map(eye).collect()
}

/// The marks that are found, nearest to the code first; each one corrects the guess for the next.
pub(super) fn find_marks(
    page: &GrayImage,
    side: &Side,
    guess: &Homography,
    eyes: &[Pair],
) -> Vec<FoundMark> {
    let code = code_area(side).centre();
    let mut order: Vec<&RegistrationMark> = side.marks.iter().collect();
    order.sort_by(|a, b| a.centre.distance(code).total_cmp(&b.centre.distance(code)));
    let mut guess = if eyes.len() == 3 {
        fit::similarity(eyes).unwrap_or(*guess)
    } else {
        *guess
    };
    let mut found: Vec<FoundMark> = Vec::new();
    for mark in order {
        if let Some(pair) = find_mark(page, mark, &guess, &REACHES_MM) {
            found.push((mark.id.clone(), pair));
            let pairs: Vec<Pair> = found
                .iter()
                .map(|(_, pair)| *pair)
                .chain(eyes.iter().copied())
                .collect();
            guess = fit::similarity(&pairs).unwrap_or(guess);
        }
    }
    found
}

/// The marks that lie where a map puts them.
pub(super) fn confirm_marks(page: &GrayImage, side: &Side, map: &Homography) -> Vec<FoundMark> {
    side.marks
        .iter()
        .filter_map(|mark| {
            let pair = find_mark(page, mark, map, &[SURE_REACH_MM])?;
            Some((mark.id.clone(), pair))
        })
        .collect()
}

/// How many marks that are not where they should be are found beside their place, all moved by the same way: the edge of a
/// sheet that was pulled, or of another sheet. One alone may be a blot.
pub(super) fn moved_together(
    page: &GrayImage,
    side: &Side,
    map: &Homography,
    kept: &[&str],
) -> usize {
    let moved = |mark: &RegistrationMark| {
        let found = find_mark(page, mark, map, &PULLED_REACHES_MM)?;
        let (scan, expected) = (found.scan, map.apply(mark.centre));
        let scale = px_per_mm_at(map, mark.centre);
        let by = Point::new((scan.x - expected.x) / scale, (scan.y - expected.y) / scale);
        (by.distance(Point::default()) > SURE_REACH_MM).then_some(by)
    };
    let lost = side
        .marks
        .iter()
        .filter(|mark| !kept.contains(&mark.id.as_str()));
    let moved: Vec<Point> = lost.filter_map(moved).collect();
    let like = |a: &Point| {
        moved
            .iter()
            .filter(|b| a.distance(**b) < TOGETHER_MM)
            .count()
    };
    moved.iter().map(like).max().unwrap_or(0)
}

fn find_mark(
    page: &GrayImage,
    mark: &RegistrationMark,
    guess: &Homography,
    reaches_mm: &[f64],
) -> Option<Pair> {
    let scale = px_per_mm_at(guess, mark.centre);
    let wanted = |reach_mm: f64| Wanted {
        near: guess.apply(mark.centre),
        reach_px: reach_mm * scale,
        area_px: PI * (mark.diameter_mm / 2.0 * scale).powi(2),
        fill: (0.68, 0.9),
    };
    reaches_mm
        .iter()
        .find_map(|reach_mm| blob::find(page, &wanted(*reach_mm)))
        .map(|scan| Pair {
            paper: mark.centre,
            scan,
        })
}
