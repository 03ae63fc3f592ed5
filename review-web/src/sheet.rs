//! The name of a physical sheet, so that somebody can go and fetch it.

use schemas::TimeMs;
use store::{PageRecord, StoryPage, StorySummary};

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
