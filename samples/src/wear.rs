//! What befalls a sheet before it is scanned: everything that has a place on the paper.
//!
//! Lengths are millimetres on the print, so that what is hidden can be worked out without a picture.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "pixel work; every value is clamped before it becomes a byte or a place"
)]

mod copy;
mod cover;
mod dust;
mod fold;
mod hidden;
mod stain;
mod tear;

use image::RgbaImage;
use schemas::geometry::{BoxMm, Point};

use crate::dice::Dice;

pub(crate) use copy::{Copied, LowToner};
pub(crate) use cover::{Blot, Sticker};
pub(crate) use dust::Dust;
pub(crate) use fold::Fold;
pub(crate) use stain::Stain;
pub(crate) use tear::{Tear, TornFrom};

pub(crate) use hidden::{Loss, code_loss, share_hidden};

/// One thing that befell a sheet.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Wear {
    /// Printed with hardly any toner.
    LowToner(LowToner),
    /// Copied on a photocopier.
    Copied(Copied),
    /// Folded, and unfolded again.
    Fold(Fold),
    /// A cup stood on it.
    Stain(Stain),
    /// A corner or an edge was torn off.
    Tear(Tear),
    /// Something was stuck on it.
    Sticker(Sticker),
    /// Ink was spilled on it.
    Blot(Blot),
    /// The glass was dirty.
    Dust(Dust),
}

impl Wear {
    /// What the truth calls it.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::LowToner(_) => "low-toner",
            Self::Copied(copied) if copied.generations > 1 => "photocopy-of-a-photocopy",
            Self::Copied(_) => "photocopy",
            Self::Fold(_) => "fold",
            Self::Stain(_) => "coffee-stain",
            Self::Tear(tear) => match tear.from {
                TornFrom::Corner { .. } => "torn-corner",
                TornFrom::Edge { .. } => "torn-edge",
            },
            Self::Sticker(_) => "sticker",
            Self::Blot(_) => "blot",
            Self::Dust(_) => "dust",
        }
    }

    /// Whether nothing of the print is left to be seen at a place.
    pub(crate) fn hides(&self, at: Point) -> bool {
        match self {
            Self::Tear(tear) => tear.hides(at),
            Self::Sticker(sticker) => sticker.hides(at),
            Self::Blot(blot) => blot.hides(at),
            _ => false,
        }
    }

    /// Whether it takes anything away at all.
    pub(crate) const fn can_hide(&self) -> bool {
        matches!(self, Self::Tear(_) | Self::Sticker(_) | Self::Blot(_))
    }

    /// Whether it goes through the paper, so that the other side has it too.
    pub(crate) const fn goes_through(&self) -> bool {
        matches!(self, Self::Tear(_) | Self::Fold(_))
    }

    /// The same as seen from the other side.
    #[must_use]
    pub(crate) fn mirrored(&self) -> Self {
        match self {
            Self::Tear(tear) => Self::Tear(tear.mirrored()),
            Self::Fold(fold) => Self::Fold(fold.mirrored()),
            other => other.clone(),
        }
    }

    /// Does it.
    pub(crate) fn befall(&self, paper: &mut Paper, dice: &mut Dice) {
        match self {
            Self::LowToner(toner) => toner.befall(paper, dice),
            Self::Copied(copied) => copied.befall(paper, dice),
            Self::Fold(fold) => fold.befall(paper),
            Self::Stain(stain) => stain.befall(paper),
            Self::Tear(tear) => tear.befall(paper),
            Self::Sticker(sticker) => sticker.befall(paper),
            Self::Blot(blot) => blot.befall(paper),
            Self::Dust(dust) => dust.befall(paper, dice),
        }
    }
}

/// A sheet of paper as a picture.
pub(crate) struct Paper {
    /// The print with the ink on it.
    pub(crate) picture: RgbaImage,
    /// Its resolution.
    pub(crate) px_per_mm: f64,
    /// What is seen where the paper is gone.
    pub(crate) behind: [u8; 3],
}

impl Paper {
    /// The size in millimetres.
    pub(crate) fn size_mm(&self) -> [f64; 2] {
        let (width, height) = self.picture.dimensions();
        [width, height].map(|px| f64::from(px) / self.px_per_mm)
    }

    /// Changes the pixels of an area, which may reach beyond the paper.
    pub(crate) fn change(&mut self, area: &BoxMm, mut change: impl FnMut(Point, &mut [u8; 4])) {
        let (width, height) = self.picture.dimensions();
        let px = |mm: f64, most: u32| (mm * self.px_per_mm).clamp(0.0, f64::from(most)) as u32;
        let (left, right) = (px(area.x, width), px(area.right() + 1.0, width));
        let (top, bottom) = (px(area.y, height), px(area.bottom() + 1.0, height));
        let to_mm = 1.0 / self.px_per_mm;
        let row_bytes = width as usize * 4;
        let rows = self.picture.chunks_exact_mut(row_bytes).enumerate();
        for (y, row) in rows.skip(top as usize).take((bottom - top) as usize) {
            let y_mm = (y as f64 + 0.5) * to_mm;
            let (pixels, _) = row.as_chunks_mut::<4>();
            for x in left..right {
                let at = Point::new((f64::from(x) + 0.5) * to_mm, y_mm);
                change(at, &mut pixels[x as usize]);
            }
        }
    }
}

/// Mixes a colour into a pixel.
fn cover(pixel: &mut [u8; 4], colour: [u8; 3], share: f64) {
    for (value, towards) in pixel.iter_mut().zip(colour) {
        let mixed = f64::from(*value) + (f64::from(towards) - f64::from(*value)) * share;
        *value = mixed.clamp(0.0, 255.0) as u8;
    }
}

/// Lets a pixel keep this share of each colour.
fn dim(pixel: &mut [u8; 4], keep: [f64; 3]) {
    for (value, keep) in pixel.iter_mut().zip(keep) {
        *value = (f64::from(*value) * keep).clamp(0.0, 255.0) as u8;
    }
}

/// A line that wavers: three waves along it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Waver {
    /// Wave length in millimetres, phase and height of each.
    waves: [[f64; 3]; 3],
}

impl Waver {
    /// Waves of at most about `height_mm` in all.
    pub(crate) fn by_chance(height_mm: f64, longest_mm: f64, dice: &mut Dice) -> Self {
        let wave = |share: f64, dice: &mut Dice| {
            [
                longest_mm * share * dice.between(0.6, 1.0),
                dice.unit() * 6.3,
                height_mm * share.sqrt() * dice.between(0.3, 0.6),
            ]
        };
        Self {
            waves: [1.0, 0.35, 0.08].map(|share| wave(share, dice)),
        }
    }

    /// How far the line is off at a place along it.
    pub(crate) fn at(&self, along_mm: f64) -> f64 {
        let wave = |[length, phase, height]: &[f64; 3]| {
            height * (along_mm / length * std::f64::consts::TAU + phase).sin()
        };
        self.waves.iter().map(wave).sum()
    }
}
