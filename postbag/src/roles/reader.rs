use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use ocr_worker::engine::TextEngine;
use ocr_worker::job::{ReadContext, read_page};
use ocr_worker::tesseract::Tesseract;
use ocr_worker::{Reader, ReaderSettings, TesseractSettings};
use schemas::job::{Job, JobKind};
use store::JobError;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::job_loop::JobLoop;
use crate::config::{self, Config};
use crate::parts::{Parts, layouts};

/// A reader with the layouts and the engine of the configuration.
pub(crate) fn build_reader(reading: &config::Reading) -> anyhow::Result<Reader> {
    build_reader_with(reading, Box::new(Tesseract::new(settings(reading).tesseract)))
}

/// The same with another text engine.
pub(crate) fn build_reader_with(
    reading: &config::Reading,
    engine: Box<dyn TextEngine>,
) -> anyhow::Result<Reader> {
    let (theirs, ours): (Vec<_>, Vec<_>) = layouts::load_known(reading)?
        .into_iter()
        .partition(|known| known.blanks.iter().any(Option::is_some));
    let ours = ours.into_iter().map(|known| known.layout).collect();
    let reader = Reader::with_engine(ours, settings(reading), engine)
        .context("cannot set the reader up")?;
    reader.learn(theirs);
    Ok(reader)
}

fn settings(reading: &config::Reading) -> ReaderSettings {
    ReaderSettings {
        code_prefix: reading.code_prefix.clone(),
        denied_postcodes: reading.own_postcodes.clone(),
        tesseract: TesseractSettings {
            program: reading.tesseract.display().to_string(),
            timeout_ms: reading.tesseract_timeout_ms,
            ..TesseractSettings::default()
        },
        ..ReaderSettings::default()
    }
}

/// Reads pages until the process is stopping, as many at once as configured.
pub(crate) async fn read(
    parts: Parts,
    config: Config,
    heartbeat: Duration,
    stopping: CancellationToken,
) -> anyhow::Result<()> {
    let pages_at_once = match config.worker.pages_at_once {
        0 => std::thread::available_parallelism()?.get(),
        n => n,
    };
    let context = Arc::new(ReadContext {
        store: parts.store.clone(),
        blobs: parts.blobs.clone(),
        clock: parts.clock.clone(),
        ids: parts.ids.clone(),
        reader: Arc::new(build_reader(&config.reading)?),
    });
    tracing::info!(pages_at_once, "reading pages");
    let mut lanes = JoinSet::new();
    for _ in 0..pages_at_once {
        let context = context.clone();
        let job_loop = JobLoop {
            queue: parts.queue.clone(),
            kind: JobKind::ReadPage,
            heartbeat,
            stopping: stopping.clone(),
        };
        lanes.spawn(async move { Box::pin(job_loop.run(|job| read_one(&context, job))).await });
    }
    while let Some(lane) = lanes.join_next().await {
        lane.context("a reading lane panicked")??;
    }
    Ok(())
}

async fn read_one(context: &ReadContext, job: Job) -> Result<(), JobError> {
    match job {
        Job::ReadPage { page_id } => read_page(context, &page_id).await,
        Job::PublishStory { .. } => Err(JobError::GiveUp("not a job of this queue".to_owned())),
    }
}
