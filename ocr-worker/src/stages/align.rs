//! Align: where the patches of a reference lie in a scan, given about where the page lies.

use image::GrayImage;
use rayon::prelude::*;
use schemas::geometry::{Homography, Point, px_per_mm};

use super::fit::Pair;
use super::reference::{Level, Patch};
use crate::picture::Pyramid;
use crate::picture::warp::warp_grey;

/// Less likeness than this is chance or something that lies over the print.
const MIN_LIKENESS: f64 = 0.6;

/// Where all pixels are nearer to each other than this, there is nothing to be seen: the paper is torn away.
const PLAIN: u8 = 40;

/// What became of the patches.
#[derive(Clone, Debug, Default)]
pub struct Aligned {
    /// The patches that were found: their middles on paper and in the scan.
    pub pairs: Vec<Pair>,
    /// The middles of all patches that lie inside the picture, found or not, in millimetres.
    pub visible: Vec<Point>,
    /// How many patches there are, in the picture or not.
    pub n_printed: usize,
    /// How many of those that were not found should lie where there is nothing at all: neither their print nor any other.
    pub n_plain: usize,
}

/// What became of one patch.
enum Looked {
    Found(Pair),
    /// Something else is there.
    Other,
    /// Nothing is there.
    Plain,
}

/// Looks for the patches of a level around where `guess` (from paper to scan) puts them.
pub fn align(page: &Pyramid<'_>, level: &Level, guess: &Homography) -> Aligned {
    let at_rest = Place { page, level, guess };
    let looked: Vec<(Point, Looked)> = level
        .patches
        .par_iter()
        .filter(|patch| at_rest.is_visible(patch))
        .map(|patch| (patch.middle, at_rest.find(patch)))
        .collect();
    let pair = |looked: &(Point, Looked)| match looked.1 {
        Looked::Found(pair) => Some(pair),
        Looked::Other | Looked::Plain => None,
    };
    let plain = |looked: &&(Point, Looked)| matches!(looked.1, Looked::Plain);
    Aligned {
        pairs: looked.iter().filter_map(pair).collect(),
        n_printed: level.patches.len(),
        n_plain: looked.iter().filter(plain).count(),
        visible: looked.into_iter().map(|(middle, _)| middle).collect(),
    }
}

struct Place<'a> {
    page: &'a Pyramid<'a>,
    level: &'a Level,
    guess: &'a Homography,
}

impl Place<'_> {
    fn is_visible(&self, patch: &Patch) -> bool {
        let half_mm = self.level.patch_px as f64 / px_per_mm(self.level.dpi) / 2.0;
        let (width, height) = self.page.full().dimensions();
        [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]
            .into_iter()
            .all(|(x, y)| {
                let corner = Point::new(patch.middle.x + x * half_mm, patch.middle.y + y * half_mm);
                let at = self.guess.apply(corner);
                (0.0..f64::from(width)).contains(&at.x) && (0.0..f64::from(height)).contains(&at.y)
            })
    }

    fn find(&self, patch: &Patch) -> Looked {
        let window_px = self.level.patch_px + 2 * self.level.reach_px;
        let scale = px_per_mm(self.level.dpi);
        let half_mm = window_px as f64 / scale / 2.0;
        let own_dpi = self.scan_px_per_mm(patch.middle) * schemas::geometry::MM_PER_INCH;
        let (source, factor) = self.page.with_at_least(self.level.dpi, own_dpi);
        let to_paper = Homography::scaling(1.0 / scale).then(&Homography::translation(
            patch.middle.x - half_mm,
            patch.middle.y - half_mm,
        ));
        let to_source = to_paper
            .then(self.guess)
            .then(&Homography::scaling(1.0 / f64::from(factor)));
        let edge = window_px as u32;
        let window = warp_grey(source, &to_source, (edge, edge));
        if is_plain(&window) {
            return Looked::Plain;
        }
        let best = best_shift(&window, &patch.template, self.level.patch_px);
        let Some((shift, _)) = best.filter(|(_, likeness)| *likeness >= MIN_LIKENESS) else {
            return Looked::Other;
        };
        let found = Point::new(
            patch.middle.x + (shift.x - self.level.reach_px as f64) / scale,
            patch.middle.y + (shift.y - self.level.reach_px as f64) / scale,
        );
        Looked::Found(Pair {
            paper: patch.middle,
            scan: self.guess.apply(found),
        })
    }

    fn scan_px_per_mm(&self, at: Point) -> f64 {
        let there = Point::new(at.x + 1.0, at.y);
        self.guess.apply(at).distance(self.guess.apply(there))
    }
}

fn is_plain(window: &GrayImage) -> bool {
    let values = window.as_raw().iter().copied();
    let (darkest, lightest) = values.fold((255, 0), |(d, l): (u8, u8), v| (d.min(v), l.max(v)));
    lightest.saturating_sub(darkest) < PLAIN
}

