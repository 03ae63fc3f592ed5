use image::ImageFormat;
use ingest::Limits;
use ingest::open::{self, OpenedPage};
use schemas::reading::{Warning, WarningCode};

use crate::files::{PdfPage, coloured, encoded, pdf};

const A4_PT: (u32, u32) = (595, 842);

fn pages(file: Vec<u8>) -> Vec<Result<OpenedPage, Warning>> {
    open::pages(file, &Limits::default()).unwrap().collect()
}

/// A scan of 200 dots per inch: 595 points are 8.26 inches.
fn scanned() -> PdfPage {
    let (width, height) = (1653, 2339);
    PdfPage::Picture {
        jpeg: encoded(coloured(width, height), ImageFormat::Jpeg),
        size_px: (width, height),
        size_pt: A4_PT,
    }
}

fn drawn() -> PdfPage {
    PdfPage::Drawn {
        instructions: "0 0 0 rg 0 0 297.5 842 re f".to_owned(),
        size_pt: A4_PT,
    }
}

#[test]
fn a_scanned_page_comes_out_at_the_resolution_of_its_picture() {
    let page = pages(pdf(&[scanned()])).remove(0).unwrap();
    assert!(
        page.width_px.abs_diff(1653) <= 1 && page.height_px.abs_diff(2339) <= 1,
        "{page:?}"
    );
    assert!((page.dpi.unwrap() - 200.0).abs() < 1.0);
    let drawn = image::load_from_memory(&page.picture).unwrap().into_rgb8();
    let off = |x: u32, y: u32| {
        let (a, b) = (
            drawn.get_pixel(x, y).0,
            coloured(1653, 2339).get_pixel(x, y).0,
        );
        (0..3).map(|c| u32::from(a[c].abs_diff(b[c]))).sum::<u32>()
    };
    // The colours of the pattern jump at every 85th pixel; elsewhere they hardly change from one to the next.
    assert!(
        off(40, 40) < 40 && off(1600, 2200) < 40,
        "{} {}",
        off(40, 40),
        off(1600, 2200)
    );
}

/// A scan in a PDF whose JPEG has this orientation in its EXIF block.
fn scanned_with(orientation: u8) -> (Vec<u8>, Vec<u8>) {
    let (width, height) = (1653, 2339);
    let mut jpeg = encoded(coloured(width, height), ImageFormat::Jpeg);
    let directory = [
        1,
        0,
        0x12,
        1,
        3,
        0,
        1,
        0,
        0,
        0,
        orientation,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
    ];
    let block = [&b"Exif\0\0II*\0\x08\0\0\0"[..], &directory].concat();
    let len = u8::try_from(block.len() + 2).unwrap();
    jpeg.splice(2..2, [&[0xFF, 0xE1, 0, len], &block[..]].concat());
    let page = PdfPage::Picture {
        jpeg: jpeg.clone(),
        size_px: (width, height),
        size_pt: A4_PT,
    };
    (jpeg, pdf(&[page]))
}

#[test]
fn a_page_that_is_nothing_but_a_jpeg_is_that_jpeg() {
    let (jpeg, file) = scanned_with(1);
    let page = pages(file).remove(0).unwrap();
    assert_eq!(
        (page.media_type, &page.picture[..]),
        ("image/jpeg", &jpeg[..])
    );
    assert!((page.dpi.unwrap() - 200.0).abs() < 1.0);
}

/// PDF does not look at what a camera says, but whoever opens the JPEG does.
#[test]
fn a_jpeg_that_would_be_turned_by_its_camera_is_drawn() {
    let (_, file) = scanned_with(6);
    let page = pages(file).remove(0).unwrap();
    assert_eq!(page.media_type, "image/png");
    assert!(page.width_px < page.height_px, "{page:?}");
}

#[test]
fn a_drawn_page_comes_out_at_300_dots_per_inch_and_grey() {
    let page = pages(pdf(&[drawn()])).remove(0).unwrap();
    assert_eq!(
        (page.width_px, page.height_px, page.dpi),
        (2479, 3508, Some(300.0))
    );
    let image = image::load_from_memory(&page.picture).unwrap();
    assert_eq!(image.color(), image::ColorType::L8);
    let grey = image.into_luma8();
    assert_eq!(
        (grey.get_pixel(100, 100).0, grey.get_pixel(2400, 100).0),
        ([0], [255])
    );
}

#[test]
fn a_picture_that_cannot_be_drawn_costs_its_page_and_is_not_shown_as_white_paper() {
    let broken = PdfPage::Picture {
        jpeg: vec![7; 500],
        size_px: (1653, 2339),
        size_pt: A4_PT,
    };
    let pages = pages(pdf(&[drawn(), broken, drawn()]));
    let codes: Vec<_> = pages
        .iter()
        .map(|page| page.as_ref().err().map(|warning| warning.code))
        .collect();
    assert_eq!(codes, [None, Some(WarningCode::DamagedFile), None]);
}

#[test]
fn a_pdf_that_was_cut_off_says_that_pages_may_be_missing() {
    let mut file = pdf(&[drawn(), drawn()]);
    file.truncate(file.len() - 60);
    let last = pages(file).pop().unwrap().unwrap_err();
    assert_eq!(last.code, WarningCode::DamagedFile);
    assert!(last.next_action.contains("Count the sheets"));
}

#[test]
fn a_page_as_large_as_a_wall_is_drawn_with_fewer_dots() {
    let wall = PdfPage::Drawn {
        instructions: "0 0 99 99 re f".to_owned(),
        size_pt: (14_400, 14_400),
    };
    let page = pages(pdf(&[wall])).remove(0).unwrap();
    assert!(u64::from(page.width_px) * u64::from(page.height_px) <= Limits::default().pdf_page_px);
}

/// A pattern may need a surface as large as the page, a shading several.
#[test]
fn a_page_of_many_patterns_is_drawn_with_fewer_dots() {
    let file = String::from_utf8(pdf(&[drawn()])).unwrap();
    let patterns = "/Pattern << /A 1 0 R /B 1 0 R /C 1 0 R >> /XObject";
    let page = pages(file.replace("/XObject", patterns).into_bytes()).remove(0);
    let page = page.unwrap();
    let n_px = u64::from(page.width_px) * u64::from(page.height_px);
    assert!(n_px <= Limits::default().pdf_page_px / 4, "{page:?}");
}

#[test]
fn a_locked_pdf_is_called_locked() {
    let file = String::from_utf8(pdf(&[drawn()])).unwrap();
    let key = "00".repeat(32);
    let encrypt = format!(
        "/Encrypt << /Filter /Standard /V 1 /R 2 /O <{key}> /U <{key}> /P -4 >> /ID [<00> <00>] /Root"
    );
    let locked = file.replace("/Root", &encrypt);
    let warning = open::pages(locked.into_bytes(), &Limits::default()).unwrap_err();
    assert_eq!(warning.code, WarningCode::Encrypted);
}

#[test]
fn a_pdf_without_pages_is_damaged() {
    let warning = open::pages(&b"%PDF-1.4\nnothing\n%%EOF"[..], &Limits::default()).unwrap_err();
    assert_eq!(warning.code, WarningCode::DamagedFile);
}
