//! The name of a physical sheet, so that somebody can go and fetch it.

use schemas::record::PageState;
use schemas::{BatchId, StoryId, TimeMs};
use store::{PageRecord, StoryPage, StorySummary, Twin, TwinBy};

use crate::{urls, when, words};

/// `Sheet 14 · Scanner in the mail room`.
pub(crate) fn of_page(page: &PageRecord) -> String {
    name(page.position, &page.batch_source)
}

/// `Sheets 14 and 15 · Scanner in the mail room`.
pub(crate) fn of_pages(pages: &[StoryPage]) -> String {
    let positions: Vec<String> = pages
        .iter()
        .map(|page| page.page.position.to_string())
        .collect();
    match (pages, positions.split_last()) {
        ([page], _) => of_page(&page.page),
        ([first, ..], Some((last, others))) => {
            let named = format!("Sheets {} and {last}", others.join(", "));
            with_source(named, &first.page.batch_source)
        }
        _ => String::new(),
    }
}

/// `Sheet 14 of Scanner in the mail room, 3 March, 10:40,`, or `Sheet 14 of this pile` for whoever is `here`.
pub(crate) fn of_twin(twin: &Twin, here: Option<&BatchId>) -> String {
    let (position, source) = (twin.position, &twin.batch_source);
    if here == Some(&twin.batch_id) {
        return format!("Sheet {position} of this pile");
    }
    let at = when::day_and_time(twin.came_in_at);
    format!("Sheet {position} of {source}, {at},")
}

/// The same for a story in a list.
pub(crate) fn of_story(story: &StorySummary) -> String {
    name(story.position, &story.batch_source)
}

/// `scan-0004.tif, page 3`.
pub(crate) fn file_of(page: &PageRecord) -> String {
    if page.page_idx == 0 {
        page.file_name.clone()
    } else {
        format!("{}, page {}", page.file_name, page.page_idx + 1)
    }
}

/// A sheet among others: a picture too small to read, its place, and what became of it.
pub(crate) struct Tile {
    pub(crate) name: String,
    pub(crate) state: String,
    pub(crate) thumb: Option<String>,
    pub(crate) url: Option<String>,
    /// Whether it asks for somebody to come.
    pub(crate) calls: bool,
    /// The sheet that came in before and seems to be this one.
    pub(crate) before: Option<String>,
}

impl Tile {
    /// `story` is the one that the person may open.
    pub(crate) fn of(page: &PageRecord, story: Option<&StoryId>) -> Self {
        let side = page.side.map(|side| format!(", side {side}"));
        let is_settled = page.story_id.is_some();
        Self {
            name: format!("Sheet {}", page.position),
            state: words::page_state(page).to_owned() + side.as_deref().unwrap_or_default(),
            thumb: page.picture.is_some().then(|| urls::page_tile(&page.id)),
            url: match story {
                Some(story) => Some(urls::story(story)),
                None => (!is_settled).then(|| urls::quarantined(&page.id)),
            },
            calls: page.state == PageState::Quarantined,
            before: None,
        }
    }

    /// Notes the other side of the leaflet.
    pub(crate) fn beside(mut self, other: Option<&PageRecord>) -> Self {
        if let Some(other) = other {
            self.state = format!("{}, with sheet {}", self.state, other.position);
        }
        self
    }

    /// Notes the sheet that it seems to be.
    pub(crate) fn scanned_before(mut self, before: Option<&Twin>, here: &BatchId) -> Self {
        self.before = before.map(|before| {
            let (position, source) = (before.position, &before.batch_source);
            let by = match before.by {
                TwinBy::Number => "Same number as",
                TwinBy::Looks => "Looks like",
            };
            if *here == before.batch_id {
                return format!("{by} sheet {position}");
            }
            let at = when::day_and_time(before.came_in_at);
            format!("{by} sheet {position}, {source}, {at}")
        });
        self
    }
}

/// `2 sheets are missing.`, from what came in less what was counted.
pub(crate) fn difference(difference: i64) -> String {
    let number = difference.unsigned_abs();
    let is = if number == 1 { "is" } else { "are" };
    let sheets = words::count(number, "side", "sides");
    if difference < 0 {
        format!("{sheets} {is} missing.")
    } else {
        format!("{sheets} too many came in.")
    }
}

/// `came in 3 hours ago`.
pub(crate) fn came_in(at: TimeMs, now: TimeMs) -> String {
    format!("came in {}", crate::when::ago(at, now))
}

fn name(position: u32, batch_source: &str) -> String {
    with_source(format!("Sheet {position}"), batch_source)
}

fn with_source(named: String, batch_source: &str) -> String {
    if batch_source.is_empty() {
        named
    } else {
        format!("{named} · {batch_source}")
    }
}
