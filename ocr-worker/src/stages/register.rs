//! Register: where on the scan each point of the paper lies.
//!
//! A first guess comes from the code, from the discs of a page without a readable code, or from a person. Printed
//! places all over the page (`reference`) are then looked for around it, from coarse to fine, and the map that suits
//! most of them is kept; the printed discs, found to a fraction of a pixel, make it exact. Because every page is
//! proved by its print, it may have lost all of its discs, and a page whose print does not agree is not read.

mod judge;
mod marks;
mod quads;

use schemas::geometry::{Homography, MM_PER_INCH, Point};
use schemas::layout::{PageSize, Side};
use schemas::reading::RecognisedBy;

use super::align::{Aligned, align};
use super::code::FoundCode;
use super::discs::find_discs;
use super::fit::{self, Pair};
use super::reference::Reference;
use crate::picture::Pyramid;
use judge::{AGREES_MM, judge};

pub use quads::mark_guesses;

/// What a printed place may be off at each level of the reference and still count in the fit, in millimetres.
const TOLERANCES_MM: [f64; 3] = [2.5, 1.0, 0.45];
/// The finest level of a reference.
const FINEST: usize = 2;
/// With this many marks the first guess is good enough for the finest level.
const MIN_MARKS: usize = 3;
/// Fewer pairs hold no map.
const MIN_PAIRS: usize = 5;

/// A page and the side that it is taken for.
#[derive(Clone, Copy, Debug)]
pub struct Sheet<'a> {
    /// The scan.
    pub page: &'a Pyramid<'a>,
    /// The side.
    pub side: &'a Side,
    /// Its print.
    pub reference: &'a Reference,
}

/// A page that lies on its layout.
#[derive(Clone, Debug, PartialEq)]
pub struct Registered {
    /// From millimetres on paper to pixels of the scan.
    pub to_scan: Homography,
    /// The root mean square distance between the printed places and where the map puts them.
    pub residual_mm: f64,
    /// The share of the printed places inside the picture that lie where the map puts them, 0 to 1.
    pub agreement: f64,
    /// How much longer than wide, or wider than long, the page is than its layout; 1 is not at all.
    pub stretch: f64,
    /// The parts of the page, in words, in which next to no print is where it should be.
    pub covered: Vec<&'static str>,
    /// What the page was recognised by.
    pub by: RecognisedBy,
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
    /// Too little of the print is where it should be.
    #[error("{found} of {printed} printed places were found where they should be")]
    TooFewPlaces {
        /// How many agree.
        found: usize,
        /// How many lie inside the picture.
        printed: usize,
    },
    /// Parts of the page contradict each other.
    #[error("{places} printed places lie elsewhere than the rest of the page says")]
    Uneven {
        /// How many.
        places: usize,
    },
    /// What was found does not hold the whole page.
    #[error("the far corners of the page may lie {unsteady_mm:.1} mm off")]
    Unsteady {
        /// How far two halves of the evidence are apart.
        unsteady_mm: f64,
    },
    /// The page is longer or wider than it should be.
    #[error("the page is stretched {percent:.0} percent")]
    Stretched {
        /// By how much.
        percent: f64,
    },
}

impl RegisterError {
    /// `factor` is how much longer than wide, or wider than long, the page is than it should be.
    fn stretched(factor: f64) -> Self {
        Self::Stretched {
            percent: (factor - 1.0) * 100.0,
        }
    }
}

/// A page that cannot be trusted to lie on its layout.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// Why.
    pub why: RegisterError,
    /// How it seems to lie; nothing when next to none of the print was found.
    pub seen: Option<Box<Registered>>,
}

impl From<RegisterError> for Refused {
    fn from(why: RegisterError) -> Self {
        Self { why, seen: None }
    }
}

impl Refused {
    /// The share of the print that agrees with how the page seems to lie.
    pub fn agreement(&self) -> f64 {
        self.seen.as_ref().map_or(0.0, |seen| seen.agreement)
    }
}

