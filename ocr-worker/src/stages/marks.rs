//! Marks: how much a box to tick, or a face to circle, has been marked.
//!
//! Several things are measured, and one score from 0 to 1 comes of them; what a score means is decided elsewhere
//! ([`crate::thresholds`]). Dust is small, a streak runs straight through, and neither counts; a stroke does,
//! wherever it begins. A box that is circled counts as well as one that is ticked, and a box that is full of ink
//! was blacked out: then the score is above [`BLACKED_OUT`].
//!
//! Source: after SDAPS (`sdaps/image`), which also weighs coverage, coverage without straight lines and the size
//! of what is left against each other.

mod circled;
mod straight;

use schemas::layout::MarkOption;

use super::ink::Ink;
use super::overlay::overlay_points;
use super::print::{NOTHING, Print};
use crate::picture::mask::Area;
use crate::picture::{Component, Mask, components};

/// Scores from here on are of boxes that are full of ink.
pub const BLACKED_OUT: f64 = 0.7;
/// Scores from here on are of boxes that are nearly full: a dense scribble, or a hasty blacking out.
pub const CROWDED: f64 = 0.55;
/// How far the inside of a box is from its outline: the frame and what registration leaves over never enter.
const FRAME_MM: f64 = 0.8;
/// How far around a box is looked at.
const AROUND_MM: f64 = 5.0;
/// Paper around the frame by which the box is found.
const FRAME_AROUND_MM: f64 = 1.2;
/// Faint ink is darker than this share of the paper in the box.
const FAINT: f64 = 0.8;
/// Dust is smaller than this in both directions, and a short tick longer than that.
const DUST_MM: f64 = 1.0;
/// A mark of this length counts in full.
const STROKE_MM: f64 = 2.4;
/// The inside of a box is divided into this many parts across and down, to see whether all of it is full.
const PARTS: usize = 4;
/// A part is full from this share of ink on; between the strokes of a scribble there is more paper.
const FULL_PART: f64 = 0.62;
/// Strokes that only cross a box hide no more of its surroundings than this.
const HALF_CIRCLED: f64 = 0.55;
/// The ink of a face that is circled once, for each millimetre of its width.
const CIRCLE_MM2_PER_MM: f64 = 3.1;
/// How far outside of a face its circle is drawn.
const AROUND_FACE_MM: f64 = 3.0;

/// What is measured of a box.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measures {
    /// The share of its inside that is covered by ink, 0 to 1.
    pub covered: f64,
    /// How long the longest piece of ink inside is.
    pub extent_mm: f64,
    /// The share of its parts that are full, 0 to 1.
    pub full: f64,
    /// How far it, or its label, is circled, 0 to 1.
    pub circled: f64,
}

impl Measures {
    /// One number of all.
    pub fn score(&self) -> f64 {
        let weight =
            ((self.extent_mm - DUST_MM * 0.7) / (STROKE_MM - DUST_MM * 0.7)).clamp(0.0, 1.0);
        let stroke = (self.covered * weight).min(CROWDED - 0.01);
        // Half a circle is half a doubt.
        let circle = ((self.circled - HALF_CIRCLED) * 0.4).max(0.0);
        let n_parts = (PARTS * PARTS) as f64;
        if self.full >= (n_parts - 1.0) / n_parts {
            BLACKED_OUT + (1.0 - BLACKED_OUT) * self.covered
        } else if self.full >= 0.75 {
            CROWDED + (self.full - 0.75) * 0.5
        } else {
            stroke.max(circle)
        }
    }
}

/// Looks at a box to tick.
pub fn measure(ink: &Ink, print: &Print, option: &MarkOption) -> Measures {
    let area = ink.area_px(&option.area);
    let near = ink.shifts.at(usize::midpoint(area.x0, area.x1), area.y0);
    let frame = ink.area_px(&option.area.shrunk(-FRAME_AROUND_MM));
    let shift = overlay_points(&ink.even, &print.points_in(frame, 400), near);
    let inside = moved(ink.area_px(&option.area.shrunk(FRAME_MM)), shift, ink);
    let window = moved(ink.area_px(&option.area.shrunk(-AROUND_MM)), shift, ink);
    let pieces: Vec<Component> = pieces(ink, print, (window, inside), shift)
        .into_iter()
        .filter(|piece| !is_dust(piece, ink))
        .filter_map(|piece| piece.clipped(inside))
        .collect();
    let inked: usize = pieces.iter().map(|piece| piece.area_px).sum();
    let extent = |piece: &Component| ink.mm(piece.bounds.width().max(piece.bounds.height()) as f64);
    Measures {
        covered: inked as f64 / (inside.width() * inside.height()).max(1) as f64,
        extent_mm: pieces.iter().map(extent).fold(0.0, f64::max),
        full: full_parts(&pieces, inside),
        circled: circled::circled(ink, print, option),
    }
}

