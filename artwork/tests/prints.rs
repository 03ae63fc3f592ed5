//! What comes out of the printer and off the glass.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::process::Command;

use artwork::{ArtworkError, Finish, Print, blank, glyph, outlined_svg, pdf, png, raster, svg};
use image::DynamicImage;
use schemas::geometry::{BoxMm, px_per_mm};
use schemas::layout::{Layout, Side, builtin, serial_cells};
use schemas::payload::{CodePayload, DEFAULT_PREFIX, Serial, check_characters};

fn layout() -> Layout {
    builtin().remove(0)
}

fn numbered(number: u32) -> Print {
    Print::numbered(Serial::from_number(number))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "positions on a page"
)]
fn cut(picture: &image::GrayImage, area: &BoxMm, dpi: f64) -> Vec<u8> {
    let [x, y, w, h] =
        [area.x, area.y, area.width, area.height].map(|mm| (mm * px_per_mm(dpi)).round() as u32);
    let view = image::imageops::crop_imm(picture, x, y, w, h).to_image();
    view.into_raw()
}

/// Every side of every layout that comes with Postbag.
fn all_sides() -> Vec<(Layout, Side)> {
    let with_layout = |layout: Layout| {
        let sides = layout.sides.clone().into_iter();
        sides.map(move |side| (layout.clone(), side))
    };
    builtin().into_iter().flat_map(with_layout).collect()
}

fn printed(layout: &Layout, side: &Side, dpi: f64) -> image::GrayImage {
    let picture = raster(layout, side, dpi, &numbered(123)).unwrap();
    DynamicImage::from(picture).into_luma8()
}

#[test]
fn every_code_says_layout_version_side_and_serial_at_150_dpi() {
    for (layout, side) in all_sides() {
        let grey = printed(&layout, &side, 150.0);
        let (width, height) = (grey.width() as usize, grey.height() as usize);
        let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| {
            grey.get_pixel(u32::try_from(x).unwrap(), u32::try_from(y).unwrap())[0]
        });
        let grids = prepared.detect_grids();
        let (_, text) = grids[0].decode().unwrap();
        let payload = CodePayload {
            layout: layout.id.clone(),
            version: layout.version,
            side: side.side,
            serial: Serial::parse("000123"),
        };
        assert_eq!(CodePayload::parse(&text, DEFAULT_PREFIX), Ok(payload));
    }
}

#[test]
fn every_serial_stands_in_its_cells_as_its_glyphs() {
    const DPI: f64 = 300.0;
    for (layout, side) in all_sides().split_off(1) {
        let grey = printed(&layout, &side, DPI);
        let serial = Serial::from_number(123);
        let check = check_characters(&layout.id, layout.version, side.side, &serial);
        let characters = serial.as_str().chars().chain(check);
        let cells = serial_cells(&layout, &side, 6);
        assert_eq!(cells.len(), 8);
        for (cell, character) in cells.iter().zip(characters) {
            let expected = glyph(character, DPI);
            let found = cut_exactly(&grey, cell, DPI, expected.dimensions());
            let difference: u64 = expected
                .iter()
                .zip(found.iter())
                .map(|(a, b)| u64::from(a.abs_diff(*b)))
                .sum();
            let mean = difference / expected.len() as u64;
            // The cell begins between two pixels, which moves every edge by up to half a pixel.
            assert!(mean < 12, "{} {character}: {mean}", layout.id);
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "positions on a page"
)]
fn cut_exactly(
    picture: &image::GrayImage,
    area: &BoxMm,
    dpi: f64,
    (width, height): (u32, u32),
) -> image::GrayImage {
    let [x, y] = [area.x, area.y].map(|mm| (mm * px_per_mm(dpi)).round() as u32);
    image::imageops::crop_imm(picture, x, y, width, height).to_image()
}

#[test]
fn the_blank_picture_has_no_modules_and_the_page_size() {
    let layout = layout();
    let side = &layout.sides[0];
    let blank = blank(&layout, side, 200.0).unwrap();
    assert_eq!(blank.dimensions(), (1654, 2339));
    let code = side.code.unwrap().area.shrunk(-3.0);
    assert!(cut(&blank, &code, 200.0).iter().all(|&grey| grey == 255));
    let disc = side.marks[0].centre;
    let inside = BoxMm::from([disc.x - 1.0, disc.y - 1.0, 2.0, 2.0]);
    assert!(cut(&blank, &inside, 200.0).iter().all(|&grey| grey == 0));
}

#[test]
fn every_blank_picture_is_the_print_without_code_and_serial() {
    for (layout, side) in all_sides() {
        let blank = blank(&layout, &side, 100.0).unwrap();
        let print = printed(&layout, &side, 100.0);
        for region in &side.regions {
            let [ours, theirs] = [&blank, &print].map(|picture| cut(picture, &region.area, 100.0));
            let most = ours.iter().zip(&theirs).map(|(a, b)| a.abs_diff(*b)).max();
            assert!(
                most <= Some(1),
                "{} {} differs by {most:?}",
                layout.id,
                region.id
            );
        }
    }
}

#[test]
fn every_mark_has_free_space_round_it() {
    for (layout, side) in all_sides() {
        let print = printed(&layout, &side, 100.0);
        for mark in &side.marks {
            let free = mark.diameter_mm / 2.0 + 2.0;
            for turn in 0..360 {
                let (sin, cos) = f64::from(turn).to_radians().sin_cos();
                let (x, y) = (mark.centre.x + free * cos, mark.centre.y + free * sin);
                let at = BoxMm::from([x, y, 0.3, 0.3]);
                let place = format!("{} {} at {turn}°", layout.id, mark.id);
                assert_eq!(cut(&print, &at, 100.0), [255], "{place}");
            }
        }
    }
}

#[test]
fn no_two_sides_look_alike() {
    let blanks: Vec<image::GrayImage> = all_sides()
        .iter()
        .map(|(layout, side)| blank(layout, side, 25.0).unwrap())
        .collect();
    for (i, one) in blanks.iter().enumerate() {
        for other in &blanks[..i] {
            let pixels = one.enumerate_pixels().filter(|(x, y, pixel)| {
                let theirs = other.get_pixel_checked(*x, *y).map_or(255, |p| p[0]);
                pixel[0].abs_diff(theirs) > 60
            });
            let share = f64::from(u32::try_from(pixels.count()).unwrap())
                / f64::from(one.width() * one.height());
            assert!(share > 0.01, "side {i} is nearly another: {share}");
        }
    }
}

#[test]
fn a_pdf_has_a_page_for_each_serial_and_says_each_one() {
    let layout = layout();
    let serials: Vec<Serial> = (1..=5).map(Serial::from_number).collect();
    let bytes = pdf(&layout, DEFAULT_PREFIX, &serials, Finish::Trimmed).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.starts_with("%PDF-"));
    assert!(text.contains("/Count 5"), "no page tree with five pages");
    let embedded = text.matches("/FontFile2").count();
    assert_eq!(
        embedded, 2,
        "regular and bold, each embedded once for all pages"
    );
    assert_eq!(
        bytes,
        pdf(&layout, DEFAULT_PREFIX, &serials, Finish::Trimmed).unwrap()
    );
    let many: Vec<Serial> = (1..=50).map(Serial::from_number).collect();
    let larger = pdf(&layout, DEFAULT_PREFIX, &many, Finish::Trimmed)
        .unwrap()
        .len();
    assert!(
        larger < bytes.len() + 45 * 12_000,
        "fonts are embedded once: {larger}"
    );
}

