//! The figures for a person at a terminal.

use super::again::in_words;
use super::compare::{BeforeAfter, Kind};
use super::figures::{DraftFigures, Figures, Listed, OfStory};
use crate::cli::Replay;
use crate::commands::eval::name;
use crate::output::{line, table};

/// At most so many of a list are printed; the JSON has more.
const SHOWN: usize = 20;

/// Prints the figures.
pub(super) fn print(figures: &Figures, args: &Replay) -> anyhow::Result<()> {
    if figures.stories_done() == 0 {
        return nothing(figures, args);
    }
    opening(figures)?;
    if figures.stories > 0 {
        fields(figures)?;
        line("")?;
        suggestions(figures)?;
        drafts(&figures.drafts)?;
        unjudged(figures)?;
        silent(figures)?;
    }
    statuses(figures)?;
    problems(figures)?;
    worst(figures)?;
    closing(figures)
}

fn nothing(figures: &Figures, args: &Replay) -> anyhow::Result<()> {
    if figures.stopped {
        return line("Stopped before a story was read again. Nothing was changed.");
    }
    match args.since {
        Some(day) => line(&format!(
            "No story that was approved on {day} or later is approved or published now: there is nothing to compare with. \
             Leave --since out for all stories."
        )),
        None => line(
            "No story is approved or published yet: there is nothing to compare with. \
             Approve stories in the bench first; what moderators keep is what engines are measured by.",
        ),
    }
}

fn opening(figures: &Figures) -> anyhow::Result<()> {
    line(&format!(
        "{} of {} read again by {}, against what moderators kept",
        n_of(figures.pages, "page"),
        n_of(figures.stories_done(), "story"),
        figures.engine.text
    ))?;
    let before = figures.read_before_by.iter();
    let before: Vec<String> = before.map(|(by, n)| format!("{by} ({n})")).collect();
    if !before.is_empty() {
        line(&format!("read before by: {}", before.join(", ")))?;
    }
    if figures.letters > 0 {
        line(&format!(
            "letters: {}, typed by a person; nothing to compare",
            figures.letters
        ))?;
    }
    line("")
}

fn fields(figures: &Figures) -> anyhow::Result<()> {
    line(
        "What a person had to change, to add or to take away, and would have had to: characters, and clicks in boxes.",
    )?;
    let heading = [
        "FIELD", "COUNT", "BEFORE", "AFTER", "SAVED", "BETTER", "WORSE", "SAME",
    ];
    let mut rows = vec![heading.map(str::to_owned).to_vec()];
    for (kind, of_kind) in &figures.fields {
        let edits = of_kind.edits;
        let mut row = vec![label(*kind).to_owned()];
        row.extend([of_kind.fields, edits.before, edits.after].map(|n| n.to_string()));
        row.push(format!("{:+}", of_kind.saved));
        row.extend([of_kind.better, of_kind.worse, of_kind.same].map(|n| n.to_string()));
        rows.push(row);
    }
    table(&rows)
}

const fn label(kind: Kind) -> &'static str {
    match kind {
        Kind::Story => "stories",
        Kind::Service => "services",
        Kind::Postcode => "postcodes",
        Kind::OtherLine => "other lines",
        Kind::Mark => "boxes to tick",
    }
}

fn suggestions(figures: &Figures) -> anyhow::Result<()> {
    for (kind, first) in &figures.right_first {
        line(&format!(
            "{}, the right one suggested first: {} before, {} after, of {}",
            label(*kind),
            first.right.before,
            first.right.after,
            first.fields
        ))?;
    }
    Ok(())
}

fn drafts(drafts: &BeforeAfter<DraftFigures>) -> anyhow::Result<()> {
    let words = |drafts: DraftFigures| {
        format!(
            "{} shown ({} over 20 % wrong), {} withheld, {} empty",
            drafts.shown, drafts.shown_but_over_20_percent_wrong, drafts.withheld, drafts.empty
        )
    };
    line(&format!("drafts before: {}", words(drafts.before)))?;
    line(&format!("drafts after:  {}", words(drafts.after)))
}

