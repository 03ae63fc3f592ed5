//! What a person should know about the pages of a story.

use store::{StoryRecord, Twin};

use crate::{urls, when};

/// Something to know, with a way to look.
pub(super) struct Notice {
    pub(super) title: String,
    pub(super) words: &'static str,
    pub(super) link: Option<(String, String)>,
}

/// Pages that came late, and other stories with the same printed number.
pub(super) fn notices(story: &StoryRecord) -> Vec<Notice> {
    let apart = story.pages.iter().filter(|page| page.apart);
    let apart = apart.map(|page| Notice {
        title: match page.reading.side {
            Some(side) => format!("Side {side} came in after work on this story had begun."),
            None => format!("Sheet {} came in after work on this story had begun.", page.page.position),
        },
        words: "What is on it is shown with its picture, and is not in the fields yet. Please add it.",
        link: None,
    });
    let own_batch = story.pages.first().map(|page| &page.page.batch_id);
    let twins = story.twins.iter().map(|twin| Notice {
        title: same_number(twin, own_batch == Some(&twin.batch_id)),
        words: "Look whether it was scanned twice, is a copy, or the other side of this leaflet.",
        link: Some(("Show its story".to_owned(), urls::story(&twin.story_id))),
    });
    apart.chain(twins).collect()
}

fn same_number(twin: &Twin, is_here: bool) -> String {
    let position = twin.position;
    if is_here {
        return format!("Sheet {position} of this batch has the same printed number.");
    }
    let (source, at) = (&twin.batch_source, when::day_and_time(twin.came_in_at));
    format!("Sheet {position} of {source}, {at}, has the same printed number.")
}