/// Nothing at all was found.
const NOTHING: Refused = Refused {
    why: RegisterError::TooFewPlaces {
        found: 0,
        printed: 0,
    },
    seen: None,
};

/// Lays a page onto a side by its code: from the discs around it, or else from those anywhere, or else from the
/// print beside it.
///
/// # Errors
/// [`Refused`] when no map can be trusted: by the way that came farthest.
pub fn register(sheet: &Sheet<'_>, code: &FoundCode) -> Result<Registered, Refused> {
    let guess = marks::guess_from_code(code, sheet.side).ok_or(NOTHING)?;
    let page = sheet.page.full();
    let eyes = marks::find_eyes(page, code, sheet.side, &guess);
    let found = marks::find_marks(page, sheet.side, &guess, &eyes);
    let known: Vec<Pair> = found.iter().map(|(_, pair)| *pair).chain(eyes).collect();
    let by_marks = || {
        let start = start_from_marks(&known, found.len())?;
        Some(refine(sheet, &start, FINEST))
    };
    let mut best = by_marks().unwrap_or(Err(NOTHING));
    if best.is_err() {
        best = better(best, by_discs(sheet, code, &guess));
    }
    if best.is_err() {
        let coarse = fit::similarity(&known).unwrap_or(guess);
        best = better(best, refine(sheet, &coarse, 0));
    }
    best
}

/// Lays a page onto a side from a guess that is at most about eight millimetres off.
///
/// # Errors
/// [`Refused`] when the map cannot be trusted.
pub fn register_from(sheet: &Sheet<'_>, guess: &Homography) -> Result<Registered, Refused> {
    refine(sheet, guess, 0)
}

/// The page as a person placed it, when its print neither proves nor disproves that.
pub fn placed_by_hand(sheet: &Sheet<'_>, map: &Homography) -> Registered {
    let mut placed = described(sheet, *map, &[]);
    placed.by = RecognisedBy::Person;
    placed
}

/// With the discs that fit the code's place wherever they lie: a page seen at an angle.
fn by_discs(
    sheet: &Sheet<'_>,
    code: &FoundCode,
    guess: &Homography,
) -> Result<Registered, Refused> {
    let discs = find_discs(sheet.page);
    let guesses = quads::guesses_with_code(&discs, sheet.side, code, guess);
    guesses
        .iter()
        .map(|guess| refine(sheet, guess, 1))
        .fold(Err(NOTHING), better)
}

/// The page that is trusted, or the one that came farther.
fn better(
    a: Result<Registered, Refused>,
    b: Result<Registered, Refused>,
) -> Result<Registered, Refused> {
    match (a, b) {
        (Ok(a), Ok(b)) if b.agreement > a.agreement => Ok(b),
        (Ok(a), _) => Ok(a),
        (Err(_), Ok(b)) => Ok(b),
        (Err(a), Err(b)) if matches!(a.why, RegisterError::TooFewPlaces { .. }) => Err(Refused {
            seen: b.seen.or(a.seen),
            ..b
        }),
        (Err(a), Err(_)) => Err(a),
    }
}

/// With all four corners a homography; with three the far corner would be guesswork, so an affine map.
fn start_from_marks(pairs: &[Pair], n_marks: usize) -> Option<Homography> {
    if n_marks < MIN_MARKS {
        return None;
    }
    fit::robust(pairs, f64::INFINITY)
        .map(|fit| fit.map)
        .or_else(|| fit::affine(pairs))
}

