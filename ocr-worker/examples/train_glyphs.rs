//! Trains the network of `stages::glyph` on UNIPEN's isolated capitals and digits.
//!
//! `cargo run -p ocr-worker --example train_glyphs -- UNIPEN_FOLDER OUT.bin` where the folder holds `data/` and
//! `include/`. Strokes of real pens are drawn with pens of many widths, slanted and squeezed a little, and described
//! by the same function that describes scanned characters. Six contributors are held out and tell how good it is.
//! The result depends on nothing but the data: every random number comes from a counter.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "pictures of 64 pixels"
)]
#![expect(clippy::print_stdout, reason = "a tool for the command line")]
#![expect(clippy::indexing_slicing, reason = "a tool that may stop")]

mod learning;

use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use image::GrayImage;
use learning::{Dice, Learned};
use ocr_worker::stages::glyph::{CHARACTERS, N_FEATURES, N_HIDDEN, Network, features};
use rayon::prelude::*;
use samples::unipen::{self, TabletStroke, Written};

const HELD_OUT: [&str; 6] = ["art", "cea", "pri", "lav", "rim", "att"];
const N_EPOCHS: u64 = 24;
const BATCH: usize = 32;
const MAX_PER_CLASS_AND_CONTRIBUTOR: usize = 160;
const SMOOTHING: f32 = 0.03;

struct Sample {
    label: usize,
    strokes: Vec<TabletStroke>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(folder), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("give the UNIPEN folder and the file to write".into());
    };
    let (training, held_out) = load(&folder)?;
    println!(
        "{} characters to train on, {} held out",
        training.len(),
        held_out.len()
    );
    let network = train(&training, &held_out);
    let bytes = network.to_bytes();
    let read_back = Network::from_bytes(&bytes).ok_or("the network has the wrong size")?;
    report("held out, as written", &read_back, &held_out);
    fs::write(out, bytes)?;
    Ok(())
}

/// All samples, and those of the contributors that are held out.
fn load(folder: &Path) -> Result<(Vec<Sample>, Vec<Sample>), Box<dyn Error>> {
    let (mut training, mut held_out) = (Vec::new(), Vec::new());
    for category in ["1a", "1b"] {
        let mut counts = HashMap::new();
        for (contributor, _, file) in unipen::files(folder, category)? {
            let written = unipen::characters(folder, &file).into_iter();
            for sample in written.filter_map(|written| sample(written, category)) {
                let key = (contributor.clone(), sample.label);
                let count: &mut usize = counts.entry(key).or_default();
                *count += 1;
                if HELD_OUT.contains(&contributor.as_str()) {
                    held_out.push(sample);
                } else if *count <= MAX_PER_CLASS_AND_CONTRIBUTOR {
                    training.push(sample);
                }
            }
        }
    }
    Ok((training, held_out))
}

fn sample(written: Written, category: &str) -> Option<Sample> {
    let fits = if category == "1a" {
        written.character.is_ascii_digit()
    } else {
        written.character.is_ascii_uppercase()
    };
    let is_it = |c: &u8| fits && char::from(*c) == written.character;
    Some(Sample {
        label: CHARACTERS.iter().position(is_it)?,
        strokes: written.strokes,
    })
}

/// Draws a sample with a pen of some width; `dice` slants, turns and squeezes it.
fn drawn(sample: &Sample, dice: Option<&mut Dice>) -> GrayImage {
    let mut still = Dice(1);
    let vary = f32::from(u8::from(dice.is_some()));
    let dice = dice.unwrap_or(&mut still);
    let (slant, squeeze) = (dice.spread(0.28) * vary, 1.0 + dice.spread(0.22) * vary);
    let (sin, cos) = (dice.spread(0.13) * vary).sin_cos();
    let turned: Vec<TabletStroke> = sample
        .strokes
        .iter()
        .map(|stroke| {
            let moved = stroke.iter().map(|[x, y]| {
                let (x, y) = ((x - slant * y) * squeeze, *y);
                [x * cos - y * sin, x * sin + y * cos]
            });
            moved.collect()
        })
        .collect();
    let points = || turned.iter().flatten();
    let edge =
        |axis: usize, f: fn(f32, f32) -> f32, start: f32| points().map(|p| p[axis]).fold(start, f);
    let (left, right) = (edge(0, f32::min, f32::MAX), edge(0, f32::max, f32::MIN));
    let (top, bottom) = (edge(1, f32::min, f32::MAX), edge(1, f32::max, f32::MIN));
    let scale = 48.0 / (right - left).max(bottom - top).max(1.0);
    let radius = if vary > 0.0 {
        1.2 + 3.6 * dice.unit()
    } else {
        2.6
    };
    let border = radius + 1.0;
    let size = |length: f32| (length * scale + 2.0 * border).ceil() as u32;
    let mut picture =
        GrayImage::from_pixel(size(right - left), size(bottom - top), image::Luma([255]));
    for stroke in &turned {
        let on_picture: TabletStroke = stroke
            .iter()
            .map(|[x, y]| [(x - left) * scale + border, (y - top) * scale + border])
            .collect();
        let mut ends = on_picture.windows(2).peekable();
        if ends.peek().is_none() {
            draw_line(&mut picture, on_picture[0], on_picture[0], radius);
        }
        ends.for_each(|pair| draw_line(&mut picture, pair[0], pair[1], radius));
    }
    picture
}

