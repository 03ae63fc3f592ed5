use std::time::{Duration, Instant};

use image::{ImageFormat, codecs::jpeg::JpegEncoder};
use ingest::{Limits, open};
use schemas::reading::WarningCode;

use crate::files::{bomb, coloured, encoded, grey};

fn only_page(bytes: &[u8]) -> open::OpenedPage {
    let mut pages = open::pages(bytes, &Limits::default()).unwrap();
    let page = pages.next().unwrap().unwrap();
    assert!(pages.next().is_none());
    page
}

fn refused(bytes: &[u8]) -> schemas::reading::Warning {
    open::pages(bytes, &Limits::default()).unwrap_err()
}

#[test]
fn a_png_and_a_jpeg_are_their_own_page_pictures() {
    for (format, media_type) in [
        (ImageFormat::Png, "image/png"),
        (ImageFormat::Jpeg, "image/jpeg"),
    ] {
        let file = encoded(coloured(50, 70), format);
        let page = only_page(&file);
        assert_eq!(&page.picture[..], &file[..]);
        assert_eq!(
            (page.media_type, page.width_px, page.height_px),
            (media_type, 50, 70)
        );
    }
}

#[test]
fn a_bmp_and_a_webp_become_pngs_with_the_same_pixels() {
    for format in [ImageFormat::Bmp, ImageFormat::WebP] {
        let page = only_page(&encoded(coloured(31, 17), format));
        assert_eq!(page.media_type, "image/png");
        assert_eq!(
            image::load_from_memory(&page.picture).unwrap().into_rgb8(),
            coloured(31, 17)
        );
    }
}

#[test]
fn grey_stays_grey() {
    let page = only_page(&encoded(grey(31, 17), ImageFormat::Bmp));
    let image = image::load_from_memory(&page.picture).unwrap();
    assert_eq!(image.color(), image::ColorType::L8);
    assert_eq!(image.into_luma8(), grey(31, 17));
}

#[test]
fn the_resolution_of_a_jpeg_is_found() {
    let mut file = Vec::new();
    let mut encoder = JpegEncoder::new(&mut file);
    encoder.set_pixel_density(image::codecs::jpeg::PixelDensity::dpi(200));
    encoder.encode_image(&grey(1654, 2339)).unwrap();
    assert_eq!(only_page(&file).dpi, Some(200.0));
}

#[test]
fn the_resolution_in_an_exif_block_is_found() {
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x03".to_vec();
    exif.extend([1, 0x1A, 0, 5, 0, 0, 0, 1, 0, 0, 0, 50]);
    exif.extend([1, 0x1B, 0, 5, 0, 0, 0, 1, 0, 0, 0, 50]);
    exif.extend([1, 0x28, 0, 3, 0, 0, 0, 1, 0, 2, 0, 0]);
    exif.extend([0, 0, 0, 0, 0, 0, 1, 44, 0, 0, 0, 1]);
    let jpeg = encoded(grey(2480, 3508), ImageFormat::Jpeg);
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    let file = [&jpeg[..2], &[0xFF, 0xE1], &length, &exif, &jpeg[2..]].concat();
    assert_eq!(only_page(&file).dpi, Some(300.0));
}

#[test]
fn a_picture_that_is_cut_off_anywhere_is_damaged() {
    for format in [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::Bmp,
        ImageFormat::WebP,
    ] {
        let whole = encoded(coloured(200, 200), format);
        for percent in [10, 30, 50, 70, 90, 99] {
            let cut = &whole[..whole.len() * percent / 100];
            assert_eq!(
                refused(cut).code,
                WarningCode::DamagedFile,
                "{format:?} at {percent} %"
            );
        }
    }
}

#[test]
fn a_text_file_named_png_is_refused_in_plain_words() {
    let warning = open::pages_named("scan.png", &b"Dear Sir or Madam,\n"[..], &Limits::default())
        .unwrap_err();
    assert_eq!(warning.code, WarningCode::UnknownFormat);
    assert_eq!(
        warning.cause,
        "The file is a text file, not a picture, although it is named .png."
    );
    assert!(warning.next_action.contains("find the sheet"));
}

#[test]
fn an_empty_file_is_told_from_a_damaged_one() {
    assert_eq!(refused(b"").code, WarningCode::EmptyFile);
    assert_eq!(refused(&[0; 5000]).code, WarningCode::DamagedFile);
}

#[test]
fn a_png_that_claims_sixty_thousand_pixels_a_side_is_refused_at_once() {
    let started = Instant::now();
    let warning = refused(&bomb(60_000));
    assert_eq!(warning.code, WarningCode::TooLarge);
    assert!(warning.cause.contains("60000 × 60000"), "{}", warning.cause);
    assert!(started.elapsed() < Duration::from_secs(1));
}

#[test]
fn a_file_with_too_many_bytes_is_refused_before_it_is_looked_at() {
    let limits = Limits {
        file_size_bytes: 10,
        ..Limits::default()
    };
    let warning = open::pages(&b"eleven byte"[..], &limits).unwrap_err();
    assert_eq!(warning.code, WarningCode::TooLarge);
}

#[test]
fn a_jpeg_of_a_rare_kind_is_not_called_damaged() {
    let mut file = encoded(grey(64, 48), ImageFormat::Jpeg);
    let start = file
        .windows(2)
        .position(|pair| pair == [0xFF, 0xC0])
        .unwrap();
    file[start + 1] = 0xC9;
    let warning = open::pages(file, &Limits::default()).unwrap_err();
    assert_eq!(warning.code, WarningCode::UnknownFormat);
    assert!(warning.cause.contains("arithmetic coding"), "{warning:?}");
}
