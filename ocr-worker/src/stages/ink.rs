//! Ink: what people added to the print.
//!
//! The paper's own brightness is taken out first. Then the empty form is laid over the page and moved, square by
//! square, until print lies on print. Where the form is white, everything dark is ink; where it is light (rules,
//! separators), ink must be darker than the rule is in this very scan; where it is dark (frames, words), nothing
//! counts but strokes that run through it. Streaks of a dirty scanner and folds are nobody's ink.

use image::GrayImage;
use schemas::geometry::{BoxMm, px_per_mm};

use super::overlay::{Shifts, overlay};
use super::paper::evened;
use super::print::{CELL_PX, Cover, NOTHING, Print, RULE, Stretch};
use super::straighten::View;
use super::streaks;
use crate::picture::mask::Area;
use crate::picture::{Component, Mask, components};

/// Ink is darker than this share of the paper's brightness; pencil lies around 0.6, rules at 0.71.
const INK_LEVEL: f64 = 0.68;
/// Ink on a light rule is darker than this share of the rule.
const INK_ON_RULE: f64 = 0.82;
/// Smaller things are dust: less than the dot of a fine pen.
const MIN_INK_MM2: f64 = 0.1;
/// The edge of the squares in which the paper's brightness is measured.
const TILE_MM: f64 = 3.0;
/// A piece that reaches farther out of a region than this is cut there: it is somebody else's as well.
const REACH_OUT_MM: f64 = 5.0;

/// The ink of a part of the paper.
#[derive(Clone, Debug)]
pub struct Ink {
    /// The part of the paper.
    pub area: BoxMm,
    /// Pixels in an inch of paper.
    pub dpi: f64,
    /// Where there is ink.
    pub mask: Mask,
    /// The view with even paper: 255 is the paper, 0 is black.
    pub even: GrayImage,
    /// The ink, piece by piece, without dust.
    pub pieces: Vec<Component>,
    /// How far the print lies from where it should.
    pub shifts: Shifts,
}

impl Ink {
    /// Millimetres to pixels.
    pub fn px(&self, mm: f64) -> f64 {
        mm * px_per_mm(self.dpi)
    }

    /// Pixels to millimetres.
    pub fn mm(&self, px: f64) -> f64 {
        px / px_per_mm(self.dpi)
    }

    /// The part of this picture that shows a box on paper.
    pub fn area_px(&self, area: &BoxMm) -> Area {
        let at = |mm: f64| self.px(mm).round().max(0.0) as usize;
        Area {
            x0: at(area.x - self.area.x),
            y0: at(area.y - self.area.y),
            x1: at(area.right() - self.area.x),
            y1: at(area.bottom() - self.area.y),
        }
        .clipped(self.mask.width, self.mask.height)
    }

    /// The box on paper that a part of this picture shows.
    pub fn area_mm(&self, area: Area) -> BoxMm {
        BoxMm {
            x: self.area.x + self.mm(area.x0 as f64),
            y: self.area.y + self.mm(area.y0 as f64),
            width: self.mm(area.width() as f64),
            height: self.mm(area.height() as f64),
        }
    }

    /// The pieces whose middle lies in a box on paper. What reaches far out of the box is cut at its edge, and
    /// belongs to both sides.
    pub fn pieces_in(&self, area: &BoxMm) -> Vec<Component> {
        let inner = self.area_px(area);
        let outer = self.area_px(&area.shrunk(-REACH_OUT_MM));
        let own = |piece: &Component| {
            let middle = (piece.middle_x(), piece.middle_y());
            inner.holds(middle).then(|| piece.clone())
        };
        let touching = self.pieces.iter().filter(|piece| piece.bounds.meets(inner));
        touching
            .filter_map(|piece| {
                if outer.contains(piece.bounds) {
                    own(piece)
                } else {
                    piece.clipped(inner)
                }
            })
            .collect()
    }
}

/// Finds the ink of a view that shows the same part of the paper as `print`.
pub fn extract(view: &View, print: &Print) -> Ink {
    let scale = px_per_mm(view.dpi);
    let mut even = evened(&view.grey, (TILE_MM * scale) as usize);
    let shifts = overlay(&even, print);
    let page = OnPage {
        print,
        shifts: &shifts,
        size: (even.width() as usize, even.height() as usize),
        turn_deg: view.turn_deg,
    };
    let mut mask = page.ink(&mut even);
    let min_px = (MIN_INK_MM2 * scale * scale) as usize;
    let (pieces, dust): (Vec<_>, Vec<_>) = components(&mask)
        .into_iter()
        .partition(|piece| piece.area_px >= min_px);
    wipe(&mut mask, &dust);
    Ink {
        area: view.area,
        dpi: view.dpi,
        mask,
        even,
        pieces,
        shifts,
    }
}

