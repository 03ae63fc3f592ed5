//! Ink: what people added to the print.
//!
//! The paper's own brightness is taken out first. Then the blank reference is laid over the view and moved by
//! up to half a millimetre until print lies on print. Where the reference is white, everything dark is ink;
//! where it is light (rules, separators), ink must be darker than the rule is in this very scan; where it is
//! dark (frames, words), nothing counts but strokes that run through it.

use image::GrayImage;
use schemas::geometry::{BoxMm, px_per_mm};

use super::straighten::{View, size_px};
use crate::picture::mask::Area;
use crate::picture::warp::warp_grey;
use crate::picture::{Component, Mask, components};

/// Ink is darker than this share of the paper's brightness; pencil lies around 0.6, rules at 0.71.
const INK_LEVEL: f64 = 0.68;
/// Ink on a light rule is darker than this share of the rule.
const INK_ON_RULE: f64 = 0.82;
/// Print darker than this, of 255, is a frame or a word; lighter print is a rule.
const DARK_PRINT: u8 = 130;
/// Lighter than this, of 255, is paper.
const PAPER: u8 = 235;
/// Print is taken to be this much fatter than drawn: what registration and paper leave over.
const PRINT_MARGIN_MM: f64 = 0.35;
/// How far the reference is moved to lie on the print.
const MAX_SHIFT_MM: f64 = 0.5;
/// A stroke is followed through print of this thickness, a frame with its margins, and no more.
const MAX_CROSSING_MM: f64 = 1.6;
/// Smaller things are dust: less than the dot of a fine pen.
const MIN_INK_MM2: f64 = 0.1;
/// The edge of the squares in which the paper's brightness is measured.
const TILE_MM: f64 = 3.0;

/// The ink of a part of the paper.
#[derive(Clone, Debug)]
pub struct Ink {
    /// The part of the paper.
    pub area: BoxMm,
    /// Pixels in an inch of paper.
    pub dpi: f64,
    /// Where there is ink.
    pub mask: Mask,
    /// The view with even paper: 255 is the paper, 0 is black.
    pub even: GrayImage,
    /// The ink, piece by piece, without dust.
    pub pieces: Vec<Component>,
}

impl Ink {
    /// Millimetres to pixels.
    pub fn px(&self, mm: f64) -> f64 {
        mm * px_per_mm(self.dpi)
    }

    /// Pixels to millimetres.
    pub fn mm(&self, px: f64) -> f64 {
        px / px_per_mm(self.dpi)
    }

    /// The part of this picture that shows a box on paper.
    pub fn area_px(&self, area: &BoxMm) -> Area {
        let at = |mm: f64| self.px(mm).round().max(0.0) as usize;
        Area {
            x0: at(area.x - self.area.x),
            y0: at(area.y - self.area.y),
            x1: at(area.right() - self.area.x),
            y1: at(area.bottom() - self.area.y),
        }
        .clipped(self.mask.width, self.mask.height)
    }

    /// The box on paper that a part of this picture shows.
    pub fn area_mm(&self, area: Area) -> BoxMm {
        BoxMm {
            x: self.area.x + self.mm(area.x0 as f64),
            y: self.area.y + self.mm(area.y0 as f64),
            width: self.mm(area.width() as f64),
            height: self.mm(area.height() as f64),
        }
    }

    /// The pieces whose middle lies in a box on paper.
    pub fn pieces_in(&self, area: &BoxMm) -> Vec<Component> {
        let area = self.area_px(area);
        let inside = |piece: &&Component| {
            let (x, y) = (piece.middle_x(), piece.middle_y());
            (area.x0 as f64..area.x1 as f64).contains(&x)
                && (area.y0 as f64..area.y1 as f64).contains(&y)
        };
        self.pieces.iter().filter(inside).cloned().collect()
    }
}

