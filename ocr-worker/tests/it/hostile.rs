//! Pictures that nobody can read: each is a quarantined page with a cause and a next action, never a panic.

use std::io::Cursor;

use artwork::Print;
use image::{DynamicImage, GrayImage, ImageFormat, Luma};
use ocr_worker::{PageSource, Reader, ReaderSettings, TesseractSettings};
use schemas::geometry::px_per_mm;
use schemas::layout::{Layout, builtin};
use schemas::payload::Serial;
use schemas::reading::{InkState, NoLeaflet, Reading, Status, WarningCode};

use crate::{READER, committed};

fn png(picture: &DynamicImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn read(bytes: &[u8]) -> Reading {
    READER.read(bytes, &PageSource::default()).reading
}

fn assert_quarantined(reading: &Reading, code: WarningCode) {
    assert_eq!(reading.status, Status::Quarantined);
    let warning = reading.warnings.iter().find(|warning| warning.code == code);
    let warning = warning.unwrap_or_else(|| panic!("no {code:?} in {:?}", reading.warnings));
    assert!(warning.cause.ends_with('.') && warning.next_action.ends_with('.'));
}

#[test]
fn files_that_are_no_pictures_are_said_to_be_none() {
    assert_quarantined(&read(b""), WarningCode::EmptyFile);
    assert_quarantined(&read(b"just words"), WarningCode::UnknownFormat);
    let jpeg = committed()
        .into_iter()
        .find(|sample| sample.truth.media_type == "image/jpeg")
        .unwrap();
    let cut = read(&jpeg.bytes[..jpeg.bytes.len() / 40]);
    assert_eq!(cut.status, Status::Quarantined);
    let sample = committed()
        .into_iter()
        .find(|sample| sample.truth.media_type == "image/png")
        .unwrap();
    assert_quarantined(
        &read(&sample.bytes[..sample.bytes.len() / 2]),
        WarningCode::DamagedFile,
    );
}

#[test]
fn pages_without_a_code_are_put_before_a_person_with_a_picture() {
    let grey = |width, height, value| {
        DynamicImage::ImageLuma8(GrayImage::from_pixel(width, height, Luma([value])))
    };
    let noise = GrayImage::from_fn(900, 1200, |x, y| {
        let mixed =
            (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)).wrapping_mul(2_246_822_519);
        Luma([(mixed >> 24) as u8])
    });
    for picture in [
        grey(1, 1, 0),
        grey(2000, 1, 255),
        grey(1240, 1754, 0),
        noise.into(),
    ] {
        let page = READER.read(&png(&picture), &PageSource::default());
        assert_quarantined(&page.reading, WarningCode::NoCode);
        assert_eq!(page.pictures.len(), 1);
    }
    let page = READER.read(&png(&grey(1240, 1754, 255)), &PageSource::default());
    assert_quarantined(&page.reading, WarningCode::BlankPage);
    assert_eq!(page.reading.no_leaflet, Some(NoLeaflet::Blank));
    assert_eq!(page.pictures.len(), 1);
}

#[test]
fn a_leaflet_that_is_cut_off_is_read_as_far_as_it_goes_and_said_to_be_cut_off() {
    let sample = committed()
        .into_iter()
        .find(|sample| sample.truth.turned_deg == 0)
        .unwrap();
    let page = image::load_from_memory(&sample.bytes).unwrap();
    let (width, height) = (page.width(), page.height());
    let torn = page.crop_imm(width / 8, 0, width - width / 8, height * 9 / 10);
    let reading = read(&png(&torn));
    assert_eq!(reading.status, Status::Read);
    let cut = reading
        .warnings
        .iter()
        .find(|w| w.code == WarningCode::CutOff)
        .unwrap();
    for corner in ["top left", "bottom left", "bottom right"] {
        assert!(cut.cause.contains(corner), "{}", cut.cause);
    }
    assert!(!cut.cause.contains("top right"), "{}", cut.cause);
    let code_alone = page.crop_imm(width * 3 / 4, 0, width / 4, height / 6);
    assert_quarantined(&read(&png(&code_alone)), WarningCode::NotRegistered);
}

#[test]
fn without_tesseract_everything_but_the_text_is_read() {
    let settings = ReaderSettings {
        tesseract: TesseractSettings {
            program: "no-such-tesseract".to_owned(),
            ..TesseractSettings::default()
        },
        ..ReaderSettings::default()
    };
    let reader = Reader::new(schemas::layout::builtin(), settings).unwrap();
    let sample = &committed()[0];
    let reading = reader.read(&sample.bytes, &PageSource::default()).reading;
    assert_eq!(reading.status, Status::Read);
    assert!(
        reading
            .warnings
            .iter()
            .any(|w| w.code == WarningCode::TextNotRead
                && w.next_action.contains("apt install tesseract-ocr"))
    );
    assert_eq!(reading.engine.text, "none");
    let story = reading.region("story").unwrap();
    assert_eq!(
        (story.state, story.value.as_deref()),
        (InkState::Writing, None)
    );
    assert!(!story.lines.is_empty());
    let postcode = reading.region("postcode").unwrap();
    assert_eq!(postcode.value, sample.truth.postcode);
}

/// A leaflet whose code is covered, and whose upper part came slowly through the scanner.
fn pulled_without_a_code(layout: &Layout, serial: &str) -> DynamicImage {
    let print = Print {
        serial: Some(Serial::parse(serial).unwrap()),
        ..Print::default()
    };
    let side = &layout.sides[0];
    let page = artwork::raster(layout, side, 200.0, &print).unwrap();
    let page = DynamicImage::ImageRgba8(page).into_luma8();
    let code = side.code.as_ref().unwrap().area;
    let scale = px_per_mm(200.0);
    let covered = |x: u32, y: u32| {
        let (x, y) = (f64::from(x) / scale, f64::from(y) / scale);
        (code.x..code.right()).contains(&x) && (code.y..code.bottom()).contains(&y)
    };
    let (width, height) = page.dimensions();
    let slow = height * 3 / 10;
    let pulled = GrayImage::from_fn(width, height + slow / 9, |x, y| {
        let from = (y * 9 / 10).min(slow) + y.saturating_sub(slow * 10 / 9);
        match page.get_pixel_checked(x, from) {
            Some(_) if covered(x, from) => Luma([90]),
            Some(pixel) => *pixel,
            None => Luma([255]),
        }
    });
    pulled.into()
}

#[test]
fn a_page_that_was_pulled_and_has_lost_its_code_is_set_aside_by_its_name() {
    let layout = builtin()
        .into_iter()
        .find(|layout| layout.id.as_str() == "story-a4" && layout.version == 2)
        .unwrap();
    let page = READER.read(
        &png(&pulled_without_a_code(&layout, "004711")),
        &PageSource::default(),
    );
    let reading = page.reading;
    assert_quarantined(&reading, WarningCode::NotRegistered);
    assert!(
        reading.warnings[0].cause.contains(&layout.title),
        "{:?}",
        reading.warnings
    );
    assert_eq!(reading.layout.as_ref(), Some(&layout.id));
    assert_eq!((reading.version, reading.side), (Some(2), Some(1)));
    assert_eq!(reading.serial.as_deref(), Some("004711"));
    assert_eq!(page.pictures.len(), 2, "the page, and what was found on it");
}
