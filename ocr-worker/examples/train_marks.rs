//! Trains the network of `stages::marks` on boxes with a known truth.
//!
//! `cargo run --release -p ocr-worker --example train_marks -- OUT.bin HELD_OUT.boxes TRAINING.boxes…` where the boxes come from
//! `postbag marks boxes`. Each box is moved by a pixel and made lighter or darker a little; some get a fold, a streak or dust that
//! mean nothing, and some are made black and white, anew in every epoch. The epoch that decides the held-out boxes best is kept. The
//! result depends on nothing but the data.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "pictures of 48 pixels"
)]
#![expect(clippy::print_stdout, reason = "a tool for the command line")]
#![expect(clippy::indexing_slicing, reason = "a tool that may stop")]

mod learning;
mod mishaps;

use std::error::Error;
use std::path::{Path, PathBuf};

use learning::{Dice, Learned};
use ocr_worker::stages::marks::network::{
    Activations, CONVOLUTIONS, N_ANSWERS, N_FLAT, N_HIDDEN, Network, Shape, input,
};
use ocr_worker::stages::marks::{BoxView, VIEW_LEN, VIEW_PX};
use ocr_worker::stages::weights::likelihoods;
use rayon::prelude::*;

const N_EPOCHS: u64 = 12;
const BATCH: usize = 64;
const FIRST_RATE: f32 = 0.002;
/// So many boxes are made black and white.
const HARD_SHARE: f32 = 0.3;
/// With fewer dark pixels left, nobody could see that there was a mark.
const MIN_DARK_PX: usize = 14;
/// Answers that are less certain than this go to a person.
const CERTAIN: f32 = 0.84;

/// Two of the answers.
const EMPTY: usize = 0;
const TICKED: usize = 1;

struct Sample {
    answer: usize,
    view: BoxView,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(out), Some(held_out)) = (arguments.next(), arguments.next()) else {
        return Err("give the file to write, the held-out boxes and the boxes to train on".into());
    };
    let held_out = load(&held_out)?;
    let mut training = Vec::new();
    for file in arguments {
        training.extend(load(&file)?);
    }
    println!(
        "{} boxes to train on, {} held out",
        training.len(),
        held_out.len()
    );
    let network = train(&training, &held_out);
    let bytes = network.to_bytes();
    let read_back = Network::from_bytes(&bytes).ok_or("the network has the wrong size")?;
    report("as written", &read_back, &held_out);
    std::fs::write(out, bytes)?;
    Ok(())
}

fn load(file: &Path) -> Result<Vec<Sample>, std::io::Error> {
    let bytes = std::fs::read(file)?;
    let sample = |record: &[u8]| Sample {
        answer: usize::from(record[0]).min(N_ANSWERS - 1),
        view: BoxView(record[1..].to_vec()),
    };
    Ok(bytes.chunks_exact(VIEW_LEN + 1).map(sample).collect())
}

/// The learned numbers of every layer, in their order.
struct Layers([Learned; 5]);

/// The slopes of every layer, in the same order.
type Slopes = [Vec<f32>; 5];

impl Layers {
    fn new(dice: &mut Dice) -> Self {
        let [a, b, c] = CONVOLUTIONS.map(|s| Learned::new(s.n_out, s.n_in * 9, dice));
        let hidden = Learned::new(N_HIDDEN, N_FLAT, dice);
        Self([a, b, c, hidden, Learned::new(N_ANSWERS, N_HIDDEN, dice)])
    }

    fn network(&self) -> Network {
        let [a, b, c, hidden, output] = self.0.each_ref().map(|layer| layer.weights.clone());
        Network {
            convolutions: [a, b, c],
            hidden,
            output,
        }
    }

    fn no_slopes(&self) -> Slopes {
        self.0
            .each_ref()
            .map(|layer| vec![0.0; layer.weights.len()])
    }