/// Cuts the part of a whole blank page that a view shows.
pub fn blank_under(blank: &GrayImage, area: &BoxMm, dpi: f64) -> GrayImage {
    let scale = px_per_mm(dpi);
    let to_blank = schemas::geometry::Homography::translation(area.x * scale, area.y * scale);
    warp_grey(blank, &to_blank, size_px(area, dpi))
}

/// Finds the ink of a view; `blank` shows the same part of the paper without it.
pub fn extract(view: &View, blank: &GrayImage) -> Ink {
    let scale = px_per_mm(view.dpi);
    let even = evened(&view.grey, (TILE_MM * scale) as usize);
    let shift = alignment(&even, blank, (MAX_SHIFT_MM * scale).round() as isize);
    let margin = (PRINT_MARGIN_MM * scale).ceil() as usize;
    let expected = darkest_around(&shifted(blank, shift), margin);
    let rule_level = rule_level(&even, &shifted(blank, shift));
    let print = Print::new(&expected, rule_level);
    let mut mask = print.new_ink(&even);
    print.follow_strokes(&even, &mut mask, (MAX_CROSSING_MM * scale) as usize);
    let min_px = (MIN_INK_MM2 * scale * scale) as usize;
    let (pieces, dust): (Vec<_>, Vec<_>) = components(&mask)
        .into_iter()
        .partition(|piece| piece.area_px >= min_px);
    wipe(&mut mask, &dust);
    Ink {
        area: view.area,
        dpi: view.dpi,
        mask,
        even,
        pieces,
    }
}

fn wipe(mask: &mut Mask, dust: &[Component]) {
    let width = mask.width;
    for run in dust.iter().flat_map(|piece| &piece.runs) {
        mask.bits[run.y * width + run.x0..run.y * width + run.x1].fill(false);
    }
}

/// Divides by the paper's brightness, measured in squares and interpolated between their middles.
fn evened(grey: &GrayImage, tile_px: usize) -> GrayImage {
    let (width, height) = (grey.width() as usize, grey.height() as usize);
    let tile_px = tile_px.max(8);
    let paper = Paper::measure(grey, tile_px);
    let mut out = GrayImage::new(grey.width(), grey.height());
    let rows = out
        .chunks_exact_mut(width)
        .zip(grey.as_raw().chunks_exact(width));
    let mut brightness = vec![0.0f32; width];
    for (y, (to, from)) in rows.enumerate().take(height) {
        paper.row(y, &mut brightness);
        for ((to, from), paper) in to.iter_mut().zip(from).zip(&brightness) {
            *to = (f32::from(*from) * 255.0 / paper) as u8;
        }
    }
    out
}

/// The paper's brightness in squares of `tile_px`.
struct Paper {
    tile_px: usize,
    columns: usize,
    rows: usize,
    levels: Vec<f32>,
}

impl Paper {
    fn measure(grey: &GrayImage, tile_px: usize) -> Self {
        let (width, height) = (grey.width() as usize, grey.height() as usize);
        let (columns, rows) = (width.div_ceil(tile_px), height.div_ceil(tile_px));
        let mut levels = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            for column in 0..columns {
                let area = Area {
                    x0: column * tile_px,
                    y0: row * tile_px,
                    x1: (column + 1) * tile_px,
                    y1: (row + 1) * tile_px,
                };
                levels.push(light_level(grey, area.clipped(width, height)));
            }
        }
        // A square that is all ink says nothing about the paper.
        let mut sorted = levels.clone();
        sorted.sort_by(f32::total_cmp);
        let usual = sorted
            .get(sorted.len() / 2)
            .copied()
            .unwrap_or(255.0)
            .max(30.0);
        for level in &mut levels {
            *level = level.max(usual * 0.75);
        }
        Self {
            tile_px,
            columns,
            rows,
            levels,
        }
    }

    /// The brightness under each pixel of a row.
    fn row(&self, y: usize, out: &mut [f32]) {
        let (top, bottom, down) = self.between(y, self.rows);
        for (x, value) in out.iter_mut().enumerate() {
            let (left, right, across) = self.between(x, self.columns);
            let level = |row: usize| {
                let (a, b) = (
                    self.levels[row * self.columns + left],
                    self.levels[row * self.columns + right],
                );
                a + (b - a) * across
            };
            *value = level(top) + (level(bottom) - level(top)) * down;
        }
    }

    /// The two squares whose middles a pixel lies between, and how far it is from the first.
    fn between(&self, at: usize, n: usize) -> (usize, usize, f32) {
        let place = ((at as f32 + 0.5) / self.tile_px as f32 - 0.5).clamp(0.0, (n - 1) as f32);
        let first = place as usize;
        (first, (first + 1).min(n - 1), place - first as f32)
    }
}

