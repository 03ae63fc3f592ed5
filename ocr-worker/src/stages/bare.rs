//! Bare: the ink of a picture that is no page of a known layout — a letter, a line that was cut out.
//!
//! Nothing is known of its size on paper: everything is measured in strokes and letters. The light is taken out, dark pixels are
//! ink, rules of the paper and what the scanner adds at the edges are not.

use image::GrayImage;
use image::imageops::{FilterType, resize};

use super::lines::letter_height;
use super::paper::evened;
use crate::picture::mask::Area;
use crate::picture::{Component, Mask, components};

/// Small letters higher than this only cost time; they are made so high.
const LETTER_PX: (f64, f64) = (40.0, 28.0);
/// The squares in which the light is measured: so many along the shorter edge, and their size.
const TILES: usize = 24;
const TILE_PX: (usize, usize) = (24, 80);
/// Where between the darkest ink and the paper a pixel counts as ink, and the limits of that.
const INK_SHARE: f64 = 0.5;
const INK_LEVEL: (u8, u8) = (110, 205);
/// One ink pixel in so many is taken for the darkest ink.
const DARKEST: f64 = 0.25;
/// A rule is at least this long: of the picture's width, and in strokes.
const RULE_WIDTH: f64 = 0.14;
const RULE_STROKES: f64 = 35.0;
/// It is not much thicker than a stroke, does not rise more than this, and is nearly whole.
const RULE_THICK: f64 = 1.6;
const RULE_RISE: f64 = 0.06;
const RULE_WHOLE: f64 = 0.7;
/// In this share of its columns there is ink: its own or that of strokes across it. The tops of letters have paper between them.
const RULE_INKED: f64 = 0.85;
/// It is straight: in this share of its columns its middle lies at most so far (in strokes, and at least in pixels) from the mean
/// of its middles around, which are taken over so many strokes to each side. Joined letters are as level, and as thin where the
/// writing is small, but go up and down.
const RULE_STRAIGHT: f64 = 0.9;
const RULE_OFF: f64 = 0.3;
const RULE_OFF_PX: f64 = 0.75;
const RULE_AROUND: f64 = 12.0;
/// Gaps in a rule, in strokes.
const RULE_GAP: f64 = 3.0;
/// Smaller than this many square strokes is dust: on a page, ...
pub const DUST_ON_PAGE: f64 = 0.6;
/// ... and in a line that was cut out, where there is less of it and the dots of a small print matter.
pub const DUST_IN_LINE: f64 = 0.4;
/// What touches the edge and is longer than this share of it comes from the scanner or is a frame.
const EDGE_SHARE: f64 = 0.3;

/// The ink of a picture.
#[derive(Clone, Debug)]
pub struct Bare {
    /// The picture with even paper: 255 is the paper, 0 is black.
    pub even: GrayImage,
    /// The ink, piece by piece.
    pub pieces: Vec<Component>,
    /// How many pixels of the given picture are one of [`Self::even`].
    pub scale: f64,
}

/// Finds the ink; pieces of less than `dust` square strokes are none. A picture with nothing on it has none.
pub fn ink(grey: &GrayImage, dust: f64) -> Bare {
    let found = at_scale(grey, 1.0, dust);
    let letter_px = letter_height(&found.pieces).unwrap_or(0.0);
    if letter_px <= LETTER_PX.0 {
        return found;
    }
    let scale = letter_px / LETTER_PX.1;
    let smaller = |px: u32| (f64::from(px) / scale).round().max(1.0) as u32;
    let small = resize(
        grey,
        smaller(grey.width()),
        smaller(grey.height()),
        FilterType::Triangle,
    );
    at_scale(&small, scale, dust)
}

fn at_scale(grey: &GrayImage, scale: f64, dust: f64) -> Bare {
    let shorter = grey.width().min(grey.height()) as usize;
    let even = evened(grey, (shorter / TILES).clamp(TILE_PX.0, TILE_PX.1));
    let mut mask = Mask::darker_than(&even, ink_level(&even));
    let stroke_px = stroke(&mask);
    erase_rules(&mut mask, stroke_px);
    let least_px = dust * stroke_px * stroke_px;
    let whole = (mask.width, mask.height);
    let mut pieces = components(&mask);
    pieces.retain(|piece| piece.area_px as f64 >= least_px && !is_edge(piece, whole));
    Bare {
        even,
        pieces,
        scale,
    }
}

