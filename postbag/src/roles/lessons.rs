//! Layouts that are put in use while pages are being read.

use std::sync::Arc;

use ocr_worker::job::ReadContext;
use ocr_worker::stages::decode::{DecodeLimits, decode};
use ocr_worker::{KnownLayout, Reader};
use schemas::layout::{Layout, LayoutId, Side};
use schemas::{BlobHash, RandomIds, SystemClock};
use store::{Blobs, JobError, ServiceDirectory, Store, StoreError};
use tokio::sync::Mutex;

use super::reader::build_reader;
use crate::config;

/// Keeps what the reader knows at what the records say. One for all lanes of a process.
pub(super) struct Lessons {
    context: Arc<ReadContext>,
    learned: Mutex<Learned>,
    services: ServiceDirectory,
}

/// A reader as a worker has it: that of the configuration, taught the layouts in use and the directory of services.
pub(crate) async fn taught_reader(
    store: &Store,
    blobs: &Blobs,
    reading: &config::Reading,
) -> anyhow::Result<Arc<Reader>> {
    let context = Arc::new(ReadContext {
        store: store.clone(),
        blobs: blobs.clone(),
        clock: Arc::new(SystemClock),
        ids: Arc::new(RandomIds(rand::random::<u128>)),
        reader: Arc::new(build_reader(reading)?),
    });
    Lessons::new(Arc::clone(&context)).refresh().await?;
    Ok(Arc::clone(&context.reader))
}

/// What the reader was taught.
#[derive(Default)]
struct Learned {
    /// The store's number when it was taught.
    generation: i64,
    layouts: Vec<(LayoutId, u32)>,
    /// The state of the directory that it was given.
    services: Option<i64>,
}

impl Lessons {
    pub(super) fn new(context: Arc<ReadContext>) -> Self {
        Self {
            context,
            learned: Mutex::default(),
            services: ServiceDirectory::default(),
        }
    }

    /// Teaches the reader what is new. Returns the number of the set that it knows now.
    pub(super) async fn refresh(&self) -> Result<i64, JobError> {
        let generation = self.generation().await?;
        // The other lanes wait here for a lesson that is being given: they need it as well.
        let mut learned = self.learned.lock().await;
        self.refresh_services(&mut learned).await?;
        if learned.generation == generation {
            return Ok(generation);
        }
        let in_use = self.context.store.layouts_in_use().await;
        let in_use = in_use.map_err(|error| trouble(&error))?;
        let name = |layout: &Layout| (layout.id.clone(), layout.version);
        let names: Vec<_> = in_use.iter().map(name).collect();
        let is_gone = |known: &&(LayoutId, u32)| !names.contains(*known);
        let gone: Vec<_> = learned.layouts.iter().filter(is_gone).cloned().collect();
        self.context.reader.forget(&gone);
        learned.layouts.retain(|known| names.contains(known));
        for layout in in_use {
            if !learned.layouts.contains(&name(&layout)) {
                learned.layouts.push(name(&layout));
                self.teach(layout).await?;
            }
        }
        learned.generation = generation;
        Ok(generation)
    }

    /// Gives the reader the directory when it is another one. An empty one of the records leaves that of the
    /// configuration in place.
    async fn refresh_services(&self, learned: &mut Learned) -> Result<(), JobError> {
        let current = self.services.current(&self.context.store).await;
        let (state, index) = current.map_err(|error| trouble(&error))?;
        if learned.services == Some(state) {
            return Ok(());
        }
        if !index.is_empty() {
            tracing::info!(
                services.n = index.len(),
                "learned the directory of services"
            );
            self.context.reader.learn_services(index);
        }
        learned.services = Some(state);
        Ok(())
    }

    /// The number of the set that the records name now.
    pub(super) async fn generation(&self) -> Result<i64, JobError> {
        let generation = self.context.store.layouts_generation().await;
        generation.map_err(|error| trouble(&error))
    }

    /// A form whose picture cannot be had is left out and reported: all others are read meanwhile.
    async fn teach(&self, layout: Layout) -> Result<(), JobError> {
        let mut pictures = Vec::new();
        for side in &layout.sides {
            pictures.push(self.fetch(side).await?);
        }
        let (id, version) = (layout.id.clone(), layout.version);
        let known = tokio::task::spawn_blocking(move || known(layout, &pictures)).await;
        let known =
            known.map_err(|error| JobError::Retry(format!("learning broke off: {error}")))?;
        if let Some(known) = known {
            self.context.reader.learn(vec![known]);
            tracing::info!(layout.id = %id, layout.version = version, "learned a layout");
        } else {
            tracing::error!(
                layout.id = %id,
                layout.version = version,
                "the picture of an empty form is missing or damaged; sheets of it are not read"
            );
        }
        Ok(())
    }

    async fn fetch(&self, side: &Side) -> Result<Blank, JobError> {
        let Some(name) = &side.blank else {
            return Ok(Blank::Drawn);
        };
        let Ok(hash) = BlobHash::parse(name) else {
            return Ok(Blank::Missing);
        };
        match self.context.blobs.get(&hash).await {
            Ok(bytes) => Ok(bytes.map_or(Blank::Missing, Blank::Picture)),
            Err(store::BlobError::Damaged { .. }) => Ok(Blank::Missing),
            Err(error) => Err(JobError::Retry(crate::output::chain(&error))),
        }
    }
}

/// What an empty side looks like.
enum Blank {
    /// As its definition says: it has no picture.
    Drawn,
    /// As this picture shows.
    Picture(Vec<u8>),
    /// Nobody knows: its picture cannot be had.
    Missing,
}

fn known(layout: Layout, pictures: &[Blank]) -> Option<KnownLayout> {
    let blank = |picture: &Blank| match picture {
        Blank::Missing => None,
        Blank::Drawn => Some(None),
        Blank::Picture(bytes) => {
            let page = decode(bytes, DecodeLimits::default()).ok()?;
            Some(Some(page.grey))
        }
    };
    Some(KnownLayout {
        blanks: pictures.iter().map(blank).collect::<Option<_>>()?,
        layout,
    })
}

fn trouble(error: &StoreError) -> JobError {
    JobError::Retry(crate::output::chain(error))
}
