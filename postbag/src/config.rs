//! The configuration: defaults < `postbag.toml` < `POSTBAG__SECTION__KEY`. Unknown keys are errors.

mod mailbox;
mod show;
mod webhook;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use review_web::OfficeHours;
use schemas::separation::Separation;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

pub(crate) use mailbox::Mailbox;
pub(crate) use show::{show, without_password};
pub(crate) use webhook::{Webhook, read_secret};

/// The file that is read when `--config` names no other; it may be absent.
pub(crate) const DEFAULT_FILE: &str = "postbag.toml";

/// The least memory that ordinary scans can be opened with: half of it is set aside for the stack.
const LEAST_MEMORY_MB: u64 = 512;

/// Everything that can be set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    pub(crate) database: Database,
    pub(crate) queue: Queue,
    pub(crate) blobs: Blobs,
    pub(crate) ingest: Ingest,
    pub(crate) mailbox: Mailbox,
    pub(crate) reading: Reading,
    pub(crate) worker: Worker,
    pub(crate) web: Web,
    pub(crate) webhook: Webhook,
    pub(crate) log: Log,
    pub(crate) shutdown: Shutdown,
}

/// Where the records are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Database {
    /// `sqlite://FILE` or `postgres://…`.
    pub(crate) url: String,
    /// A file that holds the URL; wins over `url`, so that a password need not stand in the configuration.
    pub(crate) url_file: Option<PathBuf>,
    pub(crate) max_connections: u32,
}

/// Where the jobs are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Queue {
    /// `embedded` (in the database) or `amqp://…` (RabbitMQ).
    pub(crate) url: String,
    /// A file that holds the URL; wins over `url`.
    pub(crate) url_file: Option<PathBuf>,
    /// The first part of the names of queues and exchanges.
    pub(crate) namespace: String,
    pub(crate) max_attempts: u32,
    /// The pause before the second, third, … attempt; the last one is used again.
    pub(crate) retry_delays_ms: Vec<i64>,
    /// How long a job may go without a sign of life before another worker takes it.
    pub(crate) lease_ms: i64,
    /// A page that has waited this long with nobody working on it is put in the queue again.
    pub(crate) sweep_after_ms: i64,
}

/// Where pictures are kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Blobs {
    /// A folder.
    pub(crate) url: String,
}

/// How scans come in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Ingest {
    /// The folder that the scanner writes into.
    pub(crate) inbox: PathBuf,
    /// How often the folder is looked at.
    pub(crate) poll_ms: u64,
    /// How long a file must not have changed before it is looked into.
    pub(crate) settle_ms: i64,
    /// How long a file may stay half-written before it is said to be broken.
    pub(crate) grace_ms: i64,
    pub(crate) max_file_mb: u64,
    pub(crate) max_page_megapixels: u64,
    pub(crate) max_pages: u32,
    pub(crate) max_page_ms: u64,
    /// How much memory the process may take that opens a file.
    pub(crate) max_memory_mb: u64,
    /// Where another pile begins, besides cover sheets.
    pub(crate) separation: Separation,
}

/// How pages are read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Reading {
    /// Only codes that begin like this are ours; printed and read.
    pub(crate) code_prefix: String,
    /// Our own return postcodes, never offered as a service's.
    pub(crate) own_postcodes: Vec<String>,
    /// A folder with further layouts, beside those that come with Postbag.
    pub(crate) layouts: Option<PathBuf>,
    /// A file of services for `postbag read`, which asks no database; workers know what was imported.
    pub(crate) directory: Option<PathBuf>,
    /// What reads lines of handwriting.
    pub(crate) text_engine: TextEngineName,
    /// The Tesseract program.
    pub(crate) tesseract: PathBuf,
    /// How long Tesseract may take for one page.
    pub(crate) tesseract_timeout_ms: u64,
    /// A story of which a larger share of characters is expected to be wrong is not offered as a draft, 0 to 1.
    pub(crate) draft_limit: f64,
}

/// What reads lines of handwriting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TextEngineName {
    /// The program Tesseract.
    Tesseract,
    /// The recogniser that comes with Postbag.
    #[default]
    Handwriting,
}

