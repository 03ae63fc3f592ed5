//! Bubble: how far a circle of an answer sheet is filled in.
//!
//! Such circles are small and have a letter inside, so that hardly any paper is left of which it could be said whether
//! there is ink on it. What is measured is how dark the inside is, against the same circle of the empty form: all of it,
//! which sees a bubble that is half full, and its brighter part, which sees a grey pencil around a black letter.

use image::GrayImage;

use crate::picture::mask::Area;

/// The part of a circle's box, in each direction, that is surely inside of the circle.
const INSIDE: f64 = 0.6;
/// So much of the box around it is looked at on each side for the paper.
const AROUND: f64 = 0.6;
/// The share of the surroundings that is at most as bright as the paper: the rest is noise.
const PAPER_RANK: f64 = 0.85;
/// The share of the inside that may be letter, or what a pen left out.
const LETTER_RANK: f64 = 0.6;

/// How much darker than in the empty form it is, 0 to 1. Both pictures show the same part of the page at the same size,
/// as they were taken; `area` is the box around the circle.
pub fn filled(page: &GrayImage, blank: &GrayImage, area: Area) -> f64 {
    let (seen, printed) = (darkness(page, area), darkness(blank, area));
    let darker = |(seen, printed): (f64, f64)| (seen - printed) / (1.0 - printed).max(0.1);
    let of_either = seen.into_iter().zip(printed).map(darker);
    of_either.fold(0.0, f64::max).min(1.0)
}

/// How dark the inside of a circle is against the paper around it, 0 to 1: all of it, and its brighter part.
fn darkness(picture: &GrayImage, area: Area) -> [f64; 2] {
    let inside = values(picture, area, (INSIDE - 1.0) / 2.0);
    if inside.is_empty() {
        return [0.0; 2];
    }
    let sum: f64 = inside.iter().map(|value| f64::from(*value)).sum();
    let mean = sum / inside.len() as f64;
    let paper = ranked(values(picture, area, AROUND), PAPER_RANK).max(1.0);
    [mean, ranked(inside, LETTER_RANK)].map(|level| (1.0 - level / paper).clamp(0.0, 1.0))
}

/// The value that this share of all values does not exceed.
fn ranked(mut values: Vec<u8>, rank: f64) -> f64 {
    let last = values.len().saturating_sub(1);
    let at = ((values.len() as f64 * rank) as usize).min(last);
    f64::from(*values.select_nth_unstable(at).1)
}

/// The pixels of a box that is made larger by this share of its size on each side.
fn values(picture: &GrayImage, area: Area, by: f64) -> Vec<u8> {
    let (across, down) = (area.width() as f64 * by, area.height() as f64 * by);
    let edge = |at: usize, by: f64| (at as f64 + by).round().max(0.0) as usize;
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let area = Area {
        x0: edge(area.x0, -across),
        y0: edge(area.y0, -down),
        x1: edge(area.x1, across),
        y1: edge(area.y1, down),
    }
    .clipped(width, height);
    let row = |y: usize| &picture.as_raw()[y * width..][area.x0..area.x1];
    (area.y0..area.y1).flat_map(row).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::thresholds::MarkThresholds;
    use schemas::geometry::BoxMm;
    use schemas::layout::{Choose, MarkOption, MarkSymbol};
    use schemas::reading::MarkDecision;

    fn decide(score: f64) -> MarkDecision {
        let bubble = MarkOption {
            value: String::new(),
            label: String::new(),
            symbol: MarkSymbol::Bubble,
            area: BoxMm::from([0.0, 0.0, 4.0, 4.0]),
        };
        MarkThresholds::default().decide_all(&[bubble], &[score], Choose::Many)[0]
    }

    const AREA: Area = Area {
        x0: 40,
        y0: 40,
        x1: 72,
        y1: 72,
    };

    /// A circle with a letter, on paper of this brightness.
    fn empty(paper: u8) -> GrayImage {
        GrayImage::from_fn(112, 112, |x, y| {
            let from_middle = (f64::from(x) - 56.0).hypot(f64::from(y) - 56.0);
            let letter = (53..57).contains(&x) && (50..62).contains(&y);
            let ring = (14.0..16.0).contains(&from_middle);
            image::Luma([if letter || ring { paper / 4 } else { paper }])
        })
    }

    /// The same, filled in up to this distance from its middle.
    fn with_ink(paper: u8, radius_px: f64, ink: u8) -> GrayImage {
        let mut sheet = empty(paper);
        for (x, y, pixel) in sheet.enumerate_pixels_mut() {
            let from_middle = (f64::from(x) - 56.0).hypot(f64::from(y) - 56.0);
            if from_middle < radius_px {
                pixel.0[0] = pixel.0[0].min(ink);
            }
        }
        sheet
    }

    #[test]
    fn a_filled_bubble_is_ticked_in_pen_and_pencil_and_in_the_shadow() {
        for (paper, radius_px, ink) in [(250, 15.0, 30), (250, 14.0, 150), (120, 14.0, 50)] {
            let score = filled(&with_ink(paper, radius_px, ink), &empty(250), AREA);
            assert_eq!(decide(score), MarkDecision::Ticked, "{score}");
        }
    }

    #[test]
    fn an_empty_bubble_is_empty_in_any_light_and_a_little_beside_its_place() {
        for paper in [90, 180, 255] {
            let score = filled(&empty(paper), &empty(250), AREA);
            assert_eq!(decide(score), MarkDecision::Empty, "{score}");
        }
        let moved = image::imageops::crop_imm(&empty(250), 2, 0, 110, 112).to_image();
        let score = filled(&moved, &empty(250), AREA);
        assert_eq!(decide(score), MarkDecision::Empty, "{score}");
    }

    #[test]
    fn a_dot_in_a_bubble_is_for_a_person_to_see() {
        let score = filled(&with_ink(250, 4.9, 20), &empty(250), AREA);
        assert_eq!(decide(score), MarkDecision::Unsure, "{score}");
    }
}
