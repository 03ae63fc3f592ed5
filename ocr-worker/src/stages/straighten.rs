//! Straighten: the page, or a part of it, upright and at a known resolution.

use image::{DynamicImage, GrayImage, RgbImage};
use schemas::geometry::{BoxMm, BoxPx, Homography, px_per_mm};
use schemas::layout::PageSize;

use super::decode::Page;
use super::register::Registered;
use crate::picture::reduce::reduce;
use crate::picture::warp::{warp_colour, warp_grey};

/// A part of the paper, upright, in grey.
#[derive(Clone, Debug)]
pub struct View {
    /// The part of the paper that is shown.
    pub area: BoxMm,
    /// Pixels in an inch of paper.
    pub dpi: f64,
    /// How far the page lay turned clockwise in the scan.
    pub turn_deg: f64,
    /// The pixels.
    pub grey: GrayImage,
}

/// How many pixels a part of the paper has at `dpi`.
pub fn size_px(area: &BoxMm, dpi: f64) -> (u32, u32) {
    let scale = px_per_mm(dpi);
    let pixels = |mm: f64| (mm * scale).round().max(1.0) as u32;
    (pixels(area.width), pixels(area.height))
}

/// Cuts a part of the paper out of the scan, upright, in grey.
pub fn view(page: &Page, registered: &Registered, area: BoxMm, dpi: f64) -> View {
    let to_scan = to_scan(registered, &area, dpi);
    View {
        area,
        dpi,
        turn_deg: registered.orientation_deg,
        grey: warp_grey(&page.grey, &to_scan, size_px(&area, dpi)),
    }
}

/// Cuts a part of the paper out of the scan, upright, in colour when the scan has colour.
pub fn crop(page: &Page, registered: &Registered, area: BoxMm, dpi: f64) -> DynamicImage {
    let to_scan = to_scan(registered, &area, dpi);
    let size = size_px(&area, dpi);
    match &page.colour {
        Some(colour) => DynamicImage::ImageRgb8(warp_colour(colour, &to_scan, size)),
        None => DynamicImage::ImageLuma8(warp_grey(&page.grey, &to_scan, size)),
    }
}

/// The whole page, upright, in colour when the scan has colour.
///
/// A scan with several pixels for each one of the result is reduced first, so that thin strokes stay whole.
pub fn whole(page: &Page, registered: &Registered, size: PageSize, dpi: f64) -> DynamicImage {
    let factor = (registered.scan_dpi / dpi + 0.05).floor().clamp(1.0, 16.0) as u32;
    if factor == 1 {
        return crop(page, registered, whole_area(size), dpi);
    }
    // The grey page is not looked at when there is a colour one, so it is not reduced then.
    let smaller = match &page.colour {
        Some(colour) => Page {
            grey: GrayImage::new(0, 0),
            colour: Some(reduced_colour(colour, factor)),
        },
        None => Page {
            grey: reduced_grey(&page.grey, factor),
            colour: None,
        },
    };
    let shrunk = Homography::scaling(1.0 / f64::from(factor));
    let registered = Registered {
        to_scan: registered.to_scan.then(&shrunk),
        ..registered.clone()
    };
    crop(&smaller, &registered, whole_area(size), dpi)
}

/// The box that is the whole page.
pub fn whole_area(size: PageSize) -> BoxMm {
    BoxMm::from([0.0, 0.0, size.width_mm, size.height_mm])
}

/// Where a box on paper lies in a straightened picture of the whole page, cut to the page.
pub fn box_px(area: &BoxMm, size: PageSize, dpi: f64) -> BoxPx {
    let (width, height) = size_px(&whole_area(size), dpi);
    let scale = px_per_mm(dpi);
    let x = ((area.x * scale).floor().max(0.0) as u32).min(width.saturating_sub(1));
    let y = ((area.y * scale).floor().max(0.0) as u32).min(height.saturating_sub(1));
    let right = ((area.right() * scale).ceil().max(0.0) as u32).clamp(x + 1, width);
    let bottom = ((area.bottom() * scale).ceil().max(0.0) as u32).clamp(y + 1, height);
    BoxPx {
        x,
        y,
        width: right - x,
        height: bottom - y,
    }
}

/// Reduces a grey picture by a whole factor.
///
/// # Panics
/// Never: the buffer has the size of the picture.
pub fn reduced_grey(grey: &GrayImage, factor: u32) -> GrayImage {
    let (pixels, width, height) = reduce::<1>(grey.as_raw(), grey.dimensions(), factor);
    GrayImage::from_raw(width, height, pixels).expect("one byte for each pixel")
}

/// Reduces a colour picture by a whole factor.
///
/// # Panics
/// Never: the buffer has the size of the picture.
pub fn reduced_colour(colour: &RgbImage, factor: u32) -> RgbImage {
    let (pixels, width, height) = reduce::<3>(colour.as_raw(), colour.dimensions(), factor);
    RgbImage::from_raw(width, height, pixels).expect("three bytes for each pixel")
}

/// From pixels of a cut to pixels of the scan.
fn to_scan(registered: &Registered, area: &BoxMm, dpi: f64) -> Homography {
    Homography::scaling(1.0 / px_per_mm(dpi))
        .then(&Homography::translation(area.x, area.y))
        .then(&registered.to_scan)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use schemas::geometry::Point;

    const A4: PageSize = PageSize {
        width_mm: 210.0,
        height_mm: 297.0,
    };

    proptest! {
        #[test]
        fn every_box_in_the_straightened_picture_lies_inside_of_it(
            x in -30.0f64..230.0, y in -30.0f64..320.0, w in 0.0f64..300.0, h in 0.0f64..300.0
        ) {
            let found = box_px(&BoxMm::from([x, y, w, h]), A4, 150.0);
            prop_assert!(found.width > 0 && found.x + found.width <= 1240);
            prop_assert!(found.height > 0 && found.y + found.height <= 1754);
        }
    }

    #[test]
    fn a_scan_of_twice_the_resolution_is_straightened_to_the_same_place() {
        let mut grey = GrayImage::from_pixel(400, 400, image::Luma([255]));
        for (x, y) in (0..40).flat_map(|x| (0..40).map(move |y| (x, y))) {
            grey.put_pixel(100 + x, 200 + y, image::Luma([0]));
        }
        let registered = Registered {
            to_scan: Homography::scaling(px_per_mm(300.0)),
            residual_mm: 0.0,
            agreement: 1.0,
            stretch: 1.0,
            covered: Vec::new(),
            by: schemas::reading::RecognisedBy::Code,
            lost: Vec::new(),
            n_found: 4,
            orientation_deg: 0.0,
            scan_dpi: 300.0,
            corners_px: [Point::default(); 4],
        };
        let size = PageSize {
            width_mm: 30.0,
            height_mm: 30.0,
        };
        let page = Page { grey, colour: None };
        let picture = whole(&page, &registered, size, 150.0).into_luma8();
        assert_eq!(picture.get_pixel(60, 110).0[0], 0);
        assert_eq!(picture.get_pixel(48, 110).0[0], 255);
        assert_eq!(picture.get_pixel(60, 122).0[0], 255);
    }
}