/// Makes a map exact by the print, from one level of the reference to the finest, and judges it.
fn refine(
    sheet: &Sheet<'_>,
    start: &Homography,
    first_level: usize,
) -> Result<Registered, Refused> {
    let mut map = *start;
    for level_idx in first_level..FINEST {
        map = fitted(sheet, &map, level_idx, &[])?.0;
    }
    let marks = marks::confirm_marks(sheet.page.full(), sheet.side, &map);
    let of_marks: Vec<Pair> = marks.iter().map(|(_, pair)| *pair).collect();
    let (mut map, mut agreeing, mut aligned) = fitted(sheet, &map, FINEST, &of_marks)?;
    if first_level < FINEST {
        (map, agreeing, aligned) = fitted(sheet, &map, FINEST, &of_marks)?;
    }
    let near = |pair: &Pair| {
        map.apply(pair.paper).distance(pair.scan) <= AGREES_MM * px_per_mm_at(&map, pair.paper)
    };
    let kept: Vec<&str> = marks
        .iter()
        .filter(|(_, pair)| near(pair))
        .map(|(id, _)| id.as_str())
        .collect();
    let size = sheet.reference.size;
    let proof = judge::weigh(&map, &agreeing, &aligned, size);
    let mut seen = described(sheet, map, &kept);
    seen.residual_mm = proof.residual_mm;
    seen.agreement = proof.agreement;
    seen.stretch = proof.stretch;
    seen.covered = judge::covered(&map, &aligned, size);
    let trusted = judge(&map, &agreeing, &aligned, &proof)
        .and_then(|()| {
            judge::corners_are_held(&proof, kept.len(), sheet.side.marks.len(), &aligned)
        })
        .and_then(|()| no_edge_was_moved(sheet, &map, &kept));
    match trusted {
        Ok(()) => Ok(seen),
        Err(why) => Err(Refused {
            why,
            seen: (proof.n_agreeing >= judge::MIN_AGREEING).then(|| Box::new(seen)),
        }),
    }
}

/// Two marks that lie beside their places, by the same way, belong to an edge that was pulled away from the rest.
fn no_edge_was_moved(
    sheet: &Sheet<'_>,
    map: &Homography,
    kept: &[&str],
) -> Result<(), RegisterError> {
    match marks::moved_together(sheet.page.full(), sheet.side, map, kept) {
        0 | 1 => Ok(()),
        places => Err(RegisterError::Uneven { places }),
    }
}

/// The map that suits the patches of a level, and what else is `known`.
fn fitted(
    sheet: &Sheet<'_>,
    guess: &Homography,
    level_idx: usize,
    known: &[Pair],
) -> Result<(Homography, Vec<Pair>, Aligned), RegisterError> {
    let size = sheet.reference.size;
    let middle = Point::new(size.width_mm / 2.0, size.height_mm / 2.0);
    let tolerance_px = TOLERANCES_MM[level_idx] * px_per_mm_at(guess, middle);
    let aligned = align(sheet.page, &sheet.reference.levels[level_idx], guess);
    let pairs: Vec<Pair> = aligned.pairs.iter().chain(known).copied().collect();
    let too_few = RegisterError::TooFewPlaces {
        found: aligned.pairs.len(),
        printed: aligned.visible.len(),
    };
    if pairs.len() < MIN_PAIRS {
        return Err(too_few);
    }
    let fit = fit::robust(&pairs, tolerance_px).ok_or(too_few)?;
    Ok((fit.map, fit.agreeing, aligned))
}

/// A map with what follows from it.
fn described(sheet: &Sheet<'_>, to_scan: Homography, kept: &[&str]) -> Registered {
    let size = sheet.reference.size;
    let corners_px = judge::corners(size).map(|corner| to_scan.apply(corner));
    let [top_left, top_right, _, bottom_left] = corners_px;
    let across = top_left.distance(top_right) / size.width_mm;
    let down = top_left.distance(bottom_left) / size.height_mm;
    let lost = sheet.side.marks.iter();
    let lost = lost.filter(|mark| !kept.contains(&mark.id.as_str()));
    Registered {
        to_scan,
        residual_mm: 0.0,
        agreement: 0.0,
        stretch: 1.0,
        covered: Vec::new(),
        by: RecognisedBy::Code,
        lost: lost.map(|mark| mark.id.clone()).collect(),
        n_found: kept.len(),
        orientation_deg: (top_right.y - top_left.y)
            .atan2(top_right.x - top_left.x)
            .to_degrees(),
        scan_dpi: f64::midpoint(across, down) * MM_PER_INCH,
        corners_px,
    }
}

