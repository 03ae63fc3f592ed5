//! Warped pictures: each pixel is looked up through a homography, between four neighbours.

mod level;

use image::{GrayImage, RgbImage};
use rayon::prelude::*;
use schemas::geometry::{Homography, Point};

use level::{Along, Line};

/// Between two exact points the way is taken as straight; over 32 pixels a page that lies on a scanner's glass
/// bends by less than a hundredth of a pixel.
const STRIDE: usize = 32;
/// Rows that are filled one after the other.
const BAND_ROWS: usize = 256;
/// Rows and columns that are filled at once where their part of the source has one value only: most of a page is paper.
const TILE_ROWS: usize = 8;
const TILE_COLUMNS: usize = 2 * STRIDE;
/// Narrower pictures are looked up pixel by pixel: to touch whole rows of the source for them is not worth it.
const MIN_LEVEL_PX: usize = 160;
/// Bits behind the point of a coordinate.
const FRACTION_BITS: u32 = 8;
/// Bits behind the point of a place on the way between two exact ones.
const WAY_BITS: u32 = 20;
/// One pixel of that way.
const WAY_ONE: f64 = (1u32 << WAY_BITS) as f64;

/// A grey picture of `width` × `height` whose pixels are looked up in `source`; `to_source` maps its
/// coordinates to those of `source`. What lies outside is white.
///
/// # Panics
/// Never: the buffer has the size of the picture.
pub fn warp_grey(
    source: &GrayImage,
    to_source: &Homography,
    (width, height): (u32, u32),
) -> GrayImage {
    let mut out = vec![255; width as usize * height as usize];
    if let Some(sampler) = Sampler::<1>::new(source.as_raw(), source.dimensions()) {
        let band_len = (width as usize * BAND_ROWS).max(1);
        out.par_chunks_mut(band_len)
            .enumerate()
            .for_each(|(band, rows)| {
                sampler.fill_band(rows, width as usize, band * BAND_ROWS, to_source);
            });
    }
    GrayImage::from_raw(width, height, out).expect("one byte for each pixel")
}

/// The same in colour.
///
/// # Panics
/// Never: the buffer has the size of the picture.
pub fn warp_colour(
    source: &RgbImage,
    to_source: &Homography,
    (width, height): (u32, u32),
) -> RgbImage {
    let mut out = vec![255; width as usize * height as usize * 3];
    if let Some(sampler) = Sampler::<3>::new(source.as_raw(), source.dimensions()) {
        out.par_chunks_mut((width as usize * 3).max(1))
            .enumerate()
            .for_each(|(y, row)| sampler.fill_row(row, |x| place(to_source, x, y)));
    }
    RgbImage::from_raw(width, height, out).expect("three bytes for each pixel")
}

/// The place in the source of a pixel; `(0, 0)` is the middle of the first one.
fn place(to_source: &Homography, x: usize, y: usize) -> Point {
    let place = to_source.apply(Point::new(x as f64 + 0.5, y as f64 + 0.5));
    Point::new(place.x - 0.5, place.y - 0.5)
}

struct Sampler<'a, const N: usize> {
    pixels: &'a [u8],
    width: usize,
    height: usize,
}

