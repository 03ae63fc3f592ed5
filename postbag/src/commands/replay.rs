//! `postbag replay --engine NAME`: stored pages are read again with another engine and compared with what moderators kept.

mod again;
mod compare;
mod figures;
mod marks;
mod report;
mod silent;

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use schemas::TimeMs;
use secrecy::ExposeSecret as _;
use store::{ApprovalFilter, Store, StoryRecord};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::cli::Replay;
use crate::config::{Config, without_password};
use crate::lifecycle::Signals;
use crate::output;
use crate::parts::{connect_store, is_set_up, open_blobs};
use crate::roles::{check_engine, pages_at_once, taught_reader};
use again::{Again, Outcome};
use figures::Figures;

/// So many approvals are fetched at once.
const FETCHED: u32 = 100;
/// A sign of life is given after so many stories.
const PROGRESS_STORIES: usize = 100;

/// Reads again and says what would have changed. Writes nothing.
pub(crate) async fn replay(config: &Config, args: Replay) -> anyhow::Result<ExitCode> {
    let mut config = config.clone();
    config.reading.text_engine = args.engine.into();
    let store = connect_store(&config).await?;
    if !is_set_up(&store).await? {
        bail!(
            "the database {} is empty: no leaflet has come in yet, so there is nothing to read again",
            without_password(config.database.secret_url()?.expose_secret())
        );
    }
    let blobs = open_blobs(&config).await?;
    let reader = taught_reader(&store, &blobs, &config.reading).await?;
    check_engine(&config.reading, &reader)?;
    let mut figures = Figures::new(reader.engine());
    let again = Arc::new(Again {
        store,
        blobs,
        blobs_url: config.blobs.url.clone(),
        reader,
    });
    let wanted = Wanted::of(&args);
    run(
        &again,
        &wanted,
        pages_at_once(&config.worker)?,
        &mut figures,
    )
    .await?;
    figures.close();
    if args.json {
        output::line(&serde_json::to_string_pretty(&figures)?)?;
    } else {
        report::print(&figures, &args)?;
    }
    Ok(if figures.is_whole() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Which stories.
struct Wanted {
    since: Option<TimeMs>,
    n_stories: u32,
}

impl Wanted {
    fn of(args: &Replay) -> Self {
        let midnight = args.since.map(|day| day.and_time(chrono::NaiveTime::MIN));
        Self {
            since: midnight.map(|at| TimeMs(at.and_utc().timestamp_millis())),
            n_stories: args.limit.unwrap_or(u32::MAX),
        }
    }
}

/// Reads until the end or the first signal, which lets the pages in hand end; a second one ends them as well.
async fn run(
    again: &Arc<Again>,
    wanted: &Wanted,
    n_lanes: usize,
    figures: &mut Figures,
) -> anyhow::Result<()> {
    let mut signals = Signals::listen()?;
    let stopping = CancellationToken::new();
    let stopped_at_once = async {
        signals.next().await;
        tracing::info!("stopping; the pages in hand are still read");
        stopping.cancel();
        signals.next().await;
    };
    tokio::select! {
        done = read_all(again, wanted, n_lanes, &stopping, figures) => done,
        () = stopped_at_once => bail!("stopped at once by a second signal; nothing was changed"),
    }
}

async fn read_all(
    again: &Arc<Again>,
    wanted: &Wanted,
    n_lanes: usize,
    stopping: &CancellationToken,
    figures: &mut Figures,
) -> anyhow::Result<()> {
    let mut stories = Stories::new(again.store.clone(), wanted);
    let mut lanes: JoinSet<anyhow::Result<Outcome>> = JoinSet::new();
    while let Some(story) = stories.next().await? {
        while lanes.len() >= n_lanes {
            take_one(&mut lanes, figures).await?;
        }
        if stopping.is_cancelled() {
            figures.stopped = true;
            break;
        }
        let again = Arc::clone(again);
        lanes.spawn(async move { Box::pin(again.read(story)).await });
    }
    while !lanes.is_empty() {
        take_one(&mut lanes, figures).await?;
    }
    Ok(())
}

/// Takes the figures of the story that is ready first; nothing else is kept of it.
async fn take_one(
    lanes: &mut JoinSet<anyhow::Result<Outcome>>,
    figures: &mut Figures,
) -> anyhow::Result<()> {
    if let Some(outcome) = lanes.join_next().await {
        figures.add(outcome.context("reading broke off")??);
        if figures.stories_done().is_multiple_of(PROGRESS_STORIES) {
            tracing::info!(stories.done = figures.stories_done(), "reading again");
        }
    }
    Ok(())
}

/// The stories one after the other, the newest approval first. One that is opened again meanwhile is left out.
struct Stories {
    store: Store,
    filter: ApprovalFilter,
    n_left: u32,
    fetched: std::vec::IntoIter<store::Approval>,
}

impl Stories {
    fn new(store: Store, wanted: &Wanted) -> Self {
        Self {
            store,
            filter: ApprovalFilter {
                since: wanted.since,
                before: None,
                limit: FETCHED,
            },
            n_left: wanted.n_stories,
            fetched: Vec::new().into_iter(),
        }
    }

    async fn next(&mut self) -> anyhow::Result<Option<StoryRecord>> {
        while self.n_left > 0 {
            if self.fetched.len() == 0 {
                self.fetched = self.store.approvals(&self.filter).await?.into_iter();
            }
            let Some(approval) = self.fetched.next() else {
                return Ok(None);
            };
            self.filter.before = Some(approval.id);
            let story = self.store.story(&approval.story_id).await?;
            if let Some(story) = story.filter(again::is_approved) {
                self.n_left -= 1;
                return Ok(Some(story));
            }
        }
        Ok(None)
    }
}
