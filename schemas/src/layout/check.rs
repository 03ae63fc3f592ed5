use std::collections::BTreeSet;
use std::fmt;

use super::{Layout, Region, RegionKind, Side};
use crate::geometry::BoxMm;

/// Printers leave a margin on every edge; nothing that is read may lie in it.
const PRINTER_MARGIN_MM: f64 = 5.0;
/// Four light modules of a small code; less and readers lose the finder patterns (ISO/IEC 18004, 6.3.8).
const QUIET_ZONE_MM: f64 = 2.5;
/// A hand needs this much for one character.
const MIN_CELL_WIDTH_MM: f64 = 6.0;
/// See [`MIN_CELL_WIDTH_MM`].
const MIN_CELL_HEIGHT_MM: f64 = 8.0;
/// Smaller boxes fill up with ink on a photocopy.
const MIN_TICK_BOX_MM: f64 = 4.0;

/// One thing that is wrong with a layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayoutFault {
    /// Where: a side, a region, a mark.
    pub place: String,
    /// What is wrong and what would be right.
    pub problem: String,
}

impl fmt::Display for LayoutFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.problem)
    }
}

/// Everything that is wrong with `layout`, in the order of the file.
pub(super) fn faults(layout: &Layout) -> Vec<LayoutFault> {
    let mut found = Faults::default();
    if layout.version == 0 || layout.version > 9999 {
        found.add("version", "must be 1 to 9999");
    }
    if layout.sides.is_empty() {
        found.add("sides", "a layout needs at least one side");
    }
    let page = BoxMm::from([0.0, 0.0, layout.page.width_mm, layout.page.height_mm]);
    let mut names = BTreeSet::new();
    for (i, side) in layout.sides.iter().enumerate() {
        let place = format!("side {}", side.side);
        if usize::try_from(side.side) != Ok(i + 1) {
            found.add(&place, "sides are numbered 1, 2, … in their order");
        }
        check_side(&mut found, side, &place, &page);
        for region in &side.regions {
            if !names.insert(region.id.clone()) {
                found.add(&format!("region {}", region.id), "the id is used twice");
            }
        }
    }
    found.0
}

#[derive(Default)]
struct Faults(Vec<LayoutFault>);

impl Faults {
    fn add(&mut self, place: &str, problem: &str) {
        self.0.push(LayoutFault {
            place: place.to_owned(),
            problem: problem.to_owned(),
        });
    }
}

fn check_side(found: &mut Faults, side: &Side, place: &str, page: &BoxMm) {
    let printable = page.shrunk(PRINTER_MARGIN_MM);
    let quiet = side.code.map(|code| code.area.shrunk(-QUIET_ZONE_MM));
    if quiet.is_some_and(|quiet| !printable.contains(&quiet)) {
        found.add(
            place,
            "the code and its quiet zone must lie inside the printer's margin",
        );
    }
    if side.blank.is_none() && quiet.is_none() {
        found.add(place, "a leaflet that we print needs a code");
    }
    if side.blank.is_none() && side.marks.len() < 3 {
        found.add(place, "registration needs at least three marks");
    }
    for mark in &side.marks {
        let r = mark.diameter_mm / 2.0;
        let disc = BoxMm::from([mark.centre.x - r, mark.centre.y - r, 2.0 * r, 2.0 * r]);
        let place = format!("{place}, mark {}", mark.id);
        if !printable.contains(&disc) {
            found.add(&place, "must lie inside the printer's margin (5 mm)");
        }
        for region in side.regions.iter().filter(|r| r.area.overlaps(&disc)) {
            found.add(&place, &format!("lies on region {}", region.id));
        }
    }
    for (i, region) in side.regions.iter().enumerate() {
        let place = format!("region {}", region.id);
        if !printable.contains(&region.area) {
            found.add(&place, "must lie inside the printer's margin (5 mm)");
        }
        if quiet.is_some_and(|quiet| region.area.overlaps(&quiet)) {
            found.add(&place, "lies on the code or its quiet zone");
        }
        for other in side.regions[..i]
            .iter()
            .filter(|o| o.area.overlaps(&region.area))
        {
            found.add(&place, &format!("overlaps region {}", other.id));
        }
        check_region(found, region, &place);
    }
}

fn check_region(found: &mut Faults, region: &Region, place: &str) {
    let area = &region.area;
    if !(area.width > 0.0 && area.height > 0.0) {
        found.add(place, "has no area");
    }
    match &region.kind {
        RegionKind::Comb { cells } => {
            let width = area.width / f64::from((*cells).max(1));
            if *cells == 0 || width < MIN_CELL_WIDTH_MM || area.height < MIN_CELL_HEIGHT_MM {
                found.add(place, "cells must be at least 6 mm wide and 8 mm high");
            }
        }
        RegionKind::Text {
            pitch_mm: Some(pitch),
        } if *pitch < 6.0 => {
            found.add(place, "rules must be at least 6 mm apart");
        }
        RegionKind::Marks { options, .. } => {
            let mut values = BTreeSet::new();
            if options.is_empty() {
                found.add(place, "has no box to tick");
            }
            for (i, option) in options.iter().enumerate() {
                let place = format!("{place}, box {}", option.value);
                if !values.insert(option.value.as_str()) {
                    found.add(&place, "the value is used twice");
                }
                if option.area.width < MIN_TICK_BOX_MM || option.area.height < MIN_TICK_BOX_MM {
                    found.add(&place, "must be at least 4 mm wide and high");
                }
                if !area.contains(&option.area) {
                    found.add(&place, "must lie inside its region");
                }
                if options[..i].iter().any(|o| o.area.overlaps(&option.area)) {
                    found.add(&place, "overlaps another box");
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Layout, LayoutError};

    fn faults_after(change: impl FnOnce(&mut Layout)) -> Vec<String> {
        let mut layout = super::super::builtin().remove(0);
        change(&mut layout);
        let json = serde_json::to_string(&layout).unwrap();
        match Layout::parse(&json) {
            Err(LayoutError::Faults { faults, .. }) => {
                faults.iter().map(ToString::to_string).collect()
            }
            other => panic!("expected faults, got {other:?}"),
        }
    }

    #[test]
    fn a_mark_in_the_printers_margin_is_named() {
        let faults = faults_after(|l| l.sides[0].marks[0].centre.x = 3.0);
        assert!(faults[0].contains("printer's margin"), "{faults:?}");
    }

    #[test]
    fn overlapping_regions_are_named() {
        let faults = faults_after(|l| l.sides[0].regions[1].area = l.sides[0].regions[0].area);
        assert!(
            faults.iter().any(|f| f.contains("overlaps region")),
            "{faults:?}"
        );
    }

    #[test]
    fn small_cells_are_refused() {
        let faults = faults_after(|l| {
            for region in &mut l.sides[0].regions {
                if let super::RegionKind::Comb { cells } = &mut region.kind {
                    *cells = 40;
                }
            }
        });
        assert!(faults[0].contains("6 mm wide"), "{faults:?}");
    }
}