fn unjudged(figures: &Figures) -> anyhow::Result<()> {
    if figures.unjudged_lines == 0 {
        return Ok(());
    }
    line(&format!(
        "lines that no field of a story holds: {}, read otherwise {}; nobody's text says which is right",
        figures.unjudged_lines, figures.unjudged_lines_read_otherwise
    ))
}

fn silent(figures: &Figures) -> anyhow::Result<()> {
    let new = &figures.new_silent_errors;
    line(&format!(
        "\nSILENT ERRORS (wrong although nothing would make a person look): {} before, {} after; {} new, {} gone",
        figures.silent_errors.before,
        figures.silent_errors.after,
        new.n,
        figures.silent_errors_gone
    ))?;
    list(new, |found| {
        let error = &found.error;
        let sheets = in_words(&found.sheets);
        format!(
            "story {}, {sheets}: {}, {}",
            found.story_id, error.field, error.why
        )
    })
}

fn statuses(figures: &Figures) -> anyhow::Result<()> {
    let set_aside = &figures.would_be_set_aside;
    line(&format!(
        "pages that were read and would be set aside: {}",
        set_aside.n
    ))?;
    list(set_aside, |page| {
        let why = page
            .what
            .map_or_else(String::new, |code| format!(": {}", name(&code)));
        format!("{}{why}", of_page(page))
    })?;
    let read = &figures.would_be_read;
    line(&format!(
        "pages that were set aside and would be read: {}",
        read.n
    ))?;
    list(read, of_page)
}

fn problems(figures: &Figures) -> anyhow::Result<()> {
    if figures.problems.n == 0 {
        return Ok(());
    }
    line(&format!(
        "\nNOT READ AGAIN: {}; {} left out of all figures",
        n_of(figures.problems.n, "page"),
        n_of(figures.stories_left_out, "story")
    ))?;
    list(&figures.problems, |page| {
        let problem = &page.what;
        format!(
            "{}: {}; {}",
            of_page(page),
            problem.cause,
            problem.next_action
        )
    })
}

fn worst(figures: &Figures) -> anyhow::Result<()> {
    if figures.worst.is_empty() {
        return Ok(());
    }
    line("\nWORST: the fields in which most more would have been to change")?;
    let heading = ["STORY", "WHERE", "FIELD", "BEFORE", "AFTER"];
    let mut rows = vec![heading.map(str::to_owned).to_vec()];
    for worst in &figures.worst {
        rows.push(vec![
            worst.story_id.to_string(),
            in_words(&worst.sheets),
            name(&worst.kind),
            worst.edits.before.to_string(),
            worst.edits.after.to_string(),
        ]);
    }
    table(&rows)
}

fn closing(figures: &Figures) -> anyhow::Result<()> {
    let stopped = if figures.stopped {
        "Stopped before the end: there are older stories that were not read again. "
    } else {
        ""
    };
    line(&format!(
        "\n{stopped}Nothing was changed. Which engine reads new leaflets is set by reading.text_engine."
    ))
}

fn of_page<T>(page: &OfStory<T>) -> String {
    let sheet = in_words(std::slice::from_ref(&page.sheet));
    format!("story {}, {sheet}", page.story_id)
}

fn list<T>(listed: &Listed<T>, words: impl Fn(&T) -> String) -> anyhow::Result<()> {
    for item in listed.listed.iter().take(SHOWN) {
        line(&format!("    {}", words(item)))?;
    }
    if listed.n > SHOWN {
        line(&format!("    … and {} more", listed.n - SHOWN))?;
    }
    Ok(())
}

fn n_of(n: usize, what: &str) -> String {
    match (n, what) {
        (1, what) => format!("1 {what}"),
        (n, "story") => format!("{n} stories"),
        (n, what) => format!("{n} {what}s"),
    }
}
