//! Every page can be used by everybody: no rule of WCAG 2.2 AA is broken, light or dark, on a desk, on a phone, and enlarged.
//!
//! With `POSTBAG_TEST_SCREENSHOTS` the pictures of all pages are kept (`make screens`).

use super::chromium::{Browser, Screen, Scripts};
use super::{Installation, PASSWORD, PATIENCE, leaflet};
use crate::support::{one_at_a_time, wait_until};

const DESK: Screen = Screen {
    name: "desk-light",
    width_px: 1280,
    height_px: 900,
    is_dark: false,
};
/// 640 pixels are what is left of a desk when everything is twice as large; 320 are the narrowest phone.
const SCREENS: [Screen; 4] = [
    DESK,
    Screen {
        name: "desk-dark",
        is_dark: true,
        ..DESK
    },
    Screen {
        name: "phone-dark",
        width_px: 320,
        height_px: 640,
        is_dark: true,
    },
    Screen {
        name: "enlarged-light",
        width_px: 640,
        height_px: 450,
        is_dark: false,
    },
];

/// Looks like one of those above to whoever tests; only its picture is kept.
const PHONE_LIGHT: Screen = Screen {
    name: "phone-light",
    width_px: 320,
    height_px: 640,
    is_dark: false,
};

/// The pages of people who see everything.
const PAGES: [(&str, &str); 18] = [
    ("queue", "/queue"),
    ("queue-published", "/queue?state=published"),
    ("mail-room", "/mail-room"),
    ("days", "/mail-room/days"),
    ("cover", "/batches/cover"),
    ("sheets", "/quarantine"),
    ("layouts", "/layouts"),
    ("deliveries", "/deliveries"),
    ("new-layout", "/layouts/new"),
    ("people", "/people"),
    ("account", "/account"),
    ("audit", "/audit"),
    ("old-link", "/choose-password?link=nobody"),
    ("public", "/"),
    ("opinion", "/opinions/1"),
    ("not-there", "/opinions/999"),
    ("story-of-nobody", "/stories/01M8G6P65D6376B1C4Q88DN9ET"),
    ("page-of-nobody", "/quarantine/01M8G6P65D6376B1C4Q88DN9ET"),
];

/// Pages that are reached by a link on another one: name, the page that has the link, the link.
const LINKED: [(&str, &str, &str); 7] = [
    ("story", "/queue", "a.story-link"),
    ("history", "/queue", "a.story-link"),
    ("story-published", "/queue?state=published", "a.story-link"),
    ("sheet", "/quarantine", "a.sheet-link"),
    ("pile", "/mail-room", ".batches tbody tr:last-child a"),
    ("layout", "/layouts", "a.form-link"),
    // The last in the list is robin, the moderator.
    ("person", "/people", "tbody tr:last-child a.person-link"),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_page_can_be_used_by_everybody() {
    let _turn = one_at_a_time().await;
    let blank = image::GrayImage::from_fn(1240, 1754, |x, y| {
        image::Luma([if (400..700).contains(&x) && y % 60 < 8 {
            90
        } else {
            246
        }])
    });
    let mut unknown = std::io::Cursor::new(Vec::new());
    blank
        .write_to(&mut unknown, image::ImageFormat::Png)
        .unwrap();
    let [first, second, third] =
        ["01-ordinary.png", "12-few-words.png", "02-colour.jpg"].map(leaflet);
    let scans = [first, second, third, ("unknown.png", unknown.into_inner())];
    let postbag = Installation::start(&scans);
    postbag.add_person("alex", "administrator");
    let browser = Browser::start(Scripts::On).await;
    let mut found = Vec::new();
    wait_until("the bench is open", PATIENCE, || async {
        browser.opens(&format!("{}/sign-in", postbag.url)).await
    })
    .await;
    look_at(&browser, "sign-in", &mut found).await;
    browser.fill("#name", "alex").await;
    browser.fill("#password", PASSWORD).await;
    browser.follow("button[type=submit]").await;
    publish_one(&browser, &postbag.url).await;
    for (name, path) in PAGES {
        browser.opens(&format!("{}{path}", postbag.url)).await;
        look_at(&browser, name, &mut found).await;
    }
    for (name, path, link) in LINKED {
        browser.opens(&format!("{}{path}", postbag.url)).await;
        browser.follow(link).await;
        if name == "history" {
            let url = browser.url().await;
            browser.opens(&format!("{url}/history")).await;
        }
        look_at(&browser, name, &mut found).await;
    }
    browser.opens(&format!("{}/queue", postbag.url)).await;
    browser.follow("button[value=phone]").await;
    look_at(&browser, "told", &mut found).await;
    invite_somebody(&browser, &postbag.url, &mut found).await;
    browser.close().await;
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Invites somebody, who opens the link that is shown, chooses a password and signs in.
async fn invite_somebody(browser: &Browser, url: &str, found: &mut Vec<String>) {
    browser.opens(&format!("{url}/people")).await;
    browser.fill("#display_name", "Nina Newcomer").await;
    browser.fill("#name", "nina").await;
    browser.follow("form[action='/people'] button").await;
    look_at(browser, "link", found).await;
    let link = browser.value("#link").await;
    assert!(link.starts_with(url), "{link}");
    browser.opens(&link).await;
    look_at(browser, "choose-password", found).await;
    browser.fill("#password", PASSWORD).await;
    browser.fill("#again", PASSWORD).await;
    browser.follow("button[type=submit]").await;
    assert!(browser.text(".notice").await.contains("Sign in with it"));
    browser.fill("#name", "nina").await;
    browser.fill("#password", PASSWORD).await;
    browser.follow("button[type=submit]").await;
    assert!(browser.text(".who-name").await.starts_with("Nina Newcomer"));
}

/// Publishes the first story, so that there is a public page.
async fn publish_one(browser: &Browser, url: &str) {
    wait_until("three leaflets are read", PATIENCE, || async {
        browser.opens(&format!("{url}/queue")).await
            && browser.text("h1").await == "3 stories to review"
    })
    .await;
    browser.follow("#next-story").await;
    browser.select("#field-criticality", "0").await;
    browser.follow("#approve").await;
    wait_until("the story is published", PATIENCE, || async {
        browser.opens(&format!("{url}/")).await && browser.has(".teaser").await
    })
    .await;
}

/// Looks at the page that is open on every screen.
async fn look_at(browser: &Browser, name: &str, found: &mut Vec<String>) {
    for screen in &SCREENS {
        browser.look_like(screen).await;
        let barriers = browser.barriers().await;
        found.extend(
            barriers
                .into_iter()
                .map(|barrier| format!("{name}, {}: {barrier}", screen.name)),
        );
        if let Some(what) = browser.overflowing().await {
            found.push(format!(
                "{name}, {}: wider than the screen: {what}",
                screen.name
            ));
        }
        browser
            .keep_picture(&format!("{name}-{}.png", screen.name))
            .await;
    }
    browser.look_like(&PHONE_LIGHT).await;
    browser
        .keep_picture(&format!("{name}-phone-light.png"))
        .await;
    browser.look_like(&DESK).await;
}
