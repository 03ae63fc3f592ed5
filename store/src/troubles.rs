//! What is wrong right now with the parts that run, so that pages can say it.
//!
//! A part notes its trouble at each try that fails and clears it at the first that succeeds. Both are kept in memory
//! and told to the other processes through a small table, as well as the database permits: when it is the database
//! that is away, the process that noticed is the only one that knows. A process that dies in trouble never clears it:
//! what nobody has confirmed for [`FORGOTTEN_MS`] counts no more.

mod heard;

use std::time::Duration;

use schemas::TimeMs;

pub(crate) use self::heard::Heard;
use crate::database::{Row, statements, values};
use crate::{Store, StoreError};

/// After this time a trouble that nobody confirms is not shown any more: its process has ended.
///
/// Six times [`CONFIRM_MS`], so that a process that is slow does not make it flicker.
const FORGOTTEN_MS: i64 = 60_000;
/// How often the other processes are told that a trouble goes on, and how soon telling is tried again.
const CONFIRM_MS: i64 = 10_000;
/// How long telling or asking may take: nobody waits longer for a note that is only a help.
const LONGEST: Duration = Duration::from_secs(2);

/// What is wrong, in words for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TroubleWords {
    /// What is wrong.
    pub cause: String,
    /// What happens meanwhile, and what a person can do.
    pub next_action: String,
}

/// Something that is wrong right now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What does not work, in words: "Inbox /scans", "Queue".
    pub part: String,
    /// What is wrong, and what to do.
    pub words: TroubleWords,
    /// Since when.
    pub since: TimeMs,
}

statements! {
    TELL = "INSERT INTO troubles (part, cause, next_action, since, heard_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (part) DO UPDATE SET cause = EXCLUDED.cause, next_action = EXCLUDED.next_action,
            since = EXCLUDED.since, heard_at = EXCLUDED.heard_at";
    TAKE_BACK = "DELETE FROM troubles WHERE part = $1 OR heard_at <= $2";
    TOLD = "SELECT part, cause, next_action, since FROM troubles WHERE heard_at > $1 ORDER BY since, part";
}

impl Store {
    /// Notes that a part does not work. What it says is what is shown; since when is kept while it goes on.
    ///
    /// Never fails: in memory it is noted for certain, and the other processes are told if the database permits.
    pub async fn note_trouble(&self, part: &str, words: TroubleWords, now: TimeMs) {
        if let Some(trouble) = self.heard.note(part, words, now) {
            let told = in_time(self.tell(&trouble, now)).await;
            self.heard.told(part, Some(&trouble), told.is_some());
        }
    }

    /// Notes that a part works. Costs nothing when it is known.
    ///
    /// Never fails, as [`Store::note_trouble`].
    pub async fn clear_trouble(&self, part: &str, now: TimeMs) {
        if self.heard.clear(part, now) {
            let told = in_time(self.take_back(part, now)).await;
            self.heard.told(part, None, told.is_some());
        }
    }

    /// What is wrong at this moment, the oldest first: what this process knows and what others have told. While the
    /// database is away, only the former.
    pub async fn troubles(&self, now: TimeMs) -> Vec<Trouble> {
        let mut troubles = self.heard.troubles();
        for trouble in in_time(self.told(now)).await.unwrap_or_default() {
            if !self.heard.knows_better(&trouble.part) {
                troubles.push(trouble);
            }
        }
        troubles.sort_by(|a, b| (a.since, &a.part).cmp(&(b.since, &b.part)));
        troubles
    }

    #[tracing::instrument(skip_all, name = "db.trouble.tell")]
    async fn tell(&self, trouble: &Trouble, now: TimeMs) -> Result<(), StoreError> {
        let Trouble { part, words, since } = trouble;
        let row = values![part, &words.cause, &words.next_action, *since, now];
        let mut tx = self.begin().await?;
        tx.execute(TELL, row).await?;
        tx.commit().await
    }

    #[tracing::instrument(skip_all, name = "db.trouble.take_back")]
    async fn take_back(&self, part: &str, now: TimeMs) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        tx.execute(TAKE_BACK, values![part, now.plus_ms(-FORGOTTEN_MS)])
            .await?;
        tx.commit().await
    }

    #[tracing::instrument(skip_all, name = "db.trouble.list")]
    async fn told(&self, now: TimeMs) -> Result<Vec<Trouble>, StoreError> {
        let fresh = values![now.plus_ms(-FORGOTTEN_MS)];
        let rows = self.fetch_all(TOLD, fresh).await?;
        rows.iter().map(trouble).collect()
    }
}

fn trouble(row: &Row) -> Result<Trouble, StoreError> {
    let row = row.of("troubles");
    Ok(Trouble {
        part: row.text("part")?,
        words: TroubleWords {
            cause: row.text("cause")?,
            next_action: row.text("next_action")?,
        },
        since: row.time("since")?,
    })
}

/// What came of it, unless the database failed or took too long.
async fn in_time<T>(asked: impl Future<Output = Result<T, StoreError>>) -> Option<T> {
    match tokio::time::timeout(LONGEST, asked).await {
        Ok(Ok(answer)) => Some(answer),
        Ok(Err(error)) => {
            tracing::debug!(error = %error, "other processes cannot be told or asked what is wrong");
            None
        }
        Err(_) => None,
    }
}