/// How much each face of a group is marked, 0 to 1: circled, ticked, crossed and coloured all count.
pub fn face_scores(ink: &Ink, options: &[MarkOption]) -> Vec<f64> {
    let areas: Vec<Area> = options
        .iter()
        .map(|option| ink.area_px(&option.area.shrunk(-AROUND_FACE_MM)))
        .collect();
    let mut inked = vec![0usize; options.len()];
    for piece in ink.pieces.iter().filter(|piece| !is_dust(piece, ink)) {
        // A wide circle touches the next face; it belongs to the one that it lies on most.
        let parts = areas
            .iter()
            .map(|area| piece.clipped(*area).map_or(0, |part| part.area_px));
        if let Some((idx, n)) = parts.enumerate().max_by_key(|(_, n)| *n) {
            inked[idx] += n;
        }
    }
    let score = |(option, n_px): (&MarkOption, usize)| {
        let inked_mm2 = ink.mm(1.0).powi(2) * n_px as f64;
        (inked_mm2 / (CIRCLE_MM2_PER_MM * option.area.width.max(1.0))).min(1.0)
    };
    options.iter().zip(inked).map(score).collect()
}

fn moved(area: Area, (dx, dy): (isize, isize), ink: &Ink) -> Area {
    let by = |at: usize, d: isize| at.saturating_add_signed(d);
    Area {
        x0: by(area.x0, dx),
        y0: by(area.y0, dy),
        x1: by(area.x1, dx),
        y1: by(area.y1, dy),
    }
    .clipped(ink.mask.width, ink.mask.height)
}

/// The ink in and around a box, faint strokes as well, without streaks and folds, piece by piece, in places of the
/// whole picture.
fn pieces(
    ink: &Ink,
    print: &Print,
    (window, inside): (Area, Area),
    (dx, dy): (isize, isize),
) -> Vec<Component> {
    let level = (f64::from(paper_level(ink, inside)) * FAINT) as u8;
    let width = ink.mask.width;
    let mut mask = Mask::empty(window.width(), window.height());
    let mut seen = mask.clone();
    for y in window.y0..window.y1 {
        for x in window.x0..window.x1 {
            let i = y * width + x;
            let at = (y - window.y0) * window.width() + x - window.x0;
            seen.bits[at] = print.kind_at(x as isize - dx, y as isize - dy) == NOTHING;
            let faint = seen.bits[at] && ink.even.as_raw()[i] < level;
            mask.bits[at] = faint || ink.mask.bits[i];
        }
    }
    let looked_at = straight::Window {
        mask: &mask,
        seen: &seen,
        inside: Area {
            x0: inside.x0 - window.x0,
            y0: inside.y0 - window.y0,
            x1: inside.x1 - window.x0,
            y1: inside.y1 - window.y0,
        },
    };
    let left = straight::without_lines(&looked_at, ink.slope());
    let found = components(&left).into_iter();
    found
        .map(|piece| piece.moved(window.x0, window.y0))
        .collect()
}

/// The paper in a box: a stain makes all of it darker. A box full of ink has none.
fn paper_level(ink: &Ink, inside: Area) -> u8 {
    let mut values: Vec<u8> = (inside.y0..inside.y1)
        .flat_map(|y| &ink.even.as_raw()[y * ink.mask.width..][inside.x0..inside.x1])
        .copied()
        .collect();
    if values.is_empty() {
        return 255;
    }
    let at = values.len() * 3 / 4;
    let level = *values.select_nth_unstable(at).1;
    if level < 150 { 255 } else { level }
}

fn is_dust(piece: &Component, ink: &Ink) -> bool {
    let longest = piece.bounds.width().max(piece.bounds.height());
    ink.mm(longest as f64) < DUST_MM
}

