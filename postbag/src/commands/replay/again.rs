//! The pages of one story, read again.

use std::collections::BTreeMap;
use std::sync::Arc;

use ocr_worker::job::source;
use ocr_worker::{PageSource, Reader};
use schemas::reading::{Reading, Status, WarningCode};
use schemas::record::StoryState;
use schemas::{BatchId, PageId, StoryId};
use serde::Serialize;
use store::{BlobError, Blobs, Store, StoryPage, StoryRecord};

use super::compare::{Compared, Leaflet};
use crate::output;

/// What pages are read again with.
pub(super) struct Again {
    pub(super) store: Store,
    pub(super) blobs: Blobs,
    /// Where the pictures are, for people.
    pub(super) blobs_url: String,
    pub(super) reader: Arc<Reader>,
}

/// What came of a story.
pub(super) struct Outcome {
    pub(super) story_id: StoryId,
    pub(super) pages: Vec<PageOutcome>,
    /// Nothing when a page of it could not be read again, and when no machine had read it.
    pub(super) compared: Option<Compared>,
}

/// What came of one page.
pub(super) struct PageOutcome {
    pub(super) sheet: Sheet,
    /// What had read it; nothing when a person took it for a letter, because no machine could.
    pub(super) read_before_by: Option<String>,
    pub(super) after: Result<PageAfter, Problem>,
}

/// What the new engine makes of a page.
pub(super) struct PageAfter {
    pub(super) status: Status,
    /// Why it is set aside.
    pub(super) warning: Option<WarningCode>,
}

/// Where a page lies in the office.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Sheet {
    pub(super) page_id: PageId,
    pub(super) batch_id: BatchId,
    /// Its place in the batch, from 1, as `postbag batch show` lists it.
    pub(super) position: u32,
}

/// Why a page could not be read again, and what to do.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Problem {
    pub(super) cause: String,
    pub(super) next_action: String,
}

/// Whether what a story says is what a moderator let stand.
pub(super) fn is_approved(story: &StoryRecord) -> bool {
    matches!(story.state, StoryState::Approved | StoryState::Published)
}

impl Again {
    /// Reads all pages of a story again and compares. Only a failing database is an error.
    pub(super) async fn read(&self, story: StoryRecord) -> anyhow::Result<Outcome> {
        let mut after = Vec::with_capacity(story.pages.len());
        for page in &story.pages {
            after.push(self.read_page(page).await?);
        }
        // Comparing long texts takes milliseconds.
        Ok(tokio::task::spawn_blocking(move || outcome(&story, &after)).await?)
    }

    /// As a worker reads it, with what a person said about the page last.
    async fn read_page(&self, page: &StoryPage) -> anyhow::Result<Result<Reading, Problem>> {
        let placed = self.store.latest_placement(&page.page.id).await?;
        let source = source(&page.page, placed.map(|placed| placed.placement));
        Ok(match self.picture(page).await {
            Ok(picture) => self.read_picture(picture, source).await,
            Err(problem) => Err(problem),
        })
    }

    async fn picture(&self, page: &StoryPage) -> Result<Vec<u8>, Problem> {
        let Some(picture) = &page.page.picture else {
            let cause = "no picture of it was kept";
            return Err(problem(cause, "it cannot be replayed; leave it"));
        };
        let restore = format!(
            "copy it from a backup to {}, then replay again",
            self.blobs_url
        );
        match self.blobs.get(&picture.blob).await {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) => Err(problem(
                &format!("its original {} is missing", picture.blob),
                &restore,
            )),
            Err(error @ BlobError::Damaged { .. }) => {
                Err(problem(&output::chain(&error), &restore))
            }
            Err(error) => Err(problem(
                &output::chain(&error),
                "see to the disk and its permissions, then replay again",
            )),
        }
    }

    /// On a thread: reading computes for a second or more.
    async fn read_picture(&self, picture: Vec<u8>, source: PageSource) -> Result<Reading, Problem> {
        let reader = Arc::clone(&self.reader);
        let read = tokio::task::spawn_blocking(move || reader.read(&picture, &source).reading);
        let Ok(reading) = read.await else {
            return Err(problem(
                "reading it broke off",
                "look for the panic in the log, and report it with the page's id",
            ));
        };
        let unread = |w: &&schemas::reading::Warning| w.code == WarningCode::TextNotRead;
        match reading.warnings.iter().find(unread) {
            // An engine that does not answer says nothing about how well it reads.
            Some(warning) => Err(problem(
                warning.cause.trim_end_matches('.'),
                "see `postbag doctor`, then replay again",
            )),
            None => Ok(reading),
        }
    }
}

fn problem(cause: &str, next_action: &str) -> Problem {
    Problem {
        cause: cause.to_owned(),
        next_action: next_action.to_owned(),
    }
}

fn outcome(story: &StoryRecord, after: &[Result<Reading, Problem>]) -> Outcome {
    let mut letter = false;
    let mut pages = Vec::new();
    for (page, after) in story.pages.iter().zip(after) {
        let read_before_by = read_before_by(&page.reading);
        letter |= read_before_by.is_none();
        pages.push(PageOutcome {
            sheet: sheet(page),
            read_before_by,
            after: after.as_ref().map(page_after).map_err(Problem::clone),
        });
    }
    let readings: Option<Vec<&Reading>> = after.iter().map(|after| after.as_ref().ok()).collect();
    let compared = readings.filter(|_| !letter).map(|after| {
        let before = story.pages.iter().map(|page| &page.reading).collect();
        Leaflet {
            kept: &story.fields,
            before,
            after,
        }
        .compare()
    });
    Outcome {
        story_id: story.id.clone(),
        pages,
        compared,
    }
}

/// The engine of a reading; the one that stands for a letter has no layout, and no machine made it.
fn read_before_by(reading: &Reading) -> Option<String> {
    reading.layout.as_ref()?;
    Some(reading.engine.text.clone())
}

fn page_after(reading: &Reading) -> PageAfter {
    PageAfter {
        status: reading.status,
        warning: reading.warnings.first().map(|warning| warning.code),
    }
}

fn sheet(page: &StoryPage) -> Sheet {
    Sheet {
        page_id: page.page.id.clone(),
        batch_id: page.page.batch_id.clone(),
        position: page.page.position,
    }
}

/// The sheets of a story in few words: `sheets 3, 4 of batch …`.
pub(super) fn in_words(sheets: &[Sheet]) -> String {
    let mut batches: BTreeMap<&BatchId, Vec<String>> = BTreeMap::new();
    for sheet in sheets {
        let numbers = batches.entry(&sheet.batch_id).or_default();
        numbers.push(sheet.position.to_string());
    }
    let words = |(batch_id, numbers): (&BatchId, Vec<String>)| {
        let sheets = if numbers.len() == 1 {
            "sheet"
        } else {
            "sheets"
        };
        format!("{sheets} {} of batch {batch_id}", numbers.join(", "))
    };
    let words: Vec<String> = batches.into_iter().map(words).collect();
    words.join(" and ")
}
