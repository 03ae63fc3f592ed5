use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use review_web::webhook::{Target, WebhookSettings};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize, Serializer};

/// So long the secret must be: whoever guesses it can make up stories.
const LEAST_SECRET_CHARS: usize = 16;

/// Whom to tell when a story is published or taken down. Without a URL nobody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Webhook {
    pub(crate) url: Option<String>,
    /// What requests are signed with.
    pub(crate) secret: Option<Secret>,
    /// A file that holds the secret; wins over `secret`.
    pub(crate) secret_file: Option<PathBuf>,
    /// How long one request may take.
    pub(crate) timeout_s: u64,
    /// How often it is tried, with the pauses of the queue in between.
    pub(crate) max_attempts: u32,
    /// Whether stories may travel in the clear, to a machine that is not this one.
    pub(crate) allow_http: bool,
}

/// A secret in the configuration; it is never shown.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct Secret(SecretString);

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("…")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.expose_secret() == other.0.expose_secret()
    }
}

impl Default for Webhook {
    fn default() -> Self {
        Self {
            url: None,
            secret: None,
            secret_file: None,
            // A receiver that keeps what it is sent before it looks into it answers at once.
            timeout_s: 10,
            // Two hours, with the pauses of the queue; an outage of a day is for a person to see.
            max_attempts: 30,
            allow_http: false,
        }
    }
}

impl Webhook {
    /// What types cannot say.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        ensure!(self.timeout_s > 0, "webhook.timeout_s must be at least 1");
        ensure!(
            self.max_attempts > 0,
            "webhook.max_attempts must be at least 1"
        );
        if self.target()?.is_some() {
            ensure!(
                self.secret.is_some() || self.secret_file.is_some(),
                "webhook.url is set; set webhook.secret_file or webhook.secret as well"
            );
        }
        Ok(())
    }

    /// Whether anybody is told.
    pub(crate) fn is_on(&self) -> bool {
        self.url.is_some()
    }

    /// The settings, when anybody is told.
    pub(crate) fn settings(&self) -> anyhow::Result<Option<WebhookSettings>> {
        let Some(target) = self.target()? else {
            return Ok(None);
        };
        Ok(Some(WebhookSettings {
            target,
            secret: self.read_secret()?,
            timeout: Duration::from_secs(self.timeout_s),
        }))
    }

    fn target(&self) -> anyhow::Result<Option<Target>> {
        let Some(url) = &self.url else {
            return Ok(None);
        };
        let target = Target::parse(url, self.allow_http).context("webhook.url is refused")?;
        Ok(Some(target))
    }

    fn read_secret(&self) -> anyhow::Result<SecretString> {
        let secret = match (&self.secret_file, &self.secret) {
            (Some(file), _) => read_secret(file)?,
            (None, Some(secret)) => secret.0.clone(),
            (None, None) => anyhow::bail!("webhook.url is set; set webhook.secret_file as well"),
        };
        let n_chars = secret.expose_secret().chars().count();
        ensure!(
            n_chars >= LEAST_SECRET_CHARS,
            "the secret of the webhook needs at least {LEAST_SECRET_CHARS} characters, for example from: openssl rand -hex 32"
        );
        Ok(secret)
    }
}

/// The secret that a file holds, and nothing else.
pub(crate) fn read_secret(file: &std::path::Path) -> anyhow::Result<SecretString> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read the secret from {}", file.display()))?;
    Ok(SecretString::from(text.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn webhook(url: &str, secret: Option<&str>) -> Webhook {
        Webhook {
            url: Some(url.to_owned()),
            secret: secret.map(|secret| Secret(SecretString::from(secret))),
            ..Webhook::default()
        }
    }

    #[test]
    fn without_a_url_nobody_is_told() {
        assert!(Webhook::default().settings().unwrap().is_none());
        assert!(Webhook::default().check().is_ok());
    }

    #[test]
    fn it_is_signed_and_private_or_refused() {
        let long = Some("a secret that is long");
        assert!(webhook("https://a.example/x", long).check().is_ok());
        assert!(webhook("https://a.example/x", None).check().is_err());
        assert!(webhook("http://a.example/x", long).check().is_err());
        let short = webhook("https://a.example/x", Some("short"));
        assert!(short.settings().is_err());
    }

    #[test]
    fn the_secret_is_neither_shown_nor_told_in_debug() {
        let webhook = webhook("https://a.example/x", Some("a secret that is long"));
        let shown = toml::to_string(&webhook).unwrap();
        assert!(shown.contains("secret = \"…\""), "{shown}");
        assert!(!format!("{webhook:?}").contains("long"));
    }
}
