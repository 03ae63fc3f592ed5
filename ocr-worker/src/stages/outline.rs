//! Outline: where a sheet of paper lies in a photograph, by its edges alone.
//!
//! Over a sheet without its print the brightness changes slowly, whatever its colour and however the light falls; at
//! its edge it jumps, even on a ground that is as bright somewhere else. So the parts of a photograph that hang
//! together without a jump are looked at, and those with four corners may be sheets. What jump is enough depends on
//! paper, ground and light: several are tried.

pub(super) mod hull;

use image::{GrayImage, imageops};
use schemas::geometry::Point;

use crate::picture::components::{Component, Run};
use crate::picture::{Mask, Pyramid, components};
use hull::{area, four_corners, hull};

/// Sheets are looked for in a copy of the photograph with at least these pixels along its long edge: an edge of
/// paper is found to about two millimetres, and the print then says more.
const WORKING_LONG_EDGE_PX: f64 = 400.0;
/// What is thinner than twice this many pixels of that copy is print on the paper.
const THIN_PX: usize = 2;
/// A jump is the difference of two places that are so far away to either side.
const BESIDE_PX: usize = 2;
/// So far beside its edge a jump is seen: that, and what smoothing adds.
const EDGE_PX: f64 = 3.0;
/// The jumps, in grey values, that may be the edge of a sheet: white paper on wood in the sun has hardly 4, on
/// black cloth more than 100; with larger ones shadows and creases of the paper no longer part it.
const JUMPS: [u8; 4] = [3, 6, 12, 24];
/// A smaller share of the photograph is not worth reading.
const MIN_SHARE: f64 = 0.06;
/// The share of a figure with four corners that a sheet fills; dog-ears and curled edges take a little.
const MIN_FILL: f64 = 0.9;
/// No more of the largest figures for each jump.
const MAX_FIGURES: usize = 3;
/// Two outlines are the same when all corners are nearer than this share of the photograph's long edge.
const SAME: f64 = 0.006;

/// The corners of everything that may be a sheet, in pixels of the photograph, clockwise.
pub fn outlines(page: &Pyramid<'_>) -> Vec<[Point; 4]> {
    let long_edge = f64::from(page.full().width().max(page.full().height()));
    let (picture, factor) = page.with_at_least(WORKING_LONG_EDGE_PX, long_edge);
    let jumps = jumps(&imageops::fast_blur(&without_print(picture), 0.8));
    let mut found: Vec<[Point; 4]> = Vec::new();
    for jump in JUMPS {
        for corners in figures(&jumps, jump) {
            let corners =
                corners.map(|at| Point::new(at.x * f64::from(factor), at.y * f64::from(factor)));
            if !found.iter().any(|other| same(other, &corners, long_edge)) {
                found.push(corners);
            }
        }
    }
    found
}

/// The largest figures with four corners that hang together without such a jump.
fn figures(jumps: &GrayImage, jump: u8) -> Vec<[Point; 4]> {
    let even = Mask::darker_than(jumps, jump);
    let least_px = MIN_SHARE * even.bits.len() as f64;
    let mut large = components(&even);
    large.retain(|component| component.area_px as f64 >= least_px);
    large.sort_by_key(|component| std::cmp::Reverse(component.area_px));
    large.iter().take(MAX_FIGURES).filter_map(figure).collect()
}

/// The four corners of something; nothing when it has another shape.
fn figure(component: &Component) -> Option<[Point; 4]> {
    let hull = hull(ends(component));
    let corners = four_corners(&hull)?;
    (area(&hull) >= MIN_FILL * area(&corners)).then(|| grown(&corners))
}

/// The corners of the pixels at both ends of each run.
fn ends(component: &Component) -> Vec<Point> {
    let corners = |run: &Run| {
        let (x0, x1, y) = (run.x0 as f64, run.x1 as f64, run.y as f64);
        [(x0, y), (x0, y + 1.0), (x1, y), (x1, y + 1.0)].map(|(x, y)| Point::new(x, y))
    };
    component.runs.iter().flat_map(corners).collect()
}

/// The edge of a sheet lies beside the last place without a jump.
fn grown(corners: &[Point; 4]) -> [Point; 4] {
    let middle = Point::new(
        corners.iter().map(|at| at.x).sum::<f64>() / 4.0,
        corners.iter().map(|at| at.y).sum::<f64>() / 4.0,
    );
    let factor = 1.0 + 2.0 * EDGE_PX / area(corners).sqrt();
    corners.map(|at| {
        Point::new(
            middle.x + factor * (at.x - middle.x),
            middle.y + factor * (at.y - middle.y),
        )
    })
}

fn same(a: &[Point; 4], b: &[Point; 4], long_edge: f64) -> bool {
    a.iter()
        .zip(b)
        .all(|(a, b)| a.distance(*b) < SAME * long_edge)
}