/// How much a worker does at once.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Worker {
    /// Pages read at the same time; 0 means one a core.
    pub(crate) pages_at_once: usize,
}

/// The bench and the public pages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Web {
    pub(crate) listen: SocketAddr,
    /// How the public reaches this server; used in links of the feed.
    pub(crate) public_url: String,
    pub(crate) site_name: String,
    /// Set this to true behind HTTPS.
    pub(crate) secure_cookies: bool,
    /// How long a moderator keeps a story without a sign of life.
    pub(crate) story_lease_ms: i64,
    pub(crate) undo_ms: i64,
    /// When stories are published, like `Mon-Fri 09:00-17:00`.
    pub(crate) office_hours: Option<OfficeHours>,
    pub(crate) session_ms: i64,
}

/// What is logged, and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Log {
    /// `info`, or finer: `info,store=debug`.
    pub(crate) filter: String,
    pub(crate) format: LogFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LogFormat {
    #[default]
    Text,
    Json,
}

/// How the program stops.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Shutdown {
    /// How long work under way may take to end after the first signal; a second signal ends it at once.
    pub(crate) soft_ms: u64,
}

impl Default for Database {
    fn default() -> Self {
        Self {
            url: "sqlite://postbag-data/postbag.db".to_owned(),
            url_file: None,
            // PostgreSQL allows 100 by default: room for a dozen processes.
            max_connections: 8,
        }
    }
}

impl Default for Queue {
    fn default() -> Self {
        Self {
            url: "embedded".to_owned(),
            url_file: None,
            namespace: "postbag".to_owned(),
            max_attempts: 5,
            // A broker or database that restarts is back within a minute; a longer fault gets five.
            retry_delays_ms: vec![2_000, 10_000, 60_000, 300_000],
            // Reading one page takes seconds; a worker renews its lease while it reads.
            lease_ms: 60_000,
            // Long enough that a page in an ordinary queue is not queued twice.
            sweep_after_ms: 900_000,
        }
    }
}

impl Default for Blobs {
    fn default() -> Self {
        Self {
            url: "postbag-data/blobs".to_owned(),
        }
    }
}

impl Default for Ingest {
    fn default() -> Self {
        Self {
            inbox: PathBuf::from("postbag-data/inbox"),
            poll_ms: 1_000,
            // Longer than a scanner pauses between two blocks.
            settle_ms: 1_000,
            // Slow scanners write a long duplex pile for minutes.
            grace_ms: 120_000,
            // See `ingest::Limits` for what the numbers are made of.
            max_file_mb: 256,
            max_page_megapixels: 100,
            max_pages: 2_000,
            max_page_ms: 8_000,
            // The largest allowed page in colour takes a gigabyte, the largest file and the stack a quarter each.
            max_memory_mb: 2_048,
            separation: Separation::default(),
        }
    }
}

impl Default for Reading {
    fn default() -> Self {
        Self {
            code_prefix: schemas::payload::DEFAULT_PREFIX.to_owned(),
            own_postcodes: vec!["S3 8EN".to_owned()],
            layouts: None,
            directory: None,
            text_engine: TextEngineName::default(),
            tesseract: PathBuf::from("tesseract"),
            tesseract_timeout_ms: 60_000,
            draft_limit: ocr_worker::reader::DRAFT_LIMIT,
        }
    }
}

impl Default for Web {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: "http://127.0.0.1:8080".to_owned(),
            site_name: "Postbag".to_owned(),
            secure_cookies: false,
            story_lease_ms: 15 * 60_000,
            undo_ms: 20_000,
            office_hours: None,
            session_ms: 12 * 3_600_000,
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self {
            filter: "info".to_owned(),
            format: LogFormat::Text,
        }
    }
}

impl Default for Shutdown {
    fn default() -> Self {
        Self { soft_ms: 20_000 }
    }
}

