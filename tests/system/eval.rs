//! `postbag eval` on the committed samples, and on folders that it cannot use.

use std::path::Path;

use serde_json::Value;

use crate::support::{finish_with_errors, run_watched, workspace};

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A copy of one sample with its truth.
fn copy_of_a_sample(to: &Path) {
    for name in ["12-few-words.png", "12-few-words.truth.json"] {
        let from = workspace().join("samples/leaflets").join(name);
        std::fs::copy(from, to.join(name)).unwrap();
    }
}

#[test]
fn the_figures_of_the_twelve_samples_are_known() {
    let folder = tempfile::tempdir().unwrap();
    let leaflets = workspace().join("samples/leaflets");
    let arguments = ["eval", text(&leaflets), "--json", "--no-text"];
    let finished = run_watched(&arguments, &Vec::new(), folder.path());
    assert!(finished.status.success(), "{finished:?}");
    let figures: Value = serde_json::from_str(&finished.output).unwrap();
    let whole = &figures["code_whole"];
    assert_eq!(
        (&figures["pages"], &whole["all_right"]),
        (&12.into(), &12.into())
    );
    assert_eq!(figures["orientation_wrong"], Value::Array(Vec::new()));
    let registration = &figures["registration"];
    assert_eq!(registration["accepted"], 12);
    assert!(registration["residual_mm"]["max"].as_f64().unwrap() < 0.1);
    let marks = &figures["marks"];
    assert_eq!((&marks["boxes"], &marks["wrong"]), (&60.into(), &0.into()));
    assert_eq!(marks["confusion"]["ticked → ticked"], 22);
    assert_eq!(figures["drawings"]["right_share"], 1.0);
    assert_eq!(
        figures["drawings"]["confusion"]["drawing"]["drawing → drawing"],
        6
    );
    assert_eq!(figures["margin"]["false_alarms"], 0);
    assert_eq!(figures["by_damage"]["none"]["pages"], 12);
    // Nothing was read, so nothing is said about it.
    assert_eq!(figures["texts"]["story_cer"]["n"], 0);
    let reached = |bar: &Value| bar["reached"] != Value::Bool(false);
    assert!(
        figures["bars"].as_array().unwrap().iter().all(reached),
        "{}",
        figures["bars"]
    );
}

#[test]
fn a_page_that_went_wrong_is_copied_and_shown() {
    let folder = tempfile::tempdir().unwrap();
    let scans = folder.path().join("scans");
    std::fs::create_dir(&scans).unwrap();
    copy_of_a_sample(&scans);
    let truth = scans.join("12-few-words.truth.json");
    let json = std::fs::read_to_string(&truth).unwrap();
    std::fs::write(
        &truth,
        json.replacen("\"ticked\": true", "\"ticked\": false", 1),
    )
    .unwrap();
    let out = folder.path().join("out");
    let arguments = ["eval", text(&scans), "--no-text", "--out", text(&out)];
    let finished = run_watched(&arguments, &Vec::new(), folder.path());
    assert!(finished.status.success(), "{finished:?}");
    assert!(
        finished.output.contains("WORST") && finished.output.contains("is empty, read as ticked")
    );
    let html = std::fs::read_to_string(out.join("index.html")).unwrap();
    assert!(html.contains("is empty, read as ticked") && html.contains("class=\"wrong\""));
    assert!(image::open(out.join("001/preview.jpg")).unwrap().height() > 1000);
    let again = ["eval", text(&out), "--no-text", "--json"];
    let again = run_watched(&again, &Vec::new(), folder.path());
    let figures: Value = serde_json::from_str(&again.output).unwrap();
    assert_eq!(
        (&figures["pages"], &figures["marks"]["wrong"]),
        (&1.into(), &1.into())
    );
}

#[test]
fn a_page_that_was_set_aside_is_measured_as_a_person_places_it() {
    let folder = tempfile::tempdir().unwrap();
    let white = image::GrayImage::from_pixel(827, 1170, image::Luma([250]));
    white.save(folder.path().join("white.png")).unwrap();
    let truth = serde_json::json!({
        "file": "white.png", "layout": "bear-a4", "version": 1, "side": 1,
        "marks": { "consent": [], "feeling": [] },
        "corners_px": [[0, 0], [827, 0], [827, 1170], [0, 1170]],
    });
    let beside = folder.path().join("white.truth.json");
    std::fs::write(beside, truth.to_string()).unwrap();
    let mut arguments = vec!["eval", text(folder.path()), "--json", "--no-text"];
    let finished = run_watched(&arguments, &Vec::new(), folder.path());
    let figures: Value = serde_json::from_str(&finished.output).unwrap();
    assert_eq!(figures["registration"]["refused"], 1);
    assert_eq!(figures["placed"]["pages"], 0);
    arguments.push("--placed");
    let finished = run_watched(&arguments, &Vec::new(), folder.path());
    let figures: Value = serde_json::from_str(&finished.output).unwrap();
    let placed = &figures["placed"];
    assert_eq!((&placed["pages"], &placed["read"]), (&1.into(), &1.into()));
    let marks = &placed["marks"];
    assert_eq!((&marks["boxes"], &marks["wrong"]), (&6.into(), &0.into()));
    // None of it counts among the pages that were read by themselves.
    assert_eq!(figures["marks"]["boxes"], 0);
    assert_eq!(figures["registration"]["refused"], 1);
}

#[test]
fn a_damaged_truth_is_named_and_an_empty_folder_is_said_to_be_empty() {
    let folder = tempfile::tempdir().unwrap();
    let errors = finish_with_errors(&["eval", text(folder.path()), "--no-text"], folder.path());
    assert!(errors.contains("there is no truth file"), "{errors}");
    copy_of_a_sample(folder.path());
    let truth = folder.path().join("12-few-words.truth.json");
    let json = std::fs::read_to_string(&truth).unwrap();
    std::fs::write(&truth, &json[..json.len() / 2]).unwrap();
    let errors = finish_with_errors(&["eval", text(folder.path()), "--no-text"], folder.path());
    assert!(
        errors.contains("12-few-words.truth.json is not a truth file"),
        "{errors}"
    );
    std::fs::write(&truth, json).unwrap();
    std::fs::remove_file(folder.path().join("12-few-words.png")).unwrap();
    let errors = finish_with_errors(&["eval", text(folder.path()), "--no-text"], folder.path());
    assert!(
        errors.contains("12-few-words.png, which is not there"),
        "{errors}"
    );
}

#[test]
fn codes_are_looked_for_in_pictures() {
    let folder = tempfile::tempdir().unwrap();
    let errors = finish_with_errors(&["eval", "qr", text(folder.path())], folder.path());
    assert!(errors.contains("there are no pictures"), "{errors}");
    let picture = folder.path().join("12.png");
    let sample = workspace().join("samples/leaflets/12-few-words.png");
    std::fs::copy(sample, picture).unwrap();
    std::fs::write(folder.path().join("broken.png"), "no picture").unwrap();
    let arguments = ["eval", "qr", text(folder.path()), "--json"];
    let finished = run_watched(&arguments, &Vec::new(), folder.path());
    let figures: Value = serde_json::from_str(&finished.output).unwrap();
    assert_eq!(figures[0]["ours"], serde_json::json!([1, 1, 1, 1]));
    assert_eq!(figures[0]["not_opened"], serde_json::json!(["broken.png"]));
}