/// The brightness that one pixel in six exceeds.
fn light_level(grey: &GrayImage, area: Area) -> f32 {
    let mut histogram = [0usize; 256];
    for y in area.y0..area.y1 {
        let row = &grey.as_raw()[y * grey.width() as usize..];
        for value in &row[area.x0..area.x1] {
            histogram[usize::from(*value)] += 1;
        }
    }
    let mut left = area.width() * area.height() / 6;
    for (value, n) in histogram.iter().enumerate().rev() {
        if *n > left {
            return value as f32;
        }
        left -= n;
    }
    0.0
}

/// By how many pixels the blank must be moved to lie on the print of the view.
fn alignment(even: &GrayImage, blank: &GrayImage, reach: isize) -> (isize, isize) {
    let points = print_points(blank, 4000);
    if points.len() < 50 {
        return (0, 0);
    }
    let (width, height) = (even.width() as isize, even.height() as isize);
    let darkness = |(dx, dy): (isize, isize)| -> u64 {
        let seen = points.iter().map(|(x, y)| {
            let (x, y) = (x + dx, y + dy);
            let inside = x >= 0 && y >= 0 && x < width && y < height;
            if inside {
                u64::from(255 - even.as_raw()[(y * width + x) as usize])
            } else {
                0
            }
        });
        // Of two places that suit equally the nearer one is right: a rule can be moved along itself.
        seen.sum::<u64>() * 1000 / (1000 + (dx * dx + dy * dy) as u64)
    };
    let shifts = (-reach..=reach).flat_map(|dy| (-reach..=reach).map(move |dx| (dx, dy)));
    shifts
        .max_by_key(|shift| darkness(*shift))
        .unwrap_or((0, 0))
}

/// Some of the pixels that are printed, spread evenly.
fn print_points(blank: &GrayImage, at_most: usize) -> Vec<(isize, isize)> {
    let width = blank.width() as usize;
    let printed = |value: &u8| *value < 200;
    let n_printed = blank.as_raw().iter().filter(|value| printed(value)).count();
    let every = n_printed.div_ceil(at_most).max(1);
    blank
        .as_raw()
        .iter()
        .enumerate()
        .filter(|(_, value)| printed(value))
        .step_by(every)
        .map(|(i, _)| ((i % width) as isize, (i / width) as isize))
        .collect()
}

fn shifted(blank: &GrayImage, (dx, dy): (isize, isize)) -> GrayImage {
    let (width, height) = (blank.width() as usize, blank.height() as usize);
    let mut out = vec![255; width * height];
    for y in 0..height {
        let Some(from_y) = y.checked_add_signed(-dy).filter(|y| *y < height) else {
            continue;
        };
        let from = &blank.as_raw()[from_y * width..(from_y + 1) * width];
        let to = &mut out[y * width..(y + 1) * width];
        if dx >= 0 {
            let dx = (dx as usize).min(width);
            to[dx..].copy_from_slice(&from[..width - dx]);
        } else {
            let dx = dx.unsigned_abs().min(width);
            to[..width - dx].copy_from_slice(&from[dx..]);
        }
    }
    GrayImage::from_raw(blank.width(), blank.height(), out).expect("one byte for each pixel")
}