/// The picture without what is thin and dark.
fn without_print(picture: &GrayImage) -> GrayImage {
    spread(&spread(picture, u8::max), u8::min)
}

/// Each pixel becomes the most extreme of the square around it.
fn spread(picture: &GrayImage, pick: fn(u8, u8) -> u8) -> GrayImage {
    let across = along_rows(picture, pick);
    let down = along_rows(&imageops::rotate90(&across), pick);
    imageops::rotate270(&down)
}

fn along_rows(picture: &GrayImage, pick: fn(u8, u8) -> u8) -> GrayImage {
    let width = picture.width() as usize;
    let mut out = picture.clone();
    let rows = out.chunks_exact_mut(width.max(1));
    for (out, row) in rows.zip(picture.as_raw().chunks_exact(width.max(1))) {
        for (x, value) in out.iter_mut().enumerate() {
            let around = &row[x.saturating_sub(THIN_PX)..(x + THIN_PX + 1).min(width)];
            *value = around.iter().copied().fold(*value, pick);
        }
    }
    out
}

/// For each pixel the larger difference of its neighbours left and right, and above and below; at the edge of the
/// picture everything ends.
fn jumps(picture: &GrayImage) -> GrayImage {
    let (width, height) = picture.dimensions();
    let beside = BESIDE_PX as u32;
    GrayImage::from_fn(width, height, |x, y| {
        let inner = |at: u32, length: u32| at >= beside && at + beside < length;
        if !inner(x, width) || !inner(y, height) {
            return image::Luma([u8::MAX]);
        }
        let at = |x: u32, y: u32| picture.get_pixel(x, y).0[0];
        let across = at(x - beside, y).abs_diff(at(x + beside, y));
        let down = at(x, y - beside).abs_diff(at(x, y + beside));
        image::Luma([across.max(down)])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::warp::warp_grey;
    use schemas::geometry::Homography;

    /// A sheet with print, seen from aside, on a ground with a grain and a bright thing in a corner.
    fn photographed(paper: u8, ground: u8, to_photo: &Homography) -> GrayImage {
        let sheet = GrayImage::from_fn(210, 297, |x, y| {
            let print = y % 12 < 2 && (20..190).contains(&x);
            image::Luma([if print { 30 } else { paper }])
        });
        let seen = warp_grey(&sheet, &to_photo.inverse().unwrap(), (900, 1200));
        let inside = GrayImage::from_pixel(210, 297, image::Luma([0]));
        let outside = warp_grey(&inside, &to_photo.inverse().unwrap(), (900, 1200));
        GrayImage::from_fn(900, 1200, |x, y| {
            if x > 820 && y < 90 {
                image::Luma([250])
            } else if outside.get_pixel(x, y).0[0] > 127 {
                image::Luma([ground + ((x * 7 + y / 9) % 9) as u8])
            } else {
                *seen.get_pixel(x, y)
            }
        })
    }

    #[test]
    fn a_sheet_is_found_on_a_dark_and_on_a_bright_ground() {
        let to_photo = Homography([2.9, -0.45, 210.0, 0.25, 2.7, 150.0, 4e-4, -3e-4, 1.0]);
        let corners = [[0.0, 0.0], [210.0, 0.0], [210.0, 297.0], [0.0, 297.0]];
        let truth = corners.map(|at| to_photo.apply(Point::from(at)));
        for (paper, ground) in [(235, 12), (225, 180), (150, 60), (90, 180)] {
            let photo = photographed(paper, ground, &to_photo);
            let found = outlines(&Pyramid::new(&photo));
            let near = |corners: &[Point; 4]| {
                (0..4).any(|turn| (0..4).all(|i| corners[(i + turn) % 4].distance(truth[i]) < 12.0))
            };
            assert!(found.iter().any(near), "{paper} on {ground}: {found:?}");
        }
    }

    #[test]
    fn a_round_thing_is_no_sheet() {
        let plate = GrayImage::from_fn(600, 600, |x, y| {
            let from_middle = (f64::from(x) - 300.0).hypot(f64::from(y) - 300.0);
            image::Luma([if from_middle < 200.0 { 240 } else { 30 }])
        });
        // All that has four corners is the picture itself.
        let at_its_edge =
            |at: &Point| at.x.min(600.0 - at.x) < 12.0 && at.y.min(600.0 - at.y) < 12.0;
        let found = outlines(&Pyramid::new(&plate));
        assert!(found.iter().flatten().all(at_its_edge), "{found:?}");
    }

    #[test]
    fn an_even_picture_has_no_outline_but_its_own() {
        let even = GrayImage::from_pixel(500, 700, image::Luma([200]));
        assert!(outlines(&Pyramid::new(&even)).len() <= 1);
    }
}
