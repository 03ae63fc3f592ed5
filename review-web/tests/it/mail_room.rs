//! What whoever stands at the scanner sees and does.

use axum::http::StatusCode;
use schemas::record::Role;

use crate::app::TestApp;
use crate::browser::{Answer, Browser};
use crate::leaflet::{Leaflet, sheet};

const SCRIPT: [(&str, &str); 1] = [("accept", "application/json")];

async fn office() -> (TestApp, Browser) {
    let app = TestApp::new().await.with_user("max", Role::MailRoom).await;
    let mut browser = app.signed_in("max").await;
    browser.get("/mail-room").await;
    (app, browser)
}

/// A picture that no other file has.
fn scan(number: u8) -> Vec<u8> {
    let mut bytes = sheet();
    bytes.push(number);
    bytes
}

fn json(answer: &Answer) -> serde_json::Value {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

#[tokio::test]
async fn the_page_says_what_came_in_what_needs_a_hand_and_where_everything_is() {
    let (app, mut browser) = office().await;
    let empty = browser.get("/mail-room").await;
    assert!(empty.shows("Nothing has come in yet"));
    app.story(&Leaflet::default()).await;
    let broken = app.broken_sheet().await;
    let page = browser.get("/mail-room").await;
    assert!(page.body.contains("<b>2</b> <span>in today"));
    assert!(page.body.contains("<b>1</b> <span>needs a hand"));
    assert!(page.shows("No leaflet’s code was found on the sheet."));
    assert!(
        page.body
            .contains(&format!("href=\"/quarantine/{broken}\""))
    );
    assert!(page.body.contains(&format!("/pages/{broken}/tile")));
    let tile = browser.get(&format!("/pages/{broken}/tile")).await;
    assert!(tile.bytes.starts_with(&[0xff, 0xd8, 0xff]));
    assert!(page.shows("Scanner in the mail room"));
}

#[tokio::test]
async fn files_are_sent_as_a_pile_without_scripts_and_what_is_wrong_with_each_is_told() {
    let (_app, mut browser) = office().await;
    let files: [(&str, &[u8]); 3] = [
        ("a.png", &scan(1)),
        ("b.png", b"no picture"),
        ("c.png", &scan(1)),
    ];
    let fields = [("name", "Ward 7, Friday"), ("papers", "3"), ("sides", "1")];
    let sent = browser.upload_all("/batches", &fields, &files, &[]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    let pile = sent.location().to_owned();
    let page = browser.get(&pile).await;
    assert!(page.shows("The files are in.") && page.shows("Ward 7, Friday"));
    assert!(page.shows("Sheet 1") && page.shows("Sheet 2") && !page.shows("Sheet 3"));
    assert!(page.shows("3 sheets of paper, one side scanned"));
    assert!(page.shows("1 side is missing."));
    assert!(page.shows("Came in before") && page.shows("c.png"));
    let list = browser.get(&format!("{pile}/pull-list")).await;
    assert!(list.shows("Sheet 2") && list.shows("The file is no picture."));
    assert!(list.shows("after sheet 1 (being read)") && !list.shows("<h2>Sheet 1"));
}

#[tokio::test]
async fn a_difference_is_shown_until_it_is_explained() {
    let (_app, mut browser) = office().await;
    let fields = [("papers", "2"), ("sides", "2")];
    let sent = browser
        .upload_all("/batches", &fields, &[("a.png", &scan(1))], &[])
        .await;
    let pile = sent.location().to_owned();
    assert!(browser.get(&pile).await.shows("3 sides are missing."));
    let room = browser.get("/mail-room").await;
    assert!(room.body.contains("<b>1</b> <span>pile does not add up"));
    assert!(room.shows("3 sides are missing."));
    let none = [("difference", "-3"), ("reason", "  ")];
    browser.post(&format!("{pile}/explain"), &none).await;
    assert!(browser.get(&pile).await.shows("Say in a few words"));
    let said = [("difference", "-3"), ("reason", "Wet, drying on the sill.")];
    browser.post(&format!("{pile}/explain"), &said).await;
    let page = browser.get(&pile).await;
    assert!(page.shows("3 sides are missing. Wet, drying on the sill. (Max,"));
    assert!(!page.shows("Why?"));
    let room = browser.get("/mail-room").await;
    assert!(room.body.contains("<b>0</b> <span>piles do not add up"));
    browser
        .post(
            &format!("{pile}/count"),
            &[("papers", "many"), ("sides", "1")],
        )
        .await;
    assert!(
        browser
            .get(&pile)
            .await
            .shows("Type the number of sheets in digits")
    );
    browser
        .post(&format!("{pile}/count"), &[("papers", "1"), ("sides", "1")])
        .await;
    assert!(browser.get(&pile).await.shows("It adds up."));
}

#[tokio::test]
async fn a_script_sends_file_by_file_and_may_send_one_again() {
    let (app, mut browser) = office().await;
    let begun = browser
        .upload_all("/batches", &[("name", "Post of Friday")], &[], &SCRIPT)
        .await;
    let begun = json(&begun);
    let files = begun["files"].as_str().unwrap().to_owned();
    let picture = scan(1);
    for words in ["1 page in", "was in already"] {
        let sent = browser
            .upload_all(&files, &[], &[("a.png", &picture)], &SCRIPT)
            .await;
        let told = json(&sent);
        assert_eq!(told["taken"][0]["words"], words);
        assert_eq!(told["taken"][0]["name"], "a.png");
    }
    let full = browser
        .upload_all(&files, &[], &[("b.png", b"no disk")], &SCRIPT)
        .await;
    assert_eq!(full.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(full.shows("sending a file twice changes nothing"));
    let page = browser.get(begun["page"].as_str().unwrap()).await;
    assert!(page.shows("Post of Friday") && page.shows("Sheet 1") && !page.shows("Sheet 2"));
    assert_eq!(app.app.store.ledger(None).await.unwrap().sheets, 1);
}

#[tokio::test]
async fn a_form_without_files_begins_no_pile_and_one_from_elsewhere_is_refused() {
    let (app, mut browser) = office().await;
    let sent = browser
        .upload_all("/batches", &[("name", "x")], &[("", b"")], &[])
        .await;
    assert_eq!(sent.location(), "/mail-room");
    assert!(browser.get("/mail-room").await.shows("No file was chosen"));
    let elsewhere = [("sec-fetch-site", "cross-site")];
    let sent = browser
        .upload_all("/batches", &[], &[("a.png", &scan(1))], &elsewhere)
        .await;
    assert_eq!(sent.status, StatusCode::FORBIDDEN);
    assert!(
        app.app.store.batches(9).await.unwrap().len() == 1,
        "the office's own"
    );
    assert_eq!(app.app.store.ledger(None).await.unwrap().sheets, 0);
}

#[tokio::test]
async fn fronts_and_backs_are_put_together_by_hand_and_what_does_not_fit_is_told() {
    let (app, mut browser) = office().await;
    for side in [1, 1, 2] {
        app.side(&Leaflet::default(), side).await;
    }
    let batch = app.app.store.batches(1).await.unwrap().remove(0).id;
    let pile = format!("/batches/{batch}");
    let page = browser.get(&pile).await;
    assert!(
        page.shows("read, side 2, with sheet 2"),
        "by its number, the nearest"
    );
    let odd = browser
        .post(&format!("{pile}/passes"), &[("order", "reversed")])
        .await;
    assert_eq!(odd.status, StatusCode::CONFLICT);
    assert!(odd.shows("There are 3 sides, so that one has no other side"));
    let same = [("first", "1"), ("second", "2")];
    let refused = browser.post(&format!("{pile}/join"), &same).await;
    assert!(refused.shows("Sheets 1 and 2: both are the same side."));
    browser
        .post(&format!("{pile}/part"), &[("sheet", "3")])
        .await;
    assert!(browser.get(&pile).await.shows("Taken apart."));
    let joined = [("first", " 3"), ("second", "1")];
    browser.post(&format!("{pile}/join"), &joined).await;
    let page = browser.get(&pile).await;
    assert!(page.shows("Put together.") && page.shows("read, side 2, with sheet 1"));
    let none = [("first", "9"), ("second", "1")];
    let refused = browser.post(&format!("{pile}/join"), &none).await;
    assert!(refused.shows("There is no such sheet in this pile."));
}

#[tokio::test]
async fn a_number_that_is_none_holds_no_file_up_and_is_told() {
    let (_app, mut browser) = office().await;
    for (n, fields) in (1_u8..).zip([
        [("papers", "fifty"), ("separation", "covers")],
        [("every", "many"), ("separation", "every")],
    ]) {
        let sent = browser
            .upload_all("/batches", &fields, &[("a.png", &scan(n))], &[])
            .await;
        let page = browser.get(sent.location()).await;
        assert!(page.shows("The files are in, but a number was not understood"));
        assert!(page.shows("Sheet 1") && page.shows("Nobody has counted"));
    }
    let begun = browser
        .upload_all("/batches", &[("papers", "fifty")], &[], &SCRIPT)
        .await;
    assert_eq!(
        json(&begun)["slip"],
        "Type the number of sheets in digits, for example 48."
    );
}

#[tokio::test]
async fn a_cover_sheet_is_made_for_one_pile_or_for_any() {
    let (app, mut browser) = office().await;
    assert!(browser.get("/mail-room").await.shows("Print cover sheets"));
    let form = browser.get("/batches/cover").await;
    assert!(form.shows("Name of the pile"));
    let typed = [("name", "Ward 4"), ("papers", "40"), ("sides", "2")];
    let sheet = browser.post("/batches/cover", &typed).await;
    assert_eq!(sheet.status, StatusCode::OK);
    assert_eq!(sheet.header("content-type"), "application/pdf");
    assert_eq!(sheet.body, "%PDF cover sheet for Ward 4");
    let any = browser.post("/batches/cover", &[("name", " ")]).await;
    assert_eq!(any.body, "%PDF cover sheet for any pile");
    for (name, papers, told) in [
        ("", "40", "give the pile a name"),
        ("Ward 4", "many", "Type the number of sheets in digits"),
    ] {
        let wrong = [("name", name), ("papers", papers)];
        let again = browser.post("/batches/cover", &wrong).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.shows(told), "{}", again.body);
        assert!(again.body.contains(&format!("value=\"{papers}\"")));
    }
    app.add_user("olga", Role::Auditor).await;
    let mut auditor = app.signed_in("olga").await;
    assert_eq!(
        auditor.get("/batches/cover").await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn an_auditor_sees_the_mail_room_and_changes_nothing() {
    let (app, _) = office().await;
    app.add_user("olga", Role::Auditor).await;
    app.story(&Leaflet::default()).await;
    let batch = app.app.store.batches(1).await.unwrap().remove(0).id;
    let mut browser = app.signed_in("olga").await;
    let page = browser.get("/mail-room").await;
    assert!(page.shows("in today") && !page.shows("Send scans"));
    let pile = browser.get(&format!("/batches/{batch}")).await;
    assert!(pile.shows("Sheet 1") && !pile.shows("Keep the count"));
    let counted = [("papers", "1"), ("sides", "1")];
    let answers = [
        browser
            .post(&format!("/batches/{batch}/count"), &counted)
            .await,
        browser
            .post(&format!("/batches/{batch}/explain"), &[("reason", "x")])
            .await,
        browser
            .upload(&format!("/batches/{batch}/files"), &[], ("a.png", b"a"))
            .await,
        browser.upload("/batches", &[], ("a.png", b"a")).await,
    ];
    assert_eq!(answers.map(|answer| answer.status.as_u16()), [403; 4]);
    assert!(app.app.store.counted(&batch).await.unwrap().count.is_none());
}

#[tokio::test]
async fn a_pile_that_is_not_there_is_not_found_and_a_stranger_signs_in_first() {
    let (app, mut browser) = office().await;
    for path in ["/batches/nonsense", "/batches/01JDQ4ZZZZZZZZZZZZZZZZZZZZ"] {
        assert_eq!(
            browser.get(path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    let mut stranger = app.browser();
    for path in ["/mail-room", "/mail-room/events"] {
        let answer = stranger.get(path).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
    }
}
