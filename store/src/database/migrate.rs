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
    /// What cannot be said in one way to both, behind it.
    own: Option<Own>,
}

/// The same thing in the words of each engine: triggers.
struct Own {
    sqlite: &'static str,
    postgres: &'static str,
}

/// Every migration, in order. To add one, put its file into `store/migrations/` and name it here.
const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        name: "0001_first_tables",
        sql: include_str!("../../migrations/0001_first_tables.sql"),
        own: None,
    },
    Migration {
        version: 2,
        name: "0002_unknown_lane",
        sql: include_str!("../../migrations/0002_unknown_lane.sql"),
        own: None,
    },
    Migration {
        version: 3,
        name: "0003_layouts",
        sql: include_str!("../../migrations/0003_layouts.sql"),
        own: None,
    },
    Migration {
        version: 4,
        name: "0004_services",
        sql: include_str!("../../migrations/0004_services.sql"),
        own: None,
    },
    Migration {
        version: 5,
        name: "0005_piles",
        sql: include_str!("../../migrations/0005_piles.sql"),
        own: None,
    },
    Migration {
        version: 6,
        name: "0006_troubles",
        sql: include_str!("../../migrations/0006_troubles.sql"),
        own: None,
    },
    Migration {
        version: 7,
        name: "0007_drops",
        sql: include_str!("../../migrations/0007_drops.sql"),
        own: None,
    },
    Migration {
        version: 8,
        name: "0008_covers",
        sql: include_str!("../../migrations/0008_covers.sql"),
        own: None,
    },
    Migration {
        version: 9,
        name: "0009_looks",
        sql: include_str!("../../migrations/0009_looks.sql"),
        own: None,
    },
    Migration {
        version: 10,
        name: "0010_bench",
        sql: include_str!("../../migrations/0010_bench.sql"),
        own: None,
    },
    Migration {
        version: 11,
        name: "0011_webhook",
        sql: include_str!("../../migrations/0011_webhook.sql"),
        own: None,
    },
    Migration {
        version: 13,
        name: "0013_numbers",
        sql: include_str!("../../migrations/0013_numbers.sql"),
        own: Some(Own {
            sqlite: include_str!("../../migrations/0013_numbers_sqlite.sql"),
            postgres: include_str!("../../migrations/0013_numbers_postgres.sql"),
        }),
    },
    Migration {
        version: 14,
        name: "0014_tags",
        sql: include_str!("../../migrations/0014_tags.sql"),
    },
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
    fn checksum(&self) -> String {
        let mut hash = Sha256::new_with_prefix(self.sql);
        if let Some(own) = &self.own {
            hash.update(own.sqlite);
            hash.update(own.postgres);
        }
        crate::hex(&hash.finalize())
    }

    async fn apply(&self, tx: &mut Tx) -> Result<(), StoreError> {
        self.run(tx, self.sql).await?;
        if let Some(own) = &self.own {
            let sql = match tx.begun {
                Engine::Sqlite(_) => own.sqlite,
                Engine::Postgres(_) => own.postgres,
            };
            self.run(tx, sql).await?;
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
