//! What is drawn over a scan.

use std::fmt::Write as _;

use schemas::geometry::{BoxMm, Homography};
use schemas::layout::{Layout, RegionKind, Side};
use schemas::reading::Reading;

use crate::commands::eval::compare::Compared;
use crate::commands::eval::known::Known;

/// Everything that there is to draw.
pub(super) struct Overlay<'a> {
    pub(super) known: &'a Known,
    pub(super) compared: &'a Compared,
    pub(super) reading: Option<&'a Reading>,
    pub(super) layout: Option<&'a Layout>,
}

impl Overlay<'_> {
    /// An SVG over a scan of this size.
    pub(super) fn svg(&self, width_px: u32, height_px: u32) -> String {
        let mut svg = format!("<svg viewBox=\"0 0 {width_px} {height_px}\" aria-hidden=\"true\">");
        if let Some(layout) = self.layout {
            self.outlines(layout, &mut svg);
        }
        svg.push_str("</svg>");
        svg
    }

    fn outlines(&self, layout: &Layout, svg: &mut String) {
        let page = BoxMm {
            x: 0.0,
            y: 0.0,
            width: layout.page.width_mm,
            height: layout.page.height_mm,
        };
        let regions = layout
            .side(self.known.side)
            .map_or(&[][..], |side| &side.regions);
        let truth = self.known.made.as_ref().map(|made| made.homography);
        let found = self.reading.and_then(|reading| found(reading, layout));
        for (class, map) in [("true", truth), ("found", found)] {
            let Some(map) = map else { continue };
            polygon(&map, page, &format!("{class} page"), svg);
            for region in regions {
                polygon(&map, region.area, class, svg);
            }
        }
        if let Some((map, side)) = found.or(truth).zip(layout.side(self.known.side)) {
            for area in self.wrong(side) {
                polygon(&map, area, "wrong", svg);
            }
        }
    }

    /// Where something was read wrong or left to a person.
    fn wrong(&self, side: &Side) -> Vec<BoxMm> {
        let area_of = |region: &str| side.regions.iter().find(|r| r.id == region);
        let regions = self.compared.regions.iter().filter(|r| !r.right());
        let regions = regions.filter_map(|wrong| Some(area_of(&wrong.region)?.area));
        let marks = self.compared.marks.iter();
        let marks = marks.filter(|mark| mark.wrong() || !mark.decided());
        let marks = marks.filter_map(|mark| {
            let RegionKind::Marks { options, .. } = &area_of(&mark.region)?.kind else {
                return None;
            };
            let option = options.iter().find(|option| option.value == mark.value)?;
            Some(option.area)
        });
        regions.chain(marks).collect()
    }
}

fn found(reading: &Reading, layout: &Layout) -> Option<Homography> {
    let corners_px = &reading.registration.as_ref()?.corners_px;
    ocr_worker::stages::register::map_of_corners(layout.page, corners_px)
}

fn polygon(map: &Homography, area: BoxMm, class: &str, svg: &mut String) {
    let points: Vec<String> = area
        .corners()
        .map(|corner| map.apply(corner))
        .map(|point| format!("{:.1},{:.1}", point.x, point.y))
        .into();
    let written = write!(
        svg,
        "<polygon class=\"{class}\" points=\"{}\"/>",
        points.join(" ")
    );
    written.expect("a string takes any text");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_on_paper_is_drawn_where_it_lies_in_the_scan() {
        let mut svg = String::new();
        let area = BoxMm::from([1.0, 2.0, 3.0, 4.0]);
        polygon(&Homography::scaling(10.0), area, "true", &mut svg);
        assert_eq!(
            svg,
            "<polygon class=\"true\" points=\"10.0,20.0 40.0,20.0 40.0,60.0 10.0,60.0\"/>"
        );
    }
}
