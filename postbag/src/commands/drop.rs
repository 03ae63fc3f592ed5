use anyhow::{bail, ensure};
use chrono::DateTime;
use review_web::{SystemRandomness, drop_token};
use schemas::TimeMs;
use store::{AddedDrop, DropAddress, NewDrop, Store};

use crate::cli::{AddDrop, DropCommand};
use crate::config::Config;
use crate::output;
use crate::parts::Parts;

/// It stands in lists, and in the name of each pile.
const MAX_NAME_CHARS: usize = 40;

/// `postbag drop add|list|revoke`.
pub(crate) async fn drop_address(config: &Config, command: DropCommand) -> anyhow::Result<()> {
    let parts = Parts::connect(config).await?;
    match command {
        DropCommand::Add(args) => add(config, &parts, args).await,
        DropCommand::List => list(&parts.store).await,
        DropCommand::Revoke { name } => revoke(&parts, &name).await,
    }
}

async fn add(config: &Config, parts: &Parts, args: AddDrop) -> anyhow::Result<()> {
    let most_mib = config.ingest.max_file_mb;
    let max_mib = args.max_mib.unwrap_or(most_mib);
    ensure!(
        max_mib <= most_mib,
        "no way in takes files of more than {most_mib} MiB (ingest.max_file_mb)"
    );
    let name = checked_name(&args.name)?;
    let token = drop_token::fresh(&SystemRandomness);
    let new = NewDrop {
        name: name.to_owned(),
        token_hash: drop_token::hash(&token),
        max_bytes: max_mib << 20,
        files_per_day: args.files_per_day,
    };
    match parts.store.add_drop(&parts.moment(), new).await? {
        AddedDrop::Added(_) => {}
        AddedDrop::NameTaken => bail!(
            "there is a drop {name:?} already; see `postbag drop list`, or close it with `postbag drop revoke`"
        ),
    }
    let address = format!("{}/drop/", config.web.public_url.trim_end_matches('/'));
    output::line(&format!(
        "The drop {name:?} is open. Hand these lines to the bureau. The token is shown this once only.\n\n  \
         address  {address}\n  token    {token}\n  takes    files of at most {max_mib} MiB, {} a day\n\n  \
         curl --fail-with-body -sS -T scan.pdf -H 'Authorization: Bearer {token}' {address}\n\n\
         Files that come within two minutes of each other are one pile, “drop {name}”. Sending a file again changes\n\
         nothing. `postbag drop revoke` closes the drop.",
        args.files_per_day
    ))?;
    warn_about(&address)
}

/// What the address says of itself that a bureau could not use.
fn warn_about(address: &str) -> anyhow::Result<()> {
    let is_here = address.contains("://127.") || address.contains("://localhost");
    if is_here {
        return output::line(
            "\nMind: the address is good on this machine only. Set web.public_url to what others reach it by.",
        );
    }
    if address.starts_with("http://") {
        return output::line(
            "\nMind: without HTTPS anybody on the way can read the token and the scans (web.public_url).",
        );
    }
    Ok(())
}

fn checked_name(name: &str) -> anyhow::Result<&str> {
    let name = name.trim();
    ensure!(
        !name.is_empty() && name.chars().count() <= MAX_NAME_CHARS,
        "a drop's name has between 1 and {MAX_NAME_CHARS} characters"
    );
    ensure!(
        !name.chars().any(char::is_control),
        "a drop's name is one line of text"
    );
    Ok(name)
}

async fn list(store: &Store) -> anyhow::Result<()> {
    let heading = ["NAME", "MADE", "LAST USED", "FILES", "TAKES", "STATE"];
    let mut rows = vec![heading.map(str::to_owned).to_vec()];
    rows.extend(store.drops().await?.iter().map(row));
    output::table(&rows)
}

fn row(drop: &DropAddress) -> Vec<String> {
    let state = drop
        .revoked_at
        .map_or_else(|| "open".to_owned(), |at| format!("revoked {}", time(at)));
    vec![
        drop.name.clone(),
        time(drop.created_at),
        drop.last_used_at.map_or_else(|| "never".to_owned(), time),
        drop.n_files.to_string(),
        format!("{} MiB, {} a day", drop.max_bytes >> 20, drop.files_per_day),
        state,
    ]
}

fn time(at: TimeMs) -> String {
    let utc = DateTime::from_timestamp_millis(at.0).unwrap_or_default();
    utc.format("%Y-%m-%d %H:%M UTC").to_string()
}

async fn revoke(parts: &Parts, name: &str) -> anyhow::Result<()> {
    let was_open = parts
        .store
        .revoke_drop(name.trim(), parts.clock.now())
        .await?;
    ensure!(
        was_open,
        "there is no open drop {name:?}; see `postbag drop list`"
    );
    output::line(&format!(
        "the drop {name:?} is closed; what came through it stays"
    ))
}
