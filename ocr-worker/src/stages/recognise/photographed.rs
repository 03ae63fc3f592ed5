//! Guesses for a photograph: the print lies on a sheet whose outline is seen against its ground.

use rayon::prelude::*;
use schemas::geometry::{Homography, Point};
use schemas::layout::PageSize;

use super::{Candidate, Guess, sizes_of, thumb_of};
use crate::picture::Pyramid;
use crate::stages::outline::outlines;
use crate::stages::paper;
use crate::stages::register::map_of_corners;

/// Light falls unevenly on a sheet that is photographed: its brightness is measured in squares of a thumbnail of about
/// 25 mm, which is more than print covers.
const TILE_PX: usize = 24;

/// From aside a sheet looks shorter than it is, by no more than this factor when it can still be read.
const MAX_SQUEEZED: f64 = 1.5;

/// Every outline, turned four ways, for each candidate.
pub(super) fn guesses(page: &Pyramid<'_>, candidates: &[Candidate<'_>]) -> Vec<Guess> {
    let sheets = outlines(page);
    let of_size = |size: PageSize| {
        let of_sheet = move |corners: &[Point; 4]| turned(*corners, size);
        let maps: Vec<Homography> = sheets.iter().flat_map(of_sheet).collect();
        maps.into_iter().map(move |map| (size, map))
    };
    let views: Vec<(PageSize, Homography)> =
        sizes_of(candidates).into_iter().flat_map(of_size).collect();
    views
        .par_iter()
        .flat_map_iter(|(size, map)| {
            let seen = paper::evened(&thumb_of(page, map, *size), TILE_PX);
            let fits = candidates.iter().enumerate();
            let fits = fits.filter(|(_, candidate)| candidate.reference.size == *size);
            fits.map(|(i, candidate)| Guess {
                candidate: i,
                likeness: candidate.reference.thumb.likeness(&seen),
                map: *map,
            })
            .collect::<Vec<_>>()
        })
        .collect()
}

/// The maps that lay a page onto a sheet in each of the four turns that suit its shape.
fn turned(corners: [Point; 4], size: PageSize) -> Vec<Homography> {
    let edge = |i: usize| corners[i % 4].distance(corners[(i + 1) % 4]);
    let suits = |turn: &usize| {
        let shape = (edge(*turn) + edge(turn + 2)) / (edge(turn + 1) + edge(turn + 3));
        (shape * size.height_mm / size.width_mm).ln().abs() < MAX_SQUEEZED.ln()
    };
    let laid =
        |turn: usize| map_of_corners(size, &std::array::from_fn(|i| corners[(i + turn) % 4]));
    (0..4).filter(suits).filter_map(laid).collect()
}
