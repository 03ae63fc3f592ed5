//! Pictures of a page that could not be read: the page as it was scanned, and what was found on it.

use image::RgbImage;
use schemas::geometry::Point;
use schemas::record::PictureRole;

use super::Picture;
use super::identify::Evidence;
use super::pictures::small;
use crate::picture::Pyramid;
use crate::picture::jpeg::jpeg;
use crate::stages::decode::Page;
use crate::stages::discs::{Disc, find_discs};

/// What was taken for a registration mark.
const DISC_COLOUR: [u8; 3] = [214, 64, 16];
/// The outline of the code.
const CODE_COLOUR: [u8; 3] = [20, 110, 210];
/// The outline of the page as it seems to lie.
const PAGE_COLOUR: [u8; 3] = [30, 140, 60];
/// Width of the lines, in pixels of the small picture.
const LINE_PX: i64 = 2;

/// The page made small, and the same with what was found drawn on it, when anything was.
pub(super) fn pictures(page: &Page, pyramid: &Pyramid<'_>, evidence: &Evidence) -> Vec<Picture> {
    let shown = small(page);
    let scale = f64::from(shown.width()) / f64::from(page.grey.width().max(1));
    let discs = find_discs(pyramid);
    let picture = |role: PictureRole, bytes: Option<Vec<u8>>| {
        Some(Picture {
            role,
            region_id: None,
            media_type: "image/jpeg",
            bytes: bytes?,
        })
    };
    let outlined = evidence.code.is_some() || evidence.corners_px.is_some();
    let anything = !discs.is_empty() || outlined;
    let marked = anything.then(|| {
        let mut marked = shown.to_rgb8();
        draw(&mut marked, scale, &discs, evidence);
        marked.into()
    });
    [
        picture(PictureRole::Straightened, jpeg(&shown)),
        marked.and_then(|marked| picture(PictureRole::Found, jpeg(&marked))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn draw(picture: &mut RgbImage, scale: f64, discs: &[Disc], evidence: &Evidence) {
    for disc in discs {
        ring(picture, disc, scale);
    }
    if let Some(code) = &evidence.code {
        outline(picture, &code.corners_px, scale, CODE_COLOUR);
    }
    if let Some(corners_px) = &evidence.corners_px {
        outline(picture, corners_px, scale, PAGE_COLOUR);
    }
}

fn outline(picture: &mut RgbImage, corners_px: &[Point; 4], scale: f64, colour: [u8; 3]) {
    let corners = corners_px.map(|p| Point::new(p.x * scale, p.y * scale));
    for i in 0..4 {
        line(picture, corners[i], corners[(i + 1) % 4], colour);
    }
}

fn ring(picture: &mut RgbImage, disc: &Disc, scale: f64) {
    let radius = 0.8 * disc.diameter_px * scale + 3.0;
    let at = |step: i32| {
        let (sin, cos) = (f64::from(step) * 10.0).to_radians().sin_cos();
        Point::new(
            disc.centre.x * scale + radius * cos,
            disc.centre.y * scale + radius * sin,
        )
    };
    for step in 0..36 {
        line(picture, at(step), at(step + 1), DISC_COLOUR);
    }
}

fn line(picture: &mut RgbImage, from: Point, to: Point, colour: [u8; 3]) {
    // A map gone wrong may put a corner anywhere; only what is near the picture is drawn.
    let near = |p: Point| p.x.abs() < 10_000.0 && p.y.abs() < 10_000.0;
    if !near(from) || !near(to) {
        return;
    }
    let n_steps = from.distance(to).ceil().max(1.0);
    for step in 0..=n_steps as usize {
        let share = step as f64 / n_steps;
        let x = (from.x + (to.x - from.x) * share) as i64;
        let y = (from.y + (to.y - from.y) * share) as i64;
        dot(picture, x, y, colour);
    }
}

fn dot(picture: &mut RgbImage, x: i64, y: i64, colour: [u8; 3]) {
    let (width, height) = (i64::from(picture.width()), i64::from(picture.height()));
    for (dx, dy) in (0..LINE_PX).flat_map(|dy| (0..LINE_PX).map(move |dx| (dx, dy))) {
        let (x, y) = (x + dx, y + dy);
        if (0..width).contains(&x) && (0..height).contains(&y) {
            picture.put_pixel(x as u32, y as u32, image::Rgb(colour));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_is_drawn_on_a_second_picture() {
        let mut grey = image::GrayImage::from_pixel(1000, 1400, image::Luma([240]));
        for (x, y, pixel) in grey.enumerate_pixels_mut() {
            if (f64::from(x) - 300.0).hypot(f64::from(y) - 400.0) < 12.0 {
                pixel.0[0] = 10;
            }
        }
        let page = Page { grey, colour: None };
        let pyramid = Pyramid::new(&page.grey);
        let made = pictures(&page, &pyramid, &Evidence::default());
        let roles: Vec<PictureRole> = made.iter().map(|picture| picture.role).collect();
        assert_eq!(roles, [PictureRole::Straightened, PictureRole::Found]);
        let marked = image::load_from_memory(&made[1].bytes).unwrap().into_rgb8();
        let coloured = marked
            .pixels()
            .filter(|p| p.0[0] > p.0[2].saturating_add(60));
        assert!(coloured.count() > 50);
    }
}
