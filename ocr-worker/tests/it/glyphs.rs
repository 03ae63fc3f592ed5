//! The characters of a comb are read as the training read them: `training/postbag_lines/glyphs.py` wrote `tests/glyphs`.

use std::fs;
use std::path::{Path, PathBuf};

use image::GrayImage;
use ocr_worker::stages::glyph::{CHARACTERS, guesses};
use serde_json::Value;

/// Weights are kept as 16-bit floats, and the sampling of pixels is rounded otherwise; log-probabilities differ by less.
const MAX_APART: f64 = 0.1;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/glyphs")
}

fn picture(i: usize) -> GrayImage {
    let file = folder().join(format!("glyph-{i}.png"));
    image::open(file).unwrap().into_luma8()
}

#[test]
fn characters_are_read_as_the_training_reads_them() {
    let json = fs::read_to_string(folder().join("glyphs.json")).unwrap();
    let expected: Vec<Value> = serde_json::from_str(&json).unwrap();
    assert!(expected.len() >= 5);
    let pictures: Vec<GrayImage> = (0..expected.len()).map(picture).collect();
    for (character, found) in expected.iter().zip(guesses(&pictures).unwrap()) {
        let written = character["written"].as_str().unwrap();
        let score = |place: usize| character["scores"][place].as_f64().unwrap();
        for guess in &found {
            let is_it = |c: &u8| char::from(*c) == guess.character;
            let place = CHARACTERS.iter().position(is_it).unwrap();
            let apart = (guess.cost + score(place)).abs();
            assert!(
                apart < MAX_APART,
                "{written} as {}: {apart}",
                guess.character
            );
        }
        let best = (0..CHARACTERS.len()).max_by(|a, b| score(*a).total_cmp(&score(*b)));
        assert_eq!(found[0].character, char::from(CHARACTERS[best.unwrap()]));
    }
}
