//! Words on the page.

use schemas::geometry::Point;
use schemas::layout::Weight;

use crate::fonts::{FAMILY, mm};
use crate::svg::Svg;

/// One line of words.
pub(super) struct Words {
    pub(super) at: Point,
    pub(super) size_pt: f64,
    pub(super) weight: Weight,
    pub(super) colour: &'static str,
    pub(super) anchor: &'static str,
}

impl Words {
    pub(super) fn draw(&self, svg: &mut Svg, text: &str, aside: Option<&str>) {
        if text.is_empty() {
            return;
        }
        let attributes = [
            ("x", self.at.x.into()),
            ("y", self.at.y.into()),
            ("font-family", FAMILY.into()),
            ("font-size", mm(self.size_pt).into()),
            ("font-weight", weight(self.weight).into()),
            ("fill", self.colour.into()),
            ("text-anchor", self.anchor.into()),
        ];
        svg.parent("text", &attributes, |svg| {
            svg.words(text);
            if let Some(aside) = aside.filter(|words| !words.is_empty()) {
                let plain = [("font-weight", "400".into()), ("dx", 2.2.into())];
                svg.parent("tspan", &plain, |svg| svg.words(aside));
            }
        });
    }
}

fn weight(weight: Weight) -> &'static str {
    match weight {
        Weight::Regular => "400",
        Weight::Bold => "700",
    }
}
