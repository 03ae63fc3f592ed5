use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use ocr_worker::engine::TextEngine;
use ocr_worker::handwriting::Handwriting;
use ocr_worker::job::{ReadContext, read_page};
use ocr_worker::tesseract::Tesseract;
use ocr_worker::{Reader, ReaderSettings, TesseractSettings};
use schemas::PageId;
use schemas::job::{Job, JobKind};
use store::{JobError, Moment};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::job_loop::JobLoop;
use super::lessons::Lessons;
use crate::config::{self, Config, TextEngineName};
use crate::parts::{Parts, layouts, services};

/// A reader with the layouts and the engine of the configuration.
pub(crate) fn build_reader(reading: &config::Reading) -> anyhow::Result<Reader> {
    let engine: Box<dyn TextEngine> = match reading.text_engine {
        TextEngineName::Tesseract => Box::new(Tesseract::new(settings(reading).tesseract)),
        TextEngineName::Handwriting => {
            Box::new(Handwriting::load().context("cannot read handwriting")?)
        }
    };
    build_reader_with(reading, engine)
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
    let reader =
        Reader::with_engine(ours, settings(reading), engine).context("cannot set the reader up")?;
    reader.learn(theirs);
    if let Some(directory) = services::load_index(reading)? {
        reader.learn_services(directory);
    }
    Ok(reader)
}

/// The text engine with its version, or an error where the program that it runs is missing.
pub(crate) fn check_engine(reading: &config::Reading, reader: &Reader) -> anyhow::Result<String> {
    let engine = reader.engine().text;
    anyhow::ensure!(
        reading.text_engine != TextEngineName::Tesseract || engine.starts_with("tesseract "),
        "Tesseract is missing; install the packages tesseract-ocr and tesseract-ocr-eng"
    );
    Ok(engine)
}

fn settings(reading: &config::Reading) -> ReaderSettings {
    ReaderSettings {
        code_prefix: reading.code_prefix.clone(),
        denied_postcodes: reading.own_postcodes.clone(),
        draft_limit: reading.draft_limit,
        tesseract: TesseractSettings {
            program: reading.tesseract.display().to_string(),
            timeout_ms: reading.tesseract_timeout_ms,
            ..TesseractSettings::default()
        },
        ..ReaderSettings::default()
    }
}

/// How many pages are read at the same time.
pub(crate) fn pages_at_once(worker: &config::Worker) -> anyhow::Result<usize> {
    Ok(match worker.pages_at_once {
        0 => std::thread::available_parallelism()?.get(),
        n => n,
    })
}

/// Reads pages until the process is stopping, as many at once as configured.
pub(crate) async fn read(
    parts: Parts,
    config: Config,
    heartbeat: Duration,
    stopping: CancellationToken,
) -> anyhow::Result<()> {
    let pages_at_once = pages_at_once(&config.worker)?;
    let context = Arc::new(ReadContext {
        store: parts.store.clone(),
        blobs: parts.blobs.clone(),
        clock: parts.clock.clone(),
        ids: parts.ids.clone(),
        reader: Arc::new(build_reader(&config.reading)?),
    });
    let lessons = Arc::new(Lessons::new(context.clone()));
    tracing::info!(pages_at_once, "reading pages");
    let mut lanes = JoinSet::new();
    for _ in 0..pages_at_once {
        let (context, lessons) = (context.clone(), lessons.clone());
        let job_loop = JobLoop {
            queue: parts.queue.clone(),
            kind: JobKind::ReadPage,
            heartbeat,
            stopping: stopping.clone(),
        };
        lanes.spawn(async move {
            Box::pin(job_loop.run(|job| read_one(&context, &lessons, job))).await
        });
    }
    while let Some(lane) = lanes.join_next().await {
        lane.context("a reading lane panicked")??;
    }
    Ok(())
}

async fn read_one(context: &ReadContext, lessons: &Lessons, job: Job) -> Result<(), JobError> {
    match job {
        Job::ReadPage { page_id } => {
            let known = lessons.refresh().await?;
            read_page(context, &page_id).await?;
            look_again(context, lessons, &page_id, known).await
        }
        Job::PublishStory { .. } | Job::DeliverWebhook { .. } => {
            Err(JobError::GiveUp("not a job of this queue".to_owned()))
        }
    }
}

/// Whoever puts a layout in use has the quarantined pages read again. A page that was being read at that moment is not
/// among them yet: when it was set aside with the old layouts, it is sent round once more from here.
async fn look_again(
    context: &ReadContext,
    lessons: &Lessons,
    page_id: &PageId,
    known: i64,
) -> Result<(), JobError> {
    if lessons.generation().await? == known {
        return Ok(());
    }
    let moment = Moment {
        now: context.clock.now(),
        ids: context.ids.as_ref(),
    };
    let again = context
        .store
        .read_again_with_new_layouts(&moment, page_id)
        .await;
    again.map_err(|error| JobError::Retry(crate::output::chain(&error)))?;
    Ok(())
}
