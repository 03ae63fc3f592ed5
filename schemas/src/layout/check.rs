//! What is wrong with a layout, as far as its numbers tell. What depends on the printed letters and on the code
//! is checked by the crate that draws them.

mod places;
mod regions;

use std::collections::BTreeSet;
use std::fmt;

use super::{FoldDirection, Layout};
use crate::geometry::BoxMm;
use crate::payload::COVER;

/// Printers leave a margin on every edge; nothing may lie in it.
pub const PRINTER_MARGIN_MM: f64 = 5.0;
/// Paper is torn, dirty and in shadow along a fold; nothing is printed so near to one.
pub const FOLD_MARGIN_MM: f64 = 3.0;
/// Four light modules of a small code; less and readers lose the finder patterns (ISO/IEC 18004, 6.3.8).
pub const QUIET_ZONE_MM: f64 = 2.5;

/// The long edge of A0. Without a limit a page may have room for millions of cells and boxes.
const LONGEST_EDGE_MM: f64 = 1189.0;

/// One thing that is wrong with a layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayoutFault {
    /// Where: a side, a region, a mark.
    pub place: String,
    /// What is wrong, what was measured and what would be right.
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
    whole(&mut found, layout);
    let mut names = BTreeSet::new();
    for (i, side) in layout.sides.iter().enumerate() {
        if usize::try_from(side.side) != Ok(i + 1) {
            let place = format!("side {}", side.side);
            found.add(&place, "sides are numbered 1, 2, … in their order");
        }
        places::check(&mut found, layout, side);
        for region in &side.regions {
            if !names.insert(region.id.as_str()) {
                found.add(&format!("region {}", region.id), "the id is used twice");
            }
            regions::check(&mut found, region, side.blank.is_some());
        }
    }
    found.0
}

/// The first fold that `area` touches or comes too near to, as words with the measured distance.
pub fn fold_fault(layout: &Layout, area: &BoxMm) -> Option<String> {
    layout.folds.iter().find_map(|fold| {
        let (from, to) = match fold.runs {
            FoldDirection::Across => (area.y, area.bottom()),
            FoldDirection::Down => (area.x, area.right()),
        };
        let at = fold.at_mm;
        if from < at && at < to {
            return Some(format!(
                "lies on the fold at {at} mm; keep {FOLD_MARGIN_MM} mm away"
            ));
        }
        let distance = (from - at).abs().min((to - at).abs());
        // A micrometre is the rounding of the numbers in the file.
        (distance < FOLD_MARGIN_MM - 1e-3).then(|| {
            format!("is {distance:.1} mm from the fold at {at} mm; keep {FOLD_MARGIN_MM} mm away")
        })
    })
}

/// How `area` fails to keep `margin_mm` from the page's edges, as words with the measured distance.
pub fn edge_fault(layout: &Layout, area: &BoxMm, margin_mm: f64) -> Option<String> {
    let page = layout.page;
    let distance = area
        .x
        .min(area.y)
        .min(page.width_mm - area.right())
        .min(page.height_mm - area.bottom());
    if distance >= margin_mm - 1e-3 {
        return None;
    }
    Some(if distance < 0.0 {
        format!("reaches {:.1} mm beyond the edge of the page", -distance)
    } else {
        format!(
            "is {distance:.1} mm from the edge, in the printer's margin; keep {margin_mm} mm away"
        )
    })
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

    fn add_some(&mut self, place: &str, problem: Option<String>) {
        if let Some(problem) = problem {
            self.add(place, &problem);
        }
    }
}

