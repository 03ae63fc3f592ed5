//! No statement of the program reads a whole table that grows with the stories.

use std::collections::BTreeMap;

use store::Plan;

use crate::bed::Bed;

crate::bed::on_engines! { sqlite = Sqlite, postgres = Postgres; [
    no_statement_reads_a_whole_table_that_grows,
    a_statement_without_an_index_would_be_found,
] }

/// Tables that may be read whole, and why.
const SMALL: &[(&str, &str)] = &[
    ("counters", "a few rows, for ever"),
    (
        "dead_jobs",
        "what gave up waits for a person, who sends it again or forgets it",
    ),
    ("drops", "one for each bureau"),
    (
        "learned_names",
        "grows with the directory, which is held in memory whole",
    ),
    ("layouts", "one for each version of a form"),
    (
        "password_links",
        "one for each person at most, and good for 72 hours",
    ),
    (
        "postcodes",
        "grows with the directory, which is held in memory whole",
    ),
    ("schema_migrations", "one for each change of the tables"),
    ("services", "the directory, which is held in memory whole"),
    (
        "sheet_tallies",
        "folded by the sweep into one for each state",
    ),
    (
        "story_tallies",
        "folded by the sweep into one for each state",
    ),
    ("troubles", "one for each part that does not work now"),
    ("users", "one for each person who works here"),
];

/// Indexes of the few rows of a large table that something has to be done with.
const OF_A_FEW: &[&str] = &[
    "leaflets_without_story",
    "outbox_unsent",
    "pages_quarantined",
];

async fn no_statement_reads_a_whole_table_that_grows(bed: &Bed) {
    bed.fill(10_000).await;
    let plans = bed.store.explain_statements().await.unwrap();
    let found: Vec<_> = plans.iter().filter_map(what_is_wrong).collect();
    assert!(found.is_empty(), "{}", found.join("\n\n"));
}

async fn a_statement_without_an_index_would_be_found(bed: &Bed) {
    bed.fill(10_000).await;
    bed.sql("DROP INDEX pages_by_leaflet").await;
    let plans = bed.store.explain_statements().await.unwrap();
    let found: Vec<_> = plans.iter().filter_map(what_is_wrong).collect();
    assert!(found.iter().any(|wrong| wrong.contains("leaflet_id = $1")));
}

/// The steps that read a whole table that grows, with the statement.
fn what_is_wrong(plan: &Plan) -> Option<String> {
    let tables = tables(plan.statement);
    let is_wrong = |idx: &usize| {
        whole(plan, *idx).is_some_and(|name| {
            let named = tables.get(name).into_iter().flatten();
            named.into_iter().any(|table| grows(table))
                && !OF_A_FEW
                    .iter()
                    .any(|index| plan.steps[*idx].contains(index))
                && !is_cut_short(plan, *idx)
        })
    };
    let wrong: Vec<_> = (0..plan.steps.len()).filter(is_wrong).collect();
    let steps = plan.steps.join("\n");
    (!wrong.is_empty()).then(|| format!("steps {wrong:?} of {}\n{steps}", plan.statement))
}

/// The table or its short name, when the step reads all of it.
fn whole(plan: &Plan, idx: usize) -> Option<&str> {
    let step = plan.steps[idx].trim_start().trim_start_matches("->");
    let words: Vec<_> = step.split_whitespace().collect();
    let on = words.iter().position(|word| *word == "on");
    match (words.as_slice(), on) {
        (["SCAN", table, ..], _) => Some(table),
        (["SEARCH", table, ..], _) if step.contains("USING AUTOMATIC") => Some(table),
        (["Seq", "Scan", ..], Some(on)) => words.get(on + 1).copied(),
        (["Index", ..], Some(on)) if !is_told(plan, idx, "Index Cond") => {
            words.get(on + 1).copied()
        }
        _ => None,
    }
}

/// Whether PostgreSQL tells this of a step, in the lines behind it.
fn is_told(plan: &Plan, idx: usize, what: &str) -> bool {
    let mut lines = plan.steps[idx + 1..]
        .iter()
        .take_while(|line| !line.contains("->"));
    lines.any(|line| line.trim_start().starts_with(what))
}

/// A list in the order of an index that is not read to its end.
fn is_cut_short(plan: &Plan, idx: usize) -> bool {
    let sorts =
        |step: &String| step.contains("USE TEMP B-TREE FOR ORDER BY") || step.contains("Sort  (");
    let is_outermost = idx == 0 || plan.steps[0].starts_with("Limit");
    plan.statement.contains("LIMIT")
        && is_outermost
        && !is_told(plan, idx, "Filter")
        && !plan.steps.iter().any(sorts)
}

fn grows(table: &str) -> bool {
    !SMALL.iter().any(|(small, _)| *small == table)
}

/// The tables of a statement, by their names and short names.
fn tables(statement: &str) -> BTreeMap<&str, Vec<&str>> {
    let separates = |letter: char| letter.is_whitespace() || matches!(letter, '(' | ')' | ',');
    let words: Vec<_> = statement
        .split(separates)
        .filter(|word| !word.is_empty())
        .collect();
    let mut tables = BTreeMap::<_, Vec<_>>::new();
    for window in words.windows(3) {
        if let ["FROM" | "JOIN" | "UPDATE" | "INTO", table, short] = *window {
            tables.entry(table).or_default().push(table);
            tables.entry(short).or_default().push(table);
        }
    }
    if let [.., "FROM" | "JOIN", table] = *words {
        tables.entry(table).or_default().push(table);
    }
    tables
}
