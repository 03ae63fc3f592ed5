//! Whether a page that seems to lie on its layout can be trusted to.

use schemas::geometry::{Homography, Point};
use schemas::layout::PageSize;

use super::{RegisterError, px_per_mm_at};
use crate::stages::align::Aligned;
use crate::stages::fit::{self, Pair};

/// A printed place agrees when it lies this near to where the map puts it.
pub(super) const AGREES_MM: f64 = 0.5;
/// So much of the print must lie inside of the picture; a page of which less is to be seen is another sheet than the one
/// that was meant to be scanned.
const MIN_IN_PICTURE: f64 = 0.65;
/// Fewer printed places may agree by chance.
pub(super) const MIN_AGREEING: usize = 8;
/// The share of the visible printed places that must agree. Writing over the print, folds and stains take some; on a
/// page of another layout next to none agree.
const MIN_AGREEMENT: f64 = 0.35;
/// The share that must agree when a mark is lost. Pages that are torn, stained or cropped reach 0.9; sheets that were
/// pulled while they were scanned, 0.82 at most.
const MIN_AGREEMENT_WITHOUT_MARKS: f64 = 0.86;
/// Where the rest of the print is torn away, this share must agree, ...
const MIN_AGREEMENT_WHEN_TORN: f64 = 0.7;
/// ... and no more than this share may have something else in its place: a sheet that was pulled shows print elsewhere,
/// and one that is torn shows nothing.
const MAX_OTHER_WHEN_TORN: f64 = 0.05;
/// The share of the places found that may lie elsewhere than the map says; more, and no single map is right.
const MAX_CONTRADICTING: f64 = 0.25;
/// Places that lie elsewhere by more than this on average, and all in one direction, are a part of the page that was moved
/// against the rest.
const MOVED_MM: f64 = 0.9;
/// Fewer places may have been mistaken for others.
const MIN_MOVED: usize = 3;
/// How much of their distances is left when they are added up with their directions; 1 when all go the same way.
const SAME_WAY: f64 = 0.8;
/// Two maps, each from half of the places, may differ by this much anywhere on the page.
const MAX_UNSTEADY_MM: f64 = 1.0;
/// Fewer printed places in a sixth of the page say nothing about it.
const MIN_VISIBLE_IN_PART: usize = 4;
/// Paper that is longer or wider by more was pulled while it was scanned.
const MAX_STRETCH: f64 = 1.08;
/// Copiers stretch a page by less. A sheet that was pulled evenly agrees with its print all over; one that slipped lies
/// elsewhere in its middle, although all of its marks may be found.
const EVEN_STRETCH: f64 = 1.015;
/// A page is as large at one edge as at the other when they differ by less than this share.
const MAX_DEPTH: f64 = 0.01;

/// What speaks for a map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Proof {
    /// How many printed places lie where the map puts them.
    pub(super) n_agreeing: usize,
    /// The share of the visible printed places that do.
    pub(super) agreement: f64,
    /// The root mean square distance of the places that agree.
    pub(super) residual_mm: f64,
    /// How much longer than wide, or wider than long, the page is than its layout says: 1 is not at all. A picture
    /// with perspective tells nothing about that.
    pub(super) stretch: f64,
    /// The size of the paper.
    size: PageSize,
    /// Pixels in a millimetre in the middle of the page.
    scale: f64,
}

/// Weighs a map by the printed places that were looked for around it.
pub(super) fn weigh(
    map: &Homography,
    agreeing: &[Pair],
    aligned: &Aligned,
    size: PageSize,
) -> Proof {
    let scale = px_per_mm_at(map, Point::new(size.width_mm / 2.0, size.height_mm / 2.0));
    let off_mm = |pair: &Pair| map.apply(pair.paper).distance(pair.scan) / scale;
    let agrees = |pair: &&Pair| off_mm(pair) <= AGREES_MM;
    let n_agreeing = aligned.pairs.iter().filter(agrees).count();
    Proof {
        n_agreeing,
        agreement: n_agreeing as f64 / aligned.visible.len().max(1) as f64,
        residual_mm: fit::residual(map, agreeing) / scale,
        stretch: if has_no_depth(map, size) {
            stretch(map, size)
        } else {
            1.0
        },
        size,
        scale,
    }
}

