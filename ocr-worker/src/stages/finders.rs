//! Finders: where a code may be, so that decoders look there first.
//!
//! A code has squares in three of its corners whose middle row is dark, light, dark, light, dark as 1 : 1 : 3 : 1 : 1
//! (ISO/IEC 18004, 6.3.3), however it lies.

use schemas::geometry::Point;

use crate::picture::Mask;
use crate::picture::mask::{Area, next_change};

/// Only every so-manieth row is looked at: the middle of a finder is three modules high.
const ROW_STEP: usize = 2;
/// How far a run may be from its share, in modules.
const MAX_RUN_ERROR: f64 = 0.75;
/// A finder's module has between these many pixels.
const MODULE_PX: (f64, f64) = (1.2, 24.0);
/// A code of ours has at most 41 modules; from one finder to another there are seven fewer.
const MAX_APART_MODULES: f64 = 44.0;
/// Around the finders there is the rest of them and a quiet zone.
const AROUND_MODULES: f64 = 9.0;
/// More finders than these are a pattern that is no code.
const MAX_FINDERS: usize = 60;

/// The middle of a finder pattern.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Finder {
    /// Where, in pixels.
    pub centre: Point,
    /// The size of one module, in pixels.
    pub module_px: f64,
    /// In how many rows it was seen.
    n_rows: u32,
}

/// The finder patterns of a page, those seen most clearly first.
pub fn find_finders(mask: &Mask) -> Vec<Finder> {
    let mut found: Vec<Finder> = Vec::new();
    for y in (0..mask.height).step_by(ROW_STEP) {
        for (x, module_px) in centres_in(mask.row(y)) {
            let Some(finder) = checked(mask, x, y, module_px) else {
                continue;
            };
            let same = |f: &&mut Finder| {
                f.centre.distance(finder.centre) < 2.0 * f.module_px.max(finder.module_px)
            };
            match found.iter_mut().find(same) {
                Some(known) => known.n_rows += 1,
                None => found.push(finder),
            }
        }
    }
    found.sort_by_key(|finder| std::cmp::Reverse(finder.n_rows));
    found.truncate(MAX_FINDERS);
    found
}

/// The parts of a page that may hold a code, those with three finders first.
pub fn code_areas(finders: &[Finder], width: usize, height: usize) -> Vec<Area> {
    let mut taken = vec![false; finders.len()];
    let mut groups = Vec::new();
    for i in 0..finders.len() {
        if taken[i] {
            continue;
        }
        let mut members = Vec::new();
        for j in i..finders.len() {
            if !taken[j] && belong_together(&finders[i], &finders[j]) {
                taken[j] = true;
                members.push(finders[j]);
            }
        }
        groups.push(members);
    }
    groups.sort_by_key(|members| std::cmp::Reverse(members.len().min(3)));
    groups
        .iter()
        .map(|members| area(members).clipped(width, height))
        .filter(|area| area.width() >= 21 && area.height() >= 21)
        .collect()
}

fn belong_together(a: &Finder, b: &Finder) -> bool {
    let alike = (a.module_px / b.module_px).ln().abs() < 0.4;
    alike && a.centre.distance(b.centre) < MAX_APART_MODULES * 1.42 * a.module_px.max(b.module_px)
}

/// The box around some finders of one code. Where fewer than three were seen, the code may lie to any side.
fn area(members: &[Finder]) -> Area {
    let module_px = members.iter().map(|f| f.module_px).fold(0.0, f64::max);
    let around = if members.len() >= 3 {
        AROUND_MODULES
    } else {
        AROUND_MODULES + MAX_APART_MODULES
    };
    let reach = around * module_px;
    let at = |value: f64| value.max(0.0) as usize;
    members
        .iter()
        .map(|f| Area {
            x0: at(f.centre.x - reach),
            y0: at(f.centre.y - reach),
            x1: at(f.centre.x + reach),
            y1: at(f.centre.y + reach),
        })
        .reduce(Area::union)
        .unwrap_or(Area::whole(0, 0))
}

