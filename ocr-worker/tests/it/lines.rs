//! The recogniser of lines against the figures of its training: the same pixels, the same probabilities, the same text.

use std::fs;
use std::path::{Path, PathBuf};

use image::GrayImage;
use ocr_worker::engine::{Alphabet, TextEngine};
use ocr_worker::handwriting::Handwriting;
use ocr_worker::handwriting::decode::best_path;
use ocr_worker::handwriting::network::{CHARACTERS, Network};
use ocr_worker::handwriting::normalise::normalise;
use rayon::prelude::*;
use serde_json::Value;

/// Weights are kept as 16-bit floats; their log-probabilities differ by less.
const MAX_APART: f64 = 0.03;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lines")
}

fn picture(name: &str) -> GrayImage {
    image::open(folder().join(name)).unwrap().into_luma8()
}

fn golden() -> Value {
    serde_json::from_str(&fs::read_to_string(folder().join("golden.json")).unwrap()).unwrap()
}

fn lines() -> Vec<(usize, Value)> {
    let lines = golden()["lines"].as_array().unwrap().clone();
    assert!(lines.len() >= 3);
    lines.into_iter().enumerate().collect()
}

#[test]
fn the_characters_are_those_of_the_training() {
    assert_eq!(golden()["characters"], CHARACTERS);
}

#[test]
fn a_line_becomes_the_same_pixels_as_in_the_training() {
    for (i, _) in lines() {
        let line = normalise(&picture(&format!("line-{i}.png")));
        let expected = picture(&format!("line-{i}-normalised.png"));
        assert_eq!(line.dimensions(), expected.dimensions(), "line {i}");
        let pixels = line.as_raw().iter().zip(expected.as_raw());
        let apart = pixels.map(|(a, b)| a.abs_diff(*b)).max().unwrap();
        assert!(apart <= 1, "line {i}: {apart}");
    }
}

#[test]
fn the_network_gives_the_same_probabilities_and_the_same_text_as_in_the_training() {
    let network = Network::load().unwrap();
    for (i, line) in lines() {
        let normalised = picture(&format!("line-{i}-normalised.png"));
        let scores = network.scores(&normalised).unwrap();
        let expected = line["best"].as_array().unwrap();
        assert_eq!(scores.frames().count(), expected.len());
        for (frame, expected) in scores.frames().zip(expected) {
            let best = frame.iter().copied().fold(f32::MIN, f32::max);
            let apart = (f64::from(best) - expected.as_f64().unwrap()).abs();
            assert!(apart < MAX_APART, "line {i}: {apart}");
        }
        assert_eq!(best_path(&scores), line["read"]);
    }
}

#[test]
fn many_lines_are_read_in_their_order_and_paper_is_empty() {
    let engine = Handwriting::load().unwrap();
    let mut pictures: Vec<GrayImage> = (0..3).map(|i| picture(&format!("line-{i}.png"))).collect();
    pictures.push(GrayImage::from_pixel(200, 50, image::Luma([255])));
    let read = engine.read(&pictures, Alphabet::Prose).unwrap();
    for (i, line) in lines() {
        let first = line["written"].as_str().unwrap().split(' ').next();
        assert_eq!(read[i].text.split(' ').next(), first);
        assert!(read[i].confidence > 0.3 && read[i].confidence <= 1.0);
    }
    assert_eq!(read[0].text, golden()["lines"][0]["written"]);
    assert_eq!((read[3].text.as_str(), read[3].confidence), ("", 0.0));
    let capitals = engine.read(&pictures, Alphabet::Postcode).unwrap();
    let allowed = |text: &str| {
        text.chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
    };
    assert!(capitals.iter().all(|line| allowed(&line.text)));
}

/// Each reading waits for the network; were it the pool's own thread that waits, it would begin the next reading meanwhile, and so on
/// until its stack is full.
#[test]
fn thousands_of_lines_are_read_from_the_threads_of_another_pool() {
    let engine = Handwriting::load().unwrap();
    let stroke = GrayImage::from_fn(24, 40, |x, y| {
        let ink = (10..13).contains(&x) && (8..32).contains(&y);
        image::Luma([if ink { 0 } else { 255 }])
    });
    let read = (0..4000).into_par_iter().map(|_| {
        let lines = engine.read(std::slice::from_ref(&stroke), Alphabet::Prose);
        lines.unwrap().len()
    });
    assert_eq!(read.sum::<usize>(), 4000);
}
