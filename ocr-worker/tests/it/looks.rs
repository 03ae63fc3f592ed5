//! A sheet that was scanned again is known by its looks: a letter, and a leaflet with a number that nobody can read.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sizes of scans and shades of grey are small"
)]

use std::path::Path;

use image::{GrayImage, imageops};
use ocr_worker::picture::Pyramid;
use ocr_worker::picture::warp::warp_grey;
use ocr_worker::stages::looks::of_page;
use schemas::geometry::Homography;
use schemas::looks::Looks;

use crate::{committed, read};

/// A letter at 200 dpi of which the lines stand in this order.
fn letter(order: &[usize]) -> GrayImage {
    let lines = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lines");
    let mut page = GrayImage::from_pixel(1654, 2339, image::Luma([250]));
    for (place, idx) in (0_i64..).zip(order) {
        let line = image::open(lines.join(format!("line-{idx}.png")));
        let line = line.unwrap().into_luma8();
        imageops::replace(&mut page, &line, 120 + 40 * (place % 3), 150 + 140 * place);
    }
    page
}

/// As another scanner sees it: askew, shifted, darker, and not as fine.
fn scanned_again(page: &GrayImage, skew: f64, finer: f64) -> GrayImage {
    let (sin, cos) = skew.sin_cos();
    let to_page = Homography([
        cos / finer,
        -sin / finer,
        25.0,
        sin / finer,
        cos / finer,
        -14.0,
        0.0,
        0.0,
        1.0,
    ]);
    let size = |px: u32| (f64::from(px) * finer) as u32;
    let mut again = warp_grey(page, &to_page, (size(page.width()), size(page.height())));
    for pixel in again.pixels_mut() {
        pixel.0[0] = (f64::from(pixel.0[0]) * 0.9) as u8;
    }
    again
}

fn looks(page: &GrayImage, dpi: f64) -> Looks {
    of_page(&Pyramid::new(page), Some(dpi)).unwrap()
}

const LETTERS: [[usize; 9]; 3] = [
    [0, 1, 2, 0, 2, 1, 1, 0, 2],
    [2, 1, 0, 1, 1, 2, 0, 2, 0],
    [1, 2, 2, 0, 1, 0, 2, 1, 0],
];

#[test]
fn a_letter_that_is_scanned_again_in_any_way_looks_the_same() {
    let page = letter(&LETTERS[0]);
    let first = looks(&page, 200.0);
    let again = [
        (scanned_again(&page, 0.02, 1.5), 300.0),
        (scanned_again(&page, -0.025, 0.75), 150.0),
        (imageops::rotate180(&page), 200.0),
        (imageops::rotate90(&scanned_again(&page, 0.01, 1.0)), 200.0),
    ];
    for (again, dpi) in again {
        let likeness = looks(&again, dpi).compared(&first);
        assert!(likeness.is_same_sheet(), "{dpi}: {likeness:?}");
    }
}

#[test]
fn letters_with_other_lines_in_the_same_hand_do_not_look_the_same() {
    let letters = LETTERS.map(|order| looks(&letter(&order), 200.0));
    for (a, b) in [(0, 1), (1, 2), (2, 0)] {
        let likeness = letters[a].compared(&letters[b]);
        assert!(!likeness.is_same_sheet(), "{likeness:?}");
    }
}

#[test]
fn a_page_with_a_shadow_and_a_word_has_no_looks() {
    let mut page = GrayImage::from_pixel(1654, 2339, image::Luma([250]));
    for y in 0..2339 {
        page.put_pixel(3, y, image::Luma([20]));
    }
    assert_eq!(of_page(&Pyramid::new(&page), Some(200.0)), None);
    assert_eq!(of_page(&Pyramid::new(&GrayImage::new(0, 0)), None), None);
}

#[test]
fn the_leaflets_of_different_people_do_not_look_the_same() {
    let of = |name: &str| {
        let samples = committed();
        let sample = samples.iter().find(|sample| sample.truth.file == name);
        read(sample.unwrap()).looks.unwrap()
    };
    let likeness = of("01-ordinary.png").compared(&of("02-colour.jpg"));
    assert!(!likeness.is_same_sheet(), "{likeness:?}");
}