fn wipe(mask: &mut Mask, dust: &[Component]) {
    let width = mask.width;
    for run in dust.iter().flat_map(|piece| &piece.runs) {
        mask.bits[run.y * width + run.x0..run.y * width + run.x1].fill(false);
    }
}

/// The print as it lies on a page.
struct OnPage<'a> {
    print: &'a Print,
    shifts: &'a Shifts,
    size: (usize, usize),
    turn_deg: f64,
}

/// What a pixel must be darker than, to count as ink.
#[derive(Clone, Copy)]
struct Limits {
    on_paper: u8,
    on_rule: u8,
}

impl OnPage<'_> {
    /// The ink, without what a dirty scanner added; its streaks are taken out of the picture as well.
    fn ink(&self, even: &mut GrayImage) -> Mask {
        let at = |even: &GrayImage, x: usize, y: usize| self.seen(even, x, y);
        let cover = self.print.cover(|x, y| 255 - at(even, x, y));
        let limits = limits(self.print.rule_level(|x, y| at(even, x, y)));
        let mut mask = self.new_ink(even, cover, limits);
        for streak in streaks::find(&mask, self.print.dpi, self.turn_deg) {
            streak.erase(&mut mask, even);
        }
        let stretches = if limits.on_rule == 0 {
            &cover.all
        } else {
            &cover.dark
        };
        let crossed = stretches
            .iter()
            .flat_map(|stretch| self.crossed(even, &mask, *stretch, limits.on_paper));
        let crossed: Vec<usize> = crossed.collect();
        for i in crossed {
            mask.bits[i] = true;
        }
        mask
    }

    /// What the page shows where the blank has a pixel.
    fn seen(&self, even: &GrayImage, x: usize, y: usize) -> u8 {
        let (dx, dy) = self.shifts.at(x, y);
        let (width, height) = self.size;
        match (x.checked_add_signed(dx), y.checked_add_signed(dy)) {
            (Some(x), Some(y)) if x < width && y < height => even.as_raw()[y * width + x],
            _ => 255,
        }
    }

    fn new_ink(&self, even: &GrayImage, cover: &Cover, limits: Limits) -> Mask {
        let (width, height) = self.size;
        let mut mask = Mask::empty(width, height);
        for (y, x0) in (0..height).flat_map(|y| (0..width).step_by(CELL_PX).map(move |x| (y, x))) {
            let (dx, dy) = self.shifts.at(x0, y);
            let Some(from_y) = y.checked_add_signed(-dy).filter(|y| *y < height) else {
                continue;
            };
            // What lies outside of the blank has no print to be told from; it is a millimetre at most.
            let first = (x0 as isize).max(dx).max(0) as usize;
            let end = (x0 + CELL_PX).min(width);
            let end = end.min((width as isize + dx).max(0) as usize);
            if first >= end {
                continue;
            }
            let from_x = (first as isize - dx) as usize;
            let kinds = &cover.kinds[from_y * width + from_x..][..end - first];
            let values = &even.as_raw()[y * width + first..y * width + end];
            let bits = &mut mask.bits[y * width + first..y * width + end];
            for ((bit, value), kind) in bits.iter_mut().zip(values).zip(kinds) {
                *bit = *value < limits.at(*kind);
            }
        }
        mask
    }

    /// The pixels of a stretch of print that strokes on either side of it run through.
    fn crossed(
        &self,
        even: &GrayImage,
        seeds: &Mask,
        stretch: Stretch,
        ink_level: u8,
    ) -> Vec<usize> {
        let (width, height) = self.size;
        let (dx, dy) = self.shifts.at(stretch.x.into(), stretch.y.into());
        let (x, y) = (stretch.x as isize + dx, stretch.y as isize + dy);
        let len = stretch.len as isize;
        let inside = x >= 1 && y >= 1 && x + len < width as isize && y + len < height as isize;
        if !inside {
            return Vec::new();
        }
        let step = if stretch.down { width } else { 1 };
        let start = y as usize * width + x as usize;
        let pixel = |i: usize| start + i * step;
        let dark = |i: &usize| even.as_raw()[*i] < ink_level;
        let n = usize::from(stretch.len);
        let mut found = Vec::new();
        if seeds.bits[start - step] {
            found.extend((0..n).map(pixel).take_while(dark));
        }
        if seeds.bits[pixel(n)] {
            found.extend((0..n).rev().map(pixel).take_while(dark));
        }
        found
    }
}

