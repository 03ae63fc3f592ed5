use axum::http::StatusCode;
use schemas::layout::{Choose, LayoutId, Meaning, RegionKind};
use schemas::record::{LayoutState, PageState, Role};
use store::LayoutRecord;

use crate::app::TestApp;
use crate::browser::{Answer, Browser};
use crate::leaflet::sheet;

const SIDE: &str = "/layouts/ward-card/1/side/1";
const PAPER: [(&str, &str); 3] = [
    ("title", "Ward card"),
    ("paper", "custom"),
    ("width", "148"),
];

async fn app() -> TestApp {
    TestApp::new()
        .await
        .with_user("ada", Role::Administrator)
        .await
}

/// Uploads the empty form, as far as its corners.
async fn upload(browser: &mut Browser) -> Answer {
    browser.get("/layouts/new").await;
    let fields = [PAPER.as_slice(), &[("height", "210")]].concat();
    browser
        .upload("/layouts/new", &fields, ("card.png", &sheet()))
        .await
}

async fn record(app: &TestApp, id: &str, version: u32) -> LayoutRecord {
    let id = LayoutId::parse(id).unwrap();
    let found = app.app.store.layout(&id, version).await.unwrap();
    found.expect("the layout is there")
}

/// A box of one line, as the drawing page sends it.
fn line<'a>(id: &'a str, y: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("b0.id", id),
        ("b0.label", "Your ward"),
        ("b0.kind", "line"),
        ("b0.reads", "service"),
        ("b0.x", "20"),
        ("b0.y", y),
        ("b0.width", "100"),
        ("b0.height", "10"),
    ]
}

async fn draw(
    browser: &mut Browser,
    action: &str,
    revision: &str,
    boxes: &[(&str, &str)],
) -> Answer {
    let mut fields = vec![
        ("action", action),
        ("expected_revision", revision),
        ("title", "Ward card"),
    ];
    fields.extend(boxes);
    browser.post(SIDE, &fields).await
}

#[tokio::test]
async fn an_empty_form_is_uploaded_straightened_and_opened_for_drawing() {
    let app = app().await;
    let mut browser = app.signed_in("ada").await;
    let made = upload(&mut browser).await;
    assert_eq!(made.location(), "/layouts/ward-card/1/corners/1");
    let page = browser.get(made.location()).await;
    assert!(page.shows("Does the page fill the picture?"));
    let source = browser.get("/layouts/ward-card/1/source/1").await;
    assert_eq!(
        source.bytes,
        sheet(),
        "what was uploaded is kept as it came"
    );

    let corners = [
        ("action", "save"),
        ("expected_revision", "1"),
        ("top-left.x", "10"),
        ("top-left.y", "20"),
        ("top-right.x", "310,5"),
        ("top-right.y", "20"),
        ("bottom-right.x", "310"),
        ("bottom-right.y", "420"),
        ("bottom-left.x", "10"),
        ("bottom-left.y", "420"),
        ("paper", "a5"),
    ];
    let set = browser.post(made.location(), &corners).await;
    assert_eq!(set.location(), "/layouts/ward-card/1");
    let page = browser.get(set.location()).await;
    assert!(page.shows("The page fits.") && page.shows("has no box yet"));
    let kept = record(&app, "ward-card", 1).await;
    assert!((kept.sources[0].corners_px[1].x - 310.5).abs() < 1e-9);
    assert!((kept.layout.page.height_mm - 210.0).abs() < 1e-9);
    let blank = browser.get("/layouts/ward-card/1/blank/1").await;
    assert_eq!(blank.header("content-type"), "image/png");
    assert_ne!(blank.bytes, sheet(), "the blank was cut out of the scan");
}

