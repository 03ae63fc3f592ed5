//! An office scanner: the page lies a little askew, the light is not quite even, the glass is not quite clean.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "pixel work; every value is clamped before it becomes a byte"
)]

use image::RgbaImage;
use schemas::geometry::{Homography, Point, px_per_mm};

use crate::dice::Dice;

/// How a page is scanned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scan {
    /// Dots per inch.
    pub dpi: f64,
    /// Quarter turns, clockwise.
    pub quarter_turns: u32,
    /// How far the page lies askew beyond that, clockwise.
    pub skew_deg: f64,
    /// How far the page lies from where it should, to the right and down.
    pub shift_mm: [f64; 2],
    /// What the scanner keeps of the colours.
    pub colours: Colours,
    /// What lies behind the page: 255 for a white lid, less for a dark one.
    pub lid: u8,
    /// How much darker the worst corner is, 0 to 1.
    pub shade: f64,
    /// How strong the noise is, as a standard deviation in grey values.
    pub noise: f64,
    /// How soft the picture is: the share of each pixel that spreads to either neighbour, 0 to 0.3.
    pub softness: f64,
    /// The grey value that the scanner turns into white.
    pub white: f64,
}

/// What a scanner keeps of the colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colours {
    /// Red, green and blue.
    Colour,
    /// Shades of grey.
    Grey,
    /// Black and white only.
    Bitonal,
}

/// A scanned page: one plane of bytes (grey or bitonal as 0 and 255) or three.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Width.
    pub width_px: u32,
    /// Height.
    pub height_px: u32,
    /// What was kept of the colours.
    pub colours: Colours,
    /// Row by row, interleaved when there are three.
    pub bytes: Vec<u8>,
}

/// The grey value below which a bitonal scanner sees black. Rules are lighter, frames and ink are darker.
const BITONAL_THRESHOLD: f64 = 150.0;
/// Scanner's black is not 0 before the levels are stretched.
const BLACK: f64 = 12.0;

impl Scan {
    /// By chance, as an ordinary office would do it.
    pub(crate) fn by_chance(dice: &mut Dice) -> Self {
        Self {
            dpi: *dice.pick(&[200.0, 200.0, 300.0]),
            quarter_turns: *dice.pick(&[0, 0, 0, 1, 2, 3]),
            skew_deg: dice.spread(1.5),
            shift_mm: [dice.spread(2.0), dice.spread(2.0)],
            colours: *dice.pick(&[
                Colours::Grey,
                Colours::Grey,
                Colours::Colour,
                Colours::Bitonal,
            ]),
            lid: *dice.pick(&[250, 250, 250, 70]),
            shade: dice.between(0.0, 0.07),
            noise: dice.between(1.0, 4.0),
            softness: dice.between(0.08, 0.22),
            white: dice.between(226.0, 244.0),
        }
    }

    /// From millimetres on the page to pixels of the scan, and the size of the scan.
    pub(crate) fn geometry(&self, width_mm: f64, height_mm: f64) -> (Homography, u32, u32) {
        let scale = px_per_mm(self.dpi);
        let [width, height] = [width_mm, height_mm].map(|mm| (mm * scale).round());
        let [out_w, out_h] = if self.quarter_turns.is_multiple_of(2) {
            [width, height]
        } else {
            [height, width]
        };
        let centre = Point::new(width_mm / 2.0, height_mm / 2.0);
        let turned = Homography::rotation(self.turn_deg(), centre);
        let moved = Homography::translation(
            self.shift_mm[0] - centre.x + out_w / scale / 2.0,
            self.shift_mm[1] - centre.y + out_h / scale / 2.0,
        );
        let exact = turned.then(&moved).then(&Homography::scaling(scale));
        (rounded(&exact), out_w as u32, out_h as u32)
    }

    /// The whole turn, clockwise.
    fn turn_deg(&self) -> f64 {
        f64::from(self.quarter_turns) * 90.0 + self.skew_deg
    }

