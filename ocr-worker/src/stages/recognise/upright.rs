//! Guesses without marks: the print of a page runs in two directions, and the page fills the picture or has the size
//! that its dots per inch say; where it lies then is found by sliding the thumbnails over it.

use image::GrayImage;
use rayon::prelude::*;
use schemas::geometry::{Homography, MM_PER_INCH, Point, px_per_mm};
use schemas::layout::PageSize;

use super::{Candidate, Guess, sizes_of};
use crate::picture::Pyramid;
use crate::picture::warp::warp_grey;
use crate::stages::reference::{THUMB_DPI, Thumb};

/// Directions are measured in a copy of the page with about these pixels along its long edge.
const WORKING_LONG_EDGE_PX: f64 = 700.0;
/// How finely directions are told apart.
const BINS_PER_DEG: usize = 2;
/// Less contrast than this, between the neighbours of a pixel, is no edge.
const MIN_EDGE: i32 = 50;
/// How far the page's middle may lie from the picture's.
const REACH_MM: f64 = 32.0;
/// A step of the slide; the coarse level of a reference reaches farther.
const STEP_MM: f64 = 3.0;
/// Sliding looks at every so-manieth place of a thumbnail.
const EVERY: usize = 9;
/// A page that fills the picture has lost something at its edges, or has a margin.
const FILLS: [f64; 3] = [1.0, 1.04, 0.96];

