//! A real Chromium without a window, driven through its own driver.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::actions::{
    InputSource as _, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction,
};
use fantoccini::wd::WebDriverCompatibleCommand;
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

/// A screen that pages are looked at on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen {
    /// What it is called in the names of pictures.
    pub(crate) name: &'static str,
    pub(crate) width_px: u32,
    pub(crate) height_px: u32,
    pub(crate) is_dark: bool,
}

/// A command of the developer tools' protocol, passed on by chromedriver.
#[derive(Debug)]
struct Devtools {
    cmd: &'static str,
    params: serde_json::Value,
}

impl WebDriverCompatibleCommand for Devtools {
    fn endpoint(
        &self,
        base_url: &url::Url,
        session_id: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        let session = session_id.unwrap_or_default();
        base_url.join(&format!("session/{session}/goog/cdp/execute"))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        let body = json!({ "cmd": self.cmd, "params": self.params });
        (http::Method::POST, Some(body.to_string()))
    }
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

    /// The text of the first element, as it is seen. When the page is made anew at this moment, it is looked for again.
    pub(crate) async fn text(&self, css: &str) -> String {
        loop {
            match self.find(css).await.text().await {
                Err(error) if error.is_stale_element_reference() => {}
                text => return text.unwrap(),
            }
        }
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

    /// Which line of the sheet is lit, from 0.
    pub(crate) async fn lit_line(&self) -> Option<usize> {
        let script = "return [...document.querySelectorAll('.ink-line')].findIndex((line) => line.matches('.lit'))";
        let found = self.client.execute(script, Vec::new()).await.unwrap();
        found.as_u64().and_then(|idx| usize::try_from(idx).ok())
    }

    /// How wide something is on the screen, in pixels.
    pub(crate) async fn width_of(&self, css: &str) -> f64 {
        let script = "return document.querySelector(arguments[0]).getBoundingClientRect().width";
        let width = self.client.execute(script, vec![json!(css)]).await.unwrap();
        width.as_f64().unwrap()
    }

    /// What the page that is open took to send, with what belongs to it, but for pictures. What the browser had kept from
    /// before counts as well.
    pub(crate) async fn bytes_without_pictures(&self) -> u64 {
        let script = "const sent = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
            const counted = sent.filter((entry) => entry.initiatorType !== 'img');
            return counted.reduce((sum, entry) => sum + entry.encodedBodySize, 0)";
        let sum = self.client.execute(script, Vec::new()).await.unwrap();
        sum.as_u64().unwrap()
    }

    /// Empties a field and types.
    pub(crate) async fn fill(&self, css: &str, text: &str) {
        let field = self.find(css).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Clicks something that stays on the page; as patiently as [`Self::text`].
    pub(crate) async fn press(&self, css: &str) {
        loop {
            match self.find(css).await.click().await {
                Err(error) if error.is_stale_element_reference() => {}
                clicked => return clicked.unwrap(),
            }
        }
    }

    /// Goes to something, as with Tab, and types. A shift key holds until it is pressed again.
    pub(crate) async fn type_into(&self, css: &str, keys: &str) {
        self.focus(css).await;
        let focused = self.client.active_element().await.unwrap();
        focused.send_keys(keys).await.unwrap();
    }

    /// Keeps a picture of the page in the folder that `POSTBAG_TEST_SCREENSHOTS` names, when it names one.
    pub(crate) async fn keep_picture(&self, name: &str) {
        let folder = setting("POSTBAG_TEST_SCREENSHOTS", "");
        if !folder.is_empty() {
            let png = self.client.screenshot().await.unwrap();
            std::fs::write(std::path::Path::new(&folder).join(name), png).unwrap();
        }
    }

    /// Shows pages as another screen would: so wide, in the light or in the dark.
    pub(crate) async fn look_like(&self, screen: &Screen) {
        let size = json!({
            "width": screen.width_px, "height": screen.height_px, "deviceScaleFactor": 1, "mobile": false,
        });
        self.tell("Emulation.setDeviceMetricsOverride", size).await;
        let scheme = if screen.is_dark { "dark" } else { "light" };
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.tell("Emulation.setEmulatedMedia", features).await;
    }

    /// What keeps people with a disability from using the page: the rules of WCAG 2.2, A and AA, as axe-core checks them.
    pub(crate) async fn barriers(&self) -> Vec<String> {
        let axe = include_str!("../../axe/axe.min.js");
        self.client.execute(axe, Vec::new()).await.unwrap();
        let check = "const done = arguments[arguments.length - 1];
            const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
            axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] }).then((found) =>
                done(found.violations.map((v) => `${v.id}: ${v.help} (${v.nodes.map((n) => n.target.join(' ')).join(', ')})`)));";
        let found = self.client.execute_async(check, Vec::new()).await.unwrap();
        serde_json::from_value(found).unwrap()
    }

    /// What reaches beyond the edge of the screen, so that people must scroll in two directions to read; nothing when all fits.
    pub(crate) async fn overflowing(&self) -> Option<String> {
        let script = "const wide = document.documentElement.clientWidth + 1;
            if (document.documentElement.scrollWidth <= wide) return null;
            const out = [...document.body.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > wide);
            return out.slice(0, 4).map((e) => `${e.tagName}#${e.id}.${e.className}`).join(' ');";
        let wide = self.client.execute(script, Vec::new()).await.unwrap();
        wide.as_str().map(str::to_owned)
    }

    /// Tells Chromium something that no WebDriver command says.
    async fn tell(&self, cmd: &'static str, params: serde_json::Value) {
        self.client
            .issue_cmd(Devtools { cmd, params })
            .await
            .unwrap();
    }

    /// Clicks something that leads to a page, and waits until the page before it is gone.
    pub(crate) async fn follow(&self, css: &str) {
        let before = &self.find("html").await;
        self.press(css).await;
        let gone = || async move { before.tag_name().await.is_err() };
        wait_until("another page opens", PATIENCE, gone).await;
    }

    /// Chooses a file for a form.
    pub(crate) async fn choose_file(&self, css: &str, file: &Path) {
        let path = file.to_str().unwrap();
        self.find(css).await.send_keys(path).await.unwrap();
    }

    /// Chooses several files at once.
    pub(crate) async fn choose_files(&self, css: &str, files: &[&Path]) {
        let paths: Vec<_> = files
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        // How a browser is told of them.
        self.choose_file(css, Path::new(&paths.join("\n"))).await;
    }

    /// Chooses one of a list.
    pub(crate) async fn select(&self, css: &str, value: &str) {
        self.find(css).await.select_by_value(value).await.unwrap();
    }

    /// Drags the mouse over a picture that is `width` units wide, from one point to another in these units.
    pub(crate) async fn drag_on(&self, css: &str, width: f64, from: (f64, f64), to: (f64, f64)) {
        let (left, top, across, _) = self.find(css).await.rectangle().await.unwrap();
        let at = |(x, y): (f64, f64)| (left + x * across / width, top + y * across / width);
        let move_to = |(x, y)| PointerAction::MoveTo {
            duration: Some(Duration::from_millis(80)),
            x,
            y,
        };
        let half = (f64::midpoint(from.0, to.0), f64::midpoint(from.1, to.1));
        let drag = MouseActions::new("mouse".to_owned())
            .then(move_to(at(from)))
            .then(PointerAction::Down {
                button: MOUSE_BUTTON_LEFT,
            })
            .then(move_to(at(half)))
            .then(move_to(at(to)))
            .then(PointerAction::Up {
                button: MOUSE_BUTTON_LEFT,
            });
        self.client.perform_actions(drag).await.unwrap();
    }

    /// Presses keys one after the other on what `css` names, as a person does who got there with Tab.
    pub(crate) async fn press_keys(&self, css: &str, keys: &[char]) {
        self.focus(css).await;
        self.keys(keys).await;
    }

    /// The same wherever the caret is.
    pub(crate) async fn keys(&self, keys: &[char]) {
        let keys = keys.iter().flat_map(|key| {
            let value = *key;
            [KeyAction::Down { value }, KeyAction::Up { value }]
        });
        self.type_keys(keys).await;
    }

    /// The same while another key is held down.
    pub(crate) async fn press_keys_with(&self, css: &str, held: char, keys: &[char]) {
        self.focus(css).await;
        self.keys_with(held, keys).await;
    }

    /// The same wherever the caret is.
    pub(crate) async fn keys_with(&self, held: char, keys: &[char]) {
        let presses = keys.iter().flat_map(|key| {
            let value = *key;
            [KeyAction::Down { value }, KeyAction::Up { value }]
        });
        let all = std::iter::once(KeyAction::Down { value: held })
            .chain(presses)
            .chain([KeyAction::Up { value: held }]);
        self.type_keys(all).await;
    }

    async fn type_keys(&self, keys: impl Iterator<Item = KeyAction>) {
        let typed = keys.fold(KeyActions::new("keys".to_owned()), KeyActions::then);
        self.client.perform_actions(typed).await.unwrap();
    }

    async fn focus(&self, css: &str) {
        let script = "document.querySelector(arguments[0]).focus()";
        let focused = self.client.execute(script, vec![json!(css)]).await;
        focused.unwrap();
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
