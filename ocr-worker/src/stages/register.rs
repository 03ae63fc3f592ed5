//! Register: where on the scan each point of the paper lies.
//!
//! The code gives a first guess, good to a few millimetres at the far end of the page. The registration marks
//! are then looked for one by one, the nearest first, and every mark that is found makes the guess for the next
//! one better. The eyes of the code are found to a fraction of a pixel as well and help to hold the fit.

use std::f64::consts::PI;

use image::GrayImage;
use schemas::geometry::{BoxMm, Homography, Point};
use schemas::layout::{PageSize, RegistrationMark, Side};

use super::blob::{self, Wanted};
use super::code::FoundCode;
use super::fit::{self, Pair};

/// How far around the guess a mark is looked for, in millimetres, one after the other.
const REACHES_MM: [f64; 3] = [4.0, 9.0, 16.0];
/// A mark that lies farther from where the others put it is not that mark.
const MAX_MARK_ERROR_MM: f64 = 1.5;
/// Above this, boxes of six millimetres can no longer be told from their surroundings.
const MAX_RESIDUAL_MM: f64 = 0.8;
/// Paper that is longer or wider by more was pulled while it was scanned.
const MAX_STRETCH: f64 = 1.08;
/// Fewer marks leave a side of the page unknown.
const MIN_MARKS: usize = 3;

/// A page that lies on its layout.
#[derive(Clone, Debug, PartialEq)]
pub struct Registered {
    /// From millimetres on paper to pixels of the scan.
    pub to_scan: Homography,
    /// The root mean square distance between the marks and where the fit puts them.
    pub residual_mm: f64,
    /// The names of the marks that were not found.
    pub lost: Vec<String>,
    /// How many marks were found.
    pub n_found: usize,
    /// How far the page lies turned clockwise, -180 to 180.
    pub orientation_deg: f64,
    /// Pixels of the scan in an inch of paper.
    pub scan_dpi: f64,
    /// The page's corners in the scan, clockwise from the page's top-left.
    pub corners_px: [Point; 4],
}

/// Why a page cannot be trusted to lie on its layout.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum RegisterError {
    /// Too few registration marks.
    #[error("{found} of {printed} registration marks were found")]
    TooFewMarks {
        /// How many were found.
        found: usize,
        /// How many the layout has.
        printed: usize,
    },
    /// The marks are not where the layout has them.
    #[error("the marks lie {residual_mm:.1} mm from where they should be")]
    DoesNotFit {
        /// The root mean square distance.
        residual_mm: f64,
    },
    /// The page is longer or wider than it should be.
    #[error("the page is stretched {percent:.0} percent")]
    Stretched {
        /// By how much.
        percent: f64,
    },
}

/// Lays a page onto a side of its layout.
///
/// # Errors
/// [`RegisterError`] when the fit cannot be trusted.
pub fn register(
    page: &GrayImage,
    code: &FoundCode,
    side: &Side,
    paper: PageSize,
) -> Result<Registered, RegisterError> {
    let guess = first_guess(code, side).ok_or(RegisterError::TooFewMarks {
        found: 0,
        printed: side.marks.len(),
    })?;
    let eyes = find_eyes(page, code, side, &guess);
    let marks = find_marks(page, side, &guess, &eyes);
    let marks = without_outlier(marks, &eyes);
    if marks.len() < MIN_MARKS {
        return Err(RegisterError::TooFewMarks {
            found: marks.len(),
            printed: side.marks.len(),
        });
    }
    let lost = side
        .marks
        .iter()
        .filter(|mark| !marks.iter().any(|(id, _)| *id == mark.id));
    let lost: Vec<String> = lost.map(|mark| mark.id.clone()).collect();
    let pairs: Vec<Pair> = marks.iter().map(|(_, pair)| *pair).chain(eyes).collect();
    let to_scan = best_fit(&pairs, marks.len()).ok_or(RegisterError::TooFewMarks {
        found: marks.len(),
        printed: side.marks.len(),
    })?;
    checked(to_scan, &pairs, paper, lost, marks.len())
}

/// Where the code is printed; a side without one has been recognised by other means.
fn code_area(side: &Side) -> BoxMm {
    side.code.map_or(BoxMm::from([0.0; 4]), |code| code.area)
}

/// The code's corners; only their place, turn and scale: what a code of 26 mm says about perspective is noise.
fn first_guess(code: &FoundCode, side: &Side) -> Option<Homography> {
    let printed = code_area(side).corners();
    let pairs: Vec<Pair> = printed
        .into_iter()
        .zip(code.corners_px)
        .map(|(paper, scan)| Pair { paper, scan })
        .collect();
    fit::similarity(&pairs)
}

