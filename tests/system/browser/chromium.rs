//! A real Chromium without a window, driven through its own driver.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

use crate::support::{free_port, kill_hard, setting, wait_until};

/// Starting a browser or opening a page, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Whether pages may run scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scripts {
    On,
    Off,
}

/// One browser with a profile of its own.
pub(crate) struct Browser {
    client: Client,
    driver: Child,
    _profile: tempfile::TempDir,
}

impl Browser {
    pub(crate) async fn start(scripts: Scripts) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let port = free_port();
        let driver = Command::new(setting("POSTBAG_TEST_CHROMEDRIVER", "chromedriver"))
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is installed (Debian: chromium-driver)");
        let driver_url = format!("http://127.0.0.1:{port}");
        let listens = || async move {
            tokio::net::TcpStream::connect(("127.0.0.1", port))
                .await
                .is_ok()
        };
        wait_until("chromedriver answers", PATIENCE, listens).await;
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(profile.path(), scripts))
            .connect(&driver_url)
            .await
            .expect("chromium starts (Debian: chromium)");
        Self {
            client,
            driver,
            _profile: profile,
        }
    }

    pub(crate) async fn close(self) {
        self.client.clone().close().await.unwrap();
    }

    /// Opens a page; false when nothing answers there.
    pub(crate) async fn opens(&self, url: &str) -> bool {
        self.client.goto(url).await.is_ok()
    }

    pub(crate) async fn url(&self) -> String {
        self.client.current_url().await.unwrap().to_string()
    }

    pub(crate) async fn has(&self, css: &str) -> bool {
        !self
            .client
            .find_all(Locator::Css(css))
            .await
            .unwrap()
            .is_empty()
    }

    /// The text of the first element, as it is seen.
    pub(crate) async fn text(&self, css: &str) -> String {
        self.find(css).await.text().await.unwrap()
    }

    /// What stands in a field.
    pub(crate) async fn value(&self, css: &str) -> String {
        self.find(css)
            .await
            .prop("value")
            .await
            .unwrap()
            .unwrap_or_default()
    }

    /// Empties a field and types.
    pub(crate) async fn fill(&self, css: &str, text: &str) {
        let field = self.find(css).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Clicks something that stays on the page.
    pub(crate) async fn press(&self, css: &str) {
        self.find(css).await.click().await.unwrap();
    }

    /// Clicks something that leads to a page, and waits until the page before it is gone.
    pub(crate) async fn follow(&self, css: &str) {
        let before = &self.find("html").await;
        self.press(css).await;
        let gone = || async move { before.tag_name().await.is_err() };
        wait_until("another page opens", PATIENCE, gone).await;
    }

    async fn find(&self, css: &str) -> fantoccini::elements::Element {
        let found = self.client.find(Locator::Css(css)).await;
        match found {
            Ok(element) => element,
            Err(error) => panic!("{css} is not on {}: {error}", self.url().await),
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        kill_hard(self.driver.id());
        let _ = self.driver.wait();
    }
}

fn capabilities(profile: &std::path::Path, scripts: Scripts) -> fantoccini::wd::Capabilities {
    let arguments = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        // Tall enough that no field lies under the bar that stays in sight.
        "--window-size=1400,3600",
        &format!("--user-data-dir={}", profile.display()),
    ];
    // 2 is "block"; see chrome/common/pref_names.
    let content = if scripts == Scripts::Off { 2 } else { 1 };
    let options = json!({
        "args": arguments,
        "prefs": { "profile.managed_default_content_settings.javascript": content },
    });
    [
        ("browserName".to_owned(), json!("chrome")),
        ("goog:chromeOptions".to_owned(), options),
    ]
    .into_iter()
    .collect()
}
