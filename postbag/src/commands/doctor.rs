use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use ingest::apart::Apart;
use schemas::{Clock, IdSource, RandomIds, SystemClock};
use store::{Blobs, Store};

use crate::config::{Config, without_password};
use crate::output;
use crate::parts::{connect_queue, connect_store, layouts};
use crate::roles::{build_reader, check_engine};

/// `postbag doctor`: one line for everything Postbag needs, and what to do about what is missing.
pub(crate) async fn doctor(config: &Config) -> anyhow::Result<ExitCode> {
    let mut checkup = Checkup::default();
    let store = connect_store(config).await;
    checkup.note(
        "database",
        &without_password(&config.database.url),
        database(&store).await,
    )?;
    if let Ok(store) = &store {
        let queue = without_password(&config.queue.url);
        checkup.note("queue", &queue, check_queue(config, store).await)?;
    }
    checkup.note("blobs", &config.blobs.url, blobs(config).await)?;
    checkup.note(
        "inbox",
        &config.ingest.inbox.display().to_string(),
        inbox(config),
    )?;
    checkup.note("opener", "", opener(config).await)?;
    if let Some(mailbox) = config.mailbox.settings()? {
        let checked = ingest::mailbox::check(&mailbox).await;
        let address = format!("{} at {}:{}", mailbox.user, mailbox.server, mailbox.port);
        checkup.note("mailbox", &address, checked.map_err(anyhow::Error::msg))?;
    }
    checkup.note("layouts", "", check_layouts(config))?;
    checkup.note(
        "text engine",
        &config.reading.tesseract.display().to_string(),
        engine(config),
    )?;
    let address = config.web.listen.to_string();
    checkup.note("address", &address, address_is_free(config).await)?;
    checkup.close()
}

#[derive(Default)]
struct Checkup {
    n_faults: u32,
}

impl Checkup {
    fn note(
        &mut self,
        what: &str,
        with: &str,
        result: anyhow::Result<String>,
    ) -> anyhow::Result<()> {
        let (mark, text) = match result {
            Ok(text) => ("ok   ", text),
            Err(error) => {
                self.n_faults += 1;
                ("FAULT", format!("{error:#}"))
            }
        };
        let line = format!("{mark}  {what:<12} {with}  {text}");
        output::line(line.trim_end())
    }

    fn close(self) -> anyhow::Result<ExitCode> {
        if self.n_faults == 0 {
            output::line("\nPostbag can run here")?;
            return Ok(ExitCode::SUCCESS);
        }
        output::line(&format!(
            "\n{} fault(s): mend them, then ask again",
            self.n_faults
        ))?;
        Ok(ExitCode::FAILURE)
    }
}

async fn database(store: &anyhow::Result<Store>) -> anyhow::Result<String> {
    let store = match store {
        Ok(store) => store,
        Err(error) => anyhow::bail!("{error:#}"),
    };
    store.ping().await?;
    let version = store.schema_version().await?;
    anyhow::ensure!(
        version.database == version.program || version.database == 0,
        "version {} where this program needs {}: run `postbag migrate`",
        version.database,
        version.program
    );
    Ok(format!("version {}", version.database))
}

async fn check_queue(config: &Config, store: &Store) -> anyhow::Result<String> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let ids: Arc<dyn IdSource> = Arc::new(RandomIds(rand::random::<u128>));
    let queue = connect_queue(config, store, &clock, &ids).await?;
    queue.ping().await?;
    Ok(String::new())
}

async fn blobs(config: &Config) -> anyhow::Result<String> {
    Blobs::open(&config.blobs.url).await?.check().await?;
    Ok("can be written".to_owned())
}

fn inbox(config: &Config) -> anyhow::Result<String> {
    let inbox = &config.ingest.inbox;
    if !inbox.exists() {
        return Ok("is made at the start".to_owned());
    }
    let probe = inbox.join(".postbag-doctor");
    std::fs::write(&probe, b"")
        .and_then(|()| std::fs::remove_file(&probe))
        .context("cannot be written; Postbag must move files out of it")?;
    Ok("can be written".to_owned())
}

async fn opener(config: &Config) -> anyhow::Result<String> {
    let memory_mb = config.ingest.max_memory_mb;
    Apart::new(memory_mb).check().await?;
    Ok(format!(
        "files are opened in processes of {memory_mb} MB (ingest.max_memory_mb)"
    ))
}

fn check_layouts(config: &Config) -> anyhow::Result<String> {
    let known = layouts::load_known(&config.reading)?;
    let names: Vec<String> = known
        .iter()
        .map(|known| &known.layout)
        .map(|layout| format!("{} version {}", layout.id, layout.version))
        .collect();
    Ok(names.join(", "))
}

fn engine(config: &Config) -> anyhow::Result<String> {
    let reader = build_reader(&config.reading)?;
    check_engine(&config.reading, &reader)
}

async fn address_is_free(config: &Config) -> anyhow::Result<String> {
    tokio::net::TcpListener::bind(config.web.listen)
        .await
        .context("is taken: Postbag is running, or another program is; see web.listen")?;
    Ok("is free".to_owned())
}