/// Where in the window the template fits best, to a fraction of a pixel, and how well. Nothing when it fits best at
/// the window's edge: then the right place may lie outside.
///
/// Every other place is tried first, then those around the best one: print is at least two pixels wide.
fn best_shift(window: &GrayImage, template: &[i16], patch_px: usize) -> Option<(Point, f64)> {
    let window_px = window.width() as usize;
    let last = window_px - patch_px;
    let pixels: Vec<i16> = window
        .as_raw()
        .iter()
        .map(|value| i16::from(*value))
        .collect();
    let norm = Norm::of(template);
    let likeness =
        |(x, y): (usize, usize)| norm.likeness(&pixels, window_px, template, (x, y, patch_px));
    let coarse = (0..=last).step_by(2);
    let first = coarse
        .clone()
        .flat_map(|y| coarse.clone().map(move |x| (x, y)))
        .map(|place| (likeness(place), place))
        .max_by(|a, b| a.0.total_cmp(&b.0))?;
    let (best, (x, y)) = climb(first, last, likeness);
    let inside = (1..last).contains(&x) && (1..last).contains(&y);
    inside.then(|| {
        let across = peak(likeness((x - 1, y)), best, likeness((x + 1, y)));
        let down = peak(likeness((x, y - 1)), best, likeness((x, y + 1)));
        (Point::new(x as f64 + across, y as f64 + down), best)
    })
}

/// Goes to the best neighbour until none is better.
fn climb(
    start: (f64, (usize, usize)),
    last: usize,
    likeness: impl Fn((usize, usize)) -> f64,
) -> (f64, (usize, usize)) {
    let mut here = start;
    loop {
        let (x, y) = here.1;
        let rows = y.saturating_sub(1)..=(y + 1).min(last);
        let best = rows
            .flat_map(|y| (x.saturating_sub(1)..=(x + 1).min(last)).map(move |x| (x, y)))
            .filter(|place| *place != here.1)
            .map(|place| (likeness(place), place))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        match best {
            Some(better) if better.0 > here.0 => here = better,
            _ => return here,
        }
    }
}

/// Where between its neighbours the highest of three values has its peak, -0.5 to 0.5: that of a parabola.
fn peak(before: f64, here: f64, after: f64) -> f64 {
    let bend = before - 2.0 * here + after;
    if bend.abs() < 1e-12 {
        return 0.0;
    }
    ((before - after) / (2.0 * bend)).clamp(-0.5, 0.5)
}

/// Sums over a template.
struct Norm {
    sum: f64,
    spread: f64,
}

impl Norm {
    fn of(template: &[i16]) -> Self {
        let n = template.len() as f64;
        let sum: f64 = template.iter().map(|value| f64::from(*value)).sum();
        let squares: f64 = template.iter().map(|value| f64::from(*value).powi(2)).sum();
        Self {
            sum,
            spread: squares - sum * sum / n,
        }
    }

    /// The normalised cross-correlation of the template with a part of the window.
    fn likeness(
        &self,
        pixels: &[i16],
        window_px: usize,
        template: &[i16],
        (x, y, patch_px): (usize, usize, usize),
    ) -> f64 {
        let (mut sum, mut squares, mut products) = (0i32, 0i32, 0i32);
        for (row_idx, wanted) in template.chunks_exact(patch_px).enumerate() {
            let row = &pixels[(y + row_idx) * window_px + x..][..patch_px];
            // A processor multiplies many pairs of 16 bits at once.
            for (seen, wanted) in row.iter().zip(wanted) {
                let (seen, wanted) = (i32::from(*seen), i32::from(*wanted));
                sum += seen;
                squares += seen * seen;
                products += seen * wanted;
            }
        }
        let n = template.len() as f64;
        let sum = f64::from(sum);
        let spread = f64::from(squares) - sum * sum / n;
        let both = f64::from(products) - sum * self.sum / n;
        both / (spread * self.spread).sqrt().max(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::reference::Reference;
    use schemas::layout::builtin;

    fn scanned_at_300() -> (GrayImage, Reference) {
        let layout = builtin().remove(0);
        let side = &layout.sides[0];
        let blank = artwork::blank(&layout, side, 200.0).unwrap();
        let page = artwork::raster(&layout, side, 300.0, &artwork::Print::default()).unwrap();
        let page = image::DynamicImage::ImageRgba8(page).into_luma8();
        (page, Reference::of(&blank, 200.0, side, layout.page))
    }

    #[test]
    fn patches_are_found_to_a_fraction_of_a_pixel_from_a_guess_that_is_a_little_off() {
        let (page, reference) = scanned_at_300();
        let pyramid = Pyramid::new(&page);
        let scale = px_per_mm(300.0);
        for (level, off_mm) in reference.levels.iter().zip([5.0, 1.8, 0.6]) {
            let guess = Homography::scaling(scale).then(&Homography::translation(
                off_mm * scale,
                -0.7 * off_mm * scale,
            ));
            let aligned = align(&pyramid, level, &guess);
            let n = aligned.pairs.len();
            assert!(
                n * 10 >= level.patches.len() * 6,
                "{n} at {} dpi",
                level.dpi
            );
            let right = |pair: &&Pair| {
                let truth = Point::new(pair.paper.x * scale, pair.paper.y * scale);
                pair.scan.distance(truth) < 0.25 * 300.0 / level.dpi
            };
            let n_right = aligned.pairs.iter().filter(right).count();
            assert!(
                n_right * 10 >= n * 7,
                "{n_right} of {n} at {} dpi",
                level.dpi
            );
        }
    }

    #[test]
    fn nothing_is_found_on_empty_paper_and_what_lies_outside_is_not_visible() {
        let (_, reference) = scanned_at_300();
        let page = GrayImage::from_pixel(1240, 1754, image::Luma([240]));
        let half = Homography::scaling(px_per_mm(300.0));
        let aligned = align(&Pyramid::new(&page), &reference.levels[2], &half);
        assert!(aligned.pairs.is_empty());
        assert!(aligned.visible.len() < reference.levels[2].patches.len());
    }
}
