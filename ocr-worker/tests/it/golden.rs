//! Readings against the committed ones. `REGENERATE=1` writes them again; the difference is reviewed like code.
//!
//! Numbers may differ by a little (a registration by 0.02 mm, a score by 0.02, a box by two pixels): floating point
//! differs between machines. Text of Tesseract may differ between its versions: its lines are compared by their
//! number and place, its words only when the engine is the one that wrote the golden reading.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::{committed, read};

fn golden(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(format!("{file}.json"))
}

#[test]
fn the_committed_samples_are_read_as_before() {
    #[expect(
        clippy::disallowed_methods,
        reason = "the switch that refreshes golden files"
    )]
    let regenerate = std::env::var("REGENERATE").is_ok_and(|value| value == "1");
    let mut differences = Vec::new();
    for sample in committed() {
        let reading = serde_json::to_value(read(&sample).reading).unwrap();
        let path = golden(&sample.truth.file);
        if regenerate {
            let text = serde_json::to_string_pretty(&reading).unwrap() + "\n";
            fs::write(&path, text).unwrap();
        }
        let before: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let same_engine = before["engine"] == reading["engine"];
        compare(
            &sample.truth.file,
            &before,
            &reading,
            same_engine,
            &mut differences,
        );
    }
    assert!(
        differences.is_empty(),
        "readings changed; look, and run again with REGENERATE=1 if they are better:\n{}",
        differences.join("\n")
    );
}

fn compare(
    place: &str,
    before: &Value,
    now: &Value,
    same_engine: bool,
    differences: &mut Vec<String>,
) {
    match (before, now) {
        (Value::Object(a), Value::Object(b)) => {
            for key in a.keys().chain(b.keys().filter(|key| !a.contains_key(*key))) {
                let by_engine = matches!(
                    key.as_str(),
                    "text" | "confidence" | "candidates" | "value" | "evidence"
                );
                if key != "engine" && (same_engine || !by_engine) {
                    let null = Value::Null;
                    let (a, b) = (a.get(key).unwrap_or(&null), b.get(key).unwrap_or(&null));
                    compare(&format!("{place}.{key}"), a, b, same_engine, differences);
                }
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (i, (a, b)) in a.iter().zip(b).enumerate() {
                compare(&format!("{place}[{i}]"), a, b, same_engine, differences);
            }
        }
        (Value::Number(a), Value::Number(b)) => {
            let apart = (a.as_f64().unwrap() - b.as_f64().unwrap()).abs();
            if apart > tolerance(place) {
                differences.push(format!("{place}: {a} became {b}"));
            }
        }
        _ if before == now => {}
        _ => differences.push(format!("{place}: {before} became {now}")),
    }
}

/// How far a number may be from the committed one.
fn tolerance(place: &str) -> f64 {
    if place.contains("_px") {
        2.0
    } else if place.ends_with("confidence") || place.ends_with("orientation_deg") {
        0.05
    } else if place.ends_with("score") || place.ends_with("residual_mm") {
        0.02
    } else {
        0.0
    }
}
