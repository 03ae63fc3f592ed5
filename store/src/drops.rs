use schemas::{DAY_MS, DropId, TimeMs};

use crate::database::{Fields, statements, values};
use crate::{Moment, Store, StoreError};

/// An address that a bureau sends its scans to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DropAddress {
    /// The address.
    pub id: DropId,
    /// Whose it is, in a word.
    pub name: String,
    /// How large a file may be.
    pub max_bytes: u64,
    /// How many new files may come on one day.
    pub files_per_day: u32,
    /// How many files have come.
    pub n_files: u64,
    /// When it was made.
    pub created_at: TimeMs,
    /// When it was last used.
    pub last_used_at: Option<TimeMs>,
    /// Since when it takes nothing any more.
    pub revoked_at: Option<TimeMs>,
    on_day: i64,
    n_on_day: u32,
}

impl DropAddress {
    /// How many more new files it takes on this day, which begins at midnight UTC.
    pub fn left_on_day(&self, now: TimeMs) -> u32 {
        let n_taken = if self.on_day == now.day_utc() {
            self.n_on_day
        } else {
            0
        };
        self.files_per_day.saturating_sub(n_taken)
    }

    /// How long it is until the next day begins.
    pub fn until_next_day_ms(now: TimeMs) -> i64 {
        DAY_MS - now.0.rem_euclid(DAY_MS)
    }
}

/// An address to make.
#[derive(Clone)]
pub struct NewDrop {
    /// Whose it is.
    pub name: String,
    /// The hash of the token; the token itself is stored nowhere.
    pub token_hash: String,
    /// How large a file may be.
    pub max_bytes: u64,
    /// How many new files may come on one day.
    pub files_per_day: u32,
}

impl std::fmt::Debug for NewDrop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewDrop")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// What became of the wish for an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddedDrop {
    /// It is made.
    Added(DropId),
    /// There is one of this name that was not revoked.
    NameTaken,
}

macro_rules! drop_columns {
    () => {
        "SELECT id, name, max_bytes, files_per_day, n_files, on_day, n_on_day, created_at, last_used_at, revoked_at
        FROM drops"
    };
}

statements! {
    INSERT = "INSERT INTO drops (id, name, token_hash, max_bytes, files_per_day, n_files, on_day, n_on_day, created_at)
        VALUES ($1, $2, $3, $4, $5, 0, 0, 0, $6) ON CONFLICT DO NOTHING";
    BY_TOKEN = concat!(drop_columns!(), " WHERE token_hash = $1");
    LIST = concat!(drop_columns!(), " ORDER BY name, id");
    REVOKE = "UPDATE drops SET revoked_at = $2 WHERE name = $1 AND revoked_at IS NULL";
    NOTE_USE = "UPDATE drops SET last_used_at = $2, n_files = n_files + $4, on_day = $3,
            n_on_day = CASE WHEN on_day = $3 THEN n_on_day ELSE 0 END + $4
        WHERE id = $1";
}

impl Store {
    /// Makes an address.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.drop.add")]
    pub async fn add_drop(&self, ctx: &Moment<'_>, new: NewDrop) -> Result<AddedDrop, StoreError> {
        let id = DropId::fresh(ctx.ids, ctx.now);
        let row = values![
            &id,
            &new.name,
            &new.token_hash,
            i64::try_from(new.max_bytes).unwrap_or(i64::MAX),
            new.files_per_day,
            ctx.now,
        ];
        let mut tx = self.begin().await?;
        let n_drops = tx.execute(INSERT, row).await?;
        tx.commit().await?;
        Ok(match n_drops {
            0 => AddedDrop::NameTaken,
            _ => AddedDrop::Added(id),
        })
    }

    /// Looks up the address of a token, also one that was revoked.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.drop.lookup_by_token")]
    pub async fn drop_by_token(&self, token_hash: &str) -> Result<Option<DropAddress>, StoreError> {
        let row = self.fetch_first(BY_TOKEN, values![token_hash]).await?;
        row.map(|row| from_row(row.of("drops"))).transpose()
    }

    /// Lists every address, by name, also those that were revoked.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.drop.list")]
    pub async fn drops(&self) -> Result<Vec<DropAddress>, StoreError> {
        let rows = self.fetch_all(LIST, values![]).await?;
        rows.iter().map(|row| from_row(row.of("drops"))).collect()
    }

    /// Has an address take nothing any more. Says whether there was one of this name.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.drop.revoke")]
    pub async fn revoke_drop(&self, name: &str, now: TimeMs) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let n_drops = tx.execute(REVOKE, values![name, now]).await?;
        tx.commit().await?;
        Ok(n_drops == 1)
    }

    /// Notes that an address was used, and how many new files came.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.drop.note_use", fields(drop.id = %drop_id))]
    pub async fn note_drop_use(
        &self,
        drop_id: &DropId,
        n_new: u32,
        now: TimeMs,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        tx.execute(NOTE_USE, values![drop_id, now, now.day_utc(), n_new])
            .await?;
        tx.commit().await
    }
}

fn from_row(row: Fields<'_>) -> Result<DropAddress, StoreError> {
    Ok(DropAddress {
        id: row.parsed("id")?,
        name: row.text("name")?,
        max_bytes: row.number("max_bytes")?,
        files_per_day: row.number("files_per_day")?,
        n_files: row.number("n_files")?,
        created_at: row.time("created_at")?,
        last_used_at: row.int_or_null("last_used_at")?.map(TimeMs),
        revoked_at: row.int_or_null("revoked_at")?.map(TimeMs),
        on_day: row.int("on_day")?,
        n_on_day: row.number("n_on_day")?,
    })
}
