//! Looks: the ink of a page in a grid of [`CELLS`] × [`CELLS`] cells, for [`schemas::looks`].

use schemas::looks::{CELLS, Looks};

use super::coarse::Coarse;
use super::ink::Ink;
use crate::picture::mask::Area;
use crate::picture::{Component, Pyramid};

/// Paper is 255; what is no darker than this is its grain.
const GRAIN: u8 = 224;
/// Half the edge of the window about the middle of the ink, in deviations of the ink from there: nearly all of what people
/// wrote, and never the edges of the paper, which no two scans have in common.
const DEVIATIONS: f64 = 2.3;
/// What reaches nearer to the edge of the picture than this, and is as long as that, is the lid of the scanner beside the sheet.
const EDGE_MM: f64 = 1.0;
const LID_MM: f64 = 100.0;

/// Something dark.
#[derive(Clone, Copy)]
struct Dot {
    x_px: f64,
    y_px: f64,
    weight: f64,
}

/// The square part of a page that the grid covers, in pixels.
struct Window {
    left: f64,
    top: f64,
    cell: f64,
}

/// What people added to a known form; where on the page it is counts.
pub fn of_ink(ink: &Ink) -> Option<Looks> {
    let (width, height) = (ink.mask.width as f64, ink.mask.height as f64);
    let edge_px = width.max(height);
    let window = Window {
        left: (width - edge_px) / 2.0,
        top: (height - edge_px) / 2.0,
        cell: edge_px / CELLS as f64,
    };
    Looks::of(&spread(dots(&ink.pieces, |_, _| 1.0), &window))
}

/// All that is dark on a page of which nothing is known; `dpi` is what the file says, when it does.
pub fn of_page(page: &Pyramid<'_>, dpi: Option<f64>) -> Option<Looks> {
    let sheet = Coarse::of(page, dpi);
    let even = sheet.evened();
    let mut pieces = sheet.pieces(&even, GRAIN);
    let edge_px = (EDGE_MM * sheet.px_per_mm) as usize;
    let inner = Area::whole(even.width() as usize, even.height() as usize).shrunk(edge_px);
    let is_long = |piece: &Component| reach_px(piece) >= LID_MM * sheet.px_per_mm;
    pieces.retain(|piece| inner.contains(piece.bounds) || !is_long(piece));
    // How dark it is, not whether: a thin stroke has the same sum in a coarse scan as in a fine one.
    let darkness = |x: usize, y: usize| f64::from(255 - even.get_pixel(x as u32, y as u32).0[0]);
    let window = Window::about(dots(&pieces, darkness))?;
    Looks::of(&spread(dots(&pieces, darkness), &window))
}

fn dots(
    pieces: &[Component],
    weight: impl Fn(usize, usize) -> f64 + Copy,
) -> impl Iterator<Item = Dot> {
    let runs = pieces.iter().flat_map(|piece| &piece.runs);
    runs.flat_map(move |run| {
        (run.x0..run.x1).map(move |x| Dot {
            x_px: x as f64,
            y_px: run.y as f64,
            weight: weight(x, run.y),
        })
    })
}

impl Window {
    /// About the middle of the dots, as wide as they are spread; nothing where there are none.
    fn about(dots: impl Iterator<Item = Dot>) -> Option<Self> {
        let (mut all, mut x, mut y, mut squares) = (0.0, 0.0, 0.0, 0.0);
        for dot in dots {
            all += dot.weight;
            x += dot.weight * dot.x_px;
            y += dot.weight * dot.y_px;
            squares += dot.weight * (dot.x_px * dot.x_px + dot.y_px * dot.y_px);
        }
        if all <= 0.0 {
            return None;
        }
        let (x, y) = (x / all, y / all);
        let variance = (squares / all - x * x - y * y) / 2.0;
        let half_px = DEVIATIONS * variance.max(1.0).sqrt();
        Some(Self {
            left: x - half_px,
            top: y - half_px,
            cell: 2.0 * half_px / CELLS as f64,
        })
    }
}

/// Each dot is shared out among the four cells whose middles are around it.
fn spread(dots: impl Iterator<Item = Dot>, window: &Window) -> Vec<f64> {
    let mut cells = vec![0.0; CELLS * CELLS];
    for dot in dots {
        let x = (dot.x_px + 0.5 - window.left) / window.cell - 0.5;
        let y = (dot.y_px + 0.5 - window.top) / window.cell - 0.5;
        let (left, top) = (x.floor(), y.floor());
        let (to_right, to_bottom) = (x - left, y - top);
        add(
            &mut cells,
            left,
            top,
            dot.weight * (1.0 - to_right) * (1.0 - to_bottom),
        );
        add(
            &mut cells,
            left + 1.0,
            top,
            dot.weight * to_right * (1.0 - to_bottom),
        );
        add(
            &mut cells,
            left,
            top + 1.0,
            dot.weight * (1.0 - to_right) * to_bottom,
        );
        add(
            &mut cells,
            left + 1.0,
            top + 1.0,
            dot.weight * to_right * to_bottom,
        );
    }
    cells
}

fn add(cells: &mut [f64], x: f64, y: f64, weight: f64) {
    let inside = |v: f64| v >= 0.0 && v < CELLS as f64;
    if inside(x) && inside(y) {
        cells[y as usize * CELLS + x as usize] += weight;
    }
}

fn reach_px(piece: &Component) -> f64 {
    piece.bounds.width().max(piece.bounds.height()) as f64
}
