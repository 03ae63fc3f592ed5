mod connect;
mod migrate;
mod plans;
mod row;
mod statements;
mod value;

pub(crate) use connect::without_password;
pub use migrate::{MigrationReport, SchemaVersion};
pub use plans::Plan;
pub(crate) use row::{Fields, Row};
pub(crate) use statements::statements;
pub(crate) use value::{Value, values};

use std::sync::Arc;

use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::StoreError;
use crate::troubles::Heard;

/// The same thing of either engine.
#[derive(Clone, Debug)]
pub(crate) enum Engine<S, P> {
    Sqlite(S),
    Postgres(P),
}

/// Runs one body with the concrete thing of whichever engine it is.
macro_rules! on_engine {
    ($engine:expr, $it:ident => $body:expr) => {
        match $engine {
            $crate::database::Engine::Sqlite($it) => $body,
            $crate::database::Engine::Postgres($it) => $body,
        }
    };
}
pub(crate) use on_engine;

/// A query with its values bound, for whichever engine the place that it is sent to wants.
macro_rules! bound {
    ($sql:expr, $values:expr) => {{
        let mut query = sqlx::query($sql);
        for value in $values {
            query = match value {
                Value::Text(text) => query.bind(text),
                Value::Int(int) => query.bind(int),
                Value::Real(real) => query.bind(real),
            };
        }
        query
    }};
}

/// The database. Cheap to clone; the clones share their connections.
#[derive(Clone, Debug)]
pub struct Store {
    pools: Engine<SqlitePool, PgPool>,
    /// SQLite has one writer at a time. Those of this process stand in line here, which is fair and does not poll
    /// as SQLite's own waiting does; other processes are waited for by SQLite (`busy_timeout`).
    one_writer: Arc<Mutex<()>>,
    /// Whether what is published and taken down is told to a webhook.
    webhook: bool,
    /// What is wrong with the parts of this process, as they said.
    pub(crate) heard: Arc<Heard>,
}

impl Store {
    /// Connects to `sqlite://path` (the file is made when missing) or `postgres://…`.
    ///
    /// # Errors
    /// When the address is of another kind or the database cannot be reached.
    pub async fn connect(url: &str, max_connections: u32) -> Result<Self, StoreError> {
        Ok(Self {
            pools: connect::pools(url, max_connections).await?,
            one_writer: Arc::default(),
            webhook: false,
            heard: Arc::default(),
        })
    }

    /// The same database; whatever is published or taken down through it is told to a webhook.
    #[must_use]
    pub fn with_webhook(mut self) -> Self {
        self.webhook = true;
        self
    }

    /// Whether what is published and taken down is told to a webhook.
    pub fn has_webhook(&self) -> bool {
        self.webhook
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// When there is none.
    #[tracing::instrument(skip_all, name = "db.ping")]
    pub async fn ping(&self) -> Result<(), StoreError> {
        on_engine!(&self.pools, pool => sqlx::query("SELECT 1").execute(pool).await.map(drop))?;
        Ok(())
    }

    /// Which engine it is, with its connections.
    pub(crate) fn pools(&self) -> &Engine<SqlitePool, PgPool> {
        &self.pools
    }

    /// Closes the connections, after the statements that are under way.
    pub async fn close(&self) {
        on_engine!(&self.pools, pool => pool.close().await);
    }

    /// Rows, outside of any transaction.
    pub(crate) async fn fetch_all(
        &self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        let rows = match &self.pools {
            Engine::Sqlite(pool) => Row::all_sqlite(bound!(sql, values).fetch_all(pool).await?),
            Engine::Postgres(pool) => Row::all_postgres(bound!(sql, values).fetch_all(pool).await?),
        };
        Ok(rows)
    }

    /// The first row, outside of any transaction.
    pub(crate) async fn fetch_first(
        &self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.fetch_all(sql, values).await?.into_iter().next())
    }

    /// Begins a transaction that may write; dropping it undoes it.
    pub(crate) async fn begin(&self) -> Result<Tx, StoreError> {
        match &self.pools {
            Engine::Sqlite(pool) => {
                let turn = Arc::clone(&self.one_writer).lock_owned().await;
                let begun = pool.begin_with("BEGIN IMMEDIATE").await?;
                Ok(Tx {
                    begun: Engine::Sqlite(begun),
                    _turn: Some(turn),
                })
            }
            Engine::Postgres(pool) => Ok(Tx {
                begun: Engine::Postgres(pool.begin().await?),
                _turn: None,
            }),
        }
    }
}

/// A transaction that may write. Rows that it must not share are locked by an update, which both engines understand.
pub(crate) struct Tx {
    begun: Engine<Transaction<'static, Sqlite>, Transaction<'static, Postgres>>,
    _turn: Option<OwnedMutexGuard<()>>,
}

impl Tx {
    /// Runs a statement; how many rows it touched.
    pub(crate) async fn execute(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<u64, StoreError> {
        let n_rows = on_engine!(&mut self.begun, tx => {
            bound!(sql, values).execute(&mut **tx).await?.rows_affected()
        });
        Ok(n_rows)
    }

    /// Rows as this transaction sees them.
    pub(crate) async fn fetch_all(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        let rows = match &mut self.begun {
            Engine::Sqlite(tx) => Row::all_sqlite(bound!(sql, values).fetch_all(&mut **tx).await?),
            Engine::Postgres(tx) => {
                Row::all_postgres(bound!(sql, values).fetch_all(&mut **tx).await?)
            }
        };
        Ok(rows)
    }

    /// The first row as this transaction sees it.
    pub(crate) async fn fetch_first(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.fetch_all(sql, values).await?.into_iter().next())
    }

    /// Makes it so.
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        on_engine!(self.begun, tx => tx.commit().await)?;
        Ok(())
    }
}
