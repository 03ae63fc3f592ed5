//! Recognise: which side of which layout a page is, and how it lies, when no code can be read.
//!
//! The print tells: guesses come from discs that may be its marks, from the directions and the size of the page, and
//! from the outline of the sheet in a photograph; small pictures of the page through these guesses are compared with
//! the thumbnails of all known sides; the most likely ones are registered, and the side whose print agrees clearly
//! better than that of any other is taken.

mod photographed;
mod upright;

use image::GrayImage;
use rayon::prelude::*;
use schemas::geometry::{Homography, px_per_mm};
use schemas::layout::{PageSize, Side};
use schemas::reading::RecognisedBy;

use super::discs::find_discs;
use super::reference::{Reference, THUMB_DPI};
use super::register::{Refused, Registered, Sheet, mark_guesses, register_from};
use crate::picture::Pyramid;
use crate::picture::warp::warp_grey;

/// Guesses whose scale and turn are known: less likeness is that of any two printed pages.
const LIKELY: Closely = Closely {
    min_likeness: 0.2,
    most: 10,
};
/// Guesses from an outline lie some millimetres off, and then fine print is not like itself: likeness says only which
/// to look at when there are too many.
const HARDLY: Closely = Closely {
    min_likeness: -1.0,
    most: 120,
};
/// The share of the print that must agree before a page is taken for what no code says it is.
const MIN_AGREEMENT: f64 = 0.5;
/// By so much the right side must agree better than any other.
const MIN_LEAD: f64 = 0.12;
/// When a person has said which layout it is, less is enough.
const MIN_AGREEMENT_WHEN_TOLD: f64 = 0.35;
/// So much of the print must agree before a page that cannot be read is said to look like a leaflet.
const MIN_AGREEMENT_TO_NAME: f64 = 0.25;

/// A side that a page may be.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// The side.
    pub side: &'a Side,
    /// Its print.
    pub reference: &'a Reference,
}

/// How sure a page must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Knowledge {
    /// Nothing is known of the page.
    Nothing,
    /// A person has said what it is.
    Told,
}

/// Which of many guesses are looked at closely.
#[derive(Clone, Copy, Debug)]
struct Closely {
    min_likeness: f64,
    /// So many of the most likely ones.
    most: usize,
}

/// A side that might be right, with a map from its paper to the scan.
#[derive(Clone, Copy, Debug)]
struct Guess {
    candidate: usize,
    likeness: f64,
    map: Homography,
}

/// What a page was recognised as; candidates are named by their index.
#[derive(Clone, Debug, PartialEq)]
pub enum Recognised {
    /// It is clearly this candidate, and lies so.
    Trusted(usize, Box<Registered>),
    /// It looks like this candidate and like no other, but how it lies cannot be trusted.
    Refused(usize, Refused),
    /// It is not clearly like any.
    Unknown,
}

impl Recognised {
    /// The candidate and how it lies, when that can be trusted.
    pub fn trusted(self) -> Option<(usize, Registered)> {
        match self {
            Self::Trusted(candidate, registered) => Some((candidate, *registered)),
            Self::Refused(..) | Self::Unknown => None,
        }
    }

    fn agreement(&self) -> f64 {
        match self {
            Self::Trusted(_, registered) => registered.agreement,
            Self::Refused(_, refused) => refused.agreement(),
            Self::Unknown => 0.0,
        }
    }
}

