//! Faces to circle, from very happy to very sad.

use std::fmt::Write as _;

use schemas::geometry::BoxMm;
use schemas::layout::MarkSymbol;

use super::{FRAME, PAPER};
use crate::svg::Svg;

/// How far the outline stays inside the option's box, so that a tight ring round it is still inside its region.
const INSET_MM: f64 = 0.6;

/// Draws a face as large as `area` allows.
pub(super) fn draw(svg: &mut Svg, symbol: MarkSymbol, area: &BoxMm) {
    let radius = area.width.min(area.height) / 2.0 - INSET_MM;
    let stroke = format!("{:.3}", (radius * 0.07).max(0.45));
    let pen = [
        ("fill", "none"),
        ("stroke", FRAME),
        ("stroke-width", stroke.as_str()),
        ("stroke-linecap", "round"),
    ];
    let mut outline = pen;
    outline[0].1 = PAPER;
    svg.circle(area.centre(), radius, &outline);
    let mut eyes = area.centre();
    eyes.y -= radius * 0.24;
    for aside in [-0.34, 0.34] {
        let eye = schemas::geometry::Point::new(eyes.x + radius * aside, eyes.y);
        svg.circle(eye, radius * 0.1, &[("fill", FRAME)]);
    }
    svg.path(&mouth(symbol, area, radius), &pen);
}

/// The mouth as a curve; its ends and its depth make the mood.
fn mouth(symbol: MarkSymbol, area: &BoxMm, radius: f64) -> String {
    let (half_width, ends, middle) = match symbol {
        MarkSymbol::FaceVeryHappy => (0.56, 0.12, 0.98),
        MarkSymbol::FaceHappy => (0.46, 0.28, 0.66),
        MarkSymbol::FaceSad => (0.42, 0.5, 0.22),
        MarkSymbol::FaceVerySad => (0.5, 0.66, -0.06),
        MarkSymbol::FaceSoSo | MarkSymbol::Box | MarkSymbol::Bubble => (0.42, 0.38, 0.38),
    };
    let centre = area.centre();
    let [left, right] = [-half_width, half_width].map(|x| centre.x + radius * x);
    let [ends, middle] = [ends, middle].map(|y| centre.y + radius * y);
    let mut path = format!(
        "M{left:.3} {ends:.3}Q{:.3} {middle:.3} {right:.3} {ends:.3}",
        centre.x
    );
    if symbol == MarkSymbol::FaceVeryHappy {
        let _ = write!(path, "Z");
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_face_has_a_mouth_of_its_own() {
        let area = BoxMm::from([0.0, 0.0, 18.0, 18.0]);
        let mouths: std::collections::BTreeSet<String> = [
            MarkSymbol::FaceVeryHappy,
            MarkSymbol::FaceHappy,
            MarkSymbol::FaceSoSo,
            MarkSymbol::FaceSad,
            MarkSymbol::FaceVerySad,
        ]
        .into_iter()
        .map(|symbol| mouth(symbol, &area, 8.0))
        .collect();
        assert_eq!(mouths.len(), 5);
    }
}
