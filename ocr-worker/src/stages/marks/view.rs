//! A box as the network sees it: what is dark in it and around it, and where print hides what may be there.

use schemas::geometry::BoxMm;

use crate::picture::mask::Area;
use crate::stages::ink::Ink;
use crate::stages::overlay::overlay_points;
use crate::stages::print::{NOTHING, Print};

/// The edge of the picture of a box.
pub const VIEW_PX: usize = 48;
/// Two values a pixel: how dark it is, and how much of it is hidden below print.
pub(super) const N_CHANNELS: usize = 2;
/// All values of a view.
pub const VIEW_LEN: usize = N_CHANNELS * VIEW_PX * VIEW_PX;
/// The edge of what is seen, in edges of the box: a ring around a box lies inside.
const SEEN: f64 = 2.6;
/// Paper around the frame by which the box is found.
const FRAME_AROUND_MM: f64 = 1.2;
/// Printed points by which it is found.
const FRAME_POINTS: usize = 400;

/// The picture of a box: [`VIEW_PX`] rows of darkness (0 is paper, 255 is black), then as many of what is hidden (255: all of the
/// pixel).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoxView(pub Vec<u8>);

/// The rows and columns of a view that lie within the frame of its box.
const INNER_PX: std::ops::Range<usize> = 16..32;
/// Darker than this, of 255, is no noise of the paper.
const TRACE: u8 = 20;

impl BoxView {
    /// How many pixels within the frame are not quite as light as paper: what is left of a tick in hard pencil when the scan is
    /// black and white, and what dust leaves.
    pub fn traces(&self) -> usize {
        let (dark, hidden) = self.0.split_at(VIEW_PX * VIEW_PX);
        let inner = INNER_PX.flat_map(|y| INNER_PX.map(move |x| y * VIEW_PX + x));
        inner
            .filter(|at| dark[*at] > TRACE && hidden[*at] < 128)
            .count()
    }
}

/// Looks at a box on the page.
pub fn view(ink: &Ink, print: &Print, area: &BoxMm) -> BoxView {
    let at = ink.area_px(area);
    let near = ink.shifts.at(usize::midpoint(at.x0, at.x1), at.y0);
    let frame = ink.area_px(&area.shrunk(-FRAME_AROUND_MM));
    let shift = overlay_points(&ink.even, &print.points_in(frame, FRAME_POINTS), near);
    let edge_px = ink.px(area.width.max(area.height)) * SEEN / VIEW_PX as f64;
    let centre = area.centre();
    let left = ink.px(centre.x - ink.area.x) + shift.0 as f64 - edge_px * VIEW_PX as f64 / 2.0;
    let top = ink.px(centre.y - ink.area.y) + shift.1 as f64 - edge_px * VIEW_PX as f64 / 2.0;
    let look = Look { ink, print, shift };
    let mut seen = vec![(0.0, 0.0); VIEW_PX * VIEW_PX];
    for (i, pixel) in seen.iter_mut().enumerate() {
        let (x, y) = ((i % VIEW_PX) as f64, (i / VIEW_PX) as f64);
        *pixel = look.pixel(left + x * edge_px, top + y * edge_px, edge_px);
    }
    BoxView(levelled(&seen))
}

/// Darkness against the paper of this very box; a stain makes all of it darker.
fn levelled(seen: &[(f64, f64)]) -> Vec<u8> {
    let mut visible: Vec<f64> = seen
        .iter()
        .filter(|(_, hidden)| *hidden < 0.5)
        .map(|(brightness, _)| *brightness)
        .collect();
    visible.sort_by(f64::total_cmp);
    let paper = visible.get(visible.len() * 3 / 4).copied().unwrap_or(255.0);
    let dark = seen
        .iter()
        .map(|(brightness, _)| ((paper - brightness) * 255.0 / paper.max(1.0)) as u8);
    let hidden = seen.iter().map(|(_, hidden)| (hidden * 255.0) as u8);
    dark.chain(hidden).collect()
}

struct Look<'a> {
    ink: &'a Ink,
    print: &'a Print,
    shift: (isize, isize),
}

impl Look<'_> {
    /// The mean brightness of what is not hidden in a square, and the share that is. Outside of the page is paper.
    fn pixel(&self, left: f64, top: f64, edge_px: f64) -> (f64, f64) {
        let square = Area {
            x0: left.round().max(0.0) as usize,
            y0: top.round().max(0.0) as usize,
            x1: (left + edge_px).round().max(left.round() + 1.0).max(0.0) as usize,
            y1: (top + edge_px).round().max(top.round() + 1.0).max(0.0) as usize,
        }
        .clipped(self.ink.mask.width, self.ink.mask.height);
        let (mut sum, mut n_visible, mut n) = (0.0, 0.0, 0.0);
        for y in square.y0..square.y1 {
            for x in square.x0..square.x1 {
                n += 1.0;
                let (dx, dy) = (x as isize - self.shift.0, y as isize - self.shift.1);
                if self.print.kind_at(dx, dy) == NOTHING {
                    sum += f64::from(self.ink.even.as_raw()[y * self.ink.mask.width + x]);
                    n_visible += 1.0;
                }
            }
        }
        if n_visible == 0.0 {
            (255.0, if n == 0.0 { 0.0 } else { 1.0 })
        } else {
            (sum / n_visible, 1.0 - n_visible / n)
        }
    }
}
