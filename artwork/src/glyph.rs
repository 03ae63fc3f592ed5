//! The characters of a serial as pictures, for a reader that compares.

use image::GrayImage;
use schemas::geometry::BoxMm;
use schemas::layout::{SERIAL_CELL_HEIGHT_MM, SERIAL_PITCH_MM};

use crate::svg::Svg;
use crate::{drawing, raster};

/// One cell of a serial with `character` in it, drawn exactly as printed, as grey values (0 is black).
///
/// The picture is the cell of [`schemas::layout::serial_cells`] at `dpi`, rounded to whole pixels.
///
/// # Panics
/// Never at a resolution at which a page can be drawn (above 6 and below 200,000 dpi).
pub fn glyph(character: char, dpi: f64) -> GrayImage {
    let mut svg = Svg::new(SERIAL_PITCH_MM, SERIAL_CELL_HEIGHT_MM);
    let cell = BoxMm::from([0.0, 0.0, SERIAL_PITCH_MM, SERIAL_CELL_HEIGHT_MM]);
    drawing::serial_character(&mut svg, &cell, character);
    let picture = raster::drawn(&svg.finish(), cell.width, cell.height, dpi);
    raster::grey(&picture.expect("a cell is a picture"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::payload::CHECK_ALPHABET;

    #[test]
    fn every_character_stays_inside_its_cell_and_looks_like_no_other() {
        let pictures: Vec<GrayImage> = CHECK_ALPHABET.iter().map(|c| glyph(*c, 300.0)).collect();
        for (i, picture) in pictures.iter().enumerate() {
            assert_eq!(picture.dimensions(), (38, 54));
            let border = |(x, y): (u32, u32)| x == 0 || y == 0 || x == 37 || y == 53;
            let clear = |(x, y, p): (u32, u32, &image::Luma<u8>)| !border((x, y)) || p[0] > 200;
            assert!(
                picture.enumerate_pixels().all(clear),
                "{}",
                CHECK_ALPHABET[i]
            );
            assert!(picture.pixels().any(|p| p[0] < 30));
            assert!(!pictures[..i].contains(picture), "{}", CHECK_ALPHABET[i]);
        }
    }
}