impl Config {
    /// Reads the layers. `file` must exist when it was asked for by name.
    pub(crate) fn load(file: Option<&Path>) -> anyhow::Result<Self> {
        if let Some(file) = file {
            anyhow::ensure!(
                file.is_file(),
                "there is no configuration file {}",
                file.display()
            );
        }
        let file = file.unwrap_or(Path::new(DEFAULT_FILE));
        if file.exists() {
            Self::from_layers(Toml::file_exact(file))
        } else {
            Self::from_layers(Toml::string(""))
        }
    }

    fn from_layers(file: impl figment::Provider) -> anyhow::Result<Self> {
        let config: Self = Figment::from(Serialized::defaults(Self::default()))
            .merge(file)
            .merge(Env::prefixed("POSTBAG__").split("__"))
            .extract()?;
        config.check()?;
        Ok(config)
    }

    /// What types cannot say.
    fn check(&self) -> anyhow::Result<()> {
        anyhow::ensure!(
            self.queue.max_attempts > 0,
            "queue.max_attempts must be at least 1"
        );
        anyhow::ensure!(
            !self.queue.retry_delays_ms.is_empty(),
            "queue.retry_delays_ms needs at least one delay"
        );
        anyhow::ensure!(
            self.database.max_connections > 0,
            "database.max_connections must be at least 1"
        );
        anyhow::ensure!(
            self.ingest.max_memory_mb >= LEAST_MEMORY_MB,
            "ingest.max_memory_mb must be at least {LEAST_MEMORY_MB}, not {}",
            self.ingest.max_memory_mb
        );
        let prefix = &self.reading.code_prefix;
        anyhow::ensure!(
            prefix.starts_with("HTTPS://") && prefix.ends_with("/L/"),
            "reading.code_prefix must look like HTTPS://HOST/L/, not {prefix:?}"
        );
        self.webhook.check()?;
        self.mailbox.check()
    }
}

impl Database {
    /// The URL, from its file when there is one.
    pub(crate) fn secret_url(&self) -> anyhow::Result<SecretString> {
        secret(&self.url, self.url_file.as_deref())
    }
}

impl Queue {
    /// The URL, from its file when there is one.
    pub(crate) fn secret_url(&self) -> anyhow::Result<SecretString> {
        secret(&self.url, self.url_file.as_deref())
    }
}

fn secret(url: &str, file: Option<&Path>) -> anyhow::Result<SecretString> {
    use anyhow::Context as _;
    let Some(file) = file else {
        return Ok(SecretString::from(url));
    };
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read the URL from {}", file.display()))?;
    Ok(SecretString::from(text.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../../postbag.example.toml");

    #[test]
    fn the_example_file_lists_the_defaults() {
        let config = Config::from_layers(Toml::string(EXAMPLE)).unwrap();
        assert_eq!(config, Config::default());
    }

    #[test]
    fn the_example_file_names_every_key() {
        let example: toml::Table = EXAMPLE.replace("\n#= ", "\n").parse().unwrap();
        let defaults = serde_json::to_value(Config::default()).unwrap();
        for (section, keys) in defaults.as_object().unwrap() {
            for key in keys.as_object().unwrap().keys() {
                let there = example[section].as_table().unwrap().contains_key(key);
                assert!(there, "postbag.example.toml lacks {section}.{key}");
            }
        }
    }

    #[test]
    fn unknown_keys_are_errors_that_name_the_key() {
        let error = Config::from_layers(Toml::string("[web]\nlisten_on = \"x\"")).unwrap_err();
        assert!(error.to_string().contains("listen_on"), "{error}");
    }

    #[test]
    fn memory_that_no_scan_can_be_opened_with_is_refused() {
        let text = "[ingest]\nmax_memory_mb = 511";
        let error = Config::from_layers(Toml::string(text)).unwrap_err();
        assert!(error.to_string().contains("at least 512"), "{error}");
    }

    #[test]
    fn a_prefix_that_phones_cannot_open_is_refused() {
        let text = "[reading]\ncode_prefix = \"POSTBAG\"";
        let error = Config::from_layers(Toml::string(text)).unwrap_err();
        assert!(error.to_string().contains("code_prefix"), "{error}");
    }
}
