use std::borrow::Cow;

use csv::Writer;
use store::Publication;

use crate::opinion::author_role;
use crate::{text, urls, when};

const HEADING: [&str; 16] = [
    "id",
    "title",
    "body",
    "service",
    "author_role",
    "date_of_submission",
    "date_of_publication",
    "url",
    "drawing_url",
    "drawing_description",
    "good",
    "could_be_better",
    "felt",
    "further_services",
    "happened",
    "submission_route",
];

pub(super) fn heading() -> csv::Result<String> {
    write(|table| table.write_record(HEADING))
}

pub(super) fn rows(stories: &[Publication], base: &str) -> csv::Result<String> {
    write(|table| {
        for story in stories {
            let cells = cells(story, base);
            table.write_record(cells.iter().map(|cell| harmless(cell).into_owned()))?;
        }
        Ok(())
    })
}

fn cells(story: &Publication, base: &str) -> [String; HEADING.len()] {
    let drawing = story.drawing.as_ref();
    let drawing_url = drawing.map(|_| format!("{base}{}", urls::opinion_drawing(story.number)));
    [
        story.number.to_string(),
        text::title_or_untitled(&story.title),
        story.body.clone(),
        story.service.clone(),
        author_role(story).unwrap_or_default(),
        when::machine(story.submitted_at),
        when::machine(story.published_at),
        format!("{base}{}", urls::opinion(story.number)),
        drawing_url.unwrap_or_default(),
        drawing.map_or_else(String::new, |_| story.drawing_alt.clone()),
        story.tags_good.join("; "),
        story.tags_better.join("; "),
        story.tags_felt.join("; "),
        story.also_about.join("; "),
        story.happened.clone(),
        story.route.as_str().to_owned(),
    ]
}

/// A cell that a spreadsheet takes for text: what it would run as a formula begins with an apostrophe.
///
/// Source: OWASP, CSV Injection, <https://owasp.org/www-community/attacks/CSV_Injection>.
pub(crate) fn harmless(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// What a part of a table looks like as text.
pub(crate) fn write(
    fill: impl FnOnce(&mut Writer<Vec<u8>>) -> csv::Result<()>,
) -> csv::Result<String> {
    let mut table = Writer::from_writer(Vec::new());
    fill(&mut table)?;
    let bytes = table
        .into_inner()
        .map_err(csv::IntoInnerError::into_error)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(harmless(cell), format!("'{cell}"));
        }
        for cell in ["", "kind nurses", " =1", "'=1", "a-b"] {
            assert_eq!(harmless(cell), cell);
        }
    }

    #[test]
    fn the_heading_is_one_line() {
        assert_eq!(heading().unwrap().lines().count(), 1);
    }
}
