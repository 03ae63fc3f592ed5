//! Who may open which door: every address, every role, every method, with and without the form's token.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use review_web::addresses;
use schemas::record::{DecisionKind, PictureRole, Role};
use store::{Decide, Revise};

use crate::app::{PASSWORD, TestApp};
use crate::browser::{Answer, Browser};
use crate::leaflet::Leaflet;

/// Who may.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    /// Everybody, signed in or not.
    Anybody,
    /// Whoever is signed in.
    SignedIn,
    /// These.
    Roles(&'static [Role]),
}

/// How a request is sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Get,
    Post,
    /// A form with files.
    Upload,
    /// By a program with a token of its own.
    Put,
}

use How::{Get, Post, Put, Upload};
use Role::{Administrator, Auditor, MailRoom, Moderator, Senior};
use Who::{Anybody, Roles, SignedIn as AllSignedIn};

const READERS: Who = Roles(&[Moderator, Senior, Administrator, Auditor]);
const MODERATORS: Who = Roles(&[Moderator, Senior, Administrator]);
const PLACERS: Who = Roles(&[MailRoom, Moderator, Senior, Administrator]);
const SENIORS: Who = Roles(&[Senior, Administrator]);
const OVERSEERS: Who = Roles(&[Senior, Administrator, Auditor]);
const ADMINISTRATORS: Who = Roles(&[Administrator]);
const WATCHERS: Who = Roles(&[Administrator, Auditor]);