    fn step(&mut self, slopes: Slopes, rate: f32, n_samples: usize) {
        for (layer, slope) in self.0.iter_mut().zip(slopes) {
            layer.slope = slope;
            layer.step(rate, n_samples);
        }
    }
}

fn train(training: &[Sample], held_out: &[Sample]) -> Network {
    let mut dice = Dice(11);
    let mut layers = Layers::new(&mut dice);
    let mut best = (f32::MAX, layers.network());
    for epoch in 0..N_EPOCHS {
        let mut order: Vec<usize> = (0..training.len()).collect();
        for i in (1..order.len()).rev() {
            order.swap(i, (dice.unit() * (i + 1) as f32) as usize % (i + 1));
        }
        let rate = FIRST_RATE * (1.0 - epoch as f32 / N_EPOCHS as f32).max(0.02);
        for batch in order.chunks(BATCH) {
            let network = layers.network();
            let of_some = |some: &[usize]| {
                let mut slopes = layers.no_slopes();
                for &i in some {
                    let seed = epoch << 32 | i as u64;
                    let (view, answer) = varied(&training[i], &mut Dice(seed));
                    learn(&network, &mut slopes, &view, answer);
                }
                slopes
            };
            let slopes = batch
                .par_chunks(BATCH / 4)
                .map(of_some)
                .reduce(|| layers.no_slopes(), |a, b| added(a, &b));
            layers.step(slopes, rate, batch.len());
        }
        let network = layers.network();
        let loss = report(&format!("epoch {epoch}"), &network, held_out);
        if loss < best.0 {
            best = (loss, network);
        }
    }
    best.1
}

fn added(mut a: Slopes, b: &Slopes) -> Slopes {
    for (a, b) in a.iter_mut().flatten().zip(b.iter().flatten()) {
        *a += b;
    }
    a
}

/// The view as it may come another time, and what it is then.
fn varied(sample: &Sample, dice: &mut Dice) -> (Vec<f32>, usize) {
    let mut view = moved(&sample.view, dice);
    let mut answer = sample.answer;
    if answer == EMPTY && mishaps::tick_shortly(&mut view, dice) {
        answer = TICKED;
    }
    mishaps::befall(&mut view, dice);
    if dice.unit() < HARD_SHARE {
        let hard = in_black_and_white(&view, dice);
        let n_dark = hard[..VIEW_PX * VIEW_PX]
            .iter()
            .filter(|value| **value > 0.25)
            .count();
        if answer == EMPTY || n_dark >= MIN_DARK_PX {
            view = hard;
        }
    }
    (view, answer)
}

/// As a scanner delivers it that knows black and white only: a pale stroke crumbles.
fn in_black_and_white(view: &[f32], dice: &mut Dice) -> Vec<f32> {
    let limit = 0.2 + 0.35 * dice.unit();
    let mut hard = |(i, value): (usize, &f32)| {
        let crumbling = value + dice.spread(0.12);
        if i >= VIEW_PX * VIEW_PX {
            *value
        } else if crumbling > limit {
            // A pixel of the view is several of the scan, and strokes become no thicker than they are.
            (value * (0.9 + 0.6 * dice.unit())).min(1.0)
        } else {
            0.0
        }
    };
    view.iter().enumerate().map(&mut hard).collect()
}

/// The view moved by a pixel and made lighter or darker.
fn moved(view: &BoxView, dice: &mut Dice) -> Vec<f32> {
    let plain = input(view);
    let mut shift = || (dice.unit() * 3.0) as isize - 1;
    let (dx, dy) = (shift(), shift());
    let contrast = 1.0 + dice.spread(0.3);
    let size = VIEW_PX.cast_signed();
    let n = VIEW_PX * VIEW_PX;
    (0..VIEW_LEN)
        .map(|i| {
            let (plane, at) = (i / n, (i % n).cast_signed());
            let x = (at % size + dx).clamp(0, size - 1);
            let y = (at / size + dy).clamp(0, size - 1);
            let value = plain[plane * n + (y * size + x) as usize];
            if plane == 0 {
                (value * contrast).min(1.0)
            } else {
                value
            }
        })
        .collect()
}

