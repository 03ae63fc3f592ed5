use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use ingest::intake::{Content, IncomingFile, Intake, Taken, origin_of, take_file};
use schemas::BatchId;
use store::Intake as Recorded;

use crate::cli::{Ingest, IngestWatch};
use crate::config::Config;
use crate::output;
use crate::parts::Parts;
use crate::roles::{Process, intake, send_all};

/// `postbag ingest watch [DIR] | ingest mailbox | ingest FILE…`.
pub(crate) async fn ingest(config: &Config, args: Ingest) -> anyhow::Result<ExitCode> {
    let parts = Parts::connect(config).await?;
    let Some(way) = args.watch else {
        let intake = intake(&parts, &config.ingest);
        let separation = args.separation.unwrap_or(intake.separation);
        let moment = parts.moment();
        let opened = parts
            .store
            .open_batch(&moment, "the command line", separation);
        return take_files(&parts, &intake, &opened.await?, &args.files).await;
    };
    let process = Process::new(config, parts);
    process.start_relay();
    match way {
        IngestWatch::Watch { dir } => {
            process.start_watching(&dir.unwrap_or_else(|| config.ingest.inbox.clone()))?;
        }
        IngestWatch::Mailbox => {
            anyhow::ensure!(
                config.mailbox.server.is_some(),
                "there is no mailbox in the configuration; set mailbox.server, mailbox.user and mailbox.password_file"
            );
            process.start_mailbox()?;
        }
    }
    process.run_until_stopped().await?;
    Ok(ExitCode::SUCCESS)
}

/// Takes the files in as one batch. A file that cannot be read from the disk does not stop the others.
async fn take_files(
    parts: &Parts,
    intake: &Intake,
    batch_id: &BatchId,
    files: &[PathBuf],
) -> anyhow::Result<ExitCode> {
    let mut n_faults = 0_u32;
    for file in files {
        match take(intake, batch_id, file).await {
            Ok(taken) => report(file, &taken)?,
            Err(error) => {
                n_faults += 1;
                output::line(&format!("{}: NOT TAKEN IN: {error:#}", file.display()))?;
            }
        }
    }
    output::line(&format!(
        "batch {batch_id}; see `postbag batch show {batch_id}`"
    ))?;
    send_jobs(parts).await;
    Ok(if n_faults == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn take(intake: &Intake, batch_id: &BatchId, file: &Path) -> anyhow::Result<Taken> {
    let metadata = std::fs::symlink_metadata(file).context("there is no such file")?;
    anyhow::ensure!(
        !metadata.is_symlink(),
        "it is a link; name the file that it leads to"
    );
    anyhow::ensure!(
        metadata.is_file(),
        "it is not a file; name files, not folders, pipes or devices"
    );
    let path = std::fs::canonicalize(file)?;
    let incoming = IncomingFile {
        batch_id: batch_id.clone(),
        name: file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        origin: origin_of(&path, metadata.modified()?),
        content: Content::load(&path, &intake.limits).await?,
    };
    Ok(take_file(intake, incoming).await?)
}

fn report(file: &Path, taken: &Taken) -> anyhow::Result<()> {
    let name = file.display();
    match &taken.recorded {
        Recorded::Recorded { page_ids, .. } => {
            let n_whole = page_ids.len() - taken.warnings.len();
            output::line(&format!("{name}: {n_whole} page(s) taken in"))?;
        }
        Recorded::AlreadyRecorded { .. } => output::line(&format!("{name}: was taken in before"))?,
        Recorded::Duplicate { of, .. } => {
            output::line(&format!(
                "{name}: the same picture as file {of}; noted, not read again"
            ))?;
        }
    }
    for (page_idx, warning) in &taken.warnings {
        let page = page_idx + 1;
        output::line(&format!(
            "{name}, page {page}: QUARANTINED: {} {}",
            warning.cause, warning.next_action
        ))?;
    }
    Ok(())
}

/// Hands the jobs on at once; what cannot be sent now waits in the database for any running process.
async fn send_jobs(parts: &Parts) {
    if let Err(error) = send_all(parts).await {
        let cause = output::chain(&error);
        tracing::warn!(cause, "jobs cannot be sent now; they wait in the database");
    }
}