/// The darkest value in a square of `2 * reach + 1` pixels around each pixel.
fn darkest_around(picture: &GrayImage, reach: usize) -> GrayImage {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let mut across = picture.as_raw().clone();
    for (to, from) in across
        .chunks_exact_mut(width)
        .zip(picture.as_raw().chunks_exact(width))
    {
        for (x, value) in to.iter_mut().enumerate() {
            let window = &from[x.saturating_sub(reach)..(x + reach + 1).min(width)];
            *value = window.iter().copied().min().unwrap_or(255);
        }
    }
    let mut out = vec![255u8; width * height];
    for (y, to) in out.chunks_exact_mut(width).enumerate() {
        for other in y.saturating_sub(reach)..(y + reach + 1).min(height) {
            let from = &across[other * width..(other + 1) * width];
            to.iter_mut()
                .zip(from)
                .for_each(|(to, from)| *to = (*to).min(*from));
        }
    }
    GrayImage::from_raw(picture.width(), picture.height(), out).expect("one byte for each pixel")
}

/// How dark the light print is in this scan: the usual value where the blank has a rule; 255 without rules.
fn rule_level(even: &GrayImage, blank: &GrayImage) -> u8 {
    let on_rule = |value: &u8| (DARK_PRINT..200).contains(value);
    let mut seen: Vec<u8> = even
        .as_raw()
        .iter()
        .zip(blank.as_raw())
        .filter(|(_, blank)| on_rule(blank))
        .map(|(seen, _)| *seen)
        .collect();
    if seen.is_empty() {
        return 255;
    }
    let middle = seen.len() / 2;
    *seen.select_nth_unstable(middle).1
}

/// A row or column of pixels.
#[derive(Clone, Copy)]
struct PixelLine {
    start: usize,
    step: usize,
    len: usize,
}

impl PixelLine {
    const fn at(self, i: usize) -> usize {
        self.start + i * self.step
    }
}

/// What the print asks of a pixel to count as ink.
struct Print {
    /// Darker than this is ink; 0 where nothing counts by itself.
    limits: Vec<u8>,
    ink_level: u8,
}

impl Print {
    fn new(expected: &GrayImage, rule_level: u8) -> Self {
        let ink_level = (255.0 * INK_LEVEL) as u8;
        let rules_are_dark = rule_level < ink_level;
        let on_rule = ink_level.min((f64::from(rule_level) * INK_ON_RULE) as u8);
        let limit = |expected: &u8| match *expected {
            PAPER.. => ink_level,
            DARK_PRINT..PAPER if !rules_are_dark => on_rule,
            _ => 0,
        };
        Self {
            limits: expected.as_raw().iter().map(limit).collect(),
            ink_level,
        }
    }

    fn new_ink(&self, even: &GrayImage) -> Mask {
        let dark = |(value, limit): (&u8, &u8)| value < limit;
        Mask {
            width: even.width() as usize,
            height: even.height() as usize,
            bits: even.as_raw().iter().zip(&self.limits).map(dark).collect(),
        }
    }

    /// Gives back what strokes lost where they run through dark print.
    fn follow_strokes(&self, even: &GrayImage, mask: &mut Mask, max_crossing_px: usize) {
        let seeds = mask.clone();
        let (width, height) = (mask.width, mask.height);
        let columns = (0..width).map(|x| PixelLine {
            start: x,
            step: width,
            len: height,
        });
        let rows = (0..height).map(|y| PixelLine {
            start: y * width,
            step: 1,
            len: width,
        });
        for line in columns.chain(rows) {
            for stretch in self.hidden_stretches(line) {
                if stretch.len() <= max_crossing_px {
                    self.cross(even, &seeds, mask, (line, stretch));
                }
            }
        }
    }

    /// The stretches of a line that lie in dark print.
    fn hidden_stretches(&self, line: PixelLine) -> Vec<std::ops::Range<usize>> {
        let mut found = Vec::new();
        let mut first = None;
        for i in 0..=line.len {
            let hidden = i < line.len && self.limits[line.at(i)] == 0;
            match (hidden, first) {
                (true, None) => first = Some(i),
                (false, Some(from)) => {
                    found.push(from..i);
                    first = None;
                }
                _ => {}
            }
        }
        found
    }