/// The most likely place for each candidate, turn and size.
pub(super) fn guesses(
    page: &Pyramid<'_>,
    candidates: &[Candidate<'_>],
    dpi: Option<f64>,
) -> Vec<Guess> {
    let skew_deg = direction_deg(page);
    let views = sizes_of(candidates).into_iter().flat_map(|size| {
        (0..4).flat_map(move |turn| {
            let deg = skew_deg + 90.0 * f64::from(turn);
            scales(page, size, deg, dpi)
                .into_iter()
                .map(move |scale| (size, deg, scale))
        })
    });
    let views: Vec<(PageSize, f64, f64)> = views.collect();
    views
        .par_iter()
        .flat_map_iter(|(size, deg, scale)| {
            let map = centred(page, *size, *deg, *scale);
            let field = Field::of(page, &map, *size, *scale);
            let fits = candidates
                .iter()
                .enumerate()
                .filter(|(_, candidate)| candidate.reference.size == *size);
            fits.map(|(i, candidate)| {
                let (likeness, at) = field.slide(&candidate.reference.thumb);
                Guess {
                    candidate: i,
                    likeness,
                    map: Homography::translation(at.x, at.y).then(&map),
                }
            })
            .collect::<Vec<_>>()
        })
        .collect()
}

/// The direction of the print's lines, -45 to 45 degrees.
///
/// Source: the histogram of edge directions, weighted by their contrast.
fn direction_deg(page: &Pyramid<'_>) -> f64 {
    let long_edge = f64::from(page.full().width().max(page.full().height()));
    let (picture, _) = page.with_at_least(WORKING_LONG_EDGE_PX, long_edge);
    // Of sharp edges the direction comes out rough: the pixels are coarser than they are.
    let picture = image::imageops::fast_blur(picture, 1.2);
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let at = |x: usize, y: usize| i32::from(picture.as_raw()[y * width + x]);
    let mut bins = vec![0.0; 90 * BINS_PER_DEG];
    for y in 1..height.saturating_sub(1) {
        for x in 1..width.saturating_sub(1) {
            // Sobel's operator: directions of thin lines come out true.
            let dx = at(x + 1, y - 1) + 2 * at(x + 1, y) + at(x + 1, y + 1)
                - at(x - 1, y - 1)
                - 2 * at(x - 1, y)
                - at(x - 1, y + 1);
            let dy = at(x - 1, y + 1) + 2 * at(x, y + 1) + at(x + 1, y + 1)
                - at(x - 1, y - 1)
                - 2 * at(x, y - 1)
                - at(x + 1, y - 1);
            if dx.abs() + dy.abs() < 4 * MIN_EDGE {
                continue;
            }
            let (dx, dy) = (f64::from(dx), f64::from(dy));
            let deg = dy.atan2(dx).to_degrees().rem_euclid(90.0);
            let bin = (deg * BINS_PER_DEG as f64).round() as usize % bins.len();
            bins[bin] += dx.hypot(dy);
        }
    }
    let n = bins.len();
    let around = |i: usize| bins[(i + n - 1) % n] + bins[i] + bins[(i + 1) % n];
    let best = (0..n)
        .max_by(|a, b| around(*a).total_cmp(&around(*b)))
        .unwrap_or(0);
    let sum = around(best).max(1e-9);
    let shift = (bins[(best + 1) % n] - bins[(best + n - 1) % n]) / sum;
    let deg = (best as f64 + shift) / BINS_PER_DEG as f64;
    if deg > 45.0 { deg - 90.0 } else { deg }
}

/// Pixels of the scan for a millimetre, as the page's and the picture's sizes and the dots per inch suggest.
fn scales(page: &Pyramid<'_>, size: PageSize, deg: f64, dpi: Option<f64>) -> Vec<f64> {
    let (sin, cos) = deg.to_radians().sin_cos();
    let (sin, cos) = (sin.abs(), cos.abs());
    let width = f64::from(page.full().width()) / (size.width_mm * cos + size.height_mm * sin);
    let height = f64::from(page.full().height()) / (size.width_mm * sin + size.height_mm * cos);
    let mut scales: Vec<f64> = Vec::new();
    let alike = (width / height).ln().abs() < 0.12;
    if alike {
        scales.extend(FILLS.map(|fill| fill * f64::midpoint(width, height)));
    }
    scales.extend(
        dpi.filter(|dpi| (50.0..1300.0).contains(dpi))
            .map(|dpi| dpi / MM_PER_INCH),
    );
    let mut kept: Vec<f64> = Vec::new();
    for scale in scales {
        if !kept.iter().any(|other| (scale / other).ln().abs() < 0.015) {
            kept.push(scale);
        }
    }
    kept
}

/// The map of a page that lies in the middle of the picture.
fn centred(page: &Pyramid<'_>, size: PageSize, deg: f64, scale: f64) -> Homography {
    let (width, height) = page.full().dimensions();
    Homography::translation(-size.width_mm / 2.0, -size.height_mm / 2.0)
        .then(&Homography::rotation(deg, Point::new(0.0, 0.0)))
        .then(&Homography::scaling(scale))
        .then(&Homography::translation(
            f64::from(width) / 2.0,
            f64::from(height) / 2.0,
        ))
}

/// A small picture of the page with what lies around it.
struct Field {
    picture: GrayImage,
    around_px: usize,
}

impl Field {
    fn of(page: &Pyramid<'_>, map: &Homography, size: PageSize, scale: f64) -> Self {
        let thumb_scale = px_per_mm(THUMB_DPI);
        let around_px = (REACH_MM * thumb_scale) as usize;
        let around_mm = around_px as f64 / thumb_scale;
        let (source, factor) = page.with_at_least(THUMB_DPI, scale * MM_PER_INCH);
        let to_source = Homography::scaling(1.0 / thumb_scale)
            .then(&Homography::translation(-around_mm, -around_mm))
            .then(map)
            .then(&Homography::scaling(1.0 / f64::from(factor)));
        let pixels = |mm: f64| (mm * thumb_scale).round() as u32 + 2 * around_px as u32;
        Self {
            picture: warp_grey(
                source,
                &to_source,
                (pixels(size.width_mm), pixels(size.height_mm)),
            ),
            around_px,
        }
    }

    /// How alike the best place for a thumbnail is, and by how many millimetres the page must be moved to lie there.
    fn slide(&self, thumb: &Thumb) -> (f64, Point) {
        let scale = px_per_mm(THUMB_DPI);
        let step = (STEP_MM * scale).round().max(1.0) as usize;
        let sample = Sample::of(thumb, self.picture.width() as usize);
        let shifts = (0..=2 * self.around_px).step_by(step);
        let best = shifts
            .clone()
            .flat_map(|y| shifts.clone().map(move |x| (x, y)))
            .map(|(x, y)| (sample.likeness(self.picture.as_raw(), x, y), (x, y)))
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .unwrap_or((0.0, (self.around_px, self.around_px)));
        let (likeness, (x, y)) = best;
        let moved = |px: usize| (px as f64 - self.around_px as f64) / scale;
        (likeness, Point::new(moved(x), moved(y)))
    }
}

/// Some places of a thumbnail, as offsets in a larger picture.
struct Sample {
    width: usize,
    offsets: Vec<usize>,
    values: Vec<f32>,
    spread: f32,
}

impl Sample {
    fn of(thumb: &Thumb, width: usize) -> Self {
        let own_width = thumb.size_px.0 as usize;
        let places = thumb.places.iter().step_by(EVERY);
        let mut values: Vec<f32> = thumb.values.iter().copied().step_by(EVERY).collect();
        let mean = values.iter().sum::<f32>() / values.len().max(1) as f32;
        for value in &mut values {
            *value -= mean;
        }
        Self {
            width,
            offsets: places
                .map(|i| i / own_width * width + i % own_width)
                .collect(),
            spread: values.iter().map(|value| value * value).sum(),
            values,
        }
    }

    fn likeness(&self, pixels: &[u8], x: usize, y: usize) -> f64 {
        let first = y * self.width + x;
        let (mut sum, mut squares, mut products) = (0.0f32, 0.0f32, 0.0f32);
        for (offset, wanted) in self.offsets.iter().zip(&self.values) {
            let seen = f32::from(pixels.get(first + offset).copied().unwrap_or(255));
            sum += seen;
            squares += seen * seen;
            products += seen * wanted;
        }
        let n = self.offsets.len().max(1) as f32;
        let spread = (squares - sum * sum / n).max(1.0);
        f64::from(products / (spread * self.spread).sqrt().max(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_direction_of_lines_is_found_to_half_a_degree() {
        for deg in [0.0f64, 3.0, -20.3, 44.0] {
            let (sin, cos) = deg.to_radians().sin_cos();
            let page = GrayImage::from_fn(700, 700, |x, y| {
                let (x, y) = (f64::from(x) - 350.0, f64::from(y) - 350.0);
                let down = y * cos - x * sin;
                let from_line = (down.rem_euclid(40.0) - 20.0).abs();
                image::Luma([((from_line - 2.0).clamp(0.0, 1.0) * 210.0) as u8 + 30])
            });
            let found = direction_deg(&Pyramid::new(&page));
            assert!((found - deg).abs() < 0.5, "{found} is not {deg}");
        }
    }
}
