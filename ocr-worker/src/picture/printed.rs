//! Printed: where the outline of a box to tick or of a bubble is printed, near where somebody says that it is.
//!
//! A layout's boxes are compared with the print below them, so they must lie on it; a hand that draws is a millimetre off.
//! An outline is a thin dark line of known shape with lighter paper on both sides. How well one fits is measured at points
//! along it; that finds the circle around a letter, and the circle of which a worn print shows only a part.

use image::GrayImage;
use schemas::geometry::BoxMm;

mod drift;

use drift::Drift;

/// Boxes larger than this have lines as much thicker, and are drawn as much less exactly: everything below grows with them.
const USUAL_MM: f64 = 6.0;
/// On both sides of the line, this far from it, must be paper: more than half a printed line, less than a bubble's letter needs.
const BESIDE_MM: f64 = 0.4;
/// The difference between line and paper, of 1, that an outline has at least; grain and letters stay below.
const MIN_CONTRAST: f64 = 0.1;
/// One point counts no more than this: a few black points are no outline.
const MAX_POINT: f64 = 0.5;
/// How far off a hand draws, and no further than towards the middle between two boxes.
const REACH_MM: f64 = 1.3;
const REACH_SHARE: f64 = 0.45;
/// Of two outlines that fit alike, the nearer one is meant.
const FAR_COSTS: f64 = 0.25;
/// Another size than the one given is believed when it fits better even so.
const OTHER_SIZE: f64 = 0.85;
/// The steps of the search: a printed line is wider than the coarse one.
const COARSE_MM: f64 = 0.16;
const FINE_MM: f64 = 0.04;
/// A box that is further from where its neighbours say than this was taken for something else.
const MAX_STRAY_MM: f64 = 0.35;
/// The size of a grid's boxes is looked for in these shares of the size given, and measured at no more boxes than this.
const SIZES: (f64, f64) = (0.55, 1.6);
const MEASURED: usize = 24;

/// What an outline looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Four straight lines.
    Box,
    /// A circle, or an ellipse.
    Round,
}

/// The picture of an empty form from edge to edge.
#[derive(Clone, Copy, Debug)]
pub struct Print<'a> {
    /// The picture.
    pub picture: &'a GrayImage,
    /// Its pixels in a millimetre of paper.
    pub px_per_mm: f64,
}

/// An outline, and how well it fits.
#[derive(Clone, Copy, Debug)]
struct Fit {
    area: BoxMm,
    contrast: f64,
}

