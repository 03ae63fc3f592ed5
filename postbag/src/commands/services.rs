//! `postbag services import|search` and `postbag postcodes import`.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use directory::postcodes::{self, Districts};
use directory::{files, search};
use store::ServiceDirectory;

use crate::cli::{Postcodes, Services};
use crate::config::Config;
use crate::output;
use crate::parts::{Parts, services::load_file};

/// What a person finds on a screen.
const MAX_FOUND: usize = 20;

/// `postbag services import|search`.
pub(crate) async fn services(config: &Config, command: Services) -> anyhow::Result<()> {
    let parts = Parts::connect(config).await?;
    match command {
        Services::Import { files } => {
            // All files are read before anything is written: a wrong one stops the import.
            let parsed: Vec<files::Parsed> = files
                .iter()
                .map(|file| load_file(file, parts.clock.now()))
                .collect::<anyhow::Result<_>>()?;
            for (file, parsed) in files.iter().zip(parsed) {
                import(&parts, file, parsed).await?;
            }
            Ok(())
        }
        Services::Search { words } => find(&parts, &words.join(" ")).await,
    }
}

async fn import(parts: &Parts, file: &Path, parsed: files::Parsed) -> anyhow::Result<()> {
    let (n_skipped, n_without) = (parsed.n_skipped, parsed.n_without_postcode);
    let imported = parts
        .store
        .import_services(&parts.moment(), parsed.services)
        .await;
    let imported = imported.with_context(|| format!("cannot take in {}", file.display()))?;
    output::line(&format!(
        "{}: {} added, {} changed, {} closed, {} unchanged, {n_skipped} lines without code or name skipped, {n_without} without a postcode",
        file.display(),
        imported.n_added,
        imported.n_changed,
        imported.n_closed,
        imported.n_unchanged,
    ))
}

async fn find(parts: &Parts, typed: &str) -> anyhow::Result<()> {
    let directory = ServiceDirectory::default();
    let (_, index) = directory.current(&parts.store).await?;
    let mut rows = vec![
        ["CODE", "NAME", "KIND", "TOWN", "POSTCODE"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for service in search(&index, typed, MAX_FOUND) {
        let row = [
            &service.code,
            &service.name,
            service.kind.as_str(),
            &service.town,
            &service.postcode,
        ];
        rows.push(row.map(str::to_owned).to_vec());
    }
    output::table(&rows)
}

/// `postbag postcodes import FILE…`.
pub(crate) async fn postcodes(config: &Config, command: Postcodes) -> anyhow::Result<()> {
    let Postcodes::Import { files } = command;
    let parts = Parts::connect(config).await?;
    let mut all: Districts = BTreeMap::new();
    for file in &files {
        let opened =
            std::fs::File::open(file).with_context(|| format!("cannot open {}", file.display()))?;
        let found = postcodes::districts(std::io::BufReader::new(opened));
        let found =
            found.with_context(|| format!("cannot read the postcodes of {}", file.display()))?;
        for (district, n) in found {
            *all.entry(district).or_default() += n;
        }
    }
    let n_postcodes: u64 = all.values().map(|n| u64::from(*n)).sum();
    let n_districts = parts.store.import_postcodes(&all).await?;
    output::line(&format!(
        "{n_districts} districts with {n_postcodes} postcodes in use"
    ))
}
