//! What a person should know about the pages of a story.

use store::StoryRecord;

use crate::urls;

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
    let twins = story.twins.iter().map(|twin| Notice {
        title: format!(
            "Sheet {} of this batch has the same printed number.",
            twin.position
        ),
        words: "Look whether it is a copy, or the other side of this leaflet.",
        link: Some(("Show its story".to_owned(), urls::story(&twin.story_id))),
    });
    apart.chain(twins).collect()
}