impl Print<'_> {
    /// The outline that is printed at or near each of these places, of about this size; nothing where none is.
    pub fn outlines(&self, places: &[(BoxMm, Shape)]) -> Vec<Option<BoxMm>> {
        let unit_mm = unit_mm(places);
        let found = self
            .in_units(unit_mm)
            .outlines_nearby(&times(places, 1.0 / unit_mm));
        let in_mm = |area: Option<BoxMm>| area.map(|area| scaled(area, unit_mm));
        found.into_iter().map(in_mm).collect()
    }

    /// Equal boxes that were drawn roughly, each moved onto its outline, in the size that is printed. They are looked for
    /// together: one whose outline is hidden goes where the others say. Nothing when the print has no such outlines.
    pub fn lay(&self, places: &[(BoxMm, Shape)]) -> Option<Vec<BoxMm>> {
        let unit_mm = unit_mm(places);
        let laid = self
            .in_units(unit_mm)
            .lay_together(&times(places, 1.0 / unit_mm))?;
        Some(laid.into_iter().map(|area| scaled(area, unit_mm)).collect())
    }

    /// The same picture measured in another unit.
    fn in_units(&self, unit_mm: f64) -> Self {
        Self {
            px_per_mm: self.px_per_mm * unit_mm,
            ..*self
        }
    }

    fn outlines_nearby(&self, places: &[(BoxMm, Shape)]) -> Vec<Option<BoxMm>> {
        let reaches = reaches(places);
        let nearest = |((area, shape), reach_mm): (&(BoxMm, Shape), f64)| {
            let fit = |factor: f64| self.nearest(sized(*area, factor, factor), *shape, reach_mm);
            let as_given = fit(1.0);
            let others = [fit(0.9), fit(1.1)];
            let clearly = |other: &Fit| other.contrast * OTHER_SIZE > as_given.contrast;
            let other = others.into_iter().filter(clearly).max_by(by_contrast);
            let best = self.refined(other.unwrap_or(as_given), *shape);
            (best.contrast >= MIN_CONTRAST).then_some(best.area)
        };
        places.iter().zip(reaches).map(nearest).collect()
    }

    fn lay_together(&self, places: &[(BoxMm, Shape)]) -> Option<Vec<BoxMm>> {
        let reaches = reaches(places);
        let factor = self.size(places, &reaches);
        let mut laid: Vec<BoxMm> = places
            .iter()
            .map(|(area, _)| sized(*area, factor, factor))
            .collect();
        for closer in [1.0, 0.4] {
            let fits: Vec<Fit> = (0..laid.len())
                .map(|i| self.nearest(laid[i], places[i].1, reaches[i] * closer))
                .collect();
            laid = Drift::of(&laid, &fits).apply(&laid);
        }
        let (across, down) = self.proportions(&laid, places);
        for area in &mut laid {
            *area = sized(*area, across, down);
        }
        let near = MAX_STRAY_MM + COARSE_MM;
        let fit = |i: usize| self.refined(self.nearest(laid[i], places[i].1, near), places[i].1);
        let fits: Vec<Fit> = (0..laid.len()).map(fit).collect();
        let n_found = fits.iter().filter(|f| f.contrast >= MIN_CONTRAST).count();
        if 2 * n_found < fits.len() {
            return None;
        }
        let expected = Drift::of(&laid, &fits).apply(&laid);
        let settled = |(fit, expected): (Fit, BoxMm)| {
            let is_near = distance(&fit.area, &expected) <= MAX_STRAY_MM;
            let is_it = is_near && fit.contrast >= MIN_CONTRAST;
            if is_it { fit.area } else { expected }
        };
        Some(fits.into_iter().zip(expected).map(settled).collect())
    }

    /// The share of the given size that fits best.
    fn size(&self, places: &[(BoxMm, Shape)], reaches: &[f64]) -> f64 {
        let every = places.len().div_ceil(MEASURED).max(1);
        let sample = || (0..places.len()).step_by(every);
        let contrast = |factor: f64| -> f64 {
            let fit = |i: usize| {
                let area = sized(places[i].0, factor, factor);
                self.nearest(area, places[i].1, reaches[i]).contrast
            };
            sample().map(fit).sum()
        };
        best_of(steps(SIZES.0, SIZES.1, 0.05), contrast)
    }

    /// What width and height are to be multiplied with: ellipses are wider than they are high.
    fn proportions(&self, laid: &[BoxMm], places: &[(BoxMm, Shape)]) -> (f64, f64) {
        let every = laid.len().div_ceil(MEASURED).max(1);
        let total = |across: f64, down: f64| -> f64 {
            let at = |i: usize| self.contrast(sized(laid[i], across, down), places[i].1);
            (0..laid.len()).step_by(every).map(at).sum()
        };
        let across = best_of(steps(0.8, 1.25, 0.025), |across| total(across, 1.0));
        let down = best_of(steps(0.8, 1.25, 0.025), |down| total(across, down));
        (
            best_of(steps(0.8, 1.25, 0.025), |across| total(across, down)),
            down,
        )
    }

    /// The best place within reach.
    fn nearest(&self, area: BoxMm, shape: Shape, reach_mm: f64) -> Fit {
        self.best_around(area, shape, reach_mm, COARSE_MM)
    }

    fn refined(&self, fit: Fit, shape: Shape) -> Fit {
        self.best_around(fit.area, shape, COARSE_MM, FINE_MM)
    }

    fn best_around(&self, area: BoxMm, shape: Shape, reach_mm: f64, step_mm: f64) -> Fit {
        let mut best = Fit {
            area,
            contrast: self.contrast(area, shape),
        };
        let mut best_worth = best.contrast;
        for dx in steps(-reach_mm, reach_mm, step_mm) {
            for dy in steps(-reach_mm, reach_mm, step_mm) {
                let moved = moved(area, dx, dy);
                let contrast = self.contrast(moved, shape);
                let worth = contrast * (1.0 - FAR_COSTS * dx.hypot(dy) / REACH_MM);
                if worth > best_worth {
                    best_worth = worth;
                    best = Fit {
                        area: moved,
                        contrast,
                    };
                }
            }
        }
        best
    }

    /// How much darker than the paper on both sides the line of this outline is, 0 to 1.
    fn contrast(&self, area: BoxMm, shape: Shape) -> f64 {
        let centre = (area.x + area.width / 2.0, area.y + area.height / 2.0);
        let half = (area.width / 2.0, area.height / 2.0);
        let dark = |(u, v): (f64, f64), by: f64| {
            self.darkness(centre.0 + u * (half.0 + by), centre.1 + v * (half.1 + by))
        };
        let point = |at: (f64, f64)| {
            let beside = dark(at, -BESIDE_MM).max(dark(at, BESIDE_MM));
            (dark(at, 0.0) - beside).clamp(-MAX_POINT, MAX_POINT)
        };
        let points = shape.points();
        points.iter().map(|at| point(*at)).sum::<f64>() / points.len() as f64
    }

    /// 0 for white and 1 for black, between pixels too; white outside of the page.
    fn darkness(&self, x_mm: f64, y_mm: f64) -> f64 {
        let (x, y) = (x_mm * self.px_per_mm - 0.5, y_mm * self.px_per_mm - 0.5);
        let (left, top) = (x.floor(), y.floor());
        let (right_share, bottom_share) = (x - left, y - top);
        let at = |x: f64, y: f64| {
            let (width, height) = (
                f64::from(self.picture.width()),
                f64::from(self.picture.height()),
            );
            let inside = x >= 0.0 && y >= 0.0 && x < width && y < height;
            let value = if inside {
                self.picture.get_pixel(x as u32, y as u32).0[0]
            } else {
                u8::MAX
            };
            1.0 - f64::from(value) / 255.0
        };
        let row = |y: f64| at(left, y) * (1.0 - right_share) + at(left + 1.0, y) * right_share;
        row(top) * (1.0 - bottom_share) + row(top + 1.0) * bottom_share
    }
}

