//! Print: what a side of a layout looks like without ink, made ready once for all pages.

use std::ops::Range;

use image::GrayImage;
use schemas::geometry::{BoxMm, px_per_mm};
use schemas::layout::{Layout, Side};

use crate::picture::mask::Area;

/// Print darker than this, of 255, is a frame or a word; lighter print is a rule.
const DARK_PRINT: u8 = 130;
/// Lighter than this, of 255, is paper.
const PAPER: u8 = 235;
/// Lighter than this is too light to be aligned by, or to count as the middle of a rule.
const PRINTED: u8 = 200;
/// Print is taken to be this much fatter than drawn: what registration and paper leave over.
const MARGIN_MM: f64 = 0.35;
/// The same for a photocopy of a photocopy.
const FAT_MARGIN_MM: f64 = 0.6;
/// A stroke is followed through print of this thickness, a frame with its margins, and no more.
const MAX_CROSSING_MM: f64 = 1.6;
/// The quiet zone of a code and a little more.
const CODE_AROUND_MM: f64 = 3.0;
/// How far above the lower edge of the page the foot line begins, and how high it is.
const FOOT_MM: (f64, f64) = (12.5, 6.0);
/// The edge of the squares in which print is laid on print.
pub const CELL_PX: usize = 128;
/// More points of a square would only cost time.
const CELL_POINTS: usize = 64;

/// What is printed at a pixel, or close to it.
pub type Kind = u8;
/// Nothing.
pub const NOTHING: Kind = 0;
/// Something light that handwriting is laid over.
pub const RULE: Kind = 1;
/// Something dark: frames and words.
pub const DARK: Kind = 2;

/// The print of a side.
#[derive(Clone, Debug)]
pub struct Print {
    /// Pixels in an inch of paper.
    pub dpi: f64,
    /// The empty form.
    pub blank: GrayImage,
    /// As it is printed.
    usual: Cover,
    /// As a poor copy shows it.
    fat: Cover,
    /// Some printed pixels of each square, spread evenly.
    pub cells: Vec<Vec<(isize, isize)>>,
    /// Squares in a row.
    pub n_columns: usize,
    /// Pixels that only a fat print makes dark.
    fringe: Vec<(usize, usize)>,
    /// Some pixels in the middle of rules.
    rules: Vec<(usize, usize)>,
}

/// What print hides.
#[derive(Clone, Debug)]
pub struct Cover {
    /// What is printed, pixel by pixel.
    pub kinds: Vec<Kind>,
    /// The stretches of dark print that a stroke may cross.
    pub dark: Vec<Stretch>,
    /// The same where rules are as dark as frames.
    pub all: Vec<Stretch>,
}

/// Neighbouring pixels of print, in a row or in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The first column.
    pub x: u16,
    /// The first row.
    pub y: u16,
    /// How many pixels.
    pub len: u16,
    /// Whether it runs down a column.
    pub down: bool,
}

/// Where every leaflet has its own print: the code and the serial. Nobody's ink is looked for there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hidden(pub Vec<BoxMm>);

impl Hidden {
    /// Of a side.
    pub fn of(layout: &Layout, side: &Side) -> Self {
        let code = side.code.map(|code| code.area.shrunk(-CODE_AROUND_MM));
        let foot = BoxMm {
            x: 0.0,
            y: layout.page.height_mm - FOOT_MM.0,
            width: layout.page.width_mm,
            height: FOOT_MM.1,
        };
        Self(code.into_iter().chain([foot]).collect())
    }
}

impl Print {
    /// Makes an empty form ready; it is cut or filled with white to `size`.
    pub fn new(blank: &GrayImage, size: (u32, u32), dpi: f64, hidden: &Hidden) -> Self {
        let blank = fitted(blank, size);
        let scale = px_per_mm(dpi);
        let margin_px = |mm: f64| (mm * scale).ceil() as usize;
        let mut usual = darkest_around(&blank, margin_px(MARGIN_MM));
        let mut fat = darkest_around(&blank, margin_px(FAT_MARGIN_MM));
        for area in &hidden.0 {
            blacken(&mut usual, area, scale);
            blacken(&mut fat, area, scale);
        }
        let max_crossing_px = |extra_mm: f64| ((MAX_CROSSING_MM + extra_mm) * scale) as usize;
        let n_columns = (size.0 as usize).div_ceil(CELL_PX);
        Self {
            dpi,
            cells: cells(&blank, n_columns),
            n_columns,
            fringe: fringe(&usual, &fat),
            rules: rules(&blank),
            usual: Cover::new(&usual, max_crossing_px(0.0)),
            fat: Cover::new(&fat, max_crossing_px(2.0 * (FAT_MARGIN_MM - MARGIN_MM))),
            blank,
        }
    }

