//! Serial: the printed number of a leaflet, read from the paper when its code cannot be.
//!
//! The number stands in cells at a known place, in a known font, with two check characters behind it
//! ([`schemas::payload::check_characters`]). Each cell is compared with a picture of every character; of all numbers
//! that look likely only one whose check characters are the printed ones is taken.

use std::sync::OnceLock;

use image::GrayImage;
use schemas::geometry::{BoxMm, Homography, px_per_mm};
use schemas::layout::{Layout, Side, serial_cells};
use schemas::payload::{Serial, check_characters};

use super::register::Registered;
use crate::picture::Pyramid;
use crate::picture::warp::warp_grey;

/// The resolution at which characters are compared: they are 22 pixels high.
const DPI: f64 = 200.0;
/// The longest serial.
const MAX_CHARACTERS: usize = 12;
/// How far a character may lie from the middle of its cell, after registration.
const REACH_MM: f64 = 0.5;
/// A cell that is less like any character is empty.
const MIN_LIKENESS: f64 = 0.55;
/// So many characters are tried for each cell.
const TRIED: usize = 3;
/// A printed check character may be less like the expected one than like the best one by this much.
const MAX_CHECK_LAG: f64 = 0.12;
/// By so much the best number must be more likely than the next one, over all of its characters.
const MIN_LEAD: f64 = 0.06;

/// A character and how like it a cell is.
type Likely = (char, f64);

/// Reads the serial of a page that lies on its layout; nothing when it has none or it is not certain.
pub fn read_serial(
    page: &Pyramid<'_>,
    registered: &Registered,
    layout: &Layout,
    side: &Side,
) -> Option<Serial> {
    let cells = serial_cells(layout, side, MAX_CHARACTERS);
    let (places, checks) = cells.split_at_checked(MAX_CHARACTERS)?;
    let look = |cell: &BoxMm| likely(&cut(page, registered, cell));
    let checks: Vec<Vec<Likely>> = checks.iter().map(look).collect();
    let mut characters: Vec<Vec<Likely>> = Vec::new();
    for cell in places.iter().rev() {
        let seen = look(cell);
        if seen
            .first()
            .is_none_or(|(_, likeness)| *likeness < MIN_LIKENESS)
        {
            break;
        }
        characters.insert(0, seen);
    }
    best_number(&characters, &checks, |serial| {
        check_characters(&layout.id, layout.version, side.side, serial)
    })
}

/// A cell with paper around it.
fn cut(page: &Pyramid<'_>, registered: &Registered, cell: &BoxMm) -> GrayImage {
    let area = cell.shrunk(-REACH_MM);
    let (source, factor) = page.with_at_least(DPI, registered.scan_dpi);
    let to_source = Homography::scaling(1.0 / px_per_mm(DPI))
        .then(&Homography::translation(area.x, area.y))
        .then(&registered.to_scan)
        .then(&Homography::scaling(1.0 / f64::from(factor)));
    let pixels = |mm: f64| (mm * px_per_mm(DPI)).round() as u32;
    warp_grey(
        source,
        &to_source,
        (pixels(area.width), pixels(area.height)),
    )
}

/// Every character that a serial may have, as it is printed.
fn templates() -> &'static [(char, GrayImage)] {
    static TEMPLATES: OnceLock<Vec<(char, GrayImage)>> = OnceLock::new();
    TEMPLATES.get_or_init(|| {
        ('0'..='9')
            .chain('A'..='Z')
            .map(|character| (character, artwork::glyph(character, DPI)))
            .collect()
    })
}

/// All characters, the likeliest first.
fn likely(cell: &GrayImage) -> Vec<Likely> {
    let mut found: Vec<Likely> = templates()
        .iter()
        .map(|(character, template)| (*character, likeness(cell, template)))
        .collect();
    found.sort_by(|a, b| b.1.total_cmp(&a.1));
    found
}

/// The best normalised cross-correlation of a template over all places in a cell.
fn likeness(cell: &GrayImage, template: &GrayImage) -> f64 {
    let across = cell.width().saturating_sub(template.width());
    let down = cell.height().saturating_sub(template.height());
    (0..=down)
        .flat_map(|y| (0..=across).map(move |x| (x, y)))
        .map(|place| likeness_at(cell, template, place))
        .fold(0.0, f64::max)
}

fn likeness_at(cell: &GrayImage, template: &GrayImage, (x0, y0): (u32, u32)) -> f64 {
    let (mut n, mut a, mut b, mut aa, mut bb, mut ab) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    for (y, row) in template.rows().enumerate() {
        let start = (y0 as usize + y) * cell.width() as usize + x0 as usize;
        let Some(seen) = cell.as_raw().get(start..start + row.len()) else {
            return 0.0;
        };
        for (seen, wanted) in seen.iter().zip(row) {
            let (seen, wanted) = (f64::from(*seen), f64::from(wanted.0[0]));
            n += 1.0;
            a += seen;
            b += wanted;
            aa += seen * seen;
            bb += wanted * wanted;
            ab += seen * wanted;
        }
    }
    let spread = (aa - a * a / n) * (bb - b * b / n);
    // A cell that is all paper is like nothing.
    if spread < 1e4 * n {
        0.0
    } else {
        (ab - a * b / n) / spread.sqrt()
    }
}

