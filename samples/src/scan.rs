//! An office scanner: the page lies a little askew, the light is not quite even, the glass is not quite clean.
//! Or a telephone's camera, which sees the page on a table, from somewhere above.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "pixel work; every value is clamped before it becomes a byte"
)]

mod camera;
mod geometry;
mod glass;
mod levels;

use image::RgbaImage;
use schemas::geometry::{Homography, px_per_mm};

use crate::dice::Dice;

pub(crate) use camera::{Camera, Shadow};
pub(crate) use geometry::{Canvas, Enlarged, Stretch};
pub(crate) use levels::Streak;

pub(crate) use geometry::Geometry;

use glass::Glass;

/// How a page is scanned.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scan {
    /// Dots per inch.
    pub(crate) dpi: f64,
    /// Quarter turns, clockwise.
    pub(crate) quarter_turns: u32,
    /// How far the page lies askew beyond that, clockwise, -45 to 45.
    pub(crate) skew_deg: f64,
    /// How far the page lies from where it should, to the right and down.
    pub(crate) shift_mm: [f64; 2],
    /// What the scanner keeps of the colours.
    pub(crate) colours: Colours,
    /// What lies behind the page: 255 for a white lid, less for a dark one.
    pub(crate) lid: u8,
    /// How much darker the worst corner is, 0 to 1.
    pub(crate) shade: f64,
    /// How strong the noise is, as a standard deviation in grey values.
    pub(crate) noise: f64,
    /// How soft the picture is: the share of each pixel that spreads to either neighbour, 0 to 0.3.
    pub(crate) softness: f64,
    /// The grey value that the scanner turns into white.
    pub(crate) white: f64,
    /// The grey value below which a bitonal scanner sees black.
    pub(crate) threshold: f64,
    /// How much of the glass becomes the picture.
    pub(crate) canvas: Canvas,
    /// What is then cut off at the left, top, right and bottom of the picture.
    pub(crate) cut_mm: [f64; 4],
    /// How the print lies on its paper; not as designed when it is a copy.
    pub(crate) enlarged: Enlarged,
    /// What the feeder does to the length of the page.
    pub(crate) stretch: Option<Stretch>,
    /// Dirt on the glass of a feeder: lines from top to bottom of the picture.
    pub(crate) streaks: Vec<Streak>,
    /// A camera instead of a scanner.
    pub(crate) camera: Option<Camera>,
}

/// What a scanner keeps of the colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Colours {
    /// Red, green and blue.
    Colour,
    /// Shades of grey.
    Grey,
    /// Black and white only.
    Bitonal,
}

/// A scanned page: one plane of bytes (grey or bitonal as 0 and 255) or three.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    /// Width.
    pub(crate) width_px: u32,
    /// Height.
    pub(crate) height_px: u32,
    /// What was kept of the colours.
    pub(crate) colours: Colours,
    /// Row by row, interleaved when there are three.
    pub(crate) bytes: Vec<u8>,
}