/// The candidate that a page is and how it lies, or which it looks like.
pub fn recognise(
    page: &Pyramid<'_>,
    candidates: &[Candidate<'_>],
    dpi: Option<f64>,
    knowledge: Knowledge,
) -> Recognised {
    let by_marks = || (guesses_by_marks(page, candidates), LIKELY);
    let upright = || (upright::guesses(page, candidates, dpi), LIKELY);
    let photographed = || (photographed::guesses(page, candidates), HARDLY);
    let ways: [&dyn Fn() -> (Vec<Guess>, Closely); 3] = [&by_marks, &upright, &photographed];
    let mut best = Recognised::Unknown;
    for way in ways {
        let found = best_of(page, candidates, way(), knowledge);
        if matches!(found, Recognised::Trusted(..)) {
            return found;
        }
        if found.agreement() > best.agreement() {
            best = found;
        }
    }
    best
}

/// The sizes of paper among the candidates, each once.
fn sizes_of(candidates: &[Candidate<'_>]) -> Vec<PageSize> {
    let mut sizes: Vec<PageSize> = Vec::new();
    for candidate in candidates {
        if !sizes.contains(&candidate.reference.size) {
            sizes.push(candidate.reference.size);
        }
    }
    sizes
}

/// Looks closely at the most likely guesses.
fn best_of(
    page: &Pyramid<'_>,
    candidates: &[Candidate<'_>],
    (mut guesses, closely): (Vec<Guess>, Closely),
    knowledge: Knowledge,
) -> Recognised {
    guesses.retain(|guess| guess.likeness >= closely.min_likeness);
    guesses.sort_by(|a, b| b.likeness.total_cmp(&a.likeness));
    let guesses = distinct(page, &guesses, closely.most);
    let tried: Vec<(usize, Result<Registered, Refused>)> = guesses
        .par_iter()
        .map(|guess| {
            let Candidate { side, reference } = candidates[guess.candidate];
            let sheet = Sheet {
                page,
                side,
                reference,
            };
            (guess.candidate, register_from(&sheet, &guess.map))
        })
        .collect();
    let trusted = tried
        .iter()
        .filter_map(|(candidate, tried)| Some((*candidate, tried.as_ref().ok()?)));
    let clear = clearest(trusted, |registered| registered.agreement);
    if let Some(found) = clear.and_then(|clear| trusted_by(&clear, knowledge)) {
        return found;
    }
    let refused = tried
        .iter()
        .filter_map(|(candidate, tried)| Some((*candidate, tried.as_ref().err()?)));
    let clear = clearest(refused, Refused::agreement);
    clear.map_or(Recognised::Unknown, |clear| looks_like(&clear))
}

/// What agrees best with the page, and by how much better than anything of another candidate.
struct Clear<'a, T> {
    candidate: usize,
    best: &'a T,
    agreement: f64,
    lead: f64,
}

fn clearest<'a, T>(
    tried: impl Iterator<Item = (usize, &'a T)> + Clone,
    agreement: impl Fn(&T) -> f64,
) -> Option<Clear<'a, T>> {
    let (candidate, best) = tried
        .clone()
        .max_by(|a, b| agreement(a.1).total_cmp(&agreement(b.1)))?;
    let rivals = tried.filter(|(other, _)| *other != candidate);
    let rival = rivals
        .map(|(_, rival)| agreement(rival))
        .fold(0.0, f64::max);
    let agreement = agreement(best);
    Some(Clear {
        candidate,
        best,
        agreement,
        lead: agreement - rival,
    })
}

fn trusted_by(clear: &Clear<'_, Registered>, knowledge: Knowledge) -> Option<Recognised> {
    let (sure, by) = match knowledge {
        Knowledge::Nothing => (
            clear.agreement >= MIN_AGREEMENT && clear.lead >= MIN_LEAD,
            RecognisedBy::Print,
        ),
        Knowledge::Told => (
            clear.agreement >= MIN_AGREEMENT_WHEN_TOLD && clear.lead > 0.0,
            RecognisedBy::Person,
        ),
    };
    let registered = Registered {
        by,
        ..clear.best.clone()
    };
    sure.then(|| Recognised::Trusted(clear.candidate, Box::new(registered)))
}

fn looks_like(clear: &Clear<'_, Refused>) -> Recognised {
    if clear.agreement < MIN_AGREEMENT_TO_NAME || clear.lead < MIN_LEAD {
        return Recognised::Unknown;
    }
    Recognised::Refused(clear.candidate, clear.best.clone())
}

/// The first of every few guesses that say the same.
fn distinct(page: &Pyramid<'_>, guesses: &[Guess], most: usize) -> Vec<Guess> {
    let near_px = 0.02 * f64::from(page.full().width().max(page.full().height()));
    let mut kept: Vec<Guess> = Vec::new();
    for guess in guesses {
        let same = |other: &Guess| {
            other.candidate == guess.candidate
                && [[20.0, 20.0], [120.0, 180.0]].iter().all(|at| {
                    let at = schemas::geometry::Point::from(*at);
                    other.map.apply(at).distance(guess.map.apply(at)) < near_px
                })
        };
        if !kept.iter().any(same) {
            kept.push(*guess);
        }
        if kept.len() == most {
            break;
        }
    }
    kept
}

/// Guesses from discs: every set of discs that may be the marks, against every side with such marks.
fn guesses_by_marks(page: &Pyramid<'_>, candidates: &[Candidate<'_>]) -> Vec<Guess> {
    let discs = find_discs(page);
    let mut guesses = Vec::new();
    for (first, members) in by_geometry(candidates) {
        let Candidate { side, reference } = candidates[first];
        let maps = mark_guesses(&discs, side, reference.size);
        let likely: Vec<Guess> = maps
            .par_iter()
            .flat_map_iter(|map| {
                let seen = thumb_of(page, map, reference.size);
                let guess = |candidate: usize| Guess {
                    candidate,
                    likeness: candidates[candidate].reference.thumb.likeness(&seen),
                    map: *map,
                };
                members.iter().copied().map(guess).collect::<Vec<_>>()
            })
            .collect();
        guesses.extend(likely);
    }
    guesses
}