/// Those that end a session stand last.
const DOORS: &[(How, &str, Who)] = &[
    (Get, "/", Anybody),
    (Get, "/opinions/{number}", Anybody),
    (Get, "/opinions/{number}/drawing", Anybody),
    (Get, "/services", Anybody),
    (Get, "/feed.atom", Anybody),
    (Get, "/sitemap.xml", Anybody),
    (Get, "/sitemap/{part}", Anybody),
    (Get, "/robots.txt", Anybody),
    (Get, "/api/v2/opinions", Anybody),
    (Get, "/api/v2/opinions/{number}", Anybody),
    (Get, "/static/{bundle}/{name}", Anybody),
    (Get, "/healthz", Anybody),
    (Get, "/sign-in", Anybody),
    (Get, "/queue", READERS),
    (Get, "/stories/{id}", READERS),
    (Get, "/stories/{id}/history", READERS),
    (
        Get,
        "/stories/{id}/pages/{page}/pictures/straightened",
        READERS,
    ),
    (
        Get,
        "/stories/{id}/pages/{page}/pictures/drawing/{region}",
        READERS,
    ),
    (Post, "/queue/next", MODERATORS),
    (Post, "/stories/told", MODERATORS),
    (Post, "/stories/{id}", MODERATORS),
    (Post, "/stories/{id}/lease", MODERATORS),
    (Post, "/stories/{id}/checks", MODERATORS),
    (Post, "/stories/{id}/differences", MODERATORS),
    (Post, "/stories/{id}/draft", MODERATORS),
    (Post, "/stories/{id}/undo", MODERATORS),
    (Post, "/stories/{id}/give-back", MODERATORS),
    (Get, "/layouts", OVERSEERS),
    (Get, "/layouts/new", ADMINISTRATORS),
    (Upload, "/layouts/new", ADMINISTRATORS),
    (Get, "/layouts/{id}/{version}", OVERSEERS),
    (Get, "/layouts/{id}/{version}/side/{side}", OVERSEERS),
    (Post, "/layouts/{id}/{version}/side/{side}", ADMINISTRATORS),
    (
        Get,
        "/layouts/{id}/{version}/corners/{side}",
        ADMINISTRATORS,
    ),
    (
        Post,
        "/layouts/{id}/{version}/corners/{side}",
        ADMINISTRATORS,
    ),
    (Post, "/layouts/{id}/{version}/check/{side}", ADMINISTRATORS),
    (Post, "/layouts/{id}/{version}/grid/{side}", ADMINISTRATORS),
    (Post, "/layouts/{id}/{version}/lay/{side}", ADMINISTRATORS),
    (Get, "/layouts/{id}/{version}/blank/{side}", OVERSEERS),
    (Get, "/layouts/{id}/{version}/source/{side}", OVERSEERS),
    (Post, "/layouts/{id}/{version}/copy", ADMINISTRATORS),
    (Post, "/layouts/{id}/{version}/retire", ADMINISTRATORS),
    (Get, "/quarantine", AllSignedIn),
    (Get, "/quarantine/{id}", AllSignedIn),
    (Get, "/pages/{id}/picture", AllSignedIn),
    (Get, "/pages/{id}/small", AllSignedIn),
    (Get, "/pages/{id}/tile", AllSignedIn),
    (Get, "/pages/{id}/found", AllSignedIn),
    (Post, "/quarantine/{id}/place", PLACERS),
    (Post, "/quarantine/{id}/letter", PLACERS),
    (Post, "/quarantine/{id}/discard", PLACERS),
    (Post, "/quarantine/{id}/restore", PLACERS),
    (Post, "/quarantine/{id}/story", PLACERS),
    (Get, "/mail-room", AllSignedIn),
    (Get, "/mail-room/events", AllSignedIn),
    (Get, "/mail-room/days", AllSignedIn),
    (Get, "/batches/cover", PLACERS),
    (Post, "/batches/cover", PLACERS),
    (Upload, "/batches", PLACERS),
    (Get, "/batches/{id}", AllSignedIn),
    (Upload, "/batches/{id}/files", PLACERS),
    (Post, "/batches/{id}/count", PLACERS),
    (Post, "/batches/{id}/explain", PLACERS),
    (Post, "/batches/{id}/join", PLACERS),
    (Post, "/batches/{id}/part", PLACERS),
    (Post, "/batches/{id}/passes", PLACERS),
    (Get, "/batches/{id}/pull-list", AllSignedIn),
    (Get, "/deliveries", OVERSEERS),
    (Post, "/deliveries/test", SENIORS),
    (Post, "/deliveries/{id}/again", SENIORS),
    (Get, "/export.csv", SENIORS),
    (Get, "/export.json", SENIORS),
    (Put, "/drop/", Anybody),
    (Put, "/drop/{*file_name}", Anybody),
    (Get, "/people", WATCHERS),
    (Post, "/people", ADMINISTRATORS),
    (Get, "/people/{id}", WATCHERS),
    (Post, "/people/{id}/enable", ADMINISTRATORS),
    (Post, "/people/{id}/role", ADMINISTRATORS),
    (Post, "/people/{id}/sessions/end", ADMINISTRATORS),
    (Post, "/people/{id}/sessions/end-all", ADMINISTRATORS),
    (Post, "/people/{id}/reset", ADMINISTRATORS),
    (Post, "/people/{id}/disable", ADMINISTRATORS),
    (Get, "/audit", WATCHERS),
    (Get, "/audit.csv", WATCHERS),
    (Get, "/account", AllSignedIn),
    (Get, "/choose-password", Anybody),
    (Post, "/account/password", AllSignedIn),
    (Post, "/account/sessions/end", AllSignedIn),
    (Post, "/account/sessions/end-others", AllSignedIn),
    (Post, "/choose-password", Anybody),
    (Post, "/sign-in", Anybody),
    (Post, "/sign-out", AllSignedIn),
];

const EVERY_ROLE: [Role; 5] = [MailRoom, Moderator, Senior, Administrator, Auditor];

impl Who {
    fn includes(self, role: Role) -> bool {
        match self {
            Self::Anybody | Self::SignedIn => true,
            Self::Roles(roles) => roles.contains(&role),
        }
    }
}

