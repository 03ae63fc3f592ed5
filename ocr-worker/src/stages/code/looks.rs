//! The ways to look at a page for a code, the cheapest first: crops before whole pages, as it is before cleaned up.

use image::{GrayImage, imageops};
use schemas::geometry::Point;

use super::FoundCode;
use super::decoders::CodeDecoder;
use crate::picture::Pyramid;
use crate::picture::mask::Area;
use crate::picture::threshold::darker_than_around;
use crate::stages::finders::{code_areas, find_finders};

/// The long edge of an A4 page at 150 dpi: a module of our smallest code has four pixels there.
const WORKING_LONG_EDGE_PX: f64 = 1754.0;
/// Larger pictures are not searched at full size: it would take seconds, and the smaller one has enough pixels.
const MAX_SEARCH_PX: u32 = 20_000_000;
/// More parts than these that look like a code are a pattern of something else.
const MAX_AREAS: usize = 10;
/// How dark the modules of a code are at least, against their surroundings.
const DARK_SHARE: f32 = 0.88;

/// A picture to search, and how to get from its pixels to those of the page.
struct View {
    picture: GrayImage,
    scale: f64,
    offset: Point,
}

/// What is done to a picture before it is searched again.
#[derive(Clone, Copy, Debug)]
enum CleanUp {
    Smoothed,
    Median,
    Closed,
    Opened,
    Adaptive,
    Enlarged,
    Halved,
    Inverted,
}

const CLEAN_UPS: [CleanUp; 8] = [
    CleanUp::Smoothed,
    CleanUp::Median,
    CleanUp::Closed,
    CleanUp::Opened,
    CleanUp::Adaptive,
    CleanUp::Enlarged,
    CleanUp::Halved,
    CleanUp::Inverted,
];

/// Looks at a page in one way after the other; `take` says whether a code that was found is enough.
pub(super) fn search(
    page: &Pyramid<'_>,
    decoders: &[Box<dyn CodeDecoder>],
    take: &mut dyn FnMut(FoundCode) -> bool,
) {
    let _ = in_parts(page, decoders, take) || in_the_whole(page, decoders, take);
}

/// Looks where finders were seen.
fn in_parts(
    page: &Pyramid<'_>,
    decoders: &[Box<dyn CodeDecoder>],
    take: &mut dyn FnMut(FoundCode) -> bool,
) -> bool {
    let (working, factor) = working(page);
    let mask = darker_than_around(working, DARK_SHARE);
    let areas = code_areas(&find_finders(&mask), mask.width, mask.height);
    let areas = &areas[..areas.len().min(MAX_AREAS)];
    let mut enough = false;
    for area in areas {
        enough |= decode(&cut(working, *area, factor), decoders, take);
    }
    if enough {
        return true;
    }
    let full: Vec<View> = areas
        .iter()
        .map(|area| cut(page.full(), scaled(*area, factor), 1))
        .collect();
    let sharper = factor > 1;
    if sharper && full.iter().any(|view| decode(view, decoders, take)) {
        return true;
    }
    let tried = |view: &View, clean_up: &CleanUp| decode(&clean_up.of(view), decoders, take);
    let mut tried = tried;
    for clean_up in &CLEAN_UPS {
        for (area, full) in areas.iter().zip(&full) {
            let small = cut(working, *area, factor);
            if tried(&small, clean_up) || (sharper && tried(full, clean_up)) {
                return true;
            }
        }
    }
    false
}

/// Looks at the whole page: the decoders have their own ways to find a code.
fn in_the_whole(
    page: &Pyramid<'_>,
    decoders: &[Box<dyn CodeDecoder>],
    take: &mut dyn FnMut(FoundCode) -> bool,
) -> bool {
    let (working, factor) = working(page);
    let whole = cut(working, whole_of(working), factor);
    if decode(&whole, decoders, take) {
        return true;
    }
    let n_pixels = page.full().width() * page.full().height();
    if factor > 1 && n_pixels <= MAX_SEARCH_PX {
        let full = cut(page.full(), whole_of(page.full()), 1);
        if decode(&full, decoders, take) {
            return true;
        }
    }
    let mut clean_ups = vec![CleanUp::Smoothed, CleanUp::Inverted, CleanUp::Halved];
    if n_pixels <= MAX_SEARCH_PX / 8 {
        clean_ups.extend([CleanUp::Enlarged, CleanUp::Adaptive, CleanUp::Median]);
    }
    clean_ups
        .iter()
        .any(|clean_up| decode(&clean_up.of(&whole), decoders, take))
}

/// The copy of the page that is searched first.
fn working<'a>(page: &'a Pyramid<'_>) -> (&'a GrayImage, u32) {
    let long_edge = f64::from(page.full().width().max(page.full().height()));
    page.with_at_least(WORKING_LONG_EDGE_PX, long_edge)
}

fn whole_of(picture: &GrayImage) -> Area {
    Area::whole(picture.width() as usize, picture.height() as usize)
}

