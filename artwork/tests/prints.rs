//! What comes out of the printer and off the glass.

use artwork::{ArtworkError, Print, blank, outlined_svg, pdf, png, raster, svg};
use image::DynamicImage;
use schemas::geometry::{BoxMm, px_per_mm};
use schemas::layout::{Layout, builtin};
use schemas::payload::{CodePayload, DEFAULT_PREFIX, Serial};

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

#[test]
fn the_code_says_layout_version_side_and_serial_at_150_dpi() {
    let layout = layout();
    let picture = raster(&layout, &layout.sides[0], 150.0, &numbered(123)).unwrap();
    let grey = DynamicImage::from(picture).into_luma8();
    let (width, height) = (grey.width() as usize, grey.height() as usize);
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| {
        grey.get_pixel(u32::try_from(x).unwrap(), u32::try_from(y).unwrap())[0]
    });
    let grids = prepared.detect_grids();
    let (_, text) = grids[0].decode().unwrap();
    let payload = CodePayload::parse(&text, DEFAULT_PREFIX).unwrap();
    assert_eq!(payload.layout, layout.id);
    assert_eq!((payload.version, payload.side), (layout.version, 1));
    assert_eq!(payload.serial, Serial::parse("000123"));
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
fn the_blank_picture_is_the_print_without_code_and_serial() {
    let layout = layout();
    let side = &layout.sides[0];
    let blank = blank(&layout, side, 100.0).unwrap();
    let print = raster(&layout, side, 100.0, &numbered(7)).unwrap();
    let print = DynamicImage::from(print).into_luma8();
    for region in &side.regions {
        let [ours, theirs] = [&blank, &print].map(|picture| cut(picture, &region.area, 100.0));
        let most = ours.iter().zip(&theirs).map(|(a, b)| a.abs_diff(*b)).max();
        assert!(most <= Some(1), "{} differs by {most:?}", region.id);
    }
}

#[test]
fn every_mark_has_free_space_round_it() {
    let layout = layout();
    let side = &layout.sides[0];
    let print = raster(&layout, side, 100.0, &numbered(1)).unwrap();
    let print = DynamicImage::from(print).into_luma8();
    for mark in &side.marks {
        let free = mark.diameter_mm / 2.0 + 4.0;
        for turn in 0..360 {
            let (sin, cos) = f64::from(turn).to_radians().sin_cos();
            let at = BoxMm::from([
                mark.centre.x + free * cos,
                mark.centre.y + free * sin,
                0.3,
                0.3,
            ]);
            assert_eq!(cut(&print, &at, 100.0), [255], "{} at {turn}°", mark.id);
        }
    }
}

#[test]
fn a_pdf_has_a_page_for_each_serial_and_says_each_one() {
    let layout = layout();
    let serials: Vec<Serial> = (1..=5).map(Serial::from_number).collect();
    let bytes = pdf(&layout, DEFAULT_PREFIX, &serials).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.starts_with("%PDF-"));
    assert!(text.contains("/Count 5"), "no page tree with five pages");
    let embedded = text.matches("/FontFile2").count();
    assert_eq!(
        embedded, 2,
        "regular and bold, each embedded once for all pages"
    );
    assert_eq!(bytes, pdf(&layout, DEFAULT_PREFIX, &serials).unwrap());
    let many: Vec<Serial> = (1..=50).map(Serial::from_number).collect();
    let larger = pdf(&layout, DEFAULT_PREFIX, &many).unwrap().len();
    assert!(
        larger < bytes.len() + 45 * 12_000,
        "fonts are embedded once: {larger}"
    );
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
