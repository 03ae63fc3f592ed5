//! The bars that the findings must keep on texts that people marked.

use std::path::Path;

use checks::Kind;
use checks::measure::measure;
use checks::privacy::{About, find};

mod marked;

/// The rules were written with the first beside them, and never saw the second.
const FILES: &[&str] = &["dev.jsonl", "held_out.jsonl"];

/// The least part that must be found, by kind.
const RECALL: &[(Kind, f64)] = &[
    (Kind::Number, 0.95),
    (Kind::Email, 0.95),
    (Kind::Phone, 0.95),
    (Kind::Date, 0.95),
    (Kind::Postcode, 0.95),
    (Kind::Name, 0.85),
];

/// The least part of all findings that must be right.
const PRECISION: f64 = 0.9;

#[test]
fn enough_is_found_and_most_of_it_is_right() {
    for file in FILES {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests")
            .join(file);
        if path.exists() {
            check(file, &std::fs::read_to_string(path).unwrap());
        } else {
            println!("SKIPPED: {file} is not there");
        }
    }
}

fn check(file: &str, lines: &str) {
    let texts = marked::parse(lines).expect("the file is JSON, one object a line");
    let scores = measure(&texts, |text| {
        find(
            &text.text,
            &About {
                is_positive: text.is_positive,
            },
        )
    });
    for (kind, least) in RECALL {
        let score = &scores[kind];
        assert!(
            score.recall() >= *least,
            "{file}: recall of {kind:?} is {:.3}: {:?}",
            score.recall(),
            score.misses
        );
    }
    let n_right: usize = scores.values().map(|score| score.n_right).sum();
    let n_findings: usize = scores.values().map(|score| score.n_findings).sum();
    assert!(
        n_right * 100 >= n_findings * 90,
        "{file}: {n_right} of {n_findings} findings are right; {PRECISION} must be"
    );
}
