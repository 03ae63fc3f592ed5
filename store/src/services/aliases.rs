//! Names that people use for a service, learned from what moderators confirm.

use schemas::{StoryId, UserId};

use crate::database::{Tx, statements, values};
use crate::{Moment, Store, StoreError};

/// A name counts when it was confirmed for so many stories: one may be a slip.
pub const CONFIRMATIONS: i64 = 2;

/// That a moderator approved a story with this service, where another name was read.
#[derive(Clone, Debug)]
pub struct ConfirmAlias {
    /// The service.
    pub code: String,
    /// What was read on the paper.
    pub alias: String,
    /// The story.
    pub story_id: StoryId,
    /// Who confirmed it.
    pub user_id: UserId,
}

statements! {
    INSERT = "INSERT INTO service_aliases (id, code, alias, story_id, user_id, created_at)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (code, alias, story_id) DO NOTHING";
    COUNT = "SELECT code, COUNT(*) AS n FROM service_aliases WHERE code = $1 AND alias = $2 GROUP BY code";
    LEARN = "INSERT INTO learned_names (code, alias) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    LEARNED = "SELECT code, alias FROM learned_names ORDER BY code, alias";
    COUNT_UP = "UPDATE counters SET value = value + 1 WHERE name = 'services'";
    EXISTS = "SELECT code FROM services WHERE code = $1";
}

impl Store {
    /// Counts a name for a service, once a story. When it has been confirmed often enough, workers and bench learn it.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.service.confirm_alias", fields(service.code = %confirmed.code, story.id = %confirmed.story_id))]
    pub async fn confirm_alias(
        &self,
        ctx: &Moment<'_>,
        confirmed: ConfirmAlias,
    ) -> Result<(), StoreError> {
        let alias = plain(&confirmed.alias);
        let mut tx = self.begin().await?;
        let is_known = tx
            .fetch_first(EXISTS, values![&confirmed.code])
            .await?
            .is_some();
        if alias.is_empty() || !is_known {
            return Ok(());
        }
        let row = values![
            &ctx.ids.ulid(ctx.now).to_string(),
            &confirmed.code,
            &alias,
            &confirmed.story_id,
            &confirmed.user_id,
            ctx.now,
        ];
        let is_new = tx.execute(INSERT, row).await? == 1;
        let counted = tx
            .fetch_first(COUNT, values![&confirmed.code, &alias])
            .await?;
        let n = counted.map_or(Ok(0), |row| row.of("service_aliases").int("n"))?;
        if is_new && n >= CONFIRMATIONS {
            learn(&mut tx, &confirmed.code, &alias).await?;
        }
        tx.commit().await
    }

    /// The names that were confirmed often enough, each with the code of its service.
    pub(super) async fn learned_aliases(&self) -> Result<Vec<(String, String)>, StoreError> {
        let rows = self.fetch_all(LEARNED, values![]).await?;
        let pair = |row: &crate::database::Row| {
            let row = row.of("learned_names");
            Ok((row.text("code")?, row.text("alias")?))
        };
        rows.iter().map(pair).collect()
    }
}

/// Keeps a name that was confirmed often enough, and tells whoever uses the directory when it is new.
async fn learn(tx: &mut Tx, code: &str, alias: &str) -> Result<(), StoreError> {
    if tx.execute(LEARN, values![code, alias]).await? == 1 {
        tx.execute(COUNT_UP, values![]).await?;
    }
    Ok(())
}

/// The same name is counted together, however it is spaced and whatever its capitals.
fn plain(alias: &str) -> String {
    alias
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}
