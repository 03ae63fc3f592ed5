//! A sheet without a form: set aside, with the words that a person gets who takes it for a letter.

use std::io::Cursor;
use std::path::Path;

use image::{GrayImage, ImageFormat, imageops};
use ocr_worker::handwriting::Handwriting;
use ocr_worker::{PageRead, PageSource, Reader, ReaderSettings};
use schemas::layout::{Meaning, builtin};
use schemas::reading::Status;

const LEFT_PX: i64 = 150;
const TOP_PX: i64 = 300;

fn read(page: &GrayImage) -> PageRead {
    let engine = Box::new(Handwriting::load().unwrap());
    let reader = Reader::with_engine(builtin(), ReaderSettings::default(), engine).unwrap();
    let mut png = Cursor::new(Vec::new());
    page.write_to(&mut png, ImageFormat::Png).unwrap();
    reader.read(png.get_ref(), &PageSource::default())
}

fn sheet() -> GrayImage {
    GrayImage::from_pixel(1654, 2339, image::Luma([250]))
}

/// A sheet with two lines.
fn letter() -> GrayImage {
    let lines = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lines");
    let mut page = sheet();
    for (top_px, name) in [(TOP_PX, "line-0.png"), (TOP_PX + 400, "line-1.png")] {
        let line = image::open(lines.join(name)).unwrap().into_luma8();
        imageops::replace(&mut page, &line, LEFT_PX, top_px);
    }
    page
}

#[test]
fn a_letter_is_set_aside_with_its_words_and_where_they_stand() {
    let PageRead {
        reading, pictures, ..
    } = read(&letter());
    assert!(pictures.iter().all(|picture| picture.region_id.is_none()));
    assert_eq!(reading.status, Status::Quarantined);
    assert!(reading.regions.is_empty());
    let letter = reading.letter.unwrap();
    assert_eq!(letter.reads, Meaning::Story);
    assert!(!letter.withheld, "{:?}", letter.predicted_cer);
    let value = letter.value.unwrap();
    assert!(value.starts_with("The nurses were kind"), "{value}");
    assert_eq!(letter.lines.len(), 2);
    let around = letter.box_px;
    assert!(around.y >= 250 && around.height < 1000, "{around:?}");
    let first = letter.lines[0].box_px;
    assert!(i64::from(first.x).abs_diff(LEFT_PX) < 60, "{first:?}");
    assert!(
        (TOP_PX..TOP_PX + 110).contains(&i64::from(first.y)),
        "{first:?}"
    );
}

#[test]
fn a_letter_that_lies_upside_down_or_on_its_side_comes_upright() {
    let as_written = letter();
    let upright = read(&as_written).reading.letter.unwrap();
    for (lying, deg) in [
        (imageops::rotate180(&as_written), 180.0),
        (imageops::rotate90(&as_written), 90.0),
    ] {
        let read = read(&lying);
        assert_eq!(read.reading.orientation_deg, Some(deg));
        let letter = read.reading.letter.unwrap();
        assert_eq!(letter.value, upright.value, "{deg}");
        let shown = read
            .pictures
            .iter()
            .find(|p| p.region_id.is_some())
            .unwrap();
        let shown = image::load_from_memory(&shown.bytes).unwrap();
        assert_eq!(
            (shown.width(), shown.height()),
            (as_written.width(), as_written.height())
        );
        let size = read.reading.straightened.unwrap();
        assert_eq!((size.width_px, size.height_px), as_written.dimensions());
    }
}

#[test]
fn a_drawing_is_not_turned() {
    let mut page = sheet();
    for (x, y, pixel) in page.enumerate_pixels_mut() {
        let (dx, dy) = (f64::from(x) - 700.0, f64::from(y) - 900.0);
        let ring = |radius: f64| (dx.hypot(dy * 1.2) - radius).abs() < 4.0;
        if ring(400.0) || ring(90.0) || (dx - 0.4 * dy).abs() < 4.0 {
            pixel.0[0] = 40;
        }
    }
    assert_eq!(read(&page).reading.orientation_deg, None);
}

#[test]
fn a_white_sheet_has_no_words() {
    assert_eq!(read(&sheet()).reading.letter, None);
}
