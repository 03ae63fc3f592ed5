//! Coarse: a page of which nothing is known yet, no finer than a hard pencil needs, with the light of the paper taken out.

use image::GrayImage;
use schemas::geometry::MM_PER_INCH;

use super::paper::evened;
use crate::picture::{Component, Mask, Pyramid, components};

/// Fine enough for a hard pencil, and so coarse that the grain of paper and scanner is averaged out.
const DPI: f64 = 100.0;
/// A page without a believable resolution is taken for so high: A4.
const PAGE_MM: f64 = 297.0;
/// The squares in which the light is measured.
const TILE_MM: f64 = 8.0;
/// What lies wholly within this distance from an edge is its shadow.
const EDGE_MM: f64 = 4.0;

/// A page of which nothing is known.
pub(super) struct Coarse<'a> {
    /// As it was scanned.
    pub(super) grey: &'a GrayImage,
    /// How fine that is.
    pub(super) px_per_mm: f64,
}

impl<'a> Coarse<'a> {
    /// `dpi` is what the file says, when it does.
    pub(super) fn of(page: &'a Pyramid<'_>, dpi: Option<f64>) -> Self {
        let full = page.full();
        let longer = f64::from(full.width().max(full.height()));
        let own_dpi = dpi.unwrap_or(longer * MM_PER_INCH / PAGE_MM);
        let (grey, factor) = page.with_at_least(DPI, own_dpi);
        Self {
            grey,
            px_per_mm: own_dpi / MM_PER_INCH / f64::from(factor),
        }
    }

    /// The page with paper of one brightness: 255.
    pub(super) fn evened(&self) -> GrayImage {
        evened(self.grey, (TILE_MM * self.px_per_mm) as usize)
    }

    /// The pieces of it that are darker than `level`, without the shadows of its edges.
    pub(super) fn pieces(&self, even: &GrayImage, level: u8) -> Vec<Component> {
        let mut pieces = components(&Mask::darker_than(even, level));
        pieces.retain(|piece| !self.is_shadow(piece));
        pieces
    }

    fn is_shadow(&self, piece: &Component) -> bool {
        let edge_px = (EDGE_MM * self.px_per_mm) as usize;
        let (width, height) = (self.grey.width() as usize, self.grey.height() as usize);
        let bounds = piece.bounds;
        bounds.x1 <= edge_px
            || bounds.y1 <= edge_px
            || bounds.x0 + edge_px >= width
            || bounds.y0 + edge_px >= height
    }
}