/// Whether a map can be trusted.
///
/// # Errors
/// [`RegisterError`] when it cannot.
pub(super) fn judge(
    map: &Homography,
    agreeing: &[Pair],
    aligned: &Aligned,
    proof: &Proof,
) -> Result<(), RegisterError> {
    let in_picture = aligned.visible.len() as f64 / aligned.n_printed.max(1) as f64;
    if in_picture < MIN_IN_PICTURE {
        return Err(RegisterError::TooFewPlaces {
            found: proof.n_agreeing,
            printed: aligned.n_printed,
        });
    }
    if proof.n_agreeing < MIN_AGREEING || proof.agreement < MIN_AGREEMENT {
        return Err(RegisterError::TooFewPlaces {
            found: proof.n_agreeing,
            printed: aligned.visible.len(),
        });
    }
    let n_contradicting = aligned.pairs.len() - proof.n_agreeing;
    if n_contradicting as f64 > MAX_CONTRADICTING * aligned.pairs.len() as f64 {
        return Err(RegisterError::Uneven {
            places: n_contradicting,
        });
    }
    if let Some(places) = moved_together(map, aligned, proof.scale) {
        return Err(RegisterError::Uneven { places });
    }
    let unsteady_mm = unsteady_px(map, agreeing, proof.size) / proof.scale;
    if unsteady_mm > MAX_UNSTEADY_MM {
        return Err(RegisterError::Unsteady { unsteady_mm });
    }
    if proof.stretch > MAX_STRETCH {
        return Err(RegisterError::stretched(proof.stretch));
    }
    Ok(())
}

/// How many places lie elsewhere than the map says, when all of them do so in one direction: a feed that slipped.
fn moved_together(map: &Homography, aligned: &Aligned, scale: f64) -> Option<usize> {
    let moved = aligned.pairs.iter().map(|pair| {
        let expected = map.apply(pair.paper);
        Point::new(pair.scan.x - expected.x, pair.scan.y - expected.y)
    });
    let zero = Point::new(0.0, 0.0);
    let moved: Vec<Point> = moved
        .filter(|by| by.distance(zero) > AGREES_MM * scale)
        .collect();
    let n = moved.len();
    let length_px: f64 = moved.iter().map(|by| by.distance(zero)).sum();
    let sum = moved
        .iter()
        .fold(zero, |sum, by| Point::new(sum.x + by.x, sum.y + by.y));
    let together = sum.distance(zero) >= SAME_WAY * length_px;
    let far = length_px > MOVED_MM * scale * n as f64;
    (n >= MIN_MOVED && together && far).then_some(n)
}

/// With all of its marks the corners of a page are where the map says. A page that has lost some is held by its print
/// alone, which must then agree nearly everywhere: on a sheet that was fed unevenly it agrees in one part and the rest
/// of the page lies elsewhere. One that is stretched must have both. Where paper is torn away there is nothing that could
/// agree.
///
/// # Errors
/// [`RegisterError`] when neither is so.
pub(super) fn corners_are_held(
    proof: &Proof,
    n_marks_found: usize,
    n_marks: usize,
    aligned: &Aligned,
) -> Result<(), RegisterError> {
    let all_marks = n_marks_found >= n_marks;
    let all_over = proof.agreement >= MIN_AGREEMENT_WITHOUT_MARKS;
    if proof.stretch > EVEN_STRETCH && !(all_marks && all_over) {
        return Err(RegisterError::stretched(proof.stretch));
    }
    let printed = aligned.visible.len();
    let n_agreeing = proof.agreement * printed as f64;
    let n_other = printed as f64 - n_agreeing - aligned.n_plain as f64;
    let torn = proof.agreement >= MIN_AGREEMENT_WHEN_TORN
        && n_other <= MAX_OTHER_WHEN_TORN * printed as f64;
    if all_marks || all_over || torn {
        return Ok(());
    }
    Err(RegisterError::TooFewPlaces {
        found: n_agreeing.round() as usize,
        printed,
    })
}

