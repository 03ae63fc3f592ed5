use sha2::{Digest, Sha256};

use super::{Engine, Store, Tx, on_engine, statements, values};
use crate::StoreError;

/// What a migration run did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationReport {
    /// The migrations that were applied now, in order; empty when there was nothing to do.
    pub applied: Vec<String>,
    /// The version of the database afterwards.
    pub version: i64,
}

/// How old the database is beside the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SchemaVersion {
    /// The last migration of the database; 0 when it is empty.
    pub database: i64,
    /// The last migration that the program knows.
    pub program: i64,
}

/// One step of the tables' history. Never edited after a release.
struct Migration {
    version: i64,
    name: &'static str,
    sql: &'static str,
    /// What follows it where no text fits both engines: SQLite's, PostgreSQL's.
    own: Option<(&'static str, &'static str)>,
}

/// A migration in one text for both engines.
macro_rules! migration {
    ($version:literal, $name:literal) => {
        Migration {
            version: $version,
            name: $name,
            sql: include_str!(concat!("../../migrations/", $name, ".sql")),
            own: None,
        }
    };
}

/// The same, followed by a text for each engine.
macro_rules! migration_with_own {
    ($version:literal, $name:literal) => {
        Migration {
            own: Some((
                include_str!(concat!("../../migrations/", $name, ".sqlite.sql")),
                include_str!(concat!("../../migrations/", $name, ".postgres.sql")),
            )),
            ..migration!($version, $name)
        }
    };
}

/// Every migration, in order. To add one, put its file into `store/migrations/` and name it here.
const MIGRATIONS: &[Migration] = &[
    migration!(1, "0001_first_tables"),
    migration!(2, "0002_unknown_lane"),
    migration!(3, "0003_layouts"),
    migration!(4, "0004_services"),
    migration!(5, "0005_piles"),
    migration!(6, "0006_troubles"),
    migration!(7, "0007_drops"),
    migration!(8, "0008_covers"),
    migration!(9, "0009_looks"),
    migration!(10, "0010_bench"),
    migration!(11, "0011_webhook"),
    migration_with_own!(12, "0012_people"),
    migration_with_own!(13, "0013_numbers"),
    migration!(14, "0014_tags"),
];

const CREATE_TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (
    version BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL)";

/// PostgreSQL only: one migration run at a time. On SQLite the transaction itself sees to that.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7067384)";

const HAS_TABLE_SQLITE: &str =
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'";
const HAS_TABLE_POSTGRES: &str = "SELECT 'schema_migrations' AS name
    WHERE to_regclass('schema_migrations') IS NOT NULL";

statements! {
    APPLIED = "SELECT name, version, checksum FROM schema_migrations ORDER BY version";
    INSERT = "INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)";
    VERSION = "SELECT COALESCE(MAX(version), 0) AS version FROM schema_migrations";
}

impl Store {
    /// Brings the tables to the version of this program. Safe to run from several processes at once.
    ///
    /// # Errors
    /// When a statement fails (nothing is kept then), or the database is of a later program.
    #[tracing::instrument(skip_all, name = "db.migrate")]
    pub async fn migrate(&self) -> Result<MigrationReport, StoreError> {
        let mut tx = self.begin().await?;
        if matches!(self.pools, Engine::Postgres(_)) {
            tx.execute(LOCK, values![]).await?;
        }
        tx.execute(CREATE_TABLE, values![]).await?;
        let known = known_version(&mut tx).await?;
        let mut applied = Vec::new();
        for migration in MIGRATIONS.iter().filter(|m| m.version > known) {
            migration.apply(&mut tx).await?;
            applied.push(migration.name.to_owned());
        }
        tx.commit().await?;
        Ok(MigrationReport {
            applied,
            version: program_version(),
        })
    }

    /// Looks up the version of the tables.
    ///
    /// # Errors
    /// When the database cannot be asked.
    #[tracing::instrument(skip_all, name = "db.schema_version")]
    pub async fn schema_version(&self) -> Result<SchemaVersion, StoreError> {
        let has_table = match self.pools {
            Engine::Sqlite(_) => HAS_TABLE_SQLITE,
            Engine::Postgres(_) => HAS_TABLE_POSTGRES,
        };
        let mut database = 0;
        if self.fetch_first(has_table, values![]).await?.is_some()
            && let Some(row) = self.fetch_first(VERSION, values![]).await?
        {
            database = row.of("schema_migrations").int("version")?;
        }
        Ok(SchemaVersion {
            database,
            program: program_version(),
        })
    }
}

impl Migration {
    /// Of all its texts, so that the database of either engine is told of a change.
    fn checksum(&self) -> String {
        let (sqlite, postgres) = self.own.unwrap_or_default();
        let texts = [self.sql, sqlite, postgres].concat();
        crate::hex(&Sha256::digest(texts))
    }

    async fn apply(&self, tx: &mut Tx) -> Result<(), StoreError> {
        self.run(tx, self.sql).await?;
        if let Some((sqlite, postgres)) = self.own {
            let own = match &tx.begun {
                Engine::Sqlite(_) => sqlite,
                Engine::Postgres(_) => postgres,
            };
            self.run(tx, own).await?;
        }
        let row = values![self.version, self.name, &self.checksum()];
        tx.execute(INSERT, row).await?;
        Ok(())
    }

    async fn run(&self, tx: &mut Tx, sql: &'static str) -> Result<(), StoreError> {
        on_engine!(&mut tx.begun, tx => sqlx::raw_sql(sql).execute(&mut **tx).await.map(drop))
            .map_err(|source| StoreError::Migration {
                name: self.name,
                source,
            })
    }
}

/// The version of the database, when all that it has seen is known here and unchanged.
async fn known_version(tx: &mut Tx) -> Result<i64, StoreError> {
    let mut known = 0;
    for row in tx.fetch_all(APPLIED, values![]).await? {
        let row = row.of("schema_migrations");
        let version = row.int("version")?;
        let migration = MIGRATIONS.iter().find(|m| m.version == version);
        let migration = migration.ok_or(StoreError::TooNew {
            database: version,
            program: program_version(),
        })?;
        if migration.checksum() != row.text("checksum")? {
            return Err(StoreError::MigrationChanged { version });
        }
        known = version;
    }
    Ok(known)
}

fn program_version() -> i64 {
    MIGRATIONS.iter().map(|m| m.version).max().unwrap_or(0)
}