/// The likeliest number whose check characters are there.
fn best_number(
    characters: &[Vec<Likely>],
    checks: &[Vec<Likely>],
    expected: impl Fn(&Serial) -> [char; 2],
) -> Option<Serial> {
    if characters.is_empty() {
        return None;
    }
    let mut numbers: Vec<(f64, Serial)> = combinations(characters)
        .into_iter()
        .filter_map(|(text, likeness)| {
            let serial = Serial::parse(&text)?;
            let check = check_likeness(checks, expected(&serial))?;
            Some((likeness + check, serial))
        })
        .collect();
    numbers.sort_by(|a, b| b.0.total_cmp(&a.0));
    let lead = match numbers.as_slice() {
        [] => return None,
        [_] => f64::INFINITY,
        [first, second, ..] => first.0 - second.0,
    };
    (lead >= MIN_LEAD).then(|| numbers.swap_remove(0).1)
}

/// All texts of likely characters, with the sum of their likenesses; only the likeliest few thousand.
fn combinations(characters: &[Vec<Likely>]) -> Vec<(String, f64)> {
    const KEPT: usize = 2000;
    let mut texts = vec![(String::new(), 0.0)];
    for choices in characters {
        let mut longer: Vec<(String, f64)> = texts
            .iter()
            .flat_map(|(text, sum)| {
                let choices = choices.iter().take(TRIED);
                choices.map(move |(c, likeness)| (format!("{text}{c}"), sum + likeness))
            })
            .collect();
        longer.sort_by(|a, b| b.1.total_cmp(&a.1));
        longer.truncate(KEPT);
        texts = longer;
    }
    texts
}

/// How like the expected check characters the printed ones are; nothing when others are clearly likelier.
fn check_likeness(checks: &[Vec<Likely>], expected: [char; 2]) -> Option<f64> {
    let mut sum = 0.0;
    for (seen, expected) in checks.iter().zip(expected) {
        let best = seen.first()?.1;
        let own = seen.iter().find(|(c, _)| *c == expected)?.1;
        if own < MIN_LIKENESS || best - own > MAX_CHECK_LAG {
            return None;
        }
        sum += own;
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use artwork::Print;
    use schemas::layout::builtin;
    use schemas::reading::RecognisedBy;

    fn scan(layout: &Layout, side: &Side, print: &Print) -> GrayImage {
        let page = artwork::raster(layout, side, 200.0, print).unwrap();
        image::imageops::blur(&image::DynamicImage::ImageRgba8(page).into_luma8(), 0.8)
    }

    fn lying_well(scale: f64) -> Registered {
        Registered {
            to_scan: Homography::scaling(scale).then(&Homography::translation(1.6, -2.0)),
            residual_mm: 0.0,
            agreement: 1.0,
            stretch: 1.0,
            covered: Vec::new(),
            by: RecognisedBy::Print,
            lost: Vec::new(),
            n_found: 4,
            orientation_deg: 0.0,
            scan_dpi: 200.0,
            corners_px: [schemas::geometry::Point::default(); 4],
        }
    }

    #[test]
    fn the_serial_of_every_layout_is_read_from_its_print() {
        let registered = lying_well(px_per_mm(200.0));
        let mut n_read = 0;
        for layout in builtin() {
            for side in &layout.sides {
                if serial_cells(&layout, side, 6).is_empty() {
                    continue;
                }
                for number in [1, 907_218, 123_456] {
                    let serial = Serial::from_number(number);
                    let page = scan(&layout, side, &Print::numbered(serial.clone()));
                    let found = read_serial(&Pyramid::new(&page), &registered, &layout, side);
                    assert_eq!(found, Some(serial), "{} side {}", layout.id, side.side);
                    n_read += 1;
                }
            }
        }
        assert!(n_read >= 24, "{n_read}");
    }

    #[test]
    fn a_serial_with_a_blot_on_it_is_not_guessed() {
        let layout = builtin()
            .into_iter()
            .find(|l| !serial_cells(l, &l.sides[0], 6).is_empty())
            .unwrap();
        let side = &layout.sides[0];
        let mut page = scan(&layout, side, &Print::numbered(Serial::from_number(4711)));
        let cell = serial_cells(&layout, side, 6)[4];
        let scale = px_per_mm(200.0);
        for y in (cell.y * scale) as u32..(cell.bottom() * scale) as u32 {
            for x in (cell.x * scale) as u32..(cell.right() * scale) as u32 {
                page.put_pixel(x, y, image::Luma([20]));
            }
        }
        let found = read_serial(&Pyramid::new(&page), &lying_well(scale), &layout, side);
        assert_eq!(found, None);
    }

    #[test]
    fn a_leaflet_without_a_serial_has_none() {
        let layout = builtin()
            .into_iter()
            .find(|l| !serial_cells(l, &l.sides[0], 6).is_empty())
            .unwrap();
        let side = &layout.sides[0];
        let page = scan(&layout, side, &Print::default());
        let registered = lying_well(px_per_mm(200.0));
        assert_eq!(
            read_serial(&Pyramid::new(&page), &registered, &layout, side),
            None
        );
    }
}
