//! The parts of a region: large enough for a hand, and each inside its region.

use std::collections::BTreeSet;

use super::Faults;
use crate::geometry::BoxMm;
use crate::layout::{MarkOption, Region, RegionKind};

/// The smallest sizes. Our own leaflets are made for shaking hands; what others printed is only to be legible.
struct Limits {
    /// A hand needs this much for one character.
    cell_mm: [f64; 2],
    /// Smaller boxes fill up with ink on a photocopy.
    tick_mm: f64,
    /// A ring is drawn round a face.
    face_mm: f64,
    /// From one rule to the next.
    pitch_mm: f64,
}

const OURS: Limits = Limits {
    cell_mm: [6.0, 8.0],
    tick_mm: 4.0,
    face_mm: 12.0,
    pitch_mm: 6.0,
};

const OF_OTHERS: Limits = Limits {
    cell_mm: [3.0, 3.0],
    tick_mm: 2.0,
    face_mm: 4.0,
    pitch_mm: 4.0,
};

pub(super) fn check(found: &mut Faults, region: &Region, of_others: bool) {
    let place = format!("region {}", region.id);
    let limits = if of_others { OF_OTHERS } else { OURS };
    if !(region.area.width > 0.0 && region.area.height > 0.0) {
        found.add(&place, "has no area");
    }
    match &region.kind {
        RegionKind::Comb { cells } => check_cells(found, region, *cells, &limits, &place),
        RegionKind::Text {
            pitch_mm: Some(pitch),
        } if !(*pitch >= limits.pitch_mm) => {
            let problem = format!(
                "rules are {pitch} mm apart; {} mm at least",
                limits.pitch_mm
            );
            found.add(&place, &problem);
        }
        RegionKind::Marks { options, .. } => {
            check_options(found, &region.area, options, &limits, &place);
        }
        _ => {}
    }
}

fn check_cells(found: &mut Faults, region: &Region, cells: u32, limits: &Limits, place: &str) {
    let (width, height) = (
        region.area.width / f64::from(cells.max(1)),
        region.area.height,
    );
    let [least_width, least_height] = limits.cell_mm;
    if cells == 0 {
        found.add(place, "has no cells");
    } else if width < least_width - 1e-3 || height < least_height - 1e-3 {
        let problem = format!(
            "cells are {width:.1} × {height:.1} mm; {least_width} × {least_height} mm at least"
        );
        found.add(place, &problem);
    }
}

fn check_options(
    found: &mut Faults,
    area: &BoxMm,
    options: &[MarkOption],
    limits: &Limits,
    place: &str,
) {
    let mut values = BTreeSet::new();
    if options.is_empty() {
        found.add(place, "has no box to tick");
    }
    for (i, option) in options.iter().enumerate() {
        let place = format!("{place}, box {}", option.value);
        if !values.insert(option.value.as_str()) {
            found.add(&place, "the value is used twice");
        }
        let least = if option.symbol.is_face() {
            limits.face_mm
        } else {
            limits.tick_mm
        };
        let (width, height) = (option.area.width, option.area.height);
        if !(width >= least - 1e-3 && height >= least - 1e-3) {
            let problem = format!("is {width:.1} × {height:.1} mm; {least} × {least} mm at least");
            found.add(&place, &problem);
        }
        if !area.contains(&option.area) {
            found.add(&place, "must lie inside its region");
        }
        if options[..i].iter().any(|o| o.area.overlaps(&option.area)) {
            found.add(&place, "overlaps another box");
        }
    }
}
