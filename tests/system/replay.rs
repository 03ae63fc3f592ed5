//! `postbag replay`: leaflets are taken in, read, corrected and approved; another engine reads them again.

mod office;

use schemas::PageId;
use schemas::layout::LayoutId;
use schemas::placement::Placement;
use schemas::reading::Reading;
use schemas::record::PageState;
use serde_json::Value;
use store::{DecidePage, PlacePage, StoryFields, TakeLetter, TakenLetter};

use self::office::{Office, truth_of};
use crate::support::{Database, Finished, run_watched, workspace};

const TESSERACT: [&str; 3] = ["replay", "--engine", "tesseract"];

fn replay(office: &Office, more: &[&str]) -> Finished {
    let arguments = [&TESSERACT, more].concat();
    run_watched(&arguments, &office.settings, office.folder.path())
}

fn figures(finished: &Finished) -> Value {
    serde_json::from_str(&finished.output).unwrap_or_else(|error| panic!("{error}: {finished:?}"))
}

fn n(value: &Value) -> u64 {
    value
        .as_u64()
        .unwrap_or_else(|| panic!("{value} is no number"))
}

/// What Tesseract reads on a sample.
fn by_tesseract(name: &str) -> StoryFields {
    let scan = workspace().join("samples/leaflets").join(name);
    let engine = vec![("POSTBAG__READING__TEXT_ENGINE", "tesseract".to_owned())];
    let arguments = ["read", "--json", scan.to_str().unwrap()];
    let folder = tempfile::tempdir().unwrap();
    let read = run_watched(&arguments, &engine, folder.path());
    let reading: Reading = serde_json::from_str(read.output.trim()).unwrap();
    StoryFields::from_readings([&reading])
}

