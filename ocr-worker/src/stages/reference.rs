//! Reference: what every print of a side looks like, prepared for being found again in a scan.
//!
//! A reference has small pieces of print, *patches*, spread over the page, at three resolutions: where they lie in a
//! scan tells where the page lies, however many of its marks are lost. It has a thumbnail too, by which a page
//! without a readable code is told from others.

use image::{GrayImage, imageops};
use schemas::geometry::{BoxMm, Homography, Point, px_per_mm};
use schemas::layout::{PageSize, RegionKind, Side};

use crate::picture::Pyramid;
use crate::picture::warp::warp_grey;

/// The resolution of a thumbnail: frames and titles are seen, letters are not.
pub const THUMB_DPI: f64 = 25.0;

/// From coarse to fine: how patches are cut, and how far around its place each one is looked for.
const LEVELS: [LevelShape; 3] = [
    LevelShape {
        dpi: 40.0,
        patch_mm: 16.0,
        reach_mm: 8.0,
        columns: 5,
        rows: 7,
    },
    LevelShape {
        dpi: 75.0,
        patch_mm: 9.0,
        reach_mm: 3.0,
        columns: 6,
        rows: 8,
    },
    LevelShape {
        dpi: 150.0,
        patch_mm: 5.0,
        reach_mm: 1.0,
        columns: 7,
        rows: 9,
    },
];
/// A patch must hold edges in both directions, or it could slide along itself: the smaller eigenvalue of its
/// structure tensor, in grey values squared for each pixel (C. Harris and M. Stephens, *A combined corner and edge
/// detector*, 1988; J. Shi and C. Tomasi, *Good features to track*, 1994).
const MIN_CORNERNESS: f64 = 25.0;
/// Nothing is printed in the blank where the code and the serial are; patches stay away from them.
const AWAY_MM: f64 = 1.5;

struct LevelShape {
    dpi: f64,
    patch_mm: f64,
    reach_mm: f64,
    columns: usize,
    rows: usize,
}

/// The print of one side.
#[derive(Debug)]
pub struct Reference {
    /// The size of the page.
    pub size: PageSize,
    /// From coarse to fine.
    pub levels: [Level; 3],
    /// The page at [`THUMB_DPI`].
    pub thumb: Thumb,
}

/// The patches of one resolution.
#[derive(Debug)]
pub struct Level {
    /// Dots per inch of the patches.
    pub dpi: f64,
    /// The edge of a patch.
    pub patch_px: usize,
    /// How far around its place a patch is looked for.
    pub reach_px: usize,
    /// The patches, row by row over the page.
    pub patches: Vec<Patch>,
}

/// A piece of print.
#[derive(Debug)]
pub struct Patch {
    /// Its middle on paper, in millimetres.
    pub middle: Point,
    /// Its grey values, row by row.
    pub template: Vec<i16>,
}

/// A small picture of the print, without what people fill in.
#[derive(Debug)]
pub struct Thumb {
    /// Width and height.
    pub size_px: (u32, u32),
    /// The places that count, as indices into the picture, row by row.
    pub places: Vec<usize>,
    /// The grey value at each of the places.
    pub values: Vec<f32>,
}

impl Reference {
    /// Prepares the print of a side; `blank` shows the whole page at `dpi`.
    pub fn of(blank: &GrayImage, dpi: f64, side: &Side, paper: PageSize) -> Self {
        let pyramid = Pyramid::new(blank);
        let keep_out = keep_out(side, paper);
        let levels = LEVELS.map(|shape| level(&pyramid, dpi, &shape, &keep_out, paper));
        let small = at_dpi(&pyramid, dpi, THUMB_DPI, paper);
        Self {
            size: paper,
            levels,
            thumb: Thumb::of(&small, side, &keep_out),
        }
    }
}

/// Where the blank differs from every leaflet: the code and the foot line with the serial.
fn keep_out(side: &Side, paper: PageSize) -> Vec<BoxMm> {
    let code = side.code.map(|code| code.area.shrunk(-AWAY_MM));
    let foot = BoxMm::from([
        paper.width_mm / 2.0,
        paper.height_mm - 16.0,
        paper.width_mm / 2.0,
        16.0,
    ]);
    code.into_iter().chain(side.code.map(|_| foot)).collect()
}

