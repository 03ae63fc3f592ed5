use axum::http::StatusCode;
use schemas::record::{AuditKind, Role};
use store::AuditFilter;

use crate::app::TestApp;
use crate::leaflet::Leaflet;

/// What was written down since the people signed in, the oldest first: kind and subject.
async fn noted(app: &TestApp) -> Vec<(AuditKind, String)> {
    let entries = app.app.store.audit(&AuditFilter::newest(100)).await;
    let mut noted: Vec<_> = entries
        .unwrap()
        .into_iter()
        .map(|entry| (entry.kind, entry.subject))
        .filter(|(kind, _)| !matches!(kind, AuditKind::AccountMade | AuditKind::SignedIn))
        .collect();
    noted.reverse();
    noted
}

#[tokio::test]
async fn every_view_of_a_scan_is_written_down() {
    let app = TestApp::new().await.with_user("ada", Role::Senior).await;
    let leaflet = Leaflet {
        drawing: true,
        ..Leaflet::default()
    };
    let story = app.story(&leaflet).await;
    let sheet = app.broken_sheet().await;
    let record = app.app.store.story(&story).await.unwrap().unwrap();
    let page = &record.first_page().page.id;
    let mut browser = app.signed_in("ada").await;
    let story_path = format!("/stories/{story}");
    for path in [
        story_path.clone(),
        format!("{story_path}/pages/{page}/pictures/straightened"),
        format!("{story_path}/pages/{page}/pictures/drawing/drawing"),
        format!("{story_path}/history"),
        format!("/pages/{page}/picture"),
        format!("/pages/{page}/small"),
        format!("/quarantine/{sheet}"),
        "/export.csv".to_owned(),
    ] {
        assert_eq!(browser.get(&path).await.status, StatusCode::OK, "{path}");
    }
    let (story, page) = (story.to_string(), page.to_string());
    let expected = [
        (AuditKind::Story, story.clone()),
        (AuditKind::Straightened, page.clone()),
        (AuditKind::Drawing, page.clone()),
        (AuditKind::History, story),
        (AuditKind::PagePicture, page.clone()),
        (AuditKind::PagePicture, page),
        (AuditKind::Sheet, sheet.to_string()),
        (AuditKind::Export, String::new()),
    ];
    assert_eq!(noted(&app).await, expected);
}

#[tokio::test]
async fn what_somebody_may_not_see_is_not_written_down_as_seen() {
    let app = TestApp::new().await.with_user("max", Role::MailRoom).await;
    let story = app.story(&Leaflet::default()).await;
    let record = app.app.store.story(&story).await.unwrap().unwrap();
    let page = &record.first_page().page.id;
    let mut browser = app.signed_in("max").await;
    browser.get(&format!("/stories/{story}")).await;
    browser.get(&format!("/pages/{page}/picture")).await;
    browser.get(&format!("/pages/{page}/tile")).await;
    assert_eq!(noted(&app).await, []);
}

#[tokio::test]
async fn signing_in_and_out_is_written_down_and_what_a_stranger_typed_is_not() {
    let app = TestApp::new().await.with_user("olga", Role::Auditor).await;
    let ben = app.add_user("ben", Role::Moderator).await;
    app.browser().sign_in("ben", "wrong wrong wrong").await;
    app.browser().sign_in("a password by mistake", "x").await;
    let mut his = app.signed_in("ben").await;
    his.get("/queue").await;
    his.post("/sign-out", &[]).await;
    let expected = [
        (AuditKind::SignInRefused, ben.to_string()),
        (AuditKind::SignInRefused, String::new()),
        (AuditKind::SignedOut, ben.to_string()),
    ];
    assert_eq!(noted(&app).await, expected);
    let mut auditor = app.signed_in("olga").await;
    let page = auditor.get("/audit").await;
    for words in [
        "Was refused at sign-in",
        "Signed out",
        "Signed in",
        "somebody",
    ] {
        assert!(page.shows(words), "{words}");
    }
    assert!(!page.body.contains("mistake"));
}

#[tokio::test]
async fn the_list_is_narrowed_by_person_kind_and_subject() {
    let app = TestApp::new().await.with_user("olga", Role::Auditor).await;
    let ben = app.add_user("ben", Role::Moderator).await;
    let (one, two) = (
        app.story(&Leaflet::default()).await,
        app.story(&Leaflet::default()).await,
    );
    let mut his = app.signed_in("ben").await;
    for story in [&one, &two] {
        his.get(&format!("/stories/{story}")).await;
    }
    let mut auditor = app.signed_in("olga").await;
    auditor.get(&format!("/stories/{one}/history")).await;
    let rows = async |auditor: &mut crate::browser::Browser, query: &str| {
        let page = auditor.get(&format!("/audit?{query}")).await;
        page.body.matches("<th scope=\"row\">").count()
    };
    assert_eq!(rows(&mut auditor, &format!("person={ben}")).await, 3);
    assert_eq!(rows(&mut auditor, "kind=story").await, 2);
    assert_eq!(rows(&mut auditor, &format!("subject={one}")).await, 2);
    let all = format!("person={ben}&kind=story&subject={two}");
    assert_eq!(rows(&mut auditor, &all).await, 1);
    let page = auditor.get("/audit?kind=export").await;
    assert!(page.shows("Nothing to list"));
    let page = auditor.get("/audit?person=nonsense&kind=nonsense").await;
    assert!(page.shows("Opened a history"));
}

#[tokio::test]
async fn a_long_list_goes_on_with_what_is_older() {
    let app = TestApp::new().await.with_user("olga", Role::Auditor).await;
    let mut auditor = app.signed_in("olga").await;
    let story = app.story(&Leaflet::default()).await;
    for _ in 0..105 {
        auditor.get(&format!("/stories/{story}/history")).await;
    }
    let page = auditor.get("/audit?kind=history").await;
    assert_eq!(page.body.matches("<th scope=\"row\">").count(), 100);
    let (_, rest) = page
        .body
        .split_once("<p class=\"more\"><a href=\"")
        .unwrap();
    let older = rest.split('"').next().unwrap().replace("&#38;", "&");
    let page = auditor.get(&older).await;
    assert_eq!(page.body.matches("<th scope=\"row\">").count(), 5);
    assert!(!page.body.contains("class=\"more\""));
}

#[tokio::test]
async fn the_list_of_some_days_is_downloaded_as_a_table() {
    let app = TestApp::new().await.with_user("olga", Role::Auditor).await;
    let ada = app.add_user("ada", Role::Administrator).await;
    app.signed_in("ada").await;
    app.clock.advance_ms(24 * 3_600_000);
    app.browser().sign_in("ada", "wrong wrong wrong").await;
    let mut admin = app.signed_in("ada").await;
    let answer = admin
        .get("/audit.csv?from=2026-11-24&until=2026-11-24")
        .await;
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    let lines: Vec<_> = answer.body.lines().collect();
    assert_eq!(
        lines,
        [
            "at,user_id,user_name,kind,subject,subject_name,detail".to_owned(),
            "2026-11-24T09:30:00Z,".to_owned() + &format!("{ada},Ada,audit-export,,,"),
            format!("2026-11-24T09:30:00Z,{ada},Ada,signed-in,{ada},Ada,"),
            format!("2026-11-24T09:30:00Z,,,sign-in-refused,{ada},Ada,"),
        ]
    );
    let whole = admin.get("/audit.csv").await;
    assert_eq!(whole.body.lines().count(), 1 + 2 + 1 + 4, "{}", whole.body);
}
