//! Chooses the numbers of `handwriting::decode::Decoder`, and says how much of the lines is wrong without and with it:
//!
//! `cargo run --example tune_decoder -- LINES_FOLDER [FEATURES.tsv]`
//!
//! `LINES_FOLDER` is made by `training/postbag_lines/tuning.py`: validation lines, of which one half tunes and the other one reports.
//! Nothing is written but, when asked for, what `calibration.py` fits the confidence to: half, source, characters, wrong
//! ones and the numbers of `Features`, a line a row.

#![expect(
    clippy::cast_precision_loss,
    reason = "a few hundred lines of a few characters"
)]
#![expect(clippy::print_stdout, reason = "a tool for the command line")]

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::Instant;

use ocr_worker::engine::Alphabet;
use ocr_worker::handwriting::beam::{Guess, Weights, Width};
use ocr_worker::handwriting::confidence::{Features, predicted_cer};
use ocr_worker::handwriting::decode::{Decoder, best_path};
use ocr_worker::handwriting::network::{CHARACTERS, Network, Scores};

/// What a source counts while tuning: most of what leaflets hold are stories.
const SHARES: [(&str, f64); 8] = [
    ("story", 3.0),
    ("whole", 1.5),
    ("printed", 1.0),
    ("font", 1.0),
    ("words", 0.7),
    ("place", 0.7),
    ("comb", 0.5),
    ("capitals", 0.5),
];
/// Rounds of the search for better numbers; each has half the steps of the one before.
const ROUNDS: usize = 3;

struct Line {
    source: String,
    tunes: bool,
    label: String,
    scores: Scores,
}

/// Wrong characters and all characters, by source.
type Errors = BTreeMap<String, (usize, usize)>;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let folder = arguments
        .get(1)
        .ok_or("usage: tune_decoder LINES_FOLDER [FEATURES.tsv]")?;
    let network = Network::load()?;
    let lines = read_lines(Path::new(folder), &network)?;
    if let Some(table) = arguments.get(2) {
        fs::write(table, features(&lines)?)?;
    }
    report(
        "the network alone",
        &errors(&lines, false, |line| best_path(&line.scores)),
    );
    report("as it is", &decoded(&lines, false, &Decoder::default()));
    let tuned = tune(&lines, Decoder::default());
    println!("{tuned:#?}");
    report("tuned", &decoded(&lines, false, &tuned));
    for n in [8, 16, 32] {
        let width = Width { n, ..tuned.width };
        report(
            &format!("{n} texts"),
            &decoded(&lines, true, &Decoder { width, ..tuned }),
        );
    }
    Ok(())
}

fn read_lines(folder: &Path, network: &Network) -> Result<Vec<Line>, Box<dyn Error>> {
    let table = fs::read_to_string(folder.join("lines.tsv"))?;
    let began = Instant::now();
    let mut lines = Vec::new();
    for row in table.lines() {
        let [file, source, half, label] = row.split('\t').collect::<Vec<_>>()[..] else {
            return Err(format!("not a row: {row:?}").into());
        };
        let picture = image::open(folder.join(file))?.into_luma8();
        lines.push(Line {
            source: source.to_owned(),
            tunes: half == "tune",
            label: label.to_owned(),
            scores: network.scores(&picture)?,
        });
    }
    println!("network: {:.1} ms a line", milliseconds(began, lines.len()));
    Ok(lines)
}

fn milliseconds(began: Instant, n: usize) -> f64 {
    1000.0 * began.elapsed().as_secs_f64() / n.max(1) as f64
}

/// Changes one number after the other as long as that helps.
fn tune(lines: &[Line], mut decoder: Decoder) -> Decoder {
    let number = |weights: &mut Weights, which: usize, by: f32| match which {
        0 => weights.language += by,
        1 => weights.capitals += by,
        2 => weights.length += by,
        3 => weights.unknown += by,
        _ => weights.struck += by,
    };
    let mut best = mean(&decoded(lines, true, &decoder));
    let mut steps = [0.1, 0.1, 0.3, 0.8, 1.0];
    for _ in 0..ROUNDS {
        for (which, step) in steps.into_iter().enumerate() {
            for name in [false, true] {
                for by in [step, -step] {
                    let mut changed = decoder;
                    number(
                        if name {
                            &mut changed.name
                        } else {
                            &mut changed.sentence
                        },
                        which,
                        by,
                    );
                    let now = mean(&decoded(lines, true, &changed));
                    if now < best {
                        (best, decoder) = (now, changed);
                    }
                }
            }
        }
        println!("tuning half: {:.3} %", 100.0 * best);
        steps = steps.map(|step| step / 2.0);
    }
    decoder
}

fn decoded(lines: &[Line], tunes: bool, decoder: &Decoder) -> Errors {
    errors(lines, tunes, |line| {
        text(&decoder.guesses(&line.scores, Alphabet::Prose))
    })
}

fn text(guesses: &[Guess]) -> String {
    let characters: Vec<char> = CHARACTERS.chars().collect();
    let classes = guesses
        .first()
        .map(|best| best.classes.as_slice())
        .unwrap_or_default();
    classes.iter().map(|class| characters[class - 1]).collect()
}

fn errors(lines: &[Line], tunes: bool, read: impl Fn(&Line) -> String) -> Errors {
    let began = Instant::now();
    let mut found = Errors::new();
    let wanted: Vec<&Line> = lines.iter().filter(|line| line.tunes == tunes).collect();
    for line in &wanted {
        let entry = found.entry(line.source.clone()).or_default();
        entry.0 += edits(&read(line), &line.label);
        entry.1 += line.label.chars().count();
    }
    if !tunes {
        println!(
            "reading: {:.2} ms a line",
            milliseconds(began, wanted.len())
        );
    }
    found
}

fn mean(errors: &Errors) -> f64 {
    let share = |name: &str| {
        SHARES
            .iter()
            .find(|(source, _)| *source == name)
            .map_or(0.0, |(_, share)| *share)
    };
    let sum: f64 = errors
        .iter()
        .map(|(source, (wrong, all))| share(source) * *wrong as f64 / *all as f64)
        .sum();
    sum / errors.keys().map(|source| share(source)).sum::<f64>()
}

fn report(what: &str, errors: &Errors) {
    print!("{what}: {:.2} %", 100.0 * mean(errors));
    for (source, (wrong, all)) in errors {
        print!("  {source} {:.2}", 100.0 * *wrong as f64 / *all as f64);
    }
    println!();
}

fn features(lines: &[Line]) -> Result<String, std::fmt::Error> {
    let mut table = String::new();
    for line in lines {
        let guesses = Decoder::default().guesses(&line.scores, Alphabet::Prose);
        let (features, read) = (Features::of(&line.scores, &guesses), text(&guesses));
        let half = if line.tunes { "tune" } else { "report" };
        let wrong = edits(&read, &line.label);
        write!(
            table,
            "{half}\t{}\t{}\t{wrong}\t{:.4}",
            line.source,
            line.label.chars().count(),
            predicted_cer(&features)
        )?;
        for value in features.values {
            write!(table, "\t{value:.5}")?;
        }
        writeln!(table)?;
    }
    Ok(table)
}

/// Levenshtein's distance.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let other = before + usize::from(x != *y);
            before = row[j + 1];
            row[j + 1] = other.min(row[j] + 1).min(before + 1);
        }
    }
    row[b.len()]
}