/// Darker than this is ink: between the paper and the darker part of what is no paper.
fn ink_level(even: &GrayImage) -> u8 {
    let mut histogram = [0usize; 256];
    for value in even.as_raw() {
        histogram[usize::from(*value)] += 1;
    }
    let dark: usize = histogram[..usize::from(INK_LEVEL.1)].iter().sum();
    let mut left = (dark as f64 * DARKEST) as usize;
    let darkest = histogram.iter().position(|n| {
        let here = *n > left;
        left = left.saturating_sub(*n);
        here
    });
    let darkest = darkest.unwrap_or(0).min(200) as f64;
    let level = darkest + INK_SHARE * (250.0 - darkest);
    (level as u8).clamp(INK_LEVEL.0, INK_LEVEL.1)
}

/// How thick strokes usually are: the median run of ink in rows and columns.
fn stroke(mask: &Mask) -> f64 {
    let mut lengths = Vec::new();
    for run in components(mask)
        .iter()
        .flat_map(|piece| &piece.runs)
        .step_by(3)
    {
        lengths.push(run.x1 - run.x0);
    }
    lengths.sort_unstable();
    lengths
        .get(lengths.len() / 2)
        .map_or(2.0, |px| (*px as f64).max(1.5))
}

/// Whether a piece is a shadow of the scanner's lid or the frame of a form: long, and at the edge of the picture.
fn is_edge(piece: &Component, (width, height): (usize, usize)) -> bool {
    let Area { x0, y0, x1, y1 } = piece.bounds;
    let along = |length: usize, of: usize| length as f64 > EDGE_SHARE * of as f64;
    let upright = (x0 <= 1 || x1 + 1 >= width) && along(y1 - y0, height);
    let lying = (y0 <= 1 || y1 + 1 >= height) && along(x1 - x0, width);
    let box_px = ((x1 - x0) * (y1 - y0)) as f64;
    let frame =
        along(x1 - x0, width) && along(y1 - y0, height) && (piece.area_px as f64) < 0.05 * box_px;
    // A single line that was cut tightly touches its edges all along; a shadow does not go into the picture.
    let thin = |across: usize, of: usize| (across as f64) < 0.12 * of as f64;
    (upright && thin(x1 - x0, width)) || (lying && thin(y1 - y0, height)) || frame
}

/// Takes the rules of the paper out; strokes that cross them stay.
fn erase_rules(mask: &mut Mask, stroke_px: f64) {
    let thin = thin_parts(mask, (RULE_THICK * stroke_px).ceil() as usize + 1);
    let closed = with_gaps_filled(&thin, (RULE_GAP * stroke_px) as usize);
    let least = (RULE_WIDTH * mask.width as f64).max(RULE_STROKES * stroke_px);
    let rules: Vec<Component> = components(&closed)
        .into_iter()
        .filter(|piece| is_rule(piece, least, stroke_px) && is_inked(piece, mask))
        .collect();
    for run in rules.iter().flat_map(|piece| &piece.runs) {
        let row = run.y * mask.width;
        for at in row + run.x0..row + run.x1 {
            mask.bits[at] &= !thin.bits[at];
        }
    }
}

fn is_rule(piece: &Component, least_px: f64, stroke_px: f64) -> bool {
    let (width, height) = (piece.bounds.width() as f64, piece.bounds.height() as f64);
    let level = height <= RULE_RISE * width + 2.0 * RULE_THICK * stroke_px;
    let thickness = piece.area_px as f64 / width;
    width >= least_px
        && level
        && thickness >= RULE_WHOLE
        && thickness <= RULE_THICK * stroke_px + 1.0
        && is_straight(piece, stroke_px)
}

fn is_inked(piece: &Component, mask: &Mask) -> bool {
    let first = piece.bounds.x0;
    let mut inked = vec![false; piece.bounds.width()];
    for run in &piece.runs {
        let ink = &mask.row(run.y)[run.x0..run.x1];
        for (seen, ink) in inked[run.x0 - first..run.x1 - first].iter_mut().zip(ink) {
            *seen |= ink;
        }
    }
    let n_inked = inked.iter().filter(|ink| **ink).count();
    n_inked as f64 >= RULE_INKED * inked.len() as f64
}

fn is_straight(piece: &Component, stroke_px: f64) -> bool {
    let middles = middles(piece);
    let mut sums = vec![0.0];
    sums.extend(middles.iter().scan(0.0, |sum, middle| {
        *sum += middle;
        Some(*sum)
    }));
    let reach = (RULE_AROUND * stroke_px) as usize;
    let most = (RULE_OFF * stroke_px).max(RULE_OFF_PX);
    let near = middles.iter().enumerate().filter(|(x, middle)| {
        // As far to one side as to the other, so that a slope does not count.
        let reach = reach.min(*x).min(middles.len() - 1 - x);
        let around = sums[x + reach + 1] - sums[x - reach];
        (*middle - around / (2 * reach + 1) as f64).abs() <= most
    });
    near.count() as f64 >= RULE_STRAIGHT * middles.len() as f64
}