/// The share of the parts of a box that are full of ink.
fn full_parts(pieces: &[Component], inside: Area) -> f64 {
    let mut n_px = [[0usize; PARTS]; PARTS];
    let part =
        |at: usize, from: usize, size: usize| ((at - from) * PARTS / size.max(1)).min(PARTS - 1);
    for run in pieces.iter().flat_map(|piece| &piece.runs) {
        for x in run.x0..run.x1 {
            n_px[part(run.y, inside.y0, inside.height())][part(x, inside.x0, inside.width())] += 1;
        }
    }
    let part_px = (inside.width() * inside.height()) as f64 / (PARTS * PARTS) as f64;
    let full = n_px
        .iter()
        .flatten()
        .filter(|n| **n as f64 >= FULL_PART * part_px);
    full.count() as f64 / (PARTS * PARTS) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::ink::tests::extracted;
    use crate::stages::print::Hidden;
    use schemas::geometry::{BoxMm, px_per_mm};
    use schemas::layout::MarkSymbol;

    /// The middle of the box, which is 6 mm wide.
    const MIDDLE: f64 = 17.0;

    fn option(symbol: MarkSymbol) -> MarkOption {
        MarkOption {
            value: "yes".to_owned(),
            label: String::new(),
            symbol,
            area: BoxMm::from([MIDDLE - 3.0, MIDDLE - 3.0, 6.0, 6.0]),
        }
    }

    /// A form with a box, and with ink as grey as `inked` says, in millimetres from the middle of the box.
    fn drawn(inked: &dyn Fn(f64, f64) -> u8) -> image::GrayImage {
        let scale = px_per_mm(200.0);
        image::GrayImage::from_fn(268, 268, |x, y| {
            let (x, y) = (f64::from(x) / scale - MIDDLE, f64::from(y) / scale - MIDDLE);
            let frame = (x.abs().max(y.abs()) - 3.0).abs() < 0.25;
            image::Luma([inked(x, y).min(if frame { 30 } else { 250 })])
        })
    }

    fn measured_grey(inked: impl Fn(f64, f64) -> u8) -> Measures {
        let area = BoxMm::from([0.0, 0.0, 34.0, 34.0]);
        let blank = drawn(&|_, _| 255);
        let print = Print::new(&blank, blank.dimensions(), 200.0, &Hidden::default());
        let ink = extracted(drawn(&inked), &blank, area);
        measure(&ink, &print, &option(MarkSymbol::Box))
    }

    fn scored(inked: impl Fn(f64, f64) -> bool) -> f64 {
        measured_grey(|x, y| if inked(x, y) { 30 } else { 255 }).score()
    }

    #[test]
    fn an_empty_box_scores_nothing_and_a_stroke_what_it_covers() {
        let empty = scored(|_, _| false);
        assert!(empty < 0.001, "{empty}");
        let fine = scored(|x, y| (x - y).abs() < 0.28);
        assert!((0.08..0.3).contains(&fine), "{fine}");
    }

    #[test]
    fn a_box_that_is_blacked_out_scores_more_than_any_scribble() {
        let full = scored(|x, y| x.abs().max(y.abs()) < 3.2);
        assert!(full > BLACKED_OUT, "{full}");
        let zigzag = scored(|x, y| x.abs().max(y.abs()) < 3.2 && (x + y).rem_euclid(1.6) < 0.7);
        assert!((0.2..CROWDED).contains(&zigzag), "{zigzag}");
    }

    #[test]
    fn dust_streaks_and_folds_are_no_marks() {
        let dust = scored(|x, y| (x - 0.4).hypot(y) < 0.4);
        assert!(dust < 0.01, "{dust}");
        let streak = scored(|x, _| (x - 0.6).abs() < 0.2);
        assert!(streak < 0.01, "{streak}");
        let fold = scored(|_, y| (y + 0.5).abs() < 0.25);
        assert!(fold < 0.01, "{fold}");
    }

    #[test]
    fn faint_and_short_ticks_are_seen() {
        let faint = measured_grey(|x, y| if (x - y).abs() < 0.28 { 188 } else { 255 }).score();
        assert!(faint > 0.08, "{faint}");
        let short = scored(|x, y| (x - y).abs() < 0.25 && x.abs() < 0.9);
        assert!(short > 0.015, "{short}");
    }

    #[test]
    fn a_stain_that_covers_the_box_is_no_mark() {
        let stain = measured_grey(|x, y| if x.hypot(y) < 5.0 { 185 } else { 255 }).score();
        assert!(stain < 0.01, "{stain}");
    }

    #[test]
    fn a_circle_around_the_box_counts_and_half_of_one_is_unsure() {
        let ring = |x: f64, y: f64| (x.hypot(y) - 5.6).abs() < 0.25;
        let whole = scored(ring);
        assert!(whole > 0.1, "{whole}");
        let beside = scored(|x, y| (y + 4.5).abs() < 0.25 && x.abs() < 6.0);
        assert!(beside < 0.01, "{beside}");
    }

    #[test]
    fn the_ink_in_and_around_a_face_counts_for_the_face_it_lies_on_most() {
        let left = option(MarkSymbol::FaceHappy);
        let right = MarkOption {
            area: BoxMm::from([MIDDLE + 5.0, MIDDLE - 3.0, 6.0, 6.0]),
            ..left.clone()
        };
        let blank = drawn(&|_, _| 255);
        let circle = drawn(&|x, y| {
            if (x.hypot(y) - 5.0).abs() < 0.25 {
                30
            } else {
                255
            }
        });
        let area = BoxMm::from([0.0, 0.0, 34.0, 34.0]);
        let scores = face_scores(&extracted(circle, &blank, area), &[left, right]);
        assert!(scores[0] > 0.4 && scores[1] < 0.01, "{scores:?}");
    }
}