/// The sixths of the page, in words, in which printed places should be seen and next to none is where it should be.
pub(super) fn covered(map: &Homography, aligned: &Aligned, size: PageSize) -> Vec<&'static str> {
    const NAMES: [&str; 6] = [
        "the top left",
        "the top right",
        "the middle left",
        "the middle right",
        "the bottom left",
        "the bottom right",
    ];
    let scale = px_per_mm_at(map, Point::new(size.width_mm / 2.0, size.height_mm / 2.0));
    let part = |at: &Point| {
        let right = usize::from(at.x > size.width_mm / 2.0);
        let down = ((at.y / size.height_mm * 3.0).max(0.0) as usize).min(2);
        2 * down + right
    };
    let mut n_visible = [0usize; 6];
    let mut n_agreeing = [0usize; 6];
    for middle in &aligned.visible {
        n_visible[part(middle)] += 1;
    }
    for pair in &aligned.pairs {
        let agrees = map.apply(pair.paper).distance(pair.scan) / scale <= AGREES_MM;
        n_agreeing[part(&pair.paper)] += usize::from(agrees);
    }
    (0..6)
        .filter(|i| n_visible[*i] >= MIN_VISIBLE_IN_PART && n_agreeing[*i] * 6 < n_visible[*i])
        .map(|i| NAMES[i])
        .collect()
}

/// Whether the page lies as far away at one edge as at the other, or nearly so: a page on a scanner's glass, however the map was
/// found. A photograph that shows a page so much shorter than it is shows its far edge much smaller as well.
fn has_no_depth(map: &Homography, size: PageSize) -> bool {
    let [across, down, middle] = [map.0[6], map.0[7], map.0[8]];
    (across * size.width_mm).abs() + (down * size.height_mm).abs() <= MAX_DEPTH * middle.abs()
}

/// Whether parallels stay parallel exactly: the map was found as an affine one.
fn is_flat(map: &Homography) -> bool {
    map.0[6] == 0.0 && map.0[7] == 0.0
}

/// The farthest that the maps of two halves of the places put a corner of the page apart, in pixels.
fn unsteady_px(map: &Homography, agreeing: &[Pair], size: PageSize) -> f64 {
    let half = |odd: usize| -> Vec<Pair> {
        let every_other = agreeing.iter().enumerate().filter(|(i, _)| i % 2 == odd);
        every_other.map(|(_, pair)| *pair).collect()
    };
    let fitted = |pairs: &[Pair]| {
        if is_flat(map) {
            fit::affine(pairs)
        } else {
            fit::homography(pairs)
        }
    };
    let (Some(even), Some(odd)) = (fitted(&half(0)), fitted(&half(1))) else {
        return f64::INFINITY;
    };
    corners(size)
        .into_iter()
        .map(|corner| even.apply(corner).distance(odd.apply(corner)))
        .fold(0.0, f64::max)
}

fn stretch(map: &Homography, size: PageSize) -> f64 {
    let [top_left, top_right, _, bottom_left] = corners(size).map(|corner| map.apply(corner));
    let across = top_left.distance(top_right) / size.width_mm;
    let down = top_left.distance(bottom_left) / size.height_mm;
    (across / down).max(down / across)
}

/// The page's corners on paper, clockwise from the top-left.
pub(super) fn corners(size: PageSize) -> [Point; 4] {
    [
        Point::new(0.0, 0.0),
        Point::new(size.width_mm, 0.0),
        Point::new(size.width_mm, size.height_mm),
        Point::new(0.0, size.height_mm),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: PageSize = PageSize {
        width_mm: 210.0,
        height_mm: 297.0,
    };

    /// A page that is looked at by a camera 600 mm away, tilted about its middle row.
    fn photographed(tilt_deg: f64) -> Homography {
        let (sin, cos) = tilt_deg.to_radians().sin_cos();
        let middle = PAGE.height_mm / 2.0;
        let to_middle = Homography::translation(-PAGE.width_mm / 2.0, -middle);
        to_middle.then(&Homography([
            1.0,
            0.0,
            0.0,
            0.0,
            cos,
            0.0,
            0.0,
            sin / 600.0,
            1.0,
        ]))
    }

    #[test]
    fn a_page_on_the_glass_has_no_depth_however_its_map_was_found() {
        assert!(has_no_depth(&Homography::scaling(8.0), PAGE));
        let pulled = Homography([8.2, 0.1, 90.0, -0.1, 7.9, 60.0, 1e-5, -5e-6, 1.0]);
        assert!(has_no_depth(&pulled, PAGE));
        assert!(stretch(&pulled, PAGE) > EVEN_STRETCH);
    }

    #[test]
    fn a_photograph_that_makes_a_page_shorter_has_depth() {
        assert!(stretch(&photographed(10.0), PAGE) > EVEN_STRETCH);
        assert!(!has_no_depth(&photographed(10.0), PAGE));
    }
}