    /// Goes on from the ink on either side of a stretch for as long as the scan is dark.
    fn cross(
        &self,
        even: &GrayImage,
        seeds: &Mask,
        mask: &mut Mask,
        (line, stretch): (PixelLine, std::ops::Range<usize>),
    ) {
        if stretch.start > 0 && seeds.bits[line.at(stretch.start - 1)] {
            self.walk(even, mask, stretch.clone().map(|i| line.at(i)));
        }
        if stretch.end < line.len && seeds.bits[line.at(stretch.end)] {
            self.walk(even, mask, stretch.rev().map(|i| line.at(i)));
        }
    }

    fn walk(&self, even: &GrayImage, mask: &mut Mask, pixels: impl Iterator<Item = usize>) {
        for pixel in pixels {
            if even.as_raw()[pixel] >= self.ink_level {
                return;
            }
            mask.bits[pixel] = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DPI: f64 = 200.0;

    fn paper(level: u8) -> GrayImage {
        GrayImage::from_pixel(240, 160, image::Luma([level]))
    }

    fn line(picture: &mut GrayImage, area: Area, value: u8) {
        for y in area.y0..area.y1 {
            for x in area.x0..area.x1 {
                let pixel = picture.get_pixel_mut(x as u32, y as u32);
                pixel.0[0] = pixel.0[0].min(value);
            }
        }
    }

    const RULE: Area = Area {
        x0: 10,
        y0: 80,
        x1: 230,
        y1: 83,
    };
    const STROKE: Area = Area {
        x0: 100,
        y0: 40,
        x1: 105,
        y1: 120,
    };

    fn extracted(scan: GrayImage, blank: &GrayImage) -> Ink {
        let area = BoxMm::from([0.0, 0.0, 240.0 / px_per_mm(DPI), 160.0 / px_per_mm(DPI)]);
        extract(
            &View {
                area,
                dpi: DPI,
                grey: scan,
            },
            blank,
        )
    }

    #[test]
    fn print_alone_is_no_ink_even_when_it_lies_a_little_off() {
        for (rule, paper_level) in [(181, 255), (60, 255), (60, 190)] {
            let mut blank = paper(255);
            line(&mut blank, RULE, rule);
            let mut scan = paper(paper_level);
            let moved = Area {
                y0: RULE.y0 + 2,
                y1: RULE.y1 + 2,
                ..RULE
            };
            line(
                &mut scan,
                moved,
                (u32::from(rule) * u32::from(paper_level) / 255) as u8,
            );
            assert_eq!(extracted(scan, &blank).mask.count(), 0, "rule {rule}");
        }
    }

    #[test]
    fn a_stroke_that_crosses_a_rule_stays_in_one_piece() {
        for rule in [181, 60] {
            let mut blank = paper(255);
            line(&mut blank, RULE, rule);
            let mut scan = blank.clone();
            line(&mut scan, STROKE, 40);
            let ink = extracted(scan, &blank);
            assert_eq!(ink.pieces.len(), 1, "rule {rule}");
            assert_eq!(ink.pieces[0].bounds, STROKE, "rule {rule}");
        }
    }

    #[test]
    fn dust_is_left_out_and_shaded_paper_is_no_ink() {
        let blank = paper(255);
        let mut scan = GrayImage::from_fn(240, 160, |x, _| image::Luma([250 - (x / 3) as u8]));
        scan.put_pixel(50, 50, image::Luma([0]));
        let ink = extracted(scan, &blank);
        assert_eq!((ink.mask.count(), ink.pieces.len()), (0, 0));
    }

    #[test]
    fn boxes_on_paper_and_areas_in_the_picture_fit_each_other() {
        let ink = extracted(paper(255), &paper(255));
        let area = Area {
            x0: 20,
            y0: 30,
            x1: 90,
            y1: 100,
        };
        assert_eq!(ink.area_px(&ink.area_mm(area)), area);
    }
}