/// A sheet on the glass.
pub(crate) struct Lying<'a> {
    /// Its picture.
    pub(crate) page: &'a RgbaImage,
    /// From millimetres on its print to pixels of the scan.
    pub(crate) map: Homography,
}

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
            // Rules are lighter, frames and ink are darker.
            threshold: 150.0,
            canvas: Canvas::Paper,
            cut_mm: [0.0; 4],
            enlarged: Enlarged::NOT,
            stretch: None,
            streaks: Vec::new(),
            camera: None,
        }
    }

    /// The whole turn, between -180 and 180 degrees.
    pub(crate) fn orientation_deg(&self) -> f64 {
        let turn = self.turn_deg().rem_euclid(360.0);
        let signed = if turn > 180.0 { turn - 360.0 } else { turn };
        (signed * 1000.0).round() / 1000.0
    }

    /// Scans sheets that were drawn at the same dots per inch; the last one lies on top.
    pub(crate) fn take(
        &self,
        sheets: &[Lying<'_>],
        geometry: &Geometry,
        dice: &mut Dice,
    ) -> Picture {
        let size = [geometry.width_px, geometry.height_px];
        let split = |sheet: &Lying<'_>| planes_of(sheet.page, self.colours);
        let planes: Vec<Vec<Vec<u8>>> = sheets.iter().map(split).collect();
        let n_planes = if self.colours == Colours::Colour {
            3
        } else {
            1
        };
        let bytes: Vec<Vec<u8>> = (0..n_planes)
            .map(|idx| {
                let mut values = vec![self.behind(idx); size[0] as usize * size[1] as usize];
                for (sheet, planes) in sheets.iter().zip(&planes) {
                    self.lay(sheet, &planes[idx], geometry, &mut values);
                }
                self.developed(values, size, dice)
            })
            .collect();
        Picture {
            width_px: geometry.width_px,
            height_px: geometry.height_px,
            colours: self.colours,
            bytes: interleaved(bytes),
        }
    }

    fn lay(&self, sheet: &Lying<'_>, plane: &[u8], geometry: &Geometry, values: &mut [f32]) {
        let (width, height) = sheet.page.dimensions();
        let back = Homography::scaling(1.0 / px_per_mm(self.dpi))
            .then(&sheet.map)
            .inverse()
            .unwrap_or(Homography::IDENTITY);
        let glass = Glass {
            plane,
            width: width as usize,
            height: height as usize,
            paper: self.enlarged.paper_px(width, height, self.dpi),
            shadow_px: (0.6 * px_per_mm(self.dpi)) as f32,
        };
        let fed = |y: f64| match &self.stretch {
            Some(stretch) => stretch.source_px(y, f64::from(geometry.even_height_px)),
            None => y,
        };
        glass.lay(&back, values, geometry.width_px, fed);
    }

    fn developed(&self, mut values: Vec<f32>, size: [u32; 2], dice: &mut Dice) -> Vec<u8> {
        if let Some(camera) = &self.camera {
            camera.light(&mut values, size);
        }
        levels::streaks(&self.streaks, &mut values, size, self.dpi);
        for _ in 0..self.camera.as_ref().map_or(1, |camera| camera.blur) {
            levels::soften(&mut values, size[0] as usize, self.softness as f32);
        }
        self.exposed(&values, size, dice)
    }

    /// Red, green and blue of what lies behind the page.
    pub(crate) fn background(&self) -> [u8; 3] {
        self.camera.map_or([self.lid; 3], |camera| camera.table)
    }

    /// The same as a value of one plane.
    fn behind(&self, plane_idx: usize) -> f32 {
        let colour = self.background();
        match self.colours {
            Colours::Colour => f32::from(colour[plane_idx]),
            Colours::Grey | Colours::Bitonal => f32::from(grey(colour)),
        }
    }
}

fn planes_of(page: &RgbaImage, colours: Colours) -> Vec<Vec<u8>> {
    let channel = |i: usize| page.pixels().map(|p| p.0[i]).collect();
    if colours == Colours::Colour {
        return (0..3).map(channel).collect();
    }
    vec![
        page.pixels()
            .map(|p| grey([p.0[0], p.0[1], p.0[2]]))
            .collect(),
    ]
}

/// Luminance after ITU-R BT.601.
pub(crate) fn grey([r, g, b]: [u8; 3]) -> u8 {
    let sum = u32::from(r) * 299 + u32::from(g) * 587 + u32::from(b) * 114 + 500;
    (sum / 1000) as u8
}

fn interleaved(mut planes: Vec<Vec<u8>>) -> Vec<u8> {
    let [red, green, blue] = planes.as_slice() else {
        return planes.remove(0);
    };
    let mut bytes = vec![0; 3 * red.len()];
    let (pixels, _) = bytes.as_chunks_mut::<3>();
    for ((pixel, red), (green, blue)) in pixels.iter_mut().zip(red).zip(green.iter().zip(blue)) {
        *pixel = [*red, *green, *blue];
    }
    bytes
}
