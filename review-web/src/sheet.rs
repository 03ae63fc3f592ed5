//! The name of a physical sheet, so that somebody can go and fetch it.

use schemas::TimeMs;
use store::{PageRecord, StorySummary};

/// `Sheet 14 · Scanner in the mail room`.
pub(crate) fn of_page(page: &PageRecord) -> String {
    name(page.position, &page.batch_source)
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
    if batch_source.is_empty() {
        format!("Sheet {position}")
    } else {
        format!("Sheet {position} · {batch_source}")
    }
}