/// The dark squares in the middle of the code's three finder patterns.
fn find_eyes(page: &GrayImage, code: &FoundCode, side: &Side, guess: &Homography) -> Vec<Pair> {
    let area = code_area(side);
    let module_mm = area.width / f64::from(code.n_modules.max(21));
    let (near, far) = (3.5 * module_mm, area.width - 3.5 * module_mm);
    let scale = px_per_mm_at(guess, area.centre());
    let places = [(near, near), (far, near), (near, far)];
    let eye = |(x, y): (f64, f64)| {
        let paper = Point::new(area.x + x, area.y + y);
        let wanted = Wanted {
            near: guess.apply(paper),
            reach_px: 2.5 * module_mm * scale,
            area_px: (3.0 * module_mm * scale).powi(2),
            fill: (0.45, 1.01),
        };
        blob::find(page, &wanted).map(|scan| Pair { paper, scan })
    };
    places.into_iter().filter_map(eye).collect()
}

/// The marks that are found, nearest to the code first; each one corrects the guess for the next.
fn find_marks(
    page: &GrayImage,
    side: &Side,
    guess: &Homography,
    eyes: &[Pair],
) -> Vec<(String, Pair)> {
    let code = code_area(side).centre();
    let mut order: Vec<&RegistrationMark> = side.marks.iter().collect();
    order.sort_by(|a, b| a.centre.distance(code).total_cmp(&b.centre.distance(code)));
    let mut guess = if eyes.len() == 3 {
        fit::similarity(eyes).unwrap_or(*guess)
    } else {
        *guess
    };
    let mut found: Vec<(String, Pair)> = Vec::new();
    for mark in order {
        if let Some(pair) = find_mark(page, mark, &guess) {
            found.push((mark.id.clone(), pair));
            let pairs: Vec<Pair> = found
                .iter()
                .map(|(_, pair)| *pair)
                .chain(eyes.iter().copied())
                .collect();
            guess = fit::similarity(&pairs).unwrap_or(guess);
        }
    }
    found
}

fn find_mark(page: &GrayImage, mark: &RegistrationMark, guess: &Homography) -> Option<Pair> {
    let scale = px_per_mm_at(guess, mark.centre);
    let wanted = |reach_mm: f64| Wanted {
        near: guess.apply(mark.centre),
        reach_px: reach_mm * scale,
        area_px: PI * (mark.diameter_mm / 2.0 * scale).powi(2),
        fill: (0.68, 0.9),
    };
    REACHES_MM
        .into_iter()
        .find_map(|reach_mm| blob::find(page, &wanted(reach_mm)))
        .map(|scan| Pair {
            paper: mark.centre,
            scan,
        })
}

/// Drops the mark that the others contradict, when there is one: a blot can look like a mark.
fn without_outlier(marks: Vec<(String, Pair)>, eyes: &[Pair]) -> Vec<(String, Pair)> {
    if marks.len() <= MIN_MARKS || error_mm(&marks, eyes) <= MAX_MARK_ERROR_MM {
        return marks;
    }
    let without = |idx: usize| {
        let mut fewer = marks.clone();
        fewer.remove(idx);
        fewer
    };
    (0..marks.len())
        .map(without)
        .min_by(|a, b| error_mm(a, eyes).total_cmp(&error_mm(b, eyes)))
        .filter(|fewer| error_mm(fewer, eyes) <= MAX_MARK_ERROR_MM)
        .unwrap_or(marks)
}

/// The largest distance between a mark and where an affine fit puts it, in millimetres.
fn error_mm(marks: &[(String, Pair)], eyes: &[Pair]) -> f64 {
    let pairs: Vec<Pair> = marks
        .iter()
        .map(|(_, pair)| *pair)
        .chain(eyes.iter().copied())
        .collect();
    let Some(map) = fit::affine(&pairs) else {
        return f64::INFINITY;
    };
    let scale = px_per_mm_at(&map, pairs[0].paper);
    let errors = marks
        .iter()
        .map(|(_, pair)| map.apply(pair.paper).distance(pair.scan) / scale);
    errors.fold(0.0, f64::max)
}

/// With all four corners a homography; with three the far corner would be guesswork, so an affine map.
fn best_fit(pairs: &[Pair], n_marks: usize) -> Option<Homography> {
    if n_marks > MIN_MARKS {
        fit::homography(pairs).or_else(|| fit::affine(pairs))
    } else {
        fit::affine(pairs)
    }
}