fn draw_line(picture: &mut GrayImage, from: [f32; 2], to: [f32; 2], radius: f32) {
    let reach = radius + 1.0;
    let low = |axis: usize| (from[axis].min(to[axis]) - reach).max(0.0) as u32;
    let high = |axis: usize, size: u32| ((from[axis].max(to[axis]) + reach) as u32 + 1).min(size);
    let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
    let length = (dx * dx + dy * dy).max(1e-6);
    for y in low(1)..high(1, picture.height()) {
        for x in low(0)..high(0, picture.width()) {
            let (px, py) = (x as f32 + 0.5 - from[0], y as f32 + 0.5 - from[1]);
            let along = ((px * dx + py * dy) / length).clamp(0.0, 1.0);
            let distance = (px - along * dx).hypot(py - along * dy);
            let light = ((distance - radius + 0.5).clamp(0.0, 1.0) * 255.0) as u8;
            let pixel = picture.get_pixel_mut(x, y);
            pixel.0[0] = pixel.0[0].min(light);
        }
    }
}

fn train(training: &[Sample], held_out: &[Sample]) -> Network {
    let mut dice = Dice(7);
    let mut hidden = Learned::new(N_HIDDEN, N_FEATURES, &mut dice);
    let mut output = Learned::new(CHARACTERS.len(), N_HIDDEN, &mut dice);
    for epoch in 0..N_EPOCHS {
        let described: Vec<Vec<f32>> = training
            .par_iter()
            .enumerate()
            .map(|(i, sample)| features(&drawn(sample, Some(&mut Dice(epoch << 32 | i as u64)))))
            .collect();
        let mut order: Vec<usize> = (0..training.len()).collect();
        for i in (1..order.len()).rev() {
            order.swap(i, (dice.unit() * (i + 1) as f32) as usize % (i + 1));
        }
        let rate = 0.002 * (1.0 - epoch as f32 / N_EPOCHS as f32).max(0.02);
        for batch in order.chunks(BATCH) {
            for &i in batch {
                learn(&mut hidden, &mut output, &described[i], training[i].label);
            }
            hidden.step(rate, batch.len());
            output.step(rate, batch.len());
        }
        let network = Network {
            hidden: hidden.weights.clone(),
            output: output.weights.clone(),
        };
        if epoch % 4 == 3 {
            report(&format!("epoch {epoch}, held out"), &network, held_out);
        }
    }
    Network {
        hidden: hidden.weights,
        output: output.weights,
    }
}

/// Adds the slope of one sample.
fn learn(hidden: &mut Learned, output: &mut Learned, input: &[f32], label: usize) {
    let units: Vec<f32> = hidden
        .weights
        .chunks_exact(N_FEATURES + 1)
        .map(|row| (dot(row, input) + row[N_FEATURES]).max(0.0))
        .collect();
    let scores: Vec<f32> = output
        .weights
        .chunks_exact(N_HIDDEN + 1)
        .map(|row| dot(row, &units) + row[N_HIDDEN])
        .collect();
    let highest = scores.iter().copied().fold(f32::MIN, f32::max);
    let total: f32 = scores.iter().map(|score| (score - highest).exp()).sum();
    let mut back = vec![0.0; N_HIDDEN];
    for (class, score) in scores.iter().enumerate() {
        let wanted = SMOOTHING / CHARACTERS.len() as f32
            + if class == label { 1.0 - SMOOTHING } else { 0.0 };
        let error = (score - highest).exp() / total - wanted;
        let at = class * (N_HIDDEN + 1);
        for unit in 0..N_HIDDEN {
            output.slope[at + unit] += error * units[unit];
            back[unit] += error * output.weights[at + unit];
        }
        output.slope[at + N_HIDDEN] += error;
    }
    for unit in (0..N_HIDDEN).filter(|unit| units[*unit] > 0.0) {
        let row = &mut hidden.slope[unit * (N_FEATURES + 1)..][..=N_FEATURES];
        row.iter_mut()
            .zip(input)
            .for_each(|(slope, value)| *slope += back[unit] * value);
        row[N_FEATURES] += back[unit];
    }
}

fn dot(row: &[f32], input: &[f32]) -> f32 {
    row.iter()
        .zip(input)
        .map(|(weight, value)| weight * value)
        .sum()
}

/// How often the right character is first, and how often it is first among its own kind.
fn report(name: &str, network: &Network, samples: &[Sample]) {
    let right = |sample: &Sample| -> [u32; 2] {
        let p = network.probabilities(&features(&drawn(sample, None)));
        let best = |range: std::ops::Range<usize>| range.max_by(|a, b| p[*a].total_cmp(&p[*b]));
        let kind = if sample.label < 10 { 0..10 } else { 10..36 };
        [best(0..36), best(kind)].map(|best| u32::from(best == Some(sample.label)))
    };
    let sums = samples
        .par_iter()
        .map(right)
        .reduce(|| [0; 2], |a, b| [a[0] + b[0], a[1] + b[1]]);
    let percent = |n: u32| f64::from(n) * 100.0 / samples.len().max(1) as f64;
    println!(
        "{name}: {:.1} % of 36, {:.1} % within digits or letters",
        percent(sums[0]),
        percent(sums[1])
    );
}