fn at_dpi(pyramid: &Pyramid<'_>, own_dpi: f64, dpi: f64, size: PageSize) -> GrayImage {
    let (source, factor) = pyramid.with_at_least(dpi, own_dpi);
    let scale = own_dpi / dpi / f64::from(factor);
    let pixels = |mm: f64| (mm * px_per_mm(dpi)).round().max(1.0) as u32;
    let target = (pixels(size.width_mm), pixels(size.height_mm));
    warp_grey(source, &Homography::scaling(scale), target)
}

fn level(
    pyramid: &Pyramid<'_>,
    own_dpi: f64,
    shape: &LevelShape,
    keep_out: &[BoxMm],
    size: PageSize,
) -> Level {
    let picture = imageops::fast_blur(&at_dpi(pyramid, own_dpi, shape.dpi, size), 0.6);
    let scale = px_per_mm(shape.dpi);
    let patch_px = (shape.patch_mm * scale).round() as usize;
    let cutter = Cutter {
        picture: &picture,
        patch_px,
        scale,
        keep_out,
    };
    let (columns, rows) = (shape.columns, shape.rows);
    let cells = (0..columns * rows).map(|i| (i % columns, i / columns));
    let mut patches: Vec<Patch> = Vec::new();
    for patch in cells.filter_map(|cell| cutter.best_in(cell, (columns, rows))) {
        // Two cells may have their best place at the border between them.
        let apart = |other: &Patch| other.middle.distance(patch.middle) > shape.patch_mm / 2.0;
        if patches.iter().all(apart) {
            patches.push(patch);
        }
    }
    Level {
        dpi: shape.dpi,
        patch_px,
        reach_px: (shape.reach_mm * scale).round() as usize,
        patches,
    }
}

/// Cuts patches out of the print.
struct Cutter<'a> {
    picture: &'a GrayImage,
    patch_px: usize,
    scale: f64,
    keep_out: &'a [BoxMm],
}

impl Cutter<'_> {
    /// The patch that tells its place best of all in one cell of the page.
    fn best_in(
        &self,
        (column, row): (usize, usize),
        (columns, rows): (usize, usize),
    ) -> Option<Patch> {
        let (width, height) = (
            self.picture.width() as usize,
            self.picture.height() as usize,
        );
        let step = (self.patch_px / 4).max(2);
        let half = self.patch_px / 2;
        let range = |cell: usize, cells: usize, px: usize| {
            let first = (cell * px / cells).max(half + 1);
            let last = ((cell + 1) * px / cells).min(px.saturating_sub(self.patch_px - half + 1));
            (first..last).step_by(step)
        };
        let places = range(row, rows, height)
            .flat_map(|y| range(column, columns, width).map(move |x| (x - half, y - half)));
        let best = places
            .filter(|place| self.allowed(*place))
            .map(|place| (self.cornerness(place), place))
            .max_by(|a, b| a.0.total_cmp(&b.0))?;
        (best.0 >= MIN_CORNERNESS).then(|| self.cut(best.1))
    }

    fn area(&self, (x, y): (usize, usize)) -> BoxMm {
        let edge = self.patch_px as f64 / self.scale;
        BoxMm::from([x as f64 / self.scale, y as f64 / self.scale, edge, edge])
    }

    fn allowed(&self, place: (usize, usize)) -> bool {
        let area = self.area(place);
        !self.keep_out.iter().any(|out| out.overlaps(&area))
    }

    fn value(&self, x: usize, y: usize) -> f64 {
        f64::from(self.picture.as_raw()[y * self.picture.width() as usize + x])
    }

    fn cornerness(&self, (x0, y0): (usize, usize)) -> f64 {
        let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
        for y in y0..y0 + self.patch_px {
            for x in x0..x0 + self.patch_px {
                let dx = self.value(x + 1, y) - self.value(x - 1, y);
                let dy = self.value(x, y + 1) - self.value(x, y - 1);
                xx += dx * dx;
                yy += dy * dy;
                xy += dx * dy;
            }
        }
        let n = (self.patch_px * self.patch_px) as f64;
        let (mean, apart) = (f64::midpoint(xx, yy), (xx - yy) / 2.0);
        (mean - apart.hypot(xy)) / n
    }

    fn cut(&self, (x0, y0): (usize, usize)) -> Patch {
        let rows = y0..y0 + self.patch_px;
        let template = rows.flat_map(|y| (x0..x0 + self.patch_px).map(move |x| (x, y)));
        Patch {
            middle: self.area((x0, y0)).centre(),
            template: template.map(|(x, y)| self.value(x, y) as i16).collect(),
        }
    }
}

