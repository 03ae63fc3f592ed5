//! What a person should know about the pages of a story.

use schemas::BatchId;
use store::{StoryRecord, Twin, TwinBy};

use crate::{sheet, urls};

/// Something to know, with a way to look.
pub(super) struct Notice {
    pub(super) title: String,
    pub(super) words: &'static str,
    pub(super) link: Option<(String, String)>,
}

/// Pages that came late, and sheets that those of the story seem to be.
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
        title: seems_to_be(twin, own_batch),
        words: match twin.by {
            TwinBy::Number => {
                "Look whether it was scanned twice, is a copy, or the other side of this leaflet."
            }
            TwinBy::Looks => "Look whether it was scanned twice, or is a copy.",
        },
        link: Some(match &twin.story_id {
            Some(story_id) => ("Show its story".to_owned(), urls::story(story_id)),
            None => (
                "Show that sheet".to_owned(),
                urls::quarantined(&twin.other_id),
            ),
        }),
    });
    apart.chain(twins).collect()
}

fn seems_to_be(twin: &Twin, here: Option<&BatchId>) -> String {
    let sheet = sheet::of_twin(twin, here);
    match twin.by {
        TwinBy::Number => format!("{sheet} has the same printed number."),
        TwinBy::Looks => format!("{sheet} looks the same."),
    }
}
