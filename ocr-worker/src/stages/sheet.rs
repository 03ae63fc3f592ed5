//! Sheet: what is wrong with the sheet or with the scanner: dirty glass, a page that is cut off, pulled or covered.

use image::GrayImage;
use schemas::geometry::Point;
use schemas::layout::PageSize;
use schemas::reading::Warning;

use super::register::Registered;
use crate::picture::Pyramid;
use crate::warnings;

/// Streaks are looked for in a copy of the page with at least these pixels along its long edge: a speck on the glass
/// of a fifth of a millimetre has more than one there.
const WORKING_LONG_EDGE_PX: f64 = 1700.0;
/// Every so-manieth row is enough.
const ROW_STEP: usize = 5;
/// A streak is thinner than this: it is darker than what lies this far to either side.
const BESIDE_PX: usize = 5;
/// By so many grey values.
const MIN_CONTRAST: u8 = 16;
/// The share of its length over which a streak must be seen. The longest printed frame runs over five sixths of a page.
const MIN_SEEN: f64 = 0.93;
/// Corners of the paper may be outside of the picture by this much without a loss.
const MAX_CUT_MM: f64 = 5.0;
/// Copiers stretch by less than one percent; a feed that slips by more.
const MAX_STRETCH: f64 = 1.03;
/// Printed places that agree lie within a tenth of a millimetre of a flat page; on a sheet that was pulled or folded
/// they do not.
const MAX_RESIDUAL_MM: f64 = 0.2;

/// Everything that a person should know about a sheet that was registered.
pub fn check(page: &Pyramid<'_>, registered: &Registered, size: PageSize) -> Vec<Warning> {
    let mut found = Vec::from_iter(dirt(page));
    found.extend(cut_off(page, registered, size));
    if registered.stretch > MAX_STRETCH {
        found.push(warnings::stretched((registered.stretch - 1.0) * 100.0));
    } else if registered.residual_mm > MAX_RESIDUAL_MM {
        found.push(warnings::uneven());
    }
    if !registered.covered.is_empty() {
        found.push(warnings::covered(&registered.covered));
    }
    found
}

/// Streaks that run from end to end of the picture: dirt on the glass of a feeder.
pub fn dirt(page: &Pyramid<'_>) -> Option<Warning> {
    let long_edge = f64::from(page.full().width().max(page.full().height()));
    let (picture, _) = page.with_at_least(WORKING_LONG_EDGE_PX, long_edge);
    let n_streaks = streaks(picture) + streaks(&turned_sample(picture));
    (n_streaks > 0).then(|| warnings::dirty_glass(n_streaks))
}

/// How many streaks run from top to bottom.
fn streaks(picture: &GrayImage) -> usize {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    if width < 4 * BESIDE_PX || height < 4 * ROW_STEP {
        return 0;
    }
    let mut seen = vec![0usize; width];
    let rows = picture.as_raw().chunks_exact(width).step_by(ROW_STEP);
    let n_rows = rows.len();
    for row in rows {
        let beside = row.iter().zip(&row[2 * BESIDE_PX..]);
        let middle = &row[BESIDE_PX..width - BESIDE_PX];
        let counts = &mut seen[BESIDE_PX..width - BESIDE_PX];
        for ((count, value), (left, right)) in counts.iter_mut().zip(middle).zip(beside) {
            let lighter = (*left).min(*right);
            *count += usize::from(value.saturating_add(MIN_CONTRAST) < lighter);
        }
    }
    let needed = (n_rows as f64 * MIN_SEEN) as usize;
    let is_streak: Vec<bool> = seen.iter().map(|n| *n >= needed).collect();
    is_streak
        .windows(2)
        .filter(|pair| pair[0] && !pair[1])
        .count()
}

/// The picture on its side, with only some of its columns: rows of the result are columns of the picture.
fn turned_sample(picture: &GrayImage) -> GrayImage {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let columns: Vec<usize> = (0..width).step_by(ROW_STEP).collect();
    let mut out = Vec::with_capacity(columns.len() * ROW_STEP * height);
    for x in &columns {
        let column: Vec<u8> = (0..height)
            .map(|y| picture.as_raw()[y * width + x])
            .collect();
        // Repeated, so that every fifth row is a new one.
        for _ in 0..ROW_STEP {
            out.extend_from_slice(&column);
        }
    }
    GrayImage::from_raw(height as u32, (columns.len() * ROW_STEP) as u32, out)
        .expect("one byte for each pixel")
}

/// Whether a corner of the paper lies outside of the picture.
fn cut_off(page: &Pyramid<'_>, registered: &Registered, size: PageSize) -> Option<Warning> {
    let (width, height) = page.full().dimensions();
    let inner = [
        (MAX_CUT_MM, MAX_CUT_MM, "top left"),
        (size.width_mm - MAX_CUT_MM, MAX_CUT_MM, "top right"),
        (
            size.width_mm - MAX_CUT_MM,
            size.height_mm - MAX_CUT_MM,
            "bottom right",
        ),
        (MAX_CUT_MM, size.height_mm - MAX_CUT_MM, "bottom left"),
    ];
    let outside = inner.into_iter().filter(|(x, y, _)| {
        let at = registered.to_scan.apply(Point::new(*x, *y));
        !(0.0..f64::from(width)).contains(&at.x) || !(0.0..f64::from(height)).contains(&at.y)
    });
    let names: Vec<&str> = outside.map(|(.., name)| name).collect();
    (!names.is_empty()).then(|| warnings::cut_off(&names))
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::reading::WarningCode;

    fn page() -> GrayImage {
        GrayImage::from_fn(1240, 1754, |x, y| {
            let framed = (100..1140).contains(&x) && (y == 400 || y == 900);
            let side = (400..900).contains(&y) && (x == 100 || x == 1139);
            image::Luma([if framed || side { 60 } else { 245 }])
        })
    }

    #[test]
    fn printed_frames_are_no_streaks() {
        assert!(dirt(&Pyramid::new(&page())).is_none());
    }

    #[test]
    fn a_streak_is_seen_whichever_way_the_sheet_was_fed() {
        let mut down = page();
        (0..1754).for_each(|y| down.put_pixel(700, y, image::Luma([190])));
        let across = image::imageops::rotate90(&down);
        for scan in [down, across] {
            let warning = dirt(&Pyramid::new(&scan)).expect("there is a streak");
            assert_eq!(warning.code, WarningCode::DirtyGlass);
            assert!(warning.next_action.contains("lean the"), "{warning:?}");
        }
    }
}