/// The map that puts the corners of a page, clockwise from its top-left, onto these points of the scan.
pub fn map_of_corners(size: PageSize, corners_px: &[Point; 4]) -> Option<Homography> {
    let pairs: Vec<Pair> = judge::corners(size)
        .into_iter()
        .zip(*corners_px)
        .map(|(paper, scan)| Pair { paper, scan })
        .collect();
    fit::homography(&pairs)
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
    use crate::stages::code::{decoders, find};
    use image::GrayImage;
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

    fn read(page: &GrayImage, layout: &Layout) -> Result<Registered, Refused> {
        let pyramid = Pyramid::new(page);
        let search = find(&pyramid, &decoders(), schemas::payload::DEFAULT_PREFIX);
        let (_, code) = search.ours.expect("the code is clean");
        let blank = artwork::blank(layout, &layout.sides[0], 200.0).unwrap();
        let reference = Reference::of(&blank, 200.0, &layout.sides[0], layout.page);
        let sheet = Sheet {
            page: &pyramid,
            side: &layout.sides[0],
            reference: &reference,
        };
        register(&sheet, &code)
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
            assert!(found.agreement > 0.9, "{deg}: {}", found.agreement);
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
    fn a_page_without_any_mark_is_held_by_its_print() {
        let layout = &builtin()[0];
        let mut page = scanned(layout, 0.0);
        (0..4).for_each(|idx| wipe(&mut page, layout, idx));
        let found = read(&page, layout).unwrap();
        assert_eq!(found.n_found, 0);
        let corner = found.to_scan.apply(Point::new(210.0, 297.0));
        assert!(
            corner.distance(Point::new(1620.0, 1877.0)) < 1.5,
            "{corner:?}"
        );
    }

    #[test]
    fn a_page_of_which_only_the_code_is_left_is_not_trusted() {
        let layout = &builtin()[0];
        let page = scanned(layout, 0.0);
        let scrap = GrayImage::from_fn(2000, 2000, |x, y| {
            let kept = (1290..1600).contains(&x) && (150..420).contains(&y);
            image::Luma([if kept { page.get_pixel(x, y).0[0] } else { 250 }])
        });
        assert!(matches!(
            read(&scrap, layout).unwrap_err().why,
            RegisterError::TooFewPlaces { .. } | RegisterError::Unsteady { .. }
        ));
    }

    #[test]
    fn a_stretched_page_is_not_trusted() {
        let layout = &builtin()[0];
        let page = scanned(layout, 0.0);
        let longer =
            image::imageops::resize(&page, 2000, 2300, image::imageops::FilterType::Triangle);
        assert!(read(&longer, layout).is_err());
    }

    #[test]
    fn half_a_page_under_another_sheet_is_not_trusted() {
        let layout = &builtin()[0];
        let mut page = scanned(layout, 0.0);
        for y in 1300..2000 {
            (0..2000).for_each(|x| page.put_pixel(x, y, image::Luma([248])));
        }
        assert!(matches!(
            read(&page, layout).unwrap_err().why,
            RegisterError::TooFewPlaces { .. }
        ));
    }

    #[test]
    fn a_page_whose_lower_edge_was_pulled_away_is_not_trusted() {
        let layout = &builtin()[0];
        let page = scanned(layout, 0.0);
        // Its last two centimetres, two marks among them, lie eight millimetres lower than they should.
        let pulled = GrayImage::from_fn(2000, 2000, |x, y| {
            let from = if y < 1760 {
                y
            } else {
                y.saturating_sub(50).max(1755)
            };
            *page.get_pixel(x, from)
        });
        let refused = read(&pulled, layout).unwrap_err();
        assert!(
            matches!(refused.why, RegisterError::Uneven { .. }),
            "{refused:?}"
        );
    }

    #[test]
    fn a_page_covered_in_its_middle_is_read_and_told() {
        let layout = &builtin()[0];
        let mut page = scanned(layout, 0.0);
        for y in 700..1300 {
            (382..1618).for_each(|x| page.put_pixel(x, y, image::Luma([248])));
        }
        let found = read(&page, layout).unwrap();
        assert_eq!(found.covered, ["the middle left", "the middle right"]);
    }
}
