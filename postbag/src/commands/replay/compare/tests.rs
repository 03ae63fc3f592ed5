use schemas::geometry::BoxPx;
use schemas::reading::{Engine, InkState, MarkDecision, MarkReading, Status};

use super::*;

const STORY: &str = "The nurse was kind\nand the tea was warm.";

fn region(reads: Meaning, kind: &str, value: Option<&str>) -> RegionReading {
    RegionReading {
        id: reads.as_str().to_owned(),
        kind: kind.to_owned(),
        reads,
        box_px: BoxPx::from([0, 0, 10, 10]),
        state: InkState::Writing,
        value: value.map(str::to_owned),
        candidates: Vec::new(),
        lines: Vec::new(),
        predicted_cer: None,
        withheld: false,
        marks: Vec::new(),
        drawings: Vec::new(),
    }
}

fn told(reads: Meaning, text: &str, confidence: f64) -> RegionReading {
    let mut told = region(reads, "line", Some(text));
    told.candidates.push(Candidate {
        text: text.to_owned(),
        confidence,
        evidence: "test".to_owned(),
        service: None,
    });
    told
}

fn draft_of(text: &str, predicted_cer: f64) -> RegionReading {
    RegionReading {
        predicted_cer: Some(predicted_cer),
        ..region(Meaning::Story, "text", Some(text))
    }
}

fn boxes(reads: Meaning, decisions: &[(&str, MarkDecision)]) -> RegionReading {
    let mark = |(value, decision): &(&str, MarkDecision)| MarkReading {
        value: (*value).to_owned(),
        score: 0.3,
        decision: *decision,
    };
    RegionReading {
        marks: decisions.iter().map(mark).collect(),
        ..region(reads, "marks", None)
    }
}

fn reading(regions: Vec<RegionReading>) -> Reading {
    let engine = Engine {
        postbag: "0".to_owned(),
        text: "test".to_owned(),
        layouts: String::new(),
    };
    Reading {
        regions,
        ..Reading::blank("scan.png", 0, Status::Read, engine)
    }
}

fn kept() -> StoryFields {
    StoryFields {
        service: "Leeds General Infirmary".to_owned(),
        postcode: "LS1 3EX".to_owned(),
        relationship: "patient".to_owned(),
        consent: true,
        as_written: STORY.to_owned(),
        ..StoryFields::default()
    }
}

fn compare(kept: &StoryFields, before: &[Reading], after: &[Reading]) -> Compared {
    Leaflet {
        kept,
        before: before.iter().collect(),
        after: after.iter().collect(),
    }
    .compare()
}

fn edits_of(compared: &Compared, kind: Kind) -> Vec<(usize, usize)> {
    let of_kind = compared.fields.iter().filter(|field| field.kind == kind);
    let edits = |field: &Field| (field.edits.before, field.edits.after);
    of_kind.map(edits).collect()
}

fn errors(found: &[Silent]) -> Vec<&str> {
    found.iter().map(|error| error.field).collect()
}

#[test]
fn edits_are_counted_from_what_stands_in_the_field_to_what_was_kept() {
    let before = reading(vec![
        region(
            Meaning::Story,
            "text",
            Some("The nurse was kind and tea was warm"),
        ),
        region(Meaning::Service, "line", Some("Leeds Genral Infirmry")),
        region(Meaning::Postcode, "comb", Some("ls13ex")),
    ]);
    let after = reading(vec![
        region(
            Meaning::Story,
            "text",
            Some("The nurse\nwas kind and the tea was warm."),
        ),
        region(Meaning::Service, "line", None),
        told(Meaning::Postcode, "LS1 3EY", 0.5),
    ]);
    let compared = compare(&kept(), &[before], &[after]);
    assert_eq!(edits_of(&compared, Kind::Story), [(5, 0)]);
    assert_eq!(edits_of(&compared, Kind::Service), [(2, 23)]);
    assert_eq!(edits_of(&compared, Kind::Postcode), [(0, 1)]);
    assert_eq!(compared.first.len(), 1, "nothing suggests a service");
}

#[test]
fn a_draft_that_is_withheld_is_typed_from_nothing() {
    let mut withheld = draft_of(STORY, 0.5);
    withheld.withheld = true;
    let (before, after) = (
        reading(vec![withheld]),
        reading(vec![draft_of(STORY, 0.01)]),
    );
    let compared = compare(&kept(), &[before], &[after]);
    assert_eq!(edits_of(&compared, Kind::Story), [(STORY.len(), 0)]);
    let draft = compared.draft.unwrap();
    assert_eq!(draft.before, Draft::Withheld);
    let whole = Draft::Shown {
        predicted_cer: Some(0.01),
        cer: 0.0,
    };
    assert_eq!(draft.after, whole);
}

#[test]
fn the_story_goes_over_all_sides_of_a_leaflet() {
    let side = |text| reading(vec![region(Meaning::Story, "text", Some(text))]);
    let sides = [side("The nurse was kind"), side("and the tea was warm.")];
    let compared = compare(&kept(), &sides, &sides);
    assert_eq!(edits_of(&compared, Kind::Story), [(0, 0)]);
}