impl How {
    const fn method(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post | Self::Upload => "POST",
            Self::Put => "PUT",
        }
    }

    async fn send(self, browser: &mut Browser, path: &str) -> Answer {
        match self {
            Self::Get => browser.get(path).await,
            Self::Post => browser.post(path, &[]).await,
            Self::Upload => browser.upload(path, &[], ("scan.png", b"no picture")).await,
            Self::Put => browser.put(path, &[], "no picture").await,
        }
    }
}

/// An office with something behind every door.
struct Office {
    app: TestApp,
    /// What stands in the braces of an address, by how the address begins.
    names: BTreeMap<&'static str, String>,
}

impl Office {
    async fn open() -> Self {
        let mut app = TestApp::new().await;
        app.app.store = app.app.store.clone().with_webhook();
        for role in EVERY_ROLE {
            app.add_user(role.as_str(), role).await;
        }
        let target = app.add_user("target", Moderator).await;
        let drawn = Leaflet {
            drawing: true,
            ..Leaflet::default()
        };
        let story = app.story(&drawn).await;
        let page = app.app.store.story(&story).await.unwrap().unwrap();
        let sheet = app.unread_side(PictureRole::Straightened).await;
        let delivery = app.app.store.test_webhook(&app.moment()).await.unwrap();
        publish(&app, &target).await;
        let names = BTreeMap::from([
            ("/stories/{id}", story.to_string()),
            ("{page}", page.first_page().page.id.to_string()),
            ("{region}", "drawing".to_owned()),
            ("/quarantine/{id}", sheet.to_string()),
            ("/pages/{id}", sheet.to_string()),
            ("/batches/{id}", app.batch_id.to_string()),
            ("/layouts/{id}", "story-a4".to_owned()),
            ("/deliveries/{id}", delivery.to_string()),
            ("/people/{id}", target.to_string()),
            ("{version}", "1".to_owned()),
            ("{side}", "1".to_owned()),
            ("{number}", "1".to_owned()),
            ("{part}", "1".to_owned()),
            ("{bundle}", "none".to_owned()),
            ("{name}", "none.css".to_owned()),
            ("{*file_name}", "scan.png".to_owned()),
        ]);
        Self { app, names }
    }

    fn path(&self, address: &str) -> String {
        let mut path = address.to_owned();
        for (place, name) in &self.names {
            let brace = place.find('{').unwrap();
            if address.starts_with(place) || place.starts_with('{') {
                path = path.replacen(&place[brace..], name, 1);
            }
        }
        assert!(!path.contains('{'), "nothing is known for {path}");
        path
    }
}

/// A story for the public pages.
async fn publish(app: &TestApp, user_id: &schemas::UserId) {
    let story_id = app
        .story(&Leaflet {
            drawing: true,
            ..Leaflet::default()
        })
        .await;
    let record = app.app.store.story(&story_id).await.unwrap().unwrap();
    let mut fields = record.fields;
    fields.consent = true;
    fields.show_drawing = true;
    "A cup".clone_into(&mut fields.drawing_alt);
    let change = Revise {
        story_id: story_id.clone(),
        user_id: user_id.clone(),
        expected_revision: 0,
        fields,
        reason: String::new(),
    };
    app.app
        .store
        .revise_story(&app.moment(), change)
        .await
        .unwrap();
    let decision = Decide {
        story_id: story_id.clone(),
        user_id: user_id.clone(),
        kind: DecisionKind::Approve,
        reason: String::new(),
        hold: None,
        expected_revision: 1,
        may_give_opinion: false,
        undo_ms: 0,
        publish_from: None,
    };
    app.app.store.decide(&app.moment(), decision).await.unwrap();
    app.publish(&story_id).await;
}

#[tokio::test]
async fn every_door_is_known_here() {
    let known: BTreeSet<&str> = DOORS.iter().map(|(_, address, _)| *address).collect();
    let there: BTreeSet<&str> = addresses().into_iter().collect();
    assert_eq!(known, there);
}