/// The middles of all row patterns, with the size of a module.
fn centres_in(row: &[bool]) -> Vec<(usize, f64)> {
    let mut found = Vec::new();
    let mut edges = [0usize; 6];
    let mut n_edges = 0usize;
    let mut dark = false;
    let mut x = next_change(row, 0, dark);
    while x < row.len() || dark {
        dark = !dark;
        edges.copy_within(1.., 0);
        edges[5] = x;
        n_edges += 1;
        // An edge to light ends a pattern that began with the dark run five edges before.
        if !dark && n_edges >= 6 {
            let runs: [usize; 5] = std::array::from_fn(|i| edges[i + 1] - edges[i]);
            if let Some(module_px) = module_of(&runs) {
                found.push((usize::midpoint(edges[2], edges[3]), module_px));
            }
        }
        x = next_change(row, x, dark);
    }
    found
}

/// The size of a module when five runs are 1 : 1 : 3 : 1 : 1.
fn module_of(runs: &[usize; 5]) -> Option<f64> {
    let module_px = runs.iter().sum::<usize>() as f64 / 7.0;
    if !(MODULE_PX.0..MODULE_PX.1).contains(&module_px) {
        return None;
    }
    let error = |(run, share): (&usize, f64)| (*run as f64 / module_px - share).abs();
    let fits = runs
        .iter()
        .zip([1.0, 1.0, 3.0, 1.0, 1.0])
        .all(|pair| error(pair) < MAX_RUN_ERROR + 0.35 * f64::from(u8::from(pair.1 > 2.0)));
    fits.then_some(module_px)
}

/// The pattern must be there from top to bottom as well; its middle is corrected by that.
fn checked(mask: &Mask, x: usize, y: usize, module_px: f64) -> Option<Finder> {
    let reach = (6.0 * module_px) as usize;
    let (top, bottom) = (y.saturating_sub(reach), (y + reach).min(mask.height));
    let column: Vec<bool> = (top..bottom)
        .map(|row| mask.bits[row * mask.width + x])
        .collect();
    let alike = |other: f64| (0.6..1.7).contains(&(other / module_px));
    centres_in(&column)
        .into_iter()
        .filter(|(at, other)| alike(*other) && (top + at).abs_diff(y) as f64 <= 1.6 * module_px)
        .min_by_key(|(at, _)| (top + at).abs_diff(y))
        .map(|(at, other)| Finder {
            centre: Point::new(x as f64, (top + at) as f64),
            module_px: f64::midpoint(module_px, other),
            n_rows: 1,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::threshold::darker_than_around;
    use image::DynamicImage;
    use schemas::geometry::{Homography, px_per_mm};
    use schemas::layout::builtin;

    fn printed(deg: f64) -> Mask {
        let layout = builtin().remove(0);
        let print = artwork::Print::default();
        let page = artwork::raster(&layout, &layout.sides[0], 150.0, &print).unwrap();
        let page = DynamicImage::ImageRgba8(page).into_luma8();
        let turn = Homography::rotation(deg, Point::new(620.0, 877.0));
        let page = crate::picture::warp::warp_grey(&page, &turn, page.dimensions());
        darker_than_around(&page, 0.8)
    }

    #[test]
    fn the_three_finders_of_a_printed_code_are_found_however_it_lies() {
        let area_mm = builtin().remove(0).sides[0].code.unwrap().area;
        for deg in [0.0, 7.0, 45.0, 90.0] {
            let mask = printed(deg);
            let finders = find_finders(&mask);
            let areas = code_areas(&finders, mask.width, mask.height);
            let middle = area_mm.centre();
            let scale = px_per_mm(150.0);
            let middle = Homography::rotation(-deg, Point::new(620.0, 877.0))
                .apply(Point::new(middle.x * scale, middle.y * scale));
            if middle.x < 0.0 || middle.y < 0.0 {
                continue;
            }
            let holds = |a: &Area| {
                (a.x0 as f64..a.x1 as f64).contains(&middle.x)
                    && (a.y0 as f64..a.y1 as f64).contains(&middle.y)
            };
            assert!(areas.iter().take(2).any(holds), "{deg}: {areas:?}");
        }
    }

    #[test]
    fn a_page_without_a_code_has_no_areas() {
        let mask = Mask::empty(300, 300);
        assert!(find_finders(&mask).is_empty());
        assert!(code_areas(&[], 300, 300).is_empty());
    }
}