impl Shape {
    /// Points along the outline of a box from -1 to 1.
    fn points(self) -> [(f64, f64); 40] {
        std::array::from_fn(|i| {
            let share = i as f64 / 40.0;
            match self {
                Self::Round => {
                    let (sin, cos) = (share * std::f64::consts::TAU).sin_cos();
                    (cos, sin)
                }
                Self::Box => {
                    let along = (i % 10) as f64 / 5.0 - 0.9;
                    [(along, -1.0), (1.0, along), (along, 1.0), (-1.0, along)][i / 10]
                }
            }
        })
    }
}

/// How many millimetres what is written in the constants as one stands for.
fn unit_mm(places: &[(BoxMm, Shape)]) -> f64 {
    let sizes = places.iter().map(|(area, _)| area.width.min(area.height));
    let smallest_mm = sizes.reduce(f64::min).unwrap_or(USUAL_MM);
    (smallest_mm / USUAL_MM).max(1.0)
}

fn times(places: &[(BoxMm, Shape)], factor: f64) -> Vec<(BoxMm, Shape)> {
    let times = |(area, shape): &(BoxMm, Shape)| (scaled(*area, factor), *shape);
    places.iter().map(times).collect()
}

fn scaled(area: BoxMm, factor: f64) -> BoxMm {
    BoxMm::from(<[f64; 4]>::from(area).map(|mm| mm * factor))
}

/// How far each box may be moved.
fn reaches(places: &[(BoxMm, Shape)]) -> Vec<f64> {
    let reach = |(i, (area, _)): (usize, &(BoxMm, Shape))| {
        let others = places.iter().enumerate().filter(|(other, _)| *other != i);
        let nearest = others.map(|(_, (other, _))| distance(area, other));
        nearest.fold(REACH_MM, |reach, mm| reach.min(mm * REACH_SHARE))
    };
    places.iter().enumerate().map(reach).collect()
}

/// From middle to middle.
fn distance(a: &BoxMm, b: &BoxMm) -> f64 {
    let across = a.x + a.width / 2.0 - b.x - b.width / 2.0;
    let down = a.y + a.height / 2.0 - b.y - b.height / 2.0;
    across.hypot(down)
}

fn moved(area: BoxMm, dx: f64, dy: f64) -> BoxMm {
    BoxMm {
        x: area.x + dx,
        y: area.y + dy,
        ..area
    }
}

/// The same box around its middle in another size.
fn sized(area: BoxMm, across: f64, down: f64) -> BoxMm {
    let (width, height) = (area.width * across, area.height * down);
    BoxMm {
        x: area.x + (area.width - width) / 2.0,
        y: area.y + (area.height - height) / 2.0,
        width,
        height,
    }
}

fn steps(from: f64, to: f64, step: f64) -> impl Iterator<Item = f64> {
    let n_steps = ((to - from) / step).round().max(0.0) as u32;
    (0..=n_steps).map(move |i| from + f64::from(i) * step)
}

