//! The preflight finds every kind of fault, and none in the layouts that come with Postbag.

use artwork::preflight;
use schemas::geometry::{BoxMm, Point};
use schemas::layout::{Colour, Layout, Picture, PrintedText, Shape, Tone, Weight, builtin};
use schemas::payload::DEFAULT_PREFIX;

/// The faults of the folded leaflet after `change`, as text.
fn faults_after(change: impl FnOnce(&mut Layout)) -> Vec<String> {
    let mut layout = builtin().remove(1);
    change(&mut layout);
    let faults = preflight(&layout, DEFAULT_PREFIX);
    faults.iter().map(ToString::to_string).collect()
}

fn assert_found(faults: &[String], words: &str) {
    assert!(
        faults.iter().any(|fault| fault.contains(words)),
        "{words:?} is not in {faults:#?}"
    );
}

fn text(x: f64, y: f64, words: &str) -> PrintedText {
    PrintedText {
        at: Point::new(x, y),
        size_pt: 14.0,
        weight: Weight::Regular,
        align: schemas::layout::Align::Start,
        colour: Colour::Ink,
        turned: false,
        text: words.to_owned(),
    }
}

fn picture(area: [f64; 4]) -> Shape {
    Shape::Picture {
        name: Picture::Bear,
        area: BoxMm::from(area),
        turned: false,
    }
}

fn panel(area: BoxMm, tone: Tone) -> Shape {
    Shape::Panel { area, tone }
}

#[test]
fn every_layout_that_comes_with_postbag_passes() {
    for layout in builtin() {
        assert_eq!(preflight(&layout, DEFAULT_PREFIX), [], "{}", layout.id);
    }
}

#[test]
fn a_code_that_is_too_small_is_found_with_its_modules() {
    let faults = faults_after(|l| {
        let code = l.sides[0].code.as_mut().unwrap();
        (code.area.width, code.area.height) = (17.0, 17.0);
    });
    assert_eq!(
        faults,
        [
            "side 1, code: modules are 0.59 mm (3.5 pixels at 150 dpi); 0.7 mm and 4 pixels at least: \
          make the code larger or its text shorter"
        ]
    );
}

#[test]
fn a_code_on_a_dark_panel_is_found_with_its_contrast() {
    let faults = faults_after(|l| {
        let code = l.sides[0].code.unwrap().area;
        l.sides[0].shapes.push(panel(code, Tone::Solid));
    });
    assert_found(
        &faults,
        "side 1, code: stands on shape 1 with a contrast of 4 %; 70 % at least",
    );
    let faults = faults_after(|l| {
        let code = l.sides[0].code.unwrap().area;
        l.sides[0].shapes.push(panel(code, Tone::Tint));
    });
    assert_eq!(faults, [""; 0], "a tint is light enough");
}

#[test]
fn words_that_run_off_the_page_are_found() {
    let faults = faults_after(|l| {
        l.sides[0].regions[0].hint = Some("The hospital, surgery, ward or service. ".repeat(2));
    });
    assert_found(&faults, "beyond the edge of the page");
    assert_found(
        &faults,
        "side 1, region service, \"Where was it? The hospital",
    );
}

#[test]
fn words_in_the_printers_margin_are_found_with_their_distance() {
    let faults = faults_after(|l| l.sides[0].texts.push(text(2.0, 95.0, "Hello")));
    assert_found(
        &faults,
        "text 3, \"Hello\": is 2.0 mm from the edge, in the printer's margin",
    );
}

#[test]
fn words_on_a_fold_are_found() {
    let faults = faults_after(|l| l.sides[0].texts.push(text(20.0, 101.0, "Hello")));
    assert_eq!(
        faults,
        ["side 1, text 3, \"Hello\": lies on the fold at 99 mm; keep 3 mm away"]
    );
}

