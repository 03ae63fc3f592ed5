//! Sheets on the glass, sampled pixel by pixel of the picture.
#![expect(
    clippy::many_single_char_names,
    reason = "the letters of a homography, as in the books"
)]

use schemas::geometry::Homography;

/// Paper that the print does not reach, on a copy that was made smaller.
const BARE: f32 = 252.0;

/// A plane of the print on its paper.
pub(super) struct Glass<'a> {
    /// The print, row by row.
    pub(super) plane: &'a [u8],
    /// Width of the print.
    pub(super) width: usize,
    /// Height of the print.
    pub(super) height: usize,
    /// Left, top, right and bottom edge of the paper in pixels of the print.
    pub(super) paper: [f32; 4],
    /// How far the paper's shadow falls on what is behind.
    pub(super) shadow_px: f32,
}

impl Glass<'_> {
    /// Lays the plane over `values`, rows of `width`, through `back`, which maps pixels of the picture to pixels
    /// of the print; `fed` says where a row would be had the feed been even.
    pub(super) fn lay(
        &self,
        back: &Homography,
        values: &mut [f32],
        width: u32,
        fed: impl Fn(f64) -> f64,
    ) {
        let m = &back.0;
        let affine = m[6] == 0.0 && m[7] == 0.0 && (m[8] - 1.0).abs() < f64::EPSILON;
        for (row, values) in (0u32..).zip(values.chunks_exact_mut(width as usize)) {
            let y = fed(f64::from(row) + 0.5);
            let (shear, down, wane) = (m[1] * y, m[4] * y, m[7] * y);
            for (column, value) in (0u32..).zip(values) {
                let x = f64::from(column) + 0.5;
                let (mut u, mut v) = (m[0] * x + shear + m[2], m[3] * x + down + m[5]);
                if !affine {
                    let w = m[6] * x + wane + m[8];
                    (u, v) = (u / w, v / w);
                }
                *value = self.at(u as f32 - 0.5, v as f32 - 0.5, *value);
            }
        }
    }

    /// Bilinear inside the print; outside, bare paper, or what is behind with the paper's shadow.
    #[inline]
    fn at(&self, x: f32, y: f32, behind: f32) -> f32 {
        let [left, top, right, bottom] = self.paper;
        let outside = (left - x).max(top - y).max(x - right).max(y - bottom);
        if outside > 0.0 {
            let shade = (1.0 - outside / self.shadow_px).max(0.0);
            return behind * (1.0 - 0.25 * shade);
        }
        let (last_x, last_y) = ((self.width - 1) as f32, (self.height - 1) as f32);
        if x < 0.0 || y < 0.0 || x > last_x || y > last_y {
            return BARE;
        }
        let (left, top) = (x as usize, y as usize);
        let (fx, fy) = (x - left as f32, y - top as f32);
        let step = usize::from(left + 1 < self.width);
        let down = if top + 1 < self.height { self.width } else { 0 };
        let upper = top * self.width + left;
        let value = |i: usize| f32::from(self.plane[i]);
        let above = value(upper) * (1.0 - fx) + value(upper + step) * fx;
        let below = value(upper + down) * (1.0 - fx) + value(upper + down + step) * fx;
        above * (1.0 - fy) + below * fy
    }
}
