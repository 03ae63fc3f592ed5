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
    let n_streaks = streaks_down(picture) + streaks_across(picture);
    (n_streaks > 0).then(|| warnings::dirty_glass(n_streaks))
}

/// How many streaks run from top to bottom.
fn streaks_down(picture: &GrayImage) -> usize {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    if !is_searched(width, height) {
        return 0;
    }
    let mut seen = vec![0u16; width - 2 * BESIDE_PX];
    let rows = picture.as_raw().chunks_exact(width).step_by(ROW_STEP);
    let n_rows = rows.len();
    for row in rows {
        let (left, middle) = (row, &row[BESIDE_PX..]);
        let beside = left.iter().zip(&row[2 * BESIDE_PX..]);
        for ((count, value), (left, right)) in seen.iter_mut().zip(middle).zip(beside) {
            *count = count.wrapping_add(u16::from(is_darker(*value, *left, *right)));
        }
    }
    n_streaks(&seen, n_rows)
}

/// How many streaks run from the left to the right.
fn streaks_across(picture: &GrayImage) -> usize {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    if !is_searched(width, height) {
        return 0;
    }
    let row = |y: usize| &picture.as_raw()[y * width..(y + 1) * width];
    let count = |y: usize| {
        let beside = row(y - BESIDE_PX).iter().zip(row(y + BESIDE_PX));
        let pixels = row(y).iter().zip(beside);
        let darker = pixels.map(|(value, (above, below))| is_darker(*value, *above, *below));
        darker.fold(0u16, |n, darker| n.wrapping_add(u16::from(darker)))
    };
    let seen: Vec<u16> = (BESIDE_PX..height - BESIDE_PX).map(count).collect();
    n_streaks(&seen, width)
}

/// Whether a picture is large enough, and its counts fit into 16 bits.
fn is_searched(width: usize, height: usize) -> bool {
    let enough = 4 * BESIDE_PX.max(ROW_STEP);
    width.min(height) >= enough && u16::try_from(width.max(height)).is_ok()
}

fn is_darker(value: u8, before: u8, after: u8) -> bool {
    value.saturating_add(MIN_CONTRAST) < before.min(after)
}

/// The stretches of columns (or rows) in which nearly all pixels were seen to be darker.
fn n_streaks(seen: &[u16], n_pixels: usize) -> usize {
    let needed = (n_pixels as f64 * MIN_SEEN) as u16;
    let is_streak = |n: &u16| *n >= needed;
    let ends = seen.windows(2);
    let ends = ends.filter(|pair| is_streak(&pair[0]) && !is_streak(&pair[1]));
    ends.count() + usize::from(seen.last().is_some_and(is_streak))
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