#[test]
fn every_font_of_every_pdf_is_embedded() {
    let folder = std::env::temp_dir().join(format!("postbag-fonts-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for layout in builtin() {
        let file = folder.join("print.pdf");
        let bytes = pdf(&layout, DEFAULT_PREFIX, &[], Finish::CropMarks).unwrap();
        std::fs::write(&file, bytes).unwrap();
        let output = Command::new("pdffonts").arg(&file).output();
        let output = output.expect("pdffonts runs (install poppler-utils)");
        let table = String::from_utf8(output.stdout).unwrap();
        let fonts: Vec<&str> = table.lines().skip(2).collect();
        assert_eq!(fonts.len(), 2, "regular and bold: {table}");
        for font in fonts {
            assert!(font.contains("AtkinsonHyperlegibleNext"), "{font}");
            assert!(font.contains(" yes yes yes "), "not embedded: {font}");
        }
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_pdf_for_a_print_shop_says_where_to_cut() {
    let bytes = pdf(&layout(), DEFAULT_PREFIX, &[], Finish::CropMarks).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    // 10 mm round the leaflet, 3 mm of bleed; in points.
    assert!(
        text.contains("/MediaBox[0 0 651.96"),
        "the page is not 230 mm wide"
    );
    assert!(
        text.contains("/TrimBox[28.34"),
        "the cut is not 10 mm inside"
    );
    assert!(text.contains("/BleedBox[19.84"), "the bleed is not 3 mm");
    let plain = pdf(&layout(), DEFAULT_PREFIX, &[], Finish::Trimmed).unwrap();
    assert!(!String::from_utf8_lossy(&plain).contains("/TrimBox"));
}

#[test]
fn markup_in_a_layouts_words_stays_words() {
    let mut layout = layout();
    layout.sides[0].texts[0].text = "<script>&\"</script>".to_owned();
    let side = &layout.sides[0];
    let drawing = svg(&layout, side, &Print::default()).unwrap();
    assert!(drawing.contains("&lt;script&gt;&amp;&quot;&lt;/script&gt;"));
    assert!(!drawing.contains("<script"));
    raster(&layout, side, 30.0, &Print::default()).unwrap();
}

#[test]
fn an_outlined_drawing_needs_no_font() {
    let layout = layout();
    let drawing = outlined_svg(&layout, &layout.sides[0], &numbered(1)).unwrap();
    assert!(!drawing.contains("<text"));
    assert!(drawing.contains("<path"));
}

#[test]
fn a_png_knows_its_dots_per_inch() {
    let layout = layout();
    let bytes = png(&layout, &layout.sides[0], 100.0, &Print::default()).unwrap();
    let place = bytes.windows(4).position(|four| four == b"pHYs").unwrap();
    assert_eq!(bytes[place + 4..place + 8], 3937u32.to_be_bytes());
}

#[test]
fn a_prefix_that_is_too_long_is_an_error() {
    let layout = layout();
    let print = Print {
        prefix: "HTTPS://".to_owned() + &"LONG.".repeat(40),
        serial: None,
    };
    let error = svg(&layout, &layout.sides[0], &print).unwrap_err();
    assert!(matches!(error, ArtworkError::CodeTooLong { .. }));
}