/// Candidates with the same marks on the same paper, each group with its first member.
fn by_geometry(candidates: &[Candidate<'_>]) -> Vec<(usize, Vec<usize>)> {
    let mut groups: Vec<(usize, Vec<usize>)> = Vec::new();
    for (i, candidate) in candidates.iter().enumerate() {
        let same = |(first, _): &&mut (usize, Vec<usize>)| {
            let other = &candidates[*first];
            let centres = |side: &Side| side.marks.iter().map(|m| m.centre).collect::<Vec<_>>();
            other.reference.size == candidate.reference.size
                && centres(other.side) == centres(candidate.side)
        };
        match groups.iter_mut().find(same) {
            Some((_, members)) => members.push(i),
            None => groups.push((i, vec![i])),
        }
    }
    groups
}

/// A small picture of the page through a map from paper to the scan.
fn thumb_of(page: &Pyramid<'_>, map: &Homography, size: PageSize) -> GrayImage {
    let pixels = |mm: f64| (mm * px_per_mm(THUMB_DPI)).round().max(1.0) as u32;
    let own_dpi = own_dpi(map, size);
    let (source, factor) = page.with_at_least(THUMB_DPI, own_dpi);
    let to_source = Homography::scaling(1.0 / px_per_mm(THUMB_DPI))
        .then(map)
        .then(&Homography::scaling(1.0 / f64::from(factor)));
    warp_grey(
        source,
        &to_source,
        (pixels(size.width_mm), pixels(size.height_mm)),
    )
}

/// About how many pixels of the scan an inch of paper has.
fn own_dpi(map: &Homography, size: PageSize) -> f64 {
    let at = |x: f64, y: f64| map.apply(schemas::geometry::Point::new(x, y));
    let (width, height) = (size.width_mm, size.height_mm);
    let diagonal = at(0.0, 0.0).distance(at(width, height));
    diagonal / width.hypot(height) * schemas::geometry::MM_PER_INCH
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::geometry::Point;
    use schemas::layout::{Layout, builtin};

    fn references(layouts: &[Layout]) -> Vec<(&Side, Reference)> {
        let sides = layouts
            .iter()
            .flat_map(|layout| layout.sides.iter().map(move |side| (layout, side)));
        sides
            .map(|(layout, side)| {
                let blank = artwork::blank(layout, side, 200.0).unwrap();
                (side, Reference::of(&blank, 200.0, side, layout.page))
            })
            .collect()
    }

    fn candidates<'a>(known: &'a [(&'a Side, Reference)]) -> Vec<Candidate<'a>> {
        known
            .iter()
            .map(|(side, reference)| Candidate { side, reference })
            .collect()
    }

    /// What a page is among all layouts of ours, when nothing is known of it.
    fn recognised(page: &GrayImage) -> Recognised {
        let layouts = builtin();
        let known = references(&layouts);
        let page = Pyramid::new(page);
        recognise(&page, &candidates(&known), Some(150.0), Knowledge::Nothing)
    }

    /// A page without its code, turned by `deg` on a larger glass.
    fn scanned(layout: &Layout, side: &Side, deg: f64) -> GrayImage {
        let page = artwork::blank(layout, side, 150.0).unwrap();
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

    fn all_turns_are_recognised(wipe: impl Fn(&mut GrayImage)) {
        let layouts = builtin();
        let known = references(&layouts);
        let candidates = candidates(&known);
        for deg in [0.0, 2.5, 90.0, 181.0, -95.0] {
            let mut page = scanned(&layouts[0], &layouts[0].sides[0], deg);
            wipe(&mut page);
            let pyramid = Pyramid::new(&page);
            let (which, found) = recognise(&pyramid, &candidates, Some(150.0), Knowledge::Nothing)
                .trusted()
                .expect("known");
            assert_eq!(which, 0, "{deg}");
            let off = (found.orientation_deg - deg + 540.0).rem_euclid(360.0) - 180.0;
            assert!(off.abs() < 0.2, "{deg}: {}", found.orientation_deg);
            assert!(found.residual_mm < 0.1);
        }
    }

    #[test]
    fn a_page_without_a_code_is_recognised_however_it_lies() {
        all_turns_are_recognised(|_| {});
    }

    #[test]
    fn a_page_without_code_and_marks_is_recognised_by_its_print_alone() {
        all_turns_are_recognised(|page| {
            let discs = find_discs(&Pyramid::new(&page.clone()));
            for disc in discs.iter().filter(|disc| disc.diameter_px > 24.0) {
                let reach = disc.diameter_px;
                for (x, y, pixel) in page.enumerate_pixels_mut() {
                    let at = Point::new(f64::from(x), f64::from(y));
                    if at.distance(disc.centre) < reach {
                        pixel.0[0] = 255;
                    }
                }
            }
        });
    }

    #[test]
    fn another_paper_is_not_taken_for_a_leaflet() {
        let letter = GrayImage::from_fn(1240, 1754, |x, y| {
            let written = y % 60 < 14 && (150..1090).contains(&x) && (x * 7 + y / 60 * 13) % 23 < 9;
            image::Luma([if written { 40 } else { 245 }])
        });
        let found = recognised(&letter);
        assert_eq!(found, Recognised::Unknown);
    }

    #[test]
    fn a_page_that_was_pulled_is_named_and_not_trusted() {
        let layouts = builtin();
        let page = scanned(&layouts[0], &layouts[0].sides[0], 0.0);
        // The last part of the sheet came more slowly through the scanner.
        let pulled = GrayImage::from_fn(2000, 2200, |x, y| {
            let from = if y < 1300 {
                y
            } else {
                1300 + (y - 1300) * 3 / 4
            };
            *page.get_pixel(x, from)
        });
        let found = recognised(&pulled);
        assert!(matches!(found, Recognised::Refused(0, _)), "{found:?}");
    }
}
