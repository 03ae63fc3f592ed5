//! Marks: how much a box to tick, or a face to circle, has been marked.
//!
//! One score from 0 to 1 is made: near 0 nothing was done, near [`TICKED`] it is ticked, crossed or circled, near 1 it was blacked
//! out, which takes a tick back. What a score means is decided elsewhere ([`crate::thresholds`]). A small network
//! ([`network`]) looks at the box and what is around it; that the label is circled counts as a doubt or a tick.

mod circled;
pub mod network;
mod view;

use schemas::layout::MarkOption;

use super::ink::Ink;
use super::print::Print;

pub use view::{BoxView, VIEW_LEN, VIEW_PX, view};

/// The score of a box that is certainly ticked.
pub const TICKED: f64 = 0.5;
/// Strokes that only pass by hide no more of the surroundings of a label than this.
const HALF_CIRCLED: f64 = 0.55;

/// The score of a box or face.
pub fn score(ink: &Ink, print: &Print, option: &MarkOption, view: &BoxView) -> f64 {
    let [_, ticked, blacked_out] = network::answer(view);
    let seen = TICKED * ticked + blacked_out;
    if option.symbol.is_face() {
        return seen;
    }
    // A label that is circled is a tick, and half a circle is half a doubt.
    let circled = circled::label_circled(ink, print, option);
    let circled = ((circled - HALF_CIRCLED) / (1.0 - HALF_CIRCLED)).max(0.0) * TICKED;
    seen.max(circled)
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
    /// Below it a box is empty, above [`FULL`] blacked out, near [`TICKED`] ticked.
    const LITTLE: f64 = 0.1;
    const FULL: f64 = 0.9;

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

    fn scored_grey(inked: impl Fn(f64, f64) -> u8) -> f64 {
        let area = BoxMm::from([0.0, 0.0, 34.0, 34.0]);
        let blank = drawn(&|_, _| 255);
        let print = Print::new(&blank, blank.dimensions(), 200.0, &Hidden::default());
        let ink = extracted(drawn(&inked), &blank, area);
        let option = option(MarkSymbol::Box);
        let view = view(&ink, &print, &option.area);
        score(&ink, &print, &option, &view)
    }

    fn scored(inked: impl Fn(f64, f64) -> bool) -> f64 {
        scored_grey(|x, y| if inked(x, y) { 30 } else { 255 })
    }

    fn is_ticked(score: f64) -> bool {
        (score - TICKED).abs() < 0.15
    }

    #[test]
    fn an_empty_box_scores_nothing_and_strokes_are_ticks() {
        let empty = scored(|_, _| false);
        assert!(empty < LITTLE, "{empty}");
        let fine = scored(|x, y| (x + y).abs() < 0.28 && x.abs() < 3.4);
        assert!(is_ticked(fine), "{fine}");
        let cross = scored(|x, y| (x.abs() - y.abs()).abs() < 0.28 && x.abs() < 3.2);
        assert!(is_ticked(cross), "{cross}");
    }

    #[test]
    fn a_box_that_is_blacked_out_is_told_from_a_cross() {
        let full = scored(|x, y| x.abs().max(y.abs()) < 3.2);
        assert!(full > FULL, "{full}");
    }

    #[test]
    fn dust_streaks_and_folds_are_no_marks() {
        let dust = scored(|x, y| (x - 0.4).hypot(y) < 0.4);
        assert!(dust < LITTLE, "{dust}");
        let streak = scored(|x, _| (x - 0.6).abs() < 0.2);
        assert!(streak < LITTLE, "{streak}");
        let fold = scored(|_, y| (y + 0.5).abs() < 0.25);
        assert!(fold < LITTLE, "{fold}");
        let faint = scored_grey(|_, y| if (y + 0.5).abs() < 0.2 { 190 } else { 255 });
        assert!(faint < LITTLE / 10.0, "{faint}");
    }

    #[test]
    fn faint_and_short_ticks_are_seen() {
        let faint = |x: f64, y: f64| {
            let on = (x + 1.0 - y).abs() < 0.28 && x < -0.5 || (x + y).abs() < 0.28 && x >= -0.5;
            if on && x.abs() < 3.2 { 180 } else { 255 }
        };
        let score = scored_grey(faint);
        assert!(score > LITTLE, "{score}");
        let short = scored(|x, y| (x - y).abs() < 0.25 && x.abs() < 0.9);
        assert!(short > LITTLE, "{short}");
    }

    #[test]
    fn a_stain_that_covers_the_box_is_no_mark() {
        let stain = scored_grey(|x, y| if x.hypot(y) < 9.0 { 185 } else { 255 });
        assert!(stain < LITTLE, "{stain}");
    }

    #[test]
    fn a_ring_around_the_box_is_a_tick_and_writing_beside_it_is_none() {
        for radius_mm in [5.2, 5.6] {
            let whole = scored(|x, y| (x.hypot(y) - radius_mm).abs() < 0.25);
            assert!(is_ticked(whole), "{whole}");
        }
        let of_another = scored(|x, y| ((x - 8.0).hypot(y) - 5.0).abs() < 0.25);
        assert!(of_another < LITTLE, "{of_another}");
        let beside = scored(|x, y| (y + 5.0).abs() < 0.25 && x.abs() < 8.0);
        assert!(beside < LITTLE, "{beside}");
    }
}
