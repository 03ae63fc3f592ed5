//! A sheet of ink: strokes and shapes in millimetres, later laid on the print.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "positions and colours, all small"
)]

use image::RgbaImage;
use resvg::tiny_skia::{
    Color, FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, Stroke, Transform,
};
use schemas::geometry::Point;

use crate::SampleError;
use crate::dice::Dice;

/// What someone writes with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pen {
    /// What people call it.
    pub(crate) name: &'static str,
    /// Red, green, blue.
    pub(crate) colour: [u8; 3],
    /// Width of a stroke.
    pub(crate) width_mm: f64,
    /// How much wider letters become than the font's.
    pub(crate) thicken_mm: f64,
    /// How much of the paper's roughness shows: 0 for a felt tip, 1 for chalk.
    pub(crate) grain: f64,
}

impl Pen {
    /// Whether its ink is nearer to paper than to black.
    pub(crate) fn is_faint(&self) -> bool {
        let [red, green, blue] = self.colour.map(u32::from);
        red + green + blue > 3 * FAINT
    }
}

/// From this grey on ink is faint.
const FAINT: u32 = 100;

/// The pens that lie about in waiting rooms.
pub(crate) const PENS: [Pen; 4] = [
    pen("blue ballpoint", [32, 52, 140], 0.45, 0.10, 0.15),
    pen("black ballpoint", [28, 28, 34], 0.45, 0.10, 0.15),
    pen("black felt tip", [18, 18, 20], 0.70, 0.22, 0.03),
    pen("pencil", [84, 84, 88], 0.50, 0.12, 0.45),
];

/// What else people find to write with; an ordinary office sees each now and then.
pub(crate) const ODD_PENS: [Pen; 7] = [
    pen("faint pencil", [128, 128, 130], 0.40, 0.06, 0.55),
    pen("dying ballpoint", [96, 108, 168], 0.38, 0.06, 0.50),
    pen("red ballpoint", [188, 36, 44], 0.45, 0.10, 0.15),
    pen("green felt tip", [24, 112, 62], 0.80, 0.26, 0.05),
    pen("purple gel pen", [92, 40, 128], 0.50, 0.12, 0.05),
    pen("thick marker", [20, 20, 22], 1.30, 0.40, 0.03),
    pen("crayon", [40, 80, 180], 1.40, 0.35, 0.45),
];

/// Crayons, for drawings; none so light that a photocopier would lose it.
pub(crate) const CRAYONS: [[u8; 3]; 5] = [
    [196, 44, 40],
    [30, 120, 60],
    [222, 112, 20],
    [40, 80, 180],
    [120, 50, 130],
];

const fn pen(
    name: &'static str,
    colour: [u8; 3],
    width_mm: f64,
    thicken_mm: f64,
    grain: f64,
) -> Pen {
    Pen {
        name,
        colour,
        width_mm,
        thicken_mm,
        grain,
    }
}

/// A transparent sheet as large as the page.
pub(crate) struct Sheet {
    pixmap: Pixmap,
    to_px: Transform,
}

impl Sheet {
    /// An empty sheet that fits on `print`.
    pub(crate) fn over(print: &RgbaImage, px_per_mm: f64) -> Result<Self, SampleError> {
        let (width, height) = print.dimensions();
        let pixmap = Pixmap::new(width, height).ok_or(SampleError::Size { width, height })?;
        let scale = px_per_mm as f32;
        Ok(Self {
            pixmap,
            to_px: Transform::from_scale(scale, scale),
        })
    }

    /// Fills a shape and widens its edge by the pen.
    pub(crate) fn fill(&mut self, path: &Path, pen: &Pen) {
        let paint = paint(pen.colour);
        self.pixmap
            .fill_path(path, &paint, FillRule::Winding, self.to_px, None);
        if pen.thicken_mm > 0.0 {
            self.stroke_path(path, &paint, pen.thicken_mm);
        }
    }

    /// Draws a smooth stroke through `points`.
    pub(crate) fn stroke(&mut self, points: &[Point], width_mm: f64, colour: [u8; 3]) {
        if let Some(path) = smooth(points) {
            self.stroke_path(&path, &paint(colour), width_mm);
        }
    }

    fn stroke_path(&mut self, path: &Path, paint: &Paint<'_>, width_mm: f64) {
        let stroke = Stroke {
            width: width_mm as f32,
            line_cap: LineCap::Round,
            line_join: LineJoin::Round,
            ..Stroke::default()
        };
        self.pixmap
            .stroke_path(path, paint, &stroke, self.to_px, None);
    }

    /// Where a point of the sheet lies in pixels while `draw` draws: turned clockwise around `centre`.
    pub(crate) fn turned(&mut self, centre: Point, deg: f64, draw: impl FnOnce(&mut Self)) {
        let straight = self.to_px;
        let (x, y) = (centre.x as f32, centre.y as f32);
        self.to_px = straight.pre_concat(Transform::from_rotate_at(deg as f32, x, y));
        draw(self);
        self.to_px = straight;
    }

    /// Puts the ink on the print, rough where the paper is.
    pub(crate) fn lay_on(self, print: &mut RgbaImage, grain: f64, dice: &mut Dice) {
        let inks = self.pixmap.pixels().iter();
        for (paper, ink) in print.pixels_mut().zip(inks) {
            if ink.alpha() == 0 {
                continue;
            }
            let ink = ink.demultiply();
            let cover = f64::from(ink.alpha()) / 255.0 * (1.0 - grain * dice.unit());
            let colours = [ink.red(), ink.green(), ink.blue()];
            for (paper, ink) in paper.0.iter_mut().zip(colours) {
                let mixed = f64::from(*paper) * (1.0 - cover) + f64::from(ink) * cover;
                *paper = mixed.min(f64::from(*paper)).round() as u8;
            }
        }
    }
}

fn paint([red, green, blue]: [u8; 3]) -> Paint<'static> {
    let mut paint = Paint::default();
    paint.set_color(Color::from_rgba8(red, green, blue, 242));
    paint.anti_alias = true;
    paint
}

/// A curve that passes by the points, from the first to the last.
fn smooth(points: &[Point]) -> Option<Path> {
    let (first, rest) = points.split_first()?;
    let mut path = PathBuilder::new();
    path.move_to(first.x as f32, first.y as f32);
    for pair in rest.windows(2) {
        let middle = Point::new(
            f64::midpoint(pair[0].x, pair[1].x),
            f64::midpoint(pair[0].y, pair[1].y),
        );
        path.quad_to(
            pair[0].x as f32,
            pair[0].y as f32,
            middle.x as f32,
            middle.y as f32,
        );
    }
    let last = rest.last()?;
    path.line_to(last.x as f32, last.y as f32);
    path.finish()
}