impl Thumb {
    fn of(picture: &GrayImage, side: &Side, keep_out: &[BoxMm]) -> Self {
        let scale = px_per_mm(THUMB_DPI);
        let filled_in =
            |kind: &RegionKind| !matches!(kind, RegionKind::None {} | RegionKind::Marks { .. });
        let regions = side.regions.iter().filter(|region| filled_in(&region.kind));
        let mut out: Vec<BoxMm> = regions.map(|region| region.area.shrunk(1.2)).collect();
        out.extend(keep_out);
        let width = picture.width() as usize;
        let counts = |i: &usize| {
            let at = Point::new(
                ((i % width) as f64 + 0.5) / scale,
                ((i / width) as f64 + 0.5) / scale,
            );
            !out.iter().any(|area| {
                (area.x..area.right()).contains(&at.x) && (area.y..area.bottom()).contains(&at.y)
            })
        };
        let places: Vec<usize> = (0..picture.as_raw().len()).filter(counts).collect();
        Self {
            size_px: picture.dimensions(),
            values: places
                .iter()
                .map(|i| f32::from(picture.as_raw()[*i]))
                .collect(),
            places,
        }
    }

    /// How alike a picture of the same size is, -1 to 1: the normalised cross-correlation over the places that count.
    pub fn likeness(&self, picture: &GrayImage) -> f64 {
        let pixels = picture.as_raw();
        let seen = |i: &usize| pixels.get(*i).map_or(255.0, |value| f32::from(*value));
        let pairs = || {
            self.places
                .iter()
                .map(seen)
                .zip(self.values.iter().copied())
        };
        let n = self.places.len().max(1) as f32;
        let (sum_a, sum_b) = pairs().fold((0.0, 0.0), |(a, b), pair| (a + pair.0, b + pair.1));
        let (mean_a, mean_b) = (sum_a / n, sum_b / n);
        let (mut ab, mut aa, mut bb) = (0.0f64, 0.0f64, 0.0f64);
        for (a, b) in pairs() {
            let (a, b) = (f64::from(a - mean_a), f64::from(b - mean_b));
            ab += a * b;
            aa += a * a;
            bb += b * b;
        }
        ab / (aa * bb).sqrt().max(1e-9)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::layout::builtin;

    fn reference() -> (GrayImage, Reference) {
        let layout = builtin().remove(0);
        let side = &layout.sides[0];
        let blank = artwork::blank(&layout, side, 200.0).unwrap();
        let reference = Reference::of(&blank, 200.0, side, layout.page);
        (blank, reference)
    }

    #[test]
    fn patches_lie_all_over_the_page_and_none_on_the_code() {
        let (_, reference) = reference();
        let code = builtin().remove(0).sides[0].code.unwrap().area;
        for level in &reference.levels {
            assert!(level.patches.len() >= 14, "{}", level.patches.len());
            let quarters = level.patches.iter().map(|patch| {
                let (left, top) = (patch.middle.x < 105.0, patch.middle.y < 148.5);
                usize::from(left) * 2 + usize::from(top)
            });
            let mut n_in = [0; 4];
            quarters.for_each(|quarter| n_in[quarter] += 1);
            assert!(n_in.iter().all(|n| *n >= 2), "{n_in:?}");
            let on_code = |patch: &&Patch| {
                (code.x..code.right()).contains(&patch.middle.x)
                    && (code.y..code.bottom()).contains(&patch.middle.y)
            };
            assert_eq!(level.patches.iter().filter(on_code).count(), 0);
        }
    }

    #[test]
    fn a_page_is_more_like_itself_than_turned_round() {
        let (blank, reference) = reference();
        let thumb = at_dpi(&Pyramid::new(&blank), 200.0, THUMB_DPI, reference.size);
        let turned = imageops::rotate180(&thumb);
        assert!(reference.thumb.likeness(&thumb) > 0.99);
        assert!(reference.thumb.likeness(&turned) < 0.5);
    }
}