    /// The whole turn, between -180 and 180 degrees.
    pub(crate) fn orientation_deg(&self) -> f64 {
        let turn = self.turn_deg().rem_euclid(360.0);
        let signed = if turn > 180.0 { turn - 360.0 } else { turn };
        (signed * 1000.0).round() / 1000.0
    }

    /// Scans a page that was drawn at the same dots per inch.
    pub(crate) fn take(
        &self,
        page: &RgbaImage,
        map: &Homography,
        size: [u32; 2],
        dice: &mut Dice,
    ) -> Picture {
        let planes: Vec<Vec<u8>> = planes_of(page, self.colours)
            .into_iter()
            .map(|plane| self.plane(&plane, page.dimensions(), map, size, dice))
            .collect();
        Picture {
            width_px: size[0],
            height_px: size[1],
            colours: self.colours,
            bytes: interleaved(&planes),
        }
    }

    fn plane(
        &self,
        plane: &[u8],
        (width, height): (u32, u32),
        map: &Homography,
        size: [u32; 2],
        dice: &mut Dice,
    ) -> Vec<u8> {
        let back = Homography::scaling(1.0 / px_per_mm(self.dpi))
            .then(map)
            .inverse()
            .unwrap_or(Homography::IDENTITY);
        let page = Page {
            plane,
            width: width as usize,
            height: height as usize,
            lid: f32::from(self.lid),
            shadow_px: (0.6 * px_per_mm(self.dpi)) as f32,
        };
        let mut values = page.warped(&back, size);
        soften(&mut values, size[0] as usize, self.softness as f32);
        self.exposed(&values, size, dice)
    }

    /// Light, noise and levels.
    fn exposed(&self, values: &[f32], [width, height]: [u32; 2], dice: &mut Dice) -> Vec<u8> {
        let noise = noise_table(dice);
        let (sin, cos) = (dice.unit() * 6.3).sin_cos();
        let mut bytes = Vec::with_capacity(values.len());
        for (y, row) in values.chunks(width as usize).enumerate() {
            let v = y as f64 / f64::from(height) - 0.5;
            for (x, value) in row.iter().enumerate() {
                let u = x as f64 / f64::from(width) - 0.5;
                let light = 1.0 - self.shade * (0.5 + 0.7 * (u * cos + v * sin));
                let grain = self.noise * noise[(dice.bits() & 0xfff) as usize];
                bytes.push(self.level(f64::from(*value) * light + grain));
            }
        }
        bytes
    }

    fn level(&self, value: f64) -> u8 {
        let stretched = (value - BLACK) * 255.0 / (self.white - BLACK);
        let level = stretched.clamp(0.0, 255.0).round() as u8;
        match self.colours {
            Colours::Bitonal if stretched < BITONAL_THRESHOLD => 0,
            Colours::Bitonal => 255,
            Colours::Colour | Colours::Grey => level,
        }
    }
}

/// Rounded so that the numbers are the same on every machine: a thousandth of a pixel over a whole page.
fn rounded(map: &Homography) -> Homography {
    Homography(map.0.map(|cell| (cell * 1e6).round() / 1e6))
}

fn planes_of(page: &RgbaImage, colours: Colours) -> Vec<Vec<u8>> {
    let channel = |i: usize| page.pixels().map(|p| p.0[i]).collect();
    if colours == Colours::Colour {
        return (0..3).map(channel).collect();
    }
    let grey = |[r, g, b, _]: [u8; 4]| {
        let sum = u32::from(r) * 299 + u32::from(g) * 587 + u32::from(b) * 114 + 500;
        (sum / 1000) as u8
    };
    vec![page.pixels().map(|p| grey(p.0)).collect()]
}

fn interleaved(planes: &[Vec<u8>]) -> Vec<u8> {
    let [red, green, blue] = planes else {
        return planes.concat();
    };
    let rest = green.iter().zip(blue);
    red.iter()
        .zip(rest)
        .flat_map(|(r, (g, b))| [*r, *g, *b])
        .collect()
}