/// What concerns no side.
fn whole(found: &mut Faults, layout: &Layout) {
    if layout.id.as_str() == COVER {
        found.add("id", "this name is kept for cover sheets; choose another");
    }
    if layout.version == 0 || layout.version > 9999 {
        found.add("version", "must be 1 to 9999");
    }
    if layout.large_print_of.as_ref() == Some(&layout.id) {
        found.add(
            "large_print_of",
            "a layout cannot be the large print of itself",
        );
    }
    let (width, height) = (layout.page.width_mm, layout.page.height_mm);
    if !(width > 0.0 && height > 0.0) {
        found.add("page", "has no area");
    }
    if width.max(height) > LONGEST_EDGE_MM {
        let problem = format!("is {width} × {height} mm; {LONGEST_EDGE_MM} mm at most");
        found.add("page", &problem);
    }
    if layout.sides.is_empty() {
        found.add("sides", "a layout needs at least one side");
    }
    for fold in &layout.folds {
        let length = match fold.runs {
            FoldDirection::Across => height,
            FoldDirection::Down => width,
        };
        if !(fold.at_mm > 0.0 && fold.at_mm < length) {
            let problem = format!(
                "{} mm is outside the page, which ends at {length} mm",
                fold.at_mm
            );
            found.add("folds", &problem);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Layout, LayoutError, Meaning, RegionKind, builtin};
    use crate::geometry::Point;

    /// The faults of the folded leaflet after `change`, as text.
    fn faults_after(change: impl FnOnce(&mut Layout)) -> Vec<String> {
        let mut layout = builtin().remove(1);
        change(&mut layout);
        let json = serde_json::to_string(&layout).unwrap();
        match Layout::parse(&json) {
            Err(LayoutError::Faults { faults, .. }) => {
                faults.iter().map(ToString::to_string).collect()
            }
            other => panic!("expected faults, got {other:?}"),
        }
    }

    fn assert_found(faults: &[String], words: &str) {
        assert!(
            faults.iter().any(|f| f.contains(words)),
            "{words:?} is not in {faults:?}"
        );
    }

    #[test]
    fn a_mark_in_the_printers_margin_is_named_with_its_distance() {
        let faults = faults_after(|l| l.sides[0].marks[0].centre.x = 6.0);
        assert_eq!(
            faults,
            [
                "side 1, mark top-left: is 3.5 mm from the edge, in the printer's margin; keep 5 mm away"
            ]
        );
    }

    #[test]
    fn a_region_that_runs_off_the_page_is_named() {
        let faults = faults_after(|l| l.sides[0].regions[0].area.width = 200.0);
        assert_found(
            &faults,
            "region service: reaches 8.0 mm beyond the edge of the page",
        );
    }

    #[test]
    fn a_region_on_a_fold_is_named_with_the_fold() {
        let faults = faults_after(|l| l.sides[0].regions[1].area.y = 90.0);
        assert_found(&faults, "region postcode: lies on the fold at 99 mm");
    }

    #[test]
    fn a_box_too_near_to_a_fold_is_named_with_its_distance() {
        let faults = faults_after(|l| l.sides[0].regions[1].area.y = 85.5);
        assert_found(
            &faults,
            "region postcode: is 1.5 mm from the fold at 99 mm; keep 3 mm away",
        );
    }

    #[test]
    fn a_mark_on_a_fold_is_named() {
        let faults = faults_after(|l| l.sides[1].marks[0].centre.y = 99.0);
        assert_found(&faults, "side 2, mark top-left: lies on the fold at 99 mm");
    }

    #[test]
    fn a_code_on_a_fold_is_named() {
        let faults = faults_after(|l| l.sides[1].code.as_mut().unwrap().area.y = 180.0);
        assert_found(&faults, "side 2, code: lies on the fold at 198 mm");
    }

    #[test]
    fn a_fold_outside_the_page_is_named() {
        let faults = faults_after(|l| l.folds[1].at_mm = 400.0);
        assert_eq!(
            faults,
            ["folds: 400 mm is outside the page, which ends at 297 mm"]
        );
    }

    #[test]
    fn a_page_larger_than_a0_is_named() {
        let faults = faults_after(|l| l.page.width_mm = 1200.0);
        assert_eq!(faults, ["page: is 1200 × 297 mm; 1189 mm at most"]);
    }

    #[test]
    fn overlapping_regions_are_named() {
        let faults = faults_after(|l| l.sides[0].regions[1].area = l.sides[0].regions[0].area);
        assert_found(&faults, "region postcode: overlaps region service");
    }

    #[test]
    fn a_region_on_a_mark_or_the_code_is_named() {
        let faults = faults_after(|l| l.sides[0].regions[0].area = l.sides[0].code.unwrap().area);
        assert_found(
            &faults,
            "region service: lies on the code or its quiet zone",
        );
        let faults = faults_after(|l| l.sides[0].marks[0].centre = Point::new(40.0, 60.0));
        assert_found(&faults, "side 1, mark top-left: lies on region service");
    }

    #[test]
    fn small_cells_are_refused_with_their_size() {
        let faults = faults_after(|l| {
            for region in &mut l.sides[0].regions {
                if let RegionKind::Comb { cells } = &mut region.kind {
                    *cells = 21;
                }
            }
        });
        assert_found(
            &faults,
            "region postcode: cells are 4.0 × 12.0 mm; 6 × 8 mm at least",
        );
    }

    #[test]
    fn small_boxes_are_refused_with_their_size() {
        let faults = faults_after(|l| {
            for region in &mut l.sides[0].regions {
                if let RegionKind::Marks { options, .. } = &mut region.kind {
                    options[0].area.width = 3.0;
                }
            }
        });
        assert_found(
            &faults,
            "region consent, box yes: is 3.0 × 6.0 mm; 4 × 4 mm at least",
        );
    }

    #[test]
    fn small_letters_are_refused_and_smaller_ones_in_large_print() {
        let faults = faults_after(|l| l.sides[0].texts[1].size_pt = 12.0);
        assert_eq!(
            faults,
            ["side 1, text 2: letters of 12 pt are too small; 14 pt at least"]
        );
        let faults = faults_after(|l| l.large_print_of = Some(builtin().remove(2).id));
        assert_found(&faults, "letters of 15 pt are too small; 18 pt at least");
    }

    #[test]
    fn a_form_of_somebody_else_needs_no_code_and_may_have_smaller_boxes() {
        let mut layout = builtin().remove(1);
        for side in &mut layout.sides {
            side.blank = Some("form.png".to_owned());
            side.code = None;
            side.marks.clear();
            side.texts.clear();
        }
        let comb = layout.sides[0]
            .regions
            .iter_mut()
            .find(|r| r.reads == Meaning::Postcode);
        comb.unwrap().area.width = 40.0;
        let json = serde_json::to_string(&layout).unwrap();
        Layout::parse(&json).unwrap();
        layout.sides[0].regions[0].area.x = -1.0;
        let json = serde_json::to_string(&layout).unwrap();
        let error = Layout::parse(&json).unwrap_err().to_string();
        assert!(error.contains("reaches 1.0 mm beyond the edge"), "{error}");
    }
}