/// The middle row of a piece in each of its columns.
fn middles(piece: &Component) -> Vec<f64> {
    let first = piece.bounds.x0;
    let mut rows = vec![(0.0, 0.0); piece.bounds.width()];
    for run in &piece.runs {
        for (sum, n) in &mut rows[run.x0 - first..run.x1 - first] {
            *sum += run.y as f64;
            *n += 1.0;
        }
    }
    rows.iter()
        .map(|(sum, n)| sum / f64::max(*n, 1.0))
        .collect()
}

/// The pixels of columns of ink that are not longer than `thick_px`.
fn thin_parts(mask: &Mask, thick_px: usize) -> Mask {
    let mut thin = Mask::empty(mask.width, mask.height);
    let mut began = vec![0usize; mask.width];
    let mut on = vec![false; mask.width];
    for y in 0..=mask.height {
        for x in 0..mask.width {
            let ink = y < mask.height && mask.bits[y * mask.width + x];
            if ink && !on[x] {
                (on[x], began[x]) = (true, y);
            } else if !ink && on[x] {
                on[x] = false;
                if y - began[x] <= thick_px {
                    (began[x]..y).for_each(|y| thin.bits[y * mask.width + x] = true);
                }
            }
        }
    }
    thin
}

fn with_gaps_filled(mask: &Mask, gap_px: usize) -> Mask {
    let mut filled = mask.clone();
    for row in filled.bits.chunks_exact_mut(mask.width.max(1)) {
        let mut last = None;
        for x in 0..row.len() {
            if row[x] {
                if let Some(last) = last.filter(|last| x - last - 1 <= gap_px) {
                    row[last..x].fill(true);
                }
                last = Some(x);
            }
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters of 20 pixels on ruled paper, under light that falls off.
    fn letter() -> GrayImage {
        GrayImage::from_fn(600, 300, |x, y| {
            let light = 250.0 - f64::from(x) / 8.0;
            let letter = x % 30 < 4 && (60..80).contains(&(y % 100)) && (50..550).contains(&x);
            let rule = (81..83).contains(&(y % 100));
            let dark = if letter {
                0.2
            } else if rule {
                0.6
            } else {
                1.0
            };
            image::Luma([(light * dark) as u8])
        })
    }

    #[test]
    fn rules_and_shadows_are_no_ink_and_letters_are() {
        let found = ink(&letter(), DUST_ON_PAGE);
        assert_eq!(found.pieces.len(), 3 * 17);
        assert!(found.pieces.iter().all(|piece| piece.bounds.height() >= 18));
    }

    #[test]
    fn level_strokes_of_small_letters_are_no_rule() {
        // Boxes as letters, close together, a pixel higher and lower in turn: as level as a rule, and not as straight.
        let written = GrayImage::from_fn(256, 64, |x, y| {
            let is_written = (20..244).contains(&x);
            let (letter, x) = (x.wrapping_sub(20) / 14, x.wrapping_sub(20) % 14);
            let y = y.wrapping_sub(24 + [0, 1, 2, 1][letter as usize % 4]);
            let on_edge = x < 1 || x == 11 || y < 2 || (13..15).contains(&y);
            image::Luma([if is_written && x < 12 && y < 15 && on_edge {
                40
            } else {
                250
            }])
        });
        let found = ink(&written, DUST_IN_LINE);
        assert!(found.pieces.len() > 12);
        assert!(found.pieces.iter().all(|piece| piece.bounds.height() == 15));
    }

    #[test]
    fn large_letters_are_made_smaller_and_stay_where_they_were() {
        let large = resize(&letter(), 2400, 1200, FilterType::Triangle);
        let found = ink(&large, DUST_ON_PAGE);
        assert!(found.scale > 1.5);
        assert!((f64::from(found.even.width()) * found.scale - 2400.0).abs() < 4.0);
    }

    #[test]
    fn an_empty_picture_has_no_ink() {
        assert!(
            ink(
                &GrayImage::from_pixel(50, 40, image::Luma([240])),
                DUST_ON_PAGE
            )
            .pieces
            .is_empty()
        );
        assert!(ink(&GrayImage::new(0, 0), DUST_ON_PAGE).pieces.is_empty());
    }
}