#[test]
fn words_over_a_region_are_found() {
    let faults = faults_after(|l| l.sides[0].texts.push(text(30.0, 150.0, "Hello")));
    assert_eq!(faults, ["side 1, text 3, \"Hello\": lies on region story"]);
}

#[test]
fn a_label_that_reaches_into_the_next_region_is_found() {
    let faults = faults_after(|l| {
        l.sides[0].regions[1].hint = Some("if you know it, and if not we\nfind it.".to_owned());
    });
    assert_found(&faults, "lies on region service");
}

#[test]
fn words_over_a_mark_or_the_code_are_found() {
    let faults = faults_after(|l| l.sides[0].texts.push(text(8.0, 11.0, "Hello")));
    assert_found(&faults, "lies on registration mark top-left");
    let faults = faults_after(|l| l.sides[0].texts.push(text(155.0, 20.0, "Hello")));
    assert_found(&faults, "lies on the code or its quiet zone");
}

#[test]
fn words_that_run_into_one_another_are_found() {
    let faults = faults_after(|l| l.sides[0].regions[1].label = "Its postcode ".repeat(4));
    assert_found(&faults, "runs into");
    assert_found(
        &faults,
        "side 1, region date, \"When was it? If you like.\"",
    );
}

#[test]
fn the_words_of_an_option_over_the_next_box_are_found() {
    let faults = faults_after(|l| {
        for region in &mut l.sides[0].regions {
            if let schemas::layout::RegionKind::Marks { options, .. } = &mut region.kind {
                options[0].label = "the patient, of course".to_owned();
            }
        }
    });
    assert_found(
        &faults,
        "\"the patient, of course\": lies on what is to be filled in",
    );
}

#[test]
fn small_labels_of_large_print_are_not_possible_but_small_texts_are_found() {
    let faults = faults_after(|l| l.sides[0].texts[1].size_pt = 11.0);
    assert_found(&faults, "letters of 11 pt are too small; 14 pt at least");
}

#[test]
fn words_that_cannot_be_seen_are_found_with_their_contrast() {
    let faults = faults_after(|l| l.sides[0].texts[0].colour = Colour::Paper);
    assert_found(
        &faults,
        "\"Tell your story\": has a contrast of 1.0 to 1; 7 to 1 at least",
    );
    let faults = faults_after(|l| {
        let area = BoxMm::from([16.0, 12.0, 140.0, 14.0]);
        l.sides[0].shapes.push(panel(area, Tone::Solid));
    });
    assert_found(&faults, "\"Tell your story\": has a contrast of 1.0 to 1");
}

#[test]
fn a_picture_over_what_is_read_or_on_a_fold_is_found() {
    let faults = faults_after(|l| l.sides[0].shapes.push(picture([30.0, 150.0, 20.0, 20.0])));
    assert_eq!(faults, ["side 1, shape 1: lies on region story"]);
    let faults = faults_after(|l| l.sides[0].shapes.push(picture([110.0, 90.0, 4.0, 20.0])));
    assert_found(&faults, "side 1, shape 1: lies on the fold at 99 mm");
}

#[test]
fn words_over_a_picture_are_found() {
    let faults = faults_after(|l| l.sides[0].shapes.push(picture([20.0, 14.0, 30.0, 8.0])));
    assert_eq!(
        faults,
        ["side 1, text 1, \"Tell your story\": lies on shape 1, a picture"]
    );
}

#[test]
fn a_region_over_the_serial_is_found() {
    let faults = faults_after(|l| l.sides[0].regions[6].area.y = 281.0);
    assert_found(
        &faults,
        "side 1, serial at the foot: lies on region consent",
    );
}

#[test]
fn a_form_that_somebody_else_printed_is_passed_over() {
    let faults = faults_after(|l| {
        l.sides[0].texts.push(text(30.0, 150.0, "Hello"));
        l.sides[0].blank = Some("form.png".to_owned());
    });
    assert_eq!(faults, [""; 0]);
}
