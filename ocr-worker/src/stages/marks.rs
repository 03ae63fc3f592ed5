//! Marks: how much of each box to tick is covered by new ink.

use schemas::layout::MarkOption;

use super::ink::Ink;

/// How far the inside of a box is from its outline: the frame and what registration leaves over never enter.
const FRAME_MM: f64 = 0.8;

/// The share of the box's inside that is covered by ink, 0 to 1.
pub fn score(ink: &Ink, option: &MarkOption) -> f64 {
    let inside = ink.area_px(&option.area.shrunk(FRAME_MM));
    let area_px = inside.width() * inside.height();
    ink.mask.count_in(inside) as f64 / area_px.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::straighten::View;
    use schemas::geometry::{BoxMm, px_per_mm};

    /// The score of a box of 6 mm with its frame and with ink where `inked` says, in millimetres from its middle.
    fn scored(inked: impl Fn(f64, f64) -> bool) -> f64 {
        let area = BoxMm::from([10.0, 20.0, 14.0, 14.0]);
        let option = MarkOption {
            value: "yes".to_owned(),
            label: String::new(),
            symbol: schemas::layout::MarkSymbol::Box,
            area: BoxMm::from([14.0, 24.0, 6.0, 6.0]),
        };
        let scale = px_per_mm(200.0);
        let draw = |inked: &dyn Fn(f64, f64) -> bool| {
            image::GrayImage::from_fn(110, 110, |x, y| {
                let (x, y) = (f64::from(x) / scale - 7.0, f64::from(y) / scale - 7.0);
                let frame = (x.abs().max(y.abs()) - 3.0).abs() < 0.25;
                image::Luma([if frame || inked(x, y) { 30 } else { 250 }])
            })
        };
        let view = View {
            area,
            dpi: 200.0,
            grey: draw(&inked),
        };
        score(
            &crate::stages::ink::extract(&view, &draw(&|_, _| false)),
            &option,
        )
    }

    #[test]
    fn an_empty_box_scores_nothing_and_a_stroke_what_it_covers() {
        let empty = scored(|_, _| false);
        assert!(empty < 0.001, "{empty}");
        let fine = scored(|x, y| (x - y).abs() < 0.28);
        assert!((0.08..0.2).contains(&fine), "{fine}");
        let full = scored(|x, y| x.abs().max(y.abs()) < 3.2);
        assert!(full > 0.9, "{full}");
    }
}
