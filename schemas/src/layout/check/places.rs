//! Where things lie: in the printer's margin, on folds, on one another.

use super::{Faults, PRINTER_MARGIN_MM, QUIET_ZONE_MM, edge_fault, fold_fault};
use crate::geometry::BoxMm;
use crate::layout::{Layout, RegistrationMark, Side};

/// Smaller discs are lost among dirt on a photocopy.
const MIN_MARK_MM: f64 = 4.0;

pub(super) fn check(found: &mut Faults, layout: &Layout, side: &Side) {
    let place = format!("side {}", side.side);
    if side.blank.is_none() {
        own_print(found, layout, side, &place);
    }
    for mark in &side.marks {
        check_mark(found, side, mark, &place);
    }
    let margin_mm = if side.blank.is_some() {
        0.0
    } else {
        PRINTER_MARGIN_MM
    };
    let quiet = quiet_zone(side);
    for (i, region) in side.regions.iter().enumerate() {
        let place = format!("region {}", region.id);
        found.add_some(&place, edge_fault(layout, &region.area, margin_mm));
        if side.blank.is_none() {
            found.add_some(&place, fold_fault(layout, &region.area));
        }
        if quiet.is_some_and(|quiet| region.area.overlaps(&quiet)) {
            found.add(
                &place,
                "lies on the code or its quiet zone (2.5 mm round it)",
            );
        }
        let earlier = side.regions[..i].iter();
        for other in earlier.filter(|o| o.area.overlaps(&region.area)) {
            found.add(&place, &format!("overlaps region {}", other.id));
        }
    }
}

/// What concerns only the sides that we print.
fn own_print(found: &mut Faults, layout: &Layout, side: &Side, place: &str) {
    if let Some(quiet) = quiet_zone(side) {
        let place = format!("{place}, code");
        found.add_some(&place, edge_fault(layout, &quiet, PRINTER_MARGIN_MM));
        found.add_some(&place, fold_fault(layout, &quiet));
    } else {
        found.add(place, "a leaflet that we print needs a code");
    }
    if side.marks.len() < 3 {
        let problem = format!("has {} registration marks; at least 3", side.marks.len());
        found.add(place, &problem);
    }
    for mark in &side.marks {
        let (disc, place) = (mark.area(), format!("{place}, mark {}", mark.id));
        found.add_some(&place, edge_fault(layout, &disc, PRINTER_MARGIN_MM));
        found.add_some(&place, fold_fault(layout, &disc));
        if mark.diameter_mm < MIN_MARK_MM {
            let problem = format!("is {} mm wide; {MIN_MARK_MM} mm at least", mark.diameter_mm);
            found.add(&place, &problem);
        }
    }
    for (i, text) in side.texts.iter().enumerate() {
        let least = layout.letters_pt();
        if text.size_pt < least {
            let problem = format!(
                "letters of {} pt are too small; {least} pt at least",
                text.size_pt
            );
            found.add(&format!("{place}, text {}", i + 1), &problem);
        }
    }
}

fn check_mark(found: &mut Faults, side: &Side, mark: &RegistrationMark, place: &str) {
    let (disc, place) = (mark.area(), format!("{place}, mark {}", mark.id));
    for region in side.regions.iter().filter(|r| r.area.overlaps(&disc)) {
        found.add(&place, &format!("lies on region {}", region.id));
    }
    if quiet_zone(side).is_some_and(|quiet| quiet.overlaps(&disc)) {
        found.add(
            &place,
            "lies on the code or its quiet zone (2.5 mm round it)",
        );
    }
}

fn quiet_zone(side: &Side) -> Option<BoxMm> {
    side.code.map(|code| code.area.shrunk(-QUIET_ZONE_MM))
}
