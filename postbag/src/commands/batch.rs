mod cover;

use anyhow::Context as _;
use schemas::BatchId;
use schemas::record::PageState;
use store::{Ledger, Sheet, Store};

use crate::cli::Batch;
use crate::config::Config;
use crate::output;
use crate::parts;

const NEWEST: u32 = 50;

/// `postbag batch list|show|cover`.
pub(crate) async fn batch(config: &Config, command: Batch) -> anyhow::Result<()> {
    match command {
        Batch::List => list(&parts::connect_store(config).await?).await,
        Batch::Show { id } => show(&parts::connect_store(config).await?, &id).await,
        Batch::Cover(how) => cover::cover(config, &how).await,
    }
}

async fn list(store: &Store) -> anyhow::Result<()> {
    let mut rows = vec![vec![
        "BATCH".to_owned(),
        "FROM".to_owned(),
        "LEDGER".to_owned(),
    ]];
    for batch in store.batches(NEWEST).await? {
        rows.push(vec![
            batch.id.to_string(),
            batch.source,
            equation(&batch.ledger) + &difference(batch.unexplained),
        ]);
    }
    output::table(&rows)?;
    output::line(&format!("\nall: {}", equation(&store.ledger(None).await?)))
}

async fn show(store: &Store, id: &str) -> anyhow::Result<()> {
    let id = BatchId::parse(id)?;
    let batch = store
        .batch(&id)
        .await?
        .with_context(|| format!("there is no batch {id}"))?;
    output::line(&format!("batch {id} from {}", batch.summary.source))?;
    let difference = difference(batch.summary.unexplained);
    output::line(&format!(
        "{}{difference}\n",
        equation(&batch.summary.ledger)
    ))?;
    let mut rows = vec![
        ["SHEET", "STATE", "FILE", "STORY OR CAUSE"]
            .map(str::to_owned)
            .to_vec(),
    ];
    rows.extend(batch.sheets.iter().map(row));
    output::table(&rows)
}

fn row(sheet: &Sheet) -> Vec<String> {
    let story = sheet.story_id.as_ref().map(ToString::to_string);
    let cause = sheet
        .warning
        .as_ref()
        .filter(|_| sheet.state == PageState::Quarantined)
        .map(|warning| format!("{} {}", warning.cause, warning.next_action));
    vec![
        sheet.position.to_string(),
        match sheet.role {
            Some(role) if sheet.state == PageState::Discarded => role.to_string(),
            _ => sheet.state.to_string(),
        },
        format!("{} page {}", sheet.file_name, sheet.page_idx + 1),
        story.or(cause).unwrap_or_default(),
    ]
}

/// What is missing or too many against what was counted by hand, while nobody has said why.
fn difference(unexplained: Option<i64>) -> String {
    match unexplained {
        Some(missing @ ..0) => format!("; counted by hand: {} MISSING", -missing),
        Some(surplus) => format!("; counted by hand: {surplus} TOO MANY"),
        None => String::new(),
    }
}

/// The ledger as an equation; nothing is lost when it adds up.
fn equation(ledger: &Ledger) -> String {
    format!(
        "{} sheets = {} published + {} rejected + {} quarantined + {} waiting + {} discarded",
        ledger.sheets,
        ledger.published,
        ledger.rejected,
        ledger.quarantined,
        ledger.waiting,
        ledger.discarded
    )
}
