//! Blob: the one dark thing of a known size near a place, to a fraction of a pixel.

use image::GrayImage;
use schemas::geometry::Point;

use crate::picture::mask::Area;
use crate::picture::{Component, Mask, components};

/// Less difference between dark and light than this is dust or shadow, not print.
const MIN_CONTRAST: u8 = 50;

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wanted {
    /// Where its middle should be, in pixels.
    pub near: Point,
    /// How far around that is searched, in pixels.
    pub reach_px: f64,
    /// Its area in pixels.
    pub area_px: f64,
    /// Its area divided by that of its box: 0.79 for a disc, 1 for a square (0.5 when it stands on a corner).
    pub fill: (f64, f64),
}

/// The middle of the dark thing that suits best, weighted by darkness; `None` when nothing suits.
pub fn find(page: &GrayImage, wanted: &Wanted) -> Option<Point> {
    let area = window(page, wanted)?;
    let (dark, light) = levels(page, area)?;
    if light.saturating_sub(dark) < MIN_CONTRAST {
        return None;
    }
    let threshold = dark + (light - dark) / 2;
    let mask = mask(page, area, threshold);
    components(&mask)
        .into_iter()
        .filter_map(|component| {
            let misfit = misfit(&component, &mask, wanted, area)?;
            Some((misfit, component))
        })
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, component)| middle(page, area, &component, light))
}

fn window(page: &GrayImage, wanted: &Wanted) -> Option<Area> {
    let reach = wanted.reach_px + wanted.area_px.sqrt();
    let at = |middle: f64, by: f64| (middle + by).max(0.0) as usize;
    let area = Area {
        x0: at(wanted.near.x, -reach),
        y0: at(wanted.near.y, -reach),
        x1: at(wanted.near.x, reach),
        y1: at(wanted.near.y, reach),
    }
    .clipped(page.width() as usize, page.height() as usize);
    (area.width() > 4 && area.height() > 4).then_some(area)
}

/// The grey values of ink and of paper: the darkest and the lightest part of the window.
fn levels(page: &GrayImage, area: Area) -> Option<(u8, u8)> {
    let mut histogram = [0usize; 256];
    for y in area.y0..area.y1 {
        for value in row(page, area, y) {
            histogram[usize::from(*value)] += 1;
        }
    }
    let n_pixels = area.width() * area.height();
    let below = |share: f64| -> Option<u8> {
        let mut left = (n_pixels as f64 * share) as usize;
        (0..=255u8).find(|value| {
            let n = histogram[usize::from(*value)];
            let reached = n > left;
            left = left.saturating_sub(n);
            reached
        })
    };
    Some((below(0.005)?, below(0.7)?))
}

fn row(page: &GrayImage, area: Area, y: usize) -> &[u8] {
    let start = y * page.width() as usize;
    &page.as_raw()[start + area.x0..start + area.x1]
}

fn mask(page: &GrayImage, area: Area, threshold: u8) -> Mask {
    let mut bits = Vec::with_capacity(area.width() * area.height());
    for y in area.y0..area.y1 {
        bits.extend(row(page, area, y).iter().map(|value| *value < threshold));
    }
    Mask {
        width: area.width(),
        height: area.height(),
        bits,
    }
}

/// How badly a component suits; `None` when it cannot be the one.
fn misfit(component: &Component, mask: &Mask, wanted: &Wanted, area: Area) -> Option<f64> {
    let bounds = component.bounds;
    let touches_edge =
        bounds.x0 == 0 || bounds.y0 == 0 || bounds.x1 == mask.width || bounds.y1 == mask.height;
    let (width, height) = (bounds.width() as f64, bounds.height() as f64);
    let size = component.area_px as f64 / wanted.area_px;
    let fill = component.area_px as f64 / (width * height);
    // A page copied light or dark makes a disc a tenth smaller or larger; pen strokes are far from either.
    let suits = !touches_edge
        && (0.6..1.6).contains(&size)
        && (0.75..1.33).contains(&(width / height))
        && (wanted.fill.0..wanted.fill.1).contains(&fill);
    let at = Point::new(
        component.middle_x() + area.x0 as f64 + 0.5,
        component.middle_y() + area.y0 as f64 + 0.5,
    );
    let distance = at.distance(wanted.near);
    (suits && distance <= wanted.reach_px)
        .then(|| size.ln().abs() + 0.5 * distance / wanted.reach_px)
}

/// The middle of all darkness in and just around the component.
fn middle(page: &GrayImage, area: Area, component: &Component, light: u8) -> Point {
    let bounds = component
        .bounds
        .grown(2)
        .clipped(area.width(), area.height());
    let (mut sum, mut sum_x, mut sum_y) = (0.0, 0.0, 0.0);
    for y in bounds.y0..bounds.y1 {
        let values = row(page, area, area.y0 + y);
        for (x, value) in values.iter().enumerate().take(bounds.x1).skip(bounds.x0) {
            let darkness = f64::from(light.saturating_sub(*value));
            sum += darkness;
            sum_x += darkness * (x as f64 + 0.5);
            sum_y += darkness * (y as f64 + 0.5);
        }
    }
    Point::new(area.x0 as f64 + sum_x / sum, area.y0 as f64 + sum_y / sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A disc drawn with soft edges, as a scanner sees it.
    fn disc(page: &mut GrayImage, centre: Point, radius: f64) {
        for (x, y, pixel) in page.enumerate_pixels_mut() {
            let distance = Point::new(f64::from(x) + 0.5, f64::from(y) + 0.5).distance(centre);
            let light = (distance - radius + 0.5).clamp(0.0, 1.0);
            pixel.0[0] = pixel.0[0].min((light * 235.0) as u8 + 10);
        }
    }

    fn wanted(near: Point) -> Wanted {
        Wanted {
            near,
            reach_px: 40.0,
            area_px: std::f64::consts::PI * 144.0,
            fill: (0.68, 0.9),
        }
    }

    #[test]
    fn a_disc_is_found_to_a_tenth_of_a_pixel() {
        let mut page = GrayImage::from_pixel(120, 120, image::Luma([245]));
        let centre = Point::new(61.3, 54.8);
        disc(&mut page, centre, 12.0);
        let found = find(&page, &wanted(Point::new(50.0, 70.0))).unwrap();
        assert!(found.distance(centre) < 0.1, "{found:?}");
    }

    #[test]
    fn squares_dust_and_discs_of_another_size_are_not_taken() {
        let mut page = GrayImage::from_pixel(120, 120, image::Luma([245]));
        disc(&mut page, Point::new(40.0, 40.0), 4.0);
        for (x, y) in (0..22).flat_map(|x| (0..22).map(move |y| (x, y))) {
            page.put_pixel(60 + x, 60 + y, image::Luma([0]));
        }
        assert_eq!(find(&page, &wanted(Point::new(60.0, 60.0))), None);
    }

    #[test]
    fn nothing_is_found_on_empty_paper_or_outside_of_the_page() {
        let page = GrayImage::from_pixel(120, 120, image::Luma([245]));
        assert_eq!(find(&page, &wanted(Point::new(60.0, 60.0))), None);
        assert_eq!(find(&page, &wanted(Point::new(-900.0, 1e9))), None);
    }
}
