use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use ingest::intake::{IncomingFile, Intake, take_file};
use review_web::{SystemRandomness, password};
use schemas::TimeMs;
use schemas::record::{Role, StoryState};
use schemas::separation::Separation;
use store::NewUser;

use crate::cli::Demo;
use crate::commands::user::add_quietly;
use crate::commands::web::listen;
use crate::config::Config;
use crate::output;
use crate::parts::Parts;
use crate::roles::{Process, intake};

/// How long the demo waits for its leaflets before it says that something is wrong.
const PATIENCE: std::time::Duration = std::time::Duration::from_mins(2);

/// `postbag demo`: `run` in a fresh directory, with sample leaflets fed in and demo accounts printed.
pub(crate) async fn demo(config: Config, args: Demo) -> anyhow::Result<()> {
    let folder = fresh_folder(args.dir)?;
    let config = demo_config(config, &folder, args.listen);
    let parts = Parts::connect(&config).await?;
    let listener = listen(&config).await?;
    let accounts = make_accounts(&parts).await?;
    let process = Process::new(&config, parts.clone());
    process.start_relay();
    process.start_reading();
    process.start_watching(&config.ingest.inbox)?;
    process.start_web(listener)?;
    let n_leaflets = feed(&parts, &intake(&parts, &config.ingest)).await?;
    announce(&config, &folder, &accounts, n_leaflets)?;
    wait_until_read(&parts, n_leaflets).await?;
    process.run_until_stopped().await
}

/// The folder that was named, when it is empty or absent; otherwise a new temporary one.
fn fresh_folder(named: Option<PathBuf>) -> anyhow::Result<PathBuf> {
    let folder = named.unwrap_or_else(|| {
        std::env::temp_dir().join(format!("postbag-demo-{:08x}", rand::random::<u32>()))
    });
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let is_empty = std::fs::read_dir(&folder)?.next().is_none();
    ensure!(
        is_empty,
        "{} is not empty; the demo wants a folder of its own",
        folder.display()
    );
    Ok(folder)
}

/// The demo never touches a real installation, whatever the configuration says.
fn demo_config(mut config: Config, folder: &Path, listen: std::net::SocketAddr) -> Config {
    let defaults = Config::default();
    config.database = crate::config::Database {
        url: format!("sqlite://{}", folder.join("postbag.db").display()),
        ..defaults.database
    };
    config.queue = defaults.queue;
    config.blobs.url = folder.join("blobs").display().to_string();
    config.ingest.inbox = folder.join("inbox");
    config.mailbox = defaults.mailbox;
    config.web.listen = listen;
    config.web.public_url = format!("http://{listen}");
    config
}

/// A demo account with its password in the clear.
struct Account {
    name: &'static str,
    password: String,
    may: &'static str,
}

async fn make_accounts(parts: &Parts) -> anyhow::Result<Vec<Account>> {
    let people = [
        (
            "mailroom",
            "Robin (mail room)",
            Role::MailRoom,
            "sees the ledger and the sheets that need a hand",
        ),
        (
            "moderator",
            "Sam (moderator)",
            Role::Moderator,
            "corrects, decides, publishes",
        ),
        (
            "senior",
            "Alex (senior moderator)",
            Role::Senior,
            "also gives second opinions",
        ),
    ];
    let mut accounts = Vec::new();
    for (name, display_name, role, may) in people {
        let password = demo_password(parts);
        let user = NewUser {
            name: name.to_owned(),
            display_name: display_name.to_owned(),
            role,
            password_hash: password::hash(&password, &SystemRandomness)?,
        };
        add_quietly(parts, user).await?;
        accounts.push(Account {
            name,
            password,
            may,
        });
    }
    Ok(accounts)
}

/// Twelve random characters that are not mistaken for each other.
fn demo_password(parts: &Parts) -> String {
    let random = parts.ids.ulid(TimeMs(0)).to_string().to_lowercase();
    let (_, tail) = random.split_at(random.len() - 12);
    format!("{}-{}-{}", &tail[..4], &tail[4..8], &tail[8..])
}

async fn feed(parts: &Parts, intake: &Intake) -> anyhow::Result<usize> {
    let batch_id = parts
        .store
        .open_batch(
            &parts.moment(),
            "the sample leaflets",
            Separation::default(),
        )
        .await?;
    let leaflets = samples::committed::LEAFLETS;
    for (name, bytes) in leaflets {
        let file = IncomingFile {
            batch_id: batch_id.clone(),
            name: (*name).to_owned(),
            origin: format!("sample:{name}"),
            content: ingest::intake::Content::Bytes(bytes.to_vec().into()),
        };
        take_file(intake, file)
            .await
            .with_context(|| format!("cannot take in the sample {name}"))?;
    }
    Ok(leaflets.len())
}

/// Says when the leaflets wait in the queue, and how long that took.
async fn wait_until_read(parts: &Parts, n_leaflets: usize) -> anyhow::Result<()> {
    let start = tokio::time::Instant::now();
    while start.elapsed() < PATIENCE {
        let counts = parts.store.story_counts().await?;
        let n_waiting: u64 = counts
            .iter()
            .filter(|(state, _)| *state == StoryState::ToReview)
            .map(|(_, n)| n)
            .sum();
        if usize::try_from(n_waiting) == Ok(n_leaflets) {
            let seconds = start.elapsed().as_secs();
            return output::line(&format!(
                "\nAll {n_leaflets} leaflets wait in the queue (read in {seconds} s)."
            ));
        }
        tokio::time::sleep(std::time::Duration::from_millis(250)).await;
    }
    output::line("\nNot all leaflets were read; see the messages above and `postbag doctor`.")
}

fn announce(
    config: &Config,
    folder: &Path,
    accounts: &[Account],
    n_leaflets: usize,
) -> anyhow::Result<()> {
    let url = &config.web.public_url;
    output::line(&format!(
        "\nPostbag is running: {url}/\n\n\
         {n_leaflets} sample leaflets came in and are being read now.\n\
         Sign in at {url}/sign-in with one of these demo accounts:\n"
    ))?;
    let mut rows = vec![["  NAME", "PASSWORD", "MAY"].map(str::to_owned).to_vec()];
    for account in accounts {
        rows.push(vec![
            format!("  {}", account.name),
            account.password.clone(),
            account.may.to_owned(),
        ]);
    }
    output::table(&rows)?;
    output::line(&format!(
        "\nPut scans of your own into {}\nEverything is kept in {}; Ctrl-C stops the demo.",
        config.ingest.inbox.display(),
        folder.display()
    ))
}