#[tokio::test]
async fn a_file_with_two_pages_has_two_sides() {
    let app = app().await;
    let mut browser = app.signed_in("ada").await;
    browser.get("/layouts/new").await;
    let fields = [("title", "Two sides"), ("paper", "guess")];
    let made = browser
        .upload("/layouts/new", &fields, ("form.pdf", b"2 PAGES"))
        .await;
    assert_eq!(made.location(), "/layouts/two-sides/1/corners/1");
    assert_eq!(record(&app, "two-sides", 1).await.layout.sides.len(), 2);
    let page = browser.get("/layouts/two-sides/1/side/2").await;
    assert!(page.body.contains("/layouts/two-sides/1/blank/2"));
    assert_eq!(
        browser.get("/layouts/two-sides/1/side/3").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn what_cannot_be_used_as_a_form_is_said_and_what_was_typed_stays() {
    let app = app().await;
    let mut browser = app.signed_in("ada").await;
    browser.get("/layouts/new").await;
    let fields = [("title", "Ward card"), ("paper", "a4")];
    for (file, told) in [
        (
            ("a.txt", b"no picture".as_slice()),
            "The file is no picture.",
        ),
        (
            ("", b"".as_slice()),
            "Please choose a file with the empty form",
        ),
    ] {
        let page = browser.upload("/layouts/new", &fields, file).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.shows(told), "{told}");
        assert!(page.body.contains("value=\"Ward card\""));
    }
    let nameless = [("title", " "), ("paper", "a4")];
    let page = browser
        .upload("/layouts/new", &nameless, ("a.png", &sheet()))
        .await;
    assert!(page.shows("Please give the form a title"));
    assert!(app.app.store.layouts().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_form_from_another_site_makes_nothing() {
    let app = app().await;
    let mut browser = app.signed_in("ada").await;
    browser.get("/layouts/new").await;
    browser.form_token = "guessed".to_owned();
    let fields = [("title", "Evil"), ("paper", "a4")];
    let answer = browser
        .upload("/layouts/new", &fields, ("a.png", &sheet()))
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(app.app.store.layouts().await.unwrap().is_empty());
}

#[tokio::test]
async fn boxes_are_drawn_with_number_fields_alone() {
    let app = app().await;
    let mut browser = app.signed_in("ada").await;
    upload(&mut browser).await;
    let page = draw(&mut browser, "add", "1", &[]).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.body
            .contains("name=\"b0.id\" data-field=\"id\" value=\"box-1\"")
    );
    let saved = draw(&mut browser, "save", "1", &line("ward", "30")).await;
    assert_eq!(saved.location(), SIDE);
    let kept = record(&app, "ward-card", 1).await;
    let region = &kept.layout.sides[0].regions[0];
    assert_eq!(
        (region.id.as_str(), region.reads),
        ("ward", Meaning::Service)
    );
    assert_eq!(region.area, [20.0, 30.0, 100.0, 10.0].into());

    let wrong = draw(&mut browser, "save", "2", &line("ward", "below")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.shows("“below” is not a number"));
    assert!(
        wrong.body.contains("value=\"below\""),
        "nothing typed is lost"
    );
}

#[tokio::test]
async fn a_grid_of_boxes_is_laid_in_one_step() {
    let app = app().await;
    let mut browser = app.signed_in("ada").await;
    upload(&mut browser).await;
    let grid = [
        ("grid.name", "q"),
        ("grid.first", "1"),
        ("grid.questions", "5"),
        ("grid.values", "A B C D E"),
        ("grid.runs", "across"),
        ("grid.x", "30"),
        ("grid.y", "40"),
        ("grid.width", "5"),
        ("grid.height", "5"),
        ("grid.option_pitch", "10"),
        ("grid.question_pitch", "12"),
    ];
    let page = draw(&mut browser, "grid", "1", &grid).await;
    assert!(
        page.body
            .contains("name=\"b4.id\" data-field=\"id\" value=\"q5\"")
    );
    assert!(page.shows("E | E | 70 88 5 5"));
    let refused = draw(&mut browser, "grid", "1", &[("grid.x", "")]).await;
    assert!(refused.shows("Please fill in the first box, from the left."));
}

#[tokio::test]
async fn boxes_to_tick_fall_onto_their_print_and_those_beside_it_are_told_but_stop_nobody() {
    let app = app().await;
    let mut browser = app.signed_in("ada").await;
    upload(&mut browser).await;
    let grid = [
        ("grid.name", "q"),
        ("grid.first", "1"),
        ("grid.questions", "2"),
        ("grid.values", "A B"),
        ("grid.symbol", "bubble"),
        ("grid.runs", "across"),
        ("grid.x", "30.4"),
        ("grid.y", "39.8"),
        ("grid.width", "4"),
        ("grid.height", "4"),
        ("grid.option_pitch", "9.9"),
        ("grid.question_pitch", "12.1"),
    ];
    let printed = "A | A | 30 52 4 4 | bubble";
    let page = draw(&mut browser, "grid", "1", &grid).await;
    assert!(page.shows(printed) && page.shows("B | B | 40 52 4 4 | bubble"));
    let laid = browser.post("/layouts/ward-card/1/grid/1", &grid).await;
    assert!(laid.body.contains(printed), "{}", laid.body);
    let as_typed = [grid.as_slice(), &[("grid.snap", "no")]].concat();
    let page = draw(&mut browser, "grid", "1", &as_typed).await;
    assert!(page.shows("A | A | 30.4 51.9 4 4 | bubble"));

    let mut beside = line("q1", "30");
    beside[2].1 = "marks";
    beside.extend([("b0.choose", "one"), ("b0.options", "A | A | 30.4 32 4 4")]);
    let page = draw(&mut browser, "add", "1", &beside).await;
    assert!(page.shows("A: up to 0.4 mm beside the print"));
    let page = draw(&mut browser, "lay", "1", &beside).await;
    assert!(page.shows("A | A | 30 32 4 4") && !page.shows("beside the print"));
    beside[9].1 = "A | A | 30.4 32 4 4";
    let used = draw(&mut browser, "use", "1", &beside).await;
    assert_eq!(used.location(), "/layouts/ward-card/1");
}

#[tokio::test]
async fn the_page_is_told_what_is_wrong_while_somebody_draws() {
    let app = app().await;
    let mut browser = app.signed_in("ada").await;
    upload(&mut browser).await;
    browser.get(SIDE).await;
    let mut boxes = vec![("title", "Ward card")];
    boxes.extend(line("ward", "30"));
    boxes.extend([
        ("b1.id", "ward"),
        ("b1.kind", "marks"),
        ("b1.reads", "consent"),
        ("b1.choose", "many"),
        ("b1.x", "20"),
        ("b1.y", "60"),
        ("b1.width", "100"),
        ("b1.height", "10"),
        ("b1.options", "yes | Yes | 22 62 5 5"),
    ]);
    let answer = browser.post("/layouts/ward-card/1/check/1", &boxes).await;
    assert_eq!(answer.header("content-type"), "application/json");
    assert!(answer.body.contains("\"box\":1"), "{}", answer.body);
    assert!(answer.body.contains("used twice"), "{}", answer.body);
    let kept = record(&app, "ward-card", 1).await;
    assert!(
        kept.layout.sides[0].regions.is_empty(),
        "checking saves nothing"
    );
    boxes[9].1 = "consent";
    let answer = browser.post("/layouts/ward-card/1/check/1", &boxes).await;
    assert_eq!(answer.body, "{\"problems\":[]}");
    draw(&mut browser, "save", "1", &boxes[1..]).await;
    let kept = record(&app, "ward-card", 1).await;
    let marks = &kept.layout.sides[0].regions[1].kind;
    assert!(
        matches!(marks, RegionKind::Marks { choose: Choose::Many, options } if options.len() == 1),
        "{marks:?}"
    );
}

#[tokio::test]
async fn putting_a_form_in_use_sends_the_sheets_that_no_layout_fitted_round_again() {
    let app = app().await;
    let page_id = app.broken_sheet().await;
    let mut browser = app.signed_in("ada").await;
    upload(&mut browser).await;
    browser.get(SIDE).await;
    let empty = draw(&mut browser, "use", "1", &[]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.shows("has no box yet"));
    let used = draw(&mut browser, "use", "1", &line("ward", "30")).await;
    assert_eq!(used.location(), "/layouts/ward-card/1");
    let page = browser.get(used.location()).await;
    assert!(page.shows("In use. Sheets of this form are read from now on."));
    assert!(page.shows("1 quarantined sheet was sent to be read again."));
    assert!(
        !page.body.contains("id=\"save\""),
        "what is in use is not changed"
    );
    let sheet = app.app.store.page(&page_id).await.unwrap().unwrap();
    assert_eq!(sheet.state, PageState::Received);
    let late = draw(&mut browser, "save", "2", &line("other", "50")).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.shows("make a new version to go on"));
    let kept = record(&app, "ward-card", 1).await;
    assert_eq!(kept.layout.sides[0].regions[0].id, "ward");
}

#[tokio::test]
async fn of_two_people_who_draw_the_second_keeps_what_was_drawn_and_is_told() {
    let app = app().await.with_user("ben", Role::Administrator).await;
    let (mut ada, mut ben) = (app.signed_in("ada").await, app.signed_in("ben").await);
    upload(&mut ada).await;
    ben.get(SIDE).await;
    draw(&mut ada, "save", "1", &line("hers", "30")).await;
    let told = draw(&mut ben, "save", "1", &line("his", "60")).await;
    assert_eq!(told.status, StatusCode::CONFLICT);
    assert!(told.shows("Ada saved this form while you were drawing."));
    assert!(told.body.contains("value=\"his\""));
    assert!(told.body.contains("name=\"expected_revision\" value=\"2\""));
    let kept = record(&app, "ward-card", 1).await;
    assert_eq!(kept.layout.sides[0].regions[0].id, "hers");
    draw(&mut ben, "save", "2", &line("his", "60")).await;
    let kept = record(&app, "ward-card", 1).await;
    assert_eq!(kept.layout.sides[0].regions[0].id, "his");
}

#[tokio::test]
async fn a_form_in_use_gets_a_new_version_and_the_old_one_is_retired() {
    let app = app().await;
    let mut browser = app.signed_in("ada").await;
    upload(&mut browser).await;
    browser.get(SIDE).await;
    draw(&mut browser, "use", "1", &line("ward", "30")).await;
    let copied = browser.post("/layouts/ward-card/1/copy", &[]).await;
    assert_eq!(copied.location(), "/layouts/ward-card/2");
    let again = browser.post("/layouts/ward-card/1/copy", &[]).await;
    assert_eq!(
        again.location(),
        "/layouts/ward-card/2",
        "the open draft is gone on with"
    );
    let second = record(&app, "ward-card", 2).await;
    assert_eq!(second.state, LayoutState::Draft);
    assert_eq!(second.sources, record(&app, "ward-card", 1).await.sources);
    let revision = [("expected_revision", "2")];
    let retired = browser.post("/layouts/ward-card/1/retire", &revision).await;
    assert_eq!(retired.location(), "/layouts");
    assert_eq!(
        record(&app, "ward-card", 1).await.state,
        LayoutState::Retired
    );
    let list = browser.get("/layouts").await;
    assert!(list.shows("Retired. No more sheets are read with it"));
    assert!(list.shows("ward-card, version 2") && !list.shows("148 × 210 mm"));
    assert!(list.shows("A5 · 1 side · 1 box"));
}

#[tokio::test]
async fn a_quarantined_sheet_can_be_the_blank() {
    let app = app().await;
    let page_id = app.broken_sheet().await;
    let mut browser = app.signed_in("ada").await;
    let page = browser.get(&format!("/layouts/new?page={page_id}")).await;
    assert!(page.shows("Or take a sheet that could not be read"));
    assert!(page.body.contains(&format!("value=\"{page_id}\" checked")));
    let id = page_id.to_string();
    let fields = [
        ("title", "From a sheet"),
        ("paper", "guess"),
        ("page", id.as_str()),
    ];
    let made = browser.upload("/layouts/new", &fields, ("", b"")).await;
    assert_eq!(made.location(), "/layouts/from-a-sheet/1/corners/1");
    let sheet = app.app.store.page(&page_id).await.unwrap().unwrap();
    assert_eq!(sheet.state, PageState::Quarantined, "it stays where it is");
}

#[tokio::test]
async fn layouts_of_the_installation_are_looked_at_and_never_changed() {
    let app = app().await.with_user("max", Role::MailRoom).await;
    let mut browser = app.signed_in("ada").await;
    let list = browser.get("/layouts").await;
    assert!(list.body.contains("href=\"/layouts/story-a4/1\""));
    let page = browser.get("/layouts/story-a4/1").await;
    assert!(page.shows("cannot be changed here") && !page.body.contains("id=\"save\""));
    let blank = browser.get("/layouts/story-a4/1/blank/1").await;
    assert_eq!(blank.header("content-type"), "image/png");
    for path in ["/layouts/story-a4/1/side/1", "/layouts/story-a4/1/copy"] {
        assert_eq!(
            browser.post(path, &[]).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    let mut max = app.signed_in("max").await;
    for path in ["/layouts", "/layouts/new", "/layouts/story-a4/1"] {
        assert_eq!(max.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn everybody_else_only_looks_at_layouts() {
    let app = app().await.with_user("ben", Role::Senior).await;
    let mut browser = app.signed_in("ada").await;
    upload(&mut browser).await;
    let mut ben = app.signed_in("ben").await;
    let page = ben.get("/layouts/ward-card/1").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.body.contains("id=\"save\""));
    for (path, fields) in [
        (SIDE, line("ward", "30")),
        ("/layouts/ward-card/1/check/1", Vec::new()),
        (
            "/layouts/ward-card/1/retire",
            vec![("expected_revision", "1")],
        ),
        ("/layouts/ward-card/1/copy", Vec::new()),
    ] {
        assert_eq!(
            ben.post(path, &fields).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
}