    /// What the print hides on a page as fat as this one: `darkness` tells how dark a pixel of the blank is on it.
    pub fn cover(&self, darkness: impl Fn(usize, usize) -> u8) -> &Cover {
        let n_dark = self.fringe.iter().filter(|(x, y)| darkness(*x, *y) > 80);
        // Handwriting beside print darkens a twentieth of the fringe, fat print nearly all.
        if n_dark.count() * 4 > self.fringe.len() {
            &self.fat
        } else {
            &self.usual
        }
    }

    /// How bright rules usually are on a page; 255 without rules.
    pub fn rule_level(&self, brightness: impl Fn(usize, usize) -> u8) -> u8 {
        let mut seen: Vec<u8> = self.rules.iter().map(|(x, y)| brightness(*x, *y)).collect();
        if seen.is_empty() {
            return 255;
        }
        let middle = seen.len() / 2;
        *seen.select_nth_unstable(middle).1
    }

    /// What is printed at a pixel or close to it.
    pub fn kind_at(&self, x: isize, y: isize) -> Kind {
        let (width, height) = self.blank.dimensions();
        let inside = x >= 0 && y >= 0 && x < width as isize && y < height as isize;
        if inside {
            self.usual.kinds[y as usize * width as usize + x as usize]
        } else {
            NOTHING
        }
    }

    /// The printed pixels of a part, at most `at_most`, spread evenly.
    pub fn points_in(&self, area: Area, at_most: usize) -> Vec<(isize, isize)> {
        points(&self.blank, area, at_most)
    }

    /// The columns and rows of the print in a part, when something is printed there.
    pub fn bounds_in(&self, area: Area) -> Option<Area> {
        let points = points(&self.blank, area, usize::MAX);
        let at = |(x, y): &(isize, isize)| Area {
            x0: *x as usize,
            y0: *y as usize,
            x1: *x as usize + 1,
            y1: *y as usize + 1,
        };
        points.iter().map(at).reduce(Area::union)
    }

    /// Whether nothing is printed in some columns of a part.
    pub fn is_clear(&self, columns: Range<usize>, rows: Range<usize>) -> bool {
        let area = Area {
            x0: columns.start,
            y0: rows.start,
            x1: columns.end,
            y1: rows.end,
        };
        points(&self.blank, area, usize::MAX).is_empty()
    }
}

impl Cover {
    fn new(expected: &GrayImage, max_crossing_px: usize) -> Self {
        let kind = |value: &u8| match *value {
            PAPER.. => NOTHING,
            DARK_PRINT..PAPER => RULE,
            _ => DARK,
        };
        let kinds: Vec<Kind> = expected.as_raw().iter().map(kind).collect();
        let size = (expected.width() as usize, expected.height() as usize);
        let stretches = |least: Kind| stretches(&kinds, size, least, max_crossing_px);
        Self {
            dark: stretches(DARK),
            all: stretches(RULE),
            kinds,
        }
    }
}

fn blacken(picture: &mut GrayImage, area: &BoxMm, scale: f64) {
    let at = |mm: f64| (mm * scale).round().max(0.0) as usize;
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let area = Area {
        x0: at(area.x),
        y0: at(area.y),
        x1: at(area.right()),
        y1: at(area.bottom()),
    }
    .clipped(width, height);
    for y in area.y0..area.y1 {
        picture.as_mut()[y * width + area.x0..y * width + area.x1].fill(0);
    }
}

fn fitted(blank: &GrayImage, size: (u32, u32)) -> GrayImage {
    let mut out = GrayImage::from_pixel(size.0, size.1, image::Luma([255]));
    image::imageops::replace(&mut out, blank, 0, 0);
    out
}

fn cells(blank: &GrayImage, n_columns: usize) -> Vec<Vec<(isize, isize)>> {
    let n_rows = (blank.height() as usize).div_ceil(CELL_PX);
    let cell = |idx: usize| {
        let (column, row) = (idx % n_columns, idx / n_columns);
        let area = Area {
            x0: column * CELL_PX,
            y0: row * CELL_PX,
            x1: (column + 1) * CELL_PX,
            y1: (row + 1) * CELL_PX,
        };
        points(blank, area, CELL_POINTS)
    };
    (0..n_columns * n_rows).map(cell).collect()
}

/// Some of the pixels that are printed, spread evenly.
fn points(blank: &GrayImage, area: Area, at_most: usize) -> Vec<(isize, isize)> {
    let width = blank.width() as usize;
    let area = area.clipped(width, blank.height() as usize);
    let rows = (area.y0..area.y1).flat_map(|y| (area.x0..area.x1).map(move |x| (x, y)));
    let printed: Vec<(usize, usize)> = rows
        .filter(|(x, y)| blank.as_raw()[y * width + x] < PRINTED)
        .collect();
    let every = printed.len().div_ceil(at_most.max(1)).max(1);
    let chosen = printed.into_iter().step_by(every);
    chosen.map(|(x, y)| (x as isize, y as isize)).collect()
}