#[test]
fn without_words_as_written_the_readable_text_counts_and_never_the_published_one() {
    let page = [reading(vec![region(Meaning::Story, "text", Some("Hi"))])];
    let mut kept = StoryFields {
        published_text: "Hello".to_owned(),
        ..StoryFields::default()
    };
    let compared = compare(&kept, &page, &page);
    assert_eq!(edits_of(&compared, Kind::Story), []);
    assert_eq!(compared.draft, None);
    kept.readable = "Hit".to_owned();
    assert_eq!(
        edits_of(&compare(&kept, &page, &page), Kind::Story),
        [(1, 1)]
    );
}

#[test]
fn what_is_wrong_and_sure_is_a_silent_error_and_what_is_wrong_and_doubtful_is_none() {
    let page = |confidence, predicted| {
        reading(vec![
            draft_of("nothing of the kind at all is written", predicted),
            told(Meaning::Service, "Leeds Dental Institute", confidence),
            told(Meaning::Postcode, "LS1 3EY", confidence),
        ])
    };
    let compared = compare(&kept(), &[page(0.5, 0.15)], &[page(0.99, 0.05)]);
    assert_eq!(errors(&compared.silent.before), [""; 0]);
    assert_eq!(
        errors(&compared.silent.after),
        ["story", "service", "postcode"]
    );
}

#[test]
fn an_error_that_was_silent_before_is_not_new() {
    let page = |confidence| reading(vec![told(Meaning::Postcode, "LS1 3EY", confidence)]);
    let compared = compare(&kept(), &[page(0.95)], &[page(0.97)]);
    let BeforeAfter { before, after } = compared.silent;
    assert!(after[0].is_among(&before) && !after[0].is_among(&[]));
}

#[test]
fn the_right_suggestion_is_the_same_in_other_words_and_capitals() {
    let mut kept = kept();
    kept.service = "leeds general infirmary".to_owned();
    kept.postcode = "ls13ex".to_owned();
    let right = reading(vec![
        told(Meaning::Service, "Leeds General Infirmary", 0.99),
        told(Meaning::Postcode, "LS1 3EX", 0.99),
    ]);
    let none = reading(vec![region(Meaning::Service, "line", None)]);
    let compared = compare(&kept, &[none], &[right]);
    let right = BeforeAfter {
        before: false,
        after: true,
    };
    assert_eq!(
        compared.first,
        [(Kind::Service, right), (Kind::Postcode, right)]
    );
    assert_eq!(compared.silent.after, []);
}

#[test]
fn a_box_is_one_click_and_a_wrong_one_that_was_decided_is_silent() {
    use MarkDecision::{Cancelled, Empty, Ticked, Unsure};
    let page = |yes, patient, carer| {
        reading(vec![
            boxes(Meaning::Consent, &[("yes", yes)]),
            boxes(
                Meaning::Relationship,
                &[("patient", patient), ("carer", carer)],
            ),
        ])
    };
    let before = page(Unsure, Ticked, Cancelled);
    let after = page(Empty, Empty, Ticked);
    let compared = compare(&kept(), &[before], &[after]);
    // In the order of meaning and value: consent, carer, patient.
    assert_eq!(edits_of(&compared, Kind::Mark), [(1, 1), (0, 1), (0, 1)]);
    assert_eq!(errors(&compared.silent.before), [""; 0]);
    let silent = ["consent", "relationship", "relationship"];
    assert_eq!(errors(&compared.silent.after), silent);
}

#[test]
fn a_relationship_that_has_no_box_says_nothing_of_the_boxes() {
    let mut kept = kept();
    kept.relationship = "neighbour".to_owned();
    let ticked = boxes(Meaning::Relationship, &[("patient", MarkDecision::Ticked)]);
    let page = [reading(vec![ticked])];
    let compared = compare(&kept, &page, &page);
    assert_eq!(edits_of(&compared, Kind::Mark), []);
    assert_eq!(compared.silent.after, []);
}

#[test]
fn a_page_that_is_set_aside_leaves_everything_to_type_and_nothing_silent() {
    let page = reading(vec![
        draft_of(STORY, 0.01),
        boxes(Meaning::Consent, &[("yes", MarkDecision::Ticked)]),
    ]);
    let set_aside = reading(Vec::new());
    let compared = compare(&kept(), &[page], &[set_aside]);
    assert_eq!(edits_of(&compared, Kind::Story), [(0, STORY.len())]);
    assert_eq!(edits_of(&compared, Kind::Mark), [(0, 1)]);
    assert_eq!(compared.silent.after, []);
}

#[test]
fn lines_without_a_field_are_only_told_apart() {
    let page = |email| {
        reading(vec![
            region(Meaning::Email, "line", Some(email)),
            region(Meaning::Drawing, "drawing", None),
        ])
    };
    let compared = compare(&kept(), &[page("a@b")], &[page("a@d")]);
    assert_eq!((compared.unjudged, compared.read_otherwise), (1, 1));
    assert!(compared.fields.is_empty());
}