fn scaled(area: Area, factor: u32) -> Area {
    let factor = factor as usize;
    Area {
        x0: area.x0 * factor,
        y0: area.y0 * factor,
        x1: area.x1 * factor,
        y1: area.y1 * factor,
    }
}

fn cut(picture: &GrayImage, area: Area, factor: u32) -> View {
    let (x, y) = (area.x0 as u32, area.y0 as u32);
    let (width, height) = (area.width() as u32, area.height() as u32);
    let scale = f64::from(factor);
    View {
        picture: imageops::crop_imm(picture, x, y, width, height).to_image(),
        scale,
        offset: Point::new(f64::from(x) * scale, f64::from(y) * scale),
    }
}

/// Lets the decoders look, one after the other, until `take` has enough.
fn decode(
    view: &View,
    decoders: &[Box<dyn CodeDecoder>],
    take: &mut dyn FnMut(FoundCode) -> bool,
) -> bool {
    for decoder in decoders {
        let mut enough = false;
        for mut code in decoder.decode(&view.picture) {
            let on_page = |p: Point| {
                Point::new(
                    view.offset.x + p.x * view.scale,
                    view.offset.y + p.y * view.scale,
                )
            };
            code.corners_px = code.corners_px.map(on_page);
            enough |= take(code);
        }
        if enough {
            return true;
        }
    }
    false
}

impl CleanUp {
    fn of(self, view: &View) -> View {
        let picture = &view.picture;
        let (cleaned, scale) = match self {
            Self::Smoothed => (imageops::fast_blur(picture, 1.2), 1.0),
            Self::Median => (ranked(picture, 4), 1.0),
            Self::Closed => (ranked(&ranked(picture, 0), 8), 1.0),
            Self::Opened => (ranked(&ranked(picture, 8), 0), 1.0),
            Self::Adaptive => (black_and_white(picture), 1.0),
            Self::Enlarged => (resized(picture, 2.0), 0.5),
            Self::Halved => (resized(picture, 0.5), 2.0),
            Self::Inverted => (inverted(picture), 1.0),
        };
        View {
            picture: cleaned,
            scale: view.scale * scale,
            offset: view.offset,
        }
    }
}

/// The value of this rank, 0 to 8, of the nine pixels around each one: 0 the darkest, 4 the median.
fn ranked(picture: &GrayImage, rank: usize) -> GrayImage {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let pixels = picture.as_raw();
    let mut out = picture.clone();
    for y in 1..height.saturating_sub(1) {
        for x in 1..width.saturating_sub(1) {
            let mut nine = [0u8; 9];
            for (i, value) in nine.iter_mut().enumerate() {
                *value = pixels[(y + i / 3 - 1) * width + x + i % 3 - 1];
            }
            out.as_mut()[y * width + x] = *nine.select_nth_unstable(rank).1;
        }
    }
    out
}

fn black_and_white(picture: &GrayImage) -> GrayImage {
    let mask = darker_than_around(picture, 0.95);
    let pixels = mask.bits.iter().map(|dark| if *dark { 0 } else { 255 });
    GrayImage::from_raw(picture.width(), picture.height(), pixels.collect())
        .expect("one byte for each pixel")
}

fn resized(picture: &GrayImage, by: f64) -> GrayImage {
    let size = |px: u32| ((f64::from(px) * by) as u32).max(1);
    let (width, height) = (size(picture.width()), size(picture.height()));
    imageops::resize(picture, width, height, imageops::FilterType::Triangle)
}

fn inverted(picture: &GrayImage) -> GrayImage {
    let mut out = picture.clone();
    imageops::invert(&mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_take_specks_away_and_fill_holes() {
        let mut picture = GrayImage::from_pixel(9, 9, image::Luma([250]));
        picture.put_pixel(4, 4, image::Luma([0]));
        assert_eq!(ranked(&picture, 4).get_pixel(4, 4).0[0], 250);
        assert_eq!(ranked(&picture, 0).get_pixel(5, 5).0[0], 0);
    }

    #[test]
    fn what_is_found_in_a_clean_up_lies_in_the_same_place_on_the_page() {
        struct Corner;
        impl CodeDecoder for Corner {
            fn name(&self) -> &'static str {
                "corner"
            }
            fn decode(&self, picture: &GrayImage) -> Vec<FoundCode> {
                let (width, height) = picture.dimensions();
                let corner = Point::new(f64::from(width), f64::from(height));
                vec![FoundCode {
                    text: String::new(),
                    n_modules: None,
                    corners_px: [corner; 4],
                }]
            }
        }
        let page = GrayImage::new(400, 300);
        let area = Area {
            x0: 10,
            y0: 20,
            x1: 110,
            y1: 80,
        };
        let decoders: [Box<dyn CodeDecoder>; 1] = [Box::new(Corner)];
        for clean_up in CLEAN_UPS {
            let view = clean_up.of(&cut(&page, area, 2));
            decode(&view, &decoders, &mut |code| {
                assert_eq!(code.corners_px[0], Point::new(220.0, 160.0), "{clean_up:?}");
                true
            });
        }
    }
}