impl Sampler<'_, 1> {
    /// Some rows of the result, the first of them at `first_y`.
    fn fill_band(&self, rows: &mut [u8], width: usize, first_y: usize, to_source: &Homography) {
        let mut along = Along::new(self.pixels, (self.width, self.height));
        for (idx, rows) in rows.chunks_mut(width * TILE_ROWS).enumerate() {
            let first_y = first_y + idx * TILE_ROWS;
            let at = |x: usize, y: usize| place(to_source, x, first_y + y);
            let is_level = width >= MIN_LEVEL_PX && Line::through(at(0, 0), at(width, 0)).is_some();
            let plain = if is_level {
                self.fill_plain(rows, width, at)
            } else {
                Vec::new()
            };
            for (y, row) in rows.chunks_exact_mut(width).enumerate() {
                match Line::through(at(0, y), at(width, y)).filter(|_| is_level) {
                    Some(line) => self.fill_level_row(row, &plain, &line, &mut along, |x| at(x, y)),
                    None => self.fill_row(row, |x| at(x, y)),
                }
            }
        }
    }

    /// Fills what is plain in some rows, and says of each tile whether it is.
    fn fill_plain(
        &self,
        rows: &mut [u8],
        width: usize,
        at: impl Fn(usize, usize) -> Point,
    ) -> Vec<bool> {
        let n_rows = rows.len() / width;
        let edge = |x: usize| [at(x, 0), at(x, n_rows)];
        let mut left = edge(0);
        let mut plain = Vec::with_capacity(width.div_ceil(TILE_COLUMNS));
        for x in (0..width).step_by(TILE_COLUMNS) {
            let end = (x + TILE_COLUMNS).min(width);
            let right = edge(end);
            let value = self.only_value([left, right].as_flattened());
            if let Some(value) = value {
                for row in rows.chunks_exact_mut(width) {
                    row[x..end].fill(value);
                }
            }
            plain.push(value.is_some());
            left = right;
        }
        plain
    }

    /// The one value of all pixels that are between some corners, and beside them; nothing when there are several or they lie outside.
    fn only_value(&self, corners: &[Point]) -> Option<u8> {
        let lowest = |of: fn(&Point) -> f64| corners.iter().map(of).fold(f64::INFINITY, f64::min);
        let highest = |of: fn(&Point) -> f64| corners.iter().map(of).fold(0.0, f64::max);
        let (x, y) = (lowest(|p| p.x), lowest(|p| p.y));
        let (right, bottom) = (highest(|p| p.x) + 2.0, highest(|p| p.y) + 2.0);
        let inside =
            x >= 0.0 && y >= 0.0 && right <= self.width as f64 && bottom <= self.height as f64;
        if !inside {
            return None;
        }
        let columns = x as usize..right as usize;
        let value = self.pixels[y as usize * self.width + columns.start];
        let is_plain = |y: usize| {
            let row = &self.pixels[y * self.width..][columns.clone()];
            row.iter().fold(0, |seen, other| seen | (value ^ other)) == 0
        };
        (y as usize..bottom as usize).all(is_plain).then_some(value)
    }

    /// A row but for what is plain in it.
    fn fill_level_row(
        &self,
        row: &mut [u8],
        plain: &[bool],
        line: &Line,
        along: &mut Along<'_>,
        at: impl Fn(usize) -> Point,
    ) {
        if plain.iter().all(|plain| *plain) {
            return;
        }
        let (first, last) = (at(0).x, at(row.len()).x);
        let columns = first.min(last).max(0.0) as usize..first.max(last).max(0.0) as usize + 2;
        along.fetch(line, &columns);
        let tiles = row.chunks_mut(TILE_COLUMNS).zip(plain).enumerate();
        for (tile_idx, (tile, _)) in tiles.filter(|(_, (_, plain))| !**plain) {
            let mut x = tile_idx * TILE_COLUMNS;
            let mut from = at(x);
            for stride in tile.chunks_mut(STRIDE) {
                x += stride.len();
                let to = at(x);
                if !(self.is_inside(from) && self.is_inside(to)) {
                    self.fill_edge(stride, from, to);
                } else if !along.look_up(line, (from.x, to.x), stride) {
                    self.fill_inside(stride, from, to);
                }
                from = to;
            }
        }
    }
}

impl<'a, const N: usize> Sampler<'a, N> {
    /// Nothing when the picture is too small to look anything up in.
    fn new(pixels: &'a [u8], (width, height): (u32, u32)) -> Option<Self> {
        (width >= 2 && height >= 2).then_some(Self {
            pixels,
            width: width as usize,
            height: height as usize,
        })
    }