/// A plane of the page on the glass, with the lid behind it.
struct Page<'a> {
    plane: &'a [u8],
    width: usize,
    height: usize,
    lid: f32,
    /// How far the page's shadow falls on the lid.
    shadow_px: f32,
}

impl Page<'_> {
    /// The plane through `back`, which maps pixels of the scan to pixels of the page.
    fn warped(&self, back: &Homography, [width, height]: [u32; 2]) -> Vec<f32> {
        let mut values = Vec::with_capacity(width as usize * height as usize);
        for y in 0..height {
            for x in 0..width {
                let at = back.apply(Point::new(f64::from(x) + 0.5, f64::from(y) + 0.5));
                values.push(self.at(at.x as f32 - 0.5, at.y as f32 - 0.5));
            }
        }
        values
    }

    /// Bilinear inside the page; outside, the lid with the page's shadow.
    fn at(&self, x: f32, y: f32) -> f32 {
        let (last_x, last_y) = ((self.width - 1) as f32, (self.height - 1) as f32);
        let outside = (-x).max(-y).max(x - last_x).max(y - last_y);
        if outside > 0.0 {
            let shade = (1.0 - outside / self.shadow_px).max(0.0);
            return self.lid * (1.0 - 0.25 * shade);
        }
        let (left, top) = (x as usize, y as usize);
        let (fx, fy) = (x - left as f32, y - top as f32);
        let right = (left + 1).min(self.width - 1);
        let below = (top + 1).min(self.height - 1);
        let value = |x: usize, y: usize| f32::from(self.plane[y * self.width + x]);
        let upper = value(left, top) * (1.0 - fx) + value(right, top) * fx;
        let lower = value(left, below) * (1.0 - fx) + value(right, below) * fx;
        upper * (1.0 - fy) + lower * fy
    }
}

/// Spreads every pixel a little to its four neighbours.
fn soften(values: &mut [f32], width: usize, share: f32) {
    for row in values.chunks_mut(width) {
        soften_run(row, 1, share);
    }
    for x in 0..width {
        soften_run(&mut values[x..], width, share);
    }
}

/// Every `step`-th value, in place.
fn soften_run(values: &mut [f32], step: usize, share: f32) {
    let mut before = values[0];
    let mut i = 0;
    while i + step < values.len() {
        let here = values[i];
        let after = values[i + step];
        values[i] = here * (1.0 - 2.0 * share) + (before + after) * share;
        before = here;
        i += step;
    }
}

/// Values of mean 0 and deviation 1: sums of twelve rolls, after the central limit theorem.
fn noise_table(dice: &mut Dice) -> Vec<f64> {
    let roll = |dice: &mut Dice| (0..12).map(|_| dice.unit()).sum::<f64>() - 6.0;
    (0..4096).map(|_| roll(dice)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turned(quarter_turns: u32, skew_deg: f64) -> Scan {
        Scan {
            quarter_turns,
            skew_deg,
            ..Scan::by_chance(&mut Dice::new(1, 1))
        }
    }

    #[test]
    fn orientations_are_between_minus_180_and_180() {
        let cases = [(0, -0.5), (1, 1.0), (2, 0.5), (2, -0.5), (3, 0.25)];
        let words = |(turns, skew)| turned(turns, skew).orientation_deg().to_string();
        assert_eq!(
            cases.map(words),
            ["-0.5", "91", "-179.5", "179.5", "-89.75"]
        );
    }

    #[test]
    fn a_page_turned_clockwise_has_its_top_on_the_right() {
        let scan = Scan {
            shift_mm: [0.0, 0.0],
            ..turned(1, 0.0)
        };
        let (map, width, height) = scan.geometry(210.0, 297.0);
        assert!(width > height);
        let top_left = map.apply(Point::new(0.0, 0.0));
        assert!(top_left.distance(Point::new(f64::from(width), 0.0)) < 1.0);
    }
}