#[tokio::test]
async fn nobody_opens_a_door_above_their_role() {
    let office = Office::open().await;
    for role in EVERY_ROLE {
        let mut browser = office.app.signed_in(role.as_str()).await;
        for (how, address, _) in DOORS.iter().filter(|(.., who)| !who.includes(role)) {
            browser.get("/account").await;
            let answer = how.send(&mut browser, &office.path(address)).await;
            let at = format!("{} {address} as {role}", how.method());
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{at}");
            assert!(
                answer.shows("This is not part of your work"),
                "{at}: {}",
                answer.body
            );
        }
    }
}

#[tokio::test]
async fn whoever_may_open_a_door_is_let_in() {
    for role in EVERY_ROLE {
        let office = Office::open().await;
        for (how, address, _) in DOORS.iter().filter(|(.., who)| who.includes(role)) {
            if *how == Put {
                continue;
            }
            let mut browser = office.app.signed_in(role.as_str()).await;
            browser.get("/account").await;
            let answer = how.send(&mut browser, &office.path(address)).await;
            let at = format!("{} {address} as {role}", how.method());
            let refused = [401, 403, 405, 500].contains(&answer.status.as_u16());
            assert!(!refused, "{at}: {} {}", answer.status, answer.body);
            let sent_away = answer.location().starts_with("/sign-in?");
            assert!(!sent_away, "{at}");
        }
    }
}

#[tokio::test]
async fn whoever_is_not_signed_in_is_asked_to() {
    let office = Office::open().await;
    for (how, address, _) in DOORS.iter().filter(|(.., who)| *who != Anybody) {
        let mut browser = office.app.browser();
        let answer = how.send(&mut browser, &office.path(address)).await;
        let at = format!("{} {address}", how.method());
        match how {
            Get => assert!(
                answer.location().starts_with("/sign-in?"),
                "{at}: {}",
                answer.status
            ),
            Post | Upload => assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{at}"),
            Put => unreachable!("a program is not signed in"),
        }
    }
}

#[tokio::test]
async fn no_form_is_taken_without_its_token_or_with_that_of_another_session() {
    let office = Office::open().await;
    for role in EVERY_ROLE {
        let mut other = office.app.signed_in(role.as_str()).await;
        other.get("/account").await;
        let mut browser = office.app.signed_in(role.as_str()).await;
        let forms = DOORS
            .iter()
            .filter(|(how, ..)| matches!(how, Post | Upload));
        for (how, address, _) in forms.filter(|(.., who)| who.includes(role)) {
            for token in ["", other.form_token.as_str()] {
                token.clone_into(&mut browser.form_token);
                let answer = how.send(&mut browser, &office.path(address)).await;
                let at = format!("{} {address} as {role}", how.method());
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{at}");
                assert!(
                    answer.shows("Please try that again"),
                    "{at}: {}",
                    answer.body
                );
            }
        }
    }
}

#[tokio::test]
async fn a_door_opens_by_no_other_method() {
    let office = Office::open().await;
    let mut known: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (how, address, _) in DOORS {
        known.entry(address).or_default().insert(how.method());
    }
    let mut browser = office.app.signed_in("administrator").await;
    for (address, methods) in known {
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH"] {
            if methods.contains(method) {
                continue;
            }
            let answer = browser.knock(method, &office.path(address)).await;
            let at = format!("{method} {address}");
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{at}");
        }
    }
}

#[tokio::test]
async fn a_form_for_strangers_needs_the_cookie_that_came_with_it() {
    let office = Office::open().await;
    for address in ["/sign-in", "/choose-password"] {
        // Nothing in the cookie, nothing in the form: that they are the same says nothing.
        let mut stranger = office.app.browser();
        let fields = [("csrf", ""), ("name", "senior"), ("password", PASSWORD)];
        let answer = stranger.post_bare(address, &fields).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{address}");
    }
}