    fn fill_row(&self, row: &mut [u8], at: impl Fn(usize) -> Point) {
        let mut from = at(0);
        for (stride_idx, stride) in row.chunks_mut(STRIDE * N).enumerate() {
            let to = at(stride_idx * STRIDE + stride.len() / N);
            if self.is_inside(from) && self.is_inside(to) {
                self.fill_inside(stride, from, to);
            } else {
                self.fill_edge(stride, from, to);
            }
            from = to;
        }
    }

    /// Whether a place and the pixels around it lie inside, with one to spare.
    fn is_inside(&self, place: Point) -> bool {
        place.x >= 0.0
            && place.y >= 0.0
            && place.x < self.width as f64 - 2.0
            && place.y < self.height as f64 - 2.0
    }

    /// The way from `from` to `to`, in whole numbers: most of a page lies well inside the scan.
    fn fill_inside(&self, stride: &mut [u8], from: Point, to: Point) {
        let fixed = |at: f64| (at * WAY_ONE) as i64;
        let n_pixels = (stride.len() / N).max(1) as i64;
        let (mut x, mut y) = (fixed(from.x), fixed(from.y));
        let step_x = (fixed(to.x) - x) / n_pixels;
        let step_y = (fixed(to.y) - y) / n_pixels;
        let row_len = self.width * N;
        for pixel in stride.chunks_exact_mut(N) {
            let place = (y >> WAY_BITS) as usize * row_len + (x >> WAY_BITS) as usize * N;
            let part = |at: i64| ((at >> (WAY_BITS - FRACTION_BITS)) & 0xff) as u32;
            let top = &self.pixels[place..place + 2 * N];
            let bottom = &self.pixels[place + row_len..place + row_len + 2 * N];
            mix::<N>(top, bottom, (part(x), part(y)), pixel);
            x += step_x;
            y += step_y;
        }
    }

    fn fill_edge(&self, stride: &mut [u8], from: Point, to: Point) {
        let n_pixels = (stride.len() / N).max(1) as f64;
        let step = Point::new((to.x - from.x) / n_pixels, (to.y - from.y) / n_pixels);
        for (i, pixel) in stride.chunks_exact_mut(N).enumerate() {
            let i = i as f64;
            self.sample(from.x + step.x * i, from.y + step.y * i, pixel);
        }
    }

    /// The value between the four pixels around `(x, y)`; leaves `out` alone outside of the picture.
    fn sample(&self, x: f64, y: f64, out: &mut [u8]) {
        let inside = x > -1.0 && y > -1.0 && x < self.width as f64 && y < self.height as f64;
        if !inside {
            return;
        }
        let scale = f64::from(1u32 << FRACTION_BITS);
        let last_x = ((self.width - 1) << FRACTION_BITS) - 1;
        let last_y = ((self.height - 1) << FRACTION_BITS) - 1;
        let fixed_x = ((x.max(0.0) * scale) as usize).min(last_x);
        let fixed_y = ((y.max(0.0) * scale) as usize).min(last_y);
        let part = (1usize << FRACTION_BITS) - 1;
        let (px, py) = (fixed_x >> FRACTION_BITS, fixed_y >> FRACTION_BITS);
        let parts = ((fixed_x & part) as u32, (fixed_y & part) as u32);
        let top = &self.pixels[(py * self.width + px) * N..][..2 * N];
        let bottom = &self.pixels[((py + 1) * self.width + px) * N..][..2 * N];
        mix::<N>(top, bottom, parts, out);
    }
}