fn checked(
    to_scan: Homography,
    pairs: &[Pair],
    size: PageSize,
    lost: Vec<String>,
    n_found: usize,
) -> Result<Registered, RegisterError> {
    let corners_px = [
        Point::new(0.0, 0.0),
        Point::new(size.width_mm, 0.0),
        Point::new(size.width_mm, size.height_mm),
        Point::new(0.0, size.height_mm),
    ]
    .map(|corner| to_scan.apply(corner));
    let [top_left, top_right, bottom_right, bottom_left] = corners_px;
    let across = top_left
        .distance(top_right)
        .min(bottom_left.distance(bottom_right))
        / size.width_mm;
    let down = top_left
        .distance(bottom_left)
        .max(top_right.distance(bottom_right))
        / size.height_mm;
    let stretch = (across / down).max(down / across);
    if !(1.0..MAX_STRETCH).contains(&stretch) {
        return Err(RegisterError::Stretched {
            percent: (stretch - 1.0) * 100.0,
        });
    }
    let scale = f64::midpoint(across, down);
    let residual_mm = fit::residual(&to_scan, pairs) / scale;
    if !(0.0..MAX_RESIDUAL_MM).contains(&residual_mm) {
        return Err(RegisterError::DoesNotFit { residual_mm });
    }
    let right = Point::new(top_right.x - top_left.x, top_right.y - top_left.y);
    Ok(Registered {
        to_scan,
        residual_mm,
        lost,
        n_found,
        orientation_deg: right.y.atan2(right.x).to_degrees(),
        scan_dpi: scale * schemas::geometry::MM_PER_INCH,
        corners_px,
    })
}

/// How many pixels of the scan a millimetre has around a place.
fn px_per_mm_at(map: &Homography, at: Point) -> f64 {
    let (here, there) = (map.apply(at), map.apply(Point::new(at.x + 1.0, at.y)));
    here.distance(there)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::warp::warp_grey;
    use crate::stages::code::{CodeDecoder, Rqrr, find};
    use schemas::layout::{Layout, builtin};

    const DPI: f64 = 150.0;

    /// A printed leaflet, turned by `deg` on a larger glass.
    fn scanned(layout: &Layout, deg: f64) -> GrayImage {
        let page =
            artwork::raster(layout, &layout.sides[0], DPI, &artwork::Print::default()).unwrap();
        let page = image::DynamicImage::ImageRgba8(page).into_luma8();
        let middle = Point::new(
            f64::from(page.width()) / 2.0,
            f64::from(page.height()) / 2.0,
        );
        let onto_glass = Homography::rotation(deg, middle).then(&Homography::translation(
            1000.0 - middle.x,
            1000.0 - middle.y,
        ));
        warp_grey(&page, &onto_glass.inverse().unwrap(), (2000, 2000))
    }

    fn read(page: &GrayImage, layout: &Layout) -> Result<Registered, RegisterError> {
        let decoders: [Box<dyn CodeDecoder>; 1] = [Box::new(Rqrr)];
        let search = find(page, &decoders, schemas::payload::DEFAULT_PREFIX);
        let (_, code) = search.ours.expect("the code is clean");
        register(page, &code, &layout.sides[0], layout.page)
    }

    #[test]
    fn a_page_is_registered_however_it_is_turned() {
        let layout = &builtin()[0];
        for deg in [0.0, 3.0, 90.0, 177.5, -90.0, -47.0] {
            let found = read(&scanned(layout, deg), layout).unwrap();
            assert!(
                (found.orientation_deg - deg).abs() < 0.1,
                "{deg}: {found:?}"
            );
            assert_eq!(found.n_found, 4, "{deg}");
            assert!(found.residual_mm < 0.1, "{deg}: {}", found.residual_mm);
            assert!((found.scan_dpi - DPI).abs() < 0.5);
        }
    }

    fn wipe(page: &mut GrayImage, layout: &Layout, mark_idx: usize) {
        let scale = schemas::geometry::px_per_mm(DPI);
        let centre = layout.sides[0].marks[mark_idx].centre;
        let corner = Point::new(1000.0 - 620.0, 1000.0 - 877.0);
        let (x, y) = (corner.x + centre.x * scale, corner.y + centre.y * scale);
        for dx in 0..40 {
            for dy in 0..40 {
                page.put_pixel(x as u32 + dx - 20, y as u32 + dy - 20, image::Luma([255]));
            }
        }
    }

    #[test]
    fn one_lost_mark_is_tolerated_and_named() {
        let layout = &builtin()[0];
        for (idx, mark) in layout.sides[0].marks.iter().enumerate() {
            let mut page = scanned(layout, 0.0);
            wipe(&mut page, layout, idx);
            let found = read(&page, layout).unwrap();
            assert_eq!(found.lost, std::slice::from_ref(&mark.id));
            assert!(found.residual_mm < 0.15, "{}", found.residual_mm);
        }
    }

    #[test]
    fn a_page_with_two_lost_marks_is_not_trusted() {
        let layout = &builtin()[0];
        let mut page = scanned(layout, 0.0);
        wipe(&mut page, layout, 0);
        wipe(&mut page, layout, 2);
        assert_eq!(
            read(&page, layout),
            Err(RegisterError::TooFewMarks {
                found: 2,
                printed: 4
            })
        );
    }

    #[test]
    fn a_stretched_page_is_not_trusted() {
        let layout = &builtin()[0];
        let page = scanned(layout, 0.0);
        let longer =
            image::imageops::resize(&page, 2000, 2300, image::imageops::FilterType::Triangle);
        assert!(matches!(
            read(&longer, layout),
            Err(RegisterError::Stretched { .. } | RegisterError::TooFewMarks { .. })
        ));
    }
}