/// Adds the slopes of one box.
fn learn(network: &Network, slopes: &mut Slopes, view: &[f32], answer: usize) {
    let seen: Activations = network.activations(view);
    let mut error = likelihoods(&seen[5]);
    error[answer] -= 1.0;
    let mut back = back_full(&network.output, &mut slopes[4], &seen[4], &error);
    silence(&mut back, &seen[4]);
    let mut back = back_full(&network.hidden, &mut slopes[3], &seen[3], &back);
    for layer in (0..3).rev() {
        silence(&mut back, &seen[layer + 1]);
        let weights = &network.convolutions[layer];
        back = back_convolved(
            CONVOLUTIONS[layer],
            weights,
            &mut slopes[layer],
            &seen[layer],
            &back,
        );
    }
}

/// What was not let through has no slope.
fn silence(back: &mut [f32], seen: &[f32]) {
    for (back, seen) in back.iter_mut().zip(seen) {
        if *seen <= 0.0 {
            *back = 0.0;
        }
    }
}

fn back_full(weights: &[f32], slope: &mut [f32], seen: &[f32], error: &[f32]) -> Vec<f32> {
    let row_len = seen.len() + 1;
    let mut back = vec![0.0; seen.len()];
    let rows = weights
        .chunks_exact(row_len)
        .zip(slope.chunks_exact_mut(row_len));
    for ((row, slope), error) in rows.zip(error).filter(|(_, error)| **error != 0.0) {
        for i in 0..seen.len() {
            slope[i] += error * seen[i];
            back[i] += error * row[i];
        }
        slope[seen.len()] += error;
    }
    back
}

fn back_convolved(
    shape: Shape,
    weights: &[f32],
    slope: &mut [f32],
    seen: &[f32],
    error: &[f32],
) -> Vec<f32> {
    let (n_from, out_px) = (shape.in_px * shape.in_px, shape.out_px());
    let mut back = vec![0.0; seen.len()];
    let rows = weights.chunks_exact(shape.row_len());
    let rows = rows.zip(slope.chunks_exact_mut(shape.row_len()));
    for ((row, slope), error) in rows.zip(error.chunks_exact(out_px * out_px)) {
        for (at, error) in error.iter().enumerate().filter(|(_, error)| **error != 0.0) {
            for (k, from) in shape.around(at % out_px, at / out_px) {
                for channel in 0..shape.n_in {
                    slope[channel * 9 + k] += error * seen[channel * n_from + from];
                    back[channel * n_from + from] += error * row[channel * 9 + k];
                }
            }
            slope[shape.row_len() - 1] += error;
        }
    }
    back
}

/// Prints what becomes of the boxes and gives the mean loss.
fn report(name: &str, network: &Network, samples: &[Sample]) -> f32 {
    let judged = |sample: &Sample| -> (f32, [u32; 3]) {
        let p = network.likelihoods(&sample.view);
        let best = (0..N_ANSWERS).max_by(|a, b| p[*a].total_cmp(&p[*b]));
        let certain = p.iter().any(|p| *p >= CERTAIN);
        let right = best == Some(sample.answer);
        let counts = [!right, certain && !right, !certain].map(u32::from);
        (-p[sample.answer].max(1e-9).ln(), counts)
    };
    let sum =
        |a: (f32, [u32; 3]), b: (f32, [u32; 3])| (a.0 + b.0, [0, 1, 2].map(|i| a.1[i] + b.1[i]));
    let (loss, [wrong, certainly_wrong, unsure]) =
        samples.par_iter().map(judged).reduce(|| (0.0, [0; 3]), sum);
    let loss = loss / samples.len().max(1) as f32;
    println!(
        "{name}: loss {loss:.5}, {wrong} of {} wrong, {certainly_wrong} of them certainly; {unsure} to a person",
        samples.len()
    );
    loss
}