/// The value between two pixels of one row and the two below them.
fn mix<const N: usize>(top: &[u8], bottom: &[u8], (fx, fy): (u32, u32), out: &mut [u8]) {
    let one = 1u32 << FRACTION_BITS;
    for channel in 0..N {
        let across =
            |row: &[u8]| u32::from(row[channel]) * (one - fx) + u32::from(row[channel + N]) * fx;
        let sum = across(top) * (one - fy) + across(bottom) * fy;
        out[channel] = ((sum + (1 << (2 * FRACTION_BITS - 1))) >> (2 * FRACTION_BITS)) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ramp() -> GrayImage {
        GrayImage::from_fn(60, 50, |x, y| image::Luma([(x * 3 + y) as u8]))
    }

    #[test]
    fn a_map_that_moves_nothing_changes_nothing() {
        let picture = ramp();
        assert_eq!(
            warp_grey(&picture, &Homography::IDENTITY, picture.dimensions()),
            picture
        );
    }

    #[test]
    fn what_lies_outside_is_white() {
        let far = Homography::translation(1000.0, 0.0);
        let out = warp_grey(&ramp(), &far, (5, 5));
        assert!(out.as_raw().iter().all(|v| *v == 255));
    }

    #[test]
    fn colour_is_looked_up_in_the_same_places_as_grey() {
        let grey = ramp();
        let colour = image::DynamicImage::ImageLuma8(grey.clone()).into_rgb8();
        let turn = Homography::rotation(7.0, Point::new(30.0, 25.0));
        let (grey, colour) = (
            warp_grey(&grey, &turn, (60, 50)),
            warp_colour(&colour, &turn, (60, 50)),
        );
        assert!(
            grey.pixels()
                .zip(colour.pixels())
                .all(|(g, c)| g.0[0] == c.0[1])
        );
    }

    #[test]
    fn a_dot_on_plain_paper_is_not_overlooked() {
        let mut grey = GrayImage::from_pixel(400, 300, image::Luma([240]));
        for y in (20..280).step_by(37) {
            for x in (20..380).step_by(41) {
                grey.put_pixel(x, y, image::Luma([0]));
            }
        }
        let colour = image::DynamicImage::ImageLuma8(grey.clone()).into_rgb8();
        let map = Homography::rotation(1.3, Point::new(200.0, 150.0));
        let quick = warp_grey(&grey, &map, (400, 300));
        let slow = warp_colour(&colour, &map, (400, 300));
        for (quick, slow) in quick.pixels().zip(slow.pixels()) {
            assert!(quick.0[0].abs_diff(slow.0[0]) <= 2);
        }
    }

    #[test]
    fn a_level_page_shows_the_same_as_one_that_is_looked_up_pixel_by_pixel() {
        let grey = GrayImage::from_fn(300, 200, |x, y| image::Luma([(x * 7 + y * 13) as u8 & 127]));
        let colour = image::DynamicImage::ImageLuma8(grey.clone()).into_rgb8();
        let centre = Point::new(150.0, 100.0);
        for (deg, scale) in [
            (0.0, 1.5),
            (0.7, 1.5),
            (-3.0, 1.0),
            (181.0, 1.4),
            (179.5, 3.9),
        ] {
            let map = Homography::rotation(deg, centre).then(&Homography::scaling(scale));
            let quick = warp_grey(&grey, &map, (250, 180));
            let slow = warp_colour(&colour, &map, (250, 180));
            for (quick, slow) in quick.pixels().zip(slow.pixels()) {
                let apart = quick.0[0].abs_diff(slow.0[0]);
                assert!(apart <= 2, "{apart} at {deg} degrees");
            }
        }
    }

    proptest! {
        #[test]
        fn turning_and_turning_back_keeps_the_middle(deg in -180.0f64..180.0) {
            let picture = ramp();
            let centre = Point::new(30.0, 25.0);
            let there = warp_grey(&picture, &Homography::rotation(deg, centre), (60, 50));
            let back = warp_grey(&there, &Homography::rotation(-deg, centre), (60, 50));
            for (x, y) in [(30, 25), (26, 22), (35, 28)] {
                let (a, b) = (picture.get_pixel(x, y).0[0], back.get_pixel(x, y).0[0]);
                prop_assert!(a.abs_diff(b) <= 4, "{a} became {b}");
            }
        }
    }
}