impl Limits {
    const fn at(self, kind: u8) -> u8 {
        if kind == NOTHING {
            self.on_paper
        } else if kind == RULE {
            self.on_rule
        } else {
            0
        }
    }
}

/// Where rules are as dark as ink, as on a page in black and white, nothing on them counts by itself.
fn limits(rule_level: u8) -> Limits {
    let on_paper = (255.0 * INK_LEVEL) as u8;
    let on_rule = on_paper.min((f64::from(rule_level) * INK_ON_RULE) as u8);
    Limits {
        on_paper,
        on_rule: if rule_level < on_paper { 0 } else { on_rule },
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::stages::print::Hidden;

    const DPI: f64 = 200.0;

    /// The ink of a scan whose blank is given too.
    pub(crate) fn extracted(scan: GrayImage, blank: &GrayImage, area: BoxMm) -> Ink {
        let print = Print::new(blank, scan.dimensions(), DPI, &Hidden::default());
        let view = View {
            area,
            dpi: DPI,
            turn_deg: 0.0,
            grey: scan,
        };
        extract(&view, &print)
    }

    fn paper(level: u8) -> GrayImage {
        GrayImage::from_pixel(240, 160, image::Luma([level]))
    }

    fn line(picture: &mut GrayImage, area: Area, value: u8) {
        for y in area.y0..area.y1 {
            for x in area.x0..area.x1 {
                let pixel = picture.get_pixel_mut(x as u32, y as u32);
                pixel.0[0] = pixel.0[0].min(value);
            }
        }
    }

    const RULE_AREA: Area = Area {
        x0: 10,
        y0: 80,
        x1: 230,
        y1: 83,
    };
    const STROKE: Area = Area {
        x0: 100,
        y0: 40,
        x1: 105,
        y1: 120,
    };

    fn small(scan: GrayImage, blank: &GrayImage) -> Ink {
        let area = BoxMm::from([0.0, 0.0, 240.0 / px_per_mm(DPI), 160.0 / px_per_mm(DPI)]);
        extracted(scan, blank, area)
    }

    #[test]
    fn print_alone_is_no_ink_even_when_it_lies_a_little_off() {
        for (rule, paper_level) in [(181, 255), (60, 255), (60, 190)] {
            let mut blank = paper(255);
            line(&mut blank, RULE_AREA, rule);
            let mut scan = paper(paper_level);
            let moved = Area {
                y0: RULE_AREA.y0 + 2,
                y1: RULE_AREA.y1 + 2,
                ..RULE_AREA
            };
            line(
                &mut scan,
                moved,
                (u32::from(rule) * u32::from(paper_level) / 255) as u8,
            );
            assert_eq!(small(scan, &blank).mask.count(), 0, "rule {rule}");
        }
    }

    #[test]
    fn a_stroke_that_crosses_a_rule_stays_in_one_piece() {
        for rule in [181, 60] {
            let mut blank = paper(255);
            line(&mut blank, RULE_AREA, rule);
            let mut scan = blank.clone();
            line(&mut scan, STROKE, 40);
            let ink = small(scan, &blank);
            assert_eq!(ink.pieces.len(), 1, "rule {rule}");
            assert_eq!(ink.pieces[0].bounds, STROKE, "rule {rule}");
        }
    }

    #[test]
    fn dust_is_left_out_and_shaded_paper_is_no_ink() {
        let blank = paper(255);
        let mut scan = GrayImage::from_fn(240, 160, |x, _| image::Luma([250 - (x / 3) as u8]));
        scan.put_pixel(50, 50, image::Luma([0]));
        let ink = small(scan, &blank);
        assert_eq!((ink.mask.count(), ink.pieces.len()), (0, 0));
    }

    #[test]
    fn boxes_on_paper_and_areas_in_the_picture_fit_each_other() {
        let ink = small(paper(255), &paper(255));
        let area = Area {
            x0: 20,
            y0: 30,
            x1: 90,
            y1: 100,
        };
        assert_eq!(ink.area_px(&ink.area_mm(area)), area);
    }

    #[test]
    fn a_piece_that_reaches_far_out_of_a_region_is_cut_at_its_edge() {
        let mut scan = paper(255);
        line(&mut scan, STROKE, 40);
        let ink = small(scan, &paper(255));
        let below = BoxMm::from([0.0, ink.mm(100.0), 30.0, 10.0]);
        let found = ink.pieces_in(&below);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].bounds.y0, found[0].bounds.y1), (100, 120));
        let whole = ink.pieces_in(&BoxMm::from([0.0, 4.0, 30.0, 13.0]));
        assert_eq!(whole[0].bounds, STROKE);
    }
}