fn best_of(candidates: impl Iterator<Item = f64>, worth: impl Fn(f64) -> f64) -> f64 {
    let ranked = candidates.map(|candidate| (candidate, worth(candidate)));
    let best = ranked.max_by(|a, b| a.1.total_cmp(&b.1));
    best.map_or(1.0, |(candidate, _)| candidate)
}

fn by_contrast(a: &Fit, b: &Fit) -> std::cmp::Ordering {
    a.contrast.total_cmp(&b.contrast)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PX_PER_MM: f64 = 200.0 / 25.4;

    /// Five columns and four rows of outlines with a stroke inside, 4 mm wide.
    fn sheet(shape: Shape) -> (GrayImage, Vec<BoxMm>) {
        let areas: Vec<BoxMm> = (0..20)
            .map(|i| {
                let (column, row) = (f64::from(i % 5), f64::from(i / 5));
                BoxMm::from([20.0 + 7.3 * column, 30.0 + 6.1 * row, 4.0, 4.0])
            })
            .collect();
        let mut picture = GrayImage::from_pixel(560, 560, image::Luma([240]));
        for (x, y, pixel) in picture.enumerate_pixels_mut() {
            let mm = |px: u32| (f64::from(px) + 0.5) / PX_PER_MM;
            if areas.iter().any(|area| is_ink(area, shape, mm(x), mm(y))) {
                pixel.0[0] = 60;
            }
        }
        (picture, areas)
    }

    fn is_ink(area: &BoxMm, shape: Shape, x_mm: f64, y_mm: f64) -> bool {
        let (x, y) = (x_mm - area.x - 2.0, y_mm - area.y - 2.0);
        let from_middle = match shape {
            Shape::Round => x.hypot(y),
            Shape::Box => x.abs().max(y.abs()),
        };
        let is_letter = x.abs() < 0.2 && y.abs() < 1.0;
        (from_middle - 2.0).abs() < 0.15 || is_letter
    }

    fn worst_mm(found: &[BoxMm], truth: &[BoxMm]) -> f64 {
        let edges = |(a, b): (&BoxMm, &BoxMm)| {
            let [a, b] = [a, b].map(|area| [area.x, area.y, area.right(), area.bottom()]);
            (0..4).map(|i| (a[i] - b[i]).abs()).fold(0.0, f64::max)
        };
        found.iter().zip(truth).map(edges).fold(0.0, f64::max)
    }

    #[test]
    fn a_grid_that_was_drawn_roughly_falls_onto_its_print() {
        for shape in [Shape::Box, Shape::Round] {
            let (picture, truth) = sheet(shape);
            let print = Print {
                picture: &picture,
                px_per_mm: PX_PER_MM,
            };
            let rough: Vec<(BoxMm, Shape)> = truth
                .iter()
                .map(|area| {
                    let drawn = moved(*area, 0.7 - 0.02 * area.x, 0.5);
                    (sized(drawn, 1.3, 1.3), shape)
                })
                .collect();
            let laid = print.lay(&rough).unwrap();
            assert!(worst_mm(&laid, &truth) < 0.12, "{shape:?}: {laid:?}");
        }
    }

    #[test]
    fn an_outline_that_is_hidden_goes_where_the_others_say() {
        let (mut picture, truth) = sheet(Shape::Round);
        for (x, y) in (200..250_u32).flat_map(|x| (280..330_u32).map(move |y| (x, y))) {
            picture.put_pixel(x, y, image::Luma([240]));
        }
        let print = Print {
            picture: &picture,
            px_per_mm: PX_PER_MM,
        };
        let rough: Vec<(BoxMm, Shape)> = truth
            .iter()
            .map(|area| (moved(*area, 0.6, -0.4), Shape::Round))
            .collect();
        let laid = print.lay(&rough).unwrap();
        assert!(worst_mm(&laid, &truth) < 0.2, "{laid:?}");
    }

    #[test]
    fn a_box_beside_its_print_is_told_where_it_is_and_one_on_nothing_is_not() {
        let (picture, truth) = sheet(Shape::Round);
        let print = Print {
            picture: &picture,
            px_per_mm: PX_PER_MM,
        };
        let places = [
            (moved(truth[7], 0.5, -0.3), Shape::Round),
            (BoxMm::from([50.0, 60.0, 4.0, 4.0]), Shape::Round),
        ];
        let found = print.outlines(&places);
        assert!(
            worst_mm(&[found[0].unwrap()], &truth[7..8]) < 0.12,
            "{found:?}"
        );
        assert_eq!(found[1], None);
        assert_eq!(print.lay(&places[1..]), None);
    }
}