/// Pixels that are paper beside usual print and print when it is fat; not those of rules.
fn fringe(usual: &GrayImage, fat: &GrayImage) -> Vec<(usize, usize)> {
    let width = usual.width() as usize;
    let pixels = usual.as_raw().iter().zip(fat.as_raw()).enumerate();
    let fringe = pixels.filter(|(_, (usual, fat))| **usual >= PAPER && **fat < DARK_PRINT);
    fringe
        .step_by(61)
        .map(|(i, _)| (i % width, i / width))
        .collect()
}

fn rules(blank: &GrayImage) -> Vec<(usize, usize)> {
    let width = blank.width() as usize;
    let pixels = blank.as_raw().iter().enumerate();
    let on_rule = pixels.filter(|(_, value)| (DARK_PRINT..PRINTED).contains(*value));
    on_rule
        .step_by(13)
        .map(|(i, _)| (i % width, i / width))
        .collect()
}

/// The stretches of print of at least a kind, no longer than a stroke is followed.
fn stretches(
    kinds: &[Kind],
    (width, height): (usize, usize),
    least: Kind,
    max_px: usize,
) -> Vec<Stretch> {
    let mut found = Vec::new();
    for down in [false, true] {
        let (n_lines, len, along, across) = if down {
            (width, height, width, 1)
        } else {
            (height, width, 1, width)
        };
        for line in 0..n_lines {
            let hidden = |i: usize| kinds[line * across + i * along] >= least;
            for range in ranges(len, hidden).filter(|range| range.len() <= max_px) {
                let (x, y) = if down {
                    (line, range.start)
                } else {
                    (range.start, line)
                };
                found.push(Stretch {
                    x: x as u16,
                    y: y as u16,
                    len: range.len() as u16,
                    down,
                });
            }
        }
    }
    found
}

/// The stretches of `0..len` for which something holds.
fn ranges(len: usize, holds: impl Fn(usize) -> bool) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = (at..len).find(|i| holds(*i))?;
        let end = (start..len).find(|i| !holds(*i)).unwrap_or(len);
        at = end;
        Some(start..end)
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    const DPI: f64 = 200.0;

    /// A dark frame's side at row 40 and a rule at row 90, both three pixels thick.
    fn form() -> GrayImage {
        GrayImage::from_fn(200, 150, |_, y| {
            image::Luma([match y {
                40..43 => 60,
                90..93 => 181,
                _ => 255,
            }])
        })
    }

    #[test]
    fn print_covers_a_little_more_than_it_is_drawn_and_strokes_may_cross_it() {
        let print = Print::new(&form(), (200, 150), DPI, &Hidden::default());
        let cover = print.cover(|_, _| 0);
        let kind = |y: usize| cover.kinds[y * 200 + 100];
        assert_eq!(
            [36, 37, 45, 46].map(kind),
            [NOTHING, DARK, DARK, NOTHING],
            "frame"
        );
        assert_eq!([86, 87, 95].map(kind), [NOTHING, RULE, RULE], "rule");
        let down = |stretches: &[Stretch]| stretches.iter().filter(|s| s.down).count();
        assert_eq!((down(&cover.dark), down(&cover.all)), (200, 400));
    }

    #[test]
    fn a_fat_print_covers_more() {
        let print = Print::new(&form(), (200, 150), DPI, &Hidden::default());
        let cover = print.cover(|_, y| if (30..52).contains(&y) { 200 } else { 0 });
        assert_eq!(cover.kinds[36 * 200 + 100], DARK);
    }

    #[test]
    fn a_blank_of_another_size_is_cut_or_filled() {
        let print = Print::new(&form(), (100, 300), DPI, &Hidden::default());
        assert_eq!(print.blank.dimensions(), (100, 300));
        assert!(print.is_clear(0..100, 150..300));
        let bounds = print.bounds_in(Area::whole(100, 300)).unwrap();
        assert_eq!((bounds.y0, bounds.y1), (40, 93));
    }

    #[test]
    fn rules_are_as_bright_as_most_of_their_points() {
        let print = Print::new(&form(), (200, 150), DPI, &Hidden::default());
        assert_eq!(print.rule_level(|x, _| if x < 150 { 180 } else { 20 }), 180);
        let white = GrayImage::from_pixel(9, 9, image::Luma([255]));
        assert_eq!(
            Print::new(&white, (9, 9), DPI, &Hidden::default()).rule_level(|_, _| 7),
            255
        );
    }
}