/// The least number of changes, with the whole table, unlike the program.
fn changes(from: &str, to: &str) -> u64 {
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (from, to) = (one_line(from), one_line(to));
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut table = vec![vec![0; to.len() + 1]; from.len() + 1];
    for i in 0..=from.len() {
        for j in 0..=to.len() {
            table[i][j] = match (i, j) {
                (0, j) => j,
                (i, 0) => i,
                (i, j) if from[i - 1] == to[j - 1] => table[i - 1][j - 1],
                (i, j) => {
                    1 + table[i - 1][j - 1]
                        .min(table[i][j - 1])
                        .min(table[i - 1][j])
                }
            };
        }
    }
    table[from.len()][to.len()] as u64
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_engine_would_have_left_to_do_is_counted_and_nothing_is_written() {
    const NAMES: [&str; 3] = ["12-few-words.png", "02-colour.jpg", "01-ordinary.png"];
    let office = Office::on_sqlite().await;
    let mut wanted = [(0, 0), (0, 0), (0, 0)];
    for name in NAMES {
        let page_id = office.take_in_sample(name).await;
        let story = office.story_of(&page_id).await;
        let (before, after) = (story.fields.clone(), by_tesseract(name));
        let kept = truth_of(name, story.fields.clone());
        let texts = |f: &StoryFields| [f.as_written.clone(), f.service.clone(), f.postcode.clone()];
        let sides = texts(&before).into_iter().zip(texts(&after));
        for ((sum, (before, after)), kept) in wanted.iter_mut().zip(sides).zip(texts(&kept)) {
            sum.0 += changes(&before, &kept);
            sum.1 += changes(&after, &kept);
        }
        office.correct(&story, kept).await;
        office.approve(&story.id).await;
    }
    // Read, and waiting for a moderator: nobody says yet what is right.
    office.take_in_sample("07-crayons.jpg").await;
    let records = office.records();
    let finished = replay(&office, &["--json"]);
    assert!(finished.status.success(), "{finished:?}");
    let found = figures(&finished);
    assert_eq!((n(&found["stories"]), n(&found["pages"])), (3, 3));
    for (kind, (before, after)) in ["story", "service", "postcode"].into_iter().zip(wanted) {
        let of_kind = &found["fields"][kind];
        let edits = &of_kind["edits"];
        assert_eq!(
            (n(&edits["before"]), n(&edits["after"])),
            (before, after),
            "{kind}"
        );
        let saved = before.cast_signed() - after.cast_signed();
        assert_eq!(of_kind["saved"].as_i64(), Some(saved), "{kind}");
        assert_eq!(n(&of_kind["fields"]), 3, "{kind}");
    }
    // One for consent and four for the relationship on each, all as they were ticked.
    let boxes = &found["fields"]["mark"];
    assert_eq!((n(&boxes["fields"]), n(&boxes["same"])), (15, 15));
    assert_eq!(n(&found["would_be_set_aside"]["n"]), 0);
    assert_eq!(n(&found["drafts"]["before"]["shown"]), 3);
    assert!(
        found["engine"]["text"]
            .as_str()
            .unwrap()
            .starts_with("tesseract 5.")
    );
    assert!(office.records() == records, "something was written");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_original_that_is_missing_is_named_and_stops_nothing() {
    let office = Office::on_sqlite().await;
    let mut story_ids = Vec::new();
    for name in ["12-few-words.png", "01-ordinary.png"] {
        let page_id = office.take_in_sample(name).await;
        let story = office.story_of(&page_id).await;
        office.approve(&story.id).await;
        story_ids.push(story.id);
    }
    let lost = office.story(&story_ids[0]).await;
    let page = &lost.first_page().page;
    let hash = page.picture.as_ref().unwrap().blob.to_string();
    office.lose_blob(&hash);
    let finished = replay(&office, &[]);
    assert!(!finished.status.success(), "a page was not read again");
    let named = format!(
        "story {}, sheet {} of batch {}: its original {hash} is missing; copy it from a backup to ",
        lost.id, page.position, page.batch_id
    );
    assert!(finished.output.contains(&named), "{}", finished.output);
    for told in [
        "1 page of 2 stories",
        "NOT READ AGAIN: 1 page; 1 story left out",
    ] {
        assert!(finished.output.contains(told), "{}", finished.output);
    }
    // Numbers and ids only: no word of any story, neither as it was read nor as it is.
    for word in ["birds", "nurse", "calmer", "Riverside", "Hearing"] {
        assert!(!finished.output.contains(word), "{}", finished.output);
    }
    // The one that is whole is the newest, and all that was asked for.
    let finished = replay(&office, &["--limit", "1", "--json"]);
    assert!(finished.status.success(), "{finished:?}");
    assert_eq!(n(&figures(&finished)["stories"]), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_a_person_placed_is_read_as_it_was_placed_and_a_letter_is_told_apart() {
    let database = Database::fresh();
    let office = Office::on(&database.url()).await;
    let finished = replay(&office, &[]);
    assert!(finished.status.success(), "{finished:?}");
    let nothing = "No story is approved or published yet";
    assert!(finished.output.starts_with(nothing), "{}", finished.output);

    let placed = office.take_in_white("placed.png", 250).await;
    assert_eq!(office.state(&placed).await, PageState::Quarantined);
    place(&office, &placed).await;
    let letter = office.take_in_white("letter.png", 251).await;
    take_letter(&office, &letter).await;
    for page_id in [&placed, &letter] {
        let story = office.story_of(page_id).await;
        let mut kept = story.fields.clone();
        "Thank you all.".clone_into(&mut kept.published_text);
        kept.as_written.clone_from(&kept.published_text);
        kept.consent = true;
        office.correct(&story, kept).await;
        office.approve(&story.id).await;
    }
    let records = database.dump();
    let finished = replay(&office, &["--json"]);
    assert!(finished.status.success(), "{finished:?}");
    let found = figures(&finished);
    assert_eq!((n(&found["pages"]), n(&found["letters"])), (2, 1));
    assert_eq!(n(&found["stories"]), 1);
    assert_eq!(n(&found["would_be_set_aside"]["n"]), 0);
    assert_eq!(n(&found["would_be_read"]["n"]), 0);
    assert!(database.dump() == records, "something was written");

    let finished = replay(&office, &["--since", "2100-01-01"]);
    let nothing = "No story that was approved on 2100-01-01 or later";
    assert!(finished.output.starts_with(nothing), "{}", finished.output);
    office.close().await;
}

/// Says that a white sheet is a children's leaflet, and reads it again.
async fn place(office: &Office, page_id: &PageId) {
    let corners = [[0.0, 0.0], [827.0, 0.0], [827.0, 1170.0], [0.0, 1170.0]];
    let placement = Placement {
        layout: LayoutId::parse("bear-a4").unwrap(),
        version: 1,
        side: 1,
        corners_px: Some(corners.map(|[x, y]| schemas::geometry::Point::new(x, y))),
    };
    let place = PlacePage {
        page_id: page_id.clone(),
        user_id: office.user_id.clone(),
        placement,
    };
    let store = &office.context.store;
    store.place_page(&office.moment(), &place).await.unwrap();
    office.read(page_id).await;
    assert_eq!(office.state(page_id).await, PageState::Read);
}

async fn take_letter(office: &Office, page_id: &PageId) {
    let letter = TakeLetter {
        decision: DecidePage {
            page_id: page_id.clone(),
            user_id: office.user_id.clone(),
            reason: String::new(),
        },
        goes_on_from: None,
    };
    let store = &office.context.store;
    let taken = store.take_letter(&office.moment(), &letter).await.unwrap();
    assert!(matches!(taken, TakenLetter::Done(_)), "{taken:?}");
}
