//! Measures the findings of `checks::privacy` on marked texts and prints a table; with `--show` the mistakes as well.
//!
//!     cargo run -p checks --example measure -- checks/tests/dev.jsonl --show

#![expect(clippy::print_stdout, reason = "a report for a person")]

use std::error::Error;

use checks::measure::{KINDS, Score, measure};
use checks::privacy::{About, find};

#[path = "../tests/marked/mod.rs"]
mod marked;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (options, paths): (Vec<_>, Vec<_>) = arguments
        .iter()
        .partition(|argument| argument.starts_with("--"));
    let shows = options.iter().any(|option| *option == "--show");
    for path in paths {
        let texts = marked::parse(&std::fs::read_to_string(path)?)?;
        let scores = measure(&texts, |text| {
            find(
                &text.text,
                &About {
                    is_positive: text.is_positive,
                },
            )
        });
        println!("{path}: {} texts", texts.len());
        println!("{:10} marks found recall findings right precision", "kind");
        for (name, kind) in KINDS {
            let score = scores.get(kind).cloned().unwrap_or_default();
            print_score(name, &score);
        }
        if shows {
            for (name, kind) in KINDS {
                show(name, scores.get(kind));
            }
        }
    }
    Ok(())
}

fn print_score(name: &str, score: &Score) {
    println!(
        "{name:10} {:5} {:5} {:6.3} {:8} {:5} {:9.3}",
        score.n_marks,
        score.n_found,
        score.recall(),
        score.n_findings,
        score.n_right,
        score.precision()
    );
}

fn show(name: &str, score: Option<&Score>) {
    for (what, text) in score.iter().flat_map(|score| &score.misses) {
        println!("missed {name}: {what:?} in {text:?}");
    }
    for (what, text) in score.iter().flat_map(|score| &score.false_alarms) {
        println!("false {name}: {what:?} in {text:?}");
    }
}
